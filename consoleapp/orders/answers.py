"""What an answer changes: the attempt, the order, its next try, its secrets and the audit trail, in one transaction.

Which answer means what is in retries.py, how an order is claimed and sent in delivery.py.
"""

import logging
import random
import uuid
from datetime import datetime, timedelta
from typing import Final

from django.db import transaction
from django.db.models import F

from consoleapp.audit import services as audit
from consoleapp.gateways.errors import CircuitOpen, GatewayError
from consoleapp.gateways.ports.container_groups import CreatedContainerGroup
from consoleapp.orders import clock, payload, rate_limit, retries
from consoleapp.orders.models import Attempt, AttemptOutcome, Order, OrderState, order_final

logger = logging.getLogger(__name__)

# Attempts after which a group may exist although nobody told us.
LEAVES_DOUBT: Final = (AttemptOutcome.OPEN, AttemptOutcome.UNKNOWN)
# Orders that waited for the cloud to answer again do not all come in the same moment.
SPREAD_SECONDS: Final = 5


def step_of(order: Order, now: datetime) -> retries.Next:
    """Return what is to be done about the open order next, by all its attempts so far."""
    sent = [attempt for attempt in order.attempts.all() if attempt.outcome != AttemptOutcome.NOT_THERE]
    doubts = [attempt.started_at for attempt in sent if attempt.outcome in LEAVES_DOUBT]
    step = retries.next_step(
        [attempt.rule for attempt in sent],
        age=now - order.created_at,
        doubt=now - min(doubts) if doubts else None,
    )
    # Nothing proves which group is that of an order without a mark, so there is nothing to look for.
    return step if step == retries.Next.SEND or payload.is_marked(order) else retries.Next.REST


@transaction.atomic
def store_created(attempt: Attempt, answer: CreatedContainerGroup) -> None:
    """Store the one good answer, whoever holds the claim by now: the token makes every good answer the same."""
    now = clock.now()
    end_attempt(attempt, AttemptOutcome.CREATED, request_id=answer.request_id, now=now)
    settle(attempt.order_id, answer.container_group_id, request_id=answer.request_id, now=now)


def settle(order_id: uuid.UUID, container_group_id: str, *, request_id: str, now: datetime) -> None:
    """Wipe the secrets of an order that has its group and write the audit row, in the caller's transaction."""
    stored = (
        Order.objects.filter(pk=order_id)
        .exclude(state=OrderState.CREATED)
        .update(
            state=OrderState.CREATED,
            is_halted=False,
            container_group_id=container_group_id,
            request_id=request_id,
            error_kind="",
            error_code="",
            error_message="",
            error_field="",
            sealed_secrets="",
            next_try_at=None,
            slot_at=None,
            updated_at=now,
        )
    )
    if stored:
        tell_final(order_id, "order.created", container_group_id=container_group_id, request_id=request_id)


def tell_final(order_id: uuid.UUID, action: str, **told: object) -> None:
    """Tell who keeps copies of the order's secrets, and the audit trail; inside the caller's transaction."""
    order = Order.objects.select_related("owner").get(pk=order_id)
    order_final.send(sender=Order, order=order)
    audit.record(order.owner, action, order.pk, {"group_name": order.group_name, **told}, team_id=order.team_id)


