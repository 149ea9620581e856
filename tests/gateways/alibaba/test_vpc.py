from typing import Any

import pytest

from consoleapp.domain.network import SecurityRule
from consoleapp.gateways.alibaba.vpc import VirtualPrivateCloud
from consoleapp.gateways.errors import Unavailable
from tests.gateways.alibaba.recorded import Recorded

REGION = "cn-hangzhou"


def _vpcs(first: int, count: int, total: int) -> dict[str, Any]:
    return {
        "TotalCount": total,
        "Vpcs": {"Vpc": [{"VpcId": f"vpc-{number}"} for number in range(first, first + count)]},
    }


def test_all_pages_are_fetched() -> None:
    recorded = Recorded(_vpcs(0, 50, 120), _vpcs(50, 50, 120), _vpcs(100, 20, 120))
    vpcs = VirtualPrivateCloud(recorded.as_client).vpcs(REGION)
    assert len({vpc.vpc_id for vpc in vpcs}) == 120
    assert [params["PageNumber"] for _, params in recorded.asked] == ["1", "2", "3"]
    assert {params["PageSize"] for _, params in recorded.asked} == {"50"}


@pytest.mark.parametrize("answer", [{}, {"Vpcs": []}, {"VSwitches": None}, {"Vpcs": {"Vpc": {}}}])
def test_an_answer_without_the_list_does_not_mean_that_there_is_no_network(answer: dict[str, Any]) -> None:
    with pytest.raises(Unavailable):
        VirtualPrivateCloud(Recorded(answer).as_client).vpcs(REGION)
    with pytest.raises(Unavailable):
        VirtualPrivateCloud(Recorded(answer).as_client).security_groups(REGION, "vpc-1")


def test_a_total_that_is_wrong_does_not_ask_for_ever() -> None:
    recorded = Recorded(_vpcs(0, 50, 1000), _vpcs(50, 0, 1000))
    assert len(VirtualPrivateCloud(recorded.as_client).vpcs(REGION)) == 50


def test_security_groups_follow_the_token() -> None:
    def answer(number: int, token: str) -> dict[str, Any]:
        return {"NextToken": token, "SecurityGroups": {"SecurityGroup": [{"SecurityGroupId": f"sg-{number}"}]}}

    recorded = Recorded(answer(1, "more"), answer(2, ""))
    groups = VirtualPrivateCloud(recorded.as_client).security_groups(REGION, "vpc-1")
    assert [group.security_group_id for group in groups] == ["sg-1", "sg-2"]
    assert "NextToken" not in recorded.asked[0][1]
    assert recorded.asked[1][1]["NextToken"] == "more"
    assert not any("PageNumber" in params for _, params in recorded.asked)


def test_rules_are_read_as_the_vendor_tells_them() -> None:
    def answer(token: str, *permissions: dict[str, Any]) -> dict[str, Any]:
        inner = {"InnerAccessPolicy": "Accept", "NextToken": token}
        return {**inner, "Permissions": {"Permission": list(permissions)}}

    web = {"IpProtocol": "TCP", "PortRange": "80/81", "SourceCidrIp": "0.0.0.0/0", "Policy": "Accept", "Priority": 2}
    drop = {"IpProtocol": "ALL", "PortRange": "-1/-1", "Ipv6SourceCidrIp": "::/0", "Policy": "Drop", "Priority": "7"}
    listed = {"IpProtocol": "TCP", "PortRange": "", "PortRangeListId": "prl-1", "SourceGroupId": "sg-2"}
    recorded = Recorded(answer("more", web), answer("", drop, {**listed, "Policy": "Accept", "Priority": 1}))

    assert VirtualPrivateCloud(recorded.as_client).rules_in(REGION, "sg-1") == (
        SecurityRule("TCP", "0.0.0.0/0", True, 2, 80, 81),
        SecurityRule("ALL", "::/0", False, 7),
        SecurityRule("TCP", "sg-2", True, 1, has_port_list=True),
        SecurityRule("ALL", "sg-1", True, 101),
    )
    assert recorded.asked[1][1]["NextToken"] == "more"


def test_members_that_are_kept_apart_are_not_let_in() -> None:
    recorded = Recorded({"InnerAccessPolicy": "Drop", "Permissions": {"Permission": []}})
    assert VirtualPrivateCloud(recorded.as_client).rules_in(REGION, "sg-1") == ()


def test_only_unbound_addresses_are_asked_for_and_their_bandwidth_is_a_number() -> None:
    recorded = Recorded({"EipAddresses": {"EipAddress": [{"AllocationId": "eip-1", "Bandwidth": "50"}]}})
    (eip,) = VirtualPrivateCloud(recorded.as_client).unbound_eips(REGION)
    assert eip.bandwidth_mbps == 50
    assert recorded.asked[0][1]["Status"] == "Available"


def test_a_rule_belongs_to_the_gateway_it_was_asked_for() -> None:
    recorded = Recorded(
        {"SnatTableEntries": {"SnatTableEntry": [{"SnatEntryId": "snat-1", "SourceCIDR": "10.0.0.0/8"}]}}
    )
    (entry,) = VirtualPrivateCloud(recorded.as_client).snat_entries(REGION, "ngw-1")
    assert (entry.nat_gateway_id, entry.source_cidr) == ("ngw-1", "10.0.0.0/8")
