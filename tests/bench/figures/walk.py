"""P11: how many actions each task takes, walked in a browser: the rows and bars of the browser tests."""

from collections.abc import Iterator
from pathlib import Path
from string import ascii_lowercase

from playwright.sync_api import Browser, expect

from tests.bench import ground
from tests.bench.browsing import chromium, visitor
from tests.bench.measure import Figure
from tests.e2e.conftest import PATIENCE, SPEED
from tests.e2e.few_actions import ROWS, Row
from tests.e2e.server import ConsoleServer
from tests.e2e.visitor import Visitor


def figures() -> Iterator[Figure]:
    server = ground.console(CONSOLE_SIMULATOR_SPEED=SPEED)
    server.start()
    expect.set_options(timeout=PATIENCE)
    try:
        with chromium() as browser:
            for letter, row in zip(ascii_lowercase, ROWS, strict=False):
                yield Figure(f"P11{letter}", row.what, row.unit, [_count(browser, server, row)], bar=row.bar)
    finally:
        server.stop()


def _count(browser: Browser, server: ConsoleServer, row: Row) -> float:
    context = visitor(browser, server.url)
    context.set_default_timeout(PATIENCE)
    count = row.count(Visitor(context.new_page()), Path(server.data_dir))
    context.close()
    return count
