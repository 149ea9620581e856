"""``ports.Networks`` over Virtual Private Cloud, version 2016-04-28, with the security groups of ``ecs.py``."""

from __future__ import annotations

from collections.abc import Mapping

from consoleapp.domain.network import Eip, NatGateway, SecurityGroup, SecurityRule, SnatEntry, Vpc, VSwitch
from consoleapp.gateways.alibaba import answers, ecs
from consoleapp.gateways.alibaba.answers import Json
from consoleapp.gateways.alibaba.client import Client
from consoleapp.gateways.alibaba.endpoints import VPC

_PAGE_SIZE = 50
_PAGES_AT_MOST = 50


class VirtualPrivateCloud:
    """Networks of one account."""

    def __init__(self, client: Client) -> None:
        self._client = client

    def vpcs(self, region_id: str) -> tuple[Vpc, ...]:
        return tuple(
            Vpc(
                vpc_id=answers.text(item, "VpcId"),
                name=answers.text(item, "VpcName"),
                cidr_block=answers.text(item, "CidrBlock"),
                is_default=answers.flag(item, "IsDefault"),
                nat_gateway_ids=answers.texts(item, "NatGatewayIds", "NatGatewayIds"),
            )
            for item in self._all("DescribeVpcs", region_id, {}, "Vpcs", "Vpc")
        )

    def vswitches(self, region_id: str, vpc_id: str) -> tuple[VSwitch, ...]:
        return tuple(
            VSwitch(
                vswitch_id=answers.text(item, "VSwitchId"),
                name=answers.text(item, "VSwitchName"),
                vpc_id=answers.text(item, "VpcId"),
                zone_id=answers.text(item, "ZoneId"),
                cidr_block=answers.text(item, "CidrBlock"),
                available_ip_address_count=answers.integer(item, "AvailableIpAddressCount"),
            )
            for item in self._all("DescribeVSwitches", region_id, {"VpcId": vpc_id}, "VSwitches", "VSwitch")
        )

    def security_groups(self, region_id: str, vpc_id: str) -> tuple[SecurityGroup, ...]:
        return ecs.security_groups(self._client, region_id, vpc_id)

    def rules_in(self, region_id: str, security_group_id: str) -> tuple[SecurityRule, ...]:
        return ecs.rules_in(self._client, region_id, security_group_id)

    def nat_gateways(self, region_id: str, vpc_id: str) -> tuple[NatGateway, ...]:
        return tuple(
            NatGateway(
                nat_gateway_id=answers.text(item, "NatGatewayId"),
                vpc_id=answers.text(item, "VpcId"),
                network_type=answers.text(item, "NetworkType"),
                status=answers.text(item, "Status"),
                business_status=answers.text(item, "BusinessStatus"),
                snat_table_ids=answers.texts(item, "SnatTableIds", "SnatTableId"),
            )
            for item in self._all("DescribeNatGateways", region_id, {"VpcId": vpc_id}, "NatGateways", "NatGateway")
        )

    def snat_entries(self, region_id: str, nat_gateway_id: str) -> tuple[SnatEntry, ...]:
        asked = {"NatGatewayId": nat_gateway_id}
        return tuple(
            SnatEntry(
                snat_entry_id=answers.text(item, "SnatEntryId"),
                nat_gateway_id=answers.text(item, "NatGatewayId") or nat_gateway_id,
                source_vswitch_id=answers.text(item, "SourceVSwitchId"),
                source_cidr=answers.text(item, "SourceCIDR"),
                snat_ip=answers.text(item, "SnatIp"),
                status=answers.text(item, "Status"),
            )
            for item in self._all("DescribeSnatTableEntries", region_id, asked, "SnatTableEntries", "SnatTableEntry")
        )

    def unbound_eips(self, region_id: str) -> tuple[Eip, ...]:
        return tuple(
            Eip(
                allocation_id=answers.text(item, "AllocationId"),
                ip_address=answers.text(item, "IpAddress"),
                name=answers.text(item, "Name"),
                status=answers.text(item, "Status"),
                bandwidth_mbps=answers.integer(item, "Bandwidth"),
                isp=answers.text(item, "ISP"),
            )
            for item in self._all(
                "DescribeEipAddresses", region_id, {"Status": "Available"}, "EipAddresses", "EipAddress"
            )
        )

    def _all(self, action: str, region_id: str, asked: Mapping[str, str], *path: str) -> list[Json]:
        """Return the items of all pages."""
        found: list[Json] = []
        for page in range(1, _PAGES_AT_MOST + 1):
            params = {**asked, "RegionId": region_id, "PageNumber": str(page), "PageSize": str(_PAGE_SIZE)}
            answer = self._client.call(VPC, action, params, region_id=region_id)
            items = answers.told_objects(answer, *path)
            found += items
            if not items or len(found) >= answers.integer(answer, "TotalCount"):
                break
        return found
