"""Flat OpenAPI parameters: reading a query or form body, unflattening, and tolerant reading of values.

The code that writes such parameters on the other side is in another package and by another hand, on purpose.
"""

from collections.abc import Iterable, Mapping
from typing import Any, Final
from urllib.parse import unquote_plus

MAX_PARAMETERS: Final = 10_000
MAX_DEPTH: Final = 10

_TRUE: Final = frozenset(("true", "1"))
_FALSE: Final = frozenset(("false", "0"))


def split_pairs(raw: str) -> list[tuple[str, str]]:
    """The still encoded (name, value) pairs of a query string or form body, in order."""
    pairs = []
    for part in raw.split("&"):
        if part:
            name, _, value = part.partition("=")
            pairs.append((name, value))
    return pairs


def decode(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    """The parameters by name, decoded as UTF-8 with `+` as a blank; of a repeated name the last one counts."""
    return {_decode(name): _decode(value) for name, value in pairs}


def _decode(text: str) -> str:
    if "%" in text or "+" in text:
        return unquote_plus(text, errors="replace")
    return text


def unflatten(flat: Mapping[str, str]) -> dict[str, Any]:
    """Nested mappings and lists from dotted keys whose numbers count from 1.

    Numbers may have gaps and come in any order. A key that is at once a value and a parent, or that mixes numbers
    with names, loses its odd part: so does the vendor's gateway with `AcrRegistryInfo.1Domain.1`, which the older
    official SDK sends.
    """
    root: dict[str, Any] = {}
    for key, value in flat.items():
        node = root
        *parents, last = key.split(".", MAX_DEPTH)
        for name in parents:
            child = node.get(name)
            if not isinstance(child, dict):
                child = node[name] = {}
            node = child
        if not isinstance(node.get(last), dict):
            node[last] = value
    return {name: _listed(value) for name, value in root.items()}


def _listed(node: Any) -> Any:
    if not isinstance(node, dict):
        return node
    numbers = [name for name in node if name.isascii() and name.isdigit() and len(name) < 6]
    if numbers:
        return [_listed(node[name]) for name in sorted(numbers, key=int)]
    return {name: _listed(value) for name, value in node.items()}


def boolean(text: str) -> bool | None:
    """The truth value of `true`, `True`, `1`, `false`, `False`, `0`; None for anything else."""
    lowered = text.lower()
    if lowered in _TRUE:
        return True
    return False if lowered in _FALSE else None


def number(text: str) -> float | None:
    """A finite number that is not negative, written `2`, `2.0` or `2e0`; None for anything else."""
    try:
        value = float(text)
    except ValueError:
        return None
    # NaN is not equal to itself and fails both comparisons.
    return value if 0 <= value < float("inf") and len(text) <= 32 else None


def integer(text: str) -> int | None:
    """A whole number that is not negative, written `2` or `2.0`; None for anything else."""
    value = number(text)
    return int(value) if value is not None and value == int(value) else None
