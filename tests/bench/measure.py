"""Measuring on a noisy machine: ours and a baseline take turns in one run, and only their ratio is judged.

A verdict is given where at least three quarters of the rounds agree on it; else the line says so.
"""

import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

ROUNDS = 11


@dataclass(frozen=True)
class Figure:
    """One line of the report. `ours` and `baseline` are one value a round, in `unit`."""

    id: str
    what: str
    unit: str
    ours: Sequence[float]
    baseline: Sequence[float] = ()
    bar: float | None = None
    at_least: bool = False

    @property
    def judged(self) -> list[float]:
        """What the bar is about, a value a round: the ratio to the baseline, or the value itself without one."""
        if self.baseline:
            return [mine / other for mine, other in zip(self.ours, self.baseline, strict=True)]
        return list(self.ours)

    @property
    def verdict(self) -> str:
        """`met`, `missed`, or `no verdict` where the rounds do not agree; `-` without a bar."""
        if self.bar is None:
            return "-"
        low, _, high = _quartiles(self.judged)
        if low <= self.bar <= high and low != high:
            return "no verdict"
        reached = low >= self.bar if self.at_least else high <= self.bar
        return "met" if reached else "missed"

    def line(self) -> str:
        """The figure in words: medians, quartiles, ratio, bar, verdict."""
        parts = [f"{self.id:<4} {self.what}: {_text(self.ours)} {self.unit}"]
        if self.baseline:
            parts.append(f"baseline {_text(self.baseline)} {self.unit}, ratio {_text(self.judged)}")
        if self.bar is not None:
            parts.append(f"bar {'≥' if self.at_least else '≤'} {self.bar:g}: {self.verdict}")
        return "; ".join(parts)

    def row(self) -> tuple[str, str, str, str]:
        """The figure as a line of the table: what, the median that is judged, bar, verdict."""
        bar = f"{'≥' if self.at_least else '≤'} {self.bar:.4g}" if self.bar is not None else ""
        unit = "×" if self.baseline else self.unit
        return f"{self.id} {self.what}", f"{_quartiles(self.judged)[1]:.4g} {unit}", bar, self.verdict


def _quartiles(values: Sequence[float]) -> tuple[float, float, float]:
    if len(values) < 2:
        return values[0], values[0], values[0]
    low, middle, high = statistics.quantiles(values, n=4, method="inclusive")
    return low, middle, high


def _text(values: Sequence[float]) -> str:
    low, middle, high = _quartiles(values)
    return f"{middle:.4g}" if low == high else f"{middle:.4g} ({low:.4g}–{high:.4g})"


def seconds(work: Callable[[], object], repeat: int = 1, clock: Callable[[], float] = time.perf_counter) -> float:
    """The mean seconds of one call of the work, over `repeat` calls in a row."""
    started = clock()
    for _ in range(repeat):
        work()
    return (clock() - started) / repeat


def take_turns(
    ours: Callable[[], float], baseline: Callable[[], float], rounds: int = ROUNDS
) -> tuple[list[float], list[float]]:
    """The values of both, measured in turns; who goes first changes each round, and the first round is thrown away."""
    mine: list[float] = []
    other: list[float] = []
    for number in range(rounds + 1):
        if number % 2:
            first, second = ours(), baseline()
        else:
            second, first = baseline(), ours()
        if number:
            mine.append(first)
            other.append(second)
    return mine, other
