"""Paths into a draft: from a value of the request to its declaration, its control and its secret.

A path is a tuple of the names of fields and the keys of rows: ("containers", "c1", "environment_vars", "r5", "key").
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from consoleapp.domain.errors import _
from consoleapp.domain.group import ContainerGroupSpec
from consoleapp.domain.kinds import Many, One
from consoleapp.domain.schema import Alternatives, Field, Record, fields_of
from consoleapp.wizard.shape import ak_secret_name, config_file_name, credential_name, env_name, paste_name

Path = tuple[str, ...]


@dataclass(frozen=True)
class Step:
    """One word of a path: a field, a key of a row, or the choice of a record; ``records`` are what is below it."""

    word: str
    field: Field | None = None
    choice: Alternatives | None = None
    records: tuple[type[Record], ...] = ()
    is_key: bool = False


def steps_of(path: Path) -> Iterator[Step]:
    """Yield the steps of a path, as far as it is declared; what a page keeps beside a field ends it."""
    records: tuple[type[Record], ...] = (ContainerGroupSpec,)
    words = iter(path)
    for word in words:
        step = _step(records, word)
        if step is None:
            return
        yield step
        records = step.records
        if isinstance(step.field and step.field.kind, Many) and step.field.kind.is_rows:  # type: ignore[union-attr]
            key = next(words, None)
            if key is None:
                return
            yield Step(key, records=records, is_key=True)


def _step(records: tuple[type[Record], ...], word: str) -> Step | None:
    for record in records:
        if record.one_of is not None and record.one_of.name == word:
            return Step(word, choice=record.one_of)
        field = fields_of(record).get(word)
        if field is not None:
            is_leaf = isinstance(field.kind, Many) and field.kind.typed is not None
            return Step(word, field, records=() if is_leaf else tuple(field.kind.records().values()))
    return None


def is_single(declared: Field) -> bool:
    """Tell whether a field has one control: it is no record and no list of rows."""
    is_typed = isinstance(declared.kind, Many) and declared.kind.typed is not None
    return is_typed or not declared.kind.records()


def label_of(path: Path) -> str:
    """Return what the control is called, untranslated."""
    if path[-1] == "image_version":
        return _("Image version")
    label = ""
    for step in steps_of(path):
        if step.is_key:
            label = ""
        elif step.choice is not None:
            label = label or step.choice.label
        elif step.field is not None:
            # The choice of a record inside another is called what the record is called there.
            label = step.field.label if step.field.label or not isinstance(step.field.kind, One) else label
    return label


def order_of(path: Path, spec: Mapping[str, Any]) -> tuple[int, ...]:
    """Return what paths are sorted by to stand as in the tree: the place of each field and row."""
    order: list[int] = []
    records: tuple[type[Record], ...] = (ContainerGroupSpec,)
    raw: Any = spec
    for step in steps_of(path):
        if step.is_key:
            order.append(next((place for place, item in enumerate(raw or ()) if item["_key"] == step.word), 0))
        else:
            names = [name for record in records for name in fields_of(record)]
            order.append(names.index(step.word) if step.word in names else -1)
        raw = at_path(raw, (step.word,))
        records = step.records
    return tuple(order)


def secret_name(path: Path) -> str:
    """Return the name of a path's secret in the vault. The names are older than the paths: seals are bound to them."""
    match path:
        case (_, container, "environment_vars", row, "value"):
            return env_name(container, row)
        case (_, container, "environment_vars_paste"):
            return paste_name(container)
        case ("volumes", volume, "config_files", file, "content"):
            return config_file_name(volume, file)
        case ("volumes", volume, "ak_secret"):
            return ak_secret_name(volume)
        case ("image_registry_credentials", host, "password"):
            return credential_name(host)
    raise ValueError(f"no secret at {path}")


def at_path(raw: Any, path: Path) -> Any:
    """Return what stands at a path below raw data of a record; None where nothing does."""
    for word in path:
        if isinstance(raw, list):
            raw = next((item for item in raw if item.get("_key") == word), None)
        elif isinstance(raw, dict):
            raw = raw.get(word)
        else:
            return None
    return raw
