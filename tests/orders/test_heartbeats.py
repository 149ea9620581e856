"""What the balancer and the metrics are told of workers."""

from collections.abc import Iterator
from datetime import timedelta
from unittest import mock

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from consoleapp.accounts.models import User
from consoleapp.orders import heartbeats
from consoleapp.orders.models import Order, WorkerBeat
from consoleapp.orders.worker import Worker
from consoleapp.web import metrics
from tests.orders.builders import record

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def now() -> Iterator[list[float]]:
    """The monotonic clock of workers, as a list of one number."""
    yield [0.0]
    heartbeats.own_pulse = None


def asked(client: Client) -> tuple[int, str]:
    answer = client.get("/readyz")
    return answer.status_code, answer.content.decode().strip()


def test_a_process_whose_worker_stands_still_is_not_ready(client: Client, settings: Settings, now: list[float]) -> None:
    settings.WORKER_THREAD = True
    assert asked(client) == (503, "the worker of this process stands still")
    worker = Worker(clock=lambda: now[0])
    heartbeats.own_pulse = worker.pulse
    assert asked(client) == (200, "ok")

    now[0] += heartbeats.STALE_SECONDS + 1
    assert asked(client) == (503, "the worker of this process stands still")

    worker.turn()
    assert asked(client) == (200, "ok")


def test_a_worker_whose_turns_fail_does_not_look_as_if_it_stood_still(
    client: Client, settings: Settings, now: list[float]
) -> None:
    settings.WORKER_THREAD = True
    worker = Worker(clock=lambda: now[0])
    heartbeats.own_pulse = worker.pulse
    now[0] += heartbeats.STALE_SECONDS + 1

    with mock.patch("consoleapp.orders.services.due_orders", side_effect=[RuntimeError("a bug")]):
        assert not worker._survive_turn()

    assert asked(client) == (200, "ok")


def test_a_server_without_a_worker_stays_in_service_and_says_that_nobody_works(client: Client, alice: User) -> None:
    record(alice)
    assert asked(client) == (200, "ok")
    Order.objects.update(next_try_at=timezone.now() - timedelta(minutes=2))

    assert asked(client) == (200, "ok, orders are overdue and no worker runs")

    WorkerBeat.objects.create(name="elsewhere", at=timezone.now())
    assert asked(client) == (200, "ok")
    WorkerBeat.objects.update(at=timezone.now() - timedelta(minutes=3))
    assert asked(client) == (200, "ok, orders are overdue and no worker runs")


def test_the_metrics_know_both(alice: User) -> None:
    record(alice)
    Order.objects.update(next_try_at=timezone.now() - timedelta(minutes=2))
    WorkerBeat.objects.create(name="elsewhere", at=timezone.now() - timedelta(minutes=3))

    measured = metrics._measured()

    assert 120 <= (measured.get_sample_value("console_orders_overdue_seconds") or 0) < 150
    assert 180 <= (measured.get_sample_value("console_worker_beat_age_seconds") or 0) < 210


def test_an_idle_worker_writes_seldom_and_old_beats_are_dropped(now: list[float]) -> None:
    worker = Worker(clock=lambda: now[0])
    with mock.patch.object(WorkerBeat.objects, "update_or_create") as written:
        for second in range(int(heartbeats.BEAT_SECONDS) * 2 + 1):
            now[0] = float(second)
            worker.turn()
    assert written.call_count == 3

    WorkerBeat.objects.create(name="gone", at=timezone.now() - timedelta(days=2))
    heartbeats.forget_old()
    assert not WorkerBeat.objects.filter(name="gone").exists()
