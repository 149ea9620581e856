"""A clock is set back, or a server's is hours behind: no order waits for hours, and none is sent twice."""

from collections.abc import Iterator
from datetime import timedelta
from unittest import mock

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from consoleapp.accounts.models import User
from consoleapp.gateways import errors
from consoleapp.orders import clock, delivery, services, summary
from consoleapp.orders.models import Order, OrderState, TokenBucket
from consoleapp.orders.worker import Worker
from consoleapp.web import clouds
from tests.orders.builders import record
from tests.orders.ports import FakeCreation

pytestmark = pytest.mark.django_db(transaction=True)
HOURS = timedelta(hours=2)


@pytest.fixture
def port() -> Iterator[FakeCreation]:
    made = FakeCreation()
    with mock.patch.object(clouds, "cloud_of", return_value=mock.Mock(container_groups=made)):
        yield made


def set_back(by: timedelta = HOURS) -> None:
    """The clock is set back: all that was written down lies ahead."""
    for order in Order.objects.all():
        moved = {
            name: getattr(order, name) + by
            for name in ("created_at", "claimed_at", "next_try_at", "slot_at")
            if getattr(order, name)
        }
        Order.objects.filter(pk=order.pk).update(**moved)
    for bucket in TokenBucket.objects.all():
        TokenBucket.objects.filter(pk=bucket.pk).update(taken_until=bucket.taken_until + by)


def after_a_turn(order: Order) -> Order:
    Worker().turn()
    order.refresh_from_db()
    return order


def test_what_was_to_be_tried_in_a_moment_is_tried_now(alice: User, port: FakeCreation) -> None:
    port.before = [errors.OutcomeUnknown("lost")]
    order = services.ask_again(record(alice), port)
    set_back()
    order.refresh_from_db()
    assert summary.seconds_to_next_try(order) == 0

    assert after_a_turn(order).state == OrderState.CREATED
    assert len(port.made) == 1


def test_what_waits_for_its_time_by_the_rule_goes_on_waiting(alice: User, port: FakeCreation) -> None:
    order = record(alice)
    Order.objects.update(next_try_at=timezone.now() + timedelta(seconds=61))

    assert after_a_turn(order).state == OrderState.RECORDED


def test_a_lease_that_is_to_begin_in_hours_is_over(alice: User, alice_client: Client, port: FakeCreation) -> None:
    order = record(alice)
    assert delivery.claim_order(order.pk, clock.now())
    set_back()
    assert "Ask again" in alice_client.get(f"/orders/{order.pk}/").content.decode()

    assert after_a_turn(order).state == OrderState.CREATED


def test_a_lease_that_begins_in_a_moment_by_another_clock_is_kept(alice: User, port: FakeCreation) -> None:
    order = record(alice)
    assert delivery.claim_order(order.pk, clock.now() + timedelta(seconds=5))
    Order.objects.update(next_try_at=timezone.now())

    assert after_a_turn(order).state == OrderState.SENDING
    assert not services.may_ask_again(order)


@pytest.mark.parametrize("state", [OrderState.RECORDED, OrderState.UNKNOWN, OrderState.SENDING])
def test_a_person_s_press_always_tries(
    alice: User, alice_client: Client, port: FakeCreation, state: OrderState
) -> None:
    order = record(alice)
    now = timezone.now()
    Order.objects.update(state=state, claimed_at=now, slot_at=now, next_try_at=now)
    TokenBucket.objects.create(account=alice.world, taken_until=now)
    set_back()

    with mock.patch("consoleapp.gateways.alibaba.eci.ElasticContainerInstance.create", port.create):
        alice_client.post(f"/orders/{order.pk}/again/")

    order.refresh_from_db()
    assert order.state == OrderState.CREATED


def test_turns_that_were_taken_hours_ahead_keep_nobody_waiting(alice: User, port: FakeCreation) -> None:
    services.ask_again(record(alice, "key-0"), port)
    set_back()

    assert services.ask_again(record(alice), port).state == OrderState.CREATED


def test_servers_go_by_the_clock_of_a_database_that_they_share(alice: User, port: FakeCreation) -> None:
    with mock.patch("django.utils.timezone.now", return_value=timezone.now() + HOURS):
        ahead = clock.now()
        order = record(alice)

    if connection.vendor == "postgresql":
        assert abs(ahead - timezone.now()) < timedelta(minutes=1)
        assert order.next_try_at
        assert order.next_try_at < timezone.now() + timedelta(minutes=1)
    else:
        assert after_a_turn(order).state == OrderState.CREATED
