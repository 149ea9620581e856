"""One attempt after the other: what is stored, what is wiped, what a crash at each point leaves behind."""

import io
import logging
from contextlib import AbstractContextManager
from datetime import timedelta
from pathlib import Path
from unittest import mock

import pytest
from django.db import connection, transaction

from consoleapp.accounts.models import User
from consoleapp.gateways import errors
from consoleapp.gateways.ports.container_groups import CreatedContainerGroup
from consoleapp.orders import answers, delivery, payload, retries, services
from consoleapp.orders.models import Attempt, AttemptOutcome, Order, OrderState, order_final
from consoleapp.teams.actors import Actor
from tests.orders.builders import CANARY, PARAMETERS, record
from tests.orders.ports import FakeCreation

pytestmark = pytest.mark.django_db(transaction=True)


class Crash(BaseException):
    """The process ends here."""


def let_the_lease_run_out(order: Order) -> None:
    order.refresh_from_db()
    assert order.claimed_at
    Order.objects.filter(pk=order.pk).update(claimed_at=order.claimed_at - delivery.LEASE - timedelta(seconds=1))


def test_sends_what_was_confirmed_and_stores_the_answer(alice: User) -> None:
    port, order = FakeCreation(), record(alice)

    sent = delivery.deliver(order.pk, port)

    assert sent.state == OrderState.CREATED
    assert (sent.container_group_id, sent.request_id) == ("eci-fake-1", "request-1")
    assert port.calls == [{**PARAMETERS, "Tag.1.Key": "console-order", "Tag.1.Value": str(order.pk)}]
    assert port.tokens == [order.client_token]
    assert port.secret_keys == [frozenset({"ImageRegistryCredential.1.Password"})]
    assert [attempt.outcome for attempt in sent.attempts.all()] == [AttemptOutcome.CREATED]


def test_no_transaction_is_open_while_the_network_is(alice: User) -> None:
    port, order = FakeCreation(), record(alice)
    seen: list[bool] = []
    port.before = [lambda: seen.append(connection.in_atomic_block)]

    delivery.deliver(order.pk, port)

    assert seen == [False]


def test_the_claim_is_committed_before_the_first_byte(alice: User) -> None:
    port, order = FakeCreation(), record(alice)
    seen: list[tuple[str, int]] = []
    port.before = [
        lambda: seen.append((Order.objects.get(pk=order.pk).state, Attempt.objects.filter(order=order).count()))
    ]

    delivery.deliver(order.pk, port)

    assert seen == [(OrderState.SENDING, 1)]


@pytest.mark.parametrize(
    ("error", "state"),
    [
        (errors.Unreachable("refused"), OrderState.RECORDED),
        (errors.Throttled("slow", code="Throttling", http_status=400), OrderState.RECORDED),
        (errors.OutcomeUnknown("timed out"), OrderState.UNKNOWN),
        (errors.OutcomeUnknown("HTML", http_status=200), OrderState.UNKNOWN),
        (errors.OutOfStock("none", code="OperationDenied.NoStock", http_status=403), OrderState.REFUSED),
        (errors.AccessDenied("no", code="Forbidden.RAM", http_status=403), OrderState.REFUSED),
    ],
    ids=lambda value: getattr(value, "kind", value),
)
def test_each_answer_leads_to_its_state(alice: User, error: errors.GatewayError, state: OrderState) -> None:
    port, order = FakeCreation(), record(alice)
    port.before = [error]

    sent = delivery.deliver(order.pk, port)

    assert sent.state == state
    assert sent.error_message == error.message
    assert (sent.sealed_secrets == "") == (state == OrderState.REFUSED)


def test_keeps_code_request_id_and_field_of_a_refusal(alice: User) -> None:
    port, order = FakeCreation(), record(alice)
    port.before = [
        errors.InvalidParameter("bad", field="Container.1.Image", code="InvalidParameter", request_id="7C1B")
    ]

    sent = delivery.deliver(order.pk, port)

    assert (sent.error_kind, sent.error_code) == ("invalid_parameter", "InvalidParameter")
    assert (sent.error_field, sent.request_id) == ("Container.1.Image", "7C1B")


def test_a_used_nonce_is_tried_once_more_at_once_with_the_same_token(alice: User) -> None:
    port, order = FakeCreation(), record(alice)
    port.before = [errors.OutcomeUnknown("nonce", code="SignatureNonceUsed", http_status=400)]

    assert delivery.deliver(order.pk, port).state == OrderState.CREATED
    assert port.tokens == [order.client_token] * 2


