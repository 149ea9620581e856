"""Sending an order: claim, send, store. Each claim and each answer is a short transaction of its own, and none is open
while the network is.

What an answer means and when the next try is due is in retries.py, when an order has its turn in rate_limit.py, who
looks for what is due in worker.py. Whoever stores that an order stays open stores when it is tried again, in the same
transaction. A process that dies between claim and answer leaves the order in `sending`; it may be claimed again once
LEASE is over.
"""

import logging
import uuid
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import ClassVar, Final, Protocol

from django.conf import settings
from django.db import InterfaceError, OperationalError, transaction
from django.db.models import Max, Min, Q
from django.views.decorators.debug import sensitive_variables

from consoleapp.domain.host import Tag
from consoleapp.gateways.errors import (
    CircuitOpen,
    GatewayError,
    OutcomeUnknown,
    Refused,
    Throttled,
    Unavailable,
    Unreachable,
)
from consoleapp.gateways.ports.container_groups import ContainerGroupPage, CreatedContainerGroup
from consoleapp.orders import answers, clock, payload, rate_limit, retries
from consoleapp.orders.models import Attempt, AttemptOutcome, Order, OrderState
from consoleapp.web import sealing

logger = logging.getLogger(__name__)

# Longer than one call usually takes. A slower one does no harm: its token is the same.
LEASE: Final = timedelta(seconds=settings.CLOUD_CONNECT_TIMEOUT_SECONDS + settings.CLOUD_READ_TIMEOUT_SECONDS + 7)
# When a claimed or just recorded order is looked after, should the process that was to send it be gone.
LOOK_AFTER: Final = LEASE + timedelta(seconds=1)
# No rule puts the next try further ahead; one that is was put by a clock that has been set back since, and is due. A
# slot may be, and loses nothing by it: the turn decides.
FARTHEST: Final = max(timedelta(minutes=2), 2 * LOOK_AFTER)
ATTEMPTS_AT_ONCE: Final = 2
LOOK_UP_LIMIT: Final = 20
# The claim stays, and runs out: nothing can be stored now.
DATABASE_IS_AWAY: Final = (OperationalError, InterfaceError)
UNUSABLE: Final = "The cloud's answer cannot be used."
# The `error_kind` of an order whose tries have ended after a look that found no group.
NOT_THERE: Final = "not_there"


class Creation(Protocol):
    """What delivery needs of ports.ContainerGroups."""

    def create(
        self, parameters: Mapping[str, str], *, client_token: str, secret_keys: Collection[str] = ()
    ) -> CreatedContainerGroup:
        """Create the group; see ports.ContainerGroups."""
        ...

    def list(
        self,
        region_id: str,
        *,
        container_group_ids: Collection[str] = (),
        name: str = "",
        tag: Tag | None = None,
        limit: int = 20,
        next_token: str = "",
    ) -> ContainerGroupPage:
        """List the groups; see ports.ContainerGroups."""
        ...


class AccountChanged(Refused):
    """The order's account leads to another account of the cloud than at the press."""

    kind: ClassVar[str] = "account_changed"


class NotGranted(Refused):
    """The team's grant of the account was taken back, or narrowed, before anything was sent."""

    kind: ClassVar[str] = "not_granted"


# Gets the order, and whether it is sent for the first time.
OwnPort = Callable[[Order, bool], Creation]


def deliver(
    order_id: uuid.UUID, port: Creation, own_port: OwnPort | None = None, *, only_when_due: bool = False
) -> Order:
    """Make one attempt (two where an answer says *at once*) and return the order; untouched if not to be sent now.

    `only_when_due` leaves an order alone whose next try is still to come, and does for one whose tries have ended what
    is left to do; without it somebody asks for this attempt. `port` is that of the configured account; an order that
    was given an account goes by `own_port`, see destination.py.
    """
    for _ in range(ATTEMPTS_AT_ONCE):
        claim = claim_order(order_id, clock.now(), only_when_due=only_when_due)
        way = _way_of(claim, port, own_port) if claim else None
        if claim is None or way is None or not _is_to_be_sent(claim, way):
            break
        attempt = claim.attempt or _begin(claim.order)
        rule = _send(attempt, way) if attempt else None
        if rule is None or not rule.at_once:
            break
    return Order.objects.get(pk=order_id)


