"""How many actions a task takes, by mouse or by keys: each walk counts its own, and ROWS hold them with their bars.

One action is a click, a run of typing or pasting, or a chord of keys. Tab from one field to the very next belongs to
the run of typing, except where keys are what is counted. A walk types only where the focus is, so that no click is
left out. `test_few_actions.py` holds the bars, `make bench` prints the table (P11).
"""

import re
import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Locator, expect

from tests.e2e.visitor import BASIC, CONFIRM, PASSWORD, PRIVATE_IMAGE, USER_NAME, Visitor

ENV_FILE = "MODE=fast\nDB_HOST=db.internal\nDB_PASSWORD=hunter2hunter2\n"
IS_FOCUSED = "element => element === document.activeElement"


class Counted:
    """A visitor whose actions are counted."""

    def __init__(self, visitor: Visitor) -> None:
        self.visitor, self.actions = visitor, 0

    def press(self, target: Locator) -> None:
        target.click()
        self.actions += 1

    def key(self, chord: str) -> None:
        self.visitor.page.keyboard.press(chord)
        self.actions += 1

    def type(self, text: str, field: Locator) -> None:
        """Types into the field, which has the focus by now or is one Tab away."""
        keyboard = self.visitor.page.keyboard
        expect(field).to_be_visible()
        if not field.evaluate(IS_FOCUSED):
            keyboard.press("Tab")
        expect(field).to_be_focused()
        keyboard.insert_text(text)
        expect(field).to_have_value(text)
        self.actions += 1


def agreed(visitor: Visitor) -> None:
    """Orders something, so that the service terms are agreed to for the session."""
    visitor.begin(image="nginx:1.27").confirm().order()


def _paste_at_home(counted: Counted, image: str) -> None:
    counted.visitor.page.goto("/")
    box = counted.visitor.field("What shall run?")
    expect(box).to_be_focused()
    counted.type(image, box)


def _order(counted: Counted) -> None:
    """Presses Confirm Order, and waits until what was ordered runs."""
    counted.press(counted.visitor.is_at(CONFIRM).button("Confirm Order"))
    counted.visitor.is_created()
    counted.visitor.is_running()


def nginx_typed(visitor: Visitor, _data_dir: Path) -> int:
    agreed(visitor)
    counted = Counted(visitor)
    _paste_at_home(counted, "nginx:1.29")
    counted.key("Enter")
    _order(counted)
    return counted.actions


def nginx_typed_at_first(visitor: Visitor, _data_dir: Path) -> int:
    counted = Counted(visitor)
    _paste_at_home(counted, "nginx:1.29")
    counted.key("Enter")
    counted.press(visitor.is_at(CONFIRM).page.get_by_role("checkbox", name=re.compile("I agree")))
    _order(counted)
    return counted.actions


def nginx_by_dialog(visitor: Visitor, _data_dir: Path) -> int:
    agreed(visitor)
    visitor.page.goto("/")
    counted = Counted(visitor)
    counted.press(visitor.link("Create container group"))
    counted.press(visitor.is_at(BASIC).button("Select container image"))
    counted.press(visitor.button("Use the newest version of nginx"))
    expect(visitor.field("Image")).to_have_value(re.compile("nginx$"))
    counted.press(visitor.button("Confirm Configuration"))
    _order(counted)
    return counted.actions


def private_image(visitor: Visitor, _data_dir: Path) -> int:
    agreed(visitor)
    counted = Counted(visitor)
    _paste_at_home(counted, PRIVATE_IMAGE)
    counted.key("Enter")
    counted.type(USER_NAME, visitor.is_at(BASIC).field("User name"))
    counted.type(PASSWORD, visitor.field("Password"))
    counted.press(visitor.button("Confirm Configuration"))
    _order(counted)
    return counted.actions


def big_form(visitor: Visitor, _data_dir: Path) -> int:
    """An init container, two containers, a .env file, a port, a volume with its mount, and a probe."""
    page, fold = visitor.begin().page, visitor.fold
    counted = Counted(visitor)
    image = visitor.field("Image")
    counted.type("nginx:1.27", image)
    for button, name in (("Add init container", "busybox:1.37"), ("Add container", "redis:8")):
        counted.press(visitor.button(button))
        expect(image).to_have_value("")
        counted.type(name, image)
    counted.press(fold("Advanced"))
    counted.press(visitor.button("Empty directory"))
    expect(page.get_by_role("group", name="Empty directory volume-1")).to_be_visible()
    counted.press(fold("Environment variables"))
    # What is pasted there is taken in by any press.
    counted.press(visitor.field("Paste a .env file"))
    counted.type(ENV_FILE, visitor.field("Paste a .env file"))
    counted.press(fold("Ports"))
    counted.press(visitor.button("Add port"))
    counted.type("6379", page.get_by_role("group", name="Port 1").get_by_role("textbox"))
    counted.press(fold("Volume mounts"))
    counted.press(visitor.button("Add mount"))
    mount = page.get_by_role("group", name="Mount 1")
    expect(mount.get_by_role("combobox", name="Volume")).to_have_value("volume-1")
    counted.type("/data", mount.get_by_role("textbox", name="Mount path"))
    counted.press(fold("Health checks"))
    # Its port is the declared one.
    counted.press(page.get_by_role("radiogroup", name=re.compile("Readiness")).locator("label", has_text="TCP"))
    counted.press(visitor.button("Confirm Configuration"))
    visitor.is_at(CONFIRM)
    return counted.actions


