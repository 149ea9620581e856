"""How a field of the request is declared: one line, from which the wire, the pages and the checks are made.

A record is a frozen dataclass whose fields are ``name: Annotated[type, Field(wire key, kind, ...)]``; the functions of
``kinds.py`` write such a Field shortly. What a value may be is said by its kind; what several fields of a record say
together stands in its ``rules``.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping
from dataclasses import MISSING, dataclass, fields
from functools import cache
from types import MappingProxyType
from typing import Any

from consoleapp.domain import flat
from consoleapp.domain.checks import Problems, is_blank


class Kind(ABC):
    """What a value may be. Values are ``Any`` here and nowhere above: the dataclasses type them."""

    codec: flat.Codec

    @abstractmethod
    def check(self, problems: Problems, path: str, value: Any) -> None:
        """Marks a value that cannot be sent; None and empty mean not sent."""

    def records(self) -> Mapping[str, type["Record"]]:
        """The records a value is made of, by the word that chooses among them ("" where there is no choice)."""
        return {}


@dataclass(frozen=True)
class Field:
    """The declaration of one field.

    ``keeps_empty``: an empty value is a value too, sent and no fault. ``needed``: must not be empty although it has a
    default; a field without default always is.
    """

    wire: str
    kind: Kind
    keeps_empty: bool = False
    needed: bool = False


class Record:
    """A part of the request; one that exists may be sent."""

    def __post_init__(self) -> None:
        problems = Problems()
        check(self, problems)
        problems.raise_any()

    def rules(self, problems: Problems) -> None:
        """Marks what is wrong with several fields together."""


def _fields_of(record: type[Any]) -> Mapping[str, Field]:
    """The declared fields of a record by name, in order; raises TypeError for one without a declaration."""
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
    """The names of the fields that must not be empty."""
    declared = fields_of(record)
    bare = {each.name for each in fields(record) if each.default is MISSING and each.default_factory is MISSING}
    return frozenset(
        name for name, field in declared.items() if field.needed or (name in bare and not field.keeps_empty)
    )


_needed: Callable[[type], frozenset[str]] = cache(_needed_of)


def check(record: Record, problems: Problems) -> None:
    """Marks all that is wrong with a record: each field by its kind, then its rules."""
    kind = type(record)
    needed = _needed(kind)
    for name, field in fields_of(kind).items():
        value = getattr(record, name)
        if name in needed and is_blank(value):
            problems.required(name, value)
        elif value is not None:
            field.kind.check(problems, name, value)
    record.rules(problems)


def part(record: type[Record], *, joint: str = ".", without: tuple[str, ...] = ()) -> flat.Part:
    """The wire form of a record; ``without`` names fields that it lacks where it stands."""
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
    """Every path below a record and its declaration; ``*`` stands for any item of a list or kind of a choice."""
    for name, field in fields_of(record).items():
        path = (*above, name)
        yield path, field
        for word, below in field.kind.records().items():
            yield from walk(below, *path, *([word] if word else []))
