"""Keys, the list behind Ctrl+K, and what is told apart without our colours."""

import pytest
from playwright.sync_api import expect

from tests.e2e.visitor import BASIC, CONFIRM, OTHER, Visitor


def test_c_creates_and_g_with_another_key_goes(visitor: Visitor) -> None:
    keys = visitor.page.keyboard
    visitor.page.goto("/buy/drafts/")
    keys.press("c")
    visitor.is_at(BASIC)
    visitor.page.evaluate("document.activeElement.blur()")
    keys.press("g")
    keys.press("d")
    expect(visitor.main.get_by_role("heading", name="Drafts", exact=True)).to_be_visible()
    keys.press("g")
    keys.press("h")
    expect(visitor.page).to_have_title("Container groups · Container Console")


def test_single_keys_are_letters_while_somebody_types(visitor: Visitor) -> None:
    visitor.begin()
    visitor.field("Image").click()
    visitor.page.keyboard.type("cg?n/")
    expect(visitor.field("Image")).to_have_value("cg?n/")
    expect(visitor.page.get_by_role("dialog")).to_have_count(0)
    for key in ("Alt+c", "Control+c"):
        visitor.page.evaluate("document.activeElement.blur()")
        visitor.page.keyboard.press(key)
    expect(visitor.field("Image")).to_have_value("cg?n/")


def test_control_and_enter_press_the_main_button_even_while_typing(visitor: Visitor) -> None:
    visitor.begin()
    visitor.field("Image").fill("nginx:1.27")
    visitor.page.keyboard.press("Control+Enter")
    visitor.is_at(OTHER)


def test_control_and_enter_never_press_what_destroys(visitor: Visitor) -> None:
    visitor.begin(image="nginx:1.27").go_on()
    visitor.page.goto("/buy/forget/")
    visitor.page.keyboard.press("Control+Enter")
    visitor.page.wait_for_timeout(300)
    expect(visitor.main.get_by_role("heading", name="Forget what I did here")).to_be_visible()


def test_n_walks_what_is_wrong_and_a_question_mark_lists_the_keys(visitor: Visitor) -> None:
    visitor.begin(name="Not A Name!")
    visitor.button("Confirm Configuration").click()
    expect(visitor.main.get_by_role("alert")).to_be_visible()
    visitor.page.evaluate("document.activeElement.blur()")
    seen = set()
    for _press in range(4):
        visitor.page.keyboard.press("n")
        seen.add(visitor.page.evaluate("document.activeElement.id || document.activeElement.className"))
        if visitor.page.evaluate("document.activeElement.matches('input')"):
            break
    assert "id_c1-image" in seen
    visitor.page.evaluate("document.activeElement.blur()")
    visitor.page.keyboard.press("?")
    expect(visitor.page.get_by_role("dialog", name="Keys")).to_be_visible()
    visitor.page.keyboard.press("Escape")
    expect(visitor.page.get_by_role("dialog")).to_have_count(0)


def test_a_slash_goes_to_the_search_of_the_page_or_to_the_list(visitor: Visitor) -> None:
    visitor.page.goto("/go/")
    visitor.page.evaluate("document.activeElement.blur()")
    visitor.page.keyboard.press("/")
    expect(visitor.main.get_by_role("searchbox")).to_be_focused()
    visitor.page.goto("/buy/drafts/")
    visitor.page.keyboard.press("/")
    expect(visitor.page.get_by_role("dialog", name="Go to, or do")).to_be_visible()


