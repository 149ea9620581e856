"""Where the browser of the tests is; `python -m tests.e2e.browser` installs one if there is none."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")
# Quick, quiet, and possible as root.
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def find_browser() -> str | None:
    """The path of a Chromium: CONSOLE_TEST_BROWSER, the system's own, or the one that Playwright has downloaded."""
    if named := os.environ.get("CONSOLE_TEST_BROWSER"):
        return named
    found = next((path for path in map(shutil.which, NAMES) if path), None)
    return found or _playwright_browser()


def _playwright_browser() -> str | None:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        path = playwright.chromium.executable_path
    return path if Path(path).exists() else None


def install_browser() -> bool:
    """Whether a browser could be installed: Debian's package as root, else Playwright's own download."""
    if shutil.which("apt-get") and os.geteuid() == 0:
        environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        commands = (["apt-get", "update", "-qq"], ["apt-get", "install", "-y", "-qq", "chromium", "fonts-dejavu-core"])
        if all(subprocess.run(command, env=environment, stdout=sys.stderr).returncode == 0 for command in commands):
            return True
    return subprocess.run([sys.executable, "-m", "playwright", "install", "chromium"]).returncode == 0


if __name__ == "__main__":
    if not find_browser() and not (install_browser() and find_browser()):
        sys.exit("No Chromium: install the package chromium, or name one in CONSOLE_TEST_BROWSER.")
