"""`python -m tests.campaigns [NAME …] [--short]`: runs campaigns, each in its own process, and prints their figures."""

import argparse
import importlib
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from tests.topology import end_in_order

ROOT = Path(__file__).resolve().parent.parent.parent
# The one that waits longest begins, beside which the others have their turns.
NAMES = (
    "clocks",
    "kills",
    "answers",
    "presses",
    "replicas",
    "storm",
    "rooms",
    "decisions",
    "approving",
    "outage",
    "writers",
    "lists",
    "canaries",
    "slow",
    "registries",
    "guesses",
    "troubles",
)


def main(arguments: Sequence[str] | None = None) -> int:
    """The exit status: 0 when every campaign found its defect and kept its bars."""
    parser = argparse.ArgumentParser(prog="python -m tests.campaigns", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of {', '.join(NAMES)}; all without one")
    parser.add_argument("--short", action="store_true", help="the form that runs with the tests")
    parser.add_argument("--here", action="store_true", help="run the one named campaign in this process")
    options = parser.parse_args(arguments)
    end_in_order()
    if unknown := set(options.names) - set(NAMES):
        parser.error(f"no such campaign: {', '.join(sorted(unknown))}")
    if options.here:
        return _run_here(options.names[0], is_short=options.short)
    flags = ["--here", *(["--short"] if options.short else [])]
    statuses = [_run_elsewhere(name, flags) for name in options.names or NAMES]
    return int(any(statuses))


def _run_elsewhere(name: str, flags: Sequence[str]) -> int:
    with subprocess.Popen([sys.executable, "-m", "tests.campaigns", name, *flags], cwd=ROOT) as run:
        try:
            return run.wait()
        except BaseException:
            # It has processes of its own to end.
            run.terminate()
            raise


def _run_here(name: str, *, is_short: bool) -> int:
    started = time.monotonic()
    report = importlib.import_module(f"tests.campaigns.{name}").run(is_short=is_short)
    report.add("took", f"{time.monotonic() - started:.0f} s")
    print(report.text(), flush=True)
    return 0 if report.verdict == "met" else 1


if __name__ == "__main__":
    sys.exit(main())
