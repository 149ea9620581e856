"""How a field of the request is declared: one line, from which the wire, the pages and the checks are made.

A record is a frozen dataclass whose fields are ``name: Annotated[type, Field(wire key, kind, ...)]``. What a value may
be is said by its kind (``kinds.py``); what several fields of a record say together stands in its ``rules``.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping
from dataclasses import MISSING, dataclass, fields
from functools import cache
from types import MappingProxyType
from typing import Any, ClassVar, TypeVar

from consoleapp.domain import flat
from consoleapp.domain.secret import Secret
from consoleapp.domain.validation import Problems, is_blank

AnyRecord = TypeVar("AnyRecord", bound="Record")
# What a form holds: a text, the texts of a multiple choice, or whether a box is ticked.
Raw = str | list[str] | bool


class Kind(ABC):
    """What a value may be. Values are ``Any`` here and nowhere above: the dataclasses type them."""

    codec: flat.Codec
    # Whether its value stands, or may stand, in the vault and never in the raw data.
    holds_secret: bool = False
    is_list: bool = False
    # Whether it is a box to tick on the pages.
    is_box: bool = False

    @abstractmethod
    def check(self, problems: Problems, path: str, value: Any) -> None:
        """Mark a value that cannot be sent; None and empty mean not sent."""

    def parse(self, text: str) -> Any:
        """Return the value that somebody typed as this text; raise DomainError."""
        return text.strip()

    def show(self, value: Any) -> Raw:
        """Return what has to be typed or chosen to get this value."""
        return str(value)

    def read(self, raw: Mapping[str, Any], name: str, secret: Secret | None = None) -> Any:
        """Return the value of the field with this name; raise DomainError. ``secret`` is what the vault has of it."""
        typed = raw.get(name, "")
        return self.parse(typed if isinstance(typed, str) else "")

    def write(self, raw: dict[str, Any], name: str, value: Any) -> None:
        """Put into the raw data what has to be typed to get this value."""
        raw[name] = "" if value is None else self.show(value)

    def records(self) -> Mapping[str, type["Record"]]:
        """Return the records a value is made of, by the word that chooses among them ("" without a choice)."""
        return {}

    def items(self, value: Any) -> Iterator[tuple[str, "Record"]]:
        """Yield the records in a value, each with what follows the field's name in its path."""
        return iter(())


@dataclass(frozen=True)
class Field:
    """The declaration of one field.

    On the wire: ``keeps_empty``, an empty value is a value too, sent and no fault; ``needed``, must not be empty
    although it has a default (a field without default always is).

    On the pages, sentences marked with ``_``: ``label`` ("" for a field that no page asks for), ``hint`` below the
    control, ``unit`` behind it, ``says`` beside a box, ``example`` inside an empty one; ``at`` the section it stands in
    and ``line`` the line it shares with others (``wizard/layout.py``), ``width`` s, m or l. ``initial`` is what a new
    draft begins with, ``otherwise`` what an emptied control means. ``wanted``: a draft must have it although the cloud
    does not ask for it.
    """

    wire: str
    kind: Kind
    label: str = ""
    keeps_empty: bool = False
    needed: bool = False
    at: str = ""
    line: str = ""
    width: str = ""
    unit: str = ""
    says: str = ""
    example: str = ""
    hint: str = ""
    initial: Raw = ""
    otherwise: str = ""
    wanted: bool = False


@dataclass(frozen=True)
class Case:
    """One of several ways to fill a record: its word and label, the fields it asks for, and values it stands for.

    ``is_nothing``: the record is not there at all. ``optional``: fields that belong to it alone and may be empty.
    """

    word: str
    label: str
    fields: tuple[str, ...] = ()
    values: tuple[tuple[str, Any], ...] = ()
    is_nothing: bool = False
    optional: tuple[str, ...] = ()

    @property
    def own(self) -> frozenset[str]:
        """Return the fields that count in this case."""
        return frozenset((*self.fields, *self.optional))


