"""Images from the Internet in a network without a way out: the warning, its remedy, and what happens without it."""

import re

from playwright.sync_api import expect

from tests.e2e.visitor import OTHER, Visitor

REMEDY = "Create an Elastic IP with the group"


def test_a_network_without_a_way_out_is_mended_with_one_press(visitor: Visitor) -> None:
    visitor.begin(image="nginx:1.27").choose_network("isolated", "isolated-b")
    visitor.button(REMEDY).first.click()
    expect(visitor.button(REMEDY)).to_have_count(0)
    visitor.go_on().confirm().view_request()
    expect(visitor.main.get_by_text("AutoCreateEip", exact=True)).to_be_visible()
    visitor.order()
    visitor.is_running()
    expect(visitor.page.get_by_role("complementary").get_by_text("Public IP")).to_be_visible()


def test_without_the_remedy_the_page_of_the_group_says_why_it_does_not_run(visitor: Visitor) -> None:
    visitor.begin(image="nginx:1.27").choose_network("isolated", "isolated-b").go_on().confirm()
    expect(visitor.main.get_by_text("No way to the Internet for container-1")).to_be_visible()
    visitor.order()
    visitor.is_event_shown("i/o timeout")
    visitor.main.locator("#do-retry").click()
    visitor.is_at(OTHER).confirm().view_request()
    expect(visitor.main.get_by_text("AutoCreateEip", exact=True)).to_be_visible()
    visitor.order()
    visitor.is_running()


def test_switches_to_the_host_inside_the_vpc(visitor: Visitor) -> None:
    visitor.begin(image="registry.cn-hangzhou.aliyuncs.com/acme/order-api:1.12.0")
    visitor.choose_network("isolated", "isolated-b").go_on()
    visitor.go_back()
    visitor.button("Switch to the VPC host").click()
    expect(visitor.field("Image")).to_have_value("registry-vpc.cn-hangzhou.aliyuncs.com/acme/order-api")
    visitor.confirm().order()
    visitor.is_running()


def test_another_region_brings_its_own_lists(visitor: Visitor) -> None:
    visitor.begin(image="registry-vpc.cn-beijing.aliyuncs.com/eci_open/nginx:1.14.2")
    visitor.choose("Region", "China (Beijing)")
    expect(visitor.page.get_by_role("combobox", name="VPC")).to_contain_text("overdue")
    visitor.page.get_by_role("checkbox", name=re.compile("default-h")).check()
    visitor.confirm().order()
    visitor.is_running()
    expect(visitor.page.get_by_role("complementary")).to_contain_text("cn-beijing")
