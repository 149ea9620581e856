"""The conditions of a container group as DescribeContainerGroupStatus tells them: since when, and why not.

Reasons and messages are the kubelet's (kubernetes/pkg/kubelet/status/generate.go); ContainerInstanceCreated and its
reason Creating are the vendor's.
"""

from collections.abc import Sequence
from typing import Any

from consoleapp.simulator import lifecycle, timings
from consoleapp.simulator.actions.eci_find import Found
from consoleapp.simulator.runs import ContainerPlan, View
from consoleapp.simulator.timestamps import stamp

# Why nothing of a group that has ended is ready.
_ENDED = {"Succeeded": "PodCompleted", "Failed": "PodFailed"}


def conditions(found: Found, *, speed: float) -> list[dict[str, Any]]:
    """Return the conditions in the order in which they come true; `speed` is the app's."""
    has_place = found.status != "Scheduling"
    placed = timings.SCHEDULING / speed if has_place else 0.0
    ready = _readiness(found, speed)
    return [
        _condition(found, "PodScheduled", has_place, placed),
        _condition(found, "ContainerInstanceCreated", has_place, placed, "" if has_place else "Creating"),
        _condition(found, "Initialized", *_initialization(found, placed)),
        _condition(found, "ContainersReady", *ready),
        _condition(found, "Ready", *ready),
    ]


def _condition(
    found: Found, kind: str, is_true: bool, since: float, reason: str = "", message: str = ""
) -> dict[str, Any]:
    condition = {"type": kind, "status": str(is_true), "lastTransitionTime": stamp(found.moment(since))}
    return condition | {name: text for name, text in (("Reason", reason), ("Message", message)) if text}


def _initialization(found: Found, placed: float) -> tuple[bool, float, str, str]:
    views = found.observation.init_containers
    pairs = zip(found.plan.init_containers, views, strict=True)
    incomplete = [(plan, view) for plan, view in pairs if view.state.exit_code != 0]
    if incomplete:
        message = f"containers with incomplete status: [{_names(incomplete)}]"
        return False, _since(incomplete), "ContainersNotInitialized", message
    if found.status == "Scheduling":
        return False, 0.0, "", ""
    reason = _ENDED["Succeeded"] if found.status == "Succeeded" else ""
    return True, max([placed, *(view.state.finished or 0.0 for view in views)]), reason, ""


def _readiness(found: Found, speed: float) -> tuple[bool, float, str, str]:
    if found.status in lifecycle.FINAL_STATUSES:
        return False, found.observation.ended or 0.0, _ENDED[found.status], ""
    pairs = list(zip(found.plan.containers, found.observation.containers, strict=True))
    unready = [(plan, view) for plan, view in pairs if not view.ready]
    if not unready:
        return True, max(_ready_since(plan, view, speed) for plan, view in pairs), "", ""
    return False, _since(unready), "ContainersNotReady", f"containers with unready status: [{_names(unready)}]"


def _ready_since(plan: ContainerPlan, view: View, speed: float) -> float:
    return (view.state.started or 0.0) + plan.ready_delay_seconds / speed


def _names(pairs: Sequence[tuple[ContainerPlan, View]]) -> str:
    return " ".join(plan.name for plan, _view in pairs)


def _since(pairs: Sequence[tuple[ContainerPlan, View]]) -> float:
    """Return when the first of the containers ended its last process; the group's creation where one never had any."""
    return min(_ended(view) for _plan, view in pairs)


def _ended(view: View) -> float:
    states = (view.state, view.previous)
    return next((state.finished for state in states if state and state.finished is not None), 0.0)
