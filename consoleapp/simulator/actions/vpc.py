"""Vpc 2016-04-28: VPCs, vSwitches, NAT gateways, SNAT rules and EIPs, as their owner lists them.

Lists are wrapped in a singular key, as the vendor's metadata has them. Everything comes from the seeded network;
only which EIP is bound by a container group comes from the store.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from consoleapp.simulator.actions.paging import Page, page_of
from consoleapp.simulator.call import Answer, Call, Handler
from consoleapp.simulator.errors import ApiError, invalid, missing
from consoleapp.simulator.fields import Fields
from consoleapp.simulator.network import Eip, NatGateway, SnatEntry, Vpc, VSwitch

MOST_IDS: Final = 20
MOST_EIPS: Final = 50


def describe_vpcs(call: Call) -> Answer:
    """The VPCs of the region, the default one first."""
    region_id = call.region_id
    ids, name, default = _ids(call, "VpcId"), call.get("VpcName"), _flag(call, "IsDefault")
    rows = [
        vpc
        for vpc in call.world.vpcs
        if vpc.region_id == region_id
        and (not ids or vpc.vpc_id in ids)
        and (not name or vpc.name == name)
        and default in (None, vpc.is_default)
    ]
    page = page_of(call, rows)
    return _paged(page, Vpcs={"Vpc": [_vpc(call, vpc) for vpc in page.rows]})


def describe_vswitches(call: Call) -> Answer:
    """The vSwitches of a VPC or of a region."""
    vpc_id = call.get("VpcId")
    if not vpc_id and not call.get("RegionId"):
        raise missing("RegionId")
    region_id = call.region_id if call.get("RegionId") else ""
    if vpc_id and call.world.vpc(vpc_id) is None:
        raise ApiError("Forbidden.VpcNotFound")
    ids, zone_id, name = _ids(call, "VSwitchId"), call.get("ZoneId"), call.get("VSwitchName")
    if any(call.world.vswitch(item) is None for item in ids):
        raise ApiError("InvalidVSwitchId.NotFound")
    default = _flag(call, "IsDefault")
    rows = [
        item
        for item in call.world.vswitches
        if region_id in ("", item.region_id)
        and vpc_id in ("", item.vpc_id)
        and zone_id in ("", item.zone_id)
        and name in ("", item.name)
        and (not ids or item.vswitch_id in ids)
        and default in (None, item.is_default)
    ]
    page = page_of(call, rows)
    return _paged(page, VSwitches={"VSwitch": [_vswitch(call, item) for item in page.rows]})


def describe_nat_gateways(call: Call) -> Answer:
    """The NAT gateways of the region, Internet and VPC ones."""
    region_id = call.region_id
    wanted = [(key, call.get(key)) for key in ("VpcId", "NatGatewayId", "Status", "NetworkType", "Name", "NatType")]
    rows = []
    for gateway in call.world.nat_gateways:
        row = _nat_gateway(call, gateway)
        if gateway.region_id == region_id and all(not value or row[key] == value for key, value in wanted):
            rows.append(row)
    page = page_of(call, rows)
    return _paged(page, NatGateways={"NatGateway": list(page.rows)})


def describe_snat_table_entries(call: Call) -> Answer:
    """The SNAT rules of one gateway or one table."""
    region_id = call.region_id
    gateway_id, table_id = call.get("NatGatewayId"), call.get("SnatTableId")
    if not gateway_id and not table_id:
        raise ApiError("DESCRIBE_SNAT_PARAM_INVALID")
    gateways = [item for item in call.world.nat_gateways if item.region_id == region_id]
    if table_id and all(item.snat_table_id != table_id for item in gateways):
        raise ApiError("InvalidSnatTableId.NotFound")
    wanted = [(key, call.get(key)) for key in ("SnatEntryId", "SourceVSwitchId", "SourceCIDR", "SnatIp")]
    rows = []
    for gateway in gateways:
        if gateway_id in ("", gateway.nat_gateway_id) and table_id in ("", gateway.snat_table_id):
            entries = [_snat_entry(call, entry) for entry in gateway.snat_entries]
            rows += [row for row in entries if all(not value or row[key] == value for key, value in wanted)]
    page = page_of(call, rows)
    return _paged(page, SnatTableEntries={"SnatTableEntry": list(page.rows)})


def describe_eip_addresses(call: Call) -> Answer:
    """The EIPs of the region; one that a live container group holds is InUse."""
    region_id = _eip_region(call)
    bound = call.store.eip_bindings(call.account, call.now)
    ids, addresses = _ids(call, "AllocationId", MOST_EIPS), _ids(call, "EipAddress", MOST_EIPS)
    wanted = [
        ("Status", call.get("Status")),
        ("ISP", call.get("ISP")),
        ("ChargeType", call.get("ChargeType")),
        ("InstanceType", call.get("AssociatedInstanceType")),
        ("InstanceId", call.get("AssociatedInstanceId")),
        ("Name", call.get("EipName")),
    ]
    rows = []
    for eip in call.world.eips:
        row = _eip(call, eip, bound)
        if (
            eip.region_id == region_id
            and (not ids or eip.allocation_id in ids)
            and (not addresses or eip.ip_address in addresses)
            and all(not value or row[key] == value for key, value in wanted)
        ):
            rows.append(row)
    page = page_of(call, rows, most=100)
    return _paged(page, EipAddresses={"EipAddress": list(page.rows)})


def _eip_region(call: Call) -> str:
    region_id = call.get("RegionId")
    if not region_id:
        raise missing("RegionId")
    if call.world.region(region_id) is None:
        raise ApiError("Forbidden.RegionNotFound")
    return region_id


def _ids(call: Call, key: str, most: int = MOST_IDS) -> frozenset[str]:
    """The ids of a comma list."""
    ids = frozenset(item.strip() for item in call.get(key).split(",") if item.strip())
    if len(ids) > most:
        raise invalid(key, f"at most {most} ids are allowed", code="InvalidParameter.ValueExceeded")
    return ids


def _flag(call: Call, key: str) -> bool | None:
    return Fields(call.tree).boolean(key) if call.get(key) else None


def _paged(page: Page[Any], **lists: Mapping[str, Sequence[Any]]) -> Answer:
    return {"TotalCount": page.total, "PageNumber": page.number, "PageSize": page.size, **lists}


def _vpc(call: Call, vpc: Vpc) -> dict[str, Any]:
    return {
        "VpcId": vpc.vpc_id,
        "VpcName": vpc.name,
        "RegionId": vpc.region_id,
        "CidrBlock": vpc.cidr_block,
        "SecondaryCidrBlocks": {"SecondaryCidrBlock": list(vpc.secondary_cidr_blocks)},
        "Description": vpc.description,
        "Status": "Available",
        "IsDefault": vpc.is_default,
        "OwnerId": int(call.world.account_id),
        "CreationTime": call.world.network.created,
        "VRouterId": vpc.vpc_id.replace("vpc-", "vrt-"),
        "RouterTableIds": {"RouterTableIds": [vpc.vpc_id.replace("vpc-", "vtb-")]},
        "VSwitchIds": {"VSwitchId": list(vpc.vswitch_ids)},
        "NatGatewayIds": {"NatGatewayIds": list(vpc.nat_gateway_ids)},
        "UserCidrs": {"UserCidr": []},
        "Tags": {"Tag": []},
        "ResourceGroupId": "rg-simdefault",
        "EnabledIpv6": False,
    }


def _vswitch(call: Call, vswitch: VSwitch) -> dict[str, Any]:
    return {
        "VSwitchId": vswitch.vswitch_id,
        "VSwitchName": vswitch.name,
        "VpcId": vswitch.vpc_id,
        "ZoneId": vswitch.zone_id,
        "CidrBlock": vswitch.cidr_block,
        "AvailableIpAddressCount": vswitch.available_ip_address_count,
        "Description": "",
        "Status": "Available",
        "IsDefault": vswitch.is_default,
        "OwnerId": int(call.world.account_id),
        "CreationTime": call.world.network.created,
        "RouteTable": {"RouteTableId": vswitch.vpc_id.replace("vpc-", "vtb-"), "RouteTableType": "System"},
        "Tags": {"Tag": []},
        "ResourceGroupId": "rg-simdefault",
        "EnabledIpv6": False,
    }


def _nat_gateway(call: Call, gateway: NatGateway) -> dict[str, Any]:
    vswitch = call.world.vswitch(gateway.vswitch_id)
    eips = [eip for eip in map(call.world.eip, gateway.eip_allocation_ids) if eip is not None]
    status = "UsedBySnatTable" if gateway.snat_entries else "Idle"
    return {
        "NatGatewayId": gateway.nat_gateway_id,
        "Name": gateway.name,
        "VpcId": gateway.vpc_id,
        "RegionId": gateway.region_id,
        "Status": gateway.status,
        "BusinessStatus": gateway.business_status,
        "NetworkType": gateway.network_type,
        "NatType": "Enhanced",
        "Description": "",
        "CreationTime": call.world.network.created,
        "InstanceChargeType": "PostPaid",
        "InternetChargeType": "PayByLcu",
        "IpLists": {
            "IpList": [
                {"AllocationId": eip.allocation_id, "IpAddress": eip.ip_address, "UsingStatus": status} for eip in eips
            ]
        },
        "SnatTableIds": {"SnatTableId": [gateway.snat_table_id]},
        "ForwardTableIds": {"ForwardTableId": [gateway.snat_table_id.replace("stb-", "ftb-")]},
        "NatGatewayPrivateInfo": {"VswitchId": gateway.vswitch_id, "IzNo": vswitch.zone_id if vswitch else ""},
        "ResourceGroupId": "rg-simdefault",
        "DeletionProtection": False,
        "Tags": {"Tag": []},
    }


def _snat_entry(call: Call, entry: SnatEntry) -> dict[str, Any]:
    # A rule for a vSwitch is told with the vSwitch's range beside it.
    vswitch = call.world.vswitch(entry.source_vswitch_id)
    return {
        "SnatEntryId": entry.snat_entry_id,
        "SnatEntryName": "",
        "SnatTableId": entry.snat_table_id,
        "NatGatewayId": entry.nat_gateway_id,
        "SourceVSwitchId": entry.source_vswitch_id,
        "SourceCIDR": vswitch.cidr_block if vswitch else entry.source_cidr,
        "SnatIp": entry.snat_ip,
        "Status": "Available",
        "EipAffinity": "0",
    }


def _eip(call: Call, eip: Eip, bound: Mapping[str, str]) -> dict[str, Any]:
    group_id = bound.get(eip.allocation_id, "")
    instance_id = group_id or eip.instance_id
    return {
        "AllocationId": eip.allocation_id,
        "IpAddress": eip.ip_address,
        "Name": eip.name,
        "Description": "",
        "RegionId": eip.region_id,
        "Status": "InUse" if instance_id else "Available",
        "Bandwidth": str(eip.bandwidth_mbps),
        "EipBandwidth": str(eip.bandwidth_mbps),
        "ISP": eip.isp,
        "ChargeType": "PostPaid",
        "InternetChargeType": eip.internet_charge_type,
        "InstanceId": instance_id,
        "InstanceType": "NetworkInterface" if group_id else eip.instance_type,
        "InstanceRegionId": eip.region_id if instance_id else "",
        "BusinessStatus": "Normal",
        "AllocationTime": call.world.network.created,
        "Netmode": "public",
        "OperationLocks": {"LockReason": []},
        "Tags": {"Tag": []},
        "ResourceGroupId": "rg-simdefault",
        "ServiceManaged": 0,
        "DeletionProtection": False,
    }


ACTIONS: Final[Mapping[str, Handler]] = {
    "DescribeVpcs": describe_vpcs,
    "DescribeVSwitches": describe_vswitches,
    "DescribeNatGateways": describe_nat_gateways,
    "DescribeSnatTableEntries": describe_snat_table_entries,
    "DescribeEipAddresses": describe_eip_addresses,
}
