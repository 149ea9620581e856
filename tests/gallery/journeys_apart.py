"""Journeys that need a server of their own or do something to it: a cloud that does not answer, a console that asks who
one is, a full disk.
"""

import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urljoin

from playwright.sync_api import expect

from tests.accounts.authenticator import code_at
from tests.disk import full_disk
from tests.e2e.server import ROOT, ConsoleServer, free_port, temporary_server
from tests.e2e.visitor import DOCKER, PERSONAL, Visitor
from tests.gallery.journeys import Journey

PASSWORD = "alice-and-a-long-password"
IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Mobile/15E148 Safari/604.1"


def server_without_cloud() -> ConsoleServer:
    """A console whose every call to the cloud goes to a port that nobody listens on."""
    return temporary_server(CONSOLE_ALIBABA_ENDPOINT=f"http://127.0.0.1:{free_port()}")


class ServerOfPeople(ConsoleServer):
    """A console for people with accounts, of whom alice is one."""

    def start(self) -> None:
        super().start()
        subprocess.run(
            [sys.executable, "manage.py", "createsuperuser", "--no-input", "--username=alice", "--email=a@example.com"],
            cwd=ROOT,
            env={**self.environment, "DJANGO_SUPERUSER_PASSWORD": PASSWORD},
            check=True,
            capture_output=True,
        )


def server_with_sign_in(**variables: str) -> ConsoleServer:
    """A console for people with accounts."""
    return ServerOfPeople(Path(tempfile.mkdtemp(prefix="console-e2e-")), CONSOLE_SIGN_IN="required", **variables)


def silent_cloud(visitor: Visitor) -> Iterator[str]:
    visitor.begin(image="nginx:1.27", name="no-cloud")
    yield "basic-without-cloud"
    visitor.open_images(DOCKER)
    yield "images-without-cloud"
    visitor.choose_tab(PERSONAL)
    yield "images-personal-without-cloud"
    visitor.page.goto("/")
    yield "home-without-cloud"


def fill_disk(server: ConsoleServer) -> Journey:
    """A journey during which this server can store nothing."""

    def full(visitor: Visitor) -> Iterator[str]:
        visitor.begin(image="nginx:1.27", name="while-it-was-full").go_on().go_back()
        with full_disk(server.process_id):
            visitor.field("Name").fill("typed-later")
            visitor.button("Next: Other Settings").click()
            expect(visitor.page.locator(".note.bad", has_text="Not done")).to_be_visible()
            yield "basic-not-stored"
            visitor.page.goto("/buy/drafts/")
            visitor.button(re.compile("^Discard while")).click()
            expect(visitor.main.get_by_role("heading", name="Not done, nothing is lost")).to_be_visible()
            yield "not-done"

    return full


def signing_in(visitor: Visitor) -> Iterator[str]:
    visitor.page.goto("/")
    yield "sign-in"
    _sign_in(visitor, "wrong-password")
    expect(visitor.main.get_by_role("alert")).to_be_visible()
    yield "sign-in-refused"
    _sign_in(visitor, PASSWORD)
    expect(visitor.main.get_by_role("heading", name="Container groups")).to_be_visible()
    visitor.page.locator("summary", has_text="alice").click()
    yield "home-signed-in"
    visitor.page.get_by_role("link", name="Sign-ins").click()
    expect(visitor.main.get_by_text("This browser")).to_be_visible()
    yield "sign-ins"
    _sign_in_elsewhere(visitor)
    visitor.page.reload()
    expect(visitor.button("Sign out everywhere else")).to_be_visible()
    yield "sign-ins-elsewhere"
    visitor.main.get_by_role("button", name="Sign out Safari").click()
    expect(visitor.main.get_by_text("Signed out there.")).to_be_visible()
    yield "sign-ins-ended"
    yield from _changing_the_password(visitor)


def _changing_the_password(visitor: Visitor) -> Iterator[str]:
    visitor.link("Change password").click()
    expect(visitor.main.get_by_role("heading", name="Change password")).to_be_visible()
    yield "password"
    _change_password(visitor, "wrong-password", "short")
    expect(visitor.main.get_by_text("This is not your current password.")).to_be_visible()
    yield "password-refused"
    _change_password(visitor, PASSWORD, PASSWORD[::-1])
    expect(visitor.main.get_by_text("Your password is changed.")).to_be_visible()
    yield "password-changed"


