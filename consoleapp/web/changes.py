"""What differs between two container groups, field by field in the words of their forms; of a secret only that it does.

Rows that have a name are compared by it, others by their place, so that one that was added moves nothing else.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from django.utils.translation import gettext as _

from consoleapp.domain import limits
from consoleapp.domain.image import ImageReferenceError, parse_image_reference
from consoleapp.domain.kinds import Many
from consoleapp.domain.schema import AnyRecord, Field, Record, fields_of, initial_of, unchecked
from consoleapp.domain.secret import Secret
from consoleapp.domain.spec import ContainerGroupSpec
from consoleapp.web.domain_words import label_of_field, said, value_text

NOTHING: Final = "–"
# What tells rows of one list apart, the first that a row has.
_NAMES: Final = ("name", "key", "server", "path", "mount_path")
IsGone = Callable[[Secret], bool]


class Kind(StrEnum):
    """What has become of a field."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"


@dataclass(frozen=True)
class Change:
    """A field with the rows that it is in, before and after; without a name it is the row itself."""

    where: tuple[str, ...]
    name: str
    before: str
    after: str

    @property
    def label(self) -> str:
        """Return the field with the rows that it is in."""
        return " ".join(filter(None, (*self.where, self.name)))

    @property
    def kind(self) -> Kind:
        """Return what has become of it."""
        if NOTHING in (self.before, self.after):
            return Kind.ADDED if self.before == NOTHING else Kind.REMOVED
        return Kind.CHANGED


def changes_of(
    before: ContainerGroupSpec, after: ContainerGroupSpec, is_gone: IsGone, *, in_full: bool = False
) -> list[Change]:
    """Return each field that differs. `is_gone` tells of a secret whether it is no longer known, so that it cannot be
    compared. `in_full` tells of a row that was added what stands in it."""
    return list(_Comparison(is_gone, in_full).records(before, after, ()))


def defaults_of(record: type[AnyRecord]) -> AnyRecord:
    """Return what a new form of the record holds, unchecked; not what counts in a case only that was not chosen."""
    initial, cases = initial_of(record), record.one_of.cases if record.one_of else ()
    names = set(initial).difference(*(case.own for case in cases))
    return unchecked(record, {name: fields_of(record)[name].kind.read(initial, name) for name in names})


@dataclass(frozen=True)
class _Comparison:
    is_gone: IsGone
    in_full: bool

    def records(self, before: Record, after: Record, where: tuple[str, ...], *, without: str = "") -> Iterator[Change]:
        for name, declared in fields_of(type(after)).items():
            old, new = getattr(before, name, None), getattr(after, name)
            # A variable's value is the variable.
            label = "" if where and name == "value" else label_of_field(name, declared)
            if name == "tags":
                old, new = _without_mark(old), _without_mark(new)
            if name == without:
                continue
            if name == "image" and old and new:
                yield from _image(str(old), str(new), where, label)
            elif isinstance(old, Secret) or isinstance(new, Secret):
                yield from self._secret(old, new, where, label)
            elif self._are_rows(declared, old, new):
                yield from self._rows(declared, old or (), new or (), where)
            elif isinstance(old, Record) and isinstance(new, Record) and type(old) is type(new):
                yield from self.records(old, new, where)
            elif isinstance(new, Record) and not old and self.in_full:
                yield from self.records(unchecked(type(new), {}), new, (*where, label))
            elif old != new and _text(declared, old) != _text(declared, new):
                yield Change(where, label, _text(declared, old), _text(declared, new))

    def _are_rows(self, declared: Field, old: Any, new: Any) -> bool:
        """Tell whether the rows are compared one by one; what is typed as one text and new is told as it is typed."""
        if self.in_full and not old and isinstance(declared.kind, Many) and declared.kind.typed:
            return False
        return _is_rows(old) or _is_rows(new)

    def _secret(self, old: Any, new: Any, where: tuple[str, ...], label: str) -> Iterator[Change]:
        if not old or not new:
            told = _("set") if isinstance(old or new, Secret) else str(old or new)
            yield Change(where, label, *(told if each else NOTHING for each in (old, new)))
        elif not isinstance(old, Secret) or not self.is_gone(old):
            if old != new:
                yield Change(where, label, "", _("changed"))
        elif not isinstance(new, Secret) or not self.is_gone(new):
            # Nobody knows any more whether it is the same.
            yield Change(where, label, "", _("entered anew"))

    def _rows(
        self, declared: Field, old: tuple[Any, ...], new: tuple[Any, ...], where: tuple[str, ...]
    ) -> Iterator[Change]:
        was, now = _named(old), _named(new)
        for name in dict.fromkeys((*was, *now)):
            before, after = was.get(name), now.get(name)
            below = (*where, name if isinstance(name, str) else said(declared.label))
            if before is not None and after is not None and type(before) is type(after):
                yield from self.records(before, after, below)
            elif after is not None and self.in_full:
                yield from self._added(after, name, below)
            elif before != after:
                yield Change(below, "", *(_("is there") if each is not None else NOTHING for each in (before, after)))

    def _added(self, row: Any, name: str | int, where: tuple[str, ...]) -> Iterator[Change]:
        """Yield what stands in a row that was added, or that it is there."""
        named_by = next((each for each in _NAMES if getattr(row, each, "") == name), "")
        blank = unchecked(type(row), {})
        found = list(self.records(blank, row, where, without=named_by)) if isinstance(row, Record) else []
        yield from found or [Change(where, "", NOTHING, _("is there"))]


def _is_rows(value: Any) -> bool:
    return isinstance(value, tuple) and any(isinstance(each, Record) for each in value)


def _without_mark(tags: Any) -> Any:
    return tuple(tag for tag in tags or () if tag.key != limits.ORDER_TAG_KEY)


def _image(old: str, new: str, where: tuple[str, ...], label: str) -> Iterator[Change]:
    """Yield the version alone where nothing else of the address differs."""
    if old == new:
        return
    try:
        was, now = parse_image_reference(old), parse_image_reference(new)
    except ImageReferenceError:
        yield Change(where, label, old, new)
        return
    if (was.host, was.repository) == (now.host, now.repository):
        yield Change(where, _("version"), was.digest or was.tag or "latest", now.digest or now.tag or "latest")
    else:
        yield Change(where, label, old, new)


def _named(rows: tuple[Any, ...]) -> dict[str | int, Any]:
    found: dict[str | int, Any] = {}
    for place, row in enumerate(rows):
        name = next((str(value) for each in _NAMES if (value := getattr(row, each, ""))), "")
        found[name if name and name not in found else place] = row
    return found


def _text(declared: Field, value: Any) -> str:
    if isinstance(value, Record):
        return _("is there")
    return value_text(declared, value) or NOTHING
