"""Tags that look like the one that does not exist: those with the fewest slips of the finger between, newest first.

The tags come from a stranger, so the slips are counted for few of them only; which, is decided in time that grows with
their length.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from consoleapp.domain.image_tags import newest_first

NEAR_MAX: Final = 5
COMPARED_MAX: Final = 30
LIKENESS_MIN: Final = 0.4


def near_tags(wanted: str, names: Iterable[str]) -> tuple[str, ...]:
    """Return up to five of the names, those that are the fewest slips away first; () when none is alike."""
    asked = wanted.lower()
    rated = {name: _likeness(asked, name.lower()) for name in names if name != wanted}
    alike = sorted((name for name, rate in rated.items() if rate >= LIKENESS_MIN), key=lambda name: -rated[name])
    ordered = newest_first(alike[:COMPARED_MAX])
    return tuple(sorted(ordered, key=lambda name: slips(asked, name.lower()))[:NEAR_MAX])


def slips(one: str, other: str) -> int:
    """Count the characters to be changed, added, left out, or swapped with their neighbour to get from one to other.

    The distance of Damerau and Levenshtein, where nothing is changed twice (optimal string alignment).
    """
    before: list[int] = []
    last = list(range(len(other) + 1))
    for row, a in enumerate(one, start=1):
        this = [row]
        for column, b in enumerate(other, start=1):
            cost = min(last[column] + 1, this[-1] + 1, last[column - 1] + (a != b))
            if row > 1 and column > 1 and a == other[column - 2] and one[row - 2] == b:
                cost = min(cost, before[column - 2] + 1)
            this.append(cost)
        before, last = last, this
    return last[-1]


def _likeness(one: str, other: str) -> float:
    """Return from 0 to 1 how much of both is common beginning and end; 1 for the same characters in another order."""
    if sorted(one) == sorted(other):
        return 1
    shorter, longer = sorted((one, other), key=len)
    if not shorter:
        return 0
    start = _common(one, other)
    end = min(_common(one[::-1], other[::-1]), len(shorter) - start)
    return 2 * (start + end) / (len(shorter) + len(longer))


def _common(one: str, other: str) -> int:
    """Return how many characters both begin with."""
    return next((at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
