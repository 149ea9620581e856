"""Turns: as many at once as the bucket holds, then one after the other, shared among the people of an account."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from unittest import mock

import hypothesis
import pytest
from django.db import connection
from django.db.models import F
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import Settings

from consoleapp.accounts.models import User
from consoleapp.orders import rate_limit, services
from consoleapp.orders.models import Order, TokenBucket
from consoleapp.orders.worker import Worker
from consoleapp.web import clouds
from tests.orders.builders import record
from tests.orders.ports import FakeCreation

# So long that no turn comes while a test runs.
TURN_SECONDS = 600
NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)


def turns(arrivals: list[float], *, burst: int, per_second: float) -> list[float]:
    """The turns, in seconds after noon, of orders that come at these seconds and wait one behind the other."""
    interval = timedelta(seconds=1 / per_second)
    taken_until, now, taken = NOON, NOON, []
    for arrival in arrivals:
        now = max(now, NOON + timedelta(seconds=arrival))
        if not rate_limit.has_turn(taken_until, now, burst=burst, interval=interval):
            now = taken_until - (burst - 1) * interval
        assert rate_limit.has_turn(taken_until, now, burst=burst, interval=interval)
        taken_until = rate_limit.taken_after(taken_until, now, interval=interval)
        taken.append((now - NOON).total_seconds())
    return taken


def test_a_burst_goes_at_once_and_the_rest_follows_at_the_rate() -> None:
    assert turns([0] * 5, burst=3, per_second=2) == [0, 0, 0, 0.5, 1.0]


def test_the_bucket_fills_again_and_no_higher_than_it_is() -> None:
    assert turns([0, 0, 0, 100, 100, 100, 100], burst=3, per_second=2) == [0, 0, 0, 100, 100, 100, 100.5]


@hypothesis.settings(deadline=None)
@given(
    gaps=st.lists(st.floats(0, 3), min_size=1, max_size=60),
    burst=st.integers(1, 10),
    per_second=st.sampled_from([0.5, 1, 2, 20]),
)
def test_never_more_than_a_token_bucket_holds(gaps: list[float], burst: int, per_second: float) -> None:
    arrivals = [sum(gaps[: index + 1]) for index in range(len(gaps))]
    level, last = float(burst), 0.0
    for arrival, turn in zip(arrivals, turns(arrivals, burst=burst, per_second=per_second), strict=True):
        assert turn >= arrival - 1e-5
        level = min(float(burst), level + (turn - last) * per_second)
        assert level >= 1 - 1e-3
        level, last = level - 1, turn


@pytest.mark.django_db
def test_the_cloud_empties_the_bucket() -> None:
    rate_limit.slow_down("account", NOON, seconds=1)

    in_a_second = NOON + timedelta(seconds=1)
    assert not rate_limit.take_turn("account", NOON)
    assert rate_limit.take_turn("account", in_a_second)
    assert not rate_limit.take_turn("account", in_a_second)
    assert rate_limit.take_turn("another", NOON)


@pytest.mark.django_db
def test_guests_of_the_simulator_have_an_account_each(alice: User, mallory: User) -> None:
    assert rate_limit.account_of(Order(owner=alice)) != rate_limit.account_of(Order(owner=mallory))
    rate_limit.take_turn(rate_limit.account_of(Order(owner=alice)), NOON)

    assert TokenBucket.objects.get().account == alice.world


@pytest.mark.django_db
def test_a_bucket_that_is_taken_for_hours_ahead_was_taken_by_another_clock() -> None:
    TokenBucket.objects.create(account="account", taken_until=NOON + timedelta(hours=2))

    assert rate_limit.take_turn("account", NOON)


@pytest.fixture
def cloud(settings: Settings) -> Iterator[FakeCreation]:
    """One account for all, whose cloud takes five orders at once and one in TURN_SECONDS after that."""
    settings.CLOUD, settings.CREATE_BURST, settings.CREATE_PER_SECOND = "alibaba", 5, 1 / TURN_SECONDS
    port = FakeCreation()
    with mock.patch.object(clouds, "cloud_of", return_value=mock.Mock(container_groups=port)):
        yield port


def ordered(owner: User, number: int) -> Order:
    """A pressed order that is named after its owner."""
    name = f"{owner.username}-{number}"
    return record(owner, f"key-{name}", ContainerGroupName=name)


def sent(port: FakeCreation) -> list[str]:
    return [call["ContainerGroupName"] for call in port.calls]


def let_turns_come(count: int) -> None:
    by = timedelta(seconds=count * TURN_SECONDS)
    TokenBucket.objects.update(taken_until=F("taken_until") - by)
    Order.objects.filter(slot_at__isnull=False).update(next_try_at=F("next_try_at") - by, slot_at=F("slot_at") - by)


@pytest.mark.django_db(transaction=True)
def test_one_person_s_many_orders_do_not_make_another_s_single_one_wait(
    alice: User, mallory: User, cloud: FakeCreation
) -> None:
    for number in range(40):
        services.ask_again(ordered(alice, number), cloud)
    services.ask_again(ordered(mallory, 0), cloud)
    assert sent(cloud) == [f"alice-{number}" for number in range(5)]

    for _ in range(4):
        let_turns_come(1)
        Worker().turn()

    assert sent(cloud)[5:] == ["alice-5", "mallory-0", "alice-6", "alice-7"]


@pytest.mark.django_db(transaction=True)
def test_two_who_order_much_go_in_turns_and_a_third_waits_for_one_of_each_at_most(
    alice: User, mallory: User, cloud: FakeCreation, django_user_model: type[User]
) -> None:
    carol = django_user_model.objects.create_user("carol")
    for number in range(10):
        services.ask_again(ordered(alice, number), cloud)
    for number in range(10):
        services.ask_again(ordered(mallory, number), cloud)
    for turn in range(5):
        if turn == 2:
            services.ask_again(ordered(carol, 0), cloud)
        let_turns_come(1)
        Worker().turn()

    assert sent(cloud)[5:] == ["alice-5", "mallory-0", "alice-6", "mallory-1", "carol-0"]


@pytest.mark.django_db(transaction=True)
def test_who_has_none_waiting_takes_the_next_turn_and_who_has_some_waits_behind_them(
    alice: User, mallory: User, cloud: FakeCreation
) -> None:
    for number in range(8):
        services.ask_again(ordered(alice, number), cloud)
    let_turns_come(1)

    services.ask_again(ordered(alice, 8), cloud)
    services.ask_again(ordered(mallory, 0), cloud)

    assert sent(cloud)[5:] == ["mallory-0"]


@pytest.mark.django_db(transaction=True)
def test_a_person_s_orders_go_one_after_the_other_at_the_rate(alice: User, cloud: FakeCreation) -> None:
    for number in range(9):
        services.ask_again(ordered(alice, number), cloud)

    for count in (1, 0, 2):
        let_turns_come(count)
        Worker().turn()

    assert sent(cloud) == [f"alice-{number}" for number in range(8)]


@pytest.mark.django_db
def test_everybody_s_longest_due_is_tried_before_anybody_s_second(alice: User, mallory: User) -> None:
    mine = [record(alice, f"alice-{number}") for number in range(services.DUE_AT_ONCE + 5)]
    theirs = [record(mallory, f"mallory-{number}") for number in range(2)]
    Order.objects.update(next_try_at=timezone.now() - timedelta(seconds=1))

    found = [due.order_id for due in services.due_orders()]

    assert found[:5] == [mine[0].pk, theirs[0].pk, mine[1].pk, theirs[1].pk, mine[2].pk]
    assert len(found) == services.DUE_AT_ONCE


@pytest.mark.django_db(transaction=True)
def test_turns_are_exact_however_many_ask_at_once(alice: User, database_file: Path, settings: Settings) -> None:
    settings.CREATE_BURST, settings.CREATE_PER_SECOND = 7, 1 / TURN_SECONDS
    now = timezone.now()

    def take(_number: int) -> bool:
        try:
            return rate_limit.take_turn("account", now)
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(take, range(24))) == 7
