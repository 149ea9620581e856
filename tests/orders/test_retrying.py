"""What is done about an order that stays open: when, by whom, and when it ends."""

from datetime import timedelta

import pytest
from django.utils import timezone
from pytest_django import Settings

from consoleapp.accounts.models import User
from consoleapp.audit.models import AuditRow
from consoleapp.gateways import errors
from consoleapp.orders import delivery, services
from consoleapp.orders.models import AttemptOutcome, Order, OrderState
from tests.orders.builders import CANARY, record
from tests.orders.passing import age, try_when_due
from tests.orders.ports import FakeCreation

pytestmark = pytest.mark.django_db
LOST = errors.OutcomeUnknown("timed out")
HTML = errors.OutcomeUnknown("HTML", http_status=200)
CLOCK = errors.Refused("clock", code="InvalidTimeStamp.Expired", http_status=400)


def outcomes(order: Order) -> list[str]:
    return list(order.attempts.values_list("outcome", flat=True))


def actions() -> list[str]:
    return list(AuditRow.objects.filter(action__startswith="order.").order_by("id").values_list("action", flat=True))


def test_is_tried_again_with_the_same_token_until_it_is_created(alice: User) -> None:
    port, order = FakeCreation(), record(alice)
    port.before = [errors.Unreachable("refused"), errors.Throttled("slow", code="Throttling"), LOST, LOST, None]

    delivery.deliver(order.pk, port)
    for _ in range(4):
        order = try_when_due(order, port)

    assert (order.state, order.next_try_at, order.sealed_secrets) == (OrderState.CREATED, None, "")
    assert outcomes(order) == ["not_sent", "slow_down", "unknown", "unknown", "created"]
    assert set(port.tokens) == {order.client_token}
    assert len(port.made) == 1
    assert actions() == ["order.recorded", "order.created"]


def test_before_its_time_nothing_is_sent_by_itself(alice: User) -> None:
    port, order = FakeCreation(), record(alice)
    delivery.deliver(order.pk, port, only_when_due=True)
    assert port.calls == []


def test_a_person_may_ask_before_its_time(alice: User) -> None:
    port, order = FakeCreation(), record(alice)
    assert services.ask_again(order, port).state == OrderState.CREATED


def test_three_unreadable_answers_end_the_tries_after_a_look(alice: User) -> None:
    port, order = FakeCreation(), record(alice)
    port.before = [HTML] * 9

    delivery.deliver(order.pk, port)
    for _ in range(3):
        order = try_when_due(order, port)

    assert outcomes(order) == ["unknown"] * 3 + ["not_there"]
    assert (order.state, order.next_try_at, order.is_final) == (OrderState.UNKNOWN, None, False)
    assert port.looks == ["shop-api"]
    assert (order.error_kind, bool(order.sealed_secrets)) == ("not_there", True)


def test_what_the_look_finds_is_the_order_s_group(alice: User) -> None:
    port, order = FakeCreation(), record(alice)
    port.after = [HTML] * 3

    delivery.deliver(order.pk, port)
    for _ in range(3):
        order = try_when_due(order, port)

    assert (order.state, order.container_group_id) == (OrderState.CREATED, "eci-fake-1")
    assert outcomes(order)[-1] == AttemptOutcome.FOUND
    assert order.sealed_secrets == ""
    assert actions() == ["order.recorded", "order.created"]


def test_after_the_look_a_person_may_still_ask_and_the_tries_stay_ended(alice: User) -> None:
    port, order = FakeCreation(), record(alice)
    port.before = [HTML] * 4
    delivery.deliver(order.pk, port)
    for _ in range(3):
        order = try_when_due(order, port)

    order = services.ask_again(order, port)
    assert order.state == OrderState.UNKNOWN
    order = try_when_due(order, port)
    assert (order.state, order.next_try_at) == (OrderState.UNKNOWN, None)

    assert services.ask_again(order, port).state == OrderState.CREATED


def test_ten_minutes_of_unknown_are_followed_by_a_look_before_each_send(alice: User) -> None:
    port, order = FakeCreation(), record(alice)
    port.before = [LOST, LOST]
    delivery.deliver(order.pk, port)
    age(order, timedelta(minutes=10))

    order = try_when_due(order, port)

    assert outcomes(order) == ["unknown", "not_there", "unknown"]
    assert port.looks == ["shop-api"]
    assert try_when_due(order, port).state == OrderState.CREATED
    assert port.looks == ["shop-api"] * 2
    assert len(port.calls) == 3


def test_a_look_without_an_answer_is_made_again_and_nothing_is_sent(alice: User) -> None:
    port, order = FakeCreation(), record(alice)
    port.after, port.looking = [LOST], [errors.Unavailable("late")]
    delivery.deliver(order.pk, port)
    age(order, timedelta(minutes=10))

    order = try_when_due(order, port)

    assert (order.state, len(port.calls)) == (OrderState.UNKNOWN, 1)
    assert try_when_due(order, port).state == OrderState.CREATED
    assert len(port.calls) == 1


def test_a_wrong_clock_is_tried_once_more_at_once(alice: User, caplog: pytest.LogCaptureFixture) -> None:
    port, order = FakeCreation(), record(alice)
    port.before = [CLOCK]

    assert delivery.deliver(order.pk, port).state == OrderState.CREATED
    assert "clock" not in caplog.text


def test_a_clock_that_stays_wrong_is_told_to_the_admin_and_waits(alice: User, caplog: pytest.LogCaptureFixture) -> None:
    port, order = FakeCreation(), record(alice)
    port.before = [CLOCK] * 9

    order = delivery.deliver(order.pk, port)

    assert (order.state, order.next_try_at, len(port.calls)) == (OrderState.RECORDED, None, 2)
    assert caplog.text.count(": clock (InvalidTimeStamp.Expired)") == 1
    port.before = []
    assert services.ask_again(order, port).state == OrderState.CREATED


