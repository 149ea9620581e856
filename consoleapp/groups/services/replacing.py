"""Deleting what an order replaces once its own group runs: what the tick on the Confirm page asks for.

The orders are the queue, as for sending: a row says when it is looked at next, and whoever moves that moment on has
claimed it. A worker that dies leaves a claim that runs out; a group that is gone by then counts as deleted.
"""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, Final, Protocol

from django.db import transaction
from django.db.models import F, Q

from consoleapp.audit import services as audit
from consoleapp.domain import limits
from consoleapp.gateways.errors import GatewayError, NotFound
from consoleapp.gateways.ports.container_groups import FINAL_STATUSES, ContainerGroup, ContainerGroups
from consoleapp.groups.services import detail
from consoleapp.orders import clock
from consoleapp.orders.billing import not_deleted, runs_well
from consoleapp.orders.models import DeleteReplaced, Order, OrderState

logger = logging.getLogger(__name__)

# Why it was given up; the words are in templates/orders/_replaced.html.
NOT_CREATED: Final = "not_created"
FAILED: Final = "failed"
TOO_LATE: Final = "too_late"
DELETED: Final = "deleted"
NOT_DELETED: Final = "not_deleted"

GIVEN_UP: Final = "group.replacing_given_up"
REPLACED: Final = "group.replaced"

AT_ONCE: Final = 20
# A new group is looked at often at first; one that waits for long is looked at once a minute.
SOON, LATER = timedelta(seconds=5), timedelta(minutes=1)
IS_NEW: Final = timedelta(minutes=5)
# Longer than all calls for one order take. A slower worker does no harm: what is deleted twice is gone once.
LEASE: Final = timedelta(minutes=3)
# What the cloud does not delete is tried again for so long after the time that the new group had to start.
PATIENCE: Final = timedelta(hours=1)


class Cloud(Protocol):
    """What is needed of a cloud account."""

    @property
    def container_groups(self) -> ContainerGroups: ...


def delete_replaced(cloud_of: Callable[[str], Cloud], **_told: Any) -> None:
    """Look at every order that is due, and delete what it replaces where its own group runs."""
    for order in _due(clock.now()):
        claimed_until = _claim(order)
        if claimed_until is None:
            continue
        try:
            _look(order, cloud_of(order.world).container_groups, claimed_until)
        except Exception:
            # The claim runs out, and the next worker looks again.
            logger.exception("What order %s replaces could not be looked after", order.pk)


def _due(now: datetime) -> list[Order]:
    is_over = Q(state__in=(OrderState.CREATED, OrderState.REFUSED)) | Q(is_halted=True)
    # One further ahead than any claim was put there by a clock that has been set back since.
    is_due = Q(delete_replaced_at=None) | Q(delete_replaced_at__lte=now) | Q(delete_replaced_at__gt=now + LEASE + LATER)
    waiting = Order.objects.filter(is_over, is_due, delete_replaced=DeleteReplaced.WAITING)
    return list(
        waiting.select_related("owner", "team", "replaces").order_by("delete_replaced_at", "created_at")[:AT_ONCE]
    )


def _claim(order: Order) -> datetime | None:
    """Return until when nobody else looks at the order; None where somebody was quicker."""
    until = clock.now() + LEASE
    return until if _move(order, order.delete_replaced_at, delete_replaced_at=until) else None


def _move(order: Order, claimed: datetime | None, **changed: Any) -> bool:
    """Change the order if nobody else has claimed it since, and tell whether that was so."""
    mine = Order.objects.filter(pk=order.pk, delete_replaced=DeleteReplaced.WAITING, delete_replaced_at=claimed)
    return bool(mine.update(**changed))