@dataclass(frozen=True)
class Alternatives:
    """A choice among fields of a record. Its word is a raw leaf of its own; what the others hold is kept, not sent."""

    name: str
    label: str
    cases: tuple[Case, ...]
    at: str = ""
    hint: str = ""

    def chosen(self, raw: Mapping[str, Any]) -> Case | None:
        """Return the case of the raw data, the first where nothing was chosen; None for a word that is none."""
        word = raw.get(self.name, self.cases[0].word)
        return next((case for case in self.cases if case.word == word), None)

    def case_of(self, record: "Record") -> Case:
        """Return the case that fills a record like this one."""

        def fits(case: Case) -> bool:
            is_filled = any(getattr(record, name) not in (None, "", ()) for name in case.fields)
            return is_filled or any(getattr(record, name) == value for name, value in case.values)

        return next((case for case in self.cases if fits(case)), self.cases[0])


class Record:
    """A part of the request; one that exists may be sent."""

    one_of: ClassVar[Alternatives | None] = None

    def __post_init__(self) -> None:
        problems = Problems()
        check(self, problems)
        problems.raise_any()

    def rules(self, problems: Problems) -> None:
        """Mark what is wrong with several fields together."""


def _fields_of(record: type[Any]) -> Mapping[str, Field]:
    """Return the declared fields of a record by name, in order; raise TypeError for one without a declaration."""
    found = {}
    for each in fields(record):
        declared = next((word for word in getattr(each.type, "__metadata__", ()) if isinstance(word, Field)), None)
        if declared is None:
            raise TypeError(f"{record.__name__}.{each.name} is not declared")
        found[each.name] = declared
    return MappingProxyType(found)


# Not as decorators: mypy would ask for an instance's hash.
fields_of: Callable[[type], Mapping[str, Field]] = cache(_fields_of)


def _needed_of(record: type[Any]) -> frozenset[str]:
    """Return the names of the fields that must not be empty."""
    declared = fields_of(record)
    bare = {each.name for each in fields(record) if each.default is MISSING and each.default_factory is MISSING}
    return frozenset(
        name for name, field in declared.items() if field.needed or (name in bare and not field.keeps_empty)
    )


_needed: Callable[[type], frozenset[str]] = cache(_needed_of)


def is_required(record: type[Record], name: str) -> bool:
    """Tell whether the field must not be empty."""
    return name in _needed(record)


def is_needed(record: type[Record], name: str) -> bool:
    """Tell whether a draft must have a value for the field."""
    return fields_of(record)[name].wanted or is_required(record, name)


def initial_of(record: type[Record]) -> dict[str, Raw]:
    """Return what the fields of a new draft begin with, where they begin with anything."""
    return {name: field.initial for name, field in fields_of(record).items() if field.initial}


def unchecked(record: type[AnyRecord], values: Mapping[str, Any]) -> AnyRecord:
    """Return a record of these values that nobody has judged; fields without a value and a default are None."""
    made = object.__new__(record)
    for each in fields(record):  # type: ignore[arg-type]  # every Record is a dataclass
        default = None if each.default is MISSING else each.default
        object.__setattr__(made, each.name, values.get(each.name, default))
    return made


def check(record: Record, problems: Problems, *, deep: bool = False) -> None:
    """Mark all that is wrong with a record: each field by its kind, then its rules; ``deep`` the records in it too."""
    kind = type(record)
    needed = _needed(kind)
    for name, field in fields_of(kind).items():
        value = getattr(record, name)
        if name in needed and is_blank(value):
            problems.required(name, value)
        elif value is not None:
            # What is wrong with an item itself is said before what is wrong with it among others.
            for below, item in field.kind.items(value) if deep else ():
                check(item, problems.below(f"{name}{below}"), deep=True)
            field.kind.check(problems, name, value)
    record.rules(problems)


def part(record: type[Record], *, joint: str = ".", without: tuple[str, ...] = ()) -> flat.Part:
    """Return the wire form of a record; ``without`` names fields that it lacks where it stands."""
    return flat.Part(
        record,
        *(
            flat.Field(name, field.wire, field.kind.codec, field.keeps_empty)
            for name, field in fields_of(record).items()
            if name not in without
        ),
        joint=joint,
    )


def walk(record: type[Record], *above: str) -> Iterator[tuple[tuple[str, ...], Field]]:
    """Yield every path below a record and its declaration; ``*`` stands for any item of a list."""
    for name, field in fields_of(record).items():
        path = (*above, name)
        yield path, field
        for below in field.kind.records().values():
            yield from walk(below, *path, *(["*"] if field.kind.is_list else []))