@dataclass(frozen=True)
class Claim:
    """An order that only we may send for the length of LEASE; `attempt` is begun unless it is looked up first."""

    order: Order
    step: retries.Next
    attempt: Attempt | None = None


def _way_of(claim: Claim, port: Creation, own_port: OwnPort | None) -> Creation | None:
    """Return the port that the order goes through; None where it cannot go now, and what that means is stored."""
    order = claim.order
    if order.account_id is None:
        return port
    if own_port is None:
        raise TypeError("an order with an account of its own goes nowhere else")
    tried = order.attempts.exclude(pk=claim.attempt.pk) if claim.attempt else order.attempts.all()
    try:
        return own_port(order, not tried.exists())
    except (AccountChanged, NotGranted) as error:
        if attempt := claim.attempt or _begin(order):
            answers.store_error(attempt, error, retries.UNSENDABLE)
    except (Unreachable, Throttled) as error:
        answers.withdraw(claim.attempt, error) if claim.attempt else answers.put_off(order, error)
    except GatewayError as error:
        # The cloud does not take the key: that says nothing about what was sent before.
        if attempt := claim.attempt or _begin(order):
            answers.store_error(attempt, error, retries.NOT_ALLOWED)
    return None


def is_free(now: datetime) -> Q:
    """Return a condition for orders: open, and nobody is sending it."""
    free = Q(state__in=(OrderState.RECORDED, OrderState.UNKNOWN), is_halted=False)
    # A lease that is to begin was given by a clock that has been set back since.
    is_over = Q(claimed_at__lt=now - LEASE) | Q(claimed_at__gt=now + LEASE)
    return free | (Q(state=OrderState.SENDING) & is_over)


def is_left_behind(order: Order, now: datetime) -> bool:
    """Tell whether an order in `sending` is sent by nobody any more."""
    return order.claimed_at is None or not now - LEASE <= order.claimed_at <= now + LEASE


def is_due(now: datetime) -> Q:
    """Return a condition for orders: something is to be done about it by itself, now."""
    return Q(next_try_at__lte=now) | Q(next_try_at__gt=now + FARTHEST)


@transaction.atomic
def claim_order(order_id: uuid.UUID, now: datetime, *, only_when_due: bool = False) -> Claim | None:
    """Return the claim, or None when the order is final, not due, not at its turn, or somebody else is sending it."""
    wanted = Order.objects.filter(is_free(now), pk=order_id)
    if only_when_due:
        wanted = wanted.filter(is_due(now))
    if not wanted.update(state=OrderState.SENDING, claimed_at=now, next_try_at=now + LOOK_AFTER, updated_at=now):
        return None
    order = Order.objects.select_related("owner", "team", "account__base").get(pk=order_id)
    step = answers.step_of(order, now)
    if step in (retries.Next.LOOK_UP, retries.Next.LOOK_UP_LAST) and (only_when_due or step == retries.Next.LOOK_UP):
        return Claim(order, step)
    if step != retries.Next.SEND and only_when_due:
        answers.release(order, None, now)
        return None
    if not _has_its_turn(order, now):
        return None
    return Claim(order, retries.Next.SEND, Attempt.objects.create(order=order, started_at=now))


def _has_its_turn(order: Order, now: datetime) -> bool:
    """Tell whether the order may go now, and take its turn; one that may not waits in its slot."""
    waiting = Order.objects.filter(rate_limit.going_with(order), slot_at__isnull=False, next_try_at__isnull=False)
    own = None if order.slot_at else waiting.filter(owner=order.owner_id).aggregate(last=Max("slot_at"))["last"]
    may_go = own is None and rate_limit.take_turn(rate_limit.account_of(order), now)
    slot = (
        order.slot_at or (own + rate_limit.interval() if own else waiting.aggregate(next=Min("slot_at"))["next"]) or now
    )
    Order.objects.filter(pk=order.pk).update(slot_at=None if may_go else slot)
    if not may_go:
        answers.release(order, slot, now)
    return may_go


