"""Vpc 2016-04-28: VPCs, vSwitches, NAT gateways, SNAT rules and EIPs, as their owner lists them.

Lists are wrapped in a singular key, as the vendor's metadata has them. Everything comes from the seeded network;
only which EIP is bound by a container group comes from the store.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

from consoleapp.simulator.actions.filters import matching, tags_of
from consoleapp.simulator.actions.paging import Page, page_of
from consoleapp.simulator.call import Answer, Call, Handler
from consoleapp.simulator.errors import ApiError, invalid, missing
from consoleapp.simulator.network import Eip, NatGateway, SnatEntry, Vpc, VSwitch

MOST_IDS: Final = 20
MOST_EIPS: Final = 50
_VPC_FLAGS: Final = {"IsDefault": "IsDefault", "EnableIpv6": "EnabledIpv6"}
_EIP_FIELDS: Final = {
    "Status": "Status",
    "ISP": "ISP",
    "ChargeType": "ChargeType",
    "AssociatedInstanceType": "InstanceType",
    "AssociatedInstanceId": "InstanceId",
    "EipName": "Name",
    "ResourceGroupId": "ResourceGroupId",
    "SegmentInstanceId": "SegmentInstanceId",
    "PublicIpAddressPoolId": "PublicIpAddressPoolId",
}
_EIP_FLAGS: Final = {
    "ServiceManaged": "ServiceManaged",
    "SecurityProtectionEnabled": "SecurityProtectionTypes.SecurityProtectionType",
}
_LOCK_REASONS: Final = ("financial", "security")
# 2026-01-15T02:00Z, as Filter.1 and Filter.2 have it, and how much of a time stamp that is.
_MINUTE: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\dZ")
_TO_THE_MINUTE: Final = 16


def describe_vpcs(call: Call) -> Answer:
    """Return the VPCs of the region, the default one first."""
    region_id, ids = call.region_id, _ids(call, "VpcId")
    rows = [
        _vpc(call, vpc) for vpc in call.catalog.vpcs if vpc.region_id == region_id and (not ids or vpc.vpc_id in ids)
    ]
    same = {
        "VpcName": "VpcName",
        "ResourceGroupId": "ResourceGroupId",
        "VpcOwnerId": "OwnerId",
        "DhcpOptionsSetId": "DhcpOptionsSetId",
    }
    page = page_of(call, matching(call, rows, same=same, flags=_VPC_FLAGS))
    return _paged(page, Vpcs={"Vpc": list(page.rows)})


def describe_vswitches(call: Call) -> Answer:
    """Return the vSwitches of a VPC or of a region."""
    vpc_id = call.get("VpcId")
    if not vpc_id and not call.get("RegionId"):
        raise missing("RegionId")
    region_id = call.region_id if call.get("RegionId") else ""
    if vpc_id and call.catalog.vpc(vpc_id) is None:
        raise ApiError("Forbidden.VpcNotFound")
    ids = _ids(call, "VSwitchId")
    if any(call.catalog.vswitch(item) is None for item in ids):
        raise ApiError("InvalidVSwitchId.NotFound")
    rows = [
        _vswitch(call, item)
        for item in call.catalog.vswitches
        if region_id in ("", item.region_id) and (not ids or item.vswitch_id in ids)
    ]
    same = {
        "VpcId": "VpcId",
        "ZoneId": "ZoneId",
        "VSwitchName": "VSwitchName",
        "RouteTableId": "RouteTable.RouteTableId",
        "ResourceGroupId": "ResourceGroupId",
        "VSwitchOwnerId": "OwnerId",
    }
    page = page_of(call, matching(call, rows, same=same, flags=_VPC_FLAGS))
    return _paged(page, VSwitches={"VSwitch": list(page.rows)})


def describe_nat_gateways(call: Call) -> Answer:
    """Return the NAT gateways of the region, Internet and VPC ones."""
    region_id = call.region_id
    rows = [_nat_gateway(call, gateway) for gateway in call.catalog.nat_gateways if gateway.region_id == region_id]
    names = ("VpcId", "NatGatewayId", "Status", "NetworkType", "Name", "NatType", "Spec", "InstanceChargeType")
    same = {name: name for name in (*names, "ResourceGroupId")} | {"ZoneId": "NatGatewayPrivateInfo.IzNo"}
    page = page_of(call, matching(call, rows, same=same))
    return _paged(page, NatGateways={"NatGateway": list(page.rows)})


def describe_snat_table_entries(call: Call) -> Answer:
    """Return the SNAT rules of one gateway or one table."""
    region_id = call.region_id
    gateway_id, table_id = call.get("NatGatewayId"), call.get("SnatTableId")
    if not gateway_id and not table_id:
        raise ApiError("DESCRIBE_SNAT_PARAM_INVALID")
    gateways = [item for item in call.catalog.nat_gateways if item.region_id == region_id]
    if table_id and all(item.snat_table_id != table_id for item in gateways):
        raise ApiError("InvalidSnatTableId.NotFound")
    rows = [_snat_entry(call, entry) for gateway in gateways for entry in gateway.snat_entries]
    names = ("NatGatewayId", "SnatTableId", "SnatEntryId", "SnatEntryName", "SourceVSwitchId", "SourceCIDR", "SnatIp")
    page = page_of(call, matching(call, rows, same={name: name for name in names}))
    return _paged(page, SnatTableEntries={"SnatTableEntry": list(page.rows)})


def describe_eip_addresses(call: Call) -> Answer:
    """Return the EIPs of the region; one that a live container group holds is InUse."""
    region_id = call.region_or(missing("RegionId"), ApiError("Forbidden.RegionNotFound"))
    if call.get("LockReason") not in ("", *_LOCK_REASONS):
        raise ApiError("InvalidLockReason.NotFound")
    bound = call.store.eip_bindings(call.account, call.now)
    ids, addresses = _ids(call, "AllocationId", MOST_EIPS), _ids(call, "EipAddress", MOST_EIPS)
    rows = [
        _eip(call, eip, bound)
        for eip in call.catalog.eips
        if eip.region_id == region_id
        and (not ids or eip.allocation_id in ids)
        and (not addresses or eip.ip_address in addresses)
        # Nothing is locked here.
        and not call.get("LockReason")
        and _is_allocated_then(call, call.catalog.network.created)
    ]
    page = page_of(call, matching(call, rows, same=_EIP_FIELDS, flags=_EIP_FLAGS), most=100)
    return _paged(page, EipAddresses={"EipAddress": list(page.rows)})


def _is_allocated_then(call: Call, moment: str) -> bool:
    """Tell whether the moment, to the minute, is within the limits that Filter.1 and Filter.2 set."""
    limits = []
    for name, key in (("Filter.1", "CreationStartTime"), ("Filter.2", "CreationEndTime")):
        given, text = call.get(f"{name}.Key"), call.get(f"{name}.Value")
        if (given or text) and given != key:
            raise ApiError("InvalidFilterKey.NotFound")
        if given and not _MINUTE.fullmatch(text):
            raise ApiError("InvalidFilterValue")
        limits.append(text[:_TO_THE_MINUTE])
    start, end = limits
    return start <= moment[:_TO_THE_MINUTE] <= (end or moment)


def _ids(call: Call, key: str, most: int = MOST_IDS) -> frozenset[str]:
    """Return the ids of a comma list."""
    ids = frozenset(item.strip() for item in call.get(key).split(",") if item.strip())
    if len(ids) > most:
        raise invalid(key, f"at most {most} ids are allowed", code="InvalidParameter.ValueExceeded")
    return ids


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
        "OwnerId": int(call.catalog.account_id),
        "CreationTime": call.catalog.network.created,
        "VRouterId": vpc.vpc_id.replace("vpc-", "vrt-"),
        "RouterTableIds": {"RouterTableIds": [vpc.vpc_id.replace("vpc-", "vtb-")]},
        "VSwitchIds": {"VSwitchId": list(vpc.vswitch_ids)},
        "NatGatewayIds": {"NatGatewayIds": list(vpc.nat_gateway_ids)},
        "UserCidrs": {"UserCidr": []},
        "Tags": tags_of(vpc.tags),
        "ResourceGroupId": vpc.resource_group_id,
        "DhcpOptionsSetId": "",
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
        "OwnerId": int(call.catalog.account_id),
        "CreationTime": call.catalog.network.created,
        "RouteTable": {"RouteTableId": vswitch.vpc_id.replace("vpc-", "vtb-"), "RouteTableType": "System"},
        "Tags": tags_of(vswitch.tags),
        "ResourceGroupId": vswitch.resource_group_id,
        "EnabledIpv6": False,
    }


def _nat_gateway(call: Call, gateway: NatGateway) -> dict[str, Any]:
    vswitch = call.catalog.vswitch(gateway.vswitch_id)
    eips = [eip for eip in map(call.catalog.eip, gateway.eip_allocation_ids) if eip is not None]
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
        "Spec": "",
        "Description": "",
        "CreationTime": call.catalog.network.created,
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
        "ResourceGroupId": gateway.resource_group_id,
        "DeletionProtection": False,
        "Tags": tags_of(gateway.tags, prefix="Tag"),
    }


def _snat_entry(call: Call, entry: SnatEntry) -> dict[str, Any]:
    # A rule for a vSwitch is told with the vSwitch's range beside it.
    vswitch = call.catalog.vswitch(entry.source_vswitch_id)
    return {
        "SnatEntryId": entry.snat_entry_id,
        "SnatEntryName": entry.name,
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
        "AllocationTime": call.catalog.network.created,
        "Netmode": "public",
        "OperationLocks": {"LockReason": []},
        "Tags": tags_of(eip.tags),
        "ResourceGroupId": eip.resource_group_id,
        "SegmentInstanceId": "",
        "PublicIpAddressPoolId": "",
        "SecurityProtectionTypes": {"SecurityProtectionType": []},
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