def _look(order: Order, port: ContainerGroups, claimed_until: datetime) -> None:
    now = clock.now()
    if order.state != OrderState.CREATED:
        return _give_up(order, NOT_CREATED, claimed_until)
    if order.delete_requested_at is not None:
        return _give_up(order, DELETED, claimed_until)
    must_run_by = order.created_at + timedelta(minutes=_pending_minutes(order))
    try:
        group = port.get(order.region_id, order.container_group_id)
    except GatewayError as error:
        if now > must_run_by:
            is_gone = isinstance(error, NotFound)
            return _give_up(order, DELETED if is_gone else TOO_LATE, claimed_until)
        return _look_again(order, now, claimed_until)
    if not has_run(group):
        if group.status in FINAL_STATUSES:
            return _give_up(order, FAILED, claimed_until)
        if now > must_run_by:
            return _give_up(order, TOO_LATE, claimed_until)
        return _look_again(order, now, claimed_until)
    return _delete_once(order, port, claimed_until, must_run_by + PATIENCE)


def _delete_once(order: Order, port: ContainerGroups, claimed_until: datetime, until: datetime) -> None:
    """Delete what the order replaces, unless another one does so, and try again until then."""
    now = clock.now()
    if not _is_first(order, claimed_until):
        return
    if _delete_all(order, port):
        _end(order, DeleteReplaced.DONE, "", claimed_until)
    elif now > until:
        _give_up(order, NOT_DELETED, claimed_until)
    else:
        _move(order, claimed_until, delete_replaced_at=now + LATER)


def has_run(group: ContainerGroup) -> bool:
    """Tell whether the group does what it is for: it runs with all its containers ready, or has done its work."""
    return group.status == "Succeeded" or runs_well(group)


@transaction.atomic
def _is_first(order: Order, claimed_until: datetime) -> bool:
    """Tell whether no other order that replaces the same has run before, and leave the deleting to this one alone.

    So it is deleted once and told once, however many groups one press has made.
    """
    if order.replaces_id is None:
        return True
    # Takes the row's lock where the database has one: of two workers the second finds its order left alone.
    Order.objects.filter(pk=order.replaces_id).update(delete_requested_at=F("delete_requested_at"))
    if not _move(order, claimed_until, delete_replaced_at=claimed_until):
        return False
    others = Order.objects.filter(replaces=order.replaces_id, delete_replaced=DeleteReplaced.WAITING)
    others.exclude(pk=order.pk).update(delete_replaced=DeleteReplaced.NO, delete_replaced_at=None)
    return True


def _pending_minutes(order: Order) -> int:
    """Return for how long the group may wait for its start."""
    asked = order.public_parameters.get("MaxPendingMinute", "")
    return int(asked) if asked.isascii() and asked.isdigit() else limits.PENDING_MINUTES_DEFAULT


def _delete_all(order: Order, port: ContainerGroups) -> bool:
    """Delete what the order replaces and what that was to replace; tell whether nothing of it is left."""
    is_done = True
    for bill in not_deleted(order.replaces):
        try:
            old = port.get(bill.order.region_id, bill.order.container_group_id)
        except GatewayError:
            # Deleting tells whether it is gone; what is kept of it is not worth another try.
            old = None
        try:
            detail.delete(bill.order, port, old)
        except GatewayError as error:
            logger.warning("%s was not deleted: %s", bill.order.container_group_id, error.kind)
            is_done = False
    return is_done


def _look_again(order: Order, now: datetime, claimed_until: datetime) -> None:
    wait = SOON if now - order.created_at < IS_NEW else LATER
    _move(order, claimed_until, delete_replaced_at=now + wait)


def _give_up(order: Order, why: str, claimed_until: datetime) -> None:
    _end(order, DeleteReplaced.GIVEN_UP, why, claimed_until)


@transaction.atomic
def _end(order: Order, state: DeleteReplaced, why: str, claimed_until: datetime) -> None:
    """Store what became of it with its audit row, unless somebody else has done so."""
    now = clock.now()
    if _move(order, claimed_until, delete_replaced=state, delete_replaced_at=now, delete_replaced_why=why):
        action = REPLACED if state == DeleteReplaced.DONE else GIVEN_UP
        told = {"replaces": str(order.replaces_id or ""), **({"why": why} if why else {})}
        audit.record(order.owner, action, order.container_group_id or order.pk, told)
