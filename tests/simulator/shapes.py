"""Checks answers against the vendor's published shapes of the Eci actions (tests/vectors/eci_answers.json)."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

_DOCUMENT = json.loads((Path(__file__).parents[1] / "vectors" / "eci_answers.json").read_text(encoding="utf-8"))
_TYPES: Mapping[str, tuple[type, ...]] = {
    "string": (str,),
    "integer": (int,),
    "number": (int, float),
    "boolean": (bool,),
    "object": (dict,),
}


def strays(action: str, answer: Any) -> list[str]:
    """The paths of the answer whose key or type the metadata does not know."""
    return list(_strays(_DOCUMENT["answers"][action], answer, action))


def _strays(shape: Any, value: Any, path: str) -> Iterator[str]:
    if isinstance(shape, dict):
        for key, inner in value.items() if isinstance(value, dict) else [(str(type(value)), None)]:
            if key in shape:
                yield from _strays(shape[key], inner, f"{path}.{key}")
            else:
                yield f"{path}.{key}"
    elif isinstance(shape, list):
        for item in value if isinstance(value, list) else [{"no list": value}]:
            yield from _strays(shape[0], item, f"{path}[]")
    elif type(value) not in _TYPES[shape.partition(":")[0]]:
        yield f"{path}: {value!r}"
