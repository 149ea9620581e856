"""Quotas: booked when an order is released, given back when its group is gone, compared with what is open.

The lock is the statement itself: `used` grows only where the sum still fits, on SQLite and PostgreSQL alike, in the
transaction that records the order; a unit without room rolls all of it back. Quotas are taken in the order of their
numbers, so two orders never wait for each other in a circle. A team without a quota has no limit, and no further query
than the one that finds that out; who acts for themselves has not even that.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import Any, Final

from django.db import transaction
from django.db.models import Count, F, FilteredRelation, Q, QuerySet, Sum
from django.db.models.functions import Coalesce
from django.utils import timezone

from consoleapp.accounts.models import User
from consoleapp.audit import services as audit
from consoleapp.domain.quota import WHOLE, Amounts, Room, Unit, amounts_of
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


def release(order: Order, cause: str) -> bool:
    """Give back what the order has booked, and tell whether that was done: only once, whoever comes second.

    Who acts for themselves has booked nothing, and is asked for nothing.
    """
    return order.team_id is not None and _release(order, cause)


@transaction.atomic
def _release(order: Order, cause: str) -> bool:
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


@transaction.atomic
def set_limits(by: User, team: Team, limits: Mapping[Unit, int | None]) -> list[Room]:
    """Give the team these limits, None for none, and return the quotas of which more is used than that."""
    before = {quota.unit: quota.limit for quota in Quota.objects.filter(team=team)}
    changed = {unit: limit for unit, limit in limits.items() if before.get(unit) != limit}
    for unit, limit in changed.items():
        set_limit(team, unit, limit)
    if changed:
        told = {unit.value: {"from": before.get(unit), "to": limit} for unit, limit in changed.items()}
        audit.record(by, "quota.limits-set", team.slug, {"limits": told})
    return [room for room in rooms_for(team, Amounts()) if room.used > room.limit]


def using(team: Team) -> QuerySet[Booking]:
    """Return the team's open bookings with their orders and who pressed, newest first."""
    found = Booking.objects.filter(team=team, released_at=None).select_related("order", "order__owner")
    return found.defer("order__sealed_secrets", "order__parameters").order_by("-booked_at", "-pk")


@dataclass(frozen=True)
class Spending:
    """What the team's bookings cost in one currency, by the list price of their press: an hour, and this month."""

    currency: str
    an_hour: Decimal
    this_month: Decimal


def spending(team: Team, now: datetime | None = None) -> list[Spending]:
    """Return what is spent where a price was known, in one query: from each booking until it was given back."""
    at = now or clock.now()
    month = timezone.localtime(at).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    counts = Q(released_at=None) | Q(released_at__gte=month)
    found = Booking.objects.filter(counts, team=team, price_micro_per_hour__gt=0)
    sums: dict[str, tuple[Decimal, Decimal]] = {}
    told = found.values_list("order__currency", "price_micro_per_hour", "booked_at", "released_at")
    for currency, price, begin, end in told.iterator():
        an_hour, this_month = sums.get(currency, (Decimal(0), Decimal(0)))
        seconds = ((end or at) - max(begin, month)).total_seconds()
        this_month += Decimal(price) * Decimal(max(0, int(seconds))) / SECONDS_AN_HOUR
        sums[currency] = (an_hour if end else an_hour + price, this_month)
    micro = WHOLE[Unit.PRICE]
    return [Spending(currency, rate / micro, so_far / micro) for currency, (rate, so_far) in sorted(sums.items())]


class MayHaveGroup(Exception):
    """The booking is of a group that the cloud tells of, or of an order that goes on by itself."""


def may_release_by_hand(booking: Booking) -> bool:
    """Tell whether nobody but a person can say what became of it: an order in doubt, or a group of which the cloud
    tells nothing."""
    order = booking.order
    return order.is_halted or order.state == OrderState.UNKNOWN or booking.silent_since is not None


@transaction.atomic
def release_by_hand(by: User, booking: Booking, reason: str) -> bool:
    """Give back what was booked because a person says so; tell whether that was done. Raise MayHaveGroup."""
    if not may_release_by_hand(booking):
        raise MayHaveGroup
    if not release(booking.order, BY_HAND):
        return False
    told = {"team": booking.team.slug, "group_name": booking.order.group_name, "reason": reason}
    audit.record(by, "quota.released", booking.order_id, told)
    return True


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
        # What is booked meanwhile must not look like a difference: it waits for these rows.
        with transaction.atomic():
            quotas = list(Quota.objects.select_for_update().filter(team=team).order_by("pk"))
            sums = booked(team)
        found += [(quota, sums.of(Unit(quota.unit))) for quota in quotas if quota.used != sums.of(Unit(quota.unit))]
    return found


def repair(quota: Quota, booked: int) -> bool:
    """Set what is used to the sum of the bookings, unless it has changed since; tell whether that was done."""
    return bool(Quota.objects.filter(pk=quota.pk, used=quota.used).update(used=booked))


def without_group() -> QuerySet[Booking]:
    """Return the open bookings of orders that have no group any more: refused ones, and those that were deleted."""
    is_gone = Q(order__state=OrderState.REFUSED) | Q(order__delete_requested_at__isnull=False)
    return Booking.objects.filter(is_gone, released_at=None).select_related("order", "team").order_by("pk")


def booked_otherwise() -> list[Booking]:
    """Return the open bookings that are not what the group of their order takes."""
    found = Booking.objects.filter(released_at=None).select_related("order", "team").order_by("pk")
    return [each for each in found.iterator() if _columns(amounts_of_order(each.order)) != _amounts(each)]


def not_booked() -> QuerySet[Order]:
    """Return the orders of teams whose groups may run and that nothing was ever booked for."""
    may_run = Q(state__in=(OrderState.RECORDED, OrderState.SENDING, OrderState.UNKNOWN, OrderState.CREATED))
    orders = Order.objects.filter(may_run, team__isnull=False, delete_requested_at=None, booking=None)
    return orders.select_related("team").order_by("created_at", "pk")


def _amounts(booking: Booking) -> dict[str, int]:
    return {unit.value: getattr(booking, unit.value) for unit in Unit}


def _columns(amounts: Amounts) -> dict[str, int]:
    return {unit.value: amounts.of(unit) for unit in Unit}
