"""One container in time: pulled or not, started, ended, started again; a pure function of its plan and its begin.

Times are seconds since the group's creation. How the containers of a group follow each other and what state the group
is in: lifecycle.py. The waiting reasons are the kubelet's (kubernetes/pkg/kubelet/images/types.go).
"""

from dataclasses import dataclass
from math import inf
from typing import Any, Final

from consoleapp.simulator import events, timings
from consoleapp.simulator.events import NORMAL, WARNING, EventLog

FORCED_EXIT_CODE: Final = 137
# How much of its log the kubelet keeps of a process that ended badly (kubernetes/pkg/kubelet/container).
MESSAGE_LINES: Final = 80
MESSAGE_BYTES: Final = 2048


@dataclass(frozen=True, slots=True)
class ContainerPlan:
    """What was decided about a container when it was asked for; no secret is in it."""

    name: str
    image: str
    pull_policy: str = "IfNotPresent"
    # What the registry would say instead of giving the image; empty when it can be pulled.
    pull_error: str = ""
    size_bytes: int = 0
    digest: str = ""
    # None runs until it is stopped.
    run_seconds: float | None = None
    exit_code: int = 0
    ready_delay_seconds: float = 0
    log_lines: tuple[str, ...] = ()
    # Whether the end of the log is the message of a process that ended badly.
    tells_log: bool = False

    def to_json(self) -> list[Any]:
        return [getattr(self, name) for name in self.__slots__]

    @classmethod
    def from_json(cls, values: list[Any]) -> "ContainerPlan":
        """Return the container that `to_json` wrote; what it did not know yet is as if nothing was asked for."""
        fields: list[Any] = [tuple(value) if isinstance(value, list) else value for value in values]
        return cls(*fields)


@dataclass(frozen=True, slots=True)
class State:
    """A container's state: kind is Waiting, Running or Terminated."""

    kind: str
    reason: str = ""
    message: str = ""
    started: float | None = None
    finished: float | None = None
    exit_code: int | None = None


@dataclass(frozen=True, slots=True)
class View:
    """A container at one moment; `starts` counts how often its process was started."""

    state: State
    previous: State | None = None
    ready: bool = False
    starts: int = 0


@dataclass(frozen=True, slots=True)
class Cycle:
    """One of the repeated attempts: its number from 0, its begin, and the wait after it."""

    index: int
    begin: float
    delay: float
    previous_delay: float


