"""One walk with the keyboard alone: Tab, Enter, Space and the arrow keys, from the home page to a Running group."""

import re

from playwright.sync_api import Locator, Route, expect

from tests.e2e.visitor import COMMON, PRIVATE_IMAGE, Visitor

# No page has more stops than this; a walk that needs more is in a trap.
STOPS_MAX = 150


def _tab_to(visitor: Visitor, target: Locator, *, back: bool = False) -> None:
    """Presses Tab until the target has the focus; each stop on the way must be visible to the eye."""
    for _stop in range(STOPS_MAX):
        if target.evaluate("element => element === document.activeElement"):
            return
        visitor.page.keyboard.press("Shift+Tab" if back else "Tab")
    raise AssertionError(f"never reached: {target}")


def _focus(visitor: Visitor) -> str:
    name: str = visitor.page.evaluate("document.activeElement.innerText || document.activeElement.id")
    return name


def test_a_group_is_created_with_the_keyboard_alone(visitor: Visitor) -> None:
    keys = visitor.page.keyboard
    visitor.page.goto("/buy/drafts/")
    keys.press("Tab")
    assert _focus(visitor) == "Skip to the content"
    # At home the focus begins in the box.
    visitor.page.goto("/")
    _tab_to(visitor, visitor.link("Create container group"), back=True)
    keys.press("Enter")
    _tab_to(visitor, visitor.field("Image"))
    keys.type("nginx")
    # The draft is made by going on; its pages open the dialog in place.
    _tab_to(visitor, visitor.button("Next: Other Settings"))
    keys.press("Enter")
    visitor.is_at("Other Settings")
    _tab_to(visitor, visitor.button(re.compile("Basic Settings")))
    keys.press("Enter")
    visitor.is_at("Basic Settings")
    _tab_to(visitor, visitor.button("Select container image"))
    keys.press("Enter")
    dialog = visitor.page.get_by_role("dialog")
    expect(dialog).to_be_visible()
    _tab_to(visitor, dialog.get_by_role("link", name=COMMON))
    keys.press("Enter")
    expect(dialog.get_by_role("link", name=COMMON)).to_have_attribute("aria-current", "page")
    first, second = (dialog.get_by_role("link", name=name, exact=True) for name in ("nginx", "busybox"))
    expect(first).to_be_visible()
    _tab_to(visitor, first)
    keys.press("ArrowDown")
    expect(second).to_be_focused()
    keys.press("ArrowUp")
    expect(first).to_be_focused()
    keys.press("Enter")
    expect(first).to_have_attribute("aria-current", "true")
    _tab_to(visitor, dialog.get_by_role("radio").first)
    keys.press("ArrowDown")
    expect(dialog.get_by_role("radio").nth(1)).to_be_checked()
    _tab_to(visitor, visitor.button("Use this image"))
    keys.press("Enter")
    expect(visitor.field("Image")).to_have_value(re.compile("eci_open/nginx$"))
    _tab_to(visitor, visitor.button("Confirm Configuration"))
    keys.press("Enter")
    visitor.is_at("Confirm")
    _tab_to(visitor, visitor.page.get_by_role("checkbox", name=re.compile("I agree")))
    keys.press("Space")
    _tab_to(visitor, visitor.button("Confirm Order"))
    keys.press("Enter")
    visitor.is_created()
    visitor.is_running()


def test_escape_closes_the_dialog_and_returns_to_its_button(visitor: Visitor) -> None:
    visitor.begin(image="nginx:1.27").go_on().go_back()
    button = visitor.button("Select container image")
    button.press("Enter")
    expect(visitor.page.get_by_role("dialog")).to_be_visible()
    visitor.page.keyboard.press("Escape")
    expect(visitor.page.get_by_role("dialog")).to_have_count(0)
    expect(button).to_be_focused()


def test_enter_in_an_image_has_it_checked_and_moves_nothing(visitor: Visitor) -> None:
    visitor.begin(image="nginx:1.27").go_on().go_back()
    image = visitor.field("Image")
    image.fill("open.example.com/public/web:1.0.1")
    before = visitor.page.evaluate("scrollY")
    image.press("Enter")
    answer = visitor.main.get_by_role("status").filter(has_text="has no version 1.0.1").first
    expect(answer).to_be_visible()
    expect(image).to_be_focused()
    assert visitor.page.evaluate("scrollY") == before


def test_enter_after_the_image_was_checked_by_itself_asks_about_the_same_version(visitor: Visitor) -> None:
    visitor.begin(image="nginx:1.27").go_on().go_back()
    image = visitor.field("Image")
    image.fill("open.example.com/public/web:1.0.1")
    answer = visitor.main.get_by_role("status").filter(has_text="has no version 1.0.1").first
    expect(answer).to_be_visible()
    with visitor.page.expect_response(lambda response: "/_/check/" in response.url):
        image.press("Enter")
    expect(answer).to_be_visible()
    expect(visitor.main.get_by_text("counts; the address said")).to_have_count(0)


