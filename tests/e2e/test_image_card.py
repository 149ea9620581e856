"""The card of an image: what the image says of itself, *Take over* with its *Undo*, by mouse and without a script."""

import pytest
from playwright.sync_api import Locator, ViewportSize, expect

from tests.e2e.conftest import NewVisitor
from tests.e2e.visitor import PRIVATE_IMAGE, Visitor

WIDE: ViewportSize = {"width": 1440, "height": 900}
PHONE: ViewportSize = {"width": 390, "height": 844}
COMMON_ANSWERS = (
    ("nginx:1.29", "Can be pulled without a login."),
    ("redis:7", "Can be pulled without a login."),
    ("registry.example.com/team/batch:1.0.3", "asks for a login"),
    (PRIVATE_IMAGE, "asks for a login"),
    ("nginx:1.92", "has no version 1.92"),
    ("missing.example.com/team/api:1", "was not found"),
    ("silent.example.com/public/web:1.0.0", "does not answer"),
)


def _top(below: Locator) -> float:
    top: float = below.evaluate("field => field.getBoundingClientRect().top + scrollY")
    return top


def _card(visitor: Visitor, text: str) -> Locator:
    return visitor.main.get_by_role("status").filter(has_text=text).first


@pytest.mark.parametrize("window", [WIDE, PHONE], ids=lambda window: str(window["width"]))
@pytest.mark.parametrize(("image", "text"), COMMON_ANSWERS)
def test_no_common_answer_moves_what_is_below_the_card(
    new_visitor: NewVisitor, window: ViewportSize, image: str, text: str
) -> None:
    visitor = new_visitor(viewport=window)
    visitor.begin()
    below = visitor.page.locator("#containers")
    before = _top(below)
    visitor.type_image(image)
    visitor.page.keyboard.press("Tab")
    expect(_card(visitor, text)).to_be_visible()
    # A login that is asked for, or may be needed, opens under the card: that is all that may push.
    login = visitor.page.locator("#login-c1")
    opened: int = login.evaluate("strip => strip.offsetHeight")
    assert before <= _top(below) <= before + (opened + 16 if opened else 0)


def _take_over_and_back(visitor: Visitor) -> None:
    below = visitor.page.locator("#containers")
    before = _top(below)
    card = visitor.page.locator("#check-c1")
    expect(card).to_contain_text("/data")
    visitor.press("Take over")
    expect(card).to_contain_text("Took over: port 6379/TCP, volume for /data, readiness probe on 6379.")
    expect(visitor.fold("Ports")).to_contain_text("port 6379/TCP")
    expect(visitor.fold("Volume mounts")).to_contain_text("1")
    expect(visitor.fold("Health checks")).to_contain_text("readiness: TCP 6379")
    assert abs(_top(below) - before) <= 1
    visitor.press("Undo")
    expect(visitor.button("Take over")).to_be_visible()
    expect(visitor.fold("Ports")).to_contain_text("none")
    expect(visitor.fold("Volume mounts")).to_contain_text("none")
    expect(visitor.fold("Health checks")).to_contain_text("none")
    assert abs(_top(below) - before) <= 1


@pytest.mark.parametrize("window", [WIDE, PHONE], ids=lambda window: str(window["width"]))
def test_what_the_image_says_is_taken_over_and_back_with_the_mouse(
    new_visitor: NewVisitor, window: ViewportSize
) -> None:
    visitor = new_visitor(viewport=window)
    visitor.begin(image="redis:7").settled()
    _take_over_and_back(visitor)


def test_and_without_a_script(new_visitor: NewVisitor) -> None:
    visitor = new_visitor(java_script_enabled=False)
    visitor.begin(image="redis:7")
    visitor.button("Check access").click()
    _take_over_and_back(visitor)


def test_what_was_typed_just_before_the_press_is_kept(visitor: Visitor) -> None:
    visitor.begin(image="redis:7").settled().unfold("Ports").press("Add port")
    visitor.page.get_by_role("group", name="Port 1").get_by_label("Port", exact=True).fill("6379")
    visitor.press("Take over")
    expect(visitor.page.locator("#check-c1")).to_contain_text("Took over: volume for /data")
    visitor.press("Undo")
    expect(visitor.fold("Ports")).to_contain_text("port 6379/TCP")


def test_the_variable_that_an_image_wants_is_one_press_away(visitor: Visitor) -> None:
    visitor.begin(image="postgres:17").settled().press("Add POSTGRES_PASSWORD")
    row = visitor.page.get_by_role("group", name="Variable 1")
    expect(row.get_by_label("Name")).to_have_value("POSTGRES_PASSWORD")
    expect(row.get_by_role("checkbox", name="Secret")).to_be_checked()
    expect(visitor.main.get_by_text("The image wants the variable")).to_have_count(0)


@pytest.mark.parametrize("window", [WIDE, PHONE], ids=lambda window: str(window["width"]))
def test_a_fingerprint_breaks_between_its_bytes_only(new_visitor: NewVisitor, window: ViewportSize) -> None:
    visitor = new_visitor(viewport=window)
    visitor.begin(image="expired.example.com/public/web:1.0.0")
    shown = visitor.page.locator("#check-c1 .note dd code")
    expect(shown).to_be_visible()
    lines = shown.evaluate(
        """code => {
          const ends = [];
          const range = document.createRange();
          let top = null;
          let text = "";
          for (const piece of code.childNodes) for (let at = 0; at < (piece.textContent || "").length; at += 1) {
            range.setStart(piece, at);
            range.setEnd(piece, at + 1);
            const place = range.getBoundingClientRect().top;
            if (top !== null && place > top) { ends.push(text); text = ""; }
            top = place;
            text += piece.textContent[at];
          }
          return ends;
        }"""
    )
    assert lines
    assert all(line.endswith(":") for line in lines)
