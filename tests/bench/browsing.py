"""One headless Chromium for the figures that need a browser."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager

from playwright._impl._api_structures import SetCookieParam
from playwright.sync_api import Browser, BrowserContext, sync_playwright

from tests.bench.processes import served
from tests.e2e.browser import find_browser
from tests.e2e.server import free_port

ARGUMENTS = ["--no-sandbox", "--no-first-run", "--disable-background-networking", "--disable-sync"]


@contextmanager
def chromium() -> Iterator[Browser]:
    """A running browser."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_browser(), args=ARGUMENTS)
        yield browser
        browser.close()


class Debuggable:
    """A browser that another program drives through its debugging port, signed in as somebody."""

    def __init__(self, port: int) -> None:
        self.port = port

    def become(self, base: str, cookie: str) -> None:
        """From now on the session of this Cookie header is used; "" is a visitor."""
        with sync_playwright() as playwright:
            browser = playwright.chromium.connect_over_cdp(f"http://127.0.0.1:{self.port}")
            context = browser.contexts[0]
            context.clear_cookies()
            if cookie:
                context.add_cookies([cookie_of(base, cookie)])
            browser.close()  # only lets go of it


@contextmanager
def debuggable() -> Iterator[Debuggable]:
    """A browser for Lighthouse: with it a page has its cookies in every request, polls included."""
    port = free_port()
    with tempfile.TemporaryDirectory(prefix="console-bench-chrome-", ignore_cleanup_errors=True) as folder:
        own = ["--headless=new", f"--remote-debugging-port={port}", f"--user-data-dir={folder}"]
        with served([find_browser() or "chromium", *own, *ARGUMENTS, "about:blank"], port):
            yield Debuggable(port)


def cookie_of(base: str, cookie: str) -> SetCookieParam:
    """The cookie of a Cookie header, as a browser is given it."""
    name, _, value = cookie.partition("=")
    return {"name": name, "value": value, "url": base}


def visitor(browser: Browser, base: str, cookie: str = "") -> BrowserContext:
    """A fresh visitor with an empty cache, or with this session."""
    context = browser.new_context(base_url=base, viewport={"width": 1440, "height": 900})
    context.set_default_timeout(15_000)
    if cookie:
        context.add_cookies([cookie_of(base, cookie)])
    return context
