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
    """Return the still encoded (name, value) pairs of a query string or form body, in order."""
    pairs = []
    for part in raw.split("&"):
        if part:
            name, _, value = part.partition("=")
            pairs.append((name, value))
    return pairs


def decode(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Return the parameters by name, decoded as UTF-8 with `+` as a blank; of a repeated name the last one counts."""
    texts = [text for pair in pairs for text in pair]
    # One decoding for all of them takes a third of the time; a name or value with a zero byte in it spoils that.
    decoded = _decode("\0".join(texts)).split("\0")
    if len(decoded) != len(texts):
        decoded = [_decode(text) for text in texts]
    return dict(zip(decoded[::2], decoded[1::2], strict=True)) if texts else {}


def _decode(text: str) -> str:
    if "%" in text or "+" in text:
        return unquote_plus(text, errors="replace")
    return text


def unflatten(flat: Mapping[str, str]) -> dict[str, Any]:
    """Build nested mappings and lists from dotted keys whose numbers count from 1.

    Numbers may have gaps and come in any order. A key that is at once a value and a parent, or that mixes numbers
    with names, loses its odd part: so does the vendor's gateway with `AcrRegistryInfo.1Domain.1`, which the older
    official SDK sends.
    """
    root: dict[str, Any] = {}
    nodes: dict[str, dict[str, Any]] = {"": root}
    for key, value in flat.items():
        prefix, _, last = key.rpartition(".")
        node = nodes.get(prefix)
        if node is None:
            if key.count(".") > MAX_DEPTH:
                continue
            node = _make_node(prefix, nodes)
        if not isinstance(node.get(last), dict):
            node[last] = value
    # A node is made after its parents, so the way back turns the inner ones into lists before the outer ones.
    for prefix, node in reversed(nodes.items()):
        numbers = [name for name in node if name.isdigit() and name.isascii() and len(name) < 6]
        if numbers and prefix:
            parent, _, name = prefix.rpartition(".")
            nodes[parent][name] = [node[number] for number in sorted(numbers, key=int)]
    return root


def _make_node(prefix: str, nodes: dict[str, dict[str, Any]]) -> dict[str, Any]:
    parent_prefix, _, name = prefix.rpartition(".")
    parent = nodes.get(parent_prefix)
    if parent is None:
        parent = _make_node(parent_prefix, nodes)
    node: dict[str, Any] = {}
    nodes[prefix] = parent[name] = node
    return node


def boolean(text: str) -> bool | None:
    """Return the truth value of `true`, `True`, `1`, `false`, `False`, `0`; None for anything else."""
    lowered = text.lower()
    if lowered in _TRUE:
        return True
    return False if lowered in _FALSE else None


def number(text: str) -> float | None:
    """Return a finite number that is not negative, written `2`, `2.0` or `2e0`; None for anything else."""
    try:
        value = float(text)
    except ValueError:
        return None
    # NaN is not equal to itself and fails both comparisons.
    return value if 0 <= value < float("inf") and len(text) <= 32 else None


def integer(text: str) -> int | None:
    """Return a whole number that is not negative, written `2` or `2.0`; None for anything else."""
    value = number(text)
    return int(value) if value is not None and value == int(value) else None
