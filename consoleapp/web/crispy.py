"""Layouts in the console's own words, for crispy-forms: sections, folds, rows, and how one field is shown.

The only Python that knows of `hx-` attributes (`live`). Markup is in `templates/console/`, the view of one control in
`controls.py`. A run of plain fields is rendered in one go; crispy's own layout objects may stand between them.
"""

from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import LayoutObject
from crispy_forms.utils import TEMPLATE_PACK
from django.forms import BaseForm
from django.template import Context
from django.template.loader import get_template
from django.utils.html import format_html_join

from consoleapp.web.controls import Control, control

FIELD_TEMPLATE = "console/field.html"


def live(url: str, target: str, *, trigger: str = "change", swap: str = "outerHTML") -> dict[str, str]:
    """Attributes that post the field's form to `url` when it changes and put the answer in place of `target`."""
    return {"hx-post": url, "hx-target": target, "hx-trigger": trigger, "hx-swap": swap, "hx-include": "closest form"}


class Show:
    """One field and how it is shown; see `controls.control` for the options."""

    look = ""

    def __init__(self, name: str, **options: Any) -> None:
        self.name = name
        self.options = {"look": self.look, **options}

    def control(self, form: BaseForm) -> Control:
        """The field's view in this form."""
        return control(form[self.name], **self.options)


class Segmented(Show):
    """A short choice as one bar of segments; its widget is a `RadioSelect`."""

    look = "seg"


class Sizes(Show):
    """A choice of sizes as chips; its widget is a `RadioSelect`, its labels may be `controls.Option`."""

    look = "sizes"


class Run(LayoutObject):  # type: ignore[misc]  # crispy_forms is not typed
    """Fields and layout objects below each other, every stretch of plain fields rendered by one template call."""

    template = ""

    def __init__(self, *fields: Any) -> None:
        self.fields = list(fields)

    def render(self, form: BaseForm, context: Context, template_pack: str = TEMPLATE_PACK, **kwargs: Any) -> str:
        """The HTML of the fields, inside the object's own template when it has one."""
        inner = self.inner(form, context, template_pack)
        if not self.template:
            return inner
        has_error = any(name in form.errors for name in self.names()) if form.is_bound else False
        return get_template(self.template).render({"part": self, "fields": inner, "has_error": has_error})

    def inner(self, form: BaseForm, context: Context, template_pack: str) -> str:
        """The HTML of the fields alone."""
        parts: list[str] = []
        waiting: list[Control] = []
        for field in self.fields:
            if isinstance(field, str | Show):
                waiting.append(self._control(field, form))
                continue
            parts.append(_flush(waiting))
            parts.append(field.render(form, context, template_pack=template_pack))
        parts.append(_flush(waiting))
        return format_html_join("", "{}", ((part,) for part in parts))

    def names(self) -> list[str]:
        """The names of all fields in it, however deep."""
        names: list[str] = []
        for field in self.fields:
            if isinstance(field, Run):
                names += field.names()
            elif isinstance(field, str | Show):
                names.append(field if isinstance(field, str) else field.name)
        return names

    def _control(self, field: "str | Show", form: BaseForm) -> Control:
        name = field if isinstance(field, str) else field.name
        if name in form.rendered_fields:  # type: ignore[attr-defined]  # crispy keeps it there
            raise ValueError(f"The layout shows {name!r} twice.")
        form.rendered_fields.add(name)  # type: ignore[attr-defined]
        return control(form[name]) if isinstance(field, str) else field.control(form)


class Section(Run):
    """A card with a title and one sentence; `tone` is "" or "warn", `css_id` lets links point at it."""

    template = "console/layout/section.html"

    def __init__(self, title: Any, description: Any, *fields: Any, css_id: str = "", tone: str = "") -> None:
        super().__init__(*fields)
        self.title, self.description, self.css_id, self.tone = title, description, css_id, tone


class Fold(Run):
    """A folded part that says what it holds; open when one of its fields has an error."""

    template = "console/layout/fold.html"

    def __init__(self, title: Any, *fields: Any, holds: Any = "", css_id: str = "", is_open: bool = False) -> None:
        super().__init__(*fields)
        self.title, self.holds, self.css_id, self.is_open = title, holds, css_id, is_open


class Row(Run):
    """Several controls on one line under one label, each with its own small label above."""

    template = "console/layout/line.html"

    def __init__(self, label: Any, *fields: Any, hint: Any = "") -> None:
        super().__init__(*(Show(field, bare="part") if isinstance(field, str) else field for field in fields))
        for field in self.fields:
            field.options["bare"] = "part"
        self.label, self.hint = label, hint


class ConsoleHelper(FormHelper):  # type: ignore[misc]  # crispy_forms is not typed
    """A helper whose form tag, token and buttons are written by the page, not by the form."""

    form_tag = False
    form_action = ""  # crispy's own property would look for a URL of that name at every rendering
    disable_csrf = True
    include_media = False
    field_template = FIELD_TEMPLATE

    def __init__(self, *fields: Any, form: BaseForm | None = None) -> None:
        super().__init__()
        self.layout = Run(*(fields or (form.fields if form is not None else ())))


def _flush(waiting: list[Control]) -> str:
    if not waiting:
        return ""
    html = get_template(FIELD_TEMPLATE).render({"controls": list(waiting)})
    waiting.clear()
    return html
