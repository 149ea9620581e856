"""Journeys that need a server of their own: a cloud that does not answer, and a console that asks who one is."""

from collections.abc import Iterator

from playwright.sync_api import expect

from tests.e2e.server import ConsoleServer, free_port, temporary_server
from tests.e2e.visitor import DOCKER, PERSONAL, Visitor


def server_without_cloud() -> ConsoleServer:
    """A console whose every call to the cloud goes to a port that nobody listens on."""
    return temporary_server(CONSOLE_ALIBABA_ENDPOINT=f"http://127.0.0.1:{free_port()}")


def server_with_sign_in() -> ConsoleServer:
    """A console for people with accounts."""
    return temporary_server(CONSOLE_SIGN_IN="required")


def silent_cloud(visitor: Visitor) -> Iterator[str]:
    visitor.begin(image="nginx:1.27", name="no-cloud")
    yield "basic-without-cloud"
    visitor.open_images(DOCKER)
    yield "images-without-cloud"
    visitor.choose_tab(PERSONAL)
    yield "images-personal-without-cloud"
    visitor.page.goto("/")
    yield "home-without-cloud"


def signing_in(visitor: Visitor) -> Iterator[str]:
    visitor.page.goto("/")
    yield "sign-in"
    visitor.field("Username").fill("alice")
    visitor.page.get_by_label("Password").fill("wrong-password")
    visitor.button("Sign in").click()
    expect(visitor.main.get_by_role("alert")).to_be_visible()
    yield "sign-in-refused"