def test_an_open_circuit_is_no_attempt(alice: User) -> None:
    port, order = FakeCreation(), record(alice)
    port.before = [errors.CircuitOpen("silent", retry_after_seconds=20)]
    before = timezone.now()

    order = delivery.deliver(order.pk, port)

    assert (order.state, order.error_kind, outcomes(order)) == (OrderState.RECORDED, "circuit_open", [])
    assert order.next_try_at
    assert timedelta(seconds=20) <= order.next_try_at - before <= timedelta(seconds=26)
    assert try_when_due(order, port).state == OrderState.CREATED


def test_an_open_circuit_keeps_what_is_in_doubt_in_doubt(alice: User) -> None:
    port, order = FakeCreation(), record(alice)
    port.after = [LOST]
    delivery.deliver(order.pk, port)
    port.before = [errors.CircuitOpen("silent", retry_after_seconds=20)]

    assert try_when_due(order, port).state == OrderState.UNKNOWN
    assert len(port.made) == 1


def test_too_many_orders_wait_for_turns_instead_of_being_sent(alice: User, settings: Settings) -> None:
    settings.CREATE_BURST, settings.CREATE_PER_SECOND = 2, 1 / 600
    port = FakeCreation()
    orders = [services.ask_again(record(alice, f"key-{number}"), port) for number in range(4)]

    assert [order.state for order in orders] == ["created", "created", "recorded", "recorded"]
    assert all(order.slot_at and order.slot_at == order.next_try_at for order in orders[2:])
    assert services.ask_again(orders[3], port).state == "recorded"
    age(orders[2], timedelta(seconds=600))
    assert services.ask_again(orders[2], port).state == "created"
    assert services.ask_again(orders[3], port).state == "recorded"
    assert try_when_due(orders[3], port).state == "created"
    assert len(port.calls) == 4


def test_throttling_empties_the_bucket_for_the_orders_that_follow(alice: User) -> None:
    port, first, second = FakeCreation(), record(alice), record(alice, "key-2")
    port.before = [errors.Throttled("slow", code="Throttling", http_status=400)]

    services.ask_again(first, port)
    waiting = services.ask_again(second, port)

    assert (waiting.state, len(port.calls)) == (OrderState.RECORDED, 1)
    assert waiting.slot_at


def test_a_day_of_failures_ends_the_tries_and_leaves_the_order_open(alice: User) -> None:
    port, order = FakeCreation(), record(alice)
    port.before = [errors.Unreachable("refused")] * 9
    delivery.deliver(order.pk, port)
    age(order, timedelta(hours=24))

    order = try_when_due(order, port)

    assert (order.state, order.next_try_at, len(port.calls)) == (OrderState.RECORDED, None, 1)
    port.before = []
    assert services.ask_again(order, port).state == OrderState.CREATED


def test_stopping_wipes_the_secrets_and_has_its_row(alice: User) -> None:
    port, order = FakeCreation(), record(alice)

    assert services.stop(order)
    order.refresh_from_db()

    assert (order.state, order.error_kind, order.sealed_secrets) == (OrderState.REFUSED, "stopped", "")
    assert actions() == ["order.recorded", "order.stopped"]
    assert services.ask_again(order, port).state == OrderState.REFUSED
    assert not services.stop(order)
    assert port.calls == []


def test_nothing_is_stopped_that_may_have_been_sent(alice: User) -> None:
    port, order = FakeCreation(), record(alice)
    port.before = [LOST]
    delivery.deliver(order.pk, port)

    assert not services.stop(order)


def test_orders_that_nobody_asks_for_are_closed_after_a_week(alice: User) -> None:
    recorded, unknown, waiting = record(alice), record(alice, "key-2"), record(alice, "key-3")
    week_ago = timezone.now() - timedelta(days=7, minutes=1)
    Order.objects.filter(pk__in=[recorded.pk, unknown.pk]).update(next_try_at=None, updated_at=week_ago)
    Order.objects.filter(pk=unknown.pk).update(state=OrderState.UNKNOWN)
    Order.objects.filter(pk=waiting.pk).update(updated_at=week_ago)

    assert services.let_go_of_idle() == 2

    for order in (recorded, unknown, waiting):
        order.refresh_from_db()
    assert (recorded.state, recorded.error_kind, recorded.sealed_secrets) == (OrderState.REFUSED, "expired", "")
    assert (unknown.state, unknown.is_halted, unknown.sealed_secrets) == (OrderState.UNKNOWN, True, "")
    assert waiting.sealed_secrets
    assert services.let_go_of_idle() == 0
    assert actions()[-2:] == ["order.expired", "order.expired"]


def test_the_audit_trail_holds_the_request_and_no_secret(alice: User) -> None:
    port, order = FakeCreation(), record(alice)
    port.before = [errors.OutOfStock("none", code="OperationDenied.NoStock", request_id="7C1B")]
    delivery.deliver(order.pk, port)

    recorded, refused = AuditRow.objects.filter(object_id=str(order.pk)).order_by("id")
    assert recorded.payload["parameters"]["Container.1.Image"] == "registry.example.com/shop/api:2.3"
    assert recorded.payload["secret_keys"] == ["ImageRegistryCredential.1.Password"]
    assert CANARY not in repr(recorded.payload) + repr(refused.payload)
    assert (refused.action, refused.payload["code"], refused.payload["request_id"]) == (
        "order.refused",
        "OperationDenied.NoStock",
        "7C1B",
    )
    assert recorded.actor_name == refused.actor_name == "alice"
