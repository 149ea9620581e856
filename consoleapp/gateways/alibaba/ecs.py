"""The one question for Elastic Compute Service, version 2014-05-26: which security groups a VPC has."""

from __future__ import annotations

from consoleapp.domain.network import SecurityGroup
from consoleapp.gateways.alibaba import answers
from consoleapp.gateways.alibaba.client import Client
from consoleapp.gateways.alibaba.endpoints import ECS

_PAGES_AT_MOST = 50


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
