"""DescribeContainerLog: the lines of a container, a pure function of its runs and the time."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from consoleapp.simulator import timings
from consoleapp.simulator.actions.eci_find import Found, find_one
from consoleapp.simulator.call import Answer, Call
from consoleapp.simulator.errors import ApiError, invalid, missing
from consoleapp.simulator.fields import Fields
from consoleapp.simulator.runs import ContainerPlan, State, View
from consoleapp.simulator.timestamps import stamp

DEFAULT_LINES: Final = 500
MAX_LINES: Final = 2000
MAX_BYTES: Final = 1_048_576


def describe_container_log(call: Call) -> Answer:
    """Return the newest lines of the container's current process, or with LastTime of the one before it."""
    name = call.get("ContainerName")
    if not name:
        raise missing("ContainerName")
    fields = Fields(call.tree)
    tail = fields.integer("Tail", 1, MAX_LINES) or DEFAULT_LINES
    limit = fields.integer("LimitBytes", 1, MAX_BYTES) or MAX_BYTES
    found = find_one(call)
    plan, view = _container(found, name)
    run = _run(view, is_previous=fields.boolean("LastTime"))
    lines = _lines(found, plan, run, call) if run else []
    since = _since(call, fields)
    shown = [f"{stamp(at)} {line}" if fields.boolean("Timestamps") else line for at, line in lines if at >= since]
    content = "".join(f"{line}\n" for line in shown[-tail:])
    return {"ContainerName": name, "Content": _newest_bytes(content, limit)}


def _container(found: Found, name: str) -> tuple[ContainerPlan, View]:
    plans = (*found.plan.init_containers, *found.plan.containers)
    views = (*found.observation.init_containers, *found.observation.containers)
    for plan, view in zip(plans, views, strict=True):
        if plan.name == name:
            return plan, view
    raise ApiError("InvalidParameter.NotFound", f"The container {name} does not exist.")


def _run(view: View, *, is_previous: bool) -> State | None:
    """Return the state that tells when the wanted process started and ended, of a waiting container its last one."""
    states = [state for state in (view.state, view.previous) if state is not None and state.started is not None]
    wanted = states[1:] if is_previous and view.state.started is not None else states
    return wanted[0] if wanted else None


def _lines(found: Found, plan: ContainerPlan, run: State, call: Call) -> Sequence[tuple[float, str]]:
    """Return (when it was written, line) of everything the process has written so far."""
    started = found.moment(run.started or 0)
    ended = call.now if run.finished is None else found.moment(run.finished)
    gap = timings.LOG_LINE / call.speed
    if plan.run_seconds is not None:
        # A process writes all it has to say before it ends.
        gap = min(gap, plan.run_seconds / call.speed / (len(plan.log_lines) + 1))
    times = [started + gap * number for number in range(1, len(plan.log_lines) + 1)]
    return [(at, line) for at, line in zip(times, plan.log_lines, strict=True) if at <= ended]


def _since(call: Call, fields: Fields) -> float:
    seconds = fields.integer("SinceSeconds", 1)
    since = 0.0 if seconds is None else call.now - seconds
    text = fields.text("StartTime")
    if not text:
        return since
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise invalid("StartTime", "it has to be a time as in RFC 3339") from None
    if moment.tzinfo is None:
        raise invalid("StartTime", "it needs a time zone")
    return max(since, moment.timestamp())


def _newest_bytes(content: str, limit: int) -> str:
    data = content.encode()
    return content if len(data) <= limit else data[-limit:].decode(errors="ignore")
