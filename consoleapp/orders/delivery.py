"""One attempt to send an order: claim, send, store. Each claim and each answer is a short transaction of its own, and
none is open while the network is.

What an answer means is in retries.py. Who calls this again later is not here: today the person who presses *Ask again*.
A process that dies between claim and answer leaves the order in `sending`; it may be claimed again once LEASE is over.
"""

import hashlib
import json
import logging
import uuid
from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from typing import Final, Protocol

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.views.decorators.debug import sensitive_variables

from consoleapp.domain.secret import Secret
from consoleapp.gateways.errors import GatewayError, OutcomeUnknown, Refused
from consoleapp.gateways.ports import CreatedContainerGroup
from consoleapp.orders import retries
from consoleapp.orders.models import Attempt, AttemptOutcome, Order, OrderState, order_final
from consoleapp.web import sealing

logger = logging.getLogger(__name__)

# Longer than one call usually takes. A slower one does no harm: its token is the same.
LEASE: Final = timedelta(seconds=settings.CLOUD_CONNECT_TIMEOUT_SECONDS + settings.CLOUD_READ_TIMEOUT_SECONDS + 7)
ATTEMPTS_AT_ONCE: Final = 2
# Attempts after which a group may exist although nobody told us.
LEAVES_DOUBT: Final = (AttemptOutcome.OPEN, AttemptOutcome.UNKNOWN)


class Creation(Protocol):
    """The one thing that delivery needs of ports.ContainerGroups."""

    def create(
        self, parameters: Mapping[str, str], *, client_token: str, secret_keys: Collection[str] = ()
    ) -> CreatedContainerGroup:
        """See ports.ContainerGroups."""
        ...


class PayloadChanged(Exception):
    """The stored parameters are not the confirmed ones any more: nothing may be sent."""


