"""The private image: stopped without a credential, runs with it, and a wrong one is explained and mended."""

import re

from playwright.sync_api import expect

from tests.e2e.visitor import BASIC, PASSWORD, PRIVATE_IMAGE, USER_NAME, Visitor, run_private_image

HOST = "registry.example.com"


def test_stops_a_private_image_without_a_credential_and_runs_it_with_one(visitor: Visitor) -> None:
    visitor.begin().type_image(PRIVATE_IMAGE)
    visitor.button("Confirm Configuration").click()
    visitor.is_at(BASIC)
    expect(visitor.main.get_by_text("User name and password are missing.")).to_be_visible()
    expect(visitor.field("User name")).to_be_focused()
    visitor.go_on()
    expect(visitor.main.get_by_role("heading", name=f"Credential for {HOST}")).to_be_visible()
    expect(visitor.field("Server")).to_have_value(HOST)
    expect(visitor.field("Server")).not_to_be_editable()
    visitor.enter_credential().confirm()
    expect(visitor.main.get_by_text(re.compile(f"as {USER_NAME}")).first).to_be_visible()
    visitor.order()
    visitor.is_running()


def test_the_next_step_begins_at_its_top(visitor: Visitor) -> None:
    visitor.begin().type_image(PRIVATE_IMAGE).go_on()
    expect(visitor.main.get_by_role("heading", name="Required by your images")).to_be_in_viewport()


def test_says_that_an_image_is_private_where_it_was_typed(visitor: Visitor) -> None:
    visitor.begin().type_image(PRIVATE_IMAGE).go_on()
    visitor.go_back()
    expect(visitor.main.get_by_text(f"{HOST} asks for a login.")).to_be_visible()
    # There are the fields themselves, and no button that leads to them.
    expect(visitor.button("Enter credential")).to_have_count(0)
    visitor.enter_credential().confirm()


def test_explains_a_wrong_password_and_runs_with_the_right_one(visitor: Visitor) -> None:
    run_private_image(visitor, password="not-the-password")
    expect(visitor.main.get_by_text(f"wrong user or password for {HOST}").first).to_be_visible()
    visitor.is_event_shown("incorrect username or password")
    visitor.button("Change credentials and retry").click()
    visitor.is_at(BASIC)
    expect(visitor.field("User name")).to_have_value(USER_NAME)
    expect(visitor.field("Password")).to_be_focused()
    expect(visitor.main.get_by_text("which is billed until it has ended or is deleted.")).to_be_visible()
    expect(visitor.link(re.compile("^Delete it"))).to_be_visible()
    visitor.field("Password").fill(PASSWORD)
    visitor.confirm().order()
    visitor.is_running()


def test_one_credential_serves_all_containers_of_its_host_and_goes_with_the_last(visitor: Visitor) -> None:
    visitor.begin().type_image(PRIVATE_IMAGE)
    visitor.add_container("web").type_image(f"{HOST}/team/web:2.0.0").go_on()
    expect(visitor.main.get_by_role("heading", name=re.compile("^Credential for"))).to_have_count(1)
    expect(visitor.main.get_by_text(re.compile(r"Used by container-1, web"))).to_be_visible()
    visitor.enter_credential()
    visitor.go_back()
    visitor.open_container("container-1").type_image("nginx:1.27")
    visitor.open_container("web").type_image("redis").go_on()
    expect(visitor.main.get_by_role("heading", name=re.compile("^Credential for"))).to_have_count(0)


def test_neither_a_password_nor_a_secret_variable_is_ever_shown_again(visitor: Visitor) -> None:
    visitor.begin(image=PRIVATE_IMAGE).unfold("Environment variables")
    visitor.button("Add variable").click()
    row = visitor.page.get_by_role("group", name="Variable 1")
    row.get_by_label("Name").fill("API_TOKEN")
    row.get_by_label("Secret").check()
    row.get_by_label("Value").fill("xyzzy-token")
    visitor.go_on().enter_credential()
    assert "xyzzy-token" not in visitor.page.content()
    visitor.go_back().unfold("Environment variables")
    expect(row.get_by_label("Name")).to_have_value("API_TOKEN")
    expect(row.get_by_label("Value")).to_have_value("")
    expect(row.get_by_label("Value")).to_have_attribute("placeholder", re.compile("Stored"))
    shown = [visitor.page.content()]
    visitor.go_on()
    expect(visitor.field("Password")).to_have_value("")
    shown.append(visitor.page.content())
    visitor.confirm()
    shown.append(visitor.page.content())
    visitor.order()
    visitor.is_running().open_group_tab("Request")
    shown.append(visitor.page.content())
    for content in shown:
        assert "xyzzy-token" not in content
        assert PASSWORD not in content
