"""Events of a container group: their texts, and how repeated ones are counted together.

When which event happens is lifecycle.py. The texts of the container's side are the kubelet's
(kubernetes/pkg/kubelet/events, images/image_manager.go), those with the prefix `[eci.…]` were seen on real runs.
"""

from dataclasses import dataclass, field
from typing import Final

KUBELET: Final = "kubelet"
SERVICE: Final = "EciService"
NORMAL: Final = "Normal"
WARNING: Final = "Warning"
# The vendor keeps the newest 50 events of a group.
MAX_EVENTS: Final = 50


@dataclass(frozen=True, slots=True)
class Event:
    """One event, or several equal ones; times in seconds since the group's creation."""

    type: str
    reason: str
    message: str
    source: str
    first: float
    last: float
    count: int = 1


@dataclass(slots=True)
class EventLog:
    """Collects the events up to and including the moment `until`."""

    until: float
    events: list[Event] = field(default_factory=list)

    def add(self, at: float, event_type: str, reason: str, message: str, source: str = KUBELET) -> None:
        """Note a single event, if it has happened yet."""
        self.repeat((at, at, 1), event_type, reason, message, source)

    def repeat(
        self, times: tuple[float, float, int], event_type: str, reason: str, message: str, source: str = KUBELET
    ) -> None:
        """Note an event with (first time, last time, count)."""
        first, last, count = times
        if count and first <= self.until:
            self.events.append(Event(event_type, reason, message, source, first, last, count))

    def newest(self) -> list[Event]:
        """Return the newest events, oldest first."""
        return sorted(self.events, key=lambda event: event.last)[-MAX_EVENTS:]


def instance_type(spec: str) -> str:
    return f"[eci.containergroup]The user-specified instanceType for current eci instance is {spec}"


IMAGE_CACHE_MISSED: Final = "[eci.imagecache]Missed image cache."


def pulling(image: str) -> str:
    return f'Pulling image "{image}"'


def pulled(image: str, seconds: float, size_bytes: int) -> str:
    took = f"{round(seconds * 1000)}ms" if seconds < 1 else f"{seconds:.3f}".rstrip("0").rstrip(".") + "s"
    return f'Successfully pulled image "{image}" in {took} ({took} including waiting). Image size: {size_bytes} bytes.'


def present(image: str) -> str:
    return f'Container image "{image}" already present on machine'


def never_pull(image: str) -> str:
    return f'Container image "{image}" is not present with pull policy of Never'


# How the message of an image name begins that the container runtime cannot read.
INVALID_NAME: Final = "Failed to apply default image tag"


def pull_failed(image: str, error: str) -> str:
    return f'Failed to pull image "{image}": {error}'


def back_off_pulling(image: str) -> str:
    return f'Back-off pulling image "{image}"'


def created(container: str) -> str:
    return f"Created container: {container}"


def started(container: str) -> str:
    return f"Started container {container}"


def stopping(container: str) -> str:
    return f"Stopping container {container}"


BACK_OFF_RESTARTING: Final = "Back-off restarting failed container"


def back_off_state(delay_seconds: float, container: str, pod: str, group_id: str) -> str:
    """Return the state message of a container in CrashLoopBackOff."""
    minutes, seconds = divmod(round(delay_seconds), 60)
    delay = f"{minutes}m{seconds}s" if minutes else f"{seconds}s"
    return f"Back-off {delay} restarting failed container={container} pod={pod}_{group_id}({group_id})"


def never_started(minutes: float) -> str:
    return f"[eci.containergroup]The container group did not start within {minutes:g} minutes and was stopped"


def deadline_exceeded(seconds: float) -> str:
    return f"[eci.containergroup]The container group was active longer than {seconds:g} seconds and was stopped"
