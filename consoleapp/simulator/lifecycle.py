"""A container group in time: `observe` tells its state, its containers and its events at any moment.

A pure function of what was asked (the plan, made once in actions/eci_create.py), the times of creation and restarts,
and the time now. Nothing runs in the background and nothing is written, so nothing is lost when a process ends.
One container in time is runs.py, every duration timings.py. States: the vendor's page
https://help.aliyun.com/zh/eci/user-guide/lifecycle-of-an-elastic-container-instance-1.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import inf
from typing import Any, Final

from consoleapp.simulator import events, timings
from consoleapp.simulator.events import NORMAL, SERVICE, WARNING, Event, EventLog
from consoleapp.simulator.runs import FORCED_EXIT_CODE, ContainerPlan, Schedule, State, View, schedule

_to_json: Final = json.JSONEncoder(separators=(",", ":"), check_circular=False).encode
FINAL_STATUSES: Final = frozenset(("Succeeded", "Failed"))
# A container that nothing has happened to.
_NEW: Final = View(State("Waiting"))


@dataclass(frozen=True, slots=True)
class GroupPlan:
    """What was decided about a group when it was asked for."""

    group_id: str
    name: str
    spec: str
    restart_policy: str
    max_pending_seconds: float
    active_deadline_seconds: float | None
    looks_for_image_cache: bool
    has_pre_stop: bool
    init_containers: tuple[ContainerPlan, ...]
    containers: tuple[ContainerPlan, ...]

    def to_json(self) -> str:
        """Return the plan as JSON text."""
        *plain, init_containers, containers = (getattr(self, name) for name in self.__slots__)
        lists = [[item.to_json() for item in init_containers], [item.to_json() for item in containers]]
        return _to_json([*plain, *lists])

    @classmethod
    def from_json(cls, text: str) -> "GroupPlan":
        """Return the plan that `to_json` wrote."""
        values: list[Any] = json.loads(text)
        *plain, init_containers, containers = values
        read = ContainerPlan.from_json
        return cls(*[*plain, tuple(map(read, init_containers)), tuple(map(read, containers))])


@dataclass(frozen=True, slots=True)
class Epoch:
    """A group from its creation or its last restart on, if nobody interferes."""

    begin: float
    init_containers: tuple[Schedule, ...]
    containers: tuple[Schedule, ...]
    running: float
    final: float
    final_status: str
    # Why the system ended it; empty when its containers ended by themselves.
    final_reason: str


@dataclass(frozen=True, slots=True)
class Observation:
    """A group at one moment; times in seconds since its creation, divided by the speed already."""

    status: str
    init_containers: tuple[View, ...]
    containers: tuple[View, ...]
    events: tuple[Event, ...]
    pending_since: float
    running_since: float
    ended: float | None


def plan_epoch(plan: GroupPlan, begin: float, present: frozenset[str] = frozenset()) -> Epoch:
    """Return the epoch whose first container has its turn at `begin`, with the images already there."""
    images, turn, failed = set(present), begin, inf
    init_containers = []
    for item in plan.init_containers:
        restarts = item.exit_code != 0 and plan.restart_policy != "Never"
        run = schedule(item, turn, is_present=item.image in images, restarts=restarts)
        init_containers.append(run)
        images.update([item.image] if run.has_image else ())
        if item.exit_code:
            failed = min(failed, run.final)
        turn = inf if item.exit_code else run.final
    containers = []
    for item in plan.containers:
        restarts = plan.restart_policy == "Always" or (plan.restart_policy == "OnFailure" and item.exit_code != 0)
        run = schedule(item, turn, is_present=item.image in images, restarts=restarts)
        containers.append(run)
        images.update([item.image] if run.has_image else ())
        turn = run.turn_over
    running = max(run.up for run in containers)
    final, status, reason = _end(plan, begin, failed, running, containers)
    return Epoch(begin, tuple(init_containers), tuple(containers), running, final, status, reason)


def _end(
    plan: GroupPlan, begin: float, init_failed: float, running: float, containers: Sequence[Schedule]
) -> tuple[float, str, str]:
    """Return (when, status, why) of the earliest thing that ends the epoch."""
    ended = max(run.final for run in containers)
    is_bad = any(run.plan.exit_code for run in containers)
    ends = [(ended, "Failed" if is_bad else "Succeeded", ""), (init_failed, "Failed", "")]
    if min(running, ended, init_failed) > begin + plan.max_pending_seconds:
        reason = events.never_started(plan.max_pending_seconds / 60)
        ends.append((begin + plan.max_pending_seconds, "Failed", reason))
    if plan.active_deadline_seconds:
        reason = events.deadline_exceeded(plan.active_deadline_seconds)
        ends.append((begin + plan.active_deadline_seconds, "Failed", reason))
    return min(ends, key=lambda end: end[0])


def final_moment(plan: GroupPlan, restarts: Sequence[float], *, speed: float) -> float:
    """Return the seconds from creation to the group's end, infinite when it has none; restarts are counted alike."""
    begin = restarts[-1] * speed + timings.RESTARTING if restarts else timings.SCHEDULING
    return plan_epoch(plan, begin).final / speed


