"""P6: Lighthouse on every page, as a phone and as a desktop: the worst page of each score and of each time.

What it says of times depends on what else the machine does, far more than with the other figures: a page whose times
are beyond their bars is measured twice more, and the medians of the three count.
"""

import json
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from tests.bench import ground, peers
from tests.bench.browsing import Debuggable, debuggable
from tests.bench.measure import Figure
from tests.bench.pages import ONE, Page, every_page

TRIES = 3
PATIENCE_SECONDS = 90
# A measurement takes ten seconds where the machine has nothing else to do; all of them together end by then.
BUDGET_SECONDS = 540
LCP_BAR, TBT_BAR = 1200, 50  # milliseconds; the first is for phones
CATEGORIES = ("performance", "accessibility", "best-practices")
FORMS: tuple[tuple[str, list[str]], ...] = (("mobile", []), ("desktop", ["--preset=desktop"]))


@dataclass(frozen=True)
class Result:
    """What Lighthouse says of one page in one form: scores up to 100, milliseconds, layout shift."""

    page: str
    form: str
    scores: tuple[float, float, float]
    lcp: float
    cls: float
    tbt: float

    @classmethod
    def read(cls, page: str, form: str, report: dict[str, Any]) -> "Result":
        """The result in Lighthouse's report."""
        performance, accessibility, practices = (
            round(report["categories"][name]["score"] * 100) for name in CATEGORIES
        )
        lcp, shift, tbt = (
            float(report["audits"][name]["numericValue"])
            for name in ("largest-contentful-paint", "cumulative-layout-shift", "total-blocking-time")
        )
        return cls(page, form, (performance, accessibility, practices), lcp, shift, tbt)


def figures() -> Iterator[Figure]:
    server = ground.console()
    server.start()
    try:
        pages = every_page()
        with debuggable() as chrome:
            results = list(_results(chrome, server.url, pages))
    finally:
        server.stop()
    mobile = [result for result in results if result.form == "mobile"]
    with_one = [result for result in results if result.page == ONE]
    yield _least("P6a", "performance", results, 0, 99)
    yield _least("P6b", "performance with one container", with_one, 0, 100)
    yield _least("P6c", "accessibility", results, 1, 100)
    yield _least("P6d", "best practices", results, 2, 100)
    yield _most("P6e", "largest contentful paint, mobile", "ms", mobile, lambda result: result.lcp, LCP_BAR)
    yield _most("P6f", "cumulative layout shift", "", results, lambda result: result.cls, 0)
    yield _most("P6g", "total blocking time", "ms", results, lambda result: result.tbt, TBT_BAR)


def _results(chrome: Debuggable, base: str, pages: list[Page]) -> Iterator[Result]:
    """The results until time is up: the phones first, they are the ones that fail."""
    begun = time.monotonic()
    wanted = [(page, form, options) for form, options in FORMS for page in pages]
    for number, (page, form, options) in enumerate(wanted):
        if time.monotonic() - begun > BUDGET_SECONDS:
            print(f"     P6: time is up after {number} of {len(wanted)} measurements", flush=True)
            return
        yield _judged(partial(_measure, chrome, base, page, form, options))


def _judged(measure: Callable[[], Result]) -> Result:
    """The first result where its times are within their bars, otherwise that with the medians of three."""
    first = measure()
    if first.tbt <= TBT_BAR and (first.lcp <= LCP_BAR or first.form != "mobile"):
        return first
    three = [first, measure(), measure()]
    return replace(
        max(three, key=lambda result: result.cls),
        scores=min(result.scores for result in three),
        lcp=statistics.median(result.lcp for result in three),
        tbt=statistics.median(result.tbt for result in three),
    )


def _measure(chrome: Debuggable, base: str, page: Page, form: str, options: list[str]) -> Result:
    chrome.become(base, page.cookie)
    for _ in range(TRIES):
        report = _run(chrome.port, base + page.path, options)
        if report is not None and report["categories"]["performance"]["score"] is not None:
            result = Result.read(page.name, form, report)
            print(f"     {result}", file=sys.stderr, flush=True)
            return result
    raise RuntimeError(f"Lighthouse could not measure {page.name} ({form}) in {TRIES} tries")


def _run(port: int, url: str, options: list[str]) -> dict[str, Any] | None:
    """Lighthouse's report; None where it found no start of the navigation, as it does now and then."""
    program = peers.lighthouse_folder() / "node_modules" / "lighthouse" / "cli" / "index.js"
    command = [
        "node", str(program), url, f"--port={port}", "--quiet", "--output=json", "--disable-full-page-screenshot",
        f"--only-categories={','.join(CATEGORIES)}", *options,
    ]  # fmt: skip
    try:
        done = subprocess.run(command, capture_output=True, timeout=PATIENCE_SECONDS)
        report: dict[str, Any] = json.loads(done.stdout)
    except (subprocess.TimeoutExpired, json.JSONDecodeError):
        return None
    return None if report.get("runtimeError") else report


def _least(id: str, what: str, results: list[Result], score: int, bar: float) -> Figure:
    worst = min(results, key=lambda result: result.scores[score])
    what = f"Lighthouse {what}, the least ({worst.page}, {worst.form})"
    return Figure(id, what, "", [worst.scores[score]], bar=bar, at_least=True)


def _most(id: str, what: str, unit: str, results: list[Result], value: Callable[[Result], float], bar: float) -> Figure:
    worst = max(results, key=value)
    return Figure(id, f"Lighthouse {what}, the most ({worst.page}, {worst.form})", unit, [value(worst)], bar=bar)
