"""What a container group has cost so far: list price times the seconds from Pending to its end. Pure functions.

Source: the vendor's page on the lifecycle of an elastic container instance: Scheduling is not billed, everything from
Pending (when images are pulled) to the end is.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Final

from consoleapp.gateways.ports.container_groups import ContainerGroup, Event

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
    """When billing began: the first event of the containers' side; the creation where the cloud keeps no such event."""
    if group.status in ("Scheduling", "ScheduleFailed"):
        return None
    return min(_container_events(group.events), default=group.creation_time)


def _container_events(events: Iterable[Event]) -> list[datetime]:
    return [event.first_timestamp for event in events if event.reason not in _BEFORE_PENDING]


def ended_at(group: ContainerGroup) -> datetime | None:
    """When billing stopped; None while it goes on."""
    return group.succeeded_time or group.failed_time or group.expired_time


def cost_so_far(group: ContainerGroup, per_second: Decimal, currency: str, now: datetime) -> Cost:
    """The cost up to now or to the group's end; zero before Pending."""
    since, end = pending_since(group), ended_at(group)
    seconds = max(0, int(((end or now) - since).total_seconds())) if since else 0
    is_final = end is not None or group.status == "ScheduleFailed"
    return Cost(per_second * seconds, currency, seconds, is_final)
