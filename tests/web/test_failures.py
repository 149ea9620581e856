"""A database that is gone, full or read-only, at every address: not done, nothing is lost, and never a 500."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from unittest import mock

import pytest
from django.db import InterfaceError, OperationalError, connection
from django.http import HttpResponse
from django.test import Client, override_settings
from django.urls import reverse

from consoleapp.accounts.models import User
from consoleapp.audit.models import AuditRow as Row
from consoleapp.orders.models import Order, OrderState
from consoleapp.wizard.models import Draft, DraftCheck
from consoleapp.wizard.services.ordering import form_key
from tests.architecture.test_access import FOR_ADMINS, FOR_PEOPLE, TABLE
from tests.architecture.test_access import _things_of_alice as _things_of_alice
from tests.groups.conftest import ECI
from tests.groups.conftest import port as port
from tests.orders import builders as orders
from tests.wizard import complete

pytestmark = pytest.mark.django_db(transaction=True)

# The sign-in page knows nobody yet; an empty box asks for nothing that is stored.
NEEDS_NO_DATABASE = {"wizard:paste", "wizard:look", "live", "accounts:sign-in"}
# Where what is sent, to change something.
PRESSES = [
    ("/buy/", {"do": "save"}),
    ("/buy/{draft}/basic/", {"do": "save", "container_group_name": "typed"}),
    ("/buy/{draft}/basic/", {"do": "next", "container_group_name": "typed"}),
    ("/buy/{draft}/other/", {"do": "save"}),
    ("/buy/{draft}/confirm/", {"do": "order", "terms": "on", "form_key": "{form_key}"}),
    ("/buy/{draft}/copy/", {}),
    ("/buy/{draft}/discard/", {}),
    ("/buy/{draft}/versions/c1/", {"tag": "1.4.2"}),
    ("/buy/{draft}/_/check/c1/", {}),
    ("/buy/mend/{refused}/", {}),
    ("/groups/eci-1/similar/", {}),
    ("/groups/eci-1/retry/", {"remedy": "image", "container": "api"}),
    ("/groups/eci-1/restart/", {}),
    ("/groups/eci-1/delete/", {}),
    ("/orders/{recorded}/again/", {}),
    ("/orders/{recorded}/stop/", {}),
    ("/accounts/sign-in/", {"login": "alice", "password": "alice-and-a-long-password"}),
    ("/accounts/sign-out/", {}),
]


@pytest.fixture
def names(alice: User, port: mock.Mock) -> dict[str, str]:
    """What alice has, by the names in PRESSES; the cloud answers about the group."""
    made = complete.draft(alice, complete.private_spec())
    refused = orders.record(alice, "refused")
    refused.state, refused.error_kind = OrderState.REFUSED, "quota_exceeded"
    refused.save()
    orders.created(alice, "eci-1")
    recorded = orders.record(alice, "recorded")
    known = {"draft": made.pk, "form_key": form_key(made), "refused": refused.pk, "recorded": recorded.pk}
    return {name: str(value) for name, value in known.items()}


@contextmanager
def gone(error: Exception | None = None) -> Iterator[None]:
    """No statement gets an answer."""

    def refuse(*_arguments: Any) -> None:
        raise error or OperationalError("server closed the connection unexpectedly")

    with connection.execute_wrapper(refuse):
        yield


@contextmanager
def full() -> Iterator[None]:
    """Nothing can be written."""

    def refuse(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        if sql.startswith(("INSERT", "UPDATE", "DELETE")):
            raise OperationalError("database or disk is full")
        return execute(sql, params, many, context)

    with connection.execute_wrapper(refuse):
        yield


@contextmanager
def read_only() -> Iterator[None]:
    """The database itself refuses to write."""
    on, off = ("query_only=ON", "query_only=OFF")
    word = "PRAGMA"
    if connection.vendor == "postgresql":
        word, on, off = "SET", "default_transaction_read_only=on", "default_transaction_read_only=off"
    connection.cursor().execute(f"{word} {on}")
    try:
        yield
    finally:
        connection.cursor().execute(f"{word} {off}")


def browser(signed_in: User | None = None) -> Client:
    """A browser as the server sees it: an error is an answer."""
    client = Client(raise_request_exception=False)
    if signed_in is not None:
        client.force_login(signed_in)
    return client


@pytest.mark.parametrize("name", sorted(set(TABLE) - NEEDS_NO_DATABASE))
@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.usefixtures("_things_of_alice")
def test_without_a_database_every_address_says_that_nothing_is_lost(alice: User, name: str, method: str) -> None:
    client = browser(alice)
    mode = "required" if name in FOR_PEOPLE or name in FOR_ADMINS else "guest"
    with gone(), override_settings(SIGN_IN=mode):
        answer = getattr(client, method)(reverse(name, kwargs=dict(TABLE[name].kwargs)))
    if answer.status_code != 405:
        assert answer.status_code == 503
        assert answer["Retry-After"] == "5"
        assert name == "ready" or "othing is lost" in answer.content.decode()


def everything() -> list[Any]:
    """All that the console stores of what people do, except that somebody sends an order."""
    kept = [
        Draft.objects.values(),
        DraftCheck.objects.values(),
        Order.objects.values("pk", "state"),
        Row.objects.values(),
    ]
    return [list(rows.order_by("pk")) for rows in kept]


@pytest.mark.parametrize(("path", "data"), PRESSES)
@pytest.mark.parametrize("trouble", [gone, full, read_only])
def test_what_cannot_be_stored_is_not_done_and_says_so(
    alice: User,
    names: dict[str, str],
    port: mock.Mock,
    path: str,
    data: dict[str, str],
    trouble: Callable[[], Any],
) -> None:
    is_sign_in = "sign-in" in path
    client = browser(None if is_sign_in else alice)
    before = everything()
    mode = "required" if is_sign_in else "guest"
    with trouble(), override_settings(SIGN_IN=mode), mock.patch(f"{ECI}.create", port.create):
        sent = {name: value.format(**names) for name, value in data.items()}
        answer = client.post(path.format(**names), sent)
    assert answer.status_code == 503
    assert re.search("Not done|Not saved|Nothing was ordered", answer.content.decode())
    assert answer["Retry-After"] == "5"
    assert everything() == before
    assert not port.create.called | port.restart.called | port.delete.called


@pytest.mark.parametrize("error", [InterfaceError("connection already closed"), OperationalError("disk I/O error")])
def test_the_page_needs_neither_session_nor_user(alice: User, error: Exception) -> None:
    client = browser(alice)
    with gone(error), override_settings(SIGN_IN="required"):
        html = client.get("/?show=running").content.decode()
    assert 'href="/?show=running"' in html
    assert "alice" not in html
    assert "Try again" in html


def test_a_form_that_was_sent_is_sent_again_by_loading_the_answer_again(alice: User) -> None:
    client = browser(alice)
    with gone():
        html = client.post(
            "/buy/22222222-2222-4222-8222-222222222222/basic/",
            {"do": "save", "c1-environment_vars_paste": "TOKEN=canary-7"},
        ).content.decode()
    assert "Load this page again" in html
    assert 'class="btn primary"' not in html
    assert "canary-7" not in html


def test_a_page_that_needs_the_database_while_it_is_rendered_is_no_500(alice: User) -> None:
    client = browser(alice)

    def fail(_user: User) -> str:
        raise OperationalError("gone")

    with mock.patch.object(User, "get_username", fail):
        assert client.get("/").status_code == 503
        assert client.get("/nowhere/").status_code == 503


def test_a_session_that_cannot_be_stored_is_no_bad_request(alice: User) -> None:
    client = browser(alice)

    def touch(request: Any, *_arguments: Any, **_named: Any) -> HttpResponse:
        request.session["touched"] = True
        return HttpResponse()

    with mock.patch("consoleapp.groups.views.home.render", touch), full():
        assert client.get("/").status_code == 503


def test_a_bug_is_a_500_with_a_request_id_even_without_a_database(alice: User) -> None:
    client = browser(alice)
    with gone(), mock.patch("consoleapp.teams.gate._memberships", side_effect=KeyError("bug")):
        answer = client.get("/")
    assert answer.status_code == 500
    assert answer["X-Request-Id"] in answer.content.decode()


def test_all_is_well_again_once_the_database_is(alice: User, names: dict[str, str]) -> None:
    copy = "/buy/{draft}/copy/".format(**names)
    client = browser(alice)
    for trouble in (gone, full, read_only):
        with trouble():
            assert client.post(copy).status_code == 503
        assert client.post(copy).status_code in (302, 303)


@pytest.mark.parametrize("name", sorted(TABLE))
@pytest.mark.parametrize("trouble", [full, read_only])
@pytest.mark.usefixtures("_things_of_alice")
def test_pages_are_shown_as_ever_while_nothing_can_be_written(
    alice: User, name: str, trouble: Callable[[], Any]
) -> None:
    client = browser(alice)
    with trouble():
        assert client.get(reverse(name, kwargs=dict(TABLE[name].kwargs))).status_code == TABLE[name].owner


def test_an_order_that_was_sent_is_not_said_to_be_not_done(alice: User, names: dict[str, str]) -> None:
    client = browser(alice)
    again = "/orders/{recorded}/again/".format(**names)
    lost = {"store_created": mock.DEFAULT, "store_error": mock.DEFAULT}
    with mock.patch.multiple("consoleapp.orders.answers", **lost) as stored:
        for each in stored.values():
            each.side_effect = OperationalError("gone")
        answer = client.post(again)
    assert answer["Location"] == again.removesuffix("again/")
    assert Order.objects.get(pk=names["recorded"]).state == OrderState.SENDING


@pytest.mark.parametrize("address", ["/buy/paste/", "/buy/_/look/"])
def test_what_is_pasted_without_a_database_is_neither_stored_nor_priced(alice: User, address: str) -> None:
    client = browser(alice)
    with gone():
        answer = client.post(address, {"pasted": "nginx:1.29", "do": "confirm"})
    assert answer.status_code == 503
    assert "othing is lost" in answer.content.decode()
