"""Journeys through the portal: the sample of the demo, and in it each page as the person whom it is for."""

import re
from collections.abc import Iterator

from playwright.sync_api import expect

from tests.e2e.visitor import CONFIRM, Visitor
from tests.gallery.journeys import Journey


def _act(visitor: Visitor, name: str) -> None:
    visitor.page.locator("#acting").get_by_role("button", name=name).click()
    expect(visitor.page.locator("#acting [aria-current=true]")).to_have_text(name)


def _step(visitor: Visitor, label: str) -> None:
    """Opens the page of a step of the stories."""
    visitor.page.goto("/portal/")
    visitor.button(label).first.click()
    visitor.page.wait_for_load_state()


def _slug(visitor: Visitor) -> str:
    visitor.page.goto("/portal/")
    visitor.button("Read the rules").click()
    found = re.search(r"/teams/([a-z0-9-]+)/", visitor.page.url)
    assert found
    return found[1]


def sample_portal(visitor: Visitor) -> Iterator[str]:
    visitor.page.goto("/portal/")
    yield "portal-invitation"
    visitor.button("Show me the portal").click()
    expect(visitor.button("Open Web, small")).to_be_visible()
    yield "portal-stories"
    _act(visitor, "Bob")
    visitor.page.goto("/")
    yield "portal-home-of-bob"
    _act(visitor, "Carol")
    visitor.page.goto("/")
    visitor.link("shop-web").click()
    visitor.page.goto(f"{visitor.page.url}delete/")
    yield "portal-refused"


def ordering_in_a_team(visitor: Visitor) -> Iterator[str]:
    _make(visitor)
    _step(visitor, "Open Web, small")
    yield "portal-short-form"
    for size in ("^2 (?!GiB)", "^4 GiB"):
        visitor.page.get_by_role("radio", name=re.compile(size)).check()
    visitor.press_in_foot("Confirm Configuration")
    visitor.is_at(CONFIRM).agree()
    yield "portal-confirm-needs-approval"
    visitor.button("Ask for approval").click()
    visitor.page.wait_for_url("**/orders/**")
    yield "portal-order-waits"
    _step(visitor, "Open Worker")
    yield "portal-no-room"
    _step(visitor, "Try nginx")
    expect(visitor.main.get_by_text("Images come from").first).to_be_visible()
    yield "portal-rule-at-the-field"
    visitor.main.locator("summary", has_text="Ask for an exception").first.click()
    visitor.main.get_by_role("textbox", name="Why it is needed").first.fill("For a test on Friday.")
    visitor.main.get_by_role("button", name="Ask", exact=True).first.click()
    expect(visitor.main.get_by_text("Needs approval").first).to_be_visible()
    yield "portal-exception-asked"
    _step(visitor, "Open it")
    expect(visitor.button("Use Harbor, read-only")).to_be_visible()
    yield "portal-saved-login-offered"
    visitor.button("Use Harbor, read-only").click()
    expect(visitor.main.get_by_text("can be pulled").first).to_be_visible()
    yield "portal-saved-login-used"


def deciding(visitor: Visitor) -> Iterator[str]:
    _make(visitor)
    _step(visitor, "See what waits")
    yield "portal-approvals"
    visitor.link("launch-page").click()
    yield "portal-approval"
    visitor.button("Approve").click()
    visitor.page.wait_for_load_state()
    yield "portal-approval-decided"


def looking_after_a_team(visitor: Visitor) -> Iterator[str]:
    _make(visitor)
    slug = _slug(visitor)
    yield "portal-policies"
    visitor.page.goto(f"/teams/{slug}/")
    yield "portal-members"
    visitor.page.goto(f"/teams/{slug}/policies/new/")
    yield "portal-policy-new"
    for page in ("quota", "credentials", "links", "accounts"):
        visitor.page.goto(f"/teams/{slug}/{page}/")
        yield f"portal-{page}"
    visitor.page.goto("/templates/")
    yield "portal-templates"
    visitor.page.goto(f"/templates/{slug}/web-small/about/")
    yield "portal-template"
    visitor.page.goto(f"/templates/{slug}/web-small/edit/")
    yield "portal-template-edit"
    visitor.page.goto("/audit/")
    yield "portal-audit"


def following_a_link(visitor: Visitor) -> Iterator[str]:
    visitor.page.goto("/buy/?image=nginx:1.27&cpu=1&memory=2&name=from-a-link&external_ref=JIRA-42&nonsense=1")
    yield "portal-from-a-link"
    visitor.confirm().agree()
    visitor.button("Confirm Order").click()
    visitor.is_created()
    yield "portal-reference-of-an-order"


def _make(visitor: Visitor) -> None:
    visitor.page.goto("/portal/")
    visitor.button("Show me the portal").click()
    expect(visitor.button("Open Web, small")).to_be_visible()


JOURNEYS: tuple[Journey, ...] = (sample_portal, ordering_in_a_team, deciding, looking_after_a_team, following_a_link)
