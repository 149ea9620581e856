"""What can be done with a container group, and who may see it."""

import re
from functools import partial

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import NewVisitor
from tests.e2e.visitor import Visitor, run_private_image


def test_create_similar_has_the_login_that_was_ordered_with_in_this_session(visitor: Visitor) -> None:
    run_private_image(visitor)
    visitor.is_running()
    visitor.button("Create similar").click()
    expect(visitor.page).to_have_url(re.compile("/buy/"))
    expect(visitor.main.get_by_text("is the one that you ordered with in this session")).to_be_visible()
    visitor.confirm().order()
    visitor.is_running()


def test_a_group_is_deleted_after_a_question(visitor: Visitor) -> None:
    visitor.begin(image="nginx:1.27", name="short-lived").confirm().order()
    visitor.is_running()
    visitor.link("Delete").click()
    question = visitor.page.get_by_role("dialog", name="Delete short-lived?")
    expect(question.get_by_role("button", name="Cancel")).to_be_focused()
    visitor.page.keyboard.press("Escape")
    expect(question).to_have_count(0)
    visitor.link("Delete").click()
    question.get_by_role("button", name="Delete").click()
    visitor.page.goto("/?show=ended")
    visitor.link("short-lived").click()
    visitor.is_in_state("Deleted")
    visitor.is_event_shown("You had it deleted.")
    expect(visitor.page.get_by_text("Last known cost")).to_be_visible()
    visitor.open_group_tab("Request")
    expect(visitor.main.get_by_text("CreateContainerGroup")).to_be_visible()


def test_a_group_is_restarted(visitor: Visitor) -> None:
    visitor.begin(image="nginx:1.27").confirm().order()
    visitor.is_running()
    visitor.button("Restart").click()
    visitor.is_event_shown("You had it restarted.")
    visitor.is_event_shown("Stopping container container-1")
    visitor.is_running()
    expect(visitor.main.get_by_text("being restarted")).to_have_count(0)


def test_a_hidden_tab_asks_nothing_and_a_shown_one_at_once(visitor: Visitor) -> None:
    visitor.begin(image="nginx:1.27").confirm().order()
    visitor.is_running()
    asked: list[str] = []
    visitor.page.on("request", lambda request: asked.append(request.url) if "/_/live/" in request.url else None)

    visitor.page.evaluate("Object.defineProperty(document, 'hidden', { get: () => true, configurable: true })")
    # Longer than the first two waits together.
    visitor.page.wait_for_timeout(5000)
    assert asked == []

    with visitor.page.expect_request("**/_/live/**", timeout=1500):
        visitor.page.evaluate("delete document.hidden; document.dispatchEvent(new Event('visibilitychange'))")


@pytest.mark.parametrize("by", ["mouse", "space bar"])
def test_a_press_counts_although_the_page_is_told_something_new_while_it_is_held(visitor: Visitor, by: str) -> None:
    run_private_image(visitor, password="not-the-password")
    page, button = visitor.page, visitor.button("Change credentials and retry")
    expect(button).to_be_visible()
    # What the page has seen is forgotten, so that it is told everything anew.
    told = "**/_/live/**"
    page.route(told, lambda route: route.continue_(url=re.sub("seen=[^&]*", "seen=", route.request.url)))
    button.hover()
    button.focus()
    (page.mouse.down if by == "mouse" else partial(page.keyboard.down, " "))()
    page.evaluate("() => new Promise(told => addEventListener('htmx:afterRequest', () => setTimeout(told)))")
    (page.mouse.up if by == "mouse" else partial(page.keyboard.up, " "))()
    expect(visitor.field("Password")).to_be_focused()


def test_logs_are_read_with_a_choice_of_lines(visitor: Visitor) -> None:
    visitor.begin(image="nginx:1.27").confirm().order()
    visitor.is_running().open_group_tab("Logs")
    expect(visitor.page.get_by_label("Log", exact=True)).to_contain_text("start worker processes")


def test_another_visitor_finds_nothing_under_an_id_that_is_not_theirs(
    visitor: Visitor, new_visitor: NewVisitor
) -> None:
    visitor.begin(image="nginx:1.27", name="private-matter").confirm()
    draft = visitor.page.url
    group = f"/groups/{visitor.order()}/"
    stranger = new_visitor()
    stranger.begin(image="redis:8").go_on()
    for address in (draft, draft.replace("/confirm/", "/basic/"), group, f"{group}delete/", f"{group}?tab=logs"):
        answer = stranger.page.goto(address)
        assert answer is not None
        assert answer.status == 404, address
        expect(stranger.main.get_by_role("heading", name="There is nothing here")).to_be_visible()
    stranger.page.goto("/")
    expect(stranger.main.get_by_text("private-matter")).to_have_count(0)


def test_looking_around_stores_nothing(visitor: Visitor) -> None:
    visitor.page.goto("/")
    visitor.begin(image="nginx:1.27")
    visitor.page.goto("/buy/drafts/")
    names = {cookie["name"] for cookie in visitor.page.context.cookies()}
    assert not any("session" in name for name in names)