def payload_hash(parameters: Mapping[str, str], secret_keys: list[str]) -> str:
    """A fingerprint of what was confirmed, without the secret values: those are sealed against change anyway."""
    text = json.dumps([dict(parameters), sorted(secret_keys)], sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def _bound_to(order: Order) -> str:
    return f"order/{order.pk}"


@sensitive_variables("secrets")
def seal_secrets(order: Order, secrets: Mapping[str, str]) -> str:
    """All secret values in one sealed text, "" when there are none."""
    return sealing.seal(Secret(json.dumps(dict(secrets))), _bound_to(order)) if secrets else ""


@sensitive_variables()
def full_parameters(order: Order) -> dict[str, str]:
    """What is sent, secrets in clear. Raises PayloadChanged, and sealing.SealBroken when a key is gone."""
    if payload_hash(order.public_parameters, order.secret_keys) != order.payload_hash:
        raise PayloadChanged(str(order.pk))
    secrets = (
        json.loads(sealing.unseal(order.sealed_secrets, _bound_to(order)).reveal()) if order.sealed_secrets else {}
    )
    if sorted(secrets) != sorted(order.secret_keys):
        raise PayloadChanged(str(order.pk))
    return {**order.public_parameters, **secrets}


@sensitive_variables()
def _open_secrets(order: Order) -> dict[str, str]:
    if not order.sealed_secrets:
        return {}
    opened: dict[str, str] = json.loads(sealing.unseal(order.sealed_secrets, _bound_to(order)).reveal())
    return opened


def deliver(order_id: uuid.UUID, port: Creation) -> Order:
    """The order after one attempt (two where an answer says *at once*); untouched when it may not be sent now."""
    for _ in range(ATTEMPTS_AT_ONCE):
        attempt = claim(order_id, timezone.now())
        if attempt is None:
            break
        rule = _send(attempt, port)
        if rule is None or not rule.at_once:
            break
    return Order.objects.get(pk=order_id)


@transaction.atomic
def claim(order_id: uuid.UUID, now: datetime) -> Attempt | None:
    """The begun attempt, or None when the order is final or somebody else is sending it."""
    free = Q(state__in=(OrderState.RECORDED, OrderState.UNKNOWN), is_halted=False)
    left_behind = Q(state=OrderState.SENDING, claimed_at__lt=now - LEASE)
    won = Order.objects.filter(free | left_behind, pk=order_id).update(
        state=OrderState.SENDING, claimed_at=now, updated_at=now
    )
    if not won:
        return None
    return Attempt.objects.create(order_id=order_id, started_at=now)


@sensitive_variables("parameters")
def _send(attempt: Attempt, port: Creation) -> retries.Rule | None:
    order = attempt.order
    try:
        parameters = full_parameters(order)
    except (PayloadChanged, sealing.SealBroken):
        logger.exception("order %s cannot be sent", order.pk)
        store_error(attempt, Refused("The stored request cannot be opened any more."), retries.UNSENDABLE)
        return None
    try:
        answer = port.create(parameters, client_token=order.client_token, secret_keys=frozenset(order.secret_keys))
    except GatewayError as error:
        rule = retries.rule_for(error)
        store_error(attempt, error, rule)
        return rule
    if not answer.container_group_id:
        nameless = OutcomeUnknown(
            "The answer has no container group id.", request_id=answer.request_id, http_status=200
        )
        store_error(attempt, nameless, retries.rule_for(nameless))
        return None
    store_created(attempt, answer)
    return None


@transaction.atomic
def store_created(attempt: Attempt, answer: CreatedContainerGroup) -> None:
    """Stores the one good answer, whoever holds the claim by now: the token makes every good answer the same."""
    now = timezone.now()
    _end(attempt, AttemptOutcome.CREATED, request_id=answer.request_id, now=now)
    stored = (
        Order.objects.filter(pk=attempt.order_id)
        .exclude(state=OrderState.CREATED)
        .update(
            state=OrderState.CREATED,
            is_halted=False,
            container_group_id=answer.container_group_id,
            request_id=answer.request_id,
            error_kind="",
            error_code="",
            error_message="",
            error_field="",
            sealed_secrets="",
            updated_at=now,
        )
    )
    if stored:
        order_final.send(sender=Order, order=Order.objects.get(pk=attempt.order_id))


@transaction.atomic
def store_error(attempt: Attempt, error: GatewayError, rule: retries.Rule) -> None:
    """Stores what went wrong. Only the holder of the claim decides about the order's state."""
    now = timezone.now()
    _end(attempt, rule.outcome, request_id=error.request_id, code=error.code, message=error.message, now=now)
    if rule.admin_must_know:
        logger.error("order %s: %s (%s)", attempt.order_id, rule.name, error.code or error.kind)
    state = _state_after(attempt, rule)
    is_halted = rule.outcome == AttemptOutcome.MISMATCH
    changes: dict[str, object] = {
        "state": state,
        "is_halted": is_halted,
        "request_id": error.request_id,
        "error_kind": error.kind,
        "error_code": error.code,
        "error_message": error.message,
        "error_field": getattr(error, "field", ""),
        "updated_at": now,
    }
    is_final = is_halted or state == OrderState.REFUSED
    if is_final:
        changes["sealed_secrets"] = ""
    stored = Order.objects.filter(pk=attempt.order_id, state=OrderState.SENDING, claimed_at=attempt.started_at).update(
        **changes
    )
    if stored and is_final:
        order_final.send(sender=Order, order=Order.objects.get(pk=attempt.order_id))


def _end(
    attempt: Attempt,
    outcome: AttemptOutcome,
    *,
    now: datetime,
    request_id: str = "",
    code: str = "",
    message: str = "",
) -> None:
    attempt.outcome, attempt.ended_at = outcome, now
    attempt.request_id, attempt.code, attempt.message = request_id, code, message
    attempt.save(update_fields=["outcome", "ended_at", "request_id", "code", "message"])


def _state_after(attempt: Attempt, rule: retries.Rule) -> OrderState:
    others = Attempt.objects.filter(order_id=attempt.order_id, outcome__in=LEAVES_DOUBT).exclude(pk=attempt.pk)
    doubt = rule.outcome in (AttemptOutcome.UNKNOWN, AttemptOutcome.MISMATCH) or others.exists()
    if rule.outcome == AttemptOutcome.REFUSED and (rule.proves_nothing_made or not doubt):
        return OrderState.REFUSED
    return OrderState.UNKNOWN if doubt else OrderState.RECORDED
