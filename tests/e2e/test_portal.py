"""One visitor of the demo clicks through the stories of the sample portal, each as the person whose story it is."""

import re

import pytest
from playwright.sync_api import expect

from tests.e2e.visitor import CONFIRM, Visitor


@pytest.fixture
def portal(visitor: Visitor) -> Visitor:
    """A visitor who has pressed *Show me the portal* on the home page."""
    visitor.page.goto("/")
    visitor.button("Show me the portal").click()
    expect(visitor.main.get_by_role("heading", name="The sample portal")).to_be_visible()
    return visitor


def go(visitor: Visitor, label: str, who: str) -> None:
    """Opens the page of a step with its button, as the person whose step it is."""
    visitor.page.goto("/portal/")
    visitor.button(label).first.click()
    expect(visitor.page.locator("#acting")).to_contain_text(f"You act as {who}")


def test_three_fields_and_the_rule_at_one_of_them(portal: Visitor) -> None:
    go(portal, "Open Web, small", "Bob")
    expect(portal.main.get_by_text("At most 4 vCPU").first).to_be_visible()
    expect(portal.page.get_by_role("radio", name=re.compile("^8 House rules"))).to_be_disabled()
    for size in ("^2 (?!GiB)", "^4 GiB"):
        portal.page.get_by_role("radio", name=re.compile(size)).check()
    portal.press_in_foot("Confirm Configuration")
    portal.is_at(CONFIRM).agree()
    portal.button("Ask for approval").click()
    expect(portal.main.get_by_role("heading", name=re.compile("Wait"))).to_be_visible()


def test_somebody_else_decides_and_the_order_runs(portal: Visitor) -> None:
    go(portal, "See what waits", "Ann")
    portal.link("launch-page").click()
    expect(portal.main.get_by_text("The launch page has to be seen from outside on Friday.")).to_be_visible()
    portal.button("Approve").click()
    go(portal, "Look as Bob", "Bob")
    expect(portal.main.get_by_role("row", name=re.compile("launch-page")).first).to_contain_text("Running")


def test_an_exception_is_asked_for_where_the_rule_stands(portal: Visitor) -> None:
    go(portal, "Try nginx", "Bob")
    expect(portal.main.get_by_text("Images come from").first).to_be_visible()
    portal.main.locator("summary", has_text="Ask for an exception").first.click()
    portal.main.get_by_role("textbox", name=re.compile("exception|Why|Reason", re.IGNORECASE)).first.fill("For a test.")
    portal.press("Ask")
    expect(portal.main.get_by_text("Needs approval").first).to_be_visible()
    portal.confirm().agree()
    portal.button("Ask for approval").click()
    go(portal, "Decide as Ann", "Ann")
    portal.link("try-nginx").click()
    expect(portal.main.get_by_text("For a test.").first).to_be_visible()
    portal.button("Approve").click()
    go(portal, "Look as Bob", "Bob")
    expect(portal.main.get_by_role("row", name=re.compile("try-nginx")).first).to_contain_text("Running")


def test_there_is_no_room_and_the_quota_says_what_uses_it(portal: Visitor) -> None:
    go(portal, "Open Worker", "Bob")
    expect(
        portal.main.get_by_text(re.compile("takes 4.*3 left")).or_(portal.foot.get_by_text("3 left"))
    ).to_be_visible()
    go(portal, "See the quota", "Bob")
    for name in ("shop-web", "search", "reports", "status-page"):
        expect(portal.main.get_by_text(name)).to_be_visible()


def test_a_saved_login_is_used_and_never_read(portal: Visitor) -> None:
    go(portal, "Open it", "Bob")
    portal.button("Use Harbor, read-only").click()
    expect(portal.main.get_by_text("can be pulled").first).to_be_visible()
    assert "demo-password" not in portal.page.content()
