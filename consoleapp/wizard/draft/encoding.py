"""From a container group back to a draft's raw data: what had to be typed to get exactly this request.

What no page asks for is dropped; a spec that came from a draft has none of it.
"""

from dataclasses import dataclass, field
from typing import Any, Final

from consoleapp.domain import limits
from consoleapp.domain.group import ContainerGroupSpec
from consoleapp.domain.kinds import Many, One, OneOf
from consoleapp.domain.registry import ImageRegistryCredential
from consoleapp.domain.schema import Field, Kind, Record, fields_of, unchecked
from consoleapp.domain.secret import Secret
from consoleapp.domain.volume import VOLUME_LABELS, FlexVolume, driver_values
from consoleapp.wizard.draft.fitting import says_nothing
from consoleapp.wizard.draft.paths import Path, is_single, secret_name
from consoleapp.wizard.shape import CREDENTIALS, Data, Fields, as_data, empty_data, new_key, rows_of

DOCKER_HUB: Final = "docker.io"
# What the keys of rows begin with.
LETTERS: Final = {
    "containers": "c",
    "init_containers": "c",
    "volumes": "v",
    "config_files": "f",
    "tags": "t",
    "acr_registry_infos": "a",
}


@dataclass
class Written:
    """A draft's data, and its secrets by their names in the vault."""

    data: Data = field(default_factory=lambda: as_data(empty_data()))
    secrets: dict[str, Secret] = field(default_factory=dict)
    is_whole: bool = True


def to_draft(spec: ContainerGroupSpec, vpc_id: str = "", *, is_whole: bool = True) -> Written:
    """Return the data and secrets of a draft that describes this container group. ``vpc_id`` is not part of a spec.

    Where it is not whole, what it says nothing about is left out: a new draft's own values count there.
    """
    made = Written(is_whole=is_whole)
    if vpc_id or is_whole:
        made.data["page"]["vpc_id"] = vpc_id
    made.data["spec"] = written = _record(spec, (), made)
    # The mark of the order that it was is no tag of its own.
    written["tags"] = [row for row in rows_of(written, "tags") if row.get("key") != limits.ORDER_TAG_KEY]
    for row in rows_of(written, CREDENTIALS):
        row["private_docker_hub"] = row["_key"] == DOCKER_HUB
    return made


def _record(record: Record, path: Path, made: Written) -> Fields:
    fields: Fields = {}
    if record.one_of is not None:
        fields[record.one_of.name] = record.one_of.case_of(record).word
    for name, declared in fields_of(type(record)).items():
        value = getattr(record, name)
        is_said = made.is_whole or declared.keeps_empty or not says_nothing(value)
        if declared.label and value is not None and is_said:
            _field(declared, value, fields, (*path, name), made)
    return fields


def _field(declared: Field, value: Any, fields: Fields, path: Path, made: Written) -> None:
    kind, name = declared.kind, path[-1]
    if isinstance(kind, One):
        fields[name] = _record(value, path, made)
    elif isinstance(kind, Many) and not is_single(declared):
        rows = (_row(kind.item, item, path, made) for item in value)
        fields[name] = [row for row in rows if row is not None]
    else:
        kind.write(fields, name, value)
        if isinstance(value, Secret):
            made.secrets[secret_name(path)] = value


def _row(kind: Kind, item: Record, path: Path, made: Written) -> Fields | None:
    """Return the row of an item; None for a kind that no page offers."""
    head: Fields = {}
    if isinstance(item, FlexVolume):
        # As much of it as its form has fields for.
        record, values = driver_values(item)
        item = unchecked(record, {"name": item.name, **values})
    if isinstance(kind, OneOf):
        word = next(word for word, record in kind.choices.items() if record is type(item))
        if word not in VOLUME_LABELS:
            return None
        head = {"_kind": word}
    if isinstance(item, ImageRegistryCredential):
        # Its key says the host.
        written = _record(item, (*path, item.server), made)
        del written["server"]
        return {"_key": item.server, **written}
    key = new_key(made.data, LETTERS.get(path[-1], "r"))
    return {"_key": key, **head, **_record(item, (*path, key), made)}
