"""Signing in with the keyboard alone, a sign-in that ends while something is typed, and the pages of a site admin."""

import shutil
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, expect

from tests.e2e.server import ConsoleServer
from tests.e2e.visitor import Visitor
from tests.e2e.watch import Watch
from tests.gallery.journeys_apart import PASSWORD, server_with_sign_in


@pytest.fixture(scope="module")
def console() -> Iterator[ConsoleServer]:
    server = server_with_sign_in()
    server.start()
    yield server
    server.stop()
    shutil.rmtree(server.data_dir, ignore_errors=True)


@pytest.fixture
def context(browser: Browser, console: ConsoleServer) -> Iterator[BrowserContext]:
    made = browser.new_context(base_url=console.url)
    yield made
    made.close()


@pytest.fixture
def visitor(context: BrowserContext) -> Visitor:
    """Somebody who has signed in without a mouse."""
    signed_in = Visitor(context.new_page())
    signed_in.page.goto("/buy/drafts/")
    # The page takes the focus there by itself, a moment after it has come.
    expect(signed_in.page.get_by_label("User name")).to_be_focused()
    keyboard = signed_in.page.keyboard
    for typed, key in (("alice", "Tab"), (PASSWORD, "Enter")):
        keyboard.type(typed)
        keyboard.press(key)
    expect(signed_in.page.locator("summary", has_text="alice")).to_be_visible()
    assert signed_in.page.url.endswith("/buy/drafts/")
    return signed_in


def test_the_keyboard_is_enough_to_sign_in_and_out(visitor: Visitor) -> None:
    menu = visitor.page.locator("summary", has_text="alice")
    menu.focus()
    visitor.page.keyboard.press("Enter")
    expect(visitor.page.get_by_role("link", name="Change password")).to_be_visible()
    way_out = visitor.page.get_by_role("button", name="Sign out")
    for _press in range(12):
        visitor.page.keyboard.press("Tab")
        if way_out.evaluate("button => button === document.activeElement"):
            break
    visitor.page.keyboard.press("Enter")
    expect(visitor.main.get_by_role("heading", name="Sign in")).to_be_visible()


def test_what_is_typed_stays_when_the_sign_in_has_ended(visitor: Visitor, context: BrowserContext) -> None:
    visitor.begin(image="nginx:1.27", name="typed")
    context.clear_cookies(name="seen")
    visitor.field("Name").fill("typed-later")
    visitor.button("Next: Other Settings").click()
    expect(visitor.page.locator(".note.bad", has_text="You are signed out.")).to_be_visible()
    expect(visitor.field("Name")).to_have_value("typed-later")


def test_a_site_admin_looks_at_what_is_stored_under_the_content_policy(
    visitor: Visitor, context: BrowserContext, console: ConsoleServer, watch: Watch
) -> None:
    visitor.begin(image="nginx:1.27", name="looked-at").go_on()
    watch.follow(context, console.url)
    visitor.page.locator("summary", has_text="alice").click()
    visitor.page.get_by_role("link", name="Site administration").click()
    for kind in ("Orders", "Audit rows"):
        visitor.page.get_by_role("link", name=kind, exact=True).last.click()
        expect(visitor.page.get_by_role("heading", name="Select")).to_be_visible()
    visitor.page.locator("#result_list tbody a").first.click()
    expect(visitor.page.get_by_role("heading", name="View audit row")).to_be_visible()
    assert visitor.page.locator("input[type=submit], .deletelink").count() == 0
    assert watch.problems == []
