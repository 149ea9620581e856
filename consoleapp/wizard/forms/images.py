"""The forms of the image dialog: what its address asks for, and *Use this image*.

What the tabs show is in services/image_tabs.py; what becomes of a chosen image is in draft/picking.py.
"""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _

from consoleapp.domain.errors import DomainError
from consoleapp.domain.image import parse_image_reference
from consoleapp.web.domain_words import in_words
from consoleapp.wizard.draft.picking import Pick
from consoleapp.wizard.services.image_tabs import Question

# Longer than any name in a registry; more is cut off before it goes anywhere.
TEXT_MAX = 255
PAGE_MAX = 100_000


def question_of(query: QueryDict) -> Question:
    """Return what the address of the page asks for; what cannot be read counts as not asked."""
    return Question(
        query=_text(query, "q").strip(),
        page=_number(query, "page"),
        image=_text(query, "image"),
        tags_page=_number(query, "versions"),
        namespace=_text(query, "namespace"),
        instance=_text(query, "instance"),
        domain=_text(query, "domain"),
        region=_text(query, "region"),
    )


def _text(query: QueryDict, name: str) -> str:
    value = str(query.get(name) or "")[:TEXT_MAX]
    return value if value.isprintable() else ""


def _number(query: QueryDict, name: str) -> int:
    value = str(query.get(name) or "")
    if not (value.isascii() and value.isdigit() and len(value) <= len(str(PAGE_MAX))):
        return 1
    return min(max(int(value), 1), PAGE_MAX)


class UseImageForm(forms.Form):
    """The chosen address and version, and the Enterprise instance that pulling from it must name, if any."""

    use_required_attribute = False

    address = forms.CharField(max_length=TEXT_MAX, strip=False)
    tag = forms.CharField(max_length=TEXT_MAX, strip=False)
    pin = forms.BooleanField(required=False)
    instance_id = forms.CharField(max_length=TEXT_MAX, required=False)
    instance_name = forms.CharField(max_length=TEXT_MAX, required=False)
    region_id = forms.CharField(max_length=TEXT_MAX, required=False)
    network = forms.ChoiceField(choices=[("public", "public"), ("vpc", "vpc")], required=False)

    def clean(self) -> dict[str, Any]:
        """Keep the pick as `self.pick`; an address outside the grammar is an error of the whole form."""
        cleaned = super().clean() or {}
        if self.errors:
            raise forms.ValidationError(_("Choose a version first."))
        version = cleaned["tag"]
        if cleaned["pin"]:
            version = str(self.data.get(f"digest:{version}") or "")
        try:
            reference = parse_image_reference(f"{cleaned['address']}{'@' if cleaned['pin'] else ':'}{version}")
        except DomainError as error:
            raise forms.ValidationError(in_words(error)) from error
        self.pick = Pick(
            cleaned["address"], version, reference.registry_host, self._instance(cleaned), tag=cleaned["tag"]
        )
        return cleaned

    def _instance(self, cleaned: Mapping[str, str]) -> dict[str, str]:
        if not cleaned["instance_id"]:
            return {}
        return {name: cleaned[name] for name in ("instance_id", "instance_name", "region_id", "network")}
