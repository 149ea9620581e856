"""The fields that a template asks for, as the wizard's own controls: the same names, texts and errors.

What is typed goes into a draft's data and secrets exactly as the steps of the wizard would have put it there.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_variables

from consoleapp.catalogue.services.lines import Line, choice_at, lines_of, record_at
from consoleapp.domain.schema import fields_of
from consoleapp.domain.secret import Secret
from consoleapp.launch_templates.locks import ASKED, Mode
from consoleapp.web.crispy import ConsoleHelper, Show
from consoleapp.wizard.draft.new import move_version
from consoleapp.wizard.draft.paths import Path, at_path, secret_name, steps_of
from consoleapp.wizard.draft.problems import FieldError
from consoleapp.wizard.draft.template import number_of
from consoleapp.wizard.forms.basic import NetworkForm, QuantityForm, SizePicker
from consoleapp.wizard.forms.declared import choice_of, field_of, show
from consoleapp.wizard.forms.locked import allowed
from consoleapp.wizard.forms.stored import StoredForm, clean_text, secret_hint
from consoleapp.wizard.services.network import NetworkChoices
from consoleapp.wizard.shape import Data
from consoleapp.wizard.views.submission import Submission

_NETWORK = ("region_id", "vpc_id", "vswitch_ids", "security_group_id")
_SIZE = ("cpu", "memory_gib")


@dataclass(frozen=True)
class Place:
    """Where a field stands in a draft: the path of its row, what its controls begin with, and its name in the row."""

    row: Path
    prefix: str
    name: str


@dataclass(frozen=True)
class Shown:
    """One field as the page shows it: a form with one control, or the chips of a size."""

    form: StoredForm | None = None
    picker: SizePicker | None = None
    # What the template says at a size.
    note: str = ""


@dataclass(frozen=True)
class Section:
    """The fields of the group, or of one container, whose name is the title."""

    title: str
    fields: list[Shown]


def asked_of(data: Data, fields: Mapping[str, Mapping[str, Any]]) -> list[Line]:
    """Return the fields that a template asks for: first those that must be filled in."""
    lines = [line for line in lines_of(data, fields) if not line.is_list and line.mode in ASKED]
    return sorted(lines, key=lambda line: line.mode != Mode.REQUIRED)


def place_of(path: Path) -> Place:
    """Return where a field stands."""
    keys = [at for at, step in enumerate(steps_of(path)) if step.is_key]
    end = keys[-1] + 1 if keys else 0
    return Place(path[:end], "-".join(path[at] for at in keys), "-".join(path[end:]))


@dataclass(frozen=True)
class AskedFields:
    """The controls of what a template asks for."""

    lines: Sequence[Line]

    @cached_property
    def controls(self) -> frozenset[str]:
        """Return the ids of the controls."""
        return frozenset(f"id_{line.control}" for line in self.lines)

    # --- taking in

    @sensitive_variables()
    def bind(self, change: Submission) -> None:
        """Take what was posted into the change's data and secrets."""
        spec, post = change.data["spec"], change.post
        for line in self.lines:
            if line.path[0] in ("vpc_id", "quantity"):
                self._bind_beside(change, line.path[0])
            elif line.is_secret:
                if typed := clean_text(post.get(line.control, "")).replace("\r\n", "\n"):
                    change.secrets[secret_name(line.path)] = Secret(typed)
            elif len(line.path) == 1 and line.path[0] in _SIZE:
                if line.control in post:
                    spec[line.path[0]] = clean_text(post[line.control])
            else:
                place = place_of(line.path)
                row = at_path(spec, place.row) if place.row else spec
                if row is not None:
                    _form_class(line).bind(post, row, prefix=place.prefix or None)
                    if line.path[-1] == "image":
                        move_version(row)

    @staticmethod
    def _bind_beside(change: Submission, name: str) -> None:
        if name in change.post:
            kept: Any = change.data["page"] if name == "vpc_id" else change.data
            kept[name] = clean_text(change.post[name])

    # --- showing

    def sections(
        self,
        data: Data,
        secrets: Mapping[str, Secret],
        problems: Iterable[FieldError],
        network: NetworkChoices,
        pickers: Sequence[SizePicker],
    ) -> list[Section]:
        """Return the controls as the page shows them, by what they are of; `pickers` are those of the wizard."""
        found = tuple(problems)
        made: dict[str, list[Shown]] = {}
        for line in self.lines:
            made.setdefault(line.section, []).append(self._shown(line, data, secrets, found, network, pickers))
        return [Section(title, shown) for title, shown in made.items()]

    def _shown(
        self,
        line: Line,
        data: Data,
        secrets: Mapping[str, Secret],
        problems: tuple[FieldError, ...],
        network: NetworkChoices,
        pickers: Sequence[SizePicker],
    ) -> Shown:
        name = line.path[0]
        if len(line.path) == 1 and name in _SIZE:
            picker = next(each for each in pickers if each.name == name)
            return Shown(picker=_within(picker, line), note=_note(line))
        form: StoredForm
        if len(line.path) == 1 and name in _NETWORK:
            form = choices = NetworkForm(data, network, problems)
            choices.helper = ConsoleHelper(Show(name, width="m") if name != "vswitch_ids" else Show(name))
        elif name == "quantity":
            form = QuantityForm({name: data.get("quantity") or "1"}, problems)
        else:
            form = self._form(line, data, secrets, problems)
        field = form.fields[place_of(line.path).name if name != "quantity" else name]
        field.required = line.mode == Mode.REQUIRED or field.required
        if note := _note(line):
            field.help_text = note
        return Shown(form)

    @staticmethod
    def _form(line: Line, data: Data, secrets: Mapping[str, Secret], problems: tuple[FieldError, ...]) -> StoredForm:
        place = place_of(line.path)
        row = at_path(data["spec"], place.row) if place.row else data["spec"]
        form = _form_class(line)(row or {}, problems, prefix=place.prefix or None)
        if line.is_secret:
            form.fields[place.name].widget.attrs["placeholder"] = secret_hint(secrets, secret_name(line.path))
        return form


