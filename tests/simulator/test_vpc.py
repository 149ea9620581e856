from typing import Any

import pytest

from consoleapp.simulator.actions.vpc import ACTIONS
from consoleapp.simulator.errors import ApiError
from tests.simulator.calls import ask, strays

HANGZHOU = {"RegionId": "cn-hangzhou"}


def vpc(action: str, **parameters: str) -> Any:
    return ask(ACTIONS[action], parameters)


def refusal(action: str, **parameters: str) -> str:
    with pytest.raises(ApiError) as caught:
        vpc(action, **parameters)
    return caught.value.code


@pytest.mark.parametrize(
    ("action", "parameters"),
    [
        ("DescribeVpcs", HANGZHOU),
        ("DescribeVSwitches", HANGZHOU),
        ("DescribeNatGateways", HANGZHOU),
        ("DescribeSnatTableEntries", HANGZHOU | {"NatGatewayId": "ngw-simhzdefault"}),
        ("DescribeEipAddresses", HANGZHOU),
    ],
)
def test_answers_have_the_vendor_s_shape(action: str, parameters: dict[str, str]) -> None:
    answer = vpc(action, **parameters)
    assert answer["TotalCount"] > 0
    assert strays(action, answer) == []


class TestDescribeVpcs:
    def test_lists_the_default_vpc_first_with_its_parts(self) -> None:
        rows = vpc("DescribeVpcs", **HANGZHOU)["Vpcs"]["Vpc"]
        assert [row["VpcName"] for row in rows] == ["default", "web-tier", "data-tier", "isolated"]
        assert rows[0]["IsDefault"] is True
        assert rows[0]["NatGatewayIds"]["NatGatewayIds"] == ["ngw-simhzdefault"]
        assert len(rows[0]["VSwitchIds"]["VSwitchId"]) == 4
        assert rows[3]["NatGatewayIds"]["NatGatewayIds"] == []

    def test_filters_by_ids_name_and_default(self) -> None:
        two = vpc("DescribeVpcs", VpcId="vpc-simhzdefault,vpc-simhzisolated,vpc-simbjdefault", **HANGZHOU)
        assert two["TotalCount"] == 2
        assert vpc("DescribeVpcs", VpcName="isolated", **HANGZHOU)["TotalCount"] == 1
        assert vpc("DescribeVpcs", IsDefault="true", **HANGZHOU)["TotalCount"] == 1
        assert vpc("DescribeVpcs", IsDefault="False", **HANGZHOU)["TotalCount"] == 3

    def test_pages(self) -> None:
        first = vpc("DescribeVpcs", PageSize="3", **HANGZHOU)
        second = vpc("DescribeVpcs", PageSize="3", PageNumber="2", **HANGZHOU)
        assert [len(answer["Vpcs"]["Vpc"]) for answer in (first, second)] == [3, 1]
        assert (second["TotalCount"], second["PageNumber"], second["PageSize"]) == (4, 2, 3)
        assert vpc("DescribeVpcs", PageNumber="9", **HANGZHOU)["Vpcs"]["Vpc"] == []

    def test_refuses_what_the_vendor_refuses(self) -> None:
        assert refusal("DescribeVpcs") == "MissingParameter"
        assert refusal("DescribeVpcs", RegionId="cn-atlantis") == "InvalidRegionId.NotFound"
        assert refusal("DescribeVpcs", PageNumber="0", **HANGZHOU) == "InvalidParameter"
        assert refusal("DescribeVpcs", PageNumber="x", **HANGZHOU) == "InvalidParameter"
        assert refusal("DescribeVpcs", PageSize="51", **HANGZHOU) == "InvalidParameter.ValueExceeded"
        assert refusal("DescribeVpcs", IsDefault="maybe", **HANGZHOU) == "InvalidParameter"
        many = ",".join(f"vpc-{number}" for number in range(21))
        assert refusal("DescribeVpcs", VpcId=many, **HANGZHOU) == "InvalidParameter.ValueExceeded"


class TestDescribeVSwitches:
    def test_needs_a_region_or_a_vpc(self) -> None:
        assert refusal("DescribeVSwitches") == "MissingParameter"
        rows = vpc("DescribeVSwitches", VpcId="vpc-simhzdefault")["VSwitches"]["VSwitch"]
        assert [row["AvailableIpAddressCount"] for row in rows if row["VSwitchName"] == "default-j-full"] == [0]
        assert {row["VpcId"] for row in rows} == {"vpc-simhzdefault"}

    def test_filters_by_zone_and_id(self) -> None:
        assert vpc("DescribeVSwitches", ZoneId="cn-hangzhou-h", **HANGZHOU)["TotalCount"] == 2
        one = vpc("DescribeVSwitches", VSwitchId="vsw-simhzdefaulth", **HANGZHOU)["VSwitches"]["VSwitch"]
        assert [row["ZoneId"] for row in one] == ["cn-hangzhou-h"]

    def test_refuses_what_does_not_exist(self) -> None:
        assert refusal("DescribeVSwitches", VpcId="vpc-nowhere", **HANGZHOU) == "Forbidden.VpcNotFound"
        assert refusal("DescribeVSwitches", VSwitchId="vsw-nowhere", **HANGZHOU) == "InvalidVSwitchId.NotFound"


