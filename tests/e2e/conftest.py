"""Fixtures of the browser tests: one server and one browser a test process, one fresh visitor a test."""

import shutil
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from tests.e2e.browser import find_browser
from tests.e2e.server import ConsoleServer, temporary_server

# Simulated container groups live this many times faster than the cloud's, so that a walk takes seconds.
SPEED = "20"
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="session")
def server() -> Iterator[ConsoleServer]:
    console = temporary_server(CONSOLE_SIMULATOR_SPEED=SPEED)
    console.start()
    yield console
    console.stop()
    shutil.rmtree(console.data_dir, ignore_errors=True)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    path = find_browser()
    assert path, "No Chromium; `make test` installs one."
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield chromium
        chromium.close()


def _visitor(browser: Browser, server: ConsoleServer, *, javascript: bool = True) -> BrowserContext:
    context = browser.new_context(
        base_url=server.url, viewport={"width": 1440, "height": 900}, java_script_enabled=javascript
    )
    context.set_default_timeout(15_000)
    return context


@pytest.fixture
def context(browser: Browser, server: ConsoleServer) -> Iterator[BrowserContext]:
    """A visitor with cookies of their own."""
    visitor = _visitor(browser, server)
    yield visitor
    visitor.close()


@pytest.fixture
def page(context: BrowserContext) -> Iterator[Page]:
    """The visitor's first tab; an error in a script or a refusal of the content policy fails the test."""
    tab = context.new_page()
    problems: list[str] = []
    tab.on("pageerror", lambda error: problems.append(f"script: {error}"))
    tab.on("console", lambda line: problems.append(line.text) if "Content Security Policy" in line.text else None)
    yield tab
    assert problems == []


@pytest.fixture
def page_without_javascript(browser: Browser, server: ConsoleServer) -> Iterator[Page]:
    """A tab of a visitor who has switched JavaScript off."""
    visitor = _visitor(browser, server, javascript=False)
    yield visitor.new_page()
    visitor.close()