def observe(plan: GroupPlan, *, age: float, restarts: Sequence[float] = (), speed: float = 1) -> Observation:
    """Return the group `age` seconds after its creation, having been restarted at those ages."""
    now, bounds = age * speed, [moment * speed for moment in restarts]
    log = EventLog(now)
    _log_scheduling(plan, log)
    begin, present = timings.SCHEDULING, frozenset[str]()
    before: tuple[Sequence[View], Sequence[View]] = ([_NEW] * len(plan.init_containers), [_NEW] * len(plan.containers))
    for bound in bounds:
        epoch = plan_epoch(plan, begin, present)
        init_views, views = _views(plan, epoch, bound, log)
        before = (_left(before[0], init_views, bound), _left(before[1], views, bound))
        for item, view in zip(plan.containers, views, strict=True):
            if view.state.kind == "Running":
                log.add(bound, NORMAL, "Killing", events.stopping(item.name))
        present |= {item.plan.image for item in (*epoch.init_containers, *epoch.containers) if _has_image(item, bound)}
        begin = bound + timings.RESTARTING
    epoch = plan_epoch(plan, begin, present)
    status = _status(epoch, now, is_restarted=bool(bounds))
    init_views, views = _views(plan, epoch, now, log)
    if bounds:
        init_views, views = _joined(before[0], init_views), _joined(before[1], views)
    ended = epoch.final if now >= epoch.final else None
    found = tuple(log.newest())
    observation = Observation(status, init_views, views, found, epoch.begin, epoch.running, ended)
    return observation if speed == 1 else _slowed(observation, speed)


def _has_image(run: Schedule, moment: float) -> bool:
    return run.has_image and run.turn_over <= moment


def _log_scheduling(plan: GroupPlan, log: EventLog) -> None:
    log.add(timings.SCHEDULING / 2, NORMAL, "UserInstanceTypeSpec", events.instance_type(plan.spec), SERVICE)
    if plan.looks_for_image_cache:
        log.add(timings.SCHEDULING / 2, WARNING, "ImageCacheMissed", events.IMAGE_CACHE_MISSED, SERVICE)


def _status(epoch: Epoch, now: float, *, is_restarted: bool) -> str:
    if now < epoch.begin:
        return "Restarting" if is_restarted else "Scheduling"
    if now >= epoch.final:
        return epoch.final_status
    return "Running" if now >= epoch.running else "Pending"


def _views(plan: GroupPlan, epoch: Epoch, moment: float, log: EventLog) -> tuple[tuple[View, ...], tuple[View, ...]]:
    """Return the views of init containers and containers; what happens after the epoch's end does not happen."""
    bounded = EventLog(min(moment, epoch.final))
    init_views = [run.view(bounded.until, bounded) for run in epoch.init_containers]
    views = [run.view(bounded.until, bounded) for run in epoch.containers]
    log.events += bounded.events
    if epoch.final_reason and moment >= epoch.final:
        log.add(epoch.final, WARNING, "StartingFailed", epoch.final_reason, SERVICE)
        init_views = [_stopped(view, epoch.final) for view in init_views]
        views = [_stopped(view, epoch.final) for view in views]
    return tuple(_named(plan, view) for view in init_views), tuple(_named(plan, view) for view in views)


def _stopped(view: View, moment: float) -> View:
    if view.state.kind != "Running":
        return view
    state = State("Terminated", "Error", "", view.state.started, moment, FORCED_EXIT_CODE)
    return replace(view, state=state, ready=False)


def _left(before: Sequence[View], views: Sequence[View], bound: float) -> tuple[View, ...]:
    """Return what a restart leaves of the containers: the process that ran or ended last as the previous one."""
    ended = [_stopped(view, bound) for view in _joined(before, views)]
    return tuple(replace(view, previous=view.state) if view.state.kind == "Terminated" else view for view in ended)


def _joined(before: Sequence[View], views: Sequence[View]) -> tuple[View, ...]:
    """Return the views with what was left before a restart: the number of starts, and a previous process."""
    return tuple(
        replace(view, starts=view.starts + left.starts, previous=view.previous or left.previous)
        for left, view in zip(before, views, strict=True)
    )


def _named(plan: GroupPlan, view: View) -> View:
    if view.state.reason != "CrashLoopBackOff":
        return view
    message = view.state.message.replace("{pod}", plan.name).replace("{group}", plan.group_id)
    return replace(view, state=replace(view.state, message=message))


def _slowed(observation: Observation, speed: float) -> Observation:
    def state(item: State) -> State:
        return replace(
            item,
            started=None if item.started is None else item.started / speed,
            finished=None if item.finished is None else item.finished / speed,
        )

    def view(item: View) -> View:
        return replace(item, state=state(item.state), previous=item.previous and state(item.previous))

    return replace(
        observation,
        init_containers=tuple(view(item) for item in observation.init_containers),
        containers=tuple(view(item) for item in observation.containers),
        events=tuple(replace(item, first=item.first / speed, last=item.last / speed) for item in observation.events),
        pending_since=observation.pending_since / speed,
        running_since=observation.running_since / speed,
        ended=None if observation.ended is None else observation.ended / speed,
    )
