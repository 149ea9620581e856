"""One container group: found through its owner's order, described by the cloud, restarted, deleted."""

import logging
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Final

from django.db import DatabaseError, transaction
from django.utils import timezone

from consoleapp.audit import services as audit
from consoleapp.gateways.errors import GatewayError, NotFound
from consoleapp.gateways.ports.container_groups import FINAL_STATUSES, ContainerGroup, ContainerGroups, ContainerStatus
from consoleapp.governance import quotas
from consoleapp.groups.services import kept
from consoleapp.groups.services.diagnosis import Diagnosis, diagnose
from consoleapp.orders.billing import Cost, cost_of, pending_since
from consoleapp.orders.models import AttemptOutcome, Order

logger = logging.getLogger(__name__)

RESTARTABLE: Final = frozenset({"Pending", "Running"})
# Actions of the audit trail: what is about to be asked of the cloud, and what became of it.
RESTART_ASKED: Final = "group.restart_asked"
RESTARTED: Final = "group.restarted"
RESTART_FAILED: Final = "group.restart_failed"
DELETE_ASKED: Final = "group.delete_asked"
DELETED: Final = "group.deleted"
DELETE_FAILED: Final = "group.delete_failed"


@dataclass(frozen=True)
class Detail:
    """A group as far as it is known: `group` is None when the cloud has forgotten it or did not answer (`trouble`).

    `last_look` is what was kept of one that the cloud has forgotten.
    """

    order: Order
    group: ContainerGroup | None = None
    trouble: GatewayError | None = None
    diagnosis: Diagnosis | None = None
    cost: Cost | None = None
    last_look: kept.Kept | None = None

    @property
    def seen(self) -> ContainerGroup | None:
        """Return the group as the cloud tells it, or as it was seen last."""
        return self.group or (self.last_look.group if self.last_look else None)

    @property
    def is_forgotten(self) -> bool:
        """Tell whether the cloud answered that it knows no such group."""
        return self.group is None and self.trouble is None

    @property
    def is_final(self) -> bool:
        """Tell whether nothing will change any more."""
        return self.is_forgotten or (self.group is not None and self.group.status in FINAL_STATUSES)

    @property
    def is_cost_growing(self) -> bool:
        """Tell whether the cost is another one a second later."""
        is_billed = self.group is not None and pending_since(self.group) is not None
        return is_billed and self.cost is not None and not self.cost.is_final

    @property
    def may_restart(self) -> bool:
        return self.group is not None and self.group.status in RESTARTABLE

    @property
    def may_delete(self) -> bool:
        return not self.is_forgotten and self.order.delete_requested_at is None

    @property
    def containers(self) -> Sequence[tuple[ContainerStatus, bool]]:
        """Return every container with whether it is an init container, in the order in which they start."""
        if self.seen is None:
            return ()
        inits = len(self.seen.init_containers)
        return tuple((container, place < inits) for place, container in enumerate(self.seen.all_containers))


@dataclass(frozen=True)
class Press:
    """The attempt that the cloud answered with the group, and how many there were."""

    started_at: datetime
    ended_at: datetime
    count: int
    request_id: str

    @property
    def seconds(self) -> float:
        return (self.ended_at - self.started_at).total_seconds()


def press_of(order: Order) -> Press | None:
    """Return the press that made the group; None for an order of before attempts were kept."""
    attempts = list(order.attempts.all())
    for attempt in attempts:
        if attempt.outcome == AttemptOutcome.CREATED and attempt.ended_at:
            return Press(attempt.started_at, attempt.ended_at, len(attempts), attempt.request_id)
    return None


@dataclass(frozen=True)
class ActivityEntry:
    """What the order's owner had done to the group from here: RESTARTED or DELETED."""

    action: str
    at: datetime


def activity_of(order: Order) -> list[ActivityEntry]:
    """Return the restarts that the cloud accepted, and the deletion, newest first."""
    entries = [ActivityEntry(row.action, row.at) for row in audit.rows_about(order.container_group_id, [RESTARTED])]
    if order.delete_requested_at:
        entries.append(ActivityEntry(DELETED, order.delete_requested_at))
    return sorted(entries, key=lambda entry: entry.at, reverse=True)


