"""One confirmed press makes one container group, however often and wherever it is pressed."""

import re
from collections.abc import Callable

from playwright.sync_api import expect

from tests.e2e.faults import LOST_ANSWER, NO_STOCK, set_fault
from tests.e2e.server import ConsoleServer
from tests.e2e.visitor import BASIC, CONFIRM, PASSWORD, Visitor, run_private_image


def _groups(visitor: Visitor, name: str) -> None:
    visitor.page.goto("/")
    expect(visitor.main.get_by_role("link", name=name, exact=True)).to_have_count(1)


def test_a_double_click_makes_one_group(visitor: Visitor) -> None:
    visitor.begin(image="nginx:1.27", name="once").confirm().agree()
    visitor.button("Confirm Order").dblclick()
    # The second press may be answered first, with the order's page while the order is being sent.
    expect(visitor.page).not_to_have_url(re.compile("/confirm/$"))
    _groups(visitor, "once")


def test_the_same_confirm_page_in_two_tabs_makes_one_group(visitor: Visitor, second_tab: Callable[[], Visitor]) -> None:
    visitor.begin(image="nginx:1.27", name="once").confirm().agree()
    other = second_tab()
    other.page.goto(visitor.page.url)
    other.is_at(CONFIRM).agree()
    visitor.button("Confirm Order").click()
    visitor.is_created()
    other.button("Confirm Order").click()
    expect(other.page).not_to_have_url(re.compile("/confirm/$"))
    _groups(other, "once")


def test_going_back_to_a_confirmed_page_and_pressing_again_makes_no_second_group(visitor: Visitor) -> None:
    visitor.begin(image="nginx:1.27", name="once").confirm().order()
    visitor.page.go_back()
    if visitor.button("Confirm Order").count():
        visitor.agree()
        visitor.button("Confirm Order").click()
    expect(visitor.page).not_to_have_url(re.compile("/confirm/$"))
    _groups(visitor, "once")


def test_three_groups_are_ordered_with_one_press_and_come_up(visitor: Visitor) -> None:
    visitor.begin(image="nginx:1.27", name="thrice")
    one = visitor.foot.locator(".price").inner_text()
    for quantity in ("2", "3"):
        visitor.field("Quantity").fill(quantity)
        # The price follows as soon as the pointer leads elsewhere, before anything is stored and after it.
        visitor.main.get_by_role("heading", name="Container group", exact=True).click()
        expect(visitor.foot).to_contain_text(f"{quantity} × {one}")
        visitor.go_on().go_back()
        expect(visitor.field("Quantity")).to_have_value(quantity)
    visitor.confirm()
    expect(visitor.main.get_by_text("thrice-001, thrice-002, thrice-003")).to_be_visible()
    visitor.agree()
    visitor.button("Confirm Order").dblclick()
    expect(visitor.page).to_have_url(re.compile("/groups/together/"))
    expect(visitor.main.get_by_text("3 of 3 created")).to_be_visible()
    running = visitor.main.get_by_role("row").filter(has_text=re.compile("thrice-00[123]")).filter(has_text="Running")
    expect(running).to_have_count(3)
    visitor.page.goto("/")
    expect(visitor.main.get_by_role("link", name=re.compile("^thrice-00[123]$"))).to_have_count(3)


def test_an_order_whose_answer_was_lost_becomes_one_group(visitor: Visitor, server: ConsoleServer) -> None:
    visitor.begin(image="nginx:1.27", name="once").confirm().agree()
    set_fault(server.data_dir, LOST_ANSWER)
    visitor.button("Confirm Order").click()
    expect(visitor.page).to_have_url(re.compile("/orders/"))
    expect(visitor.main.get_by_text("No usable answer", exact=True)).to_be_visible()
    # The console asks again by itself, and the page moves on with the answer.
    visitor.is_created()
    visitor.is_running()
    _groups(visitor, "once")


def test_an_order_that_is_refused_leads_back_to_its_draft(visitor: Visitor, server: ConsoleServer) -> None:
    visitor.begin(image="nginx:1.27", name="sold-out").confirm().agree()
    set_fault(server.data_dir, NO_STOCK)
    visitor.button("Confirm Order").click()
    expect(visitor.main.get_by_role("heading", name="Refused")).to_be_visible()
    visitor.button("Choose another place or size").click()
    visitor.is_at(BASIC)
    expect(visitor.field("Name")).to_have_value("sold-out")
    visitor.confirm().order()
    visitor.is_running()


def test_without_the_service_terms_nothing_is_ordered(visitor: Visitor) -> None:
    visitor.begin(image="nginx:1.27").confirm()
    visitor.button("Confirm Order").click()
    expect(visitor.page.get_by_role("checkbox", name=re.compile("I agree"))).to_have_attribute("aria-invalid", "true")
    visitor.order()


def test_a_dry_run_asks_the_cloud_and_orders_nothing(visitor: Visitor) -> None:
    visitor.begin(image="nginx:1.27").confirm()
    visitor.button("Dry run").click()
    expect(
        visitor.main.get_by_text(re.compile("dry run", re.IGNORECASE)).filter(has_text="passed").first
    ).to_be_visible()
    visitor.page.goto("/")
    expect(visitor.main.get_by_text("No container group yet")).to_be_visible()


def test_the_request_is_shown_with_its_password_masked(visitor: Visitor) -> None:
    run_private_image(visitor)
    visitor.open_group_tab("Request")
    expect(visitor.main.get_by_text("ImageRegistryCredential.1.Password", exact=True)).to_be_visible()
    assert PASSWORD not in visitor.page.content()
