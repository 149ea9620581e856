"""Signing in with a provider in a browser, which holds redirects of a form against the content policy of its page."""

import shutil
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from tests.accounts.provider import CLIENT_ID, CLIENT_SECRET, Provider
from tests.e2e.server import ConsoleServer
from tests.e2e.watch import Watch
from tests.gallery.journeys_apart import server_with_sign_in


@pytest.fixture(scope="module")
def provider() -> Iterator[Provider]:
    made = Provider()
    yield made
    made.stop()


@pytest.fixture(scope="module")
def console(provider: Provider) -> Iterator[ConsoleServer]:
    server = server_with_sign_in(
        CONSOLE_OIDC_ISSUER=provider.issuer,
        CONSOLE_OIDC_CLIENT_ID=CLIENT_ID,
        CONSOLE_OIDC_CLIENT_SECRET=CLIENT_SECRET,
        CONSOLE_OIDC_NAME="Corp",
    )
    server.start()
    yield server
    server.stop()
    shutil.rmtree(server.data_dir, ignore_errors=True)


@pytest.mark.parametrize("has_script", [True, False], ids=["with a script", "without one"])
def test_one_press_goes_to_the_provider_by_way_of_another_host_and_back(
    browser: Browser, console: ConsoleServer, provider: Provider, watch: Watch, has_script: bool
) -> None:
    provider.has_detour = True
    context = browser.new_context(base_url=console.url, java_script_enabled=has_script)
    watch.follow(context, console.url)
    page = context.new_page()
    page.goto("/buy/drafts/")
    page.get_by_role("button", name="Sign in with Corp").focus()
    page.keyboard.press("Enter")
    expect(page.locator("summary", has_text="bob")).to_be_visible()
    assert page.url.endswith("/buy/drafts/")
    watch.forgive("request to another host")
    assert watch.problems == []
    context.close()


def test_a_refusal_comes_back_in_words(browser: Browser, console: ConsoleServer, provider: Provider) -> None:
    provider.error = "access_denied"
    context = browser.new_context(base_url=console.url)
    page = context.new_page()
    page.goto("/buy/drafts/")
    page.get_by_role("button", name="Sign in with Corp").click()
    expect(page.locator(".note.bad", has_text="Corp was told not to sign you in here.")).to_be_visible()
    context.close()
