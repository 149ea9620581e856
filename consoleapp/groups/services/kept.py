"""What is kept of a group that is deleted from here: its last state and events, and the last lines of its logs.

A page that is looked at keeps nothing. What the containers wrote is shown to the owner of the order alone, and wiped
after LOG_DAYS.
"""

import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, Final

from django.utils import timezone
from django.utils.dateparse import parse_datetime

from consoleapp.gateways.errors import GatewayError
from consoleapp.gateways.ports.container_groups import ContainerGroup, ContainerGroups, ContainerStatus, Event, State
from consoleapp.groups.models import LastLook
from consoleapp.orders.models import Order

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


def keep(order: Order, port: ContainerGroups) -> None:
    """Keep what the cloud tells of the group now; nothing where it tells nothing."""
    try:
        group = port.get(order.region_id, order.container_group_id)
    except GatewayError:
        return
    look = {"at": timezone.now(), "group": asdict(replace(group, tags={})), "logs": _logs(order, group, port)}
    LastLook.objects.update_or_create(order=order, defaults=look)


def _logs(order: Order, group: ContainerGroup, port: ContainerGroups) -> dict[str, str]:
    until, logs = time.monotonic() + LOG_SECONDS, dict[str, str]()
    for container in (*group.init_containers, *group.containers):
        if container.state.state not in ("Running", "Terminated") and not container.restart_count:
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
    return Kept(look.at, _group(look.group), look.logs) if look else None


def forget_old_logs(**_kwargs: object) -> None:
    """Wipe the log lines that have been kept for long enough."""
    LastLook.objects.filter(at__lt=timezone.now() - timedelta(days=LOG_DAYS)).exclude(logs={}).update(logs={})


# --- from what was stored


def _group(data: dict[str, Any]) -> ContainerGroup:
    moments = ("creation_time", "succeeded_time", "failed_time", "expired_time")
    return ContainerGroup(
        **{
            **data,
            **{name: _moment(data[name]) for name in moments},
            **{name: _number(data[name]) for name in ("cpu", "memory_gib")},
            **{name: tuple(map(_container, data[name])) for name in ("containers", "init_containers")},
            "events": tuple(map(_event, data["events"])),
        }
    )


def _container(data: dict[str, Any]) -> ContainerStatus:
    return ContainerStatus(
        **{
            **data,
            **{name: _number(data[name]) for name in ("cpu", "memory_gib")},
            "state": _state(data["state"]),
            "previous_state": data["previous_state"] and _state(data["previous_state"]),
        }
    )


def _state(data: dict[str, Any]) -> State:
    return State(**{**data, **{name: _moment(data[name]) for name in ("start_time", "finish_time")}})


def _event(data: dict[str, Any]) -> Event:
    return Event(**{**data, **{name: _moment(data[name]) for name in ("first_timestamp", "last_timestamp")}})


def _moment(text: str | None) -> datetime | None:
    return parse_datetime(text) if text else None


def _number(text: str | None) -> Decimal | None:
    return Decimal(text) if text else None
