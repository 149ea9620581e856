"""The worker: the orders are the queue, nothing but a stop ends it, and no order keeps the others waiting for good."""

import threading
from collections.abc import Iterator
from datetime import timedelta
from unittest import mock

import pytest
from django.db import OperationalError
from django.utils import timezone

from consoleapp.accounts.models import User
from consoleapp.gateways import errors
from consoleapp.orders import delivery, services
from consoleapp.orders.models import Order, OrderState
from consoleapp.orders.worker import TASKS_SECONDS, Worker
from consoleapp.web import clouds
from tests.orders.builders import record
from tests.orders.ports import FakeCreation

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def port() -> FakeCreation:
    """The cloud that the worker talks to."""
    return FakeCreation()


@pytest.fixture(autouse=True)
def _cloud(port: FakeCreation) -> Iterator[None]:
    with mock.patch.object(clouds, "cloud_of", return_value=mock.Mock(container_groups=port)):
        yield


def let_everything_be_due() -> None:
    past = timezone.now() - timedelta(seconds=1)
    Order.objects.filter(next_try_at__isnull=False).update(next_try_at=past)


def state_of(order: Order) -> str:
    order.refresh_from_db()
    return order.state


def run_for(worker: Worker, turns: int) -> None:
    """Runs the worker in this thread for so many turns."""
    turn, left = worker.turn, list(range(turns))

    def counted() -> bool:
        left.pop()
        try:
            return turn()
        finally:
            if not left:
                worker.stop()

    with mock.patch.object(worker, "turn", counted):
        worker.run()


def test_a_recorded_order_is_looked_after_when_nobody_has_sent_it(alice: User, port: FakeCreation) -> None:
    order = record(alice)
    Worker().turn()
    assert (state_of(order), port.calls) == (OrderState.RECORDED, [])
    let_everything_be_due()

    Worker().turn()

    assert (state_of(order), order.next_try_at) == (OrderState.CREATED, None)
    assert len(port.calls) == 1


def test_what_failed_is_tried_again_when_its_time_has_come(alice: User, port: FakeCreation) -> None:
    port.before = [errors.OutcomeUnknown("lost")] * 2
    order = services.ask_again(record(alice), port)
    let_everything_be_due()

    with mock.patch("random.random", return_value=1.0):
        Worker().turn()

    assert (state_of(order), len(port.calls)) == (OrderState.UNKNOWN, 2)
    let_everything_be_due()
    Worker().turn()
    assert state_of(order) == OrderState.CREATED


def test_an_order_that_somebody_is_sending_is_left_to_them(alice: User, port: FakeCreation) -> None:
    order = record(alice)
    assert delivery.claim_order(order.pk, timezone.now())
    let_everything_be_due()

    assert not Worker().turn()

    assert (state_of(order), port.calls) == (OrderState.SENDING, [])


def test_an_order_whose_worker_was_killed_is_sent_by_another(alice: User, port: FakeCreation) -> None:
    order = record(alice)
    delivery.claim_order(order.pk, timezone.now() - delivery.LEASE - timedelta(minutes=1))

    Worker().turn()

    assert (state_of(order), len(port.made)) == (OrderState.CREATED, 1)


def test_the_longest_due_order_goes_first(alice: User, port: FakeCreation) -> None:
    orders = [record(alice, f"key-{number}", ContainerGroupName=f"shop-{number}") for number in range(3)]
    for order, late in zip(orders, (1, 3, 2), strict=True):
        Order.objects.filter(pk=order.pk).update(next_try_at=timezone.now() - timedelta(minutes=late))

    Worker().turn()

    assert [call["ContainerGroupName"] for call in port.calls] == ["shop-1", "shop-2", "shop-0"]


@pytest.mark.parametrize("trouble", [RuntimeError("a bug"), RecursionError(), MemoryError(), UnicodeDecodeError])
def test_no_failure_of_one_order_stops_the_others_or_the_worker(
    alice: User, port: FakeCreation, caplog: pytest.LogCaptureFixture, trouble: Exception | type[Exception]
) -> None:
    bad, good = record(alice), record(alice, "key-2")
    let_everything_be_due()
    raised = trouble if isinstance(trouble, Exception) else UnicodeDecodeError("utf-8", b"\xff", 0, 1, "bad")
    deliver = delivery.deliver

    def fail_for_one(order_id: object, *args: object, **options: object) -> Order:
        if order_id == bad.pk:
            raise raised
        return deliver(order_id, *args, **options)  # type: ignore[arg-type]

    with mock.patch.object(delivery, "deliver", fail_for_one):
        run_for(Worker(poll_seconds=0), turns=3)

    assert state_of(good) == OrderState.CREATED
    assert caplog.text.count(f"could not try order {bad.pk}") == 1
    let_everything_be_due()
    Worker().turn()
    assert state_of(bad) == OrderState.CREATED


def test_a_periodic_task_or_a_look_that_fails_is_made_again(
    alice: User, port: FakeCreation, caplog: pytest.LogCaptureFixture
) -> None:
    order = record(alice)
    let_everything_be_due()
    find = services.due_orders
    with mock.patch.object(services, "due_orders", side_effect=[OperationalError("gone"), ValueError("a bug"), find()]):
        run_for(Worker(poll_seconds=0), turns=3)

    assert state_of(order) == OrderState.CREATED
    assert caplog.text.count("A turn of the worker failed") == 2


def test_only_what_ends_the_process_ends_the_worker() -> None:
    worker = Worker(poll_seconds=0)
    with mock.patch.object(worker, "turn", side_effect=SystemExit), pytest.raises(SystemExit):
        worker.run()


def test_a_database_that_fails_for_a_while_is_waited_for_in_the_worker_s_thread(
    caplog: pytest.LogCaptureFixture,
) -> None:
    worker = Worker(poll_seconds=0)
    turns: list[int] = []

    def turn() -> bool:
        turns.append(1)
        if len(turns) == 1:
            raise OperationalError("gone")
        worker.stop()
        return False

    with mock.patch.object(worker, "turn", turn):
        thread = threading.Thread(target=worker.run)
        thread.start()
        thread.join(10)

    assert not thread.is_alive()
    assert len(turns) == 2
    assert "A turn of the worker failed" in caplog.text


def test_periodic_tasks_have_their_rhythm() -> None:
    now = [0.0]
    worker = Worker(clock=lambda: now[0])
    with mock.patch("consoleapp.web.periodic.run_periodic_tasks") as tasks:
        for second in range(int(TASKS_SECONDS) + 1):
            now[0] = float(second)
            worker.turn()

    assert tasks.call_count == 2


def test_stops_after_the_order_at_hand(alice: User, port: FakeCreation) -> None:
    first, second = record(alice), record(alice, "key-2")
    let_everything_be_due()
    worker = Worker(poll_seconds=0)
    port.before = [worker.stop]

    worker.run()

    assert {state_of(first), state_of(second)} == {OrderState.CREATED, OrderState.RECORDED}
