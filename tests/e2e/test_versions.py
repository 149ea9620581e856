"""Versions of an image: the list behind the field, by keyboard and by mouse, and the dialogs."""

import pytest
from playwright.sync_api import Locator, Route, ViewportSize, expect

from tests.e2e.conftest import NewVisitor
from tests.e2e.visitor import BASIC, DOCKER, ENTERPRISE, Visitor


def begun(visitor: Visitor, image: str) -> Locator:
    """Returns the field Image version of a stored draft whose one container runs this image."""
    visitor.begin(image=image).go_on()
    visitor.page.goto(visitor.page.url.replace("/other/", "/basic/"))
    return visitor.settled().page.locator('input[name="c1-image_version"]')


def options(visitor: Visitor) -> Locator:
    return visitor.page.get_by_role("listbox", name="Versions").get_by_role("option")


def test_a_version_is_chosen_by_keyboard(visitor: Visitor) -> None:
    field = begun(visitor, "nginx:1.28")
    field.press("ArrowDown")
    expect(options(visitor).first).to_contain_text("1.29.3 = 1.29 = 1 = latest")
    expect(options(visitor).first).to_contain_text("MiB")
    expect(field).to_have_attribute("aria-expanded", "true")
    active = visitor.page.get_by_role("listbox", name="Versions").get_by_role("option", selected=True)
    expect(active).to_contain_text("1.28.0 = 1.28")
    field.press("Escape")
    expect(options(visitor)).to_have_count(0)
    expect(field).to_have_value("1.28")
    field.press("ArrowDown")
    field.fill("")
    field.press_sequentially("1.27")
    expect(options(visitor).first).to_contain_text("1.27.5 = 1.27")
    field.press("ArrowDown")
    field.press("Enter")
    expect(field).to_have_value("1.27.5")
    expect(field).to_be_focused()
    expect(field).to_have_attribute("aria-expanded", "false")


def test_a_version_is_chosen_before_anything_is_stored(visitor: Visitor) -> None:
    field = visitor.begin(image="nginx:1.28").settled().page.locator('input[name="c1-image_version"]')
    field.press("ArrowDown")
    options(visitor).filter(has_text="1.27.5 = 1.27").first.click()
    expect(field).to_have_value("1.27.5")


def test_what_is_typed_while_the_list_is_on_its_way_leaves_no_row_chosen(visitor: Visitor) -> None:
    field = begun(visitor, "nginx:1.28")
    held: list[Route] = []
    visitor.page.route("**/_/versions/**", lambda route: held.append(route))
    with visitor.page.expect_request("**/_/versions/**"):
        field.press("ArrowDown")
    field.fill("")
    field.press_sequentially("1.27")
    held[0].continue_()
    expect(options(visitor).first).to_contain_text("1.27.5 = 1.27")
    field.press("ArrowDown")
    field.press("Enter")
    expect(field).to_have_value("1.27.5")


@pytest.mark.parametrize(
    "window", [{"width": 1440, "height": 900}, {"width": 390, "height": 844}], ids=["wide", "phone"]
)
def test_a_version_is_chosen_by_mouse(new_visitor: NewVisitor, window: ViewportSize) -> None:
    visitor = new_visitor(viewport=window, color_scheme="dark")
    field = begun(visitor, "nginx:1.28")
    visitor.page.get_by_role("button", name="Versions", exact=True).click()
    expect(options(visitor).first).to_be_visible()
    boxes = [option.bounding_box() for option in options(visitor).all()[:5]]
    assert all(box and box["height"] >= 24 and box["x"] + box["width"] <= window["width"] for box in boxes)
    options(visitor).filter(has_text="1.27.5 = 1.27").first.click()
    expect(field).to_have_value("1.27.5")
    expect(options(visitor)).to_have_count(0)


def test_without_a_script_the_versions_are_a_page(new_visitor: NewVisitor) -> None:
    visitor = new_visitor(java_script_enabled=False)
    begun(visitor, "nginx:1.28")
    expect(visitor.page.get_by_role("button", name="Versions", exact=True)).to_be_hidden()
    visitor.button("Show versions").last.click()
    visitor.page.get_by_role("radio").first.check()
    visitor.button("Use this version").click()
    expect(visitor.page.locator('input[name="c1-image_version"]')).to_have_value("1.29.3")


def test_the_dialog_begins_in_its_search_and_enter_on_a_version_uses_it(visitor: Visitor) -> None:
    field = begun(visitor, "nginx:1.28")
    visitor.page.locator("#versions-c1").click()
    dialog = visitor.page.get_by_role("dialog", name="Versions of nginx")
    expect(dialog.get_by_role("searchbox")).to_be_focused()
    dialog.get_by_role("radio").first.check()
    dialog.get_by_role("radio").first.press("Enter")
    expect(dialog).to_have_count(0)
    expect(field).to_have_value("1.29.3")


def test_a_row_of_the_image_dialog_is_used_with_one_press(visitor: Visitor) -> None:
    visitor.begin(image="nginx").open_images(DOCKER)
    expect(visitor.page.get_by_role("searchbox", name="Search by name")).to_be_focused()
    visitor.button("Use the newest version of redis").click()
    expect(visitor.is_at(BASIC).field("Image")).to_have_value("redis")
    expect(visitor.page.locator('input[name="c1-image_version"]')).not_to_have_value("")


def test_a_double_press_on_an_image_takes_its_newest_version(visitor: Visitor) -> None:
    visitor.begin(image="nginx").open_images(ENTERPRISE)
    visitor.page.get_by_role("link", name="platform/gateway", exact=True).dblclick()
    expect(visitor.page.get_by_role("dialog")).to_have_count(0)
    expect(visitor.page.locator('input[name="c1-image_version"]')).to_have_value("4.8.0")


def test_an_address_pasted_into_the_dialog_is_used(visitor: Visitor) -> None:
    visitor.begin().open_images(DOCKER).search_images("quay.io/prometheus/prometheus:v3.7.3")
    visitor.button("Use this address").click()
    expect(visitor.is_at(BASIC).field("Image")).to_have_value("quay.io/prometheus/prometheus")
