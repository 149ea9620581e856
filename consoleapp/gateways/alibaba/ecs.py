"""Elastic Compute Service, version 2014-05-26: which security groups a VPC has, and what one of them lets in.

Sources of the rules: the vendor's pages on DescribeSecurityGroupAttribute, AuthorizeSecurityGroup and security group
rules, and the models of alibabacloud_ecs20140526 7.11.
"""

from __future__ import annotations

from consoleapp.domain.network import SecurityGroup, SecurityRule
from consoleapp.gateways.alibaba import answers
from consoleapp.gateways.alibaba.answers import Json
from consoleapp.gateways.alibaba.client import Client
from consoleapp.gateways.alibaba.endpoints import ECS

_PAGES_AT_MOST = 50
# After all rules that people can make: their priorities go from 1 to 100.
_LAST = 101


def security_groups(client: Client, region_id: str, vpc_id: str) -> tuple[SecurityGroup, ...]:
    """Return all, page after page by NextToken (paging by number is being retired and may not be mixed with it)."""
    found: list[SecurityGroup] = []
    params = {"RegionId": region_id, "VpcId": vpc_id, "MaxResults": "100"}
    for _ in range(_PAGES_AT_MOST):
        answer = client.call(ECS, "DescribeSecurityGroups", params, region_id=region_id)
        for item in answers.told_objects(answer, "SecurityGroups", "SecurityGroup"):
            found.append(
                SecurityGroup(
                    security_group_id=answers.text(item, "SecurityGroupId"),
                    name=answers.text(item, "SecurityGroupName"),
                    vpc_id=answers.text(item, "VpcId"),
                    description=answers.text(item, "Description"),
                )
            )
        params["NextToken"] = answers.text(answer, "NextToken")
        if not params["NextToken"]:
            break
    return tuple(found)


def rules_in(client: Client, region_id: str, security_group_id: str) -> tuple[SecurityRule, ...]:
    """Return the rules for what comes in, page after page by NextToken; last what the group lets its own members do."""
    found: list[SecurityRule] = []
    params = {"RegionId": region_id, "SecurityGroupId": security_group_id, "Direction": "ingress"}
    for _ in range(_PAGES_AT_MOST):
        answer = client.call(ECS, "DescribeSecurityGroupAttribute", params, region_id=region_id)
        found += [_rule(item) for item in answers.told_objects(answer, "Permissions", "Permission")]
        params["NextToken"] = answers.text(answer, "NextToken")
        if not params["NextToken"]:
            break
    if answers.text(answer, "InnerAccessPolicy") == "Accept":
        found.append(SecurityRule("ALL", security_group_id, is_accept=True, priority=_LAST))
    return tuple(found)


def _rule(item: Json) -> SecurityRule:
    sources = ("SourceCidrIp", "Ipv6SourceCidrIp", "SourceGroupId", "SourcePrefixListId")
    first, _slash, last = answers.text(item, "PortRange").partition("/")
    # -1/-1 is every port.
    is_range = first.isdigit() and last.isdigit()
    # A text by the vendor's metadata, a number in the answers.
    priority = answers.text(item, "Priority")
    return SecurityRule(
        protocol=answers.text(item, "IpProtocol").upper() or "ALL",
        source=next(filter(None, (answers.text(item, name) for name in sources)), ""),
        is_accept=answers.text(item, "Policy").lower() != "drop",
        priority=int(priority) if priority.isascii() and priority.isdigit() else 1,
        first_port=int(first) if is_range else None,
        last_port=int(last) if is_range else None,
        # A rule has a range or a list: where both are given the vendor ignores the list.
        has_port_list=not first and bool(answers.text(item, "PortRangeListId")),
    )
