"""consoleapp/governance/quotas.py: booked once, never over the limit, given back once."""

from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, transaction

from consoleapp.accounts.models import User
from consoleapp.domain.quota import Amounts, Room, Unit, amounts_of, said
from consoleapp.domain.roles import Role
from consoleapp.governance import quotas
from consoleapp.governance.models import Booking, Quota
from consoleapp.orders import services as orders
from consoleapp.orders.models import Order
from consoleapp.teams.actors import Actor
from tests.orders.builders import PARAMETERS, SECRET_KEYS
from tests.teams.people import People


def order_of(people: People, number: int = 1, cpu: str = "2", memory: str = "4") -> Order:
    actor = Actor(people[Role.OPERATOR], people.team)
    press = orders.Press(f"key-{number}", cpu=Decimal(cpu), memory_gib=Decimal(memory))
    return orders.record_order(actor, PARAMETERS, SECRET_KEYS, press)


def used(unit: Unit = Unit.VCPU) -> int:
    return Quota.objects.get(unit=unit).used


@pytest.mark.parametrize(
    ("cpu", "memory", "price", "expected"),
    [
        (Decimal("0.25"), Decimal("0.5"), Decimal("0.0441"), Amounts(1, 250, 512, 44_100)),
        (Decimal("0.0001"), Decimal("0.0001"), Decimal("0.0000001"), Amounts(1, 1, 1, 1)),
        (None, None, None, Amounts(1)),
    ],
)
def test_a_group_counts_in_whole_units_rounded_up(cpu: Any, memory: Any, price: Any, expected: Amounts) -> None:
    assert amounts_of(cpu, memory, price) == expected


def test_amounts_are_said_as_people_say_them() -> None:
    assert (said(2500, Unit.VCPU), said(1536, Unit.MEMORY)) == (Decimal("2.5"), Decimal("1.5"))


@pytest.mark.parametrize(
    ("room", "left", "fits", "percent"),
    [
        (Room(Unit.VCPU, 10, 4, 6), 6, True, 100),
        (Room(Unit.VCPU, 10, 4, 7), 6, False, 110),
        (Room(Unit.VCPU, 3, 1, 0), 2, True, 34),
        (Room(Unit.VCPU, 2, 6, 1), 0, False, 350),
        (Room(Unit.VCPU, 0, 0, 0), 0, True, 100),
    ],
)
def test_a_room_tells_what_is_left_and_what_would_be_used(room: Room, left: int, fits: bool, percent: int) -> None:
    assert (room.left, room.fits, room.percent) == (left, fits, percent)


@pytest.mark.django_db
class TestBooking:
    def test_takes_every_unit_and_says_so(self, people: People) -> None:
        for unit, limit in ((Unit.GROUPS, 5), (Unit.VCPU, 10_000), (Unit.MEMORY, 10_000)):
            quotas.set_limit(people.team, unit, limit)
        quotas.book(order_of(people))
        assert [used(unit) for unit in (Unit.GROUPS, Unit.VCPU, Unit.MEMORY)] == [1, 2000, 4096]
        assert quotas.booked(people.team) == Amounts(1, 2000, 4096, 0)

    def test_books_nothing_where_one_unit_has_no_room(self, people: People) -> None:
        quotas.set_limit(people.team, Unit.GROUPS, 5)
        quotas.set_limit(people.team, Unit.VCPU, 1000)
        with pytest.raises(quotas.NoRoom) as refused:
            quotas.book(order_of(people))
        assert refused.value.room == Room(Unit.VCPU, 1000, 0, 2000)
        assert (used(Unit.GROUPS), used(Unit.VCPU), Booking.objects.count()) == (0, 0, 0)

    def test_takes_the_last_of_the_room(self, people: People) -> None:
        quotas.set_limit(people.team, Unit.VCPU, 2000)
        quotas.book(order_of(people))
        assert used() == 2000

    def test_of_who_acts_for_themselves_is_none(self, alice: User, django_assert_num_queries: Any) -> None:
        order = orders.record_order(Actor(alice), PARAMETERS, SECRET_KEYS, orders.Press("key"))
        with django_assert_num_queries(2):  # the savepoint around it
            quotas.book(order)
        assert not Booking.objects.exists()

    def test_is_given_back_once(self, people: People) -> None:
        quotas.set_limit(people.team, Unit.VCPU, 10_000)
        order = order_of(people)
        quotas.book(order)
        assert quotas.release(order, quotas.DELETED)
        assert not quotas.release(order, quotas.ENDED)
        assert (used(), Booking.objects.get().cause) == (0, quotas.DELETED)

    def test_of_an_order_that_was_stopped_is_given_back_with_it(self, people: People) -> None:
        quotas.set_limit(people.team, Unit.VCPU, 10_000)
        order = order_of(people)
        quotas.book(order)
        assert orders.stop(order)
        assert (used(), Booking.objects.get().cause) == (0, quotas.NOT_CREATED)

    def test_counts_where_a_limit_comes_later(self, people: People) -> None:
        quotas.book(order_of(people))
        quotas.set_limit(people.team, Unit.VCPU, 10_000)
        assert used() == 2000

    def test_stays_where_a_limit_is_lowered_below_it(self, people: People) -> None:
        quotas.set_limit(people.team, Unit.VCPU, 10_000)
        quotas.book(order_of(people))
        quotas.set_limit(people.team, Unit.VCPU, 1000)
        assert used() == 2000
        with pytest.raises(quotas.NoRoom):
            quotas.book(order_of(people, 2, cpu="0.25"))

    def test_that_does_not_add_up_is_found(self, people: People) -> None:
        quotas.set_limit(people.team, Unit.VCPU, 10_000)
        quotas.book(order_of(people))
        assert quotas.differences([people.team]) == []
        Quota.objects.update(used=7)
        ((quota, sum_of_bookings),) = quotas.differences([people.team])
        assert (quota.used, sum_of_bookings) == (7, 2000)

    def test_a_limit_that_is_taken_away_limits_nothing(self, people: People) -> None:
        quotas.set_limit(people.team, Unit.VCPU, 1)
        quotas.set_limit(people.team, Unit.VCPU, None)
        quotas.book(order_of(people))
        assert quotas.rooms_for(people.team, Amounts(1)) == []


@pytest.mark.django_db(transaction=True)
def test_orders_at_once_never_take_more_than_there_is(people: People, database_file: Path) -> None:
    quotas.set_limit(people.team, Unit.VCPU, 10_000)
    made = [order_of(people, number) for number in range(8)]

    def try_to_book(order: Order) -> bool:
        try:
            with transaction.atomic():
                quotas.book(order)
        except quotas.NoRoom:
            return False
        finally:
            connection.close()
        return True

    with ThreadPoolExecutor(8) as pool:
        booked = list(pool.map(try_to_book, made))
    assert (sum(booked), used()) == (5, 10_000)
    assert quotas.differences([people.team]) == []
