"""A press moves nothing but what was pressed: the page stays where its reader has scrolled it to."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field

import pytest
from playwright.sync_api import Locator, Route, ViewportSize, expect

from tests.e2e.conftest import NewVisitor
from tests.e2e.visitor import PASSWORD, PRIVATE_IMAGE, Visitor

WINDOWS: tuple[ViewportSize, ...] = ({"width": 1440, "height": 900}, {"width": 390, "height": 844})
TOP = "element => element.getBoundingClientRect().top"


@dataclass
class Scrolled:
    """Presses controls that were scrolled to the middle of the window, and notes what has moved by that."""

    visitor: Visitor
    moved: list[str] = field(default_factory=list)

    def press(
        self,
        target: Locator,
        *,
        mark: Locator | None = None,
        act: Callable[[Locator], object] = Locator.click,
        changes_above: bool = False,
    ) -> None:
        """The mark is what may not move; what was pressed, unless its press takes it away. Where the press changes
        something above, such as what is said of the image, the page may be scrolled by as much."""
        page, target = self.visitor.page, target.first
        mark = (mark or target).first
        target.evaluate("element => element.scrollIntoView({ block: 'center', behavior: 'instant' })")
        page.wait_for_timeout(50)
        scrolled, top = page.evaluate("scrollY"), mark.evaluate(TOP)
        act(target)
        page.wait_for_timeout(50)
        expect(page.locator("body.is-busy, .htmx-request")).to_have_count(0)
        after, top_after = page.evaluate("scrollY"), mark.evaluate(TOP)
        if abs(top_after - top) > 1 or (after != scrolled and not changes_above):
            self.moved.append(f"{target}: scrolled {scrolled} to {after}, mark {top} to {top_after}")

    def button(self, name: str | re.Pattern[str], mark: Locator | None = None, *, changes_above: bool = False) -> None:
        self.press(self.visitor.button(name), mark=mark, changes_above=changes_above)

    def choose(self, label: str, index: int, *, changes_above: bool = False) -> None:
        box = self.visitor.page.get_by_role("combobox", name=label, exact=True)
        self.press(box, act=lambda target: target.select_option(index=index), changes_above=changes_above)


@pytest.mark.timeout(300)
@pytest.mark.parametrize("window", WINDOWS, ids=lambda window: str(window["width"]))
def test_no_press_of_basic_settings_moves_the_page_or_what_was_pressed(
    new_visitor: NewVisitor, window: ViewportSize
) -> None:
    visitor = new_visitor(viewport=window)
    visitor.begin(image="nginx:1.27")
    expect(visitor.button("Take over")).to_be_visible()
    visitor.go_on()
    visitor.page.goto(visitor.page.url.replace("/other/", "/basic/"))
    scrolled = Scrolled(visitor.settled())
    _press_the_image(scrolled)
    _press_the_size(scrolled)
    _press_the_network(scrolled)
    _press_the_settings(scrolled)
    _press_the_volumes(scrolled)
    _press_the_containers(scrolled)
    _press_the_login(scrolled)
    assert scrolled.moved == []


def _press_the_image(scrolled: Scrolled) -> None:
    visitor, page = scrolled.visitor, scrolled.visitor.page
    card = page.locator(".image-card")
    expect(visitor.button("Take over")).to_be_visible()
    for name in ("Take over", "Undo"):
        scrolled.button(name, card)
    for name in ("Pin to digest", "Unpin"):
        scrolled.button(name, visitor.field("Image version"))
    scrolled.button("Check access")
    expect(page.locator(".checking")).to_have_count(0)
    scrolled.press(visitor.main.locator("summary", has_text="More that the image says"))
    for name in ("Show versions", "Select container image"):
        scrolled.button(name)
        expect(page.get_by_role("dialog")).to_be_visible()
        page.keyboard.press("Escape")
    scrolled.press(page.locator(".combo .toggle"))
    option = page.locator('.combo [role="option"]').nth(1)
    option.wait_for()
    scrolled.press(option, mark=visitor.field("Image version"))
    visitor.settled()


def _press_the_size(scrolled: Scrolled) -> None:
    size = scrolled.visitor.page.locator("#size")
    scrolled.press(size.locator('#id_cpu label:has([value="4"])'))
    scrolled.press(size.locator('#id_memory_gib label:has([value="8"])'))
    scrolled.press(size.locator("summary"))
    scrolled.press(size.locator("details label"))
    scrolled.press(size.locator('#id_cpu label:has([value="4"])'))
    for name in ("On failure", "Never", "Always"):
        scrolled.press(size.locator("label", has_text=name))
    # The prices below the sizes are other ones then, and what is said of the image.
    for name in ("Economy", "ARM64", "AMD64"):
        scrolled.press(size.locator("label", has_text=name), changes_above=True)


def _press_the_network(scrolled: Scrolled) -> None:
    page = scrolled.visitor.page
    scrolled.press(page.locator("#network-choices > summary"))
    # With another network the image may have no way, which is said where the image is.
    scrolled.choose("VPC", 2, changes_above=True)
    vswitches = page.get_by_role("group", name="vSwitches").locator("label")
    scrolled.press(vswitches, changes_above=True)
    scrolled.press(vswitches.last, changes_above=True)
    scrolled.button("Refresh the lists", changes_above=True)
    for index in (2, 1):
        scrolled.choose("Region", index, changes_above=True)
    scrolled.choose("VPC", 1, changes_above=True)


def _press_the_settings(scrolled: Scrolled) -> None:
    visitor, page = scrolled.visitor, scrolled.visitor.page
    folds = {name: visitor.fold(name) for name in ("Command", "Environment", "Ports", "Volume mounts", "Health checks")}
    for fold in (*folds.values(), *map(visitor.fold, ("Lifecycle", "Security context", "Expert: GPU"))):
        scrolled.press(fold)
    for _row in range(2):
        scrolled.button("Add port", folds["Ports"])
    for _row in range(2):
        scrolled.button("Remove port 1", folds["Ports"])
    scrolled.button("Add variable", folds["Environment"])
    for name in ("Text", "Table"):
        scrolled.button(name)
    page.get_by_label("Paste a .env file").fill("MODE=fast\nLEVEL=1")
    expect(page.locator("[id$=-changes]")).to_contain_text("LEVEL")
    scrolled.button("Add these variables", folds["Environment"])
    scrolled.button("Remove variable 1", folds["Environment"])
    scrolled.button("Add mount", folds["Volume mounts"])
    scrolled.button("Remove mount 1", folds["Volume mounts"])
    readiness = page.get_by_role("radiogroup", name=re.compile("Readiness")).locator("label")
    for number in (2, 1, 0):
        scrolled.press(readiness.nth(number))


def _press_the_volumes(scrolled: Scrolled) -> None:
    page, advanced = scrolled.visitor.page, scrolled.visitor.fold("Advanced")
    for fold in (advanced, scrolled.visitor.fold("Expert: preemptible"), page.locator("#expert-volumes > summary")):
        scrolled.press(fold)
    volumes = page.locator("#volumes")
    scrolled.button("Empty directory", volumes, changes_above=True)
    scrolled.button(re.compile("^Remove volume"), volumes, changes_above=True)
    expect(volumes).to_be_focused()


def _press_the_containers(scrolled: Scrolled) -> None:
    visitor, page = scrolled.visitor, scrolled.visitor.page
    title, tabs = page.locator("#containers-title"), page.locator("#tabs .tab")
    # The one press that leads elsewhere: to the image of the new one, which is out of sight on a phone.
    for number, name in enumerate(("Add container", "Add init container"), 2):
        visitor.button(name).click()
        expect(tabs).to_have_count(number)
        expect(visitor.field("Image")).to_be_focused()
        expect(visitor.field("Image")).to_be_in_viewport()
    for number in (1, 2, 0):
        scrolled.press(tabs.nth(number), changes_above=True)
        expect(tabs.nth(number)).to_be_focused()
    menu = page.locator("#containers details.menu > summary")
    for name in ("Duplicate", "Move up", "Move down", "Remove"):
        scrolled.press(menu.last)
        scrolled.button(name, title, changes_above=True)
    scrolled.press(page.locator("#removed button"), mark=title, changes_above=True)


def _press_the_login(scrolled: Scrolled) -> None:
    visitor, page = scrolled.visitor, scrolled.visitor.page
    visitor.type_image(PRIVATE_IMAGE).settled()
    card = page.locator(".image-card")
    for password in ("not-the-password", PASSWORD):
        visitor.enter_credential(password=password)
        scrolled.button(re.compile("^Check the login"), card, changes_above=True)


@pytest.mark.parametrize("window", WINDOWS, ids=lambda window: str(window["width"]))
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


@pytest.mark.parametrize("window", WINDOWS, ids=lambda window: str(window["width"]))
def test_a_login_that_is_asked_for_stands_in_the_box_of_the_card(new_visitor: NewVisitor, window: ViewportSize) -> None:
    visitor = new_visitor(viewport=window)
    below = visitor.begin().page.locator("#containers")
    before = below.evaluate(TOP)
    visitor.type_image(PRIVATE_IMAGE)
    expect(visitor.field("User name")).to_be_visible()
    expect(visitor.main.get_by_text("asks for a login.")).to_be_visible()
    assert abs(below.evaluate(TOP) - before) <= 1


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
    # The page is busy a moment before its request is on the way.
    while not held:
        page.wait_for_timeout(20)
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


def test_an_answer_calls_nobody_back_who_has_gone_on_to_another_field(visitor: Visitor) -> None:
    page = visitor.begin(image="nginx:1.27").unfold("Ports").press("Add port").page
    name = page.locator("#id_container_group_name")
    held: list[Route] = []
    page.route("**/basic/**", lambda route: held.append(route))
    with page.expect_request("**/basic/**"):
        visitor.button("Add port").click()
    name.click()
    held[0].continue_()
    expect(page.get_by_role("group", name="Port 2")).to_be_visible()
    expect(name).to_be_focused()
