"""The access check: each cause, seen where the image is typed, and its remedy, up to a group that runs."""

import re

import pytest
from playwright.sync_api import expect

from consoleapp.simulator.registries.causes import LOG_INS
from tests.e2e.visitor import BASIC, CONFIRM, PRIVATE_IMAGE, Visitor

HOST = "registry.example.com"


def check(visitor: Visitor, image: str) -> None:
    """Types the image into a new draft and presses the button."""
    visitor.begin().type_image(image)
    visitor.button("Check access").click()


def says(visitor: Visitor, text: str | re.Pattern[str]) -> None:
    expect(visitor.main.get_by_role("status").filter(has_text=text).first).to_be_visible()


def runs(visitor: Visitor) -> None:
    visitor.is_at(CONFIRM).order()
    visitor.is_running()


def can_be_pulled(visitor: Visitor, how: str = "without a login") -> None:
    says(visitor, f"Can be pulled {how}.")


def log_in(visitor: Visitor, user: str, host: str = HOST) -> None:
    expect(visitor.page.get_by_role("group", name=f"Login for {host}")).to_be_visible()
    visitor.log_in(*LOG_INS[user])


def test_an_image_that_everybody_may_read_asks_for_no_credential(visitor: Visitor) -> None:
    check(visitor, "open.example.com/public/web:1.0.0")
    can_be_pulled(visitor)
    visitor.go_on()
    expect(visitor.main.get_by_role("heading", name=re.compile("^Credential for"))).to_have_count(0)
    visitor.confirm()
    expect(visitor.main.get_by_text("Can be pulled", exact=True)).to_be_visible()
    expect(visitor.main.get_by_text("without a login")).to_be_visible()
    runs(visitor)


def test_a_login_that_is_needed_is_entered_and_proved(visitor: Visitor) -> None:
    check(visitor, PRIVATE_IMAGE)
    says(visitor, f"{HOST} asks for a login.")
    log_in(visitor, "demo")
    can_be_pulled(visitor, "with this login")
    visitor.confirm()
    expect(visitor.main.get_by_text(re.compile("checked .* as demo"))).to_be_visible()
    runs(visitor)


@pytest.mark.parametrize(
    ("image", "user", "text"),
    [
        (PRIVATE_IMAGE, "wrong", "Wrong user or password."),
        ("registry.example.com/billing/payments:3.1.0", "viewer", "viewer may not read billing/payments."),
    ],
)
def test_a_login_that_is_refused_is_said_and_corrected(visitor: Visitor, image: str, user: str, text: str) -> None:
    check(visitor, image)
    log_in(visitor, user)
    says(visitor, text)
    log_in(visitor, "demo")
    can_be_pulled(visitor, "with this login")
    visitor.confirm()
    runs(visitor)


def test_a_refused_login_holds_back_once_and_is_recorded_when_overridden(visitor: Visitor) -> None:
    visitor.begin(image=PRIVATE_IMAGE)
    log_in(visitor, "wrong")
    says(visitor, "Wrong user or password.")
    visitor.button("Confirm Configuration").click()
    expect(visitor.foot.get_by_role("alert")).to_contain_text("1 image cannot be pulled.")
    visitor.is_at(BASIC)
    visitor.button("Continue anyway").click()
    visitor.is_at(CONFIRM)
    expect(visitor.main.get_by_text("You chose to go on anyway.")).to_be_visible()


def test_the_question_whether_to_go_on_opens_where_the_press_was(visitor: Visitor) -> None:
    check(visitor, "nginx:1.92")
    says(visitor, "has no version 1.92")
    page = visitor.page
    page.mouse.wheel(0, 5000)
    page.wait_for_timeout(300)
    before = page.evaluate("scrollY")
    assert before > 0
    visitor.button("Confirm Configuration").click()
    question = visitor.foot.get_by_role("alert")
    expect(question).to_be_in_viewport()
    expect(question).to_be_focused()
    assert page.evaluate("scrollY") == before
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    answer = visitor.main.get_by_role("status").filter(has_text="has no version 1.92").first
    expect(answer).to_be_in_viewport()
    expect(visitor.button("Continue anyway")).to_be_visible()
    # Another answer takes the question back.
    visitor.field("Image version").fill("1.27")
    can_be_pulled(visitor)
    expect(visitor.button("Continue anyway")).to_have_count(0)
    visitor.confirm()


def test_a_private_repository_of_docker_hub_gets_its_login(visitor: Visitor) -> None:
    check(visitor, "acme/private-api:1.0.1")
    says(visitor, "docker.io asks for a login.")
    log_in(visitor, "demo", "docker.io")
    can_be_pulled(visitor, "with this login")
    visitor.confirm()
    runs(visitor)


@pytest.mark.parametrize(
    ("image", "text"),
    [
        ("open.example.com/public/wbe:1.0.0", "There is no repository public/wbe."),
        ("nowhere.example.com/team/api:1.0.0", "nowhere.example.com was not found."),
        ("silent.example.com/public/web:1.0.0", "silent.example.com does not answer."),
    ],
)
def test_an_address_that_leads_nowhere_is_corrected_at_its_field(visitor: Visitor, image: str, text: str) -> None:
    check(visitor, image)
    says(visitor, text)
    visitor.button("Correct the address").click()
    visitor.is_at(BASIC)
    expect(visitor.field("Image")).to_be_focused()
    visitor.type_image("open.example.com/public/web:1.0.0")
    visitor.button("Check access").click()
    can_be_pulled(visitor)
    visitor.button("Confirm Configuration").click()
    runs(visitor)


