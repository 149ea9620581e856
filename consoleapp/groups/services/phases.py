"""The phases of a container group, from the order to ready, with the time each took. A pure function of the group.

The cloud tells whole seconds, and keeps no moment at which the last container became ready: that phase has no duration.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Final, Literal

from consoleapp.gateways.ports.container_groups import FINAL_STATUSES, ContainerGroup, ContainerStatus, Event
from consoleapp.groups.services.diagnosis import PULL_REASONS, Cause, Diagnosis
from consoleapp.groups.services.progress import not_ready
from consoleapp.orders.billing import ended_at, pending_since

_IMAGE_SIZE: Final = re.compile(r"Image size: (\d{1,15}) bytes")
# The widest phase takes so many parts of the bar, the others fewer.
SHARES: Final = 8
# When a phase ended: True where nobody knows since when it is over, None while it is not.
End = datetime | Literal[True] | None
_SCHEDULING_CAUSES: Final = frozenset({Cause.NO_STOCK, Cause.NOT_SCHEDULED})
_PROCESS_CAUSES: Final = frozenset({Cause.KEEPS_ENDING, Cause.ENDED_BADLY})


class Step(StrEnum):
    """What a group goes through, in its order; the last one is READY for what goes on and ENDED for what does not."""

    ORDERED = "ordered"
    PLACED = "placed"
    PULLED = "pulled"
    STARTED = "started"
    READY = "ready"
    ENDED = "ended"


@dataclass(frozen=True)
class Phase:
    """One phase; `state` is done, now, bad or later. `seconds` is None where nobody knows them.

    `since` is when a phase began that goes on, `size_bytes` what was pulled in it, `share` how wide it is drawn.
    """

    step: Step
    state: str
    seconds: float | None = None
    since: datetime | None = None
    size_bytes: int = 0
    share: int = 1


def phases_of(
    group: ContainerGroup, now: datetime, diagnosis: Diagnosis | None = None, answered_in: float | None = None
) -> tuple[Phase, ...]:
    """Return the phases of the group as it is told; `answered_in`: the seconds that the cloud took for the order."""
    steps = [Step.PLACED, Step.PULLED, Step.STARTED, _last_step(group)]
    ends = [_placed_at(group), _pulled_at(group), _started_at(group), _came_to_its_end(group)]
    bad = _bad_step(group, diagnosis)
    phases = [Phase(Step.ORDERED, "done", answered_in)]
    before, is_open = group.creation_time, True
    for step, end in zip(steps, ends, strict=True):
        size = _pulled_bytes(group.events) if step is Step.PULLED else 0
        if is_open and end is not None and step is not bad:
            moment = None if end is True else end
            seconds = _between(before, moment) if step is not Step.READY else None
            phases.append(Phase(step, "done", seconds, size_bytes=size))
            before = moment or before
        elif is_open:
            is_over = group.status in FINAL_STATUSES
            state = "bad" if step is bad else "later" if is_over else "now"
            ended = ended_at(group) if is_over else None
            since = before if state != "later" and not is_over else None
            phases.append(Phase(step, state, _between(before, ended or now), since, size))
            is_open = False
        else:
            phases.append(Phase(step, "later"))
    return _shared_out(phases)


def _between(begin: datetime | None, end: datetime | None) -> float | None:
    return max(0.0, (end - begin).total_seconds()) if begin and end else None


def _shared_out(phases: list[Phase]) -> tuple[Phase, ...]:
    longest = max((phase.seconds or 0 for phase in phases), default=0) or 1
    return tuple(replace(each, share=max(1, round(SHARES * (each.seconds or 0) / longest))) for each in phases)


# --- when each phase ended


def _placed_at(group: ContainerGroup) -> End:
    if group.status in ("Scheduling", "ScheduleFailed"):
        return None
    # The first event of a container is the end of the search for a place.
    return pending_since(group) or True


def _pulled_at(group: ContainerGroup) -> End:
    containers = group.all_containers
    if not containers or not all(_has_image(each, group.events) for each in containers):
        return None
    pulled = [event.first_timestamp for event in group.events if event.reason == "Pulled"]
    return max(pulled, default=True)


def _has_image(container: ContainerStatus, events: Iterable[Event]) -> bool:
    if container.state.reason in PULL_REASONS:
        return False
    quoted = f'"{container.image}"'
    return container.has_started or any(event.reason == "Pulled" and quoted in event.message for event in events)


def _started_at(group: ContainerGroup) -> End:
    if not group.containers or not all(each.has_started for each in group.containers):
        return None
    moments = [_first_start(container, group.events) for container in group.containers]
    return max((moment for moment in moments if moment), default=True)


def _first_start(container: ContainerStatus, events: Iterable[Event]) -> datetime | None:
    """Return when it was started first; of one that was started again the events alone tell."""
    text = f"Started container {container.name}"
    told = [event.first_timestamp for event in events if event.reason == "Started" and event.message == text]
    return min(told, default=container.state.start_time if not container.restart_count else None)


def _came_to_its_end(group: ContainerGroup) -> End:
    if group.status in FINAL_STATUSES:
        return ended_at(group) or True
    # One whose container has ended well while others go on is as ready as it will be.
    return True if group.containers and group.status == "Running" and not not_ready(group) else None


def _last_step(group: ContainerGroup) -> Step:
    return Step.ENDED if group.status in FINAL_STATUSES else Step.READY


def _bad_step(group: ContainerGroup, diagnosis: Diagnosis | None) -> Step | None:
    if diagnosis is None:
        return None
    if diagnosis.cause in _SCHEDULING_CAUSES:
        return Step.PLACED
    return _last_step(group) if diagnosis.cause in _PROCESS_CAUSES else Step.PULLED


def _pulled_bytes(events: Iterable[Event]) -> int:
    """Return how much was pulled; each image counts once, however often its container was started."""
    return sum(map(image_bytes, {event.message for event in events if event.reason == "Pulled"}))


def image_bytes(message: str) -> int:
    """Return the size of the image that was pulled, by the words of the event; 0 where they do not tell it."""
    size = _IMAGE_SIZE.search(message)
    return int(size[1]) if size else 0