def _note(line: Line) -> str:
    return " ".join(filter(None, (str(line.said.get("help") or ""), allowed(line.said))))


def _within(picker: SizePicker, line: Line) -> SizePicker:
    """Return the picker with the sizes alone that the template allows, and the chosen one."""
    choices = [number_of(text) for text in line.said.get("choices") or []]
    least, most = (number_of(str(line.said.get(name) or "")) for name in ("min", "max"))

    def is_allowed(value: str) -> bool:
        number = number_of(value)
        if number is None:
            return False
        is_chosen = not choices or number in choices
        return is_chosen and (least is None or number >= least) and (most is None or number <= most)

    chips, more = (
        tuple(chip for chip in kept if chip.is_chosen or is_allowed(chip.value)) for kept in (picker.chips, picker.more)
    )
    # A short list is not folded.
    return replace(picker, chips=chips, more=more) if choices == [] else replace(picker, chips=(*chips, *more), more=())


def _shown_as(line: Line, name: str) -> Show:
    if line.path[-1] == "image_version" or line.is_secret or line.said.get("choices"):
        return Show(name, width="m")
    records = record_at(line.path)
    known = next((record for record in records if line.path[-1] in fields_of(record)), None)
    return show(known, line.path[-1], name) if known is not None else Show(name)


def _form_class(line: Line) -> type[StoredForm]:
    """Return the class of a form with the one control of a field."""
    name = place_of(line.path).name
    return type("AskedForm", (StoredForm,), {name: _field(line), "helper": ConsoleHelper(_shown_as(line, name))})


def _field(line: Line) -> forms.Field:
    """Return the form field of a field; one with a few choices of the template is a list of them."""
    leaf, is_required = line.path[-1], line.mode == Mode.REQUIRED
    plain = {"autocomplete": "off", "spellcheck": "false", "autocapitalize": "none"}
    if line.is_secret:
        widget: forms.Widget = forms.PasswordInput(render_value=False, attrs={"autocomplete": "new-password"})
        if line.path[-1] == "content":
            widget = forms.Textarea(attrs={**plain, "rows": "4", "class": "mono"})
        return forms.CharField(label=line.label, required=is_required, strip=False, widget=widget)
    if choices := line.said.get("choices"):
        offered = [("", _("Choose one")), *((each, each) for each in choices)]
        return forms.ChoiceField(label=line.label, required=is_required, choices=offered)
    if (choice := choice_at(line.path)) is not None:
        return choice_of(choice)
    known = next((record for record in record_at(line.path) if leaf in fields_of(record)), None)
    if known is None:
        return forms.CharField(label=line.label, required=is_required, widget=forms.TextInput(attrs=plain))
    made = field_of(known, leaf, is_required=is_required)
    made.label = line.label
    return made
