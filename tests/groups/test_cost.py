"""Billing starts at Pending and ends with the group."""

from datetime import timedelta
from decimal import Decimal

import pytest

from consoleapp.groups.services.cost import cost_so_far
from tests.groups.builders import NOON, event, group

A_SECOND = Decimal("0.0001")


def seconds(count: int) -> timedelta:
    return timedelta(seconds=count)


def test_counts_from_the_first_pull_to_now() -> None:
    events = (event("UserInstanceTypeSpec", seconds=1), event("Pulling", seconds=10))

    cost = cost_so_far(group(events=events), A_SECOND, "CNY", NOON + seconds(70))

    assert (cost.amount, cost.seconds, cost.is_final) == (Decimal("0.0060"), 60, False)


def test_ends_with_the_group() -> None:
    ended = group(status="Succeeded", succeeded_time=NOON + seconds(30), events=(event("Pulling", seconds=10),))

    cost = cost_so_far(ended, A_SECOND, "CNY", NOON + seconds(9999))

    assert (cost.seconds, cost.is_final) == (20, True)


@pytest.mark.parametrize("status", ["Scheduling", "ScheduleFailed"])
def test_scheduling_costs_nothing(status: str) -> None:
    assert cost_so_far(group(status=status), A_SECOND, "CNY", NOON + seconds(60)).amount == 0


def test_without_events_counts_from_the_creation() -> None:
    assert cost_so_far(group(status="Running"), A_SECOND, "CNY", NOON + seconds(60)).seconds == 60


def test_a_clock_that_is_behind_costs_nothing() -> None:
    assert cost_so_far(group(status="Running"), A_SECOND, "CNY", NOON - seconds(60)).amount == 0
