"""`python -m tests.bench [P1 P4 …]`: measure the figures, all of them by default, and say which bars are met.

The exit status is 0 even where a bar is missed; it is 1 where a figure could not be measured.
"""

import importlib
import signal
import sys
import time
import traceback
from collections.abc import Sequence

from tests.bench import ground, processes
from tests.bench.measure import Figure

MODULES = {
    "P1": "card",
    "P2": "basic",
    "P3": "queries",
    "P4": "calls",
    "P5": "simulators",
    "P6": "lighthouse",
    "P7": "weight",
    "P8": "images",
    "P9": "visit",
    "P10": "starting",
    "P11": "walk",
    "P12": "languages",
}


def main(wanted: Sequence[str]) -> int:
    """Measures and prints; the exit status."""
    if unknown := [name for name in wanted if name not in MODULES]:
        print(f"There is no figure {', '.join(unknown)}; there are {', '.join(MODULES)}.", file=sys.stderr)
        return 2
    # Ended from outside it still ends what it has started.
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda *_: sys.exit(1))
    ground.prepare()
    measured: list[Figure] = []
    failed: list[str] = []
    for name in wanted or MODULES:
        started = time.monotonic()
        try:
            for figure in importlib.import_module(f"tests.bench.figures.{MODULES[name]}").figures():
                measured.append(figure)
                print(figure.line(), flush=True)
        except Exception:
            failed.append(name)
            traceback.print_exc()
            print(processes.last_words(), file=sys.stderr)
            print(f"{name:<4} could not be measured", flush=True)
        print(f"     ({name}: {time.monotonic() - started:.0f} s)", file=sys.stderr, flush=True)
    print("\n".join(summary(measured)))
    return 1 if failed else 0


def summary(measured: Sequence[Figure]) -> list[str]:
    """The table at the end: figure, value that the bar is about, bar, verdict."""
    rows = [("figure", "value", "bar", "verdict"), *(figure.row() for figure in measured)]
    widths = [max(len(row[column]) for row in rows) for column in range(4)]
    return ["", *("  ".join(text.ljust(width) for text, width in zip(row, widths, strict=True)) for row in rows)]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
