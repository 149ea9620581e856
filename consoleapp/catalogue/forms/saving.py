"""What a new template is called, and what is new in a version."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from consoleapp.launch_templates.models import NAME_MAX, NOTE_MAX, TEXT_MAX, LaunchTemplate
from consoleapp.web.crispy import ConsoleHelper, Show

NEW = ""


class NameForm(forms.Form):
    """Name, short name and purpose; `target` is the template that it becomes the next version of."""

    use_required_attribute = False

    target = forms.ChoiceField(label=_("Save as"), required=False)
    name = forms.CharField(label=_("Name"), max_length=NAME_MAX, required=False)
    slug = forms.CharField(
        label=_("Short name"),
        max_length=40,
        required=False,
        help_text=_("2 to 40 of a-z, 0-9 and -. It stands in links and cannot be changed."),
        validators=LaunchTemplate._meta.get_field("slug").validators[-2:],
    )
    text = forms.CharField(
        label=_("What it is for"),
        max_length=TEXT_MAX,
        required=False,
        widget=forms.Textarea(attrs={"rows": "2"}),
        help_text=_("One or two sentences; they stand on its card."),
    )
    note = forms.CharField(
        label=_("What is new"),
        max_length=NOTE_MAX,
        required=False,
        help_text=_("Of a new version: for who is on an older one."),
    )

    def __init__(self, *args: Any, templates: list[LaunchTemplate], only: LaunchTemplate | None = None, **named: Any):
        super().__init__(*args, **named)
        offered = [(each.slug, _("A new version of %(name)s") % {"name": each.name}) for each in templates]
        self.fields["target"].choices = [(NEW, _("A new template")), *offered]  # type: ignore[attr-defined]
        shown = ["name", "slug", "text"]
        if only is not None:
            shown = ["note"]
        elif templates:
            shown = ["target", *shown, "note"]
        for name in set(self.fields) - set(shown):
            del self.fields[name]
        self.only = only
        wide = {"name": "m", "slug": "m", "text": "l", "note": "l", "target": "m"}
        self.helper = ConsoleHelper(*(Show(name, width=wide[name]) for name in shown))

    def clean(self) -> dict[str, Any]:
        """Ask for a name and short name where it is a new template."""
        cleaned: dict[str, Any] = super().clean() or {}
        if self.only is None and not cleaned.get("target"):
            for name in ("name", "slug"):
                if name not in self.errors and not cleaned.get(name):
                    self.add_error(name, _("A value is required."))
        return cleaned
