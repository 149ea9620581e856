"""What the draft's template fixes, while a page of the draft is made: every form and row looks here, as every text
looks for the language. So no view hands it on, and none can forget it.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, Final

from django import forms
from django.utils.translation import gettext as _

from consoleapp.launch_templates.locks import Mode
from consoleapp.wizard.draft.template import Marks, marks_of
from consoleapp.wizard.shape import Data

_NOTHING: Final = Marks()
_marks: ContextVar[Marks | None] = ContextVar("marks", default=None)


@contextmanager
def shown_with_locks(data: Data) -> Iterator[None]:
    """Have what is made inside show what the template of this draft fixes."""
    token = _marks.set(marks_of(data))
    try:
        yield
    finally:
        _marks.reset(token)


def _shown() -> Marks:
    return _marks.get() or _NOTHING


def is_locked(control: str) -> bool:
    """Tell whether the control with this name is fixed by the template."""
    return control in _shown().modes


def is_hidden(control: str) -> bool:
    """Tell whether the control is not even shown."""
    return _shown().modes.get(control) == Mode.HIDDEN


def is_full(control: str) -> bool:
    """Tell whether nothing can be added to the list with this name."""
    return control in _shown().full


def is_kept(control: str) -> bool:
    """Tell whether the row whose controls begin like this cannot be removed."""
    return control in _shown().kept


def note_of(control: str) -> str:
    """Return what is to be said at a control: that the template locks it, its help, what it allows; "" for most."""
    marks = _shown()
    if control in marks.modes:
        return _("Locked by the template %(name)s") % {"name": marks.name}
    said = marks.fields.get(control, {})
    return " ".join(filter(None, (str(said.get("help") or ""), allowed(said))))


def allowed(said: Mapping[str, Any]) -> str:
    """Return the bounds of a field of a template in words."""
    if choices := said.get("choices"):
        return _("The template allows %(choices)s.") % {"choices": ", ".join(map(str, choices))}
    least, most = said.get("min"), said.get("max")
    if least and most:
        return _("The template allows %(least)s to %(most)s.") % {"least": least, "most": most}
    if most:
        return _("The template allows at most %(most)s.") % {"most": most}
    if least:
        return _("The template allows %(least)s and more.") % {"least": least}
    if pattern := said.get("pattern"):
        return _("The template wants a value like %(pattern)s.") % {"pattern": pattern}
    return ""


def lock(form: forms.BaseForm) -> None:
    """Disable the form's fields that are fixed, and say at each what is to be said of it."""
    marks = _shown()
    if not marks.name and not marks.linked:
        return
    for name, field in form.fields.items():
        control = form.add_prefix(name)
        if control in marks.modes:
            _fix(form, name, field, is_hidden=marks.modes[control] == Mode.HIDDEN)
        if note := note_of(control):
            field.help_text = note
        if control in marks.linked:
            # Takes no room: the page stands still when it is saved, and the mark goes.
            looks = f"{field.widget.attrs.get('class', '')} linked".strip()
            field.widget.attrs |= {"class": looks, "title": _("From the link.")}


def _fix(form: forms.BaseForm, name: str, field: forms.Field, *, is_hidden: bool) -> None:
    """Keep a field from being changed in the page; one that can be read is sent still, as pages look for it."""
    if isinstance(field.widget, forms.TextInput | forms.Textarea) and not is_hidden:
        field.widget.attrs["readonly"] = True
        return
    field.disabled = True
    # A disabled field shows its initial value.
    form.initial[name] = form.data.get(form.add_prefix(name))
    if is_hidden:
        field.widget = forms.HiddenInput()
