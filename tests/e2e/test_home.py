"""The one box of the home page: from a pasted image to a running group, by mouse, by keys, and without a script."""

import re

from playwright.sync_api import expect

from tests.e2e.conftest import NewVisitor
from tests.e2e.visitor import BASIC, CONFIRM, Visitor

RUN = "docker run -p 8080:80 -e MODE=fast -e DB_PASSWORD=swordfish -v /data:/data nginx:1.29"


def _box(visitor: Visitor) -> Visitor:
    visitor.page.goto("/")
    expect(visitor.field("What shall run?")).to_be_focused()
    return visitor


def test_paste_enter_order_and_it_runs(visitor: Visitor) -> None:
    _box(visitor).page.keyboard.insert_text("nginx:1.29")
    visitor.page.keyboard.press("Enter")
    visitor.is_at(CONFIRM).order()
    visitor.is_running()


def test_what_is_typed_is_told_before_anything_is_stored_and_nothing_below_moves(visitor: Visitor) -> None:
    _box(visitor)
    below = visitor.main.get_by_role("heading", name="Public image")
    before = below.bounding_box()
    visitor.page.keyboard.insert_text(RUN)
    answer = visitor.page.locator("#pasted-said")
    expect(answer).to_contain_text("Can be pulled")
    for said in ("nginx:1.29", "port 80", "1 kept secret", "-v /data:/data", "80/TCP", "/ hour", "in 30 days"):
        expect(answer).to_contain_text(said)
    assert below.bounding_box() == before
    assert "swordfish" not in answer.inner_html()
    visitor.field("What shall run?").fill("nginx:1.92")
    expect(answer).to_contain_text("Version not found")
    assert below.bounding_box() == before
    visitor.page.goto("/buy/drafts/")
    expect(visitor.main.get_by_text("No drafts")).to_be_visible()


def test_control_and_enter_open_the_settings_with_everything_in_them(visitor: Visitor) -> None:
    _box(visitor).page.keyboard.insert_text(RUN)
    visitor.page.keyboard.press("Control+Enter")
    visitor.is_at(BASIC)
    expect(visitor.field("Image")).to_have_value("nginx")
    expect(visitor.main.get_by_text("Taken as nginx:1.29; port 80, 2 variables, 1 kept secret noted.")).to_be_visible()
    assert "swordfish" not in visitor.page.content()


def test_an_image_that_wants_a_login_leads_to_it(visitor: Visitor) -> None:
    _box(visitor).page.keyboard.insert_text("https://registry.example.com/v2/team/api/manifests/1.4.2")
    visitor.page.keyboard.press("Enter")
    expect(visitor.field("Password")).to_be_visible()


def test_the_box_works_without_a_script(new_visitor: NewVisitor) -> None:
    visitor = new_visitor(java_script_enabled=False)
    visitor.page.goto("/")
    visitor.field("What shall run?").fill(RUN)
    visitor.button("Configure").click()
    visitor.is_at(BASIC)
    expect(visitor.field("Image")).to_have_value("nginx")
    visitor.page.goto("/")
    visitor.field("What shall run?").fill("nginx:1.29")
    visitor.button("Create now").click()
    visitor.is_at(CONFIRM).order()
    visitor.page.goto("/")
    expect(visitor.main.get_by_role("link", name=re.compile("^nginx-[0-9a-f]{4}$")).first).to_be_visible()


def test_a_link_pasted_into_the_settings_is_understood_and_undone(visitor: Visitor) -> None:
    visitor.begin(image="redis:8").go_on().go_back()
    visitor.field("Image").fill("https://hub.docker.com/_/nginx")
    visitor.go_on().go_back()
    expect(visitor.field("Image")).to_have_value("nginx")
    visitor.press("Undo")
    expect(visitor.field("Image")).to_have_value("redis")


def test_the_list_follows_what_happens_by_itself(visitor: Visitor) -> None:
    _box(visitor).page.keyboard.insert_text("nginx:1.92")
    expect(visitor.page.locator("#pasted-said")).to_contain_text("Version not found")
    visitor.page.keyboard.press("Enter")
    visitor.is_at(CONFIRM).order(anyway=True)
    visitor.page.goto("/")
    expect(visitor.page.locator("#home-attention")).to_contain_text("no version 1.92")
    expect(visitor.page.locator("#home-sums")).to_contain_text("1 of them billed without running")
    menu = visitor.main.locator("summary", has_text=re.compile("^What to do with nginx-"))
    menu.click()
    expect(visitor.main.get_by_role("link", name="Delete", exact=True)).to_be_visible()


def test_an_example_opens_the_wizard_filled_in(visitor: Visitor) -> None:
    visitor.page.goto("/")
    visitor.link("Private image").click()
    visitor.is_at(BASIC)
    expect(visitor.field("Image")).to_have_value("registry.example.com/team/api")
