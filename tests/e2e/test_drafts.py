"""Drafts and tabs: nothing that was typed is lost to a second tab, the back button, a restart or another day."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.e2e.server import ConsoleServer
from tests.e2e.visitor import BASIC, OTHER, PRIVATE_IMAGE, Visitor
from tests.e2e.watch import Watch

OpenTab = Callable[[], Visitor]


def test_two_tabs_are_two_drafts(visitor: Visitor, second_tab: OpenTab) -> None:
    other = second_tab()
    visitor.begin(name="from-tab-one").type_image("nginx:1.27")
    other.begin(name="from-tab-two").type_image("redis:8")
    visitor.go_on()
    other.go_on().confirm().order()
    visitor.confirm()
    expect(visitor.main.get_by_role("heading", name="from-tab-one")).to_be_visible()
    visitor.order()
    visitor.is_running()
    other.is_running()
    expect(other.page.get_by_role("heading", name="from-tab-two")).to_be_visible()


def _two_tabs_of_one_draft(visitor: Visitor, second_tab: OpenTab) -> Visitor:
    visitor.begin(image="nginx:1.27", name="shared").go_on().go_back()
    other = second_tab()
    other.page.goto(visitor.page.url)
    visitor.field("Name").fill("typed-in-tab-one")
    visitor.go_on()
    other.field("Name").fill("typed-in-tab-two")
    other.button("Next: Other Settings").click()
    expect(other.main.get_by_role("heading", name="Saved in another tab meanwhile")).to_be_visible()
    expect(other.main.get_by_text("typed-in-tab-one")).to_be_visible()
    expect(other.main.get_by_text("typed-in-tab-two")).to_be_visible()
    return other


def test_a_draft_that_was_saved_in_another_tab_shows_both_versions_and_keeps_mine(
    visitor: Visitor, second_tab: OpenTab
) -> None:
    other = _two_tabs_of_one_draft(visitor, second_tab)
    other.button("Keep mine").click()
    expect(other.field("Name")).to_have_value("typed-in-tab-two")


def test_a_draft_that_was_saved_in_another_tab_takes_what_was_saved(visitor: Visitor, second_tab: OpenTab) -> None:
    other = _two_tabs_of_one_draft(visitor, second_tab)
    other.button("Take what was saved").click()
    expect(other.field("Name")).to_have_value("typed-in-tab-one")


def _is_asked_which_to_keep(visitor: Visitor) -> None:
    """The page with both versions is the page, and nothing of the wizard's is left around it."""
    expect(visitor.page.get_by_role("heading", level=1)).to_have_text("Saved in another tab meanwhile")
    expect(visitor.page.get_by_role("main")).to_have_count(1)
    expect(visitor.field("Image")).to_have_count(0)


def _other_tab_has_saved(visitor: Visitor, second_tab: OpenTab) -> Visitor:
    visitor.begin(image="nginx:1.27", name="shared").go_on().go_back()
    other = second_tab()
    other.page.goto(visitor.page.url)
    visitor.field("Name").fill("typed-in-tab-one")
    visitor.go_on()
    return other


@pytest.mark.parametrize("asks", ["Check access", "Select container image", "Show versions"])
def test_a_conflict_takes_the_page_also_from_a_press_that_asks_for_a_part_of_it(
    visitor: Visitor, second_tab: OpenTab, asks: str
) -> None:
    other = _other_tab_has_saved(visitor, second_tab)
    other.field("Name").fill("typed-in-tab-two")
    other.button(asks).click()
    _is_asked_which_to_keep(other)
    other.button("Keep mine").click()
    expect(other.field("Name")).to_have_value("typed-in-tab-two")


def test_a_conflict_takes_the_page_also_from_what_is_asked_while_typing(visitor: Visitor, second_tab: OpenTab) -> None:
    other = _other_tab_has_saved(visitor, second_tab)
    other.field("Image").fill("redis:8")
    other.page.keyboard.press("Tab")
    _is_asked_which_to_keep(other)


