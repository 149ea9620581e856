"""Every parameter that the vendor declares for a list of the network has an effect, is refused, or has a reason."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from consoleapp.simulator.actions import ecs, vpc
from consoleapp.simulator.errors import ApiError
from tests.simulator.calls import ask, strays

HANDLERS = {**vpc.ACTIONS, **ecs.ACTIONS}
_VECTOR = json.loads((Path(__file__).parents[1] / "vectors" / "list_parameters.json").read_text(encoding="utf-8"))
DECLARED = [(action, name) for action, names in _VECTOR["parameters"].items() for name in names]

HANGZHOU = {"RegionId": "cn-hangzhou"}
# What each list is asked for without any filter, and how many rows that are.
BASE: Mapping[str, tuple[dict[str, str], int]] = {
    "DescribeVpcs": (HANGZHOU, 4),
    "DescribeVSwitches": (HANGZHOU, 10),
    "DescribeNatGateways": (HANGZHOU, 3),
    "DescribeSnatTableEntries": ({"RegionId": "cn-shanghai", "NatGatewayId": "ngw-simshdefault"}, 2),
    "DescribeEipAddresses": (HANGZHOU, 6),
    "DescribeSecurityGroups": (HANGZHOU, 6),
}
# Parameters that go beside the base, and how many rows are left. What exists nowhere in the catalog leaves none.
TAGS = {
    "Tag.N.Key": ({"Tag.1.Key": "team"}, 2),
    "Tag.N.Value": ({"Tag.1.Key": "team", "Tag.1.Value": "shop"}, 1),
}
FILTERS: Mapping[str, Mapping[str, tuple[dict[str, str], int]]] = {
    "DescribeVpcs": {
        **TAGS,
        "VpcId": ({"VpcId": "vpc-simhzdefault,vpc-simhzisolated"}, 2),
        "RegionId": ({"RegionId": "us-west-1"}, 2),
        "VpcName": ({"VpcName": "isolated"}, 1),
        "IsDefault": ({"IsDefault": "false"}, 3),
        "ResourceGroupId": ({"ResourceGroupId": "rg-simshop"}, 1),
        "VpcOwnerId": ({"VpcOwnerId": "1000000000000002"}, 0),
        "DhcpOptionsSetId": ({"DhcpOptionsSetId": "dopt-1"}, 0),
        "EnableIpv6": ({"EnableIpv6": "true"}, 0),
    },
    "DescribeVSwitches": {
        **TAGS,
        "VpcId": ({"VpcId": "vpc-simhzpartial"}, 2),
        "VSwitchId": ({"VSwitchId": "vsw-simhzpartialout"}, 1),
        "ZoneId": ({"ZoneId": "cn-hangzhou-h"}, 2),
        "RegionId": ({"RegionId": "us-west-1"}, 3),
        "VSwitchName": ({"VSwitchName": "web-with-snat"}, 1),
        "IsDefault": ({"IsDefault": "true"}, 3),
        "RouteTableId": ({"RouteTableId": "vtb-simhzpartial"}, 2),
        "ResourceGroupId": ({"ResourceGroupId": "rg-simshop"}, 1),
        "VSwitchOwnerId": ({"VSwitchOwnerId": "1000000000000002"}, 0),
        "EnableIpv6": ({"EnableIpv6": "true"}, 0),
    },
    "DescribeNatGateways": {
        **TAGS,
        "RegionId": ({"RegionId": "us-west-1"}, 1),
        "NatGatewayId": ({"NatGatewayId": "ngw-simhzdefault"}, 1),
        "VpcId": ({"VpcId": "vpc-simhzpartial"}, 1),
        "Name": ({"Name": "default-internet"}, 1),
        "InstanceChargeType": ({"InstanceChargeType": "PrePaid"}, 0),
        "Spec": ({"Spec": "Small"}, 0),
        "NatType": ({"NatType": "Normal"}, 0),
        "ResourceGroupId": ({"ResourceGroupId": "rg-simshop"}, 1),
        "Status": ({"Status": "Creating"}, 0),
        "NetworkType": ({"NetworkType": "intranet"}, 1),
        "ZoneId": ({"ZoneId": "cn-hangzhou-h"}, 2),
    },
    "DescribeSnatTableEntries": {
        "RegionId": ({"RegionId": "cn-hangzhou"}, 0),
        "SnatTableId": ({"SnatTableId": "stb-simshnosnat"}, 0),
        "SnatEntryId": ({"SnatEntryId": "snat-none"}, 0),
        "SourceVSwitchId": ({"SourceVSwitchId": "vsw-simshdefaultm"}, 1),
        "SourceCIDR": ({"SourceCIDR": "172.16.0.0/20"}, 1),
        "SnatIp": ({"SnatIp": "203.0.113.1"}, 0),
        "SnatEntryName": ({"SnatEntryName": "zone-m"}, 1),
        "NatGatewayId": ({"NatGatewayId": "ngw-simshnosnat"}, 0),
    },
    "DescribeEipAddresses": {
        **TAGS,
        "RegionId": ({"RegionId": "us-west-1"}, 2),
        "Status": ({"Status": "Available"}, 3),
        "EipAddress": ({"EipAddress": "203.0.113.21"}, 1),
        "AllocationId": ({"AllocationId": "eip-simhzfree1,eip-simhzfree2"}, 2),
        "SegmentInstanceId": ({"SegmentInstanceId": "eipsg-1"}, 0),
        "ResourceGroupId": ({"ResourceGroupId": "rg-simshop"}, 1),
        "ISP": ({"ISP": "BGP_PRO"}, 1),
        "Filter.1.Key": ({"Filter.1.Key": "CreationStartTime", "Filter.1.Value": "2026-01-15T02:01Z"}, 0),
        "Filter.1.Value": ({"Filter.1.Key": "CreationStartTime", "Filter.1.Value": "2027-01-01T00:00Z"}, 0),
        "Filter.2.Key": ({"Filter.2.Key": "CreationEndTime", "Filter.2.Value": "2026-01-15T01:59Z"}, 0),
        "Filter.2.Value": ({"Filter.2.Key": "CreationEndTime", "Filter.2.Value": "2025-01-01T00:00Z"}, 0),
        "LockReason": ({"LockReason": "financial"}, 0),
        "AssociatedInstanceType": ({"AssociatedInstanceType": "Nat"}, 2),
        "AssociatedInstanceId": ({"AssociatedInstanceId": "i-simhzbastion"}, 1),
        "ChargeType": ({"ChargeType": "PrePaid"}, 0),
        "EipName": ({"EipName": "spare-1"}, 1),
        "SecurityProtectionEnabled": ({"SecurityProtectionEnabled": "true"}, 0),
        "PublicIpAddressPoolId": ({"PublicIpAddressPoolId": "pippool-1"}, 0),
        "ServiceManaged": ({"ServiceManaged": "true"}, 0),
    },
    "DescribeSecurityGroups": {
        **TAGS,
        "Tag.N.key": ({"Tag.1.key": "team"}, 2),
        "Tag.N.value": ({"Tag.1.key": "team", "Tag.1.value": "shop"}, 1),
        "RegionId": ({"RegionId": "us-west-1"}, 3),
        "SecurityGroupIds": ({"SecurityGroupIds": '["sg-simhzweb", "sg-simhzent"]'}, 2),
        "VpcId": ({"VpcId": "vpc-simhzdefault"}, 3),
        "SecurityGroupType": ({"SecurityGroupType": "enterprise"}, 1),
        "NetworkType": ({"NetworkType": "classic"}, 0),
        "SecurityGroupName": ({"SecurityGroupName": "web"}, 1),
        "ResourceGroupId": ({"ResourceGroupId": "rg-simshop"}, 1),
        "SecurityGroupId": ({"SecurityGroupId": "sg-simhzweb"}, 1),
        "ServiceManaged": ({"ServiceManaged": "true"}, 0),
    },
}
# Values that are refused by the name of the parameter, or by a code of its own.
REFUSED: Mapping[str, tuple[str, str]] = {"DryRun": ("true", "DryRunOperation")}
# Declared, taken, and rightly without an effect on which rows there are.
NO_FILTER: Mapping[str, str] = {
    "PageNumber": "tells which part of the list is wanted",
    "PageSize": "tells how large a part is wanted",
    "MaxResults": "tells how large a part is wanted",
    "NextToken": "tells from where on",
    "Tag.N": "is the parent of Tag.N.Key and Tag.N.Value",
    "IncludeReservationData": "asks for fields of renewals to come, of which the catalog has none",
    "IsQueryEcsCount": "is deprecated by the vendor, and asks for a number",
    "FuzzyQuery": "is deprecated by the vendor and described nowhere",
}


def rows(action: str, parameters: dict[str, str]) -> int:
    answer = ask(HANDLERS[action], parameters | {"PageSize": "50"})
    assert strays(action, answer) == []
    (listed,) = next(value for value in answer.values() if isinstance(value, dict)).values()
    assert answer["TotalCount"] == len(listed)
    return len(listed)


def refusal(action: str, **parameters: str) -> ApiError:
    with pytest.raises(ApiError) as caught:
        ask(HANDLERS[action], BASE[action][0] | parameters)
    return caught.value


@pytest.mark.parametrize("action", BASE)
def test_without_a_filter_all_of_a_region_are_listed(action: str) -> None:
    parameters, expected = BASE[action]
    assert rows(action, parameters) == expected


@pytest.mark.parametrize(("action", "name"), DECLARED)
def test_a_declared_parameter_filters_or_is_refused_or_has_a_reason(action: str, name: str) -> None:
    filters = FILTERS[action]
    assert [name in filters, name in REFUSED, name in NO_FILTER].count(True) == 1
    parameters, all_rows = BASE[action]
    if name in filters:
        added, expected = filters[name]
        assert expected != all_rows
        assert rows(action, parameters | added) == expected
    elif name in REFUSED:
        value, code = REFUSED[name]
        assert refusal(action, **{name: value}).code == code
        assert rows(action, parameters | {name: "false"}) == all_rows


@pytest.mark.parametrize("action", [action for action in BASE if "Tag.N.Key" in FILTERS[action]])
def test_several_tags_are_all_asked_for(action: str) -> None:
    def count(**tags: str) -> int:
        pairs = enumerate(tags.items(), 1)
        asked = {
            f"Tag.{n}.{part}": text for n, pair in pairs for part, text in zip(("Key", "Value"), pair, strict=True)
        }
        return rows(action, BASE[action][0] | asked)

    assert count(team="", stage="") == 1
    assert count(team="shop", stage="live") == 1
    assert count(team="data", stage="live") == 0
    assert count(nothing="") == 0


@pytest.mark.parametrize(
    ("action", "parameters", "code", "word"),
    [
        ("DescribeVpcs", {"EnableIpv6": "maybe"}, "InvalidParameter", "EnableIpv6"),
        ("DescribeVSwitches", {"Tag.1.Value": "shop"}, "MissingParameter", "Tag.1.Key"),
        ("DescribeNatGateways", {"DryRun": "perhaps"}, "InvalidParameter", "DryRun"),
        ("DescribeEipAddresses", {"LockReason": "else"}, "InvalidLockReason.NotFound", ""),
        ("DescribeEipAddresses", {"Filter.1.Key": "CreationEndTime"}, "InvalidFilterKey.NotFound", ""),
        ("DescribeEipAddresses", {"Filter.1.Value": "2026-01-15T02:00Z"}, "InvalidFilterKey.NotFound", ""),
        (
            "DescribeEipAddresses",
            {"Filter.2.Key": "CreationEndTime", "Filter.2.Value": "yesterday"},
            "InvalidFilterValue",
            "",
        ),
        ("DescribeSecurityGroups", {"NetworkType": "else"}, "InvalidParameter", "NetworkType"),
    ],
)
def test_a_value_that_no_row_could_have_is_refused(
    action: str, parameters: dict[str, str], code: str, word: str
) -> None:
    error = refusal(action, **parameters)
    assert error.code == code
    assert word in error.message


def test_a_list_without_tags_takes_no_notice_of_them() -> None:
    parameters, all_rows = BASE["DescribeSnatTableEntries"]
    assert rows("DescribeSnatTableEntries", parameters | {"Tag.1.Key": "team"}) == all_rows


def test_more_tags_than_the_vendor_takes_are_refused() -> None:
    many: dict[str, Any] = {f"Tag.{number}.Key": "team" for number in range(1, 22)}
    assert refusal("DescribeVpcs", **many).code == "InvalidParameter.ValueExceeded"
