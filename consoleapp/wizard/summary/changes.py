"""What differs between two container groups, field by field in the words of their forms; of a secret only that it does.

Rows that have a name are compared by it, others by their place, so that one that was added moves nothing else.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Final

from django.utils.translation import gettext as _

from consoleapp.domain import limits
from consoleapp.domain.image import ImageReferenceError, parse_image_reference
from consoleapp.domain.schema import Field, Record, fields_of
from consoleapp.domain.secret import Secret
from consoleapp.domain.spec import ContainerGroupSpec
from consoleapp.web.domain_words import said
from consoleapp.wizard.summary.declared import value_text

NOTHING: Final = "–"
# What tells rows of one list apart, the first that a row has.
_NAMES: Final = ("name", "key", "server", "path", "mount_path")


@dataclass(frozen=True)
class Change:
    """A field with the place that it is in, before and after."""

    label: str
    before: str
    after: str


def changes_of(
    before: ContainerGroupSpec, after: ContainerGroupSpec, is_gone: Callable[[Secret], bool]
) -> list[Change]:
    """Return each field that differs. `is_gone` tells of a secret of `before` whether it is no longer stored."""
    return list(_records(before, after, "", is_gone))


def _records(before: Record, after: Record, where: str, is_gone: Callable[[Secret], bool]) -> Iterator[Change]:
    for name, declared in fields_of(type(after)).items():
        old, new = getattr(before, name, None), getattr(after, name)
        label = f"{where} {said(declared.label) or name}".strip()
        if name == "tags":
            old, new = _without_mark(old), _without_mark(new)
        if name == "image" and old and new:
            yield from _image(str(old), str(new), where, label)
        elif isinstance(old, Secret) or isinstance(new, Secret):
            yield from _secret(old, new, label, is_gone)
        elif _is_rows(old) or _is_rows(new):
            yield from _rows(declared, old or (), new or (), where, is_gone)
        elif isinstance(old, Record) and isinstance(new, Record) and type(old) is type(new):
            yield from _records(old, new, where, is_gone)
        elif old != new:
            yield Change(label, _text(declared, old), _text(declared, new))


def _is_rows(value: Any) -> bool:
    return isinstance(value, tuple) and any(isinstance(each, Record) for each in value)


def _without_mark(tags: Any) -> Any:
    return tuple(tag for tag in tags or () if tag.key != limits.ORDER_TAG_KEY)


def _image(old: str, new: str, where: str, label: str) -> Iterator[Change]:
    """Yield the version alone where nothing else of the address differs."""
    if old == new:
        return
    try:
        was, now = parse_image_reference(old), parse_image_reference(new)
    except ImageReferenceError:
        yield Change(label, old, new)
        return
    if (was.host, was.repository) == (now.host, now.repository):
        word = _("version")
        yield Change(f"{where} {word}".strip(), was.digest or was.tag or "latest", now.digest or now.tag or "latest")
    else:
        yield Change(label, old, new)


def _secret(old: Any, new: Any, label: str, is_gone: Callable[[Secret], bool]) -> Iterator[Change]:
    if isinstance(old, Secret) and isinstance(new, Secret) and is_gone(old):
        # Nobody knows any more whether it is the same.
        yield Change(label, "", _("entered anew"))
    elif old != new:
        yield Change(label, "", _("changed"))


def _rows(
    declared: Field, old: tuple[Any, ...], new: tuple[Any, ...], where: str, is_gone: Callable[[Secret], bool]
) -> Iterator[Change]:
    was, now = _named(old), _named(new)
    for name in dict.fromkeys((*was, *now)):
        before, after = was.get(name), now.get(name)
        label = f"{where} {name if isinstance(name, str) else said(declared.label)}".strip()
        if before is not None and after is not None and type(before) is type(after):
            yield from _records(before, after, label, is_gone)
        elif before != after:
            yield Change(label, *(_("is there") if each is not None else NOTHING for each in (before, after)))


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