def test_the_back_button_leads_through_the_steps_and_loses_nothing(visitor: Visitor) -> None:
    visitor.page.goto("/")
    visitor.link("Create container group").click()
    visitor.is_at(BASIC).type_image(PRIVATE_IMAGE)
    visitor.go_on().enter_credential().confirm()
    visitor.page.go_back()
    visitor.is_at(OTHER)
    expect(visitor.field("User name")).to_have_value("demo")
    visitor.page.go_back()
    visitor.is_at(BASIC)
    expect(visitor.field("Image")).to_have_value("registry.example.com/team/api")
    visitor.field("Name").fill("changed-after-going-back")
    visitor.confirm()
    expect(visitor.main.get_by_role("heading", name="changed-after-going-back")).to_be_visible()


def test_a_restart_of_the_server_in_mid_wizard_loses_nothing(
    visitor: Visitor, server: ConsoleServer, watch: Watch
) -> None:
    visitor.begin(name="survivor").type_image(PRIVATE_IMAGE).go_on().enter_credential()
    server.restart()
    visitor.confirm()
    server.restart()
    visitor.order()
    visitor.is_running()
    server.restart()
    visitor.page.reload()
    visitor.is_running()
    expect(visitor.page.get_by_role("heading", name="survivor")).to_be_visible()
    # Checks and looks that ran into the restart.
    watch.forgive("htmx:sendError")


def test_a_draft_is_resumed_copied_and_discarded(visitor: Visitor) -> None:
    visitor.begin(image=PRIVATE_IMAGE, name="for-later").go_on()
    visitor.page.goto("/")
    visitor.link("Resume for-later").click()
    # Where something is missing.
    visitor.is_at(OTHER)
    expect(visitor.field("Password")).to_be_visible()
    visitor.page.goto("/buy/drafts/")
    visitor.button("Duplicate for-later").click()
    visitor.is_at(BASIC)
    expect(visitor.field("Image")).to_have_value("registry.example.com/team/api")
    visitor.page.goto("/buy/drafts/")
    expect(visitor.link("Resume")).to_have_count(2)
    visitor.button(re.compile("^Discard")).first.click()
    expect(visitor.link("Resume")).to_have_count(1)
    visitor.button("Undo").click()
    expect(visitor.link("Resume")).to_have_count(2)


def test_a_link_into_a_step_that_cannot_be_reached_yet_leads_to_the_first_incomplete_one(visitor: Visitor) -> None:
    visitor.begin(image=PRIVATE_IMAGE).go_on()
    visitor.page.goto(visitor.page.url.replace("/other/", "/confirm/"))
    visitor.is_at(OTHER)


def test_what_is_not_valid_is_kept_too(visitor: Visitor) -> None:
    visitor.begin(name="Not A Name").type_image("UPPER/case")
    visitor.button("Confirm Configuration").click()
    expect(visitor.main.get_by_role("alert")).to_contain_text(re.compile("Name"))
    visitor.page.reload()
    expect(visitor.field("Name")).to_have_value("Not A Name")
    expect(visitor.field("Image")).to_have_value("UPPER/case")


def test_what_was_typed_is_kept_when_a_link_or_a_reload_leads_away(visitor: Visitor) -> None:
    visitor.begin(image="nginx:1.27").go_on().go_back()
    visitor.field("Name").fill("left-by-a-link")
    visitor.page.get_by_role("link", name="Drafts").click()
    visitor.link("left-by-a-link").click()
    visitor.is_at(BASIC)
    visitor.field("Name").fill("left-by-a-reload")
    visitor.page.reload()
    visitor.is_at(BASIC)
    visitor.page.get_by_role("link", name="Drafts").click()
    expect(visitor.link("left-by-a-reload")).to_be_visible()


def test_what_was_typed_first_is_kept_as_a_draft_when_a_link_leads_away(visitor: Visitor) -> None:
    visitor.begin(image="nginx:1.27")
    visitor.field("Name").fill("never-saved")
    visitor.page.get_by_role("link", name="Drafts").click()
    expect(visitor.link("never-saved")).to_be_visible()
