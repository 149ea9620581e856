"""Images that are checked without anybody asking: of a link, of a new draft, and of every container that was left."""

import re
import time

from playwright.sync_api import Route, expect

from tests.e2e.visitor import Visitor


def test_an_image_of_a_link_is_checked_on_arrival_and_nothing_is_stored(visitor: Visitor) -> None:
    visitor.begin(image="open.example.com/public/web:1.0.1")
    expect(visitor.main.get_by_role("status").filter(has_text="has no version 1.0.1").first).to_be_visible()
    expect(visitor.page.get_by_role("complementary")).to_contain_text("Version not found")
    expect(visitor.main.get_by_text("Nothing is stored yet")).to_be_visible()
    names = {cookie["name"] for cookie in visitor.page.context.cookies()}
    assert not any("session" in name for name in names)


def test_what_is_chosen_while_a_link_is_being_checked_is_not_lost(visitor: Visitor) -> None:
    def answer_late(route: Route) -> None:
        if "check-c1" in route.request.headers.get("hx-target", ""):
            time.sleep(1)
        route.continue_()

    visitor.page.route("**/buy/", answer_late)
    visitor.begin(image="open.example.com/public/web:1.0.0").choose_network("isolated", "isolated-b")
    expect(visitor.main.get_by_role("status").filter(has_text="Can be pulled without a login.").first).to_be_visible()


def test_the_first_image_that_is_typed_is_split_and_checked_at_once(visitor: Visitor) -> None:
    visitor.begin().type_image("nginx:1.29")
    visitor.page.keyboard.press("Tab")
    expect(visitor.field("Image")).to_have_value("nginx")
    expect(visitor.field("Image version")).to_have_value("1.29")
    aside = visitor.page.get_by_role("complementary")
    expect(visitor.main.get_by_role("status").filter(has_text="Can be pulled without a login.").first).to_be_visible()
    expect(aside).to_contain_text("Can be pulled")
    expect(visitor.main.get_by_text("Nothing is stored yet")).to_be_visible()


def test_a_version_that_is_typed_at_once_is_not_lost_to_the_one_of_the_address(visitor: Visitor) -> None:
    visitor.begin().type_image("nginx:1.29")
    visitor.field("Image version").fill("1.27")
    visitor.page.keyboard.press("Tab")
    expect(visitor.main.get_by_text("Image version 1.27 counts; the address said 1.29.")).to_be_visible()
    expect(visitor.field("Image")).to_have_value("nginx")
    expect(visitor.field("Image version")).to_have_value("1.27")


def test_the_first_save_has_the_image_checked(visitor: Visitor) -> None:
    visitor.begin(image="nginx:1.29").press("Add container").open_container("container-1")
    expect(visitor.main.get_by_role("status").filter(has_text="Can be pulled without a login.").first).to_be_visible()


def test_containers_that_are_left_at_once_are_all_checked(visitor: Visitor) -> None:
    tags = ("1.25", "1.26", "1.27", "1.29", "1.92")
    visitor.begin(image=f"nginx:{tags[0]}")
    for number, tag in enumerate(tags[1:], start=2):
        visitor.add_container(f"web-{number}").type_image(f"nginx:{tag}")
    visitor.press("Add container")
    made = visitor.page.get_by_role("complementary").get_by_role("listitem")
    expect(made.filter(has_text="Can be pulled")).to_have_count(len(tags) - 1)
    expect(made.first).to_contain_text("Version not found")
    lines = visitor.page.get_by_role("button", name=re.compile("^Open "))
    expect(lines.filter(has_text="Can be pulled")).to_have_count(len(tags) - 1)


def test_a_size_that_is_chosen_while_an_image_is_checked_counts_at_once(visitor: Visitor) -> None:
    page = visitor.begin(image="nginx:1.27", name="web").press("Check access").settled().page
    held: list[Route] = []

    def hold(route: Route) -> None:
        if "do=check" in (route.request.post_data or ""):
            held.append(route)
        else:
            route.continue_()

    page.route("**/basic/**", hold)
    visitor.type_image("redis:8")
    while not held:
        page.wait_for_timeout(20)
    price = page.locator("#price .price")
    before = price.inner_text()
    page.locator("#div_id_cpu").get_by_role("radio", name=re.compile("^4(?![0-9.])")).check(force=True)
    expect(price).not_to_have_text(before)
