"""The whole way through the private image with JavaScript switched off: tabs are links, rows come from buttons, the
dialog is a page."""

import re

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import NewVisitor
from tests.e2e.visitor import BASIC, COMMON, DOCKER, PASSWORD, PRIVATE_IMAGE, Visitor


@pytest.fixture
def plain_visitor(new_visitor: NewVisitor) -> Visitor:
    """A visitor who has switched JavaScript off."""
    return new_visitor(java_script_enabled=False)


def _wait_for_state(visitor: Visitor, state: str) -> None:
    """Presses *Look again* until the group's page says so: nothing moves by itself without a script."""
    for _press in range(60):
        if visitor.main.locator("#group-state").inner_text() == state:
            return
        visitor.link("Look again").click()
    raise AssertionError(f"not {state}: {visitor.main.locator('#group-state').inner_text()}")


def test_runs_the_private_image_after_a_wrong_password(plain_visitor: Visitor) -> None:
    visitor = plain_visitor
    visitor.page.goto("/")
    visitor.link("Create container group").click()
    visitor.is_at(BASIC).type_image(PRIVATE_IMAGE)
    visitor.button("Confirm Configuration").click()
    visitor.is_at(BASIC)
    expect(visitor.main.get_by_text("User name and password are missing.")).to_be_visible()
    visitor.enter_credential(password="not-the-password").confirm(anyway=True)
    visitor.order(anyway=True)
    for _press in range(60):
        if visitor.button("Change credentials and retry").count():
            break
        visitor.link("Look again").click()
    expect(visitor.main.get_by_text("wrong user or password for registry.example.com").first).to_be_visible()
    visitor.button("Change credentials and retry").click()
    visitor.is_at(BASIC)
    visitor.field("Password").fill(PASSWORD)
    visitor.confirm().order()
    _wait_for_state(visitor, "Running")
    for tab, text in (("Containers", "Running"), ("Logs", "listening on"), ("Request", "CreateContainerGroup")):
        visitor.open_group_tab(tab)
        expect(visitor.main.get_by_text(re.compile(text)).first).to_be_visible()


def test_chooses_an_image_on_a_page_instead_of_a_dialog(plain_visitor: Visitor) -> None:
    visitor = plain_visitor
    visitor.begin(name="without-script").open_images(COMMON).choose_tab(DOCKER).search_images("redis")
    visitor.choose_image("redis").use_image()
    expect(visitor.field("Image")).to_have_value("redis")
    expect(visitor.field("Name")).to_have_value("without-script")


def test_adds_containers_and_rows_by_buttons(plain_visitor: Visitor) -> None:
    visitor = plain_visitor
    visitor.begin(image="nginx:1.27").add_container("cache").type_image("redis:8").unfold("Environment variables")
    visitor.button("Add variable").click()
    row = visitor.page.get_by_role("group", name="Variable 1")
    expect(row.get_by_label("Name")).to_be_visible()
    row.get_by_label("Name").fill("MODE")
    row.get_by_label("Value").fill("fast")
    visitor.choose_network("isolated", "isolated-b")
    visitor.confirm().view_request()
    expect(visitor.main.get_by_text("Container.2.EnvironmentVar.1.Value")).to_be_visible()
    expect(visitor.main.get_by_text(re.compile("No way to the Internet for"))).to_be_visible()


def test_containers_are_opened_removed_and_taken_back_by_buttons(plain_visitor: Visitor) -> None:
    visitor = plain_visitor
    visitor.begin(image="nginx:1.27").add_container("cache").type_image("redis:8").open_container("container-1")
    expect(visitor.field("Image")).to_have_value("nginx")
    visitor.open_container("cache").press_in_menu("Remove")
    tabs = visitor.button(re.compile("^Open "))
    expect(tabs).to_have_count(1)
    visitor.button("Undo").click()
    expect(tabs).to_have_count(2)
    expect(visitor.container_name).to_have_value("cache")
    expect(visitor.field("Image")).to_have_value("redis")


def test_variables_are_edited_as_text_and_as_a_table(plain_visitor: Visitor) -> None:
    visitor = plain_visitor
    visitor.begin(image="nginx:1.27").unfold("Environment variables")
    visitor.field("Paste a .env file").fill("MODE=fast\nDB_PASSWORD=hunter2hunter2")
    visitor.button("Text").click()
    text = visitor.unfold("Environment variables").field("Variables as text")
    expect(text).to_have_value("MODE=fast\nDB_PASSWORD=  # secret, kept")
    text.fill("MODE=slow\nDB_PASSWORD=  # secret, kept\nNEW=1")
    visitor.button("Table").click()
    visitor.unfold("Environment variables")
    for number, (name, value) in enumerate((("MODE", "slow"), ("DB_PASSWORD", ""), ("NEW", "1")), start=1):
        row = visitor.page.get_by_role("group", name=f"Variable {number}")
        expect(row.get_by_label("Name")).to_have_value(name)
        expect(row.get_by_label("Value")).to_have_value(value)
    secret = visitor.page.get_by_role("group", name="Variable 2").get_by_label("Value")
    expect(secret).to_have_attribute("placeholder", "Stored. Leave empty to keep it.")