def test_a_nonce_that_stays_used_ends_after_the_second_time(alice: User) -> None:
    port, order = FakeCreation(), record(alice)
    port.before = [errors.OutcomeUnknown("nonce", code="SignatureNonceUsed", http_status=400)] * 5

    assert delivery.deliver(order.pk, port).state == OrderState.UNKNOWN
    assert len(port.calls) == 2


def test_a_token_used_for_other_parameters_stops_for_good_and_tells_the_admin(
    alice: User, caplog: pytest.LogCaptureFixture
) -> None:
    port, order = FakeCreation(), record(alice)
    port.made[order.client_token] = ({"RegionId": "elsewhere"}, "eci-other")

    sent = delivery.deliver(order.pk, port)
    again = services.ask_again(sent, port)

    assert (again.state, again.is_halted, again.sealed_secrets) == (OrderState.UNKNOWN, True, "")
    assert again.client_token == order.client_token
    assert len(port.calls) == 1
    assert "other parameters" in caplog.text


def test_an_answer_without_an_id_is_no_answer(alice: User) -> None:
    port, order = FakeCreation(), record(alice)
    with mock.patch.object(port, "create", return_value=CreatedContainerGroup("", "request-9")):
        sent = delivery.deliver(order.pk, port)

    assert (sent.state, sent.request_id) == (OrderState.UNKNOWN, "request-9")
    assert delivery.deliver(order.pk, port).state == OrderState.CREATED


def test_not_being_allowed_says_nothing_about_an_earlier_attempt(alice: User) -> None:
    port, order = FakeCreation(), record(alice)
    port.after = [errors.OutcomeUnknown("the answer was lost")]
    port.before = [None, errors.AccessDenied("no", code="Forbidden.RAM", http_status=403)]

    assert delivery.deliver(order.pk, port).state == OrderState.UNKNOWN
    assert delivery.deliver(order.pk, port).state == OrderState.UNKNOWN
    assert delivery.deliver(order.pk, port).state == OrderState.CREATED
    assert len(port.made) == 1


def test_being_throttled_after_a_lost_answer_leaves_the_doubt(alice: User) -> None:
    port, order = FakeCreation(), record(alice)
    port.before = [errors.OutcomeUnknown("lost"), errors.Throttled("slow", code="Throttling", http_status=400)]

    delivery.deliver(order.pk, port)

    assert delivery.deliver(order.pk, port).state == OrderState.UNKNOWN


def test_a_refusal_after_a_lost_answer_ends_the_doubt(alice: User) -> None:
    port, order = FakeCreation(), record(alice)
    port.before = [errors.OutcomeUnknown("lost"), errors.OutOfStock("none", code="OperationDenied.NoStock")]

    delivery.deliver(order.pk, port)

    assert delivery.deliver(order.pk, port).state == OrderState.REFUSED


def test_a_final_order_is_never_sent_again(alice: User) -> None:
    port, order = FakeCreation(), record(alice)
    delivery.deliver(order.pk, port)

    delivery.deliver(order.pk, port)

    assert len(port.calls) == 1


@pytest.mark.parametrize("point", ["before the claim", "after the claim", "before the send", "after the send"])
def test_a_crash_at_any_point_never_makes_two_groups(alice: User, point: str) -> None:
    port, order = FakeCreation(), record(alice)
    crash = Crash(point)
    places: dict[str, AbstractContextManager[object]] = {
        "before the claim": mock.patch.object(Attempt.objects, "create", side_effect=crash),
        "after the claim": mock.patch.object(payload, "full_parameters", side_effect=crash),
        "before the send": mock.patch.object(port, "before", [crash]),
        "after the send": mock.patch.object(port, "after", [crash]),
    }
    with places[point], pytest.raises(Crash):
        delivery.deliver(order.pk, port)

    order.refresh_from_db()
    if point != "before the claim":
        assert order.state == OrderState.SENDING
        assert not services.may_ask_again(order)
        assert services.ask_again(order, port).state == OrderState.SENDING
        let_the_lease_run_out(order)
    order.refresh_from_db()
    assert services.may_ask_again(order)

    assert services.ask_again(order, port).state == OrderState.CREATED
    assert set(port.tokens) == {order.client_token}
    assert len(port.made) == 1


