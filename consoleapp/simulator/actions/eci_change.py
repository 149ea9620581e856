"""DeleteContainerGroup and RestartContainerGroup."""

from math import inf
from typing import Final

from consoleapp.simulator import lifecycle, timings
from consoleapp.simulator.actions import eci_request
from consoleapp.simulator.actions.eci_find import Found, find_one
from consoleapp.simulator.call import Answer, Call
from consoleapp.simulator.errors import ApiError, missing
from consoleapp.simulator.fields import Fields
from consoleapp.simulator.store import NEVER

_RESTARTABLE: Final = ("Pending", "Running")


def delete_container_group(call: Call) -> Answer:
    """Delete the group: it is gone at once, with a preStop hook after a while. The answer is empty."""
    if _is_repeated(call):
        return {}
    call.store.remove_deleted(call.account, call.now)
    found = find_one(call)
    if found.group.deleted is None:
        has_hook = found.plan.has_pre_stop and found.status == "Running"
        delay = timings.TERMINATING / call.speed if has_hook else 0.0
        call.store.delete_group(call.account, found.group, at=call.now + delay)
    _keep(call)
    return {}


def restart_container_group(call: Call) -> Answer:
    """Start every container anew. The answer is empty."""
    if _is_repeated(call):
        return {}
    found = find_one(call)
    if found.status not in _RESTARTABLE:
        raise ApiError("IncorrectStatus", f"A container group that is {found.status} cannot be restarted.")
    call.store.restart_group(call.account, found.group, at=call.now, ends=_end(call, found))
    _keep(call)
    return {}


def _end(call: Call, found: Found) -> float:
    restarts = [moment - found.group.created for moment in (*found.group.restarts, call.now)]
    final = lifecycle.final_moment(found.plan, restarts, speed=call.speed)
    return NEVER if final == inf else found.group.created + final


def _is_repeated(call: Call) -> bool:
    """Tell whether the call was made before with the same client token."""
    token = eci_request.read_token(Fields(call.tree))
    first = call.store.token(call.account, call.action, call.region_id, token) if token else None
    if first is None:
        return False
    if not call.get("ContainerGroupId"):
        raise missing("ContainerGroupId")
    if first[1] != call.get("ContainerGroupId"):
        raise ApiError("IdempotentParameterMismatch")
    return True


def _keep(call: Call) -> None:
    token, group_id = call.get("ClientToken"), call.get("ContainerGroupId")
    if token:
        call.store.keep_token(call.account, call.action, call.region_id, token, fingerprint="", group_id=group_id)
