"""DescribeContainerGroups, DescribeContainerGroupStatus and DescribeContainerGroupEvents.

Answer shapes: the vendor's metadata. States and events come from lifecycle.py, the search from eci_find.py.
"""

from collections.abc import Sequence
from typing import Any, Final

from consoleapp.simulator.actions.eci_conditions import conditions
from consoleapp.simulator.actions.eci_find import Found, find_page
from consoleapp.simulator.call import Answer, Call
from consoleapp.simulator.errors import invalid
from consoleapp.simulator.events import SERVICE, Event
from consoleapp.simulator.fields import Fields
from consoleapp.simulator.runs import ContainerPlan, State, View
from consoleapp.simulator.timestamps import stamp

MAX_GROUPS: Final = 20
DEFAULT_STATUSES: Final = 50
MAX_STATUSES: Final = 200
MAX_SIGNAL: Final = 64
_NAMESPACE: Final = "default"
_END_TIMES: Final = {"Succeeded": "SucceededTime", "Failed": "FailedTime"}
_PHASES: Final = {"Running": "Running", "Succeeded": "Succeeded", "Failed": "Failed", "Terminating": "Running"}


def describe_container_groups(call: Call) -> Answer:
    """Return the groups of the account in a region, newest first."""
    fields = Fields(call.tree)
    limit = fields.integer("Limit", 1, MAX_GROUPS) or MAX_GROUPS
    with_events = fields.boolean("WithEvent")
    page = find_page(call, limit=limit)
    groups = [_group(found, with_events=with_events) for found in page.rows]
    return {"TotalCount": page.total, "NextToken": page.next_token, "ContainerGroups": groups}


def describe_container_group_status(call: Call) -> Answer:
    """Return the groups as a Kubernetes pod's status."""
    page = find_page(call, limit=_limit(call))
    data = [{**_identity(found), "Status": found.status, "PodStatus": _pod_status(call, found)} for found in page.rows]
    return {"TotalCount": page.total, "NextToken": page.next_token, "Data": data}


def describe_container_group_events(call: Call) -> Answer:
    """Return the newest events of each group, oldest first."""
    source = call.get("EventSource")
    if source not in ("", "EciService", "K8sAgent"):
        raise invalid("EventSource", "it has to be EciService or K8sAgent")
    since = _since(call)
    page = find_page(call, limit=_limit(call))
    data = []
    for found in page.rows:
        events = [
            _full_event(found, event)
            for event in found.observation.events
            if found.moment(event.last) >= since and source in ("", _agent(event))
        ]
        data.append({**_identity(found), "Events": events})
    return {"TotalCount": page.total, "Data": data}


def _limit(call: Call) -> int:
    return Fields(call.tree).integer("Limit", 1, MAX_STATUSES) or DEFAULT_STATUSES


def _since(call: Call) -> float:
    seconds = Fields(call.tree).integer("SinceSecond", 60, 3600)
    return 0.0 if seconds is None else call.now - seconds


def _agent(event: Event) -> str:
    return "EciService" if event.source == SERVICE else "K8sAgent"


def _group(found: Found, *, with_events: bool) -> dict[str, Any]:
    description, observation = found.group.description, found.observation
    description["Status"] = found.status
    description["CreationTime"] = stamp(found.group.created)
    if observation.ended is not None:
        description[_END_TIMES[observation.status]] = stamp(found.moment(observation.ended))
    _add_states(found, description["Containers"], observation.containers)
    _add_states(found, description["InitContainers"], observation.init_containers)
    description["Events"] = [_event(found, event) for event in observation.events] if with_events else []
    return description


def _add_states(found: Found, containers: Sequence[dict[str, Any]], views: Sequence[View]) -> None:
    for container, view in zip(containers, views, strict=True):
        container["Ready"] = view.ready
        container["RestartCount"] = max(0, view.starts - 1)
        container["CurrentState"] = _state(found, view.state)
        container["PreviousState"] = _state(found, view.previous) if view.previous else {}


