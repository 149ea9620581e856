"""The login under the image: typed, proved and changed where the image was typed, by the keyboard alone."""

import re

from playwright.sync_api import Locator, expect

from tests.e2e.visitor import BASIC, CONFIRM, OTHER, PASSWORD, PRIVATE_IMAGE, USER_NAME, Visitor, run_private_image

HOST = "registry.example.com"


def login(visitor: Visitor, host: str = HOST) -> Locator:
    return visitor.main.get_by_role("group", name=f"Login for {host}")


def logged_in(visitor: Visitor, user_name: str = USER_NAME) -> Locator:
    return visitor.main.get_by_text(f"Logged in as {user_name}")


def test_a_private_image_is_logged_in_to_and_ordered_by_the_keyboard(visitor: Visitor) -> None:
    keys = visitor.begin().page.keyboard
    visitor.type_image(PRIVATE_IMAGE).field("Image").press("Enter")
    expect(login(visitor)).to_be_visible()
    visitor.field("User name").focus()
    keys.type(USER_NAME)
    keys.press("Tab")
    keys.type(PASSWORD)
    keys.press("Enter")
    expect(logged_in(visitor)).to_be_visible()
    expect(login(visitor)).to_be_hidden()
    # The step is not left, and what stands there is a proof.
    visitor.is_at(BASIC)
    expect(visitor.main.get_by_text("Can be pulled with this login.")).to_be_visible()
    visitor.confirm().order()
    visitor.is_running()


def test_a_wrong_password_is_said_without_taking_the_focus_and_the_right_one_follows(visitor: Visitor) -> None:
    page = visitor.begin(image=PRIVATE_IMAGE).page
    expect(login(visitor)).to_be_visible()
    visitor.enter_credential(password="not-the-password")
    before = page.evaluate("scrollY")
    page.keyboard.press("Enter")
    expect(visitor.main.get_by_text("Wrong user or password.")).to_be_visible()
    expect(logged_in(visitor)).to_have_count(0)
    expect(visitor.field("Password")).to_be_focused()
    expect(visitor.field("Password")).to_have_value("")
    assert page.evaluate("scrollY") == before
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    expect(logged_in(visitor)).to_be_visible()
    assert PASSWORD not in page.content()


def test_what_is_typed_in_the_login_is_not_tried_before_it_is_whole(visitor: Visitor) -> None:
    visitor.begin(image=PRIVATE_IMAGE)
    expect(login(visitor)).to_be_visible()
    asked: list[str] = []
    visitor.page.on("request", lambda request: asked.append(request.url) if request.method == "POST" else None)
    visitor.field("User name").press_sequentially(USER_NAME)
    visitor.field("Password").press_sequentially("demo")
    visitor.settled()
    assert asked == []
    expect(visitor.field("Password")).to_have_value("demo")


def test_a_user_who_may_not_read_the_repository_is_replaced_by_one_who_may(visitor: Visitor) -> None:
    visitor.begin(image=f"{HOST}/billing/payments:3.1.0")
    visitor.enter_credential("viewer", "viewer-password").field("Password").press("Enter")
    expect(visitor.main.get_by_text("viewer may not read billing/payments.")).to_be_visible()
    visitor.enter_credential().field("User name").press("Enter")
    expect(logged_in(visitor)).to_be_visible()
    # Another one is taken after a good one, too.
    visitor.main.get_by_text("Change the login").click()
    visitor.enter_credential("viewer", "viewer-password").field("Password").press("Enter")
    expect(visitor.main.get_by_text("viewer may not read billing/payments.")).to_be_visible()
    expect(logged_in(visitor)).to_have_count(0)


def test_a_login_is_the_same_in_other_settings(visitor: Visitor) -> None:
    visitor.begin(image=PRIVATE_IMAGE)
    visitor.enter_credential().field("Password").press("Enter")
    expect(logged_in(visitor)).to_be_visible()
    visitor.go_on()
    expect(visitor.field("User name")).to_have_value(USER_NAME)
    expect(visitor.field("Password")).to_have_attribute("placeholder", re.compile("Stored"))
    expect(visitor.button("Enter credential")).to_have_count(0)
    visitor.enter_credential(password="not-the-password").field("Password").press("Enter")
    expect(visitor.main.get_by_text("Wrong user or password.")).to_be_visible()
    visitor.is_at(OTHER).go_back()
    expect(logged_in(visitor)).to_have_count(0)
    expect(login(visitor)).to_be_visible()


def test_a_registry_that_cannot_be_asked_is_said_to_need_no_login(visitor: Visitor) -> None:
    visitor.begin(image="silent.example.com/public/web:1.0.0")
    box = visitor.page.get_by_role("checkbox", name=re.compile("This registry needs no login"))
    expect(box).to_be_visible()
    box.check()
    expect(visitor.field("Password")).to_be_hidden()
    expect(box).to_be_checked()
    visitor.confirm(anyway=True)
    expect(
        visitor.main.get_by_text("You said that it needs no login; that could not be proved from here.")
    ).to_be_visible()


def test_a_copy_in_the_same_session_takes_the_login_along_and_says_so(visitor: Visitor) -> None:
    run_private_image(visitor)
    visitor.is_running()
    visitor.button(re.compile("^(Create )?[Ss]imilar")).first.click()
    visitor.is_at(BASIC)
    expect(visitor.main.get_by_text("the login that you ordered with in this session", exact=True)).to_be_visible()
    expect(logged_in(visitor)).to_be_visible()
    visitor.confirm()
    visitor.is_at(CONFIRM)


def test_a_login_works_without_a_script(new_visitor: object) -> None:
    visitor: Visitor = new_visitor(java_script_enabled=False)  # type: ignore[operator]
    visitor.begin().type_image(PRIVATE_IMAGE).button("Check access").click()
    visitor.enter_credential(password="not-the-password")
    visitor.button(re.compile("^Check the login")).click()
    expect(visitor.main.get_by_text("Wrong user or password.")).to_be_visible()
    visitor.enter_credential().button(re.compile("^Check the login")).click()
    expect(logged_in(visitor)).to_be_visible()
    visitor.main.get_by_text("Change the login").click()
    expect(visitor.field("User name")).to_have_value(USER_NAME)
    visitor.button("Confirm Configuration").click()
    visitor.is_at(CONFIRM)
