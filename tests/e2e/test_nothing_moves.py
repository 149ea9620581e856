"""A press moves nothing but what was pressed: the page stays where its reader has scrolled it to."""

import pytest
from playwright.sync_api import Locator, Route, ViewportSize, expect

from tests.e2e.conftest import NewVisitor
from tests.e2e.visitor import Visitor

WINDOWS: tuple[ViewportSize, ...] = (
    {"width": 1440, "height": 900},
    {"width": 1280, "height": 720},
    {"width": 390, "height": 844},
)


def _press_after_scrolling(visitor: Visitor, target: Locator) -> None:
    """Presses with the mouse what a wheel has brought to the middle of the window; the page is made anew by it."""
    page = visitor.page
    box = target.bounding_box()
    assert box
    page.mouse.move(5, 200)
    page.mouse.wheel(0, box["y"] - page.evaluate("innerHeight") / 2)
    page.wait_for_function("() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")
    page.wait_for_timeout(300)
    before = page.evaluate("scrollY")
    assert before > 0
    mark = page.locator('input[name="page"]')
    token = mark.input_value()
    box = target.bounding_box()
    assert box
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    expect(mark).not_to_have_value(token)
    page.wait_for_timeout(300)
    assert page.evaluate("scrollY") == before, target


@pytest.mark.parametrize("window", WINDOWS, ids=lambda window: str(window["width"]))
def test_a_press_leaves_the_page_scrolled_where_it_was(new_visitor: NewVisitor, window: ViewportSize) -> None:
    visitor = new_visitor(viewport=window)
    visitor.begin(image="nginx:1.27").unfold("Ports").press("Add port").press("Add port")
    page = visitor.page
    size = page.locator("#size")
    sizes = page.locator('#id_cpu label:has([value="4"])'), page.locator('#id_memory_gib label:has([value="8"])')
    choices = (size.locator("label", has_text=name) for name in ("On failure", "Economy", "ARM64"))
    for target in (*sizes, *choices):
        _press_after_scrolling(visitor, target.first)
    # Enough of the page is left below the row.
    visitor.unfold("Ports").unfold("Security context").unfold("Health checks")
    _press_after_scrolling(visitor, page.get_by_role("button", name="Remove port 1"))


@pytest.mark.parametrize("window", [WINDOWS[0], WINDOWS[-1]], ids=lambda window: str(window["width"]))
def test_the_answer_about_an_image_moves_nothing_below_it(new_visitor: NewVisitor, window: ViewportSize) -> None:
    visitor = new_visitor(viewport=window)
    visitor.begin()
    below = visitor.page.locator("#containers")

    def place() -> float:
        top: float = below.evaluate("field => field.getBoundingClientRect().top + scrollY")
        return top

    before = place()
    visitor.type_image("open.example.com/public/web:1.0.0")
    visitor.page.keyboard.press("Tab")
    expect(visitor.main.get_by_role("status").filter(has_text="Can be pulled without a login.").first).to_be_visible()
    assert place() == before
    visitor.press("Check access")
    expect(visitor.main.get_by_role("status").filter(has_text="Can be pulled without a login.").first).to_be_visible()
    assert abs(place() - before) <= 1


@pytest.mark.parametrize("window", [WINDOWS[0], WINDOWS[-1]], ids=lambda window: str(window["width"]))
def test_a_login_that_is_asked_for_late_moves_nothing_of_what_is_read_by_then(
    new_visitor: NewVisitor, window: ViewportSize
) -> None:
    visitor = new_visitor(viewport=window)
    page = visitor.begin().page
    held: list[Route] = []
    page.route("**/buy/", lambda route: held.append(route))
    with page.expect_request("**/buy/"):
        visitor.type_image("registry.example.com/team/api:1.4.2")
    size = page.locator("#size")
    size.evaluate("size => scrollTo(0, size.getBoundingClientRect().top + scrollY - innerHeight / 2)")
    page.wait_for_timeout(300)
    before = size.bounding_box()
    for route in held:
        route.continue_()
    expect(visitor.field("Password")).to_be_visible()
    page.wait_for_timeout(300)
    assert size.bounding_box() == before


def test_the_page_is_busy_no_longer_than_what_it_waits_for_even_when_that_was_exchanged(visitor: Visitor) -> None:
    page = visitor.begin(image="nginx:1.27").settled().page
    held: list[Route] = []
    page.route("**/buy/drafts/", lambda route: held.append(route))
    page.evaluate("() => void htmx.ajax('GET', '/buy/drafts/', { source: '#group', target: '#live', swap: 'none' })")
    expect(page.locator("body")).to_have_class("is-busy")
    page.evaluate("document.getElementById('group').remove()")
    held[0].continue_()
    expect(page.locator("body")).not_to_have_class("is-busy")


def test_a_press_exchanges_only_what_differs(visitor: Visitor) -> None:
    visitor.begin(image="nginx:1.27", name="web").press("Add container").type_image("redis:8").settled()
    tabs = visitor.page.get_by_role("navigation", name="Containers in the order").get_by_role("button")
    for number in range(2):
        expect(tabs.nth(number)).to_contain_text("Can be pulled")
    page = visitor.page
    page.locator("#size").locator("label", has_text="Never").click()
    visitor.settled()
    parts = "[...document.querySelectorAll('#step, #step *, header.top *, #rail *')]"
    page.evaluate(f"{parts}.forEach(part => (part.was = true))")
    mark = page.locator('input[name="page"]')
    token = mark.input_value()
    size = page.locator("#size")
    size.locator("label", has_text="On failure").click()
    expect(mark).not_to_have_value(token)
    expect(size.get_by_role("radio", name="On failure")).to_be_focused()
    assert page.evaluate(f"{parts}.filter(part => !part.was).map(part => part.outerHTML)") == []


def test_what_is_typed_while_an_answer_is_on_its_way_stays(visitor: Visitor) -> None:
    visitor.begin(image="nginx:1.27", name="web").press("Add container").settled()
    page = visitor.page
    mark = page.locator('input[name="page"]')
    token = mark.input_value()
    held: list[Route] = []
    page.route("**/basic/**", lambda route: held.append(route))
    with page.expect_request("**/basic/**"):
        page.locator("#size label", has_text="On failure").click()
    name = page.locator("#id_container_group_name")
    name.fill("typed-meanwhile")
    held[0].continue_()
    expect(mark).not_to_have_value(token)
    expect(page.locator("#size").get_by_role("radio", name="On failure")).to_be_checked()
    expect(name).to_have_value("typed-meanwhile")