def server_with_second_factor() -> ConsoleServer:
    """A console for people with accounts, of whom some have to set up a second factor."""
    return server_with_sign_in(CONSOLE_SECOND_FACTOR="approvers")


def second_factor(visitor: Visitor) -> Iterator[str]:
    """Set up by who has to: an authenticator app, and what is asked from then on."""
    visitor.page.goto("/")
    _sign_in(visitor, PASSWORD)
    expect(visitor.main.get_by_text("Set up a second factor to go on")).to_be_visible()
    yield "second-factor-wanted"
    visitor.button("Set up an authenticator app").click()
    visitor.field("Code").fill("000000")
    visitor.button("Set up").click()
    expect(visitor.main.get_by_text("This is not right")).to_be_visible()
    yield "authenticator-app"
    secret = visitor.page.locator(".copy code").inner_text().replace(" ", "")
    # So that the code is not over when it arrives.
    visitor.page.wait_for_timeout(1000 * max(0, time.time() % 30 - 20))
    visitor.field("Code").fill(code_at(secret, time.time()))
    visitor.button("Set up").click()
    expect(visitor.link("I have kept them")).to_be_visible()
    yield "recovery-codes"
    visitor.page.goto("/accounts/second-factor/")
    yield "second-factor"
    visitor.page.goto("/accounts/people/")
    yield "people"
    visitor.page.goto("/accounts/confirm/?next=/accounts/people/")
    yield "confirm-that-it-is-you"
    visitor.page.context.clear_cookies()
    visitor.page.goto("/")
    _sign_in(visitor, PASSWORD)
    expect(visitor.main.get_by_role("heading", name="Second factor")).to_be_visible()
    yield "second-factor-asked"


def server_with_provider() -> ConsoleServer:
    """A console for people whom a provider vouches for that does not answer."""
    issuer = f"http://127.0.0.1:{free_port()}"
    return server_with_sign_in(
        CONSOLE_OIDC_ISSUER=issuer,
        CONSOLE_OIDC_CLIENT_ID="console",
        CONSOLE_OIDC_NAME="Corp",
        CONSOLE_PASSWORDS="admins",
    )


def silent_provider(visitor: Visitor) -> Iterator[str]:
    visitor.page.goto("/")
    yield "sign-in-with-provider"
    visitor.button("Sign in with Corp").click()
    expect(visitor.main.get_by_text("Corp does not answer")).to_be_visible()
    yield "sign-in-without-provider"


def guessing(visitor: Visitor) -> Iterator[str]:
    visitor.page.goto("/")
    token = visitor.page.locator("main input[name=csrfmiddlewaretoken]").get_attribute("value") or ""
    told: dict[str, str | float | bool] = {"csrfmiddlewaretoken": token, "login": "bob", "password": "guessed"}
    for _ in range(30):
        visitor.page.request.post("/accounts/sign-in/", form=told)
    _sign_in(visitor, PASSWORD)
    expect(visitor.main.get_by_role("heading", name="Too many attempts")).to_be_visible()
    yield "sign-in-too-often"


def _sign_in(visitor: Visitor, password: str) -> None:
    visitor.field("User name").fill("alice")
    visitor.page.get_by_label("Password").fill(password)
    visitor.button("Sign in").click()


def _sign_in_elsewhere(visitor: Visitor) -> None:
    browser = visitor.page.context.browser
    assert browser
    address = urljoin(visitor.page.url, "/")
    for user_agent in (IPHONE, "a-program-of-our-own/1.0 (" + "with-a-long-name" * 4 + ")"):
        context = browser.new_context(base_url=address, user_agent=user_agent)
        other = Visitor(context.new_page())
        other.page.goto("/")
        _sign_in(other, PASSWORD)
        expect(other.main.get_by_role("heading", name="Container groups")).to_be_visible()
        context.close()


def _change_password(visitor: Visitor, old: str, new: str) -> None:
    for name, typed in (("oldpassword", old), ("password1", new), ("password2", new)):
        visitor.page.locator(f"input[name={name}]").fill(typed)
    visitor.button("Change password").click()
