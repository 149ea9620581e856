"""Turns: as many at once as the bucket holds, then one after the other."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consoleapp.accounts.models import User
from consoleapp.orders import pacing
from consoleapp.orders.models import Pace

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)


def turns(arrivals: list[float], *, burst: int, per_second: float) -> list[float]:
    """The turns, in seconds after noon, of orders that come at these seconds."""
    taken_until, given_turns = NOON, []
    for arrival in arrivals:
        now = NOON + timedelta(seconds=arrival)
        turn, taken_until = pacing.next_turn(taken_until, now, burst=burst, per_second=per_second)
        given_turns.append((turn - NOON).total_seconds())
    return given_turns


def test_a_burst_goes_at_once_and_the_rest_follows_at_the_rate() -> None:
    assert turns([0] * 5, burst=3, per_second=2) == [0, 0, 0, 0.5, 1.0]


def test_the_bucket_fills_again_and_no_higher_than_it_is() -> None:
    assert turns([0, 0, 0, 100, 100, 100, 100], burst=3, per_second=2) == [0, 0, 0, 100, 100, 100, 100.5]


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
    pacing.slow_down("account", NOON, seconds=1)

    assert pacing.take_turn("account", NOON) == NOON + timedelta(seconds=1)
    assert pacing.take_turn("account", NOON) == NOON + timedelta(seconds=1.05)
    assert pacing.take_turn("another", NOON) == NOON


@pytest.mark.django_db
def test_guests_of_the_simulator_have_an_account_each(alice: User, mallory: User) -> None:
    assert pacing.account_of(alice) != pacing.account_of(mallory)
    pacing.take_turn(pacing.account_of(alice), NOON)

    assert Pace.objects.get().account == alice.world
