"""The watch gives back what has ended, and nothing that only was not told."""

from datetime import UTC, datetime, timedelta
from typing import Any
from unittest import mock

import pytest
from django.db import connection

from consoleapp.accounts.models import User
from consoleapp.domain.quota import Unit
from consoleapp.domain.roles import Role
from consoleapp.gateways import errors
from consoleapp.gateways.ports.container_groups import ContainerGroup
from consoleapp.governance import quotas, watch
from consoleapp.governance.models import Booking, Quota
from consoleapp.groups.services import detail
from consoleapp.orders import clock
from consoleapp.orders import services as orders
from consoleapp.orders.models import Order, OrderState
from consoleapp.teams.actors import Actor
from tests.fakes import FakeContainerGroups
from tests.orders.builders import PARAMETERS, SECRET_KEYS, created
from tests.teams.people import People, team

pytestmark = pytest.mark.django_db
START = datetime(2026, 11, 1, 12, tzinfo=UTC)


class Clock:
    def __init__(self) -> None:
        self.at = START

    def pass_seconds(self, seconds: float) -> None:
        self.at += timedelta(seconds=seconds)


@pytest.fixture
def time(monkeypatch: pytest.MonkeyPatch) -> Clock:
    made = Clock()
    monkeypatch.setattr(clock, "now", lambda: made.at)
    return made


@pytest.fixture
def people(alice: User) -> People:
    people = team(admin=alice)
    quotas.set_limit(people.team, Unit.GROUPS, 100)
    return people


