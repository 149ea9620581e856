"""Nothing is done to a group at the cloud without a row of it: the intent before the call, the outcome after it."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from unittest import mock

import pytest
from django.db import OperationalError, connection
from django.test import Client

from consoleapp.audit import services as audit
from consoleapp.audit.models import AuditRow
from consoleapp.gateways.errors import NotFound, OutcomeUnknown, Refused
from consoleapp.orders.models import Order
from tests.groups.builders import PAGE

pytestmark = pytest.mark.django_db


def rows() -> list[tuple[str, dict[str, Any]]]:
    about = AuditRow.objects.filter(action__startswith="group.").order_by("id")
    return list(about.values_list("action", "payload"))


def actions() -> list[str]:
    return [action for action, _payload in rows()]


@contextmanager
def broken_trail(after: int) -> Iterator[None]:
    """A database that takes so many more audit rows and no further one."""
    left, record = [None] * after, audit.record

    def write(*args: Any, **options: Any) -> AuditRow:
        if not left:
            raise OperationalError("disk full")
        left.pop()
        return record(*args, **options)

    with mock.patch.object(audit, "record", write):
        yield


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("action", ["restart", "delete"])
def test_the_intent_is_committed_before_the_call(
    order: Order, port: mock.Mock, alice_client: Client, action: str
) -> None:
    seen: list[object] = []

    def look(*_args: object, client_token: str) -> str:
        seen.extend([connection.in_atomic_block, *rows()])
        assert seen[1] == (f"group.{action}_asked", {"name": "shop-api", "client_token": client_token})
        return "R-1"

    getattr(port, action).side_effect = look

    alice_client.post(f"{PAGE}{action}/")

    assert (seen[0], len(seen)) == (False, 2)
    assert actions() == [f"group.{action}_asked", f"group.{action.removesuffix('e')}ed"]


@pytest.mark.parametrize("action", ["restart", "delete"])
def test_on_a_database_in_trouble_nothing_is_done_at_the_cloud(
    order: Order, port: mock.Mock, alice_client: Client, action: str
) -> None:
    alice_client.raise_request_exception = False
    with broken_trail(after=0):
        answer = alice_client.post(f"{PAGE}{action}/")

    assert answer.status_code == 503
    getattr(port, action).assert_not_called()
    order.refresh_from_db()
    assert (order.delete_requested_at, rows()) == (None, [])


@pytest.mark.parametrize("action", ["restart", "delete"])
@pytest.mark.parametrize(
    "error",
    [Refused("no", code="IncorrectStatus", request_id="7C1B"), OutcomeUnknown("late", code="", request_id="")],
    ids=["refused", "no answer"],
)
def test_what_the_cloud_did_not_do_is_written_down_too(
    order: Order, port: mock.Mock, alice_client: Client, action: str, error: Refused
) -> None:
    getattr(port, action).side_effect = error

    alice_client.post(f"{PAGE}{action}/")

    asked, failed = rows()
    assert asked[0] == f"group.{action}_asked"
    assert failed == (
        f"group.{action}_failed",
        {"name": "shop-api", "kind": error.kind, "code": error.code, "request_id": error.request_id},
    )
    order.refresh_from_db()
    assert order.delete_requested_at is None


@pytest.mark.parametrize("action", ["restart", "delete"])
@pytest.mark.parametrize("error", [None, Refused("no")], ids=["done", "refused"])
def test_an_outcome_that_cannot_be_written_down_is_not_told_as_not_done(
    order: Order,
    port: mock.Mock,
    alice_client: Client,
    caplog: pytest.LogCaptureFixture,
    action: str,
    error: Refused | None,
) -> None:
    getattr(port, action).side_effect = error
    with broken_trail(after=1):
        answer = alice_client.post(f"{PAGE}{action}/")

    assert answer.status_code == 302
    assert actions() == [f"group.{action}_asked"]
    assert "What the cloud did to eci-1 could not be written down" in caplog.text


def test_a_group_that_is_gone_already_counts_as_deleted(order: Order, port: mock.Mock, alice_client: Client) -> None:
    port.delete.side_effect = NotFound("gone")

    alice_client.post(f"{PAGE}delete/")

    assert actions() == ["group.delete_asked", "group.deleted"]
