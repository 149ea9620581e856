"""What is kept of a group that is deleted from here, and what the page of one shows that is gone."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from unittest import mock

import pytest
from django.db import DatabaseError
from django.test import Client
from django.utils import timezone

from consoleapp.gateways.errors import AccessDenied, NotFound, Unreachable
from consoleapp.gateways.ports.container_groups import ContainerStatus, State
from consoleapp.groups.models import LastLook
from consoleapp.groups.services.kept import LOG_BYTES, LOG_DAYS, LOG_LINES, kept_of
from consoleapp.orders.models import Order
from consoleapp.web.periodic import run_periodic_tasks
from tests.groups.builders import IMAGE, NOON, PAGE, REFUSED, RUNNING, event, group, text

pytestmark = pytest.mark.django_db

ENDED = ContainerStatus(
    "init-1",
    IMAGE,
    state=State("Terminated", "Completed", exit_code=0, start_time=NOON, finish_time=NOON + timedelta(seconds=4)),
)
FULL = replace(
    RUNNING,
    cpu=Decimal("0.5"),
    memory_gib=Decimal(1),
    init_containers=(ENDED,),
    containers=(replace(RUNNING.containers[0], restart_count=1, previous_state=State("Terminated", exit_code=3)),),
    events=(event("Started", "Started container api", 5, "Normal"),),
    tags={"team": "shop"},
)


def delete(client: Client, port: mock.Mock, found: object) -> None:
    """Has the group deleted and forgotten."""
    port.get.return_value = found
    client.post(f"{PAGE}delete/")
    port.get.side_effect = NotFound("gone")


def test_the_page_of_a_deleted_group_is_as_it_was_seen_last(
    order: Order, port: mock.Mock, alice_client: Client
) -> None:
    Order.objects.update(price_per_second=Decimal("0.001"), currency="USD")
    delete(alice_client, port, replace(FULL, creation_time=timezone.now() - timedelta(minutes=40)))

    page = text(alice_client)

    for shown in (
        "Deleted",
        "api started.",
        "init-1 ended with code 0.",
        "done in 4 s",
        "You had it deleted.",
        "one line",
    ):
        assert shown in page
    assert "Started container api" in page
    assert "in all" in page
    assert "Billed for" in page
    assert "hx-trigger" not in page
    assert "one line" in text(alice_client, f"{PAGE}?tab=logs&container=api")
    assert b"one line" in alice_client.get(f"{PAGE}log/?container=api").content
    assert port.log.call_count == 2  # one for each container, none for the pages


def test_what_was_wrong_is_still_told_but_nothing_is_offered(
    order: Order, port: mock.Mock, alice_client: Client
) -> None:
    delete(alice_client, port, REFUSED)

    page = text(alice_client)

    assert "could not be pulled: wrong user or password" in page
    assert "and retry" not in page
    assert "its image cannot be pulled" in page


def test_everything_that_was_told_comes_back_as_it_was(order: Order, port: mock.Mock, alice_client: Client) -> None:
    delete(alice_client, port, FULL)

    kept = kept_of(order)

    assert kept is not None
    assert kept.group == replace(FULL, tags={})
    assert set(kept.logs) == {"api", "init-1"}


def test_the_end_of_a_long_log_is_kept(order: Order, port: mock.Mock, alice_client: Client) -> None:
    port.log.return_value = "".join(f"{number} {'ä' * 300}\0\n" for number in range(1000))
    delete(alice_client, port, RUNNING)

    log = LastLook.objects.get().logs["api"]

    assert len(log.encode()) <= LOG_BYTES
    assert "999 ä" in log
    assert "\0" not in log
    assert port.log.call_args.kwargs["tail"] == LOG_LINES


def test_a_log_that_is_not_told_is_not_kept_and_keeps_nobody_from_deleting(
    order: Order, port: mock.Mock, alice_client: Client
) -> None:
    port.log.side_effect = AccessDenied("no")
    delete(alice_client, port, RUNNING)

    assert port.delete.called
    assert LastLook.objects.get().logs == {}
    assert "No output was kept." in text(alice_client, f"{PAGE}?tab=logs")


def test_a_silent_cloud_or_database_keeps_nobody_from_deleting(
    order: Order, port: mock.Mock, alice_client: Client
) -> None:
    port.get.side_effect = Unreachable("no answer")
    alice_client.post(f"{PAGE}delete/")
    assert port.delete.call_count == 1
    assert not LastLook.objects.exists()

    Order.objects.update(delete_requested_at=None)
    port.get.side_effect = None
    with mock.patch.object(LastLook.objects, "update_or_create", side_effect=DatabaseError):
        alice_client.post(f"{PAGE}delete/")
    assert port.delete.call_count == 2


def test_looking_keeps_nothing_and_the_page_of_a_group_that_vanished_says_so(
    order: Order, port: mock.Mock, alice_client: Client
) -> None:
    port.get.return_value = group(status="Succeeded")
    text(alice_client)
    port.get.side_effect = NotFound("gone")

    page = text(alice_client)

    assert not LastLook.objects.exists()
    assert "Its events and logs were not kept, what was ordered was." in page


def test_logs_are_wiped_after_their_days_and_the_rest_stays(
    order: Order, port: mock.Mock, alice_client: Client
) -> None:
    delete(alice_client, port, FULL)
    LastLook.objects.update(at=timezone.now() - timedelta(days=LOG_DAYS, hours=-1))
    run_periodic_tasks()
    assert LastLook.objects.get().logs

    LastLook.objects.update(at=timezone.now() - timedelta(days=LOG_DAYS, hours=1))
    run_periodic_tasks()

    assert LastLook.objects.get().logs == {}
    assert "api started." in text(alice_client)