class TestDescribeNatGateways:
    def test_tells_internet_from_vpc_gateways(self) -> None:
        kinds = {
            row["NatGatewayId"]: row["NetworkType"]
            for row in vpc("DescribeNatGateways", **HANGZHOU)["NatGateways"]["NatGateway"]
        }
        assert kinds == {
            "ngw-simhzdefault": "internet",
            "ngw-simhzpartial": "internet",
            "ngw-simhzintranet": "intranet",
        }
        assert vpc("DescribeNatGateways", NetworkType="intranet", **HANGZHOU)["TotalCount"] == 1
        assert vpc("DescribeNatGateways", VpcId="vpc-simhzisolated", **HANGZHOU)["TotalCount"] == 0

    def test_shows_that_one_is_locked_and_one_has_no_rule(self) -> None:
        beijing = vpc("DescribeNatGateways", RegionId="cn-beijing", VpcId="vpc-simbjlocked")
        assert beijing["NatGateways"]["NatGateway"][0]["BusinessStatus"] == "FinancialLocked"
        shanghai = vpc("DescribeNatGateways", RegionId="cn-shanghai", VpcId="vpc-simshnosnat")
        addresses = shanghai["NatGateways"]["NatGateway"][0]["IpLists"]["IpList"]
        assert [row["UsingStatus"] for row in addresses] == ["Idle"]


class TestDescribeSnatTableEntries:
    def test_lists_the_rules_of_a_gateway_or_a_table(self) -> None:
        by_gateway = vpc("DescribeSnatTableEntries", NatGatewayId="ngw-simhzpartial", **HANGZHOU)
        by_table = vpc("DescribeSnatTableEntries", SnatTableId="stb-simhzpartial", **HANGZHOU)
        assert by_gateway == by_table
        row = by_gateway["SnatTableEntries"]["SnatTableEntry"][0]
        assert (row["SourceVSwitchId"], row["SourceCIDR"]) == ("vsw-simhzpartialout", "10.10.0.0/24")

    def test_filters_by_source(self) -> None:
        asked = {"RegionId": "cn-shanghai", "NatGatewayId": "ngw-simshdefault"}
        assert vpc("DescribeSnatTableEntries", **asked)["TotalCount"] == 2
        assert vpc("DescribeSnatTableEntries", SourceVSwitchId="vsw-simshdefaultm", **asked)["TotalCount"] == 1

    def test_refuses_a_call_that_names_neither(self) -> None:
        assert refusal("DescribeSnatTableEntries", **HANGZHOU) == "DESCRIBE_SNAT_PARAM_INVALID"
        assert refusal("DescribeSnatTableEntries", SnatTableId="stb-no", **HANGZHOU) == "InvalidSnatTableId.NotFound"


class TestDescribeEipAddresses:
    def test_lists_the_unbound_ones(self) -> None:
        rows = vpc("DescribeEipAddresses", Status="Available", **HANGZHOU)["EipAddresses"]["EipAddress"]
        assert [row["AllocationId"] for row in rows] == ["eip-simhzfree1", "eip-simhzfree2", "eip-simhzfree3"]
        assert rows[1]["Bandwidth"] == "50"

    def test_an_eip_that_a_live_group_holds_is_in_use(self) -> None:
        describe = ACTIONS["DescribeEipAddresses"]
        answer = ask(describe, HANGZHOU | {"AllocationId": "eip-simhzfree1"}, bound_eips=("eip-simhzfree1",))
        row = answer["EipAddresses"]["EipAddress"][0]
        assert (row["Status"], row["InstanceType"], row["InstanceId"]) == (
            "InUse",
            "NetworkInterface",
            "eci-simhzfree1",
        )
        free = ask(describe, HANGZHOU | {"Status": "Available"}, bound_eips=("eip-simhzfree1",))
        assert free["TotalCount"] == 2

    def test_refuses_an_unknown_region_in_its_own_words(self) -> None:
        assert refusal("DescribeEipAddresses") == "MissingParameter"
        assert refusal("DescribeEipAddresses", RegionId="cn-atlantis") == "Forbidden.RegionNotFound"
        assert refusal("DescribeEipAddresses", PageSize="101", **HANGZHOU) == "InvalidParameter.ValueExceeded"
