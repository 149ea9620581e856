"""Several containers in one group: an init container before them, names, order, logs of each."""

import re

from playwright.sync_api import expect

from tests.e2e.visitor import BASIC, Visitor


def test_runs_two_containers_after_an_init_container(visitor: Visitor) -> None:
    visitor.begin(image="nginx:1.27", name="shop").add_container("cache").type_image("redis:8")
    visitor.add_container("prepare", is_init=True).type_image("busybox:1.37").unfold("Command, arguments")
    visitor.main.get_by_label("Command", exact=True).fill("/bin/sh\n-c\necho ready")
    visitor.go_on().confirm().view_request()
    expect(visitor.main.get_by_text("InitContainer.1.Image", exact=True)).to_be_visible()
    expect(visitor.main.get_by_text("Container.2.Image", exact=True)).to_be_visible()
    visitor.order()
    visitor.is_running().open_group_tab("Containers")
    rows = visitor.main.get_by_role("row")
    for name, state in (
        ("prepare", "done in|ended"),
        ("container-1", "running"),
        ("cache", "running"),
    ):
        expect(rows.filter(has_text=name)).to_contain_text(re.compile(state, re.IGNORECASE))
    visitor.open_group_tab("Logs")
    visitor.page.get_by_role("combobox", name="Container").select_option("cache")
    visitor.button("Show").click()
    expect(visitor.page.get_by_label("Log", exact=True)).to_contain_text("Ready to accept connections")


def test_copies_moves_and_removes_containers(visitor: Visitor) -> None:
    visitor.begin(image="nginx:1.27").add_container("second").type_image("redis:8")
    made = visitor.page.get_by_role("navigation", name="Containers in the order").get_by_role("button")
    visitor.settled().press_in_menu("Move up")
    expect(made.first).to_contain_text("second")
    visitor.settled().press_in_menu("Duplicate")
    expect(made).to_have_count(3)
    visitor.settled().press_in_menu("Remove")
    expect(made).to_have_count(2)
    expect(made.first).to_contain_text("second")
    visitor.settled().button("Undo").click()
    expect(made).to_have_count(3)
    expect(visitor.container_name).to_have_value("second-2")


def test_containers_are_opened_by_mouse_and_by_keyboard(visitor: Visitor) -> None:
    visitor.begin(image="nginx:1.27").add_container("cache").type_image("redis:8").settled()
    keys = visitor.page.keyboard
    visitor.open_container("container-1")
    expect(visitor.field("Image")).to_have_value("nginx")
    tab = visitor.button(re.compile("^Open cache"))
    tab.focus()
    keys.press("Enter")
    expect(visitor.container_name).to_have_value("cache")
    expect(tab).to_be_focused()
    expect(tab).to_have_attribute("aria-current", "true")
    expect(visitor.field("Image")).to_have_value("redis")


def test_two_containers_of_one_name_are_refused_at_the_field(visitor: Visitor) -> None:
    visitor.begin(image="nginx:1.27").add_container("container-1").type_image("redis:8")
    visitor.button("Confirm Configuration").click()
    expect(visitor.main.get_by_role("alert")).to_be_visible()
    visitor.is_at(BASIC)
    expect(visitor.container_name).to_have_attribute("aria-invalid", "true")
    visitor.container_name.fill("other")
    visitor.confirm()


def test_an_image_is_chosen_for_the_container_whose_button_was_pressed(visitor: Visitor) -> None:
    visitor.begin(image="nginx:1.27").add_container("cache").open_images("Docker Official Images")
    expect(visitor.page.get_by_role("dialog", name=re.compile("Select container image for cache"))).to_be_visible()
    visitor.search_images("redis").choose_image("redis").use_image()
    expect(visitor.container_name).to_have_value("cache")
    expect(visitor.field("Image")).to_have_value("redis")
    visitor.open_container("container-1")
    expect(visitor.field("Image")).to_have_value("nginx")


def test_what_typed_lines_would_change_is_told_while_they_are_typed(visitor: Visitor) -> None:
    visitor.begin(image="nginx:1.27").unfold("Environment variables")
    visitor.field("Paste a .env file").fill("MODE=fast\nA=1")
    visitor.press("Add these variables").press("Text")
    text = visitor.field("Variables as text")
    text.fill("MODE=slow\nno equals")
    told = visitor.main.get_by_role("status").filter(has_text="~ MODE")
    expect(told).to_contain_text("! line 2 has no =")
    expect(told).to_contain_text("- A")
    expect(text).to_have_value("MODE=slow\nno equals")
    text.fill("MODE=slow\nA=2")
    visitor.press("Take these lines").press("Table")
    expect(visitor.page.get_by_role("group", name="Variable 2").get_by_label("Value")).to_have_value("2")


def test_an_env_file_that_is_dropped_on_its_field_becomes_variables(visitor: Visitor) -> None:
    page = visitor.begin(image="nginx:1.29").settled().unfold("Environment variables").page
    make = "() => { const it = new DataTransfer(); it.items.add(new File(['MODE=fast\\n'], '.env')); return it; }"
    visitor.field("Paste a .env file").dispatch_event("drop", {"dataTransfer": page.evaluate_handle(make)})
    expect(visitor.field("Paste a .env file")).to_have_value("MODE=fast\n")
    expect(visitor.main.get_by_text("+ MODE")).to_be_visible()
    visitor.press("Add these variables")
    expect(page.locator('[name$="-key"]').first).to_have_value("MODE")
