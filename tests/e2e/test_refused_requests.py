"""A press that the console refuses or cannot be reached for: the page says so, and what was typed stands as it was."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, expect

from tests.disk import full_disk
from tests.e2e.server import ConsoleServer
from tests.e2e.visitor import Visitor

TOO_LARGE = "x" * 300_000


@pytest.fixture
def context(browser: Browser, server: ConsoleServer) -> Iterator[BrowserContext]:
    """A visitor's context in which answers may fail, which is what these walks are about; no script may."""
    made = browser.new_context(base_url=server.url, viewport={"width": 1440, "height": 900})
    errors: list[str] = []
    made.on("weberror", lambda error: errors.append(str(error.error)))
    yield made
    made.close()
    assert errors == []


@pytest.fixture
def visitor(context: BrowserContext) -> Visitor:
    return Visitor(context.new_page()).begin(image="nginx:1.27", name="typed")


def is_told(visitor: Visitor, words: str) -> None:
    expect(visitor.page.locator(".note.bad", has_text=words)).to_be_visible()
    expect(visitor.field("Name")).to_have_value("typed-later")


def press(visitor: Visitor) -> None:
    visitor.field("Name").fill("typed-later")
    visitor.button("Next: Other Settings").click()


def test_a_form_that_is_too_large_stays_as_it_was_typed(visitor: Visitor) -> None:
    arguments = visitor.page.locator("[name='c1-args']")
    arguments.evaluate("field => { field.closest('details').open = true }")
    arguments.fill(TOO_LARGE)
    press(visitor)
    is_told(visitor, "The form is larger than the console accepts.")
    expect(arguments).to_have_value(TOO_LARGE)
    arguments.fill("ok")
    visitor.go_on()


def test_a_page_that_is_too_old_says_so_and_keeps_its_text(visitor: Visitor, context: BrowserContext) -> None:
    # The check of the first image brings the cookie again.
    visitor.page.wait_for_load_state("networkidle")
    context.clear_cookies(name="csrf")
    press(visitor)
    is_told(visitor, "This page is too old to be sent.")


def test_a_console_that_is_out_of_reach_costs_no_text(visitor: Visitor, context: BrowserContext) -> None:
    context.set_offline(True)
    press(visitor)
    is_told(visitor, "The console does not answer.")
    context.set_offline(False)
    visitor.go_on()


def test_a_press_that_the_disk_does_not_take_stays_in_the_page(visitor: Visitor, server: ConsoleServer) -> None:
    visitor.go_on().go_back()
    with full_disk(server.process_id):
        press(visitor)
        is_told(visitor, "Not done, nothing is lost")
    visitor.go_on().go_back()
    expect(visitor.field("Name")).to_have_value("typed-later")


def test_a_link_leads_nowhere_while_what_was_typed_cannot_be_stored(visitor: Visitor, server: ConsoleServer) -> None:
    visitor.go_on().go_back()
    visitor.field("Name").fill("typed-later")
    with full_disk(server.process_id):
        visitor.page.get_by_role("link", name="Drafts").click()
        is_told(visitor, "Not done, nothing is lost")
    visitor.page.get_by_role("link", name="Drafts").click()
    expect(visitor.link("typed-later")).to_be_visible()


def test_without_a_script_loading_the_answer_again_sends_what_was_typed_again(
    browser: Browser, server: ConsoleServer
) -> None:
    context = browser.new_context(base_url=server.url, java_script_enabled=False)
    visitor = Visitor(context.new_page(), has_script=False).begin(image="nginx:1.27", name="first").go_on().go_back()
    other = Visitor(context.new_page(), has_script=False)
    other.page.goto(visitor.page.url)
    visitor.field("Name").fill("of-another-tab")
    visitor.go_on()
    other.field("Name").fill("typed-later")
    with full_disk(server.process_id):
        other.button("Next: Other Settings").click()
        expect(other.main.get_by_role("heading", name="Not done, nothing is lost")).to_be_visible()
    other.page.reload()
    expect(other.main.get_by_role("heading", name="Saved in another tab meanwhile")).to_be_visible()
    expect(other.main.get_by_text("typed-later")).to_be_visible()
    context.close()


def test_a_link_leads_away_only_once_what_was_typed_is_stored(visitor: Visitor, context: BrowserContext) -> None:
    visitor.go_on().go_back()
    page, address = visitor.page, visitor.page.url
    visitor.field("Name").fill("typed-later")
    context.set_offline(True)
    page.get_by_role("link", name="Drafts").click()
    is_told(visitor, "The console does not answer.")
    assert page.url == address
    context.set_offline(False)
    page.get_by_role("link", name="Drafts").click()
    expect(visitor.link("typed-later")).to_be_visible()


def test_a_link_does_not_lead_away_from_what_the_console_refuses(visitor: Visitor, context: BrowserContext) -> None:
    visitor.go_on().go_back()
    address = visitor.page.url
    visitor.field("Name").fill("typed-later")
    # Any answer brings the cookie again.
    visitor.page.wait_for_load_state("networkidle")
    context.clear_cookies(name="csrf")
    visitor.page.get_by_role("link", name="Drafts").click()
    is_told(visitor, "This page is too old to be sent.")
    assert visitor.page.url == address


def test_a_link_does_not_lead_away_from_a_conflict(visitor: Visitor, context: BrowserContext) -> None:
    visitor.go_on().go_back()
    other = Visitor(context.new_page())
    other.page.goto(visitor.page.url)
    other.field("Name").fill("typed-in-the-other-tab")
    other.go_on()
    visitor.field("Name").fill("typed-later")
    visitor.page.get_by_role("link", name="Drafts").click()
    expect(visitor.main.get_by_role("heading", name="Saved in another tab meanwhile")).to_be_visible()
    expect(visitor.main.get_by_text("typed-later")).to_be_visible()
