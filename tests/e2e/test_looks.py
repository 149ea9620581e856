"""Where things stand on a page, measured: what lines up, what is not covered, what does not grow."""

from playwright.sync_api import FloatRect, Locator, expect

from tests.e2e.conftest import NewVisitor
from tests.e2e.visitor import PRIVATE_IMAGE, Visitor


def box(element: Locator) -> FloatRect:
    found = element.bounding_box()
    assert found is not None
    return found


def test_on_a_phone_the_price_is_told_whole_beside_the_button(new_visitor: NewVisitor) -> None:
    visitor = new_visitor(viewport={"width": 390, "height": 844}).begin(image="nginx:1.29").settled()
    price, unit = visitor.foot.locator(".price"), visitor.foot.get_by_text("/ hour", exact=True)
    expect(price).to_contain_text("CNY")
    button = box(visitor.button("Confirm Configuration").and_(visitor.page.locator(".btn")))
    for told in (price, unit):
        assert box(told)["x"] + box(told)["width"] <= button["x"]


def test_all_times_of_a_probe_stand_in_one_line(visitor: Visitor) -> None:
    visitor.begin(image="nginx:1.29").settled().unfold("Health checks")
    visitor.page.get_by_role("radio", name="TCP connection").first.check(force=True)
    times = visitor.page.get_by_role("group", name="Timing").first.get_by_role("textbox")
    expect(times.first).to_be_visible()
    assert len({box(each)["y"] for each in times.all()}) == 1


def test_an_answer_about_a_login_is_an_old_one_while_another_is_typed(visitor: Visitor) -> None:
    visitor.begin(image=PRIVATE_IMAGE)
    expect(visitor.page.get_by_role("group", name="Login for registry.example.com")).to_be_visible()
    visitor.enter_credential(password="not-the-password")
    visitor.page.keyboard.press("Enter")
    old = visitor.main.get_by_text("Changed since the last check.")
    expect(visitor.main.get_by_text("Checked just now")).to_be_visible()
    expect(old).to_be_hidden()
    visitor.field("Password").press_sequentially("demo")
    expect(old).to_be_visible()
    expect(visitor.main.get_by_text("Checked just now")).to_be_hidden()


def test_the_price_tells_of_traffic_as_soon_as_an_elastic_ip_is_chosen(visitor: Visitor) -> None:
    visitor.begin(image="nginx:1.29").settled().go_on().unfold("Elastic IP")
    visitor.page.get_by_role("radio", name="Create one").check(force=True)
    expect(visitor.foot.get_by_text("/ hour + traffic")).to_be_visible()
    expect(visitor.page.get_by_role("complementary")).to_contain_text("an hour + traffic")


def test_the_page_of_a_group_moves_nothing_when_it_turns_out_to_fail(visitor: Visitor) -> None:
    visitor.begin(image="hello-world").settled().confirm(anyway=True).order()
    tabs = visitor.page.locator("#group-tabs")
    before = box(tabs)["y"]
    expect(visitor.page.locator("#headline-title")).to_contain_text("Ends at once")
    assert box(tabs)["y"] == before
    # The cloud's own words stand below what unfolds them.
    visitor.page.locator("#show-all-events").click()
    events = visitor.page.locator("#all-events ul")
    assert box(events)["y"] >= box(visitor.page.locator("#show-all-events"))["y"] + 20
