"""A registry that answers late keeps nobody waiting but the page that asked it."""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any, TypeVar

import pytest
from django.contrib.messages import get_messages
from django.db import connection
from django.test import Client
from django.urls import reverse

from consoleapp.accounts.models import User
from consoleapp.gateways.oci.dial import Answer, Request
from consoleapp.gateways.oci.embedded import EmbeddedLine
from consoleapp.wizard.models import Draft, DraftCheck
from tests.wizard import complete
from tests.wizard.page_form import open_step
from tests.wizard.registries import PRIVATE

pytestmark = pytest.mark.django_db(transaction=True)

# Longer than any of these tests waits for what comes, shorter than a test may take.
LONG_SECONDS = 30.0
HTMX = {"HX-Request": "true", "HX-Target": "check-c1"}

T = TypeVar("T")


class LateRegistry:
    """Lets the threads of `later` wait for its answers until it is told to give them; others get theirs at once."""

    def __init__(self) -> None:
        self.asked = threading.Semaphore(0)
        self.answers = threading.Event()
        self._send = EmbeddedLine.send
        self._pool = ThreadPoolExecutor(4, thread_name_prefix="late")

    def send(self, line: EmbeddedLine, request: Request) -> Answer:
        if threading.current_thread().name.startswith("late"):
            self.asked.release()
            assert self.answers.wait(LONG_SECONDS)
        return self._send(line, request)

    def later(self, ask: Callable[[], T]) -> "Future[T]":
        """Begins to ask, and returns once the registry was reached."""
        future = self._pool.submit(_without_connection, ask)
        assert self.asked.acquire(timeout=LONG_SECONDS)
        return future

    def end(self) -> None:
        self.answers.set()
        self._pool.shutdown()


def _without_connection(ask: Callable[[], T]) -> T:
    try:
        return ask()
    finally:
        connection.close()


@pytest.fixture
def late(monkeypatch: pytest.MonkeyPatch, database_file: Path) -> Iterator[LateRegistry]:
    registry = LateRegistry()
    monkeypatch.setattr(EmbeddedLine, "send", lambda line, request: registry.send(line, request))
    yield registry
    registry.end()


def check(client: Client, draft: Draft, **how: Any) -> Any:
    return client.post(f"{reverse('wizard:check', args=[draft.pk, 'c1'])}?on=basic", **how)


def tab(client: Client) -> Client:
    """Another tab of the same browser."""
    other = Client()
    other.cookies = client.cookies
    return other


@pytest.mark.parametrize("how", [{}, {"headers": HTMX}], ids=["without JavaScript", "with htmx"])
def test_another_tab_gets_its_pages_and_its_own_answer_meanwhile(
    how: dict[str, Any], late: LateRegistry, alice: User, alice_client: Client
) -> None:
    made = complete.draft(alice, complete.private_spec())
    first = late.later(lambda: check(alice_client, made, **how))
    second = tab(alice_client)

    pages = [second.get(reverse(f"wizard:{step}", args=[made.pk])).status_code for step in ("basic", "other")]
    answer = check(second, made, **how)
    shown = open_step(second, answer["Location"]).html

    assert not first.done()
    assert (pages, answer.status_code) == ([200, 200], 303)
    assert "Can be pulled" in shown
    late.answers.set()
    assert first.result(LONG_SECONDS).status_code == 303


def test_a_person_who_may_have_no_further_check_is_told_so_at_once(
    late: LateRegistry, alice: User, alice_client: Client
) -> None:
    made = complete.draft(alice, complete.private_spec())
    running = [late.later(lambda: check(tab(alice_client), made)) for _number in range(2)]

    answer = check(alice_client, made)

    assert not any(future.done() for future in running)
    (told,) = get_messages(answer.wsgi_request)
    assert str(told) == "Too many checks are running. Check again in a moment."
    late.answers.set()
    assert [future.result(LONG_SECONDS).status_code for future in running] == [303, 303]
    # What they are told stands, although the last question was the one that there was no room for.
    assert "Can be pulled" in open_step(alice_client, reverse("wizard:basic", args=[made.pk])).html
    assert DraftCheck.objects.get(image=PRIVATE).asked == 3


def test_another_person_gets_an_answer_about_the_same_image(
    late: LateRegistry, alice: User, alice_client: Client, mallory: User, mallory_client: Client
) -> None:
    first = late.later(lambda: check(alice_client, complete.draft(alice, complete.private_spec())))
    made = complete.draft(mallory, complete.private_spec())

    answer = check(mallory_client, made)

    assert not first.done()
    assert "Can be pulled" in open_step(mallory_client, answer["Location"]).html