@transaction.atomic
def _begin(order: Order) -> Attempt | None:
    """Begin the attempt of an order that was looked up first; None when the claim was lost meanwhile."""
    now = clock.now()
    kept = Order.objects.filter(pk=order.pk, state=OrderState.SENDING, claimed_at=order.claimed_at).update(
        claimed_at=now, next_try_at=now + LOOK_AFTER, updated_at=now
    )
    return Attempt.objects.create(order_id=order.pk, started_at=now) if kept else None


def _is_to_be_sent(claim: Claim, port: Creation) -> bool:
    """Tell whether the order was not looked up, or is to be sent although it was; else store what was found."""
    if claim.step == retries.Next.SEND:
        return True
    order, started_at = claim.order, clock.now()
    try:
        page = port.list(order.region_id, name=order.group_name, tag=payload.mark_of(order.pk), limit=LOOK_UP_LIMIT)
        found = _groups_of(order, page)
    except GatewayError as error:
        answers.put_off(order, error)
        return False
    except Exception:
        logger.exception("order %s: what was looked up cannot be used", order.pk)
        answers.put_off(order, Unavailable(UNUSABLE))
        return False
    with transaction.atomic():
        now = clock.now()
        attempt = Attempt(order=order, started_at=started_at)
        if len(found) == 1:
            answers.end_attempt(attempt, AttemptOutcome.FOUND, now=now)
            answers.settle(order.pk, found[0], request_id="", now=now)
            return False
        answers.end_attempt(attempt, AttemptOutcome.NOT_THERE, now=now)
        if claim.step == retries.Next.LOOK_UP_LAST:
            Order.objects.filter(pk=order.pk, claimed_at=order.claimed_at).update(error_kind=NOT_THERE)
            answers.release(order, None, now)
    return claim.step == retries.Next.LOOK_UP


def _groups_of(order: Order, page: ContainerGroupPage) -> list[str]:
    """Return the ids of the groups that bear the order's name and its mark, whatever else the cloud has listed."""
    mark = payload.mark_of(order.pk)
    return [
        group.container_group_id
        for group in page.items
        if group.name == order.group_name and group.tags.get(mark.key) == mark.value
    ]


@sensitive_variables("parameters")
def _send(attempt: Attempt, port: Creation) -> retries.Rule | None:
    order = attempt.order
    try:
        parameters = payload.full_parameters(order)
    except (payload.PayloadChanged, sealing.SealBroken):
        logger.exception("order %s cannot be sent", order.pk)
        answers.store_error(attempt, Refused("The stored request cannot be opened any more."), retries.UNSENDABLE)
        return None
    try:
        answer = port.create(parameters, client_token=order.client_token, secret_keys=frozenset(order.secret_keys))
        if not answer.container_group_id:
            return _store_error(attempt, _nameless(answer))
        answers.store_created(attempt, answer)
    except CircuitOpen as error:
        answers.withdraw(attempt, error)
    except GatewayError as error:
        return _store_error(attempt, error)
    except DATABASE_IS_AWAY:
        raise
    except Exception:
        # The answer may be a good one: what it cannot be is lost.
        logger.exception("order %s: the answer cannot be used", order.pk)
        return _store_error(attempt, OutcomeUnknown(UNUSABLE))
    return None


def _nameless(answer: CreatedContainerGroup) -> OutcomeUnknown:
    return OutcomeUnknown("The answer has no container group id.", request_id=answer.request_id, http_status=200)


def _store_error(attempt: Attempt, error: GatewayError) -> retries.Rule:
    """Store what went wrong; an answer that cannot be stored has told nothing."""
    rule = retries.rule_for(error)
    try:
        answers.store_error(attempt, error, rule)
    except DATABASE_IS_AWAY:
        raise
    except Exception:
        logger.exception("order %s: the answer cannot be stored", attempt.order_id)
        rule, error = retries.UNREADABLE, OutcomeUnknown(UNUSABLE)
        answers.store_error(attempt, error, rule)
    return rule
