"""Finding container groups: by id, by the filters of the Describe calls, page by page, with their states observed."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from consoleapp.simulator import lifecycle
from consoleapp.simulator.call import Call
from consoleapp.simulator.errors import ApiError, invalid, missing
from consoleapp.simulator.fields import Fields
from consoleapp.simulator.lifecycle import GroupPlan, Observation
from consoleapp.simulator.store import StoredGroup

MAX_IDS: Final = 20
# Rows read at a time while filters are applied.
_CHUNK: Final = 100


@dataclass(frozen=True, slots=True)
class Found:
    """A stored group and what it looks like now."""

    group: StoredGroup
    plan: GroupPlan
    observation: Observation
    status: str

    def moment(self, age: float) -> float:
        """Return the time at which the group had this age."""
        return self.group.created + age


@dataclass(frozen=True, slots=True)
class FoundPage:
    """One page, newest groups first; `next_token` is empty on the last one."""

    rows: list[Found]
    next_token: str
    total: int


def observe(call: Call, group: StoredGroup) -> Found:
    """Return the group as it is now."""
    plan = GroupPlan.from_json(group.plan_text)
    age = max(0.0, call.now - group.created)
    restarts = [moment - group.created for moment in group.restarts]
    observation = lifecycle.observe(plan, age=age, restarts=restarts, speed=call.speed)
    is_going = group.deleted is not None and observation.status not in lifecycle.FINAL_STATUSES
    return Found(group, plan, observation, "Terminating" if is_going else observation.status)


def find_one(call: Call) -> Found:
    """Return the group that ContainerGroupId names.

    The metadata lists no code for an unknown id; this is the parameter-level one of UpdateContainerGroup.
    """
    group_id = call.get("ContainerGroupId")
    if not group_id:
        raise missing("ContainerGroupId")
    group = call.store.group(call.account, call.region_id, group_id)
    if group is None or _is_gone(call, group):
        raise ApiError("InvalidParameter.NotFound", f"The container group {group_id} does not exist.")
    return observe(call, group)


def find_page(call: Call, *, limit: int) -> FoundPage:
    """Return the groups that the filters let through, from NextToken on."""
    before, ids, name = _before(call.get("NextToken")), wanted_ids(call), call.get("ContainerGroupName")
    matches = _filter(call)
    if matches is None and ids is None:
        groups = call.store.groups(
            call.account, call.region_id, name=name, before=before, limit=limit + 1, now=call.now
        )
        total = call.store.count_groups(call.account, call.region_id, name=name, now=call.now)
        rows = [observe(call, group) for group in groups[:limit]]
        return FoundPage(rows, _next_token(rows, has_more=len(groups) > limit), total)
    found = [item for group in _candidates(call, ids, name) if (item := _observed(call, group, matches))]
    rest = [item for item in found if item.group.serial < before]
    rows = rest[:limit]
    return FoundPage(rows, _next_token(rows, has_more=len(rest) > limit), len(found))


def _next_token(rows: list[Found], *, has_more: bool) -> str:
    return str(rows[-1].group.serial) if has_more else ""


def _observed(call: Call, group: StoredGroup, matches: "_Filter | None") -> Found | None:
    if matches is None:
        return observe(call, group)
    if not matches.lets_through(group.description):
        return None
    found = observe(call, group)
    return found if matches.status in ("", found.status) else None


def _before(token: str) -> int:
    if not token:
        return 2**62
    if not token.isdecimal() or len(token) > 18:
        raise invalid("NextToken", "it has to be the one of the previous answer")
    return int(token)


def _candidates(call: Call, ids: list[str] | None, name: str) -> Iterator[StoredGroup]:
    if ids is not None:
        found = [call.store.group(call.account, call.region_id, group_id) for group_id in ids]
        groups = [group for group in found if group is not None and not _is_gone(call, group)]
        yield from sorted((group for group in groups if name in ("", group.name)), key=lambda group: -group.serial)
        return
    before = 2**62
    while True:
        chunk = call.store.groups(call.account, call.region_id, name=name, before=before, limit=_CHUNK, now=call.now)
        yield from chunk
        if len(chunk) < _CHUNK:
            return
        before = chunk[-1].serial


def wanted_ids(call: Call) -> list[str] | None:
    """Return the ids of ContainerGroupIds, a JSON array in one text; None when it was not sent."""
    text = call.get("ContainerGroupIds")
    if not text:
        return None
    try:
        ids = json.loads(text)
    except ValueError:
        ids = None
    if not isinstance(ids, list) or not all(isinstance(item, str) for item in ids):
        raise invalid("ContainerGroupIds", "it has to be a JSON array of ids")
    if len(ids) > MAX_IDS:
        raise invalid("ContainerGroupIds", f"at most {MAX_IDS} ids are allowed", code="InvalidParameter.ValueExceeded")
    return list(dict.fromkeys(ids))


def _is_gone(call: Call, group: StoredGroup) -> bool:
    return group.deleted is not None and group.deleted <= call.now


# Filters whose name is that of the field in the group's description.
_SAME: Final = ("ZoneId", "VSwitchId", "SecurityGroupId", "ResourceGroupId", "ComputeCategory")


@dataclass(frozen=True, slots=True)
class _Filter:
    status: str
    same: list[tuple[str, str]]
    tags: list[dict[str, str]]

    def lets_through(self, description: dict[str, Any]) -> bool:
        if any(description.get(field) != value for field, value in self.same):
            return False
        return all(
            any(own["Key"] == tag["Key"] and tag["Value"] in ("", own["Value"]) for own in description["Tags"])
            for tag in self.tags
        )


def _filter(call: Call) -> _Filter | None:
    """Return the filters that the database does not know; None when there is none."""
    same = [(field, call.get(field)) for field in _SAME if call.get(field)]
    tags = [
        {"Key": item.text("Key", required=True), "Value": item.text("Value")}
        for item in Fields(call.tree).each("Tag", 10)
    ]
    status = call.get("Status")
    return _Filter(status, same, tags) if status or same or tags else None
