"""Fixtures of the browser tests: one server and one browser a test process, one fresh visitor a test."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from tests.e2e.browser import ARGUMENTS, find_browser
from tests.e2e.server import ConsoleServer, temporary_server
from tests.e2e.visitor import Visitor
from tests.e2e.watch import Watch

# Simulated container groups live this many times faster than the cloud's, so that a walk takes seconds.
SPEED = "20"
# How long anything may take to be seen, in milliseconds: long, for a busy machine; a walk waits for nothing else.
PATIENCE = 20_000

NewVisitor = Callable[..., Visitor]


@pytest.hookimpl(tryfirst=True)  # pytest-xdist reads the marks in a hook of the same name
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Browser tests are marked, and share three processes: each has one server and one browser."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.e2e)
            item.add_marker(pytest.mark.xdist_group(_group(item.path.stem)))


def _group(module: str) -> str:
    """One of three that take about the same time: the scenes, and the walks in two halves."""
    if module == "test_scenes":
        return "scenes"
    return "first walks" if module < "test_k" else "other walks"


def pytest_collection_finish(session: pytest.Session) -> None:
    """Fails where the groups do not count: each process would start each server."""
    if session.config.getoption("loadgroup", False):
        folder = Path(__file__).parent
        lost = [item.nodeid for item in session.items if folder in item.path.parents and "@" not in item.nodeid]
        assert not lost, f"This pytest-xdist does not group tests for this pytest: {lost[0]}"


@pytest.fixture(scope="package")
def server() -> Iterator[ConsoleServer]:
    console = temporary_server(CONSOLE_SIMULATOR_SPEED=SPEED)
    console.start()
    yield console
    console.stop()
    shutil.rmtree(console.data_dir, ignore_errors=True)


# Playwright keeps an event loop in the thread, beside which Django refuses its database: it must end with this package.
@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    path = find_browser()
    assert path, "No Chromium; `make test` installs one."
    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield chromium
        chromium.close()


@pytest.fixture
def watch() -> Watch:
    """What goes wrong behind the visitors of a test."""
    return Watch()


@pytest.fixture
def new_visitor(browser: Browser, server: ConsoleServer, watch: Watch) -> Iterator[NewVisitor]:
    """Makes visitors with cookies of their own; what goes wrong behind any of them fails the test.

    Keyword arguments are those of Playwright's `new_context`.
    """
    contexts: list[BrowserContext] = []

    def make(**options: Any) -> Visitor:
        settings = {"base_url": server.url, "viewport": {"width": 1440, "height": 900}, **options}
        context = browser.new_context(**settings)
        context.set_default_timeout(PATIENCE)
        contexts.append(context)
        watch.follow(context, settings["base_url"])
        return Visitor(context.new_page(), has_script=options.get("java_script_enabled", True))

    yield make
    for context in contexts:
        context.close()
    assert watch.problems == []


@pytest.fixture
def visitor(new_visitor: NewVisitor) -> Visitor:
    """A visitor who has never been here."""
    return new_visitor()


@pytest.fixture
def second_tab(visitor: Visitor) -> Callable[[], Visitor]:
    """Opens another tab of the same visitor."""
    return lambda: Visitor(visitor.page.context.new_page())


@pytest.fixture
def page(visitor: Visitor) -> Page:
    """The first tab of a visitor who has never been here."""
    return visitor.page
