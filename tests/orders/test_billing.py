"""Billing starts at Pending and ends with the group; what is replaced is billed until it is deleted."""

from datetime import timedelta
from decimal import Decimal
from typing import cast

import pytest

from consoleapp.accounts.models import User
from consoleapp.gateways.errors import GatewayError, NotFound, Unreachable
from consoleapp.gateways.ports.container_groups import ContainerGroup, ContainerGroups
from consoleapp.orders.billing import cost_so_far, still_billed
from consoleapp.orders.models import Order
from tests.groups.builders import NOON, event, group
from tests.orders.builders import created

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


class Answers:
    """A cloud that answers about each group as told."""

    def __init__(self, **told: ContainerGroup | GatewayError) -> None:
        self.told, self.asked = told, list[str]()

    def get(self, region_id: str, container_group_id: str) -> ContainerGroup:
        self.asked.append(container_group_id)
        answer = self.told[container_group_id]
        if isinstance(answer, GatewayError):
            raise answer
        return answer


@pytest.fixture
def newest(alice: User) -> Order:
    """The third of three orders of which each was to replace the one before."""
    order = None
    for number in (1, 2, 3):
        made = created(alice, f"eci{number}")
        made.replaces, made.price_per_second, made.currency = order, A_SECOND, "CNY"
        made.save()
        order = made
    assert order is not None
    return order


def billed(newest: Order | None, **told: ContainerGroup | GatewayError) -> list[tuple[str, bool, bool]]:
    bills = still_billed(newest, cast(ContainerGroups, Answers(**told)))
    return [(bill.order.container_group_id, bill.group is not None, bill.cost is not None) for bill in bills]


@pytest.mark.django_db
def test_every_group_of_a_row_of_attempts_that_is_billed_is_named(newest: Order) -> None:
    told = billed(newest, eci3=group(status="Pending"), eci2=group(status="Failed"), eci1=group(status="Running"))
    assert told == [("eci3", True, True), ("eci1", True, True)]
    told = billed(newest, eci3=NotFound("gone"), eci2=group(status="Terminating"), eci1=group(status="Updating"))
    assert told == [("eci1", True, True)]
    assert billed(newest.replaces, eci2=NotFound("gone"), eci1=NotFound("gone")) == []


@pytest.mark.django_db
def test_what_was_deleted_here_is_not_asked_about(newest: Order) -> None:
    Order.objects.filter(container_group_id="eci2").update(delete_requested_at=NOON)
    Order.objects.filter(container_group_id="eci1").update(price_per_second=None)
    newest.refresh_from_db()

    assert billed(newest, eci3=NotFound("gone"), eci1=group()) == [("eci1", True, False)]


@pytest.mark.django_db
def test_a_silent_cloud_is_asked_once_and_leaves_open_what_is_billed(newest: Order) -> None:
    answers = Answers(eci3=Unreachable("no answer"))

    bills = still_billed(newest, cast(ContainerGroups, answers))

    assert [(bill.order.container_group_id, bill.group is not None) for bill in bills] == [
        ("eci3", False),
        ("eci2", False),
        ("eci1", False),
    ]
    assert answers.asked == ["eci3"]
    assert still_billed(None, cast(ContainerGroups, answers)) == []
