"""A login that the team has saved, used and made by the keyboard alone."""

import re
import shutil
import subprocess
import sys
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Locator, expect

from tests.e2e.server import ROOT, ConsoleServer
from tests.e2e.visitor import BASIC, PASSWORD, PRIVATE_IMAGE, USER_NAME, Visitor
from tests.gallery.journeys_apart import PASSWORD as OWN_PASSWORD
from tests.gallery.journeys_apart import server_with_sign_in

NAME = "Harbor read-only"
SEED = f"""
from consoleapp.accounts.models import User
from consoleapp.credentials import services as credentials
from consoleapp.domain.secret import Secret
from consoleapp.teams import services as teams
alice = User.objects.get(username="alice")
team = teams.create_team(alice, "qa", "QA", alice)
credentials.save(alice, team, "{NAME}", "registry.example.com", "team", "{USER_NAME}", Secret("{PASSWORD}"))
"""


@pytest.fixture(scope="module")
def console() -> Iterator[ConsoleServer]:
    server = server_with_sign_in()
    server.start()
    subprocess.run([sys.executable, "manage.py", "shell", "-c", SEED], cwd=ROOT, env=server.environment, check=True)
    yield server
    server.stop()
    shutil.rmtree(server.data_dir, ignore_errors=True)


@pytest.fixture
def visitor(browser: Browser, console: ConsoleServer) -> Iterator[Visitor]:
    """Alice of the team QA, at the login that the registry asks for."""
    context = browser.new_context(base_url=console.url)
    made = Visitor(context.new_page())
    made.page.goto("/accounts/sign-in/")
    made.page.get_by_label("User name").fill("alice")
    made.page.get_by_label("Password").fill(OWN_PASSWORD)
    made.page.keyboard.press("Enter")
    expect(made.page.locator("summary", has_text="alice")).to_be_visible()
    made.begin().type_image(PRIVATE_IMAGE).field("Image").press("Enter")
    expect(login(made)).to_be_visible()
    yield made
    context.close()


def login(visitor: Visitor) -> Locator:
    return visitor.main.get_by_role("group", name="Login for registry.example.com")


def test_one_key_uses_the_saved_login_and_the_order_goes_on(visitor: Visitor) -> None:
    keys = visitor.page.keyboard
    visitor.field("Password").focus()
    for _stop in ("Check", f"Use {NAME}"):
        keys.press("Tab")
    expect(visitor.button(f"Use {NAME}")).to_be_focused()
    keys.press("Enter")
    expect(login(visitor)).to_contain_text(f"Logged in with {NAME}")
    expect(visitor.main.get_by_text("Can be pulled with this login.")).to_be_visible()
    visitor.is_at(BASIC)
    # What is typed in its place is one key away, too.
    keys.press("Tab")
    expect(visitor.button(re.compile("^Type another one"))).to_be_focused()
    keys.press("Enter")
    expect(visitor.field("User name")).to_be_focused()
    visitor.button(f"Use {NAME}").press("Enter")
    expect(login(visitor)).to_contain_text(f"Logged in with {NAME}")
    visitor.confirm().order()
    visitor.is_running()


def test_a_typed_login_is_saved_by_the_keyboard_and_stands_on_the_teams_page(visitor: Visitor) -> None:
    keys = visitor.page.keyboard
    visitor.enter_credential().field("Password").press("Enter")
    fold = visitor.main.locator("summary", has_text="Save it for QA")
    fold.focus()
    keys.press("Enter")
    keys.press("Tab")
    keys.press("Control+a")
    keys.type("Another one")
    keys.press("Tab")
    keys.press("Enter")
    expect(login(visitor)).to_contain_text("Logged in with Another one")
    visitor.page.goto("/teams/qa/credentials/")
    row = visitor.main.get_by_role("row", name="Another one")
    expect(row).to_contain_text("Let in")
    expect(row).to_contain_text("1 draft or order")
