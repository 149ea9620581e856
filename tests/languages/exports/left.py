"""What is left of a group when a language has lost parts of it: what its text has to say."""

import re
from collections.abc import Collection
from typing import Any

from consoleapp.domain import wire
from consoleapp.domain.schema import Record, fields_of, unchecked
from consoleapp.domain.spec import ContainerGroupSpec
from consoleapp.languages.exports.exported import Exported, without_secrets

_SETS = ("ImageRegistryCredential", "AcrRegistryInfo", "Tag")


def left(spec: ContainerGroupSpec, exported: Exported) -> dict[str, str]:
    """The parameters of what was not lost, names of Blanks in the place of secrets."""
    plain, _blanks = without_secrets(spec)
    return wire.to_parameters(_without(plain, {each.path for each in exported.lost}, ""))


def _without(record: Any, lost: Collection[str], path: str) -> Any:
    return unchecked(
        type(record), {name: _left(getattr(record, name), lost, path + name) for name in fields_of(type(record))}
    )


def _left(value: Any, lost: Collection[str], path: str) -> Any:
    if path in lost:
        return None
    if isinstance(value, tuple):
        below = ((f"{path}.{index}", item) for index, item in enumerate(value))
        return tuple(_left(item, lost, place) for place, item in below if place not in lost)
    return _without(value, lost, f"{path}.") if isinstance(value, Record) else value


def as_sets(parameters: dict[str, str]) -> dict[str, Any]:
    """The parameters with the lists whose order means nothing as sets of their items."""
    items: dict[str, dict[str, set[tuple[str, str]]]] = {name: {} for name in _SETS}
    rest: dict[str, Any] = {}
    for key, value in parameters.items():
        found = re.fullmatch(r"(\w+)\.(\d+)\.(.+)", key)
        if found and found[1] in items:
            items[found[1]].setdefault(found[2], set()).add((found[3], value))
        else:
            rest[key] = value
    return rest | {name: {frozenset(each) for each in found.values()} for name, found in items.items() if found}
