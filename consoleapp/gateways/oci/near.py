"""Tags that look like the one that does not exist.

Compared by common beginning and end, in time that grows with the length only: the tags come from a stranger.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

NEAR_MAX: Final = 5
LIKENESS_MIN: Final = 0.4


def near_tags(wanted: str, names: Iterable[str]) -> tuple[str, ...]:
    """Up to five of the names, the most alike first; () when none is."""
    rated = [(likeness(wanted.lower(), name.lower()), name) for name in names if name != wanted]
    rated = [(rate, name) for rate, name in rated if rate >= LIKENESS_MIN]
    return tuple(name for _, name in sorted(rated, key=lambda item: (-item[0], len(item[1]), item[1]))[:NEAR_MAX])


def likeness(one: str, other: str) -> float:
    """From 0 to 1: how much of both is common beginning and end."""
    shorter, longer = sorted((one, other), key=len)
    if not shorter:
        return 0
    start = _common(one, other)
    end = min(_common(one[::-1], other[::-1]), len(shorter) - start)
    return 2 * (start + end) / (len(shorter) + len(longer))


def _common(one: str, other: str) -> int:
    """How many characters both begin with."""
    return next((at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
