"""What a container group has cost so far: list price times the seconds from Pending to its end; and which of the groups
that an order replaces are billed on.

Source: the vendor's page on the lifecycle of an elastic container instance: Scheduling is not billed, everything from
Pending (when images are pulled) to the end is.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Final

from django.utils import timezone

from consoleapp.gateways.errors import GatewayError, NotFound
from consoleapp.gateways.ports.container_groups import ContainerGroup, ContainerGroups, Event
from consoleapp.orders.models import Order

# States of a group that is billed, or will be before long, until somebody deletes it.
GOES_ON: Final = frozenset({"Scheduling", "Pending", "Running", "Restarting", "Updating"})
# Of these, the states that are billed.
IS_BILLED: Final = GOES_ON - {"Scheduling"}

# Events of the machine while it is being found: before anything is billed.
_BEFORE_PENDING: Final = frozenset(
    {"UserInstanceTypeSpec", "ImageCacheMissed", "SuccessfulHitImageCache", "ImageCacheAutoCreated", "FailedScheduling"}
)


@dataclass(frozen=True)
class Cost:
    """A sum in `currency`; `is_final` when it no longer grows."""

    amount: Decimal
    currency: str
    seconds: int
    is_final: bool


def pending_since(group: ContainerGroup) -> datetime | None:
    """Return when billing began: the containers' first event; the creation where the cloud keeps no such event."""
    if group.status in ("Scheduling", "ScheduleFailed"):
        return None
    return min(_container_events(group.events), default=group.creation_time)


def _container_events(events: Iterable[Event]) -> list[datetime]:
    return [event.first_timestamp for event in events if event.reason not in _BEFORE_PENDING]


def ended_at(group: ContainerGroup) -> datetime | None:
    """Return when billing stopped; None while it goes on."""
    return group.succeeded_time or group.failed_time or group.expired_time


def cost_so_far(group: ContainerGroup, per_second: Decimal, currency: str, now: datetime) -> Cost:
    """Return the cost up to now or to the group's end; zero before Pending."""
    since, end = pending_since(group), ended_at(group)
    seconds = max(0, int(((end or now) - since).total_seconds())) if since else 0
    is_final = end is not None or group.status == "ScheduleFailed"
    return Cost(per_second * seconds, currency, seconds, is_final)


def cost_of(order: Order, group: ContainerGroup, now: datetime | None = None) -> Cost | None:
    """Return what the group of this order has cost so far; None where its price was not known."""
    if order.price_per_second is None:
        return None
    return cost_so_far(group, order.price_per_second, order.currency, now or timezone.now())


@dataclass(frozen=True)
class Bill:
    """The group of an order that nobody has deleted; without a `group` the cloud does not tell or was not asked."""

    order: Order
    group: ContainerGroup | None = None
    cost: Cost | None = None


def runs_well(group: ContainerGroup) -> bool:
    """Tell whether the group runs with all its containers ready."""
    return group.status == "Running" and all(container.ready for container in group.containers)


def not_deleted(order: Order | None) -> list[Bill]:
    """Return the group of this order, of the one that it replaces, and so on; without asking the cloud."""
    bills = []
    while order is not None:
        if order.container_group_id and order.delete_requested_at is None:
            bills.append(Bill(order))
        order = order.replaces
    return bills


def still_billed(order: Order | None, port: ContainerGroups | None, account_id: int | None = None) -> list[Bill]:
    """Return those of the same groups that go on by what the cloud says, or may do so where it says nothing.

    Without a `port` the cloud is known to be silent, and is not waited for again. It is that of the account with this
    id: what lies in another one is not asked for.
    """
    bills = []
    for bill in not_deleted(order):
        try:
            may_ask = port is not None and bill.order.account_id == account_id
            group = port.get(bill.order.region_id, bill.order.container_group_id) if port and may_ask else None
        except NotFound:
            continue
        except GatewayError:
            # Most likely everybody's trouble: the page must not wait for one time-out after the other.
            group, port = None, None
        if group is None:
            bills.append(bill)
        elif group.status in GOES_ON:
            bills.append(Bill(bill.order, group, cost_of(bill.order, group)))
    return bills
