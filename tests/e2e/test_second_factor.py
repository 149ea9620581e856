"""Second factors in a browser: a passkey of Chromium's virtual authenticator, and an app without a script."""

import shutil
import time
from collections.abc import Iterator
from urllib.parse import parse_qs

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.accounts.authenticator import code_at
from tests.e2e.server import ConsoleServer
from tests.e2e.watch import Watch
from tests.gallery.journeys_apart import PASSWORD, server_with_sign_in


@pytest.fixture(scope="module")
def console() -> Iterator[ConsoleServer]:
    server = server_with_sign_in(CONSOLE_SECOND_FACTOR="approvers")
    server.start()
    # A browser takes no passkey for an address of numbers.
    server.url = server.url.replace("127.0.0.1", "localhost")
    yield server
    server.stop()
    shutil.rmtree(server.data_dir, ignore_errors=True)


@pytest.fixture
def context(browser: Browser, console: ConsoleServer, watch: Watch) -> Iterator[BrowserContext]:
    made = browser.new_context(base_url=console.url)
    watch.follow(made, console.url)
    yield made
    assert watch.problems == []
    made.close()


def give_password(page: Page) -> None:
    page.goto("/accounts/sign-in/")
    page.get_by_label("User name").fill("alice")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()


def sign_out(page: Page) -> None:
    page.locator("summary", has_text="alice").click()
    page.get_by_role("button", name="Sign out", exact=True).click()


def code_of(secret: str) -> str:
    """The code of now; waits for a fresh period, so that no code is used twice, or too old when it arrives."""
    time.sleep(30 - time.time() % 30)
    return code_at(secret, time.time())


def test_a_passkey_and_an_app_are_set_up_asked_for_and_removed(context: BrowserContext, console: ConsoleServer) -> None:
    page = context.new_page()
    devices = context.new_cdp_session(page)
    devices.send("WebAuthn.enable")
    authenticator = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    device = devices.send("WebAuthn.addVirtualAuthenticator", {"options": authenticator})["authenticatorId"]
    give_password(page)
    expect(page.get_by_text("Set up a second factor to go on")).to_be_visible()
    page.get_by_label("Name").fill("Laptop")
    page.get_by_role("button", name="Set up a passkey").click()
    expect(page.get_by_text("Your passkey is set up.")).to_be_visible()
    codes = page.locator(".recovery-codes code").all_inner_texts()
    assert len(codes) == 10
    page.get_by_role("link", name="I have kept them").click()
    expect(page.get_by_role("heading", name="Container groups")).to_be_visible()

    sign_out(page)
    give_password(page)
    with page.expect_request(lambda asked: asked.url.endswith("/ask/") and asked.method == "POST") as sent:
        page.get_by_role("button", name="Use a passkey").click()
    expect(page.locator("summary", has_text="alice")).to_be_visible()
    sign_out(page)
    give_password(page)
    assert _replayed(page, sent.value.post_data or "") == 422
    page.get_by_role("button", name="Use a passkey").click()
    expect(page.locator("summary", has_text="alice")).to_be_visible()

    page.goto("/accounts/second-factor/")
    page.get_by_role("button", name="Set up an authenticator app").click()
    secret = (page.locator(".copy code").inner_text()).replace(" ", "")
    page.get_by_label("Code").fill(code_of(secret))
    page.get_by_role("button", name="Set up", exact=True).click()
    expect(page.get_by_text("Your authenticator app is set up.")).to_be_visible()
    page.get_by_role("button", name="Remove Laptop").click()
    expect(page.get_by_text("Removed.")).to_be_visible()

    sign_out(page)
    devices.send("WebAuthn.removeVirtualAuthenticator", {"authenticatorId": device})
    _signs_in_with_the_app_without_a_script(context, console, secret)
    _signs_in_with_a_recovery_code(page, codes[3])


def _replayed(page: Page, posted: str) -> int:
    """The status of what a passkey answered at another sign-in, sent once more."""
    token = page.locator("#passkey input[name=csrfmiddlewaretoken]").input_value()
    credential = parse_qs(posted)["credential"][0]
    told: dict[str, str | float | bool] = {"csrfmiddlewaretoken": token, "credential": credential}
    page.request.post("/accounts/second-factor/options/", form=told)
    return page.request.post("/accounts/second-factor/ask/", form=told).status


def _signs_in_with_the_app_without_a_script(context: BrowserContext, console: ConsoleServer, secret: str) -> None:
    assert context.browser
    plain = context.browser.new_context(base_url=console.url, java_script_enabled=False)
    page = plain.new_page()
    give_password(page)
    page.get_by_label("Code").fill(code_of(secret))
    page.keyboard.press("Enter")
    expect(page.locator("summary", has_text="alice")).to_be_visible()
    page.goto("/accounts/second-factor/")
    page.get_by_role("button", name="Set up a passkey").click()
    expect(page.get_by_text("Nothing came from a passkey.")).to_be_visible()
    plain.close()


def _signs_in_with_a_recovery_code(page: Page, code: str) -> None:
    give_password(page)
    page.get_by_label("Code").fill(code)
    page.keyboard.press("Enter")
    expect(page.locator("summary", has_text="alice")).to_be_visible()
