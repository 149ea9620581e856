"""P7: what a visit brings over the wire, headers included: with an empty cache at first, with a warm one later."""

from collections.abc import Iterator

from playwright.sync_api import Browser, BrowserContext

from tests.bench import ground
from tests.bench.browsing import chromium, visitor
from tests.bench.measure import Figure
from tests.bench.pages import every_page


def figures() -> Iterator[Figure]:
    server = ground.console()
    server.start()
    try:
        pages = every_page()
        with chromium() as browser:
            first = {page.name: _visit(visitor(browser, server.url), page.path) for page in pages if not page.cookie}
            later = _later(browser, server.url, [(page.name, page.path, page.cookie) for page in pages if page.cookie])
    finally:
        server.stop()
    name = max(first, key=lambda each: first[each][0])
    yield Figure("P7a", f"first visit, the heaviest ({name})", "kB", [first[name][0] / 1000], bar=60)
    yield Figure("P7b", "requests of a first visit, the most", "", [max(each[1] for each in first.values())], bar=8)
    name = max(later, key=lambda each: later[each])
    yield Figure("P7c", f"later page, the heaviest ({name})", "kB", [later[name] / 1000], bar=15)


def _later(browser: Browser, base: str, pages: list[tuple[str, str, str]]) -> dict[str, float]:
    context = visitor(browser, base, pages[0][2])
    # One visit of a page with every kind of file: its cache is what later pages find.
    _visit(context, pages[2][1])
    return {name: _visit(context, path)[0] for name, path, _cookie in pages}


def _visit(context: BrowserContext, path: str) -> tuple[float, int]:
    """The bytes received and the requests that went out until the page was idle."""
    page = context.new_page()
    network = context.new_cdp_session(page)
    network.send("Network.enable")
    received: list[float] = []
    network.on("Network.loadingFinished", lambda event: received.append(event["encodedDataLength"]))
    page.goto(path, wait_until="networkidle")
    page.close()
    return sum(received), sum(size > 0 for size in received)
