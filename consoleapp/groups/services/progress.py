"""How far a container group has come: which containers wait for which, and since when all of them are ready. Pure
functions.

Init containers run one after another, and the containers wait for the last of them. What is wrong with a group is found
in diagnosis.py, when it is tried again here.
"""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from consoleapp.gateways.ports.container_groups import ContainerGroup, ContainerStatus
from consoleapp.groups.services.diagnosis import Cause, Diagnosis

# How the kubelet waits between two tries for an image: twice as long each time, up to five minutes.
PULL_BACK_OFF_SECONDS: Final = 10
PULL_BACK_OFF_MAX_SECONDS: Final = 300
_RESTART_BACK_OFF: Final = re.compile(r"[Bb]ack-off (?:(\d{1,3})m)?(\d{1,4})s restarting")
# A process that ended so soon did not get to work.
AT_ONCE: Final = timedelta(seconds=10)


@dataclass(frozen=True)
class Wait:
    """An init container that runs, since when, and the names of those that wait for it."""

    init_container: ContainerStatus
    since: datetime | None
    waiting: tuple[str, ...]


def wait_of(group: ContainerGroup) -> Wait | None:
    """Return what the containers wait for; None where no init container is running."""
    everything = group.all_containers
    for position, container in enumerate(group.init_containers):
        if container.state.state == "Running":
            names = tuple(each.name for each in everything[position + 1 :])
            return Wait(container, container.state.start_time, names)
    return None


def not_ready(group: ContainerGroup) -> tuple[str, ...]:
    """Return the names of the containers that have not ended and are not ready either."""
    return tuple(each.name for each in group.containers if not each.ready and each.state.state != "Terminated")


def started_last(group: ContainerGroup) -> datetime | None:
    """Return when the newest of the running processes started; None where the cloud does not say."""
    started = [each.state.start_time for each in group.containers if each.state.state == "Running"]
    return max((moment for moment in started if moment is not None), default=None)


def next_try(group: ContainerGroup, diagnosis: Diagnosis) -> datetime | None:
    """Return when the cloud tries again what has failed; None where it does not say from when on it waits."""
    if diagnosis.cause == Cause.KEEPS_ENDING:
        return _next_start(group, diagnosis.container_name)
    failed = [event for event in group.events if event.message == diagnosis.evidence and event.reason == "Failed"]
    if not failed or not diagnosis.failures:
        return None
    waits = PULL_BACK_OFF_SECONDS * 2 ** min(diagnosis.failures - 1, 10)
    return failed[-1].last_timestamp + timedelta(seconds=min(waits, PULL_BACK_OFF_MAX_SECONDS))


def _next_start(group: ContainerGroup, name: str) -> datetime | None:
    container = named(group, name)
    told = _RESTART_BACK_OFF.search(container.state.message) if container else None
    ended = container.previous_state.finish_time if container and container.previous_state else None
    if told is None or ended is None:
        return None
    return ended + timedelta(minutes=int(told[1] or 0), seconds=int(told[2]))


def ends_at_once(group: ContainerGroup, name: str) -> bool:
    """Tell whether the last run of the container was over as soon as it had begun."""
    container = named(group, name)
    if container is None:
        return False
    last = container.state if container.state.state == "Terminated" else container.previous_state
    if last is None or last.start_time is None or last.finish_time is None:
        return False
    return last.finish_time - last.start_time <= AT_ONCE


def named(group: ContainerGroup, name: str) -> ContainerStatus | None:
    """Return the container or init container with this name."""
    everything = group.all_containers
    return next((each for each in everything if each.name == name), None)
