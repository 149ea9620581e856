"""What Lighthouse says of a scene: its scores on a phone and at a desk, the shift of its layout and how long it blocks.

Needs Node: `npx` fetches the version named here from the npm registry. A scene that is the answer to a press has no
address of its own; what is judged is the page at its address, with the visitor's cookies.
"""

import json
import os
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from playwright.sync_api import Page

from tests.e2e.browser import find_browser

COMMAND: Final = ("npx", "--yes", "lighthouse@12.8.2")
FLAGS: Final = "--headless=new --no-sandbox"
FORMS: Final = {"mobile": (), "desktop": ("--preset=desktop",)}
# The bars: performance, accessibility and best practices of 100, shift of the layout, milliseconds of blocking.
BARS: Final = {"performance": 99, "accessibility": 100, "best-practices": 100}
SHIFT_MAX: Final = 0.0
BLOCKING_MAX_MS: Final = 50
# Now and then the browser begins too late for the recording.
TRIES: Final = 3


@dataclass(frozen=True)
class Audit:
    """One run: scores of 0 to 100 by category, the shift of the layout, milliseconds of blocking."""

    scene: str
    form: str
    scores: dict[str, int]
    shift: float
    blocking_ms: float
    failed: tuple[str, ...]

    @property
    def is_good(self) -> bool:
        """Tells whether all bars are reached."""
        reached = all(self.scores[name] >= bar for name, bar in BARS.items())
        return reached and self.shift <= SHIFT_MAX and self.blocking_ms <= BLOCKING_MAX_MS

    def __str__(self) -> str:
        scores = " ".join(f"{self.scores[name]:>3}" for name in BARS)
        failed = f"  {', '.join(self.failed)}" if self.failed else ""
        return f"{self.scene:<34} {self.form:<8} {scores}  {self.shift:.3f} {self.blocking_ms:>5.0f} ms{failed}"


class Lighthouse:
    """Takes scenes as the camera does, and keeps an audit of each address and form; the same address is judged once."""

    def __init__(self) -> None:
        self.scenes: list[str] = []
        self.audits: list[Audit] = []
        self._seen: set[str] = set()

    def take(self, page: Page, scene: str) -> None:
        """Judge the page at its address with its cookies, and print what was found."""
        self.scenes.append(scene)
        if page.url in self._seen:
            return
        self._seen.add(page.url)
        cookies = "; ".join(f"{cookie['name']}={cookie['value']}" for cookie in page.context.cookies())
        for audit in _audits(scene, page.url, cookies):
            self.audits.append(audit)
            print(audit, flush=True)


def _audits(scene: str, url: str, cookies: str) -> Iterator[Audit]:
    for form, options in FORMS.items():
        report = _report(url, cookies, options)
        found = report["audits"]
        yield Audit(
            scene,
            form,
            {name: round(100 * (report["categories"][name]["score"] or 0)) for name in BARS},
            found["cumulative-layout-shift"]["numericValue"],
            found["total-blocking-time"]["numericValue"],
            tuple(
                each["id"]
                for name in ("accessibility", "best-practices")
                for each in report["categories"][name]["auditRefs"]
                if each["weight"] and found[each["id"]]["score"] == 0
            ),
        )


def _report(url: str, cookies: str, options: tuple[str, ...]) -> dict[str, Any]:
    with TemporaryDirectory() as folder:
        headers, written = Path(folder, "headers.json"), Path(folder, "report.json")
        headers.write_text(json.dumps({"Cookie": cookies} if cookies else {}))
        only = f"--only-categories={','.join(BARS)}"
        command = [*COMMAND, url, "--quiet", "--output=json", f"--output-path={written}", only, *options]
        command += [f"--extra-headers={headers}", f"--chrome-flags={FLAGS}"]
        for _attempt in range(TRIES):
            subprocess.run(
                command, env={**os.environ, "CHROME_PATH": str(find_browser())}, check=False, stderr=subprocess.DEVNULL
            )
            if written.exists():
                report: dict[str, Any] = json.loads(written.read_text())
                if not report.get("runtimeError"):
                    return report
    raise RuntimeError(f"Lighthouse cannot judge {url}")