def _last_cost(order: Order) -> Cost | None:
    """Return the cost that was written down when the group was deleted; None where none was known then."""
    for row in audit.rows_about(order.container_group_id, [DELETED]):
        if "cost" in row.payload:
            return Cost(Decimal(row.payload["cost"]), row.payload["currency"], row.payload["seconds"], is_final=True)
    return None


def describe(order: Order, port: ContainerGroups, now: datetime | None = None) -> Detail:
    """Return the group as the cloud describes it now; never raise for what the cloud does."""
    try:
        group = port.get(order.region_id, order.container_group_id)
    except NotFound:
        last_look = kept.kept_of(order)
        diagnosis = diagnose(last_look.group, order.public_parameters) if last_look else None
        return Detail(order, diagnosis=diagnosis, cost=_last_cost(order), last_look=last_look)
    except GatewayError as error:
        return Detail(order, trouble=error)
    return Detail(order, group, None, diagnose(group, order.public_parameters), cost_of(order, group, now))


def restart(order: Order, port: ContainerGroups) -> str:
    """Restart the group's containers and return the request id. Raise GatewayError."""
    token = _write_intent(order, RESTART_ASKED)
    with _writing_failure(order, RESTART_FAILED):
        request_id = port.restart(order.region_id, order.container_group_id, client_token=token)
    with _after_the_fact(order):
        audit.record(order.owner, RESTARTED, order.container_group_id, _named(order))
    return request_id


def delete(order: Order, port: ContainerGroups, group: ContainerGroup | None) -> None:
    """Delete the group; one that is gone already counts as deleted. Raise GatewayError.

    `group` is what the cloud has just told of it, None for nothing: its last state, its events and the end of its logs
    are kept, and its cost is written down, since nobody tells them once the cloud has forgotten the group.
    """
    if group is not None:
        with _after_the_fact(order):
            kept.keep(order, group, port)
    cost = cost_of(order, group) if group is not None else None
    payload: dict[str, str | int] = _named(order)
    if cost is not None:
        payload |= {"cost": f"{cost.amount:f}", "currency": cost.currency, "seconds": cost.seconds}
    token = _write_intent(order, DELETE_ASKED)
    with suppress(NotFound), _writing_failure(order, DELETE_FAILED):
        port.delete(order.region_id, order.container_group_id, client_token=token)
    with _after_the_fact(order), transaction.atomic():
        Order.objects.filter(pk=order.pk, delete_requested_at=None).update(delete_requested_at=timezone.now())
        quotas.release(order, quotas.DELETED)
        audit.record(order.owner, DELETED, order.container_group_id, payload)


def _named(order: Order) -> dict[str, str | int]:
    return {"name": order.group_name}


def _write_intent(order: Order, action: str) -> str:
    """Commit what is about to be done with a client token for the call, and return the token.

    Raise DatabaseError: where that cannot be written, nothing is done at the cloud.
    """
    token = uuid.uuid4().hex
    audit.record(order.owner, action, order.container_group_id, {**_named(order), "client_token": token})
    return token


@contextmanager
def _writing_failure(order: Order, action: str) -> Iterator[None]:
    """Write down what the cloud did not do, or nobody knows whether it did. A group that is gone is no failure."""
    try:
        yield
    except NotFound:
        raise
    except GatewayError as error:
        payload = {"kind": error.kind, "code": error.code, "request_id": error.request_id}
        with _after_the_fact(order):
            audit.record(order.owner, action, order.container_group_id, {**_named(order), **payload})
        raise


@contextmanager
def _after_the_fact(order: Order) -> Iterator[None]:
    """Log a database that does not take what is told of the group: that makes nothing undone, and the intent is
    there."""
    try:
        yield
    except DatabaseError:
        logger.exception("What the cloud did to %s could not be written down", order.container_group_id)