def test_a_crash_while_the_answer_is_stored_leaves_nothing_half_done(alice: User) -> None:
    port, order = FakeCreation(), record(alice)

    def fail(**kwargs: object) -> None:
        raise Crash

    order_final.connect(fail)
    try:
        with pytest.raises(Crash):
            delivery.deliver(order.pk, port)
    finally:
        order_final.disconnect(fail)

    order.refresh_from_db()
    assert (order.state, order.container_group_id) == (OrderState.SENDING, "")
    assert order.sealed_secrets
    assert [attempt.outcome for attempt in order.attempts.all()] == [AttemptOutcome.OPEN]
    let_the_lease_run_out(order)
    assert services.ask_again(order, port).container_group_id == "eci-fake-1"
    assert len(port.made) == 1


def test_a_slow_attempt_may_still_bring_the_answer_after_its_lease(alice: User) -> None:
    port, order = FakeCreation(), record(alice)
    claim = delivery.claim_order(order.pk, order.created_at)
    assert claim
    slow = claim.attempt
    assert slow
    let_the_lease_run_out(order)
    port.before = [errors.OutcomeUnknown("lost")]
    delivery.deliver(order.pk, port)

    answers.store_created(slow, CreatedContainerGroup("eci-late", "request-late"))

    order.refresh_from_db()
    assert (order.state, order.container_group_id) == (OrderState.CREATED, "eci-late")


def test_a_slow_attempt_that_failed_changes_nothing_after_its_lease(alice: User) -> None:
    port, order = FakeCreation(), record(alice)
    claim = delivery.claim_order(order.pk, order.created_at)
    assert claim
    slow = claim.attempt
    assert slow
    let_the_lease_run_out(order)
    delivery.deliver(order.pk, port)

    error = errors.OutOfStock("none", code="OperationDenied.NoStock")
    answers.store_error(slow, error, retries.rule_for(error))

    order.refresh_from_db()
    assert (order.state, order.error_code) == (OrderState.CREATED, "")


def test_a_changed_payload_is_not_sent(alice: User, caplog: pytest.LogCaptureFixture) -> None:
    port, order = FakeCreation(), record(alice)
    Order.objects.filter(pk=order.pk).update(parameters={**order.parameters, "Cpu": "64"})

    assert delivery.deliver(order.pk, port).state == OrderState.REFUSED
    assert port.calls == []
    assert CANARY not in caplog.text


def test_secrets_of_another_order_do_not_open(alice: User) -> None:
    port, order, other = FakeCreation(), record(alice), record(alice, "key-2")
    Order.objects.filter(pk=order.pk).update(sealed_secrets=other.sealed_secrets)

    assert delivery.deliver(order.pk, port).state == OrderState.REFUSED
    assert port.calls == []


def test_an_order_without_secrets_is_sent_too(alice: User) -> None:
    plain = {key: value for key, value in PARAMETERS.items() if not key.startswith("ImageRegistry")}
    port = FakeCreation()
    order = services.record_order(Actor(alice), plain, frozenset(), services.Press("plain"))

    assert order.sealed_secrets == ""
    assert delivery.deliver(order.pk, port).state == OrderState.CREATED
    assert port.calls == [{**plain, "Tag.1.Key": "console-order", "Tag.1.Value": str(order.pk)}]


def test_listeners_hear_of_a_final_order_inside_the_transaction(alice: User) -> None:
    port, order = FakeCreation(), record(alice)
    heard: list[tuple[object, bool]] = []

    def listen(order: Order, **kwargs: object) -> None:
        heard.append((order.pk, connection.in_atomic_block))

    order_final.connect(listen)
    port.before = [errors.OutcomeUnknown("lost")]
    try:
        delivery.deliver(order.pk, port)
        assert heard == []
        delivery.deliver(order.pk, port)
    finally:
        order_final.disconnect(listen)

    assert heard == [(order.pk, True)]


def test_the_password_is_nowhere_in_clear(alice: User, caplog: pytest.LogCaptureFixture, tmp_path: Path) -> None:
    caplog.set_level(logging.DEBUG)
    port, order = FakeCreation(), record(alice)
    port.before = [errors.OutcomeUnknown("lost")]
    delivery.deliver(order.pk, port)
    with transaction.atomic(), connection.cursor() as cursor:
        dump = io.StringIO()
        for table in ("orders_order", "orders_attempt"):
            cursor.execute(f"SELECT * FROM {table}")
            dump.write(repr(cursor.fetchall()))

    assert CANARY not in dump.getvalue()
    assert CANARY.encode("unicode_escape").decode() not in dump.getvalue()
    assert CANARY not in caplog.text
    assert CANARY not in repr(order.__dict__)

    assert delivery.deliver(order.pk, port).sealed_secrets == ""