@pytest.mark.parametrize(
    ("image", "text", "button"),
    [
        ("nginx:1.92", "nginx has no version 1.92.", re.compile("^Use 1.27$")),
        ("open.example.com/edge/agent:0.5.0", "not made for amd64", "Run on ARM64 machines"),
        ("plain.example.com:5000/lab/web:1.0.0", "speaks plain HTTP only", "Add to registries on plain HTTP"),
        ("wrongname.example.com/public/web:1.0.0", "certificate for another name", "Do not verify its certificate"),
        ("expired.example.com/public/web:1.0.0", "has expired", "Do not verify its certificate"),
        ("moved.example.com/public/web:1.0.0", "sends on to another address", re.compile("^Use open.example.com$")),
    ],
)
def test_one_press_mends_it(visitor: Visitor, image: str, text: str, button: str | re.Pattern[str]) -> None:
    check(visitor, image)
    says(visitor, text)
    visitor.button(button).click()
    can_be_pulled(visitor)
    visitor.button("Confirm Configuration").click()
    runs(visitor)


def test_a_self_issued_certificate_is_shown_trusted_and_logged_in_to(visitor: Visitor) -> None:
    check(visitor, "selfsigned.example.com/internal/portal:1.2.0")
    says(visitor, re.compile(r"SHA-256\s*(?:[0-9A-F]{2}:){31}"))
    visitor.button("Do not verify its certificate").click()
    says(visitor, "asks for a login")
    log_in(visitor, "demo", "selfsigned.example.com")
    can_be_pulled(visitor, "with this login")
    visitor.confirm()
    runs(visitor)


def test_a_rate_limit_is_passed_with_a_login(visitor: Visitor) -> None:
    check(visitor, "busy.example.com/public/web:1.0.0")
    says(visitor, "Too many requests to ")
    visitor.button("Enter credential").click()
    log_in(visitor, "demo", "busy.example.com")
    can_be_pulled(visitor, "with this login")
    visitor.confirm()
    runs(visitor)


def test_a_host_inside_the_vpc_cannot_be_checked_and_runs(visitor: Visitor) -> None:
    check(visitor, "registry-vpc.cn-hangzhou.aliyuncs.com/acme/order-api:1.12.0")
    says(visitor, "cannot be checked from here")
    visitor.button("Confirm Configuration").click()
    runs(visitor)


def test_a_forbidden_address_is_refused_at_its_field(visitor: Visitor) -> None:
    check(visitor, "100.100.100.200/latest/meta-data")
    visitor.button("Confirm Configuration").click()
    visitor.is_at(BASIC)
    expect(visitor.field("Image")).to_have_attribute("aria-invalid", "true")


def test_a_pause_in_typing_has_it_checked_and_the_newest_answer_stays(visitor: Visitor) -> None:
    visitor.begin(image="open.example.com/public/web:1.0.1").press("Check access")
    says(visitor, "has no version 1.0.1")
    visitor.field("Image version").press_sequentially("", delay=1)
    visitor.field("Image version").fill("1.0.0")
    can_be_pulled(visitor)
    expect(visitor.page.get_by_role("complementary")).to_contain_text("Can be pulled")
    expect(visitor.field("Image version")).to_be_focused()


def test_a_button_stays_where_it_is_as_long_as_it_is_held_down(visitor: Visitor) -> None:
    visitor.begin().type_image("open.example.com/public/web:1.0.1")
    visitor.button("Check access").hover()
    visitor.page.mouse.down()
    visitor.page.wait_for_timeout(1000)
    visitor.page.mouse.up()
    says(visitor, "These are near:")


def test_what_was_typed_is_understood_once_a_press_elsewhere_ends(visitor: Visitor) -> None:
    visitor.begin().type_image("open.example.com/public/web:1.0.1")
    visitor.main.get_by_role("heading", name="Containers").first.click()
    expect(visitor.main.get_by_text("Other registry", exact=True).first).to_be_visible()


def test_a_version_is_chosen_from_the_list_and_pinned(visitor: Visitor) -> None:
    check(visitor, "open.example.com/public/web:1.0.1")
    says(visitor, "These are near:")
    visitor.page.locator("#versions-c1").click()
    dialog = visitor.page.get_by_role("dialog", name=re.compile("Versions of "))
    expect(dialog).to_be_visible()
    visitor.settled()
    dialog.get_by_role("searchbox").fill("1.0.0")
    expect(dialog.get_by_role("radio")).to_have_count(2)
    visitor.choose_version("1.0.0")
    dialog.get_by_role("checkbox", name=re.compile("Pin to the digest")).check()
    visitor.button("Use this version").click()
    visitor.is_at(BASIC)
    expect(visitor.main.get_by_text("Pinned: the digest of 1.0.0")).to_be_visible()
    can_be_pulled(visitor)
    visitor.button("Confirm Configuration").click()
    runs(visitor)


def test_a_recent_image_is_used_again(visitor: Visitor) -> None:
    visitor.begin(image=PRIVATE_IMAGE).go_on()
    visitor.begin(image="nginx:1.27").go_on().go_back()
    visitor.button("Select container image").click()
    visitor.page.locator(".recent button", has_text="team/api:1.4.2").click()
    visitor.is_at(BASIC)
    expect(visitor.field("Image")).to_have_value(f"{HOST}/team/api")
    says(visitor, f"{HOST} asks for a login.")


def test_a_check_works_without_a_script(new_visitor: object) -> None:
    visitor: Visitor = new_visitor(java_script_enabled=False)  # type: ignore[operator]
    check(visitor, "open.example.com/public/web:1.0.1")
    says(visitor, "has no version 1.0.1")
    visitor.button(re.compile("^Use 1.0.0$")).click()
    can_be_pulled(visitor)
    visitor.button("Confirm Configuration").click()
    visitor.is_at(CONFIRM)
    visitor.button("Check all").click()
    expect(visitor.main.get_by_text("Can be pulled", exact=True)).to_be_visible()
    visitor.order()
