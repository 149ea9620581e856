"""The queue: a task is stored with what it is about, and an order that has lost its task gets another."""

import threading
from datetime import timedelta
from unittest import mock

import pytest
from django.db import OperationalError, transaction
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from consoleapp.accounts.models import User
from consoleapp.gateways import errors
from consoleapp.orders import delivery, retries, services
from consoleapp.orders.models import Order, OrderState
from consoleapp.orders.worker import CHORES_SECONDS, WAKE_SECONDS, Worker
from consoleapp.web import clouds
from tests.orders.builders import record
from tests.orders.ports import FakeCreation

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def port() -> FakeCreation:
    """The cloud that the tasks talk to."""
    return FakeCreation()


@pytest.fixture(autouse=True)
def _cloud(port: FakeCreation) -> object:
    with mock.patch.object(clouds, "cloud_of", return_value=mock.Mock(container_groups=port)) as patched:
        yield patched


def let_everything_be_due() -> None:
    past = timezone.now() - timedelta(seconds=1)
    DBTaskResult.objects.filter(status="READY").update(run_after=past)
    Order.objects.filter(next_try_at__isnull=False).update(next_try_at=past)


def waiting() -> int:
    return DBTaskResult.objects.filter(status="READY").count()


def test_a_recorded_order_has_a_task_that_looks_after_it(alice: User, port: FakeCreation) -> None:
    order = record(alice)
    assert waiting() == 1
    let_everything_be_due()

    Worker().turn()

    order.refresh_from_db()
    assert (order.state, waiting()) == (OrderState.CREATED, 0)
    assert len(port.calls) == 1


def test_the_task_is_stored_with_the_order_or_not_at_all(alice: User) -> None:
    class Abort(Exception):
        """Ends the transaction."""

    def press() -> None:
        with transaction.atomic():
            record(alice)
            raise Abort

    with pytest.raises(Abort):
        press()

    assert (Order.objects.count(), DBTaskResult.objects.count()) == (0, 0)


def test_a_second_press_makes_no_second_task(alice: User) -> None:
    record(alice)
    record(alice)
    assert waiting() == 1


def test_every_failure_stores_the_task_of_the_next_try(
    alice: User, port: FakeCreation, monkeypatch: pytest.MonkeyPatch
) -> None:
    # A short draw could make the next try due within the same turn.
    monkeypatch.setattr(retries.backoff_seconds, "__defaults__", (lambda: 1.0,))
    port.before = [errors.OutcomeUnknown("lost")] * 2
    order = services.ask_again(record(alice), port)

    assert order.next_try_at
    task = DBTaskResult.objects.get(run_after=order.next_try_at)
    assert task.args_kwargs["args"] == [str(order.pk)]
    let_everything_be_due()
    Worker().turn()
    order.refresh_from_db()
    assert (order.state, len(port.calls)) == (OrderState.UNKNOWN, 2)
    let_everything_be_due()
    Worker().turn()
    order.refresh_from_db()
    assert (order.state, waiting()) == (OrderState.CREATED, 0)


def test_a_task_that_finds_the_order_final_does_nothing(alice: User, port: FakeCreation) -> None:
    services.ask_again(record(alice), port)
    let_everything_be_due()

    Worker().turn()

    assert len(port.calls) == 1
    assert DBTaskResult.objects.get().return_value == "final"


def test_a_task_that_finds_somebody_sending_comes_back_after_the_claim(alice: User, port: FakeCreation) -> None:
    order = record(alice)
    assert delivery.claim_order(order.pk, timezone.now())
    DBTaskResult.objects.update(run_after=timezone.now())

    Worker().turn()

    order.refresh_from_db()
    assert (order.state, port.calls) == (OrderState.SENDING, [])
    assert DBTaskResult.objects.get(status="READY").run_after == order.next_try_at


def test_an_order_whose_worker_was_killed_is_woken_once(alice: User, port: FakeCreation) -> None:
    order = record(alice)
    delivery.claim_order(order.pk, timezone.now() - delivery.LEASE - timedelta(minutes=1))
    DBTaskResult.objects.all().delete()

    assert services.wake_left_behind() == 1
    assert services.wake_left_behind() == 0
    Worker().turn()

    order.refresh_from_db()
    assert (order.state, len(port.made)) == (OrderState.CREATED, 1)


def test_an_order_that_is_only_a_little_late_keeps_its_task(alice: User) -> None:
    record(alice)
    let_everything_be_due()
    assert services.wake_left_behind() == 0


def test_a_task_that_fails_is_not_the_end_of_the_order(alice: User, port: FakeCreation) -> None:
    order = record(alice)
    let_everything_be_due()
    with mock.patch.object(delivery, "deliver", side_effect=RuntimeError("a bug")):
        Worker().turn()
    assert DBTaskResult.objects.get().status == "FAILED"
    Order.objects.update(next_try_at=timezone.now() - timedelta(minutes=1))

    Worker().turn()

    order.refresh_from_db()
    assert order.state == OrderState.CREATED


def test_wakes_and_chores_have_their_rhythm() -> None:
    now = [0.0]
    worker = Worker(clock=lambda: now[0])
    with (
        mock.patch.object(services, "wake_left_behind") as wake,
        mock.patch("consoleapp.web.housekeeping.do_chores") as chores,
    ):
        for second in range(int(CHORES_SECONDS) + 1):
            now[0] = float(second)
            worker.turn()

    assert wake.call_count == CHORES_SECONDS // WAKE_SECONDS + 1
    assert chores.call_count == 2


def test_stops_after_the_task_at_hand(alice: User, port: FakeCreation) -> None:
    first, second = record(alice), record(alice, "key-2")
    let_everything_be_due()
    worker = Worker(poll_seconds=0)
    port.before = [worker.stop]

    worker.run()

    states = {Order.objects.get(pk=order.pk).state for order in (first, second)}
    assert states == {OrderState.CREATED, OrderState.RECORDED}


def test_a_database_that_fails_for_a_while_is_waited_for(caplog: pytest.LogCaptureFixture) -> None:
    worker = Worker(poll_seconds=0)
    turns: list[int] = []

    def turn() -> None:
        turns.append(1)
        if len(turns) == 1:
            raise OperationalError("gone")
        worker.stop()

    with mock.patch.object(worker, "turn", turn):
        thread = threading.Thread(target=worker.run)
        thread.start()
        thread.join(10)

    assert not thread.is_alive()
    assert len(turns) == 2
    assert "could not use the database" in caplog.text