class Port(FakeContainerGroups):
    """A cloud that counts its calls; no transaction is open while it is asked."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[list[str]] = []

    def list(self, region_id: str, **asked: Any) -> Any:
        assert len(asked["container_group_ids"]) <= 20
        self.asked.append(list(asked["container_group_ids"]))
        return super().list(region_id, **asked)

    def put(self, group_id: str, status: str = "Running", region_id: str = "cn-hangzhou") -> None:
        self.groups[group_id] = ContainerGroup(group_id, "shop-api", region_id, status)

    def _now(self, group: ContainerGroup) -> ContainerGroup:
        return group


@pytest.fixture
def port() -> Port:
    return Port()


def booked(people: People, number: int, region_id: str = "cn-hangzhou") -> Order:
    actor = Actor(people[Role.OPERATOR], people.team)
    order = orders.record_order(
        actor, {**PARAMETERS, "RegionId": region_id}, SECRET_KEYS, orders.Press(f"key-{people.team.slug}-{number}")
    )
    quotas.book(order)
    order.state, order.container_group_id = OrderState.CREATED, f"eci-{people.team.slug}-{number}"
    order.save()
    return order


def look(port: Port) -> None:
    watch.watch(cloud_of=lambda _world: mock.Mock(container_groups=port))


def used() -> int:
    return Quota.objects.get(unit=Unit.GROUPS).used


@pytest.mark.parametrize("status", ["Succeeded", "Failed", "ScheduleFailed", "Expired"])
def test_what_has_ended_is_given_back(people: People, port: Port, time: Clock, status: str) -> None:
    booked(people, 1)
    booked(people, 2)
    port.put("eci-qa-1", status)
    port.put("eci-qa-2")
    look(port)
    assert (used(), Booking.objects.get(released_at=None).order.container_group_id) == (1, "eci-qa-2")
    assert Booking.objects.exclude(released_at=None).get().cause == quotas.ENDED


@pytest.mark.parametrize("status", ["Scheduling", "Pending", "Running", "Restarting", "Updating", "Terminating"])
def test_what_lives_stays_booked(people: People, port: Port, time: Clock, status: str) -> None:
    booked(people, 1)
    port.put("eci-qa-1", status)
    look(port)
    assert used() == 1


def test_an_empty_list_gives_nothing_back_and_is_shown(
    people: People, port: Port, time: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    for number in range(3):
        booked(people, number)
    for _look in range(5):
        look(port)
        time.pass_seconds(600)
    assert used() == 3
    assert set(Booking.objects.values_list("silent_since", flat=True)) == {START}
    assert "tells nothing of any of 3 groups" in caplog.text


def test_one_that_is_missing_counts_after_two_looks_a_minute_apart(people: People, port: Port, time: Clock) -> None:
    booked(people, 1)
    booked(people, 2)
    port.put("eci-qa-2")
    look(port)
    time.pass_seconds(31)
    look(port)
    assert (used(), len(port.asked)) == (2, 2)
    time.pass_seconds(31)
    look(port)
    assert (used(), Booking.objects.get(released_at=None).order.container_group_id) == (1, "eci-qa-2")


def test_one_that_comes_back_was_never_gone(people: People, port: Port, time: Clock) -> None:
    booked(people, 1)
    booked(people, 2)
    port.put("eci-qa-2")
    look(port)
    port.put("eci-qa-1")
    time.pass_seconds(61)
    look(port)
    del port.groups["eci-qa-1"]
    time.pass_seconds(301)
    look(port)
    assert used() == 2


def test_what_an_empty_list_left_out_is_missing_anew_when_others_are_told_of(
    people: People, port: Port, time: Clock
) -> None:
    booked(people, 1)
    booked(people, 2)
    look(port)
    time.pass_seconds(301)
    port.put("eci-qa-2")
    look(port)
    assert used() == 2
    assert list(Booking.objects.order_by("pk").values_list("silent_since", flat=True)) == [None, None]
    time.pass_seconds(61)
    look(port)
    assert used() == 1


@pytest.mark.parametrize("error", [errors.Throttled("slow down"), errors.Unavailable("down")])
def test_a_cloud_that_does_not_answer_gives_nothing_back(
    people: People, port: Port, time: Clock, error: errors.GatewayError
) -> None:
    booked(people, 1)
    booked(people, 2)
    port.put("eci-qa-1", "Failed")
    port.failures["list"] = error
    look(port)
    assert used() == 2
    time.pass_seconds(31)
    port.failures.clear()
    port.put("eci-qa-2")
    look(port)
    assert used() == 1


def test_a_failure_of_one_team_leaves_the_others_alone(people: People, port: Port, time: Clock) -> None:
    other = team("other")
    booked(people, 1)
    booked(other, 1)
    port.put("eci-qa-1", "Failed")

    def cloud_of(world: str) -> Any:
        if world == other.team.world:
            raise RuntimeError("no such account")
        return mock.Mock(container_groups=port)

    watch.watch(cloud_of=cloud_of)
    assert Booking.objects.get(released_at=None).team == other.team


def test_it_asks_soon_while_something_changes_and_seldom_else(people: People, port: Port, time: Clock) -> None:
    booked(people, 1)
    port.put("eci-qa-1", "Pending")
    look(port)
    time.pass_seconds(29)
    look(port)
    assert len(port.asked) == 1
    time.pass_seconds(2)
    port.put("eci-qa-1")
    look(port)
    time.pass_seconds(299)
    look(port)
    assert len(port.asked) == 2
    time.pass_seconds(2)
    look(port)
    assert len(port.asked) == 3


def test_a_new_group_is_looked_at_at_once_together_with_the_others(people: People, port: Port, time: Clock) -> None:
    booked(people, 1)
    port.put("eci-qa-1")
    look(port)
    booked(people, 2)
    port.put("eci-qa-2", "Failed")
    look(port)
    assert sorted(port.asked[-1]) == ["eci-qa-1", "eci-qa-2"]
    assert used() == 1


def test_a_team_and_region_is_asked_about_apart_and_twenty_at_a_time(people: People, port: Port, time: Clock) -> None:
    for number in range(21):
        booked(people, number)
        port.put(f"eci-qa-{number}")
    booked(people, 30, "cn-beijing")
    port.put("eci-qa-30", "Failed", "cn-beijing")
    look(port)
    assert sorted(map(len, port.asked)) == [1, 1, 20]
    assert used() == 21


def test_two_workers_look_once(people: People, port: Port, time: Clock) -> None:
    booked(people, 1)
    assert len(watch._claim(people.team.pk, "cn-hangzhou")) == 1
    assert watch._claim(people.team.pk, "cn-hangzhou") == []
    time.pass_seconds(watch.LEASE.total_seconds() + 1)
    assert len(watch._claim(people.team.pk, "cn-hangzhou")) == 1


def test_who_acts_for_themselves_is_not_watched(alice: User, port: Port, time: Clock) -> None:
    created(alice, "eci-own")
    look(port)
    assert port.asked == []


@pytest.mark.django_db(transaction=True)
def test_no_transaction_is_open_while_the_cloud_is_asked(people: People, port: Port, time: Clock) -> None:
    booked(people, 1)
    port.put("eci-qa-1")
    asked = mock.Mock(side_effect=lambda *_args, **_kwargs: seen.append(connection.in_atomic_block))
    seen: list[bool] = []
    port.asked = mock.Mock(append=asked)
    look(port)
    assert seen == [False]


class TestDeleting:
    def test_gives_back_what_the_group_took(self, people: People) -> None:
        detail.delete(booked(people, 1), mock.Mock(), None)
        assert (used(), Booking.objects.get().cause) == (0, quotas.DELETED)

    def test_gives_back_what_is_gone_already(self, people: People) -> None:
        port = mock.Mock()
        port.delete.side_effect = errors.NotFound("gone")
        detail.delete(booked(people, 1), port, None)
        assert used() == 0

    def test_that_the_cloud_refuses_gives_nothing_back(self, people: People) -> None:
        port = mock.Mock()
        port.delete.side_effect = errors.Unavailable("down")
        with pytest.raises(errors.Unavailable):
            detail.delete(booked(people, 1), port, None)
        assert used() == 1

    def test_and_the_watch_give_back_once(self, people: People, port: Port, time: Clock) -> None:
        order = booked(people, 1)
        port.put("eci-qa-1", "Failed")
        booked(people, 2)
        detail.delete(order, mock.Mock(), None)
        look(port)
        assert used() == 1
