"""Layouts in the console's own words, for crispy-forms: runs of fields, rows, and how one field is shown.

What one control looks like is in `controls.py`.
"""

from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import LayoutObject
from crispy_forms.utils import TEMPLATE_PACK
from django.forms import BaseForm
from django.template import Context
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString

from consoleapp.web.controls import Control, control, written


class Show:
    """One field and how it is shown; see `controls.control` for the options."""

    look = ""

    def __init__(self, name: str, **options: Any) -> None:
        self.name = name
        self.options = {"look": self.look, **options}

    def control(self, form: BaseForm) -> Control:
        """Return the field's view in this form."""
        return control(form[self.name], **self.options)


class Segmented(Show):
    """A short choice as one bar of segments; its widget is a `RadioSelect`."""

    look = "seg"


class Run(LayoutObject):  # type: ignore[misc]  # crispy_forms is not typed
    """Fields and rows below each other."""

    def __init__(self, *fields: Any) -> None:
        self.fields = list(fields)

    def render(self, form: BaseForm, context: Context, template_pack: str = TEMPLATE_PACK, **kwargs: Any) -> SafeString:
        """Return the HTML of the fields."""
        return SafeString(
            "".join(
                written(self._control(field, form))
                if isinstance(field, str | Show)
                else field.render(form, context, template_pack)
                for field in self.fields
            )
        )

    def _control(self, field: "str | Show", form: BaseForm) -> Control:
        name = field if isinstance(field, str) else field.name
        if name in form.rendered_fields:  # type: ignore[attr-defined]  # crispy keeps it there
            raise ValueError(f"The layout shows {name!r} twice.")
        form.rendered_fields.add(name)  # type: ignore[attr-defined]
        return control(form[name]) if isinstance(field, str) else field.control(form)


class Row(Run):
    """Several controls on one line under one label, each with its own small label above."""

    def __init__(self, label: Any, *fields: Any, hint: Any = "") -> None:
        super().__init__(*(Show(field, bare="part") if isinstance(field, str) else field for field in fields))
        for field in self.fields:
            field.options["bare"] = "part"
        self.label, self.hint = label, hint

    def render(self, form: BaseForm, context: Context, template_pack: str = TEMPLATE_PACK, **kwargs: Any) -> SafeString:
        """Return the line around the HTML of its controls; nothing where all of them are hidden."""
        inner = super().render(form, context, template_pack)
        if not inner:
            return inner
        label = conditional_escape(self.label)
        hint = f'<div class="hint">{conditional_escape(self.hint)}</div>' if self.hint else ""
        parts = f'<div class="parts">{inner}</div>'
        return SafeString(
            f'<div class="row" role="group" aria-label="{label}"><span class="label">{label}</span>'
            f"<div>{parts}{hint}</div></div>"
        )


class ConsoleHelper(FormHelper):  # type: ignore[misc]  # crispy_forms is not typed
    """A helper whose form tag, token and buttons are written by the page, not by the form."""

    form_tag = False
    form_action = ""  # crispy's own property would look for a URL of that name at every rendering
    disable_csrf = True
    include_media = False

    def __init__(self, *fields: Any) -> None:
        super().__init__()
        self.layout = Run(*fields)
