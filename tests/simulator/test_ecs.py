import json
from typing import Any

import pytest

from consoleapp.simulator.actions.ecs import ACTIONS
from consoleapp.simulator.errors import ApiError
from tests.simulator.calls import ask, strays

HANGZHOU = {"RegionId": "cn-hangzhou"}
ACTION = "DescribeSecurityGroups"


def groups(**parameters: str) -> Any:
    return ask(ACTIONS[ACTION], parameters)


def names(answer: Any) -> list[str]:
    return [row["SecurityGroupName"] for row in answer["SecurityGroups"]["SecurityGroup"]]


def refusal(**parameters: str) -> str:
    with pytest.raises(ApiError) as caught:
        groups(**parameters)
    return caught.value.code


def test_answers_have_the_vendor_s_shape() -> None:
    assert strays(ACTION, groups(**HANGZHOU)) == []
    assert strays(ACTION, groups(MaxResults="2", **HANGZHOU)) == []


def test_lists_the_groups_of_a_vpc() -> None:
    assert names(groups(VpcId="vpc-simhzdefault", **HANGZHOU)) == ["default", "web", "shared-services"]
    assert names(groups(VpcId="vpc-simhzpartial", **HANGZHOU)) == ["web-tier"]
    assert names(groups(VpcId="vpc-nowhere", **HANGZHOU)) == []


def test_filters_by_id_name_and_type() -> None:
    assert names(groups(SecurityGroupId="sg-simhzweb", **HANGZHOU)) == ["web"]
    ids = json.dumps(["sg-simhzweb", "sg-simhzisolated", "sg-simbjweb"])
    assert names(groups(SecurityGroupIds=ids, **HANGZHOU)) == ["web", "isolated"]
    assert names(groups(SecurityGroupName="web", **HANGZHOU)) == ["web"]
    assert names(groups(SecurityGroupType="enterprise", **HANGZHOU)) == ["shared-services"]


def test_walks_all_groups_by_token() -> None:
    seen, token = [], ""
    while True:
        answer = groups(MaxResults="4", NextToken=token, **HANGZHOU)
        seen += names(answer)
        token = answer["NextToken"]
        if not token:
            break
    assert len(seen) == len(set(seen)) == answer["TotalCount"] == 6


def test_still_pages_by_number() -> None:
    answer = groups(PageSize="4", PageNumber="2", **HANGZHOU)
    assert (len(names(answer)), answer["PageNumber"], answer["PageSize"]) == (2, 2, 4)


def test_refuses_what_the_vendor_refuses() -> None:
    assert refusal() == "MissingParameter.RegionId"
    assert refusal(RegionId="cn-atlantis") == "InvalidRegionId.NotFound"
    assert refusal(MaxResults="5", PageSize="5", **HANGZHOU) == "NotSupported.PageNumberAndPageSize"
    assert refusal(NextToken="made-up", **HANGZHOU) == "InValidParameter.NextToken"
    assert refusal(MaxResults="101", **HANGZHOU) == "InvalidParameter.ValueExceeded"
    assert refusal(SecurityGroupType="odd", **HANGZHOU) == "InvalidParameter.SecurityGroupType"
    assert refusal(SecurityGroupIds="sg-1", **HANGZHOU) == "InvalidParameter"
    assert refusal(SecurityGroupIds="[1]", **HANGZHOU) == "InvalidParameter"


RULES = "DescribeSecurityGroupAttribute"


def rules(**parameters: str) -> Any:
    return ask(ACTIONS[RULES], {**HANGZHOU, **parameters})


def test_the_rules_of_a_group_have_the_vendor_s_shape_and_tell_what_comes_in() -> None:
    answer = rules(SecurityGroupId="sg-simhzdefault")

    assert strays(RULES, answer) == []
    told = [(rule["IpProtocol"], rule["PortRange"]) for rule in answer["Permissions"]["Permission"]]
    assert told == [("TCP", "22/22"), ("TCP", "3389/3389"), ("ICMP", "-1/-1")]
    assert rules(SecurityGroupId="sg-simhzdefault", Direction="egress")["Permissions"]["Permission"] == []
    assert rules(SecurityGroupId="sg-simhzisolated")["Permissions"]["Permission"] == []


def test_a_rule_names_all_that_the_vendor_names_and_has_an_id_of_its_own() -> None:
    found = rules(SecurityGroupId="sg-simhzdefault")["Permissions"]["Permission"]

    assert {rule["PortRangeListId"] for rule in found} == {""}
    assert len({rule["SecurityGroupRuleId"] for rule in found}) == len(found)


def test_only_an_enterprise_group_keeps_its_members_apart() -> None:
    assert rules(SecurityGroupId="sg-simhzdefault")["InnerAccessPolicy"] == "Accept"
    assert rules(SecurityGroupId="sg-simhzent")["InnerAccessPolicy"] == "Drop"


@pytest.mark.parametrize(
    ("region", "code"), [("", "MissingParameter.RegionId"), ("cn-atlantis", "InvalidRegionId.NotFound")]
)
def test_rules_are_asked_for_in_a_region(region: str, code: str) -> None:
    with pytest.raises(ApiError) as caught:
        rules(SecurityGroupId="sg-simhzdefault", RegionId=region)
    assert caught.value.code == code


@pytest.mark.parametrize("group", ["", "sg-nowhere", "sg-simbjweb"])
def test_a_group_that_the_region_does_not_have_has_no_rules(group: str) -> None:
    with pytest.raises(ApiError) as caught:
        rules(SecurityGroupId=group)
    assert caught.value.code == "InvalidSecurityGroupId.NotFound"