def test_cost_and_age_of_a_running_group_go_on_by_themselves(visitor: Visitor) -> None:
    visitor.begin(image="nginx:1.27").confirm().order()
    visitor.is_running()
    page = visitor.page
    # No answer of the cloud helps.
    page.route("**/_/live/**", lambda route: route.fulfill(status=204))
    cost = page.locator("dd.total")
    before = cost.inner_text()
    expect(cost).not_to_have_text(before)
    assert float(cost.inner_text().removeprefix("CNY")) > float(before.removeprefix("CNY"))
    page.clock.install()
    page.reload()
    created = page.locator("#group-overview time").first
    expect(created).to_have_text("just now")
    page.clock.run_for(120_000)
    expect(created).to_have_text(re.compile("^[23] minutes ago$"))


@pytest.mark.parametrize("width", [390, 1280])
# The first is large: it is still being pulled when its page is first looked at, on a slow machine too.
@pytest.mark.parametrize(
    ("image", "ends_as"), [("wordpress:6.8", "Running"), ("nginx:1.92", "Pending · version not found")]
)
def test_the_page_of_a_group_does_not_jump_when_its_state_changes(
    visitor: Visitor, image: str, ends_as: str, width: int
) -> None:
    visitor.page.set_viewport_size({"width": width, "height": 844})
    visitor.begin(image=image).confirm(anyway=True).agree()
    page = visitor.page
    page.route("**/_/live/**", lambda route: route.fulfill(status=204))
    visitor.press_order(anyway=image == "nginx:1.92")
    visitor.is_created()
    tabs = page.get_by_role("navigation", name="Parts of the page")
    expect(page.locator("#headline-title")).to_contain_text(re.compile("Starting|Finding a machine|Pull fails"))
    before = tabs.bounding_box()
    page.unroute("**/_/live/**")
    page.reload()
    visitor.is_in_state(ends_as)
    if image == "nginx:1.92":
        expect(visitor.button("Change the image and retry")).to_be_visible()
    assert before
    assert tabs.bounding_box() == before


@pytest.mark.parametrize("width", [1440, 390])
def test_a_failing_group_is_mended_and_then_deleted_with_its_bill_in_view(visitor: Visitor, width: int) -> None:
    page = visitor.page
    visitor.begin(image="nginx:1.92", name="web-shop").confirm(anyway=True)
    old = visitor.order(anyway=True)
    page.set_viewport_size({"width": width, "height": 844})
    visitor.button("Change the image and retry").click()
    expect(visitor.field("Image")).to_be_focused()
    near = visitor.button("Use 1.29")
    bill = page.locator("#replaced")
    for seen in (page.get_by_text("nginx has no version 1.92."), near, bill):
        expect(seen).to_be_in_viewport(ratio=1)
    border = "element => getComputedStyle(element).borderColor"
    assert visitor.field("Image version").evaluate(border) != visitor.field("Image").evaluate(border)
    page.evaluate("scrollTo(0, document.body.scrollHeight)")
    expect(bill).to_be_in_viewport(ratio=1)

    near.click()
    expect(page.get_by_text("Can be pulled").first).to_be_visible()
    visitor.confirm()
    tick = page.get_by_role("checkbox", name=re.compile(r"When this one runs, delete web-shop"))
    expect(page.locator("#changes")).to_contain_text(re.compile(r"failing, CNY\s0\.\d{4} so far"))
    expect(tick).to_be_checked()
    tick.uncheck()
    new = visitor.order()
    visitor.is_running()
    expect(bill).to_contain_text("still billed")
    bill.get_by_role("link", name="Delete it").click()
    expect(page).to_have_url(re.compile(f"/groups/{old}/delete/$"))
    visitor.button("Delete").click()
    page.goto(f"/groups/{new}/")
    visitor.is_running()
    expect(bill).to_have_count(0)


def test_a_wrong_version_is_repaired_in_two_presses(visitor: Visitor) -> None:
    page = visitor.page
    visitor.begin(image="nginx:1.92", name="web-shop").confirm(anyway=True)
    visitor.order(anyway=True)
    expect(page.locator("#headline-title")).to_have_text("Pull fails: no version 1.92")
    visitor.button("Use 1.29 and replace").click()
    expect(page.get_by_text("Every image can be pulled")).to_be_visible()
    visitor.order()
    visitor.is_running()
    expect(page).to_have_title(re.compile("^● Running · web-shop-2 · "))
    assert "state-ok" in str(page.locator('link[rel="icon"]').get_attribute("href"))


def test_a_log_is_followed_until_one_pauses_and_saved_as_a_file(visitor: Visitor) -> None:
    page = visitor.page
    visitor.begin(image="nginx:1.27").confirm().order()
    visitor.is_running().open_group_tab("Logs")
    page.get_by_label("Lines with").fill("worker")
    visitor.button("Show").click()
    log = page.get_by_role("region", name="Log", exact=True)
    expect(log).to_have_text(re.compile(r"^\[notice\] 1#1: start worker processes\s*$"))
    with page.expect_response("**/_/log/**") as followed:
        pass
    assert "q=worker" in followed.value.url
    with page.expect_download() as saved:
        visitor.link("Download").click()
    assert saved.value.suggested_filename.endswith("-container-1.log")
    visitor.link("Pause").click()
    expect(visitor.link("Follow")).to_be_visible()
    expect(page.locator("#log-poll")).to_have_count(0)
