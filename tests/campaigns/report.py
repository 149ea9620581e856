"""What a campaign reports: whether it found the seeded defect, and figures with their bars.

The short form runs with the tests, on machines that do other things too: there a time is told and not judged.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Figure:
    """One measured number. `is_met` is None where nothing is asked of it."""

    what: str
    value: str
    is_met: bool | None = None

    def line(self) -> str:
        """The figure in one line."""
        verdict = {None: "", True: "  met", False: "  MISSED"}[self.is_met]
        return f"    {self.what}: {self.value}{verdict}"


@dataclass
class Report:
    """All figures of one campaign."""

    title: str
    defect: str
    judges_time: bool = True
    finds_defect: bool = False
    figures: list[Figure] = field(default_factory=list)

    def add(self, what: str, value: object, is_met: bool | None = None) -> None:
        """Adds a figure."""
        self.figures.append(Figure(what, str(value), is_met))

    def at_most(self, what: str, value: float, bar: float, unit: str = "") -> None:
        """Adds a figure that must not be above the bar."""
        self.add(what, f"{value:.4g}{unit} (bar ≤ {bar:g}{unit})", value <= bar)

    def at_most_time(self, what: str, value: float, bar: float, unit: str = "") -> None:
        """Adds a figure about time, judged in the long form only."""
        is_met = value <= bar if self.judges_time else None
        self.add(what, f"{value:.4g}{unit} (bar ≤ {bar:g}{unit})", is_met)

    def exactly(self, what: str, value: int, wanted: int) -> None:
        """Adds a count that must be this one."""
        self.add(what, f"{value} (must be {wanted})", value == wanted)

    @property
    def verdict(self) -> str:
        """`met`, `missed` or `no verdict`."""
        if not self.finds_defect:
            return "no verdict"
        return "missed" if any(figure.is_met is False for figure in self.figures) else "met"

    def text(self) -> str:
        """The report as it is printed."""
        found = "found" if self.finds_defect else "NOT FOUND"
        lines = [self.title, f"    seeded: {self.defect}: {found}", *(figure.line() for figure in self.figures)]
        return "\n".join([*lines, f"    => {self.verdict}"])


def percentile(values: Iterable[float], share: float) -> float:
    """The value below which this share of the values lies; 0 when there are none."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else 0.0