@transaction.atomic
def store_error(attempt: Attempt, error: GatewayError, rule: retries.Rule) -> None:
    """Store what went wrong and when it is tried again. Only the holder of the claim decides about the order."""
    now = clock.now()
    end_attempt(attempt, rule.outcome, rule=rule.name, answer=error, now=now)
    if rule.admin_must_know and (not rule.max_attempts or step_of(attempt.order, now) != retries.Next.SEND):
        logger.error("order %s: %s (%s)", attempt.order_id, rule.name, error.code or error.kind)
    state = _state_after(attempt, rule)
    is_halted = rule.outcome == AttemptOutcome.MISMATCH
    is_final = is_halted or state == OrderState.REFUSED
    changes: dict[str, object] = {
        "state": state,
        "is_halted": is_halted,
        "request_id": error.request_id,
        "error_kind": error.kind,
        "error_code": error.code,
        "error_message": error.message,
        "error_field": getattr(error, "field", "") or getattr(error, "permission", ""),
        "next_try_at": None if is_final else _next_try(attempt, rule, now),
        "slot_at": None,
        "sealed_secrets": "" if is_final else F("sealed_secrets"),
        "updated_at": now,
    }
    stored = Order.objects.filter(pk=attempt.order_id, state=OrderState.SENDING, claimed_at=attempt.started_at).update(
        **changes
    )
    if rule.outcome == AttemptOutcome.SLOW_DOWN:
        rate_limit.slow_down(rate_limit.account_of(attempt.order), now, rule.wait_seconds)
    if stored and is_final:
        action = "order.halted" if is_halted else "order.refused"
        tell_final(attempt.order_id, action, code=error.code, kind=error.kind, request_id=error.request_id)


def _next_try(attempt: Attempt, rule: retries.Rule, now: datetime) -> datetime | None:
    """Return when the order is tried again by itself; None when that is left to a person."""
    if not rule.may_repeat or step_of(attempt.order, now) == retries.Next.REST:
        return None
    failed = Attempt.objects.filter(order_id=attempt.order_id).count()
    return now + timedelta(seconds=retries.backoff_seconds(failed - 1, rule))


def release(order: Order, next_try_at: datetime | None, now: datetime) -> None:
    """Give the claim back. The order is tried again at that time; None leaves it to a person."""
    state = OrderState.UNKNOWN if _is_in_doubt(order.pk) else OrderState.RECORDED
    Order.objects.filter(pk=order.pk, state=OrderState.SENDING, claimed_at=order.claimed_at).update(
        state=state, next_try_at=next_try_at, updated_at=now
    )


@transaction.atomic
def put_off(order: Order, error: GatewayError) -> None:
    """Put off an order that was not sent, because nobody answers: it keeps what it knows and is tried later."""
    now = clock.now()
    failed = order.attempts.exclude(outcome=AttemptOutcome.CREATED).count()
    seconds = retries.backoff_seconds(failed, retries.NOT_SENT)
    if isinstance(error, CircuitOpen):
        seconds = error.retry_after_seconds + random.random() * SPREAD_SECONDS  # noqa: S311 - no secret
    release(order, now + timedelta(seconds=seconds), now)


@transaction.atomic
def withdraw(attempt: Attempt, error: GatewayError) -> None:
    """Take back an attempt that was not made; it leaves no trace but the next try."""
    order = attempt.order
    attempt.delete()
    Order.objects.filter(pk=order.pk, claimed_at=order.claimed_at).update(
        error_kind=error.kind, error_code="", error_message=error.message, error_field="", request_id=""
    )
    put_off(order, error)


def end_attempt(
    attempt: Attempt,
    outcome: AttemptOutcome,
    *,
    now: datetime,
    rule: str = "",
    request_id: str = "",
    answer: GatewayError | None = None,
) -> None:
    """Store what the attempt showed."""
    attempt.outcome, attempt.rule, attempt.ended_at, attempt.request_id = outcome, rule, now, request_id
    if answer is not None:
        attempt.request_id, attempt.code, attempt.message = answer.request_id, answer.code, answer.message
    attempt.save()


def _is_in_doubt(order_id: uuid.UUID, *, apart_from: int = 0) -> bool:
    """Tell whether an attempt may have made the group although nobody told us."""
    return Attempt.objects.filter(order_id=order_id, outcome__in=LEAVES_DOUBT).exclude(pk=apart_from).exists()


def _state_after(attempt: Attempt, rule: retries.Rule) -> OrderState:
    doubt = rule.outcome in (AttemptOutcome.UNKNOWN, AttemptOutcome.MISMATCH) or _is_in_doubt(
        attempt.order_id, apart_from=attempt.pk
    )
    if rule.outcome == AttemptOutcome.REFUSED and (rule.proves_nothing_made or not doubt):
        return OrderState.REFUSED
    return OrderState.UNKNOWN if doubt else OrderState.RECORDED
