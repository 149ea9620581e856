"""Which seeded image shows which cause of the access check: data/causes.json, read.

The README of the simulator has the same as a page; a test holds the two together and tries every row.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from importlib import resources
from typing import Any, Final

LOG_INS: Final[Mapping[str, tuple[str, str]]] = {
    "demo": ("demo", "demo-password"),
    "viewer": ("viewer", "viewer-password"),
    "wrong": ("demo", "not-the-password"),
}


@dataclass(frozen=True, slots=True)
class Change:
    """What is done about it, and with what the container group then runs; what is not named stays."""

    image: str = ""
    login: str = ""
    plain_http: tuple[str, ...] = ()
    insecure: tuple[str, ...] = ()
    architecture: str = ""


@dataclass(frozen=True, slots=True)
class SeededCause:
    """One row; `login` is a key of LOG_INS or empty, `pull` what Catalog.pull tells, empty when it succeeds."""

    cause: str
    image: str
    login: str
    shows: str
    pull: str
    remedy: str
    then: Change = field(default_factory=Change)


@lru_cache(maxsize=1)
def seeded_causes() -> tuple[SeededCause, ...]:
    """Return all rows in the order of the file."""
    text = resources.files("consoleapp.simulator").joinpath("data", "causes.json").read_text(encoding="utf-8")
    return tuple(_read(row) for row in json.loads(text)["causes"])


def _read(row: dict[str, Any]) -> SeededCause:
    then: dict[str, Any] = {
        name: tuple(value) if isinstance(value, list) else value for name, value in row["then"].items()
    }
    fields: dict[str, Any] = row | {"then": Change(**then)}
    return SeededCause(**fields)