def _state(found: Found, state: State) -> dict[str, Any]:
    answer: dict[str, Any] = {"State": state.kind, "DetailStatus": state.reason}
    if state.reason:
        answer["Reason"] = state.reason
    if state.message:
        answer["Message"] = state.message
    if state.started is not None:
        answer["StartTime"] = stamp(found.moment(state.started))
    if state.finished is not None:
        answer["FinishTime"] = stamp(found.moment(state.finished))
    if state.exit_code is not None:
        answer |= {"ExitCode": state.exit_code, "Signal": _signal(state.exit_code)}
    return answer


def _signal(exit_code: int) -> int:
    """Return the signal that ended a process, which runtimes add to 128; 0 for one that ended by itself."""
    return exit_code - 128 if 128 < exit_code <= 128 + MAX_SIGNAL else 0


def _event(found: Found, event: Event) -> dict[str, Any]:
    return {
        "Type": event.type,
        "Reason": event.reason,
        "Message": event.message,
        "Name": _event_name(found, event),
        "Count": event.count,
        "FirstTimestamp": stamp(found.moment(event.first)),
        "LastTimestamp": stamp(found.moment(event.last)),
    }


def _event_name(found: Found, event: Event) -> str:
    return f"{found.plan.name}.{int(found.moment(event.first) * 1_000_000_000):x}"


def _full_event(found: Found, event: Event) -> dict[str, Any]:
    answer = _event(found, event)
    name, group_id = answer.pop("Name"), found.plan.group_id
    return answer | {
        "ReportingComponent": event.source,
        "ReportingInstance": group_id,
        "Source": {"Component": event.source, "Host": group_id},
        "involvedObject": {
            "Kind": "Pod",
            "Name": found.plan.name,
            "Namespace": _NAMESPACE,
            "Uid": group_id,
            "ApiVersion": "v1",
        },
        "Metadata": {"Name": name, "Namespace": _NAMESPACE},
    }


def _identity(found: Found) -> dict[str, Any]:
    group_id = found.plan.group_id
    return {
        "ContainerGroupId": group_id,
        "Name": found.plan.name,
        "Namespace": _NAMESPACE,
        "uuid": group_id,
        "Annotations": "{}",
    }


def _pod_status(call: Call, found: Found) -> dict[str, Any]:
    description = found.group.description
    address = description["IntranetIp"]
    views = zip(found.plan.containers, found.observation.containers, strict=True)
    return {
        "Phase": _PHASES.get(found.status, "Pending"),
        "HostIp": address,
        "PodIp": address,
        "PodIps": [{"Ip": address}],
        "QosClass": "Burstable",
        "StartTime": stamp(found.group.created),
        "Conditions": conditions(found, speed=call.speed),
        "ContainerStatuses": [_container_status(found, plan, view) for plan, view in views],
    }


def _container_status(found: Found, plan: ContainerPlan, view: View) -> dict[str, Any]:
    return {
        "Name": plan.name,
        "Image": plan.image,
        "ImageID": plan.digest,
        "Ready": view.ready,
        "Started": view.state.kind == "Running",
        "RestartCount": max(0, view.starts - 1),
        "State": _pod_state(found, view.state),
        "LastState": _pod_state(found, view.previous) if view.previous else {},
    }


def _pod_state(found: Found, state: State) -> dict[str, Any]:
    if state.kind == "Waiting":
        return {"Waiting": {"Reason": state.reason, "Message": state.message}}
    started = stamp(found.moment(state.started or 0))
    if state.kind == "Running":
        # The doubled name is what the vendor's metadata says.
        return {"Running": {"StartedAtstartedAt": started}}
    return {
        "Terminated": {
            "ExitCode": state.exit_code,
            "Signal": _signal(state.exit_code or 0),
            "Reason": state.reason,
            "Message": state.message,
            "StartedAt": started,
            "FinishedAt": stamp(found.moment(state.finished or 0)),
        }
    }