def test_the_list_finds_by_a_word_and_goes_with_enter(visitor: Visitor) -> None:
    visitor.begin(image="nginx:1.27", name="web-shop").go_on()
    visitor.page.goto("/demo/")
    visitor.page.keyboard.press("Control+k")
    dialog = visitor.page.get_by_role("dialog", name="Go to, or do")
    expect(dialog.get_by_role("searchbox")).to_be_focused()
    visitor.page.keyboard.type("draf")
    expect(dialog.get_by_role("listitem")).to_have_count(2)
    visitor.page.keyboard.press("ArrowDown")
    expect(dialog.get_by_role("link", name="Drafts")).to_be_focused()
    visitor.page.keyboard.press("ArrowUp")
    expect(dialog.get_by_role("searchbox")).to_be_focused()
    dialog.get_by_role("searchbox").fill("shop")
    visitor.page.keyboard.press("Enter")
    visitor.is_at(BASIC)
    expect(visitor.field("Name")).to_have_value("web-shop")


def test_the_list_begins_with_the_main_button_of_the_page_and_escape_returns_to_where_one_was(
    visitor: Visitor,
) -> None:
    visitor.begin(image="nginx:1.27").settled()
    visitor.field("Name").focus()
    visitor.page.keyboard.press("Control+k")
    dialog = visitor.page.get_by_role("dialog", name="Go to, or do")
    expect(dialog.get_by_role("listitem").first).to_have_text("Confirm Configuration")
    visitor.page.keyboard.press("Escape")
    expect(visitor.field("Name")).to_be_focused()
    visitor.page.keyboard.press("Control+k")
    dialog.get_by_role("button", name="Confirm Configuration").click()
    visitor.is_at(CONFIRM)


def test_what_was_typed_is_stored_before_the_list_leads_away(visitor: Visitor) -> None:
    visitor.begin(image="nginx:1.27").go_on().go_back()
    visitor.field("Name").fill("typed-before-leaving")
    visitor.page.keyboard.press("Control+k")
    visitor.page.get_by_role("dialog").get_by_role("link", name="Drafts g d").click()
    expect(visitor.link("typed-before-leaving")).to_be_visible()


def test_without_a_script_the_list_is_a_page(new_visitor) -> None:  # type: ignore[no-untyped-def]
    visitor = new_visitor(java_script_enabled=False)
    visitor.page.goto("/")
    visitor.page.get_by_role("link", name="Go to").click()
    visitor.main.get_by_role("searchbox").fill("images")
    visitor.main.get_by_role("searchbox").press("Enter")
    expect(visitor.main.get_by_role("listitem")).to_have_count(1)
    visitor.link("Images to try").click()
    expect(visitor.main.get_by_role("heading", name="Images to try")).to_be_visible()


@pytest.mark.parametrize("group", ["vCPU", "Restart policy"])
def test_what_is_chosen_has_an_outline_in_the_colours_of_the_reader(visitor: Visitor, group: str) -> None:
    visitor.begin()
    visitor.page.emulate_media(forced_colors="active")
    outlines = visitor.page.get_by_role("radiogroup", name=group).evaluate(
        """group => [...group.querySelectorAll("label")].map(label =>
            [label.querySelector("input").checked, getComputedStyle(label).outlineStyle])"""
    )
    assert {(is_chosen, style) for is_chosen, style in outlines} == {(True, "solid"), (False, "none")}


def test_a_choice_moves_nothing_beside_it(visitor: Visitor) -> None:
    visitor.begin()
    policies = visitor.page.get_by_role("radiogroup", name="Restart policy")
    places = "group => [...group.querySelectorAll('label')].map(label => label.getBoundingClientRect().left)"
    before = policies.evaluate(places)
    policies.get_by_role("radio", name="On failure").check()
    visitor.settled()
    assert policies.evaluate(places) == before


def test_n_leads_to_what_is_still_to_be_decided(visitor: Visitor) -> None:
    visitor.begin(image="nginx:1.27").press("Add container").settled()
    visitor.page.evaluate("document.activeElement.blur()")
    visitor.page.keyboard.press("n")
    expect(visitor.page.get_by_role("complementary").get_by_text("Image of container-2 is missing.")).to_be_visible()
    assert visitor.page.evaluate("document.activeElement.closest('.decisions > .todo') !== null")
