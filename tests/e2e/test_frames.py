"""The console inside a page of another site: shown to a listed one, where one orders alone; never the sign-in page."""

import shutil
import tempfile
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, Frame, Page, expect

from tests.e2e.server import ConsoleServer
from tests.e2e.visitor import Visitor
from tests.gallery.journeys_apart import PASSWORD, ServerOfPeople

AROUND = """<!doctype html><title>Portal</title><ol id="told"></ol>
<iframe width="1200" height="700" src="{src}"></iframe>
<script>addEventListener("message", ({{ data, origin }}) => {{ const item = document.createElement("li");
item.textContent = `${{data.order}} ${{data.state}} ${{origin}}`; document.getElementById("told").append(item); }});
</script>"""


class _Portal(BaseHTTPRequestHandler):
    """A page with a frame around the address that its own names."""

    def do_GET(self) -> None:
        src = parse_qs(urlsplit(self.path).query).get("src", ["about:blank"])[0]
        page = AROUND.format(src=src).encode()
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        self.wfile.write(page)

    def log_message(self, *_args: object) -> None:
        """Say nothing."""


@pytest.fixture(scope="module")
def portals() -> Iterator[list[str]]:
    """The origin of a listed site, and of one that is not."""
    servers = [ThreadingHTTPServer(("127.0.0.1", 0), _Portal) for _ in range(2)]
    for server in servers:
        threading.Thread(target=server.serve_forever, daemon=True).start()
    yield [f"http://127.0.0.1:{server.server_address[1]}" for server in servers]
    for server in servers:
        server.shutdown()
        server.server_close()


@pytest.fixture(scope="module")
def console(portals: list[str]) -> Iterator[ConsoleServer]:
    folder = Path(tempfile.mkdtemp(prefix="console-e2e-"))
    told = {"CONSOLE_SIGN_IN": "required", "CONSOLE_FRAME_ANCESTORS": portals[0], "CONSOLE_SIMULATOR_SPEED": "20"}
    server = ServerOfPeople(folder, **told)
    server.start()
    yield server
    server.stop()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def context(browser: Browser, console: ConsoleServer) -> Iterator[BrowserContext]:
    made = browser.new_context(base_url=console.url)
    made.set_default_timeout(20_000)
    yield made
    made.close()


def around(page: Page, portal: str, address: str) -> Frame:
    page.goto(f"{portal}/?src={address}")
    page.wait_for_load_state("networkidle")
    return page.frames[1]


def is_shown(frame: Frame) -> bool:
    return frame.url.startswith("http") and frame.get_by_role("main").count() == 1


def signed_in(context: BrowserContext) -> Visitor:
    visitor = Visitor(context.new_page())
    visitor.page.goto("/")
    visitor.field("User name").fill("alice")
    visitor.page.get_by_label("Password").fill(PASSWORD)
    visitor.button("Sign in").click()
    expect(visitor.main.get_by_role("heading", name="Container groups")).to_be_visible()
    return visitor


def test_who_is_not_signed_in_is_led_to_a_tab_of_its_own(
    context: BrowserContext, console: ConsoleServer, portals: list[str]
) -> None:
    page = context.new_page()
    frame = around(page, portals[0], f"{console.url}/buy/")
    expect(frame.get_by_role("link", name="Open in a new tab").last).to_have_attribute("target", "_blank")
    assert frame.get_by_label("Password").count() == 0
    assert not is_shown(around(page, portals[0], f"{console.url}/accounts/sign-in/"))


def test_a_listed_site_shows_the_wizard_and_nothing_that_decides(
    context: BrowserContext, console: ConsoleServer, portals: list[str]
) -> None:
    page = signed_in(context).page
    listed, other = portals
    frame = around(page, listed, f"{console.url}/buy/")
    assert is_shown(frame)
    expect(frame.get_by_role("link", name="Open in a new tab")).to_be_visible()
    expect(frame.locator("#account")).to_be_hidden()
    assert not is_shown(around(page, other, f"{console.url}/buy/"))
    for path in ("/teams/", "/audit/", "/accounts/sign-ins/", "/admin/"):
        assert not is_shown(around(page, listed, console.url + path)), path


def test_the_page_of_a_group_tells_the_page_around_it_what_became_of_the_order(
    context: BrowserContext, console: ConsoleServer, portals: list[str]
) -> None:
    visitor = signed_in(context)
    visitor.begin(image="nginx:1.27", name="in-a-frame").confirm().agree()
    visitor.button("Confirm Order").click()
    visitor.is_created()
    page = visitor.page
    address = page.url.partition("?")[0]
    around(page, portals[0], address)
    expect(page.locator("#told li")).to_have_count(1)
    expect(page.locator("#told li")).to_contain_text(f"created {console.url}")
