"""Giving the rows of one draft the keys that the same rows have in another, so that both speak of them by one path."""

from collections.abc import Mapping
from typing import Any

from consoleapp.wizard.shape import Data, Fields

# What a row is known by.
_NAMES = ("key", "name", "mount_path", "path", "port")


def with_keys_of(data: Data, known: Data) -> Data:
    """Change the keys of a draft's rows to those of the rows with the same name in the other; other rows get keys that
    the other does not have. Return the draft."""
    data["next_key"] = max(data["next_key"], known["next_key"])
    _record(data, data["spec"], known["spec"])
    return data


def _record(data: Data, record: Fields, known: Mapping[str, Any]) -> None:
    for name, value in record.items():
        there = known.get(name)
        if isinstance(value, dict):
            _record(data, value, there if isinstance(there, dict) else {})
        elif isinstance(value, list) and value and isinstance(value[0], dict) and name != "image_registry_credentials":
            _rows(data, value, there if isinstance(there, list) else [])


def _rows(data: Data, rows: list[Fields], known: list[Fields]) -> None:
    left = {row["_key"]: row for row in known}
    for row in rows:
        same = next((each for each in left.values() if _is_same(row, each)), None)
        if same is not None:
            del left[same["_key"]]
            row["_key"] = same["_key"]
        else:
            number = data["next_key"]
            data["next_key"] = number + 1
            row["_key"] = f"{row['_key'][0]}{number}"
        _record(data, row, same or {})


def _is_same(row: Fields, other: Fields) -> bool:
    return all(row.get(name) == other.get(name) for name in _NAMES if row.get(name) or other.get(name))
