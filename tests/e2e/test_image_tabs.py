"""One walk for each tab of the image dialog, from nothing to a Running container group."""

import re

import pytest
from playwright.sync_api import ViewportSize, expect

from tests.e2e.conftest import NewVisitor
from tests.e2e.visitor import BASIC, COMMON, DOCKER, ENTERPRISE, PERSONAL, Visitor


def _run(visitor: Visitor) -> None:
    visitor.go_on()
    expect(visitor.main.get_by_text("Nothing: all of your images can be pulled as they are.")).to_be_visible()
    visitor.confirm().order()
    visitor.is_running()


def test_runs_a_common_image(visitor: Visitor) -> None:
    visitor.begin().open_images(COMMON)
    expect(visitor.page.get_by_role("dialog", name="Select container image")).to_be_visible()
    visitor.is_at(BASIC).choose_image("nginx").use_image()
    expect(visitor.field("Image")).to_have_value("registry-vpc.cn-hangzhou.aliyuncs.com/eci_open/nginx")
    _run(visitor)


def test_runs_a_docker_official_image_that_was_searched_for(visitor: Visitor) -> None:
    visitor.begin().open_images(DOCKER).search_images("redis").choose_image("redis")
    visitor.use_image()
    expect(visitor.field("Image")).to_have_value("redis")
    _run(visitor)


def test_runs_a_private_image_of_the_personal_edition_without_a_password(visitor: Visitor) -> None:
    visitor.begin().open_images(PERSONAL).choose_image("acme/order-api").choose_version("1.11.3").use_image()
    expect(visitor.field("Image")).to_have_value("registry-vpc.cn-hangzhou.aliyuncs.com/acme/order-api")
    expect(visitor.field("Image version")).to_have_value("1.11.3")
    _run(visitor)


def test_runs_an_image_of_the_enterprise_edition_without_a_password(visitor: Visitor) -> None:
    visitor.begin().open_images(ENTERPRISE).choose_image("platform/gateway").choose_version("4.7.2").use_image()
    expect(visitor.field("Image")).to_have_value(re.compile(r"^acme-registry-vpc\.cn-hangzhou\.cr\.aliyuncs\.com/"))
    _run(visitor)


def test_pins_an_image_to_its_digest(visitor: Visitor) -> None:
    visitor.begin().open_images(DOCKER).choose_image("nginx")
    visitor.page.get_by_role("checkbox", name=re.compile("Pin to the digest")).check()
    visitor.use_image()
    expect(visitor.field("Image version")).to_have_value(re.compile(r"@sha256:[0-9a-f]{64}$|^sha256:[0-9a-f]{64}$"))
    _run(visitor)


def test_looks_through_pages_and_searches_while_typing(visitor: Visitor) -> None:
    visitor.begin().open_images(DOCKER)
    pages = visitor.page.get_by_role("navigation", name="Pages")
    first = visitor.page.get_by_role("row").nth(1).inner_text()
    pages.get_by_role("link", name="Next").click()
    expect(pages).to_contain_text("Page 2")
    expect(visitor.page.get_by_role("row").nth(1)).not_to_have_text(first)
    visitor.page.get_by_role("searchbox", name="Search by name").press_sequentially("postg")
    expect(visitor.page.get_by_role("link", name="postgres", exact=True)).to_be_visible()
    expect(visitor.page.get_by_role("searchbox", name="Search by name")).to_be_focused()


def test_says_when_nothing_is_found_and_leads_back_to_typing(visitor: Visitor) -> None:
    visitor.begin().open_images(COMMON).search_images("no-such-image")
    expect(visitor.page.get_by_role("heading", name=re.compile("Nothing|No image"))).to_be_visible()


@pytest.mark.parametrize(
    "window",
    [{"width": 1440, "height": 900}, {"width": 720, "height": 450}, {"width": 390, "height": 844}],
    ids=lambda window: str(window["width"]),
)
def test_recent_images_are_one_line_above_the_list(new_visitor: NewVisitor, window: ViewportSize) -> None:
    visitor = new_visitor(viewport=window)
    for image in ("quay.io/prometheus/prometheus:v3.7.3", "registry.example.com/team/api:1.4.2", "redis:8", "nginx:1"):
        visitor.begin(image=image).go_on()
    visitor.begin(image="busybox").open_images(ENTERPRISE)
    dialog = visitor.page.get_by_role("dialog")
    chips = [chip.bounding_box() for chip in dialog.locator(".recent button").all()]
    assert len(chips) == 4
    assert len({box["y"] for box in chips if box}) == 1
    assert dialog.locator(".recent").evaluate("form => form.offsetHeight") <= 48
    assert dialog.locator(".list .scroll").evaluate("list => list.clientHeight") >= 80


def test_names_the_source_of_a_typed_image(visitor: Visitor) -> None:
    visitor.begin().type_image("quay.io/prometheus/prometheus:v3.7.3").go_on().go_back()
    expect(visitor.field("Image")).to_have_value("quay.io/prometheus/prometheus")
    expect(visitor.field("Image version")).to_have_value("v3.7.3")
    expect(visitor.main.get_by_text("quay.io", exact=True)).to_be_visible()
