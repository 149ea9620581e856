"""The watch: gives back what groups have booked that have ended, as the cloud tells.

It asks for a team's groups in one region at a time: soon again while any of them changes, else now and then. The
bookings are the queue, as orders are for sending: a row says when it is looked at next, and whoever moves that moment
on has claimed it. No transaction is open while the cloud is asked.

An identity without the right gets an empty list from the cloud, and no error. So where none of the groups is told of,
nothing is given back, and that is shown; and one that is missing among others counts as gone only when it still is
after a while.
"""

import logging
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import Any, Final, Protocol

from django.db.models import Q, QuerySet

from consoleapp.gateways.errors import GatewayError
from consoleapp.gateways.ports.container_groups import FINAL_STATUSES, ContainerGroup, ContainerGroups
from consoleapp.governance import quotas
from consoleapp.governance.models import Booking
from consoleapp.orders import clock
from consoleapp.orders.models import OrderState

logger = logging.getLogger(__name__)

# The cloud takes so many ids at once.
IDS_A_CALL: Final = 20
# So many teams' regions are looked at in one turn, and so many groups in one look.
AT_ONCE: Final = 10
GROUPS_A_LOOK: Final = 500
SOON, LATER = timedelta(seconds=30), timedelta(seconds=300)
# One that is missing among others is gone after two looks that lie so far apart.
MISSING: Final = timedelta(seconds=60)
# Longer than all calls of one look take. A slower worker does no harm: what has ended is given back once.
LEASE: Final = timedelta(minutes=5)
STEADY: Final = "Running"


class Cloud(Protocol):
    """What is needed of a cloud account."""

    @property
    def container_groups(self) -> ContainerGroups: ...


def watch(cloud_of: Callable[[str], Cloud], **_told: Any) -> None:
    """Look at the groups of every team and region that are due."""
    for team_id, region_id in _due(clock.now()):
        claimed = _claim(team_id, region_id)
        if not claimed:
            continue
        try:
            _look(claimed, cloud_of(claimed[0].order.world).container_groups, region_id)
        except Exception:
            # The claim runs out, and the next worker looks again.
            logger.exception("The groups of team %s in %s could not be looked at", team_id, region_id)


def open_bookings() -> QuerySet[Booking]:
    """Return the bookings whose groups the cloud knows, or has known."""
    created = Booking.objects.filter(released_at=None, order__state=OrderState.CREATED)
    return created.exclude(order__container_group_id="")


def _is_due(now: datetime) -> Q:
    # One further ahead than any look was put there by a clock that has been set back since.
    return Q(look_at=None) | Q(look_at__lte=now) | Q(look_at__gt=now + LEASE + LATER)


def _due(now: datetime) -> list[tuple[int, str]]:
    due = open_bookings().filter(_is_due(now)).order_by("team_id", "order__region_id")
    return list(due.values_list("team_id", "order__region_id").distinct()[:AT_ONCE])


def _claim(team_id: int, region_id: str) -> list[Booking]:
    """Return the team's bookings in the region, those that were due first; none where somebody was quicker."""
    now = clock.now()
    theirs = open_bookings().filter(team_id=team_id, order__region_id=region_id)
    due = theirs.filter(_is_due(now)).values_list("pk", flat=True)
    if not Booking.objects.filter(_is_due(now), pk__in=list(due[:GROUPS_A_LOOK])).update(look_at=now + LEASE):
        return []
    found = theirs.select_related("order", "order__team", "order__owner").defer("order__sealed_secrets")
    return list(found.order_by("-look_at", "pk")[:GROUPS_A_LOOK])


def _look(bookings: list[Booking], port: ContainerGroups, region_id: str) -> None:
    """Ask the cloud about the groups, give back what has ended, and say when to look again."""
    try:
        known = _ask(bookings, port, region_id)
    except GatewayError as error:
        logger.warning("The groups of %s in %s were not told: %s", bookings[0].team_id, region_id, error.kind)
        _look_again(bookings, SOON)
        return
    now = clock.now()
    if not known:
        _note_silence(bookings, region_id, now)
        return
    is_changing = False
    for booking in bookings:
        group = known.get(booking.order.container_group_id)
        if _has_ended(booking, group, now):
            quotas.release(booking.order, quotas.ENDED)
        else:
            is_changing = is_changing or group is None or group.status != STEADY
    _look_again(bookings, SOON if is_changing else LATER)


def _ask(bookings: list[Booking], port: ContainerGroups, region_id: str) -> dict[str, ContainerGroup]:
    """Return what the cloud tells of the groups, by their ids. Raise GatewayError."""
    ids = [booking.order.container_group_id for booking in bookings]
    told: list[ContainerGroup] = []
    for begin in range(0, len(ids), IDS_A_CALL):
        some = ids[begin : begin + IDS_A_CALL]
        told += port.list(region_id, container_group_ids=some, limit=IDS_A_CALL).items
    return {group.container_group_id: group for group in told}


def _has_ended(booking: Booking, group: ContainerGroup | None, now: datetime) -> bool:
    """Tell whether the group has ended, or is missing for long enough; note since when it is missing."""
    if group is not None:
        if booking.missing_since or booking.silent_since:
            Booking.objects.filter(pk=booking.pk).update(missing_since=None, silent_since=None)
        return group.status in FINAL_STATUSES
    if booking.missing_since is None:
        Booking.objects.filter(pk=booking.pk).update(missing_since=now, silent_since=None)
        return False
    return now - booking.missing_since >= MISSING


def _note_silence(bookings: list[Booking], region_id: str, now: datetime) -> None:
    """Give nothing back: the list may be empty because it is not allowed to be read."""
    logger.warning(
        "The cloud tells nothing of any of %d groups of team %s in %s: nothing is given back",
        len(bookings),
        bookings[0].team_id,
        region_id,
    )
    asked = Booking.objects.filter(pk__in=_keys(bookings))
    asked.filter(silent_since=None).update(silent_since=now)
    # What is missing has to be missing anew once the cloud tells of others again.
    asked.update(missing_since=None, look_at=now + LATER)


def _look_again(bookings: list[Booking], wait: timedelta) -> None:
    Booking.objects.filter(pk__in=_keys(bookings), released_at=None).update(look_at=clock.now() + wait)


def _keys(bookings: Iterable[Booking]) -> list[int]:
    return [booking.pk for booking in bookings]
