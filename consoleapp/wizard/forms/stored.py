"""StoredForm: a form over a draft's raw texts. It shows them exactly as they were typed and marks what was found wrong.

It judges nothing by itself: texts become values, and errors are found, in validation.py, once for all cards and steps,
so that a page of twenty containers needs the form of one.
"""

from collections.abc import Iterable, Mapping
from typing import Any, ClassVar

from django import forms
from django.forms.utils import ErrorDict, ErrorList
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from consoleapp.domain.secret import Secret
from consoleapp.wizard.draft.problems import FieldError, Kind
from consoleapp.wizard.forms.found import written
from consoleapp.wizard.shape import Fields, Raw, record_of

# The placeholder of a control for a secret that the vault has, and for one that was typed and could not be stored.
STORED_SECRET = _("Stored. Leave empty to keep it.")
NOT_STORED_SECRET = _("Not stored. Type it again.")


def secret_hint(secrets: Mapping[str, Secret], name: str) -> str:
    """Return what the control of a secret, which is always empty, says of it; an empty Secret could not be stored."""
    if name not in secrets:
        return ""
    return str(STORED_SECRET if secrets[name] else NOT_STORED_SECRET)


class StoredForm(forms.Form):
    """Always bound: to the stored texts of a record, and to the defaults where nothing was stored.

    A field of a record in that record is called by its path: `dns_config-options`.
    """

    use_required_attribute = False
    defaults: ClassVar[Fields] = {}

    def __init__(self, stored: Fields, problems: Iterable[FieldError] = (), *, prefix: str | None = None) -> None:
        own = {name: stored_at(stored, name, self.defaults.get(name)) for name in self.base_fields}
        data = {f"{prefix}-{name}" if prefix else name: value for name, value in own.items() if value is not None}
        super().__init__(data, prefix=prefix, auto_id="id_%s")
        self.problems = tuple(problems)

    def full_clean(self) -> None:
        """Put the problems at their fields; those of other controls are left out."""
        self.cleaned_data: dict[str, Any] = {}
        self._errors = ErrorDict()
        self.marks: dict[str, list[FieldError]] = {}
        names = {f"id_{self.add_prefix(name)}": name for name in self.fields}
        for problem in self.problems:
            name = names.get(problem.field_id)
            if name and problem.kind != Kind.MISTAKE:
                self.marks.setdefault(name, []).append(problem)
            if name and problem.is_wrong:
                # What a rule says stands beside the control with the way on; here it marks the control as wrong.
                said = problem.message if problem.kind == Kind.MISTAKE else ""
                self._errors.setdefault(name, ErrorList()).append(said)

    def beside(self, name: str) -> str:
        """Return what rules say at a field, as HTML."""
        if not self.problems or not (self.errors or self.marks):
            return ""
        has_error = any(self.errors.get(name, ()))
        return written(self.marks.get(name, ()), f"id_{self.add_prefix(name)}", has_error=has_error)

    @classmethod
    def bind(cls, post: QueryDict, stored: Fields, *, prefix: str | None = None) -> None:
        """Take the form's fields from the POST into the stored ones; a field that was not in the page stays."""
        for name, field in cls.base_fields.items():
            posted_as = f"{prefix}-{name}" if prefix else name
            *above, leaf = name.split("-")
            if isinstance(field.widget, forms.CheckboxSelectMultiple):
                _below(stored, above)[leaf] = clean_texts(post, posted_as)
            elif isinstance(field.widget, forms.CheckboxInput):
                _below(stored, above)[leaf] = posted_as in post
            elif posted_as in post:
                _below(stored, above)[leaf] = clean_text(post[posted_as])


def _below(stored: Fields, names: list[str]) -> Fields:
    """Return a record in a record, made where there is none yet."""
    for name in names:
        stored = stored.setdefault(name, {})
    return stored


def stored_at(stored: Fields, name: str, default: Raw | None = None) -> Raw | None:
    """Return what is stored under the name of a control."""
    *above, leaf = name.split("-")
    for record in above:
        stored = record_of(stored, record)
    value: Raw | None = stored.get(leaf, default)
    return value


def clean_texts(post: QueryDict, name: str) -> list[str]:
    """Return the chosen values of a multiple choice, each as a text that can be stored; empty ones are left out."""
    return [text for text in map(clean_text, post.getlist(name)) if text]


def clean_text(value: object) -> str:
    """Return the text without the characters that no database stores."""
    return str(value).replace("\x00", "")
