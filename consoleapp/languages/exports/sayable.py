"""What a language can say of a container group, and what of it is lost.

Which fields a language lacks stands with the language (``terraform.py``, ``ros.py``).
"""

from collections.abc import Callable, Collection, Mapping
from typing import Any, Final

from consoleapp.domain.container import VolumeMount
from consoleapp.domain.group import ContainerGroupSpec
from consoleapp.domain.kinds import Many
from consoleapp.domain.schema import Field, Record, fields_of, unchecked
from consoleapp.domain.secret import Secret
from consoleapp.languages.exports.exported import Lost, sent

# The names of fields, separated by blanks, by the record that has them (or from which it inherits).
Fields = Mapping[type[Record], str]
# Says of a record, the path to a value or an item of it, and that itself, whether the language refuses it.
Refuses = Callable[[Any, tuple[str, ...], Any], bool]

_LONGEST: Final = 80  # characters of a lost value that are shown


def sayable(
    spec: ContainerGroupSpec, fields: Fields, volumes: Collection[type[Record]], refuses: Refuses
) -> tuple[ContainerGroupSpec, tuple[Lost, ...]]:
    """Return the group without what the language cannot say, and all that, in the order of the request.

    It lacks the ``fields`` and the kinds of ``volumes``, whose mounts go with them, and what it ``refuses``. An item of
    which nothing is left is gone too. The records of the group are unchecked.
    """
    gone = {each.name for each in spec.volumes if type(each) in volumes}
    lost: list[Lost] = []
    unsaid: dict[type, frozenset[str]] = {}

    def is_lost(record: Record, path: tuple[str, ...], value: Any) -> bool:
        kind = type(record)
        if kind not in unsaid:
            unsaid[kind] = frozenset(name for each in kind.__mro__ for name in fields.get(each, "").split())
        is_gone = type(value) in volumes or (isinstance(value, VolumeMount) and value.name in gone)
        return path[-1] in unsaid[kind] or is_gone or refuses(record, path, value)

    return _said(spec, (), is_lost, lost), tuple(lost)


def _said(record: Any, path: tuple[str, ...], is_lost: Refuses, lost: list[Lost]) -> Any:
    changed: dict[str, Any] = {}
    for name, declared, value in sent(record):
        below = (*path, name)
        if is_lost(record, below, value):
            lost.append(Lost(".".join(below), _shown(declared, value)))
            changed[name] = () if isinstance(value, tuple) else "" if isinstance(value, str) else None
        elif isinstance(value, tuple):
            changed[name] = _items(record, value, declared, below, is_lost, lost)
        elif isinstance(value, Record):
            changed[name] = _said(value, below, is_lost, lost)
    if not changed:
        return record
    return unchecked(type(record), {name: getattr(record, name) for name in fields_of(type(record))} | changed)


def _items(
    record: Any, items: tuple[Any, ...], declared: Field, path: tuple[str, ...], is_lost: Refuses, lost: list[Lost]
) -> tuple[Any, ...]:
    kept = []
    for index, item in enumerate(items):
        below = (*path, str(index))
        if is_lost(record, below, item):
            lost.append(Lost(".".join(below), _shown(declared, item)))
            continue
        said = _said(item, below, is_lost, lost) if isinstance(item, Record) else item
        if said is item or any(sent(said)):
            kept.append(said)
    return tuple(kept)


def _shown(declared: Field, value: Any) -> str:
    """Return a lost value as a text, "" where it is a secret, has parts or is long."""
    if isinstance(value, Secret | Record) or (isinstance(value, tuple) and isinstance(value[0], Record)):
        return ""
    if isinstance(value, str):
        text = value
    elif isinstance(value, tuple):
        text = ", ".join(value)
    else:
        kind = declared.kind.item if isinstance(declared.kind, Many) else declared.kind
        text = kind.codec.to_text(value)  # type: ignore[attr-defined]  # what is neither of these is one parameter
    return text if len(text) <= _LONGEST else ""
