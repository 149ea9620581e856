"""Quotas: booked when an order is released, given back when its group is gone, compared with what is open.

The lock is the statement itself: `used` grows only where the sum still fits, on SQLite and PostgreSQL alike, in the
transaction that records the order; a unit without room rolls all of it back. Quotas are taken in the order of their
numbers, so two orders never wait for each other in a circle. A team without a quota has no limit, and no further query
than the one that finds that out; who acts for themselves has not even that.
"""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any, Final

from django.db import transaction
from django.db.models import Count, F, FilteredRelation, Q, Sum
from django.db.models.functions import Coalesce

from consoleapp.domain.quota import Amounts, Room, Unit, amounts_of
from consoleapp.domain.sizes import SECONDS_AN_HOUR
from consoleapp.governance.models import Booking, Quota
from consoleapp.orders import clock
from consoleapp.orders.models import Order, OrderState
from consoleapp.teams.models import Team

# Why a booking was given back.
NOT_CREATED: Final = "not_created"
DELETED: Final = "deleted"
ENDED: Final = "ended"
BY_HAND: Final = "by_hand"


class NoRoom(Exception):
    """An order does not fit; `room` is the quota without room, as it was met."""

    def __init__(self, room: Room) -> None:
        super().__init__(f"{room.takes} {room.unit} do not fit into {room.left}")
        self.room = room


def amounts_of_order(order: Order) -> Amounts:
    """Return what the group of an order takes."""
    return amounts_of(order.cpu, order.memory_gib, order.price_per_hour)


def rooms_for(team: Team | None, takes: Amounts) -> list[Room]:
    """Return the quotas of the team as an order meets them, with what waits for approval, in one query; none for who
    acts for themselves. What waits is not counted as used, so that nobody takes room by asking."""
    if team is None:
        return []
    held = FilteredRelation("team__orders", condition=Q(team__orders__state=OrderState.HELD))
    found = Quota.objects.filter(team=team).annotate(held=held)
    told = found.annotate(
        held_groups=Count("held"),
        held_cpu=Sum("held__cpu"),
        held_memory=Sum("held__memory_gib"),
        held_price=Sum("held__price_per_second"),
    )
    return [_room(quota, takes) for quota in told.order_by("pk")]


def _room(quota: Any, takes: Amounts) -> Room:
    price = quota.held_price * SECONDS_AN_HOUR if quota.held_price is not None else None
    waiting = replace(amounts_of(quota.held_cpu, quota.held_memory, price), groups=quota.held_groups)
    unit = Unit(quota.unit)
    return Room(unit, quota.limit, quota.used, takes.of(unit), waiting.of(unit))


@transaction.atomic
def book(order: Order) -> None:
    """Book what the order takes. Raise NoRoom, with nothing booked.

    Call it in the transaction that releases the order, and only for an order that is new.
    """
    if order.team_id is None:
        return
    takes = amounts_of_order(order)
    for quota in Quota.objects.filter(team=order.team_id).order_by("pk"):
        amount = takes.of(Unit(quota.unit))
        fits = Quota.objects.filter(pk=quota.pk, used__lte=F("limit") - amount).update(used=F("used") + amount)
        if not fits:
            quota.refresh_from_db()
            raise NoRoom(Room(Unit(quota.unit), quota.limit, quota.used, amount))
    Booking.objects.create(order=order, team_id=order.team_id, **_columns(takes))


@transaction.atomic
def release(order: Order, cause: str) -> bool:
    """Give back what the order has booked, and tell whether that was done: only once, whoever comes second."""
    booking = Booking.objects.filter(order=order).first()
    if booking is None:
        return False
    is_first = Booking.objects.filter(pk=booking.pk, released_at=None).update(released_at=clock.now(), cause=cause)
    if not is_first:
        return False
    for quota in Quota.objects.filter(team=booking.team_id).order_by("pk"):
        amount = getattr(booking, quota.unit)
        Quota.objects.filter(pk=quota.pk).update(used=F("used") - amount)
    return True


def release_final(order: Order, **_told: Any) -> None:
    """Give back what an order has booked that ended without a group; see orders.models.order_final.

    What was stopped in doubt stays booked: it may have a group.
    """
    if order.state == OrderState.REFUSED:
        release(order, NOT_CREATED)


@transaction.atomic
def set_limit(team: Team, unit: Unit, limit: int | None) -> None:
    """Give the team a limit, or take it away. A limit below what is used stops new orders only.

    A new quota begins with what is booked.
    """
    # Whoever books meanwhile waits for this row, and then sees the quota.
    Team.objects.select_for_update(no_key=True).get(pk=team.pk)
    if limit is None:
        Quota.objects.filter(team=team, unit=unit).delete()
    elif not Quota.objects.filter(team=team, unit=unit).update(limit=limit):
        Quota.objects.create(team=team, unit=unit, limit=limit, used=booked(team).of(unit))


def booked(team: Team) -> Amounts:
    """Return the sum of the team's open bookings."""
    sums = Booking.objects.filter(team=team, released_at=None).aggregate(
        **{unit.value: Coalesce(Sum(unit.value), 0) for unit in Unit}
    )
    return Amounts(**{name: int(value) for name, value in sums.items()})


def differences(teams: Iterable[Team]) -> list[tuple[Quota, int]]:
    """Return the quotas whose `used` is not the sum of the open bookings, each with that sum."""
    found = []
    for team in teams:
        sums = booked(team)
        quotas = Quota.objects.filter(team=team)
        found += [(quota, sums.of(Unit(quota.unit))) for quota in quotas if quota.used != sums.of(Unit(quota.unit))]
    return found


def _columns(amounts: Amounts) -> dict[str, int]:
    return {unit.value: amounts.of(unit) for unit in Unit}
