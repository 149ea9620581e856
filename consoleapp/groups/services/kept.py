"""What is kept of a group that is deleted from here: its last state and events, and the last lines of its logs.

A page that is looked at keeps nothing. What the containers wrote is shown to the owner of the order alone, and wiped
after LOG_DAYS.
"""

import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from django.utils import timezone

from consoleapp.gateways.errors import GatewayError
from consoleapp.gateways.ports.container_groups import ContainerGroup, ContainerGroups
from consoleapp.groups.models import LastLook
from consoleapp.orders.models import Order
from consoleapp.web.records import made, plain

LOG_LINES: Final = 200
LOG_BYTES: Final = 32 * 1024
LOG_DAYS: Final = 30
# Nobody who deletes a group waits longer for its logs.
LOG_SECONDS: Final = 5


@dataclass(frozen=True)
class Kept:
    """The last look at a group. A container whose log could not be fetched is not in `logs`."""

    at: datetime
    group: ContainerGroup
    logs: Mapping[str, str]


def keep(order: Order, group: ContainerGroup, port: ContainerGroups) -> None:
    """Keep the group as it was told just now, and ask for the end of its logs."""
    look = {"at": timezone.now(), "group": plain(replace(group, tags={})), "logs": _logs(order, group, port)}
    LastLook.objects.update_or_create(order=order, defaults=look)


def _logs(order: Order, group: ContainerGroup, port: ContainerGroups) -> dict[str, str]:
    until, logs = time.monotonic() + LOG_SECONDS, dict[str, str]()
    for container in group.all_containers:
        if not container.has_started:
            continue
        if time.monotonic() >= until:
            break
        try:
            text = port.log(order.region_id, order.container_group_id, container.name, tail=LOG_LINES)
        except GatewayError:
            continue
        logs[container.name] = shortened(text)
    return logs


def shortened(text: str) -> str:
    """Return the last lines of a log, few enough to be kept. A database has no place for the character NUL."""
    lines = text.replace("\0", "").splitlines()[-LOG_LINES:]
    return "\n".join(lines).encode()[-LOG_BYTES:].decode(errors="ignore")


def kept_of(order: Order) -> Kept | None:
    """Return the last look at the order's group; None where none was kept."""
    look = LastLook.objects.filter(order=order).first()
    return Kept(look.at, made(ContainerGroup, look.group), look.logs) if look else None


def forget_old_logs(**_kwargs: object) -> None:
    """Wipe the log lines that have been kept for long enough."""
    LastLook.objects.filter(at__lt=timezone.now() - timedelta(days=LOG_DAYS)).exclude(logs={}).update(logs={})
