"""What of a container group that was brought in the pages have a place for: all else would be dropped by encoding.py.

A group that came from a draft has nothing else. One that was brought in is unchecked: its values may be wrong, which
is marked at their fields, but for what no field can hold.
"""

from collections.abc import Iterable, Iterator
from typing import Any, Final

from consoleapp.domain.group import ContainerGroupSpec
from consoleapp.domain.kinds import Many, MaybeSecretText, One, OneOf
from consoleapp.domain.registry import ImageRegistryCredential
from consoleapp.domain.schema import AnyRecord, Field, Kind, Record, fields_of, unchecked
from consoleapp.domain.secret import Secret
from consoleapp.domain.volume import VOLUME_LABELS, FlexVolume, driver_values
from consoleapp.wizard.draft.paths import is_single

_ABSENT: Final = object()


def storable(spec: ContainerGroupSpec) -> ContainerGroupSpec:
    """Return the group with texts that can be stored and sealed, secrets where only secrets stand, and the volumes of a
    driver by their kinds in the pages."""
    return _stored(spec)


def fitting(spec: ContainerGroupSpec) -> ContainerGroupSpec:
    """Return as much of a storable group as the pages ask for."""
    return _fitted(spec)


# --- what can be stored


def _stored(record: AnyRecord) -> AnyRecord:
    values = {name: _stored_value(field.kind, getattr(record, name)) for name, field in fields_of(type(record)).items()}
    return unchecked(type(record), values)


def _stored_value(kind: Kind, value: Any) -> Any:
    if isinstance(value, FlexVolume):
        value = _by_driver(value)
    if isinstance(value, Record):
        return _stored(value)
    if isinstance(value, tuple):
        item = kind.item if isinstance(kind, Many) else kind
        return tuple(_stored_value(item, each) for each in value)
    if isinstance(value, Secret):
        return Secret(storable_text(value.reveal()))
    if isinstance(value, str):
        only_secret = kind.holds_secret and not isinstance(kind, MaybeSecretText)
        return Secret(storable_text(value)) if only_secret else storable_text(value)
    return value


def storable_text(text: str) -> str:
    """Return the text with a mark in place of what no database stores: NUL, and halves of characters."""
    return text.replace("\x00", "\ufffd").encode("utf-8", "surrogatepass").decode("utf-8", "replace")


def _by_driver(volume: FlexVolume) -> Record:
    """Return the volume as its form has it, itself where its form lacks anything that it says."""
    try:
        record, values = driver_values(volume)
    except KeyError:
        return volume
    has_all = set(values) <= set(fields_of(record))
    return unchecked(record, {"name": volume.name, **values}) if has_all else volume


# --- what has a place


def _fitted(record: AnyRecord, without: tuple[str, ...] = ()) -> AnyRecord:
    case = record.one_of.case_of(record) if record.one_of else None
    chosen: frozenset[str] = case.own if case else frozenset()
    others = {name for each in (record.one_of.cases if record.one_of else ()) for name in each.own} - chosen
    stands_for = dict(case.values) if case else {}
    values: dict[str, Any] = {}
    for name, declared in fields_of(type(record)).items():
        value = getattr(record, name)
        is_offered = declared.label or stands_for.get(name, _ABSENT) == value
        has_place = is_offered and name not in others and name not in without
        if value is None or not (has_place or says_nothing(value)):
            continue
        if (fitted := _fitted_value(declared, value)) is not _ABSENT:
            values[name] = fitted
    return unchecked(type(record), values)


def _fitted_value(declared: Field, value: Any) -> Any:
    kind = declared.kind
    if isinstance(kind, One):
        is_nothing = value.one_of is not None and value.one_of.case_of(value).is_nothing
        return _ABSENT if is_nothing else _fitted(value, kind.without)
    if isinstance(kind, Many) and not is_single(declared):
        return tuple(_fitted_rows(kind.item, value))
    return _ABSENT if isinstance(value, Secret) and not kind.holds_secret else value


def _fitted_rows(kind: Kind, rows: Iterable[Any]) -> Iterator[Any]:
    hosts: set[str] = set()
    for row in rows:
        if isinstance(kind, OneOf) and not _is_offered(kind, row):
            continue
        if isinstance(row, ImageRegistryCredential):
            # A draft has one login for a host, which is the name of its row.
            host = str(row.server or "").lower()
            if not host or host in hosts:
                continue
            hosts.add(host)
        yield _fitted(row) if isinstance(row, Record) else row


def _is_offered(kind: OneOf, row: Record) -> bool:
    """Tell whether a page has a form for this kind of row."""
    return any(record is type(row) and word in VOLUME_LABELS for word, record in kind.choices.items())


def says_nothing(value: Any) -> bool:
    """Tell whether a value is what a group has that says nothing about it."""
    return value is None or value is False or value in ("", ())