def wrong_tag(visitor: Visitor, _data_dir: Path) -> int:
    visitor.begin(image="nginx:1.92", name="web-shop").confirm(anyway=True)
    old = visitor.order(anyway=True)
    expect(visitor.page.locator("#headline-title")).to_have_text("Pull fails: no version 1.92")
    counted = Counted(visitor)
    counted.press(visitor.button("Use 1.29 and replace"))
    _order(counted)
    visitor.page.goto(f"/groups/{old}/")
    visitor.is_in_state("Deleted")
    return counted.actions


def nginx_by_keys(visitor: Visitor, _data_dir: Path) -> int:
    agreed(visitor)
    counted = Counted(visitor)
    _paste_at_home(counted, "nginx:1.29")
    counted.key("Enter")
    expect(visitor.is_at(CONFIRM).page.get_by_text("Every image can be pulled")).to_be_visible()
    counted.key("Control+Enter")
    visitor.is_created()
    visitor.is_running()
    return counted.actions


def nginx_by_keys_at_first(visitor: Visitor, _data_dir: Path) -> int:
    counted = Counted(visitor)
    _paste_at_home(counted, "nginx:1.29")
    counted.key("Enter")
    expect(visitor.is_at(CONFIRM).page.get_by_text("Every image can be pulled")).to_be_visible()
    # The box that is missing takes the focus.
    counted.key("Control+Enter")
    expect(visitor.page.get_by_role("checkbox", name=re.compile("I agree"))).to_be_focused()
    counted.key("Space")
    counted.key("Control+Enter")
    visitor.is_created()
    visitor.is_running()
    return counted.actions


def _private_group(visitor: Visitor) -> None:
    visitor.begin(image=PRIVATE_IMAGE).log_in().confirm().order()
    visitor.is_running()


def similar_private(visitor: Visitor, _data_dir: Path) -> int:
    _private_group(visitor)
    counted = Counted(visitor)
    counted.press(visitor.button("Create similar"))
    counted.press(visitor.is_at(BASIC).button("Confirm Configuration"))
    _order(counted)
    return counted.actions


def similar_private_without_login(visitor: Visitor, data_dir: Path) -> int:
    """The same once the time is over for which the login was kept."""
    _private_group(visitor)
    with closing(sqlite3.connect(data_dir / "console.sqlite3")) as database, database:
        database.execute("UPDATE wizard_keptlogin SET kept_at = '2020-01-01 00:00:00'")
    counted = Counted(visitor)
    counted.press(visitor.button("Create similar"))
    counted.type(PASSWORD, visitor.is_at(BASIC).field("Password"))
    counted.press(visitor.button("Confirm Configuration"))
    _order(counted)
    return counted.actions


def stops_to_image(visitor: Visitor, _data_dir: Path) -> int:
    """Tab, from where the page of a draft begins: its heading. On a new one the focus is in the field."""
    visitor.begin()
    expect(visitor.field("Image")).to_be_focused()
    visitor.type_image("nginx:1.27").go_on().go_back()
    expect(visitor.main.get_by_role("heading", level=1)).to_be_focused()
    counted = Counted(visitor)
    while not visitor.field("Image").evaluate(IS_FOCUSED):
        counted.key("Tab")
        assert counted.actions < 100, "the Tab key never comes to the image"
    return counted.actions


def pixels_to_image(visitor: Visitor, _data_dir: Path) -> int:
    visitor.begin(image="nginx:1.27").go_on().go_back()
    assert visitor.page.viewport_size == {"width": 1440, "height": 900}
    box = visitor.field("Image").bounding_box()
    assert box
    assert visitor.page.evaluate("scrollY") == 0
    return round(box["y"])


@dataclass(frozen=True)
class Row:
    """A line of the table. `unit` is what is counted; without a bar it is only told."""

    what: str
    count: Callable[[Visitor, Path], int]
    bar: int | None = None
    unit: str = "actions"


# In a session that has agreed to the service terms, unless it says otherwise: they are asked for once.
ROWS = (
    Row("a running nginx from the home page, typed", nginx_typed, 3),
    Row("the same by the image dialog", nginx_by_dialog, 5),
    Row("the same, typed, as the first order of a session", nginx_typed_at_first),
    Row("a running private image with a login", private_image, 6),
    Row("init + 2 containers + .env + port + probe + volume, in the form", big_form, 20),
    Row("a wrong tag repaired, the old group gone", wrong_tag, 2),
    Row("a running nginx by the keyboard alone", nginx_by_keys, 6, "keys"),
    Row("the same as the first order of a session", nginx_by_keys_at_first, 6, "keys"),
    Row("create similar, private, with the login of the session", similar_private, 3),
    Row("create similar, private, without a kept login", similar_private_without_login, 5),
    Row("Tab from the heading to the Image field", stops_to_image, 4, "keys"),
    Row("from the top to the Image field at 1440 × 900", pixels_to_image, 400, "px"),
)