def cycle_at(moment: float, first: float, work: float, delays: tuple[float, ...]) -> Cycle:
    """Return the attempt that is running or was the last one at a moment not before `first`; the last delay repeats."""
    begin, previous = first, 0.0
    for index, delay in enumerate(delays[:-1]):
        if moment < begin + work + delay:
            return Cycle(index, begin, delay, previous)
        begin, previous = begin + work + delay, delay
    period = work + delays[-1]
    more = int((moment - begin) // period)
    return Cycle(len(delays) - 1 + more, begin + more * period, delays[-1], delays[-1] if more else previous)


def _syncs(delay: float) -> int:
    return 1 + int((delay - timings.ERROR_SHOWN) // timings.SYNC) if delay > timings.ERROR_SHOWN else 0


def _syncs_until(moment: float, first: float, work: float, delays: tuple[float, ...]) -> tuple[float, float, int]:
    """Return (first time, last time, count) of the kubelet's syncs that met a back-off."""
    cycle = cycle_at(moment, first, work, delays)
    rest = delays[-1]
    before = sum(_syncs(delay) for delay in delays[: cycle.index])
    before += max(0, cycle.index - len(delays)) * _syncs(rest)
    here = moment - cycle.begin - work
    now = (
        min(_syncs(cycle.delay), 1 + int((here - timings.ERROR_SHOWN) // timings.SYNC))
        if here >= timings.ERROR_SHOWN
        else 0
    )
    if now > 0:
        last = cycle.begin + work + timings.ERROR_SHOWN + (now - 1) * timings.SYNC
    else:
        last = cycle.begin - cycle.previous_delay + timings.ERROR_SHOWN
        last += max(0, _syncs(cycle.previous_delay) - 1) * timings.SYNC
    quiet = next((sum(delays[:n]) + n * work for n, delay in enumerate(delays) if _syncs(delay)), 0.0)
    return first + quiet + work + timings.ERROR_SHOWN, last, before + max(0, now)


@dataclass(frozen=True, slots=True)
class Schedule:
    """A container from the moment when its turn comes; made by `schedule`. Moments that never come are infinite."""

    plan: ContainerPlan
    begin: float
    # Whether a process that has ended is started again.
    restarts: bool
    # Why nothing is even tried: the waiting reason, or nothing.
    refusal: str
    # Whether a registry is asked, and for how long.
    pulls: bool
    pull_seconds: float
    # Whether the pull ends well.
    has_image: bool
    # When the kubelet goes on to the next container.
    turn_over: float
    # The first start.
    started: float
    # When the container has ended for good.
    final: float
    # When it no longer keeps its group Pending: a process that ends at once never runs properly.
    up: float

    def view(self, moment: float, log: EventLog) -> View:
        """Return the container at the moment, its events added to the log."""
        if moment < self.begin:
            return View(State("Waiting", "PodInitializing"))
        if self.refusal:
            return self._refused(moment, self.refusal, log)
        if not self.has_image:
            return self._failing(moment, log)
        self._log_pull(log)
        if moment < self.started:
            return View(State("Waiting", "ContainerCreating"))
        return self._run(moment, log)

    def _refused(self, moment: float, reason: str, log: EventLog) -> View:
        image = self.plan.image
        count = 1 + int((moment - self.begin) // timings.SYNC)
        times = (self.begin, self.begin + (count - 1) * timings.SYNC, count)
        if reason == "InvalidImageName":
            message = self.plan.pull_error
            log.repeat(times, WARNING, "InspectFailed", message)
        else:
            message = events.never_pull(image)
            log.repeat(times, WARNING, "ErrImageNeverPull", message)
        log.repeat(times, WARNING, "Failed", f"Error: {reason}")
        return View(State("Waiting", reason, message))

    def _failing(self, moment: float, log: EventLog) -> View:
        image, work, delays = self.plan.image, self.pull_seconds, timings.PULL_BACK_OFF
        cycle = cycle_at(moment, self.begin, work, delays)
        log.repeat((self.begin, cycle.begin, cycle.index + 1), NORMAL, "Pulling", events.pulling(image))
        has_failed = moment >= cycle.begin + work
        failures = cycle.index + has_failed
        if not failures:
            return View(State("Waiting", "ContainerCreating"))
        last = cycle.begin + work if has_failed else cycle.begin - cycle.previous_delay
        message = events.pull_failed(image, self.plan.pull_error)
        times = (self.begin + work, last, failures)
        log.repeat(times, WARNING, "Failed", message)
        log.repeat(times, WARNING, "Failed", "Error: ErrImagePull")
        back_off = _syncs_until(moment, self.begin, work, delays)
        log.repeat(back_off, NORMAL, "BackOff", events.back_off_pulling(image))
        log.repeat(back_off, WARNING, "Failed", "Error: ImagePullBackOff")
        if has_failed and moment < last + timings.ERROR_SHOWN:
            return View(State("Waiting", "ErrImagePull", message))
        return View(State("Waiting", "ImagePullBackOff", events.back_off_pulling(image)))

    def _log_pull(self, log: EventLog) -> None:
        image = self.plan.image
        if not self.pulls:
            log.add(self.begin, NORMAL, "Pulled", events.present(image))
            return
        log.add(self.begin, NORMAL, "Pulling", events.pulling(image))
        message = events.pulled(image, self.pull_seconds, self.plan.size_bytes)
        log.add(self.turn_over, NORMAL, "Pulled", message)

    def _run(self, moment: float, log: EventLog) -> View:
        name, seconds = self.plan.name, self.plan.run_seconds
        if seconds is None or not self.restarts:
            self._log_starts(self.started, 1, log)
            if moment < self.final:
                return View(State("Running", started=self.started), None, self._is_ready(moment, self.started), 1)
            return View(self._ended(self.started), starts=1)
        delays = self._delays()
        cycle = cycle_at(moment, self.started, seconds, delays)
        starts = cycle.index + 1
        self._log_starts(cycle.begin, starts, log)
        back_off = _syncs_until(moment, self.started, seconds, delays)
        log.repeat(back_off, WARNING, "BackOff", events.BACK_OFF_RESTARTING)
        previous = self._ended(cycle.begin - cycle.previous_delay - seconds) if cycle.index else None
        if moment < cycle.begin + seconds:
            return View(State("Running", started=cycle.begin), previous, self._is_ready(moment, cycle.begin), starts)
        if cycle.delay <= timings.RESTART_BACK_OFF[0]:
            return View(self._ended(cycle.begin), previous, starts=starts)
        # The group's names are put in by lifecycle.py, which knows them.
        waiting = State("Waiting", "CrashLoopBackOff", events.back_off_state(cycle.delay, name, "{pod}", "{group}"))
        return View(waiting, self._ended(cycle.begin), starts=starts)

    def _delays(self) -> tuple[float, ...]:
        is_settled = (self.plan.run_seconds or 0) >= timings.RESTART_BACK_OFF_RESET
        return timings.RESTART_BACK_OFF[:1] if is_settled else timings.RESTART_BACK_OFF

    def _log_starts(self, last: float, count: int, log: EventLog) -> None:
        name = self.plan.name
        first = self.started - timings.START
        log.repeat((first, last - timings.START, count), NORMAL, "Created", events.created(name))
        log.repeat((self.started, last, count), NORMAL, "Started", events.started(name))
        if count > 1:
            again = (last - timings.START, last - timings.START, count - 1)
            log.repeat(again, NORMAL, "Pulled", events.present(self.plan.image))

    def _is_ready(self, moment: float, started: float) -> bool:
        return moment >= started + self.plan.ready_delay_seconds

    def _ended(self, started: float) -> State:
        code = self.plan.exit_code
        finished = started + (self.plan.run_seconds or 0)
        message = self._last_lines() if code and self.plan.tells_log else ""
        return State("Terminated", "Error" if code else "Completed", message, started, finished, code)

    def _last_lines(self) -> str:
        text = "".join(f"{line}\n" for line in self.plan.log_lines[-MESSAGE_LINES:])
        return text.encode()[-MESSAGE_BYTES:].decode(errors="ignore")


def schedule(plan: ContainerPlan, begin: float, *, is_present: bool, restarts: bool) -> Schedule:
    """Return the schedule of a container whose turn comes at `begin`, with its image already there or not."""
    refusal = _refusal(plan, is_present)
    pulls = not is_present or plan.pull_policy == "Always"
    has_image = not refusal and not (pulls and plan.pull_error)
    seconds = _pull_seconds(plan, is_present) if pulls and not refusal else 0.0
    turn_over = begin + seconds
    started = turn_over + timings.CREATE + timings.START if has_image else inf
    final = inf if restarts or plan.run_seconds is None else started + plan.run_seconds
    ends_at_once = plan.run_seconds is not None and plan.run_seconds <= timings.AT_ONCE
    up = final if ends_at_once else started
    return Schedule(plan, begin, restarts, refusal, pulls, seconds, has_image, turn_over, started, final, up)


def _refusal(plan: ContainerPlan, is_present: bool) -> str:
    if plan.pull_error.startswith(events.INVALID_NAME):
        return "InvalidImageName"
    if plan.pull_policy == "Never" and not is_present:
        return "ErrImageNeverPull"
    return ""


def _pull_seconds(plan: ContainerPlan, is_present: bool) -> float:
    if plan.pull_error:
        return timings.PULL_TIMED_OUT if "timeout" in plan.pull_error else timings.PULL_REFUSED
    return timings.PULL_UNCHANGED if is_present else timings.pull_seconds(plan.size_bytes)
