"""How far a container group has come: which containers wait for which, and since when all of them are ready. Pure
functions.

Init containers run one after another, and the containers wait for the last of them. What is wrong with a group is found
in diagnosis.py.
"""

from dataclasses import dataclass
from datetime import datetime

from consoleapp.gateways.ports.container_groups import ContainerGroup, ContainerStatus


@dataclass(frozen=True)
class Wait:
    """An init container that runs, since when, and the names of those that wait for it."""

    init_container: ContainerStatus
    since: datetime | None
    waiting: tuple[str, ...]


def wait_of(group: ContainerGroup) -> Wait | None:
    """Return what the containers wait for; None where no init container is running."""
    everything = (*group.init_containers, *group.containers)
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
