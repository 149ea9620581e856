"""P8: from a click on a tab of the image dialog to its painted list, with 10,000 repositories behind it and with 100.

The console runs without its cache, so that every click asks the cloud anew, over loopback. Turns of both; one click a
turn, to and fro between two tabs with many repositories.
"""

import os
import statistics
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

from playwright.sync_api import BrowserContext

from tests.bench import ground
from tests.bench.browsing import chromium, visitor
from tests.bench.measure import Figure, take_turns
from tests.bench.processes import served
from tests.e2e.server import free_port

MANY, FEW = 10_000, 100
CLICKS = 5
# Resolves with the milliseconds from the click until the frame after the swapped list has been painted.
TIMED_CLICK = """(address) => new Promise((resolve) => {
  const link = document.querySelector(`#images nav a[href="${address}"]`);
  const watch = new MutationObserver(() => {
    const now = document.querySelector('#images nav a[aria-current="page"]');
    if (!now || now.getAttribute("href") !== address || !document.querySelector("#images tbody tr")) return;
    watch.disconnect();
    requestAnimationFrame(() => setTimeout(() => resolve(performance.now() - begun), 0));
  });
  watch.observe(document.body, {childList: true, subtree: true, attributes: true});
  const begun = performance.now();
  link.click();
})"""


def figures() -> Iterator[Figure]:
    owner, cookie = ground.person("carol")
    draft = ground.draft(owner, 1)
    base = f"/buy/{draft.pk}/images/{draft.typed['spec']['containers'][0]['_key']}/"
    with ExitStack() as stack:
        addresses = [_served(stack, repositories) for repositories in (MANY, FEW)]
        browser = stack.enter_context(chromium())
        many, few = (_clicker(visitor(browser, address, cookie), base) for address in addresses)
        values = take_turns(many, few)
    yield Figure("P8a", f"image dialog, click on a tab to painted list, {MANY} repositories", "ms", values[0], bar=100)
    yield Figure("P8b", f"the same ÷ with {FEW} repositories", "ms", *values, bar=1.5)


def _served(stack: ExitStack, repositories: int) -> str:
    """The address of a console whose cloud is a simulator with so many repositories."""
    port = free_port()
    key_file = Path(os.environ["CONSOLE_DATA_DIR"]) / "simulator-key"
    command = [sys.executable, "-m", "consoleapp.simulator", "--port", str(port), "--keys-from", str(key_file)]
    stack.enter_context(served([*command, "--extra-repositories", str(repositories)], port))
    server = ground.console(CONSOLE_ALIBABA_ENDPOINT=f"http://127.0.0.1:{port}", CACHE_URL="dummycache://")
    server.start()
    stack.callback(server.stop)
    return server.url


def _clicker(context: BrowserContext, base: str) -> Callable[[], float]:
    """Does `CLICKS` clicks on either tab and says how many milliseconds the median took."""
    page = context.new_page()
    page.goto(f"{base}mine/")

    def click() -> float:
        times = [page.evaluate(TIMED_CLICK, f"{base}{tab}/") for tab in ["enterprise", "mine"] * CLICKS]
        return float(statistics.median(times))

    return click