def test_a_second_whole_address_on_the_same_page_counts_as_the_first_did(visitor: Visitor) -> None:
    visitor.begin(image="nginx:1.27").go_on().go_back()
    image, version = visitor.field("Image"), visitor.field("Image version")
    for tag in ("1.29", "1.28"):
        image.fill(f"nginx:{tag}")
        image.press("Tab")
        expect(image).to_have_value("nginx")
        expect(version).to_have_value(tag)


def test_a_late_answer_about_the_image_before_takes_nothing_of_what_was_typed(visitor: Visitor) -> None:
    page = visitor.begin(image="nginx:1.27").go_on().go_back().settled().page
    asked: list[Route] = []
    typed: list[Route] = []
    page.route("**/_/check/**", lambda route: asked.append(route))
    visitor.button("Check access").click()
    expect(visitor.main.get_by_text("Checking access at docker.io")).to_be_visible()
    page.wait_for_timeout(300)
    page.route("**/basic/", lambda route: typed.append(route))
    image = visitor.field("Image")
    image.fill("nginx:1.29")
    image.press("Tab")
    with page.expect_response(lambda response: "/_/check/" in response.url):
        asked[0].continue_()
    page.wait_for_timeout(300)
    expect(image).to_have_value("nginx:1.29")
    page.unroute("**/basic/")
    for each in typed:
        each.continue_()
    visitor.go_on().go_back()
    expect(visitor.field("Image version")).to_have_value("1.29")


def test_enter_in_the_image_of_a_new_draft_has_it_checked(visitor: Visitor) -> None:
    visitor.begin().field("Image").fill("open.example.com/public/web:1.0.1")
    visitor.field("Image").press("Enter")
    answer = visitor.main.get_by_role("status").filter(has_text="has no version 1.0.1").first
    expect(answer).to_be_in_viewport()


def test_enter_in_a_password_has_the_login_checked(visitor: Visitor) -> None:
    visitor.begin(image=PRIVATE_IMAGE).go_on().enter_credential(password="not-the-password")
    visitor.field("Password").press("Enter")
    expect(visitor.main.get_by_role("status").filter(has_text="Wrong user or password.").first).to_be_visible()
    expect(visitor.main.get_by_text("complete", exact=True)).to_have_count(0)


def test_each_step_names_itself_in_the_title_and_takes_the_focus_to_its_heading(visitor: Visitor) -> None:
    visitor.begin(image="nginx:1.27", name="web")
    heading = visitor.main.get_by_role("heading", level=1)
    for step, move in (
        ("Other Settings", visitor.go_on),
        ("Basic Settings", visitor.go_back),
        ("Confirm", visitor.confirm),
    ):
        move()
        expect(visitor.page).to_have_title(re.compile(rf"^{step}.* · web · "))
        expect(heading).to_contain_text(step)
        expect(heading).to_be_focused()
        assert visitor.page.evaluate("scrollY") == 0


def test_the_field_that_keeps_from_going_on_is_brought_into_view(visitor: Visitor) -> None:
    visitor.begin().button("Next: Other Settings").click()
    expect(visitor.field("Image")).to_be_focused()
    expect(visitor.field("Image")).to_be_in_viewport()
    visitor.begin(image=PRIVATE_IMAGE)
    visitor.page.set_viewport_size({"width": 390, "height": 500})
    visitor.foot.locator("summary").click()
    visitor.button("Confirm Configuration").click()
    expect(visitor.field("User name")).to_be_focused()
    expect(visitor.field("User name")).to_be_in_viewport()


def test_the_image_is_at_hand(visitor: Visitor) -> None:
    visitor.begin(image="nginx:1.27").go_on().go_back()
    image, keys = visitor.field("Image"), visitor.page.keyboard
    visitor.page.evaluate("scrollTo(0, 0)")
    box = image.bounding_box()
    assert box
    assert box["y"] <= 400
    visitor.page.get_by_role("heading", level=1).evaluate("heading => { heading.tabIndex = -1; heading.focus() }")
    stops = 0
    while not image.evaluate("element => element === document.activeElement"):
        keys.press("Tab")
        stops += 1
        assert stops <= 4


def test_a_press_that_finds_something_wrong_shows_and_focuses_it(visitor: Visitor) -> None:
    visitor.begin()
    visitor.button("Next: Other Settings").click()
    image = visitor.field("Image")
    expect(image).to_be_focused()
    expect(image).to_be_in_viewport()
    expect(visitor.main.get_by_role("alert")).to_contain_text("Image of container-1 is missing.")
