"""Journeys through the request of a draft and of an order: its languages, what one of them cannot say, its link."""

from collections.abc import Iterator

from playwright.sync_api import expect

from tests.e2e.visitor import Visitor
from tests.gallery.journeys import Journey

# What not every language can say, and a secret that no language has.
_SAID = {
    "image": "nginx:1.27",
    "name": "web-shop",
    "host_name": "web-1",
    "max_pending_minutes": "30",
    "containers.0.security_context.read_only_root_filesystem": "true",
    "containers.0.environment_vars.0.key": "LOG_LEVEL",
    "containers.0.environment_vars.0.value": "info",
    "containers.1.image": "redis:8",
    "tags.0.key": "team",
    "tags.0.value": "shop",
}


def _speak(visitor: Visitor, word: str) -> None:
    """Has the request shown in a language."""
    tab = visitor.page.locator(f"#in-{word}")
    tab.click()
    expect(tab).to_have_attribute("aria-current", "true")


def _words(visitor: Visitor) -> list[str]:
    tabs = visitor.page.locator("#request-in > nav a").all()
    return [str(tab.get_attribute("id")).removeprefix("in-") for tab in tabs]


def languages(visitor: Visitor) -> Iterator[str]:
    visitor.begin(**_SAID).go_on().confirm().view_request()
    yield "confirm-request"
    for word in _words(visitor):
        _speak(visitor, word)
        if visitor.page.locator("#request-in .lost").count():
            yield "confirm-request-with-losses"
            break
    _speak(visitor, "parameters")
    yield "confirm-request-in-a-language"
    visitor.page.locator("#request-link-title").click()
    yield "confirm-link"
    visitor.page.goto(str(visitor.page.locator("#in-parameters").get_attribute("href")))
    yield "request-page"
    visitor.link("Back to Confirm").click()
    visitor.order()
    visitor.is_running().open_group_tab("Request")
    _speak(visitor, "parameters")
    yield "group-request-in-a-language"
    visitor.open_group_tab("Overview").link("Show the order").click()
    expect(visitor.main.get_by_role("heading", name="Created")).to_be_visible()
    _speak(visitor, "parameters")
    yield "order-request-in-a-language"


JOURNEYS: tuple[Journey, ...] = (languages,)
