"""Ecs 2014-05-26: the security groups of a region, paged by token or by number, and the rules of one of them."""

import json
from collections.abc import Mapping, Sequence
from typing import Any, Final

from consoleapp.simulator.actions.filters import matching, tags_of
from consoleapp.simulator.actions.paging import page_of
from consoleapp.simulator.call import Answer, Call, Handler
from consoleapp.simulator.errors import ApiError, invalid
from consoleapp.simulator.fields import Fields
from consoleapp.simulator.network import SecurityGroup

MOST: Final = 100
_AFTER: Final = "sim-after-"


def describe_security_groups(call: Call) -> Answer:
    """Return the security groups of the region that match; NextToken is empty on the last page."""
    region_id = _region_id(call)
    groups = _matching(call, region_id)
    paging: dict[str, Any]
    if _is_paged_by_token(call):
        rows, token = _after_token(call, groups)
        paging = {"NextToken": token}
    else:
        page = page_of(call, groups, most=MOST)
        rows, paging = page.rows, {"PageNumber": page.number, "PageSize": page.size, "NextToken": ""}
    return {
        "RegionId": region_id,
        "TotalCount": len(groups),
        **paging,
        "SecurityGroups": {"SecurityGroup": list(rows)},
    }


def _region_id(call: Call) -> str:
    return call.region_or(ApiError("MissingParameter.RegionId"), ApiError("InvalidRegionId.NotFound"))


def _matching(call: Call, region_id: str) -> list[dict[str, Any]]:
    if call.get("SecurityGroupType") not in ("", "normal", "enterprise"):
        raise ApiError("InvalidParameter.SecurityGroupType")
    is_classic = Fields(call.tree).text("NetworkType", choices=("vpc", "classic")) == "classic"
    ids = _ids(call)
    rows = [
        _security_group(call, group)
        for group in call.catalog.security_groups
        # Every group of the catalog belongs to a VPC.
        if not is_classic and group.region_id == region_id and (not ids or group.security_group_id in ids)
    ]
    names = ("VpcId", "SecurityGroupName", "SecurityGroupType", "ResourceGroupId")
    return matching(call, rows, same={name: name for name in names}, flags={"ServiceManaged": "ServiceManaged"})


def _ids(call: Call) -> frozenset[str]:
    one, text = call.get("SecurityGroupId"), call.get("SecurityGroupIds")
    if not text:
        return frozenset([one] if one else ())
    try:
        ids = json.loads(text)
    except ValueError:
        ids = None
    if not isinstance(ids, list) or not all(isinstance(item, str) for item in ids) or len(ids) > MOST:
        raise invalid("SecurityGroupIds", f"it has to be a JSON array of at most {MOST} ids")
    return frozenset(ids)


def _is_paged_by_token(call: Call) -> bool:
    by_token = bool(call.get("MaxResults") or call.get("NextToken"))
    if by_token and (call.get("PageNumber") or call.get("PageSize")):
        raise ApiError("NotSupported.PageNumberAndPageSize")
    return by_token


def _after_token(call: Call, groups: Sequence[dict[str, Any]]) -> tuple[Sequence[dict[str, Any]], str]:
    size = Fields(call.tree).integer("MaxResults", 1, MOST) or 10
    token, start = call.get("NextToken"), 0
    if token:
        ids = [_AFTER + group["SecurityGroupId"] for group in groups]
        if token not in ids:
            raise ApiError("InValidParameter.NextToken")
        start = ids.index(token) + 1
    rows = groups[start : start + size]
    return rows, _AFTER + rows[-1]["SecurityGroupId"] if start + size < len(groups) else ""


def _security_group(call: Call, group: SecurityGroup) -> dict[str, Any]:
    return {
        "SecurityGroupId": group.security_group_id,
        "SecurityGroupName": group.name,
        "Description": group.description,
        "SecurityGroupType": group.security_group_type,
        "VpcId": group.vpc_id,
        "CreationTime": call.catalog.network.created,
        "ResourceGroupId": group.resource_group_id,
        "ServiceManaged": False,
        "Tags": tags_of(group.tags, prefix="Tag"),
    }


def describe_security_group_attribute(call: Call) -> Answer:
    """Return the group with its rules, all of which are about what comes in, and fewer than a page holds (500)."""
    region_id = _region_id(call)
    group = call.catalog.security_group(call.get("SecurityGroupId"))
    if group is None or group.region_id != region_id:
        raise ApiError("InvalidSecurityGroupId.NotFound")
    asked = Fields(call.tree).text("Direction", choices=("all", "ingress", "egress"))
    rules = () if asked == "egress" else group.ingress
    return {
        "RegionId": group.region_id,
        "SecurityGroupId": group.security_group_id,
        "SecurityGroupName": group.name,
        "Description": group.description,
        "VpcId": group.vpc_id,
        "InnerAccessPolicy": "Accept" if group.security_group_type == "normal" else "Drop",
        "NextToken": "",
        "Permissions": {
            "Permission": [_permission(call, group, number, *rule) for number, rule in enumerate(rules, 1)]
        },
    }


# What a rule does not have is in its answer all the same, as an empty text.
_EMPTY: Final = (
    "Description",
    "SourcePortRange",
    "PortRangeListId",
    "PortRangeListName",
    "Ipv6SourceCidrIp",
    "SourceGroupId",
    "SourceGroupName",
    "SourceGroupOwnerAccount",
    "SourcePrefixListId",
    "SourcePrefixListName",
    "DestCidrIp",
    "Ipv6DestCidrIp",
    "DestGroupId",
    "DestGroupName",
    "DestGroupOwnerAccount",
    "DestPrefixListId",
    "DestPrefixListName",
)


def _permission(
    call: Call, group: SecurityGroup, number: int, protocol: str, ports: str, source: str
) -> dict[str, Any]:
    return {
        **dict.fromkeys(_EMPTY, ""),
        "SecurityGroupRuleId": f"sgr-{group.security_group_id.removeprefix('sg-')}{number}",
        "Direction": "ingress",
        "IpProtocol": protocol,
        "PortRange": ports,
        "SourceCidrIp": source,
        "Policy": "Accept",
        "Priority": 1,
        "NicType": "intranet",
        "CreateTime": call.catalog.network.created,
    }


ACTIONS: Final[Mapping[str, Handler]] = {
    "DescribeSecurityGroups": describe_security_groups,
    "DescribeSecurityGroupAttribute": describe_security_group_attribute,
}
