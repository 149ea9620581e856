"""Form fields and layouts made of what the fields of the request declare (domain/schema.py)."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Final, TypeVar

from django import forms

from consoleapp.domain import limits
from consoleapp.domain.kinds import (
    AbsolutePath,
    Choice,
    ImageAddress,
    IpAddress,
    Many,
    Matching,
    MaybeSecretText,
    Number,
    RegistryHost,
    RelativePath,
    SecretText,
    Whole,
)
from consoleapp.domain.schema import Alternatives, Field, Kind, Raw, Record, fields_of, is_needed
from consoleapp.web.crispy import ConsoleHelper, Row, Segmented, Show
from consoleapp.web.domain_words import Words, said, said_later
from consoleapp.web.formats import first_few
from consoleapp.wizard.draft.paths import is_single
from consoleapp.wizard.draft.problems import FieldError
from consoleapp.wizard.forms.stored import StoredForm, stored_at
from consoleapp.wizard.layout import LINES, ORDER
from consoleapp.wizard.shape import Fields

AnyForm = TypeVar("AnyForm", bound="DeclaredForm")
# How many of its fields a closed fold names, and characters that it shows of each.
HELD_FIELDS: Final = 3
HELD_MAX: Final = 24
# Nothing of what is typed is prose.
_PLAIN: Final = {"spellcheck": "false", "autocapitalize": "off", "autocomplete": "off"}


def label_of(record: type[Record], name: str) -> Words:
    """Return what a field is called."""
    return said_later(fields_of(record)[name].label)


def words_of(record: type[Record], name: str) -> dict[str, Words]:
    """Return what the words of a choice are called, by the word."""
    kind = fields_of(record)[name].kind
    choice = kind.item if isinstance(kind, Many) else kind
    return {word: said_later(label) for word, label in choice.labels().items()} if isinstance(choice, Choice) else {}


def cases_of(alternatives: Alternatives) -> dict[str, Words]:
    """Return what the cases of a choice among fields are called, by their words."""
    return {case.word: said_later(case.label) for case in alternatives.cases}


def field_of(record: type[Record], name: str, *, is_required: bool | None = None) -> forms.Field:
    """Return the form field of a declared field; whether it carries a star is its own word unless told."""
    declared = fields_of(record)[name]
    kind = declared.kind
    told: dict[str, Any] = {"label": said_later(declared.label), "help_text": said_later(declared.hint)}
    told["required"] = is_needed(record, name) if is_required is None else is_required
    if kind.is_box:
        return forms.BooleanField(**{**told, "required": False})
    if isinstance(kind, Choice):
        widget = forms.Select if kind.is_folded else forms.RadioSelect
        return forms.ChoiceField(choices=[*words_of(record, name).items()], widget=widget, **told)
    if isinstance(kind, Many) and kind.typed is None:
        return forms.MultipleChoiceField(
            choices=[*words_of(record, name).items()], widget=forms.CheckboxSelectMultiple, **told
        )
    return forms.CharField(widget=_text_widget(declared), strip=False, **told)


def held(stored: Fields, *parts: "Part") -> str:
    """Return what a closed fold says it holds: the first of what was typed or chosen in its parts, and what each is
    called."""
    shown = {name: field for part in parts for name, field in part.shows().items()}
    told = []
    for name in _in_order(parts[0].sections[0], [*shown]):
        declared, value = shown[name].declared, stored_at(stored, name)
        label = said(declared.label)
        if declared.kind.is_box and value is True:
            told.append(label)
        elif isinstance(value, str) and value.strip():
            text = str(words_of(shown[name].record, shown[name].name).get(value, " ".join(value.split())))
            short = f"{text[:HELD_MAX]}{' …' if len(text) > HELD_MAX else ''}"
            told.append(" ".join(filter(None, (label, short, said(declared.unit)))))
    return first_few(told, HELD_FIELDS, " · ")


def choice_of(alternatives: Alternatives) -> forms.ChoiceField:
    """Return the form field of a choice among fields."""
    return forms.ChoiceField(
        label=said_later(alternatives.label),
        help_text=said_later(alternatives.hint),
        required=False,
        widget=forms.RadioSelect,
        choices=[*cases_of(alternatives).items()],
    )


def _text_widget(declared: Field) -> forms.Widget:
    kind = declared.kind
    if isinstance(kind, SecretText):
        return forms.PasswordInput(render_value=False, attrs={"autocomplete": "new-password"})
    attrs: dict[str, Any] = {**_PLAIN}
    if declared.example:
        attrs["placeholder"] = declared.example
    if _is_code(kind):
        attrs["class"] = "mono"
    if isinstance(kind, Whole | Number):
        attrs["inputmode"] = "numeric" if isinstance(kind, Whole) else "decimal"
    if isinstance(kind, Many) and kind.typed is not None and kind.typed.rows:
        return forms.Textarea(attrs={**attrs, "rows": str(kind.typed.rows), "class": "mono"})
    return forms.TextInput(attrs=attrs)


def _is_code(kind: Kind) -> bool:
    """Tell whether what is typed is read letter by letter: addresses, paths, variables, commands."""
    if isinstance(kind, Matching):
        return kind.pattern is limits.ENVIRONMENT_KEY
    if isinstance(kind, Many):
        return kind.typed is not None and kind.typed.rows == 0
    return isinstance(kind, AbsolutePath | RelativePath | ImageAddress | RegistryHost | IpAddress | MaybeSecretText)


def show(record: type[Record], name: str, control: str = "") -> Show:
    """Return how a declared field is shown; ``control`` is its name in the form where that is another one."""
    declared = fields_of(record)[name]
    if isinstance(declared.kind, Choice) and not declared.kind.is_folded:
        return Segmented(control or name)
    return Show(control or name, width=declared.width, unit=said_later(declared.says or declared.unit))


@dataclass(frozen=True)
class Shown:
    """A declared field of a record."""

    record: type[Record]
    name: str

    @property
    def declared(self) -> Field:
        return fields_of(self.record)[self.name]


@dataclass(frozen=True)
class Part:
    """The single fields of a record that stand in these sections, but for some; ``below`` is the name of the record in
    that of the form."""

    record: type[Record]
    sections: tuple[str, ...] = ("",)
    without: tuple[str, ...] = ()
    below: str = ""

    def names(self) -> list[str]:
        """Return the names of the fields, in the order of their declaration."""
        return [
            name
            for name, declared in fields_of(self.record).items()
            if declared.label and declared.at in self.sections and name not in self.without and is_single(declared)
        ]

    def shows(self) -> dict[str, Shown]:
        """Return the fields by the names of their controls in a form."""
        return {f"{self.below}-{name}" if self.below else name: Shown(self.record, name) for name in self.names()}


class DeclaredForm(StoredForm):
    """A form over declared fields; `sections` has a layout for each section, `helper` shows them all."""

    # How the fields of each section are shown.
    layouts: ClassVar[Mapping[str, tuple[object, ...]]] = {}

    def __init__(self, stored: Fields, problems: Iterable[FieldError] = (), **named: Any) -> None:
        super().__init__(stored, problems, **named)
        self.sections = {section: ConsoleHelper(*layout) for section, layout in self.layouts.items()}
        self.helper = ConsoleHelper(*(each for layout in self.layouts.values() for each in layout))


def form_of(*parts: Part, base: type[AnyForm]) -> type[AnyForm]:
    """Return a form over all fields of the parts, of this class."""
    shown = {name: field for part in parts for name, field in part.shows().items()}
    # What a record in the record needs is needed only where there is one.
    body: dict[str, Any] = {
        name: field_of(field.record, field.name, is_required=False if "-" in name else None)
        for name, field in shown.items()
    }
    body["defaults"] = {**base.defaults, **{name: _default(field.record, field.name) for name, field in shown.items()}}
    body["layouts"] = _layouts(shown)
    return type(f"{parts[0].record.__name__}Form", (base,), body)


def _layouts(shown: Mapping[str, Shown]) -> dict[str, tuple[object, ...]]:
    """Return how the fields with these names are shown, by section."""
    names: dict[str, list[str]] = {}
    for name, field in shown.items():
        names.setdefault(field.declared.at, []).append(name)
    made = {}
    for section, here in names.items():
        made[section] = tuple(_shown({name: shown[name] for name in _in_order(section, here)}))
    return made


def _in_order(section: str, names: list[str]) -> list[str]:
    """Return the names of a section's fields in the order in which the page shows them."""
    first = [name for name in ORDER.get(section, ()) if name in names]
    return [*first, *(name for name in names if name not in first)]


def _shown(shown: Mapping[str, Shown]) -> Iterator[object]:
    """Yield how the fields of a section are shown, in their order; those of one line together, where the first is."""
    begun: set[str] = set()
    for name, field in shown.items():
        line = field.declared.line
        if not line:
            yield show(field.record, field.name, name)
        elif line not in begun:
            begun.add(line)
            together = (
                show(other.record, other.name, each) for each, other in shown.items() if other.declared.line == line
            )
            yield Row(LINES[line].label, *together, hint=LINES[line].hint)


def _default(record: type[Record], name: str) -> Raw | None:
    """Return what a field shows where nothing was stored: what it begins with, or that nothing is chosen."""
    declared = fields_of(record)[name]
    is_nothing_offered = isinstance(declared.kind, Choice) and "" in declared.kind.labels()
    return declared.initial or ("" if is_nothing_offered else None)
