"""The seeded network: regions, VPCs, vSwitches, security groups, NAT gateways, SNAT rules and EIPs.

The seed itself is data/network.json. How the records look on the wire is in actions/vpc.py and actions/ecs.py;
what a container group takes from them (addresses, EIPs) is the store's.
The rule for a way to the Internet: an Internet NAT gateway that works, with an SNAT rule for the vSwitch
(https://help.aliyun.com/zh/eci/user-guide/enable-internet-access).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from ipaddress import ip_network
from typing import Any, Final

DEFAULT_RESOURCE_GROUP: Final = "rg-simdefault"


@dataclass(frozen=True, slots=True)
class Region:
    region_id: str
    local_name: str
    zones: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Vpc:
    vpc_id: str
    name: str
    region_id: str
    cidr_block: str
    description: str
    is_default: bool
    secondary_cidr_blocks: tuple[str, ...]
    vswitch_ids: tuple[str, ...]
    nat_gateway_ids: tuple[str, ...]
    resource_group_id: str
    tags: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class VSwitch:
    vswitch_id: str
    name: str
    vpc_id: str
    region_id: str
    zone_id: str
    cidr_block: str
    available_ip_address_count: int
    is_default: bool
    resource_group_id: str = DEFAULT_RESOURCE_GROUP
    tags: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class SecurityGroup:
    security_group_id: str
    name: str
    vpc_id: str
    region_id: str
    description: str
    security_group_type: str
    # What may come in: protocol, range of ports, range of addresses.
    ingress: tuple[tuple[str, str, str], ...] = ()
    resource_group_id: str = DEFAULT_RESOURCE_GROUP
    tags: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class SnatEntry:
    snat_entry_id: str
    snat_table_id: str
    nat_gateway_id: str
    snat_ip: str
    source_vswitch_id: str
    source_cidr: str
    name: str = ""

    def covers(self, vswitch: VSwitch) -> bool:
        if self.source_vswitch_id:
            return self.source_vswitch_id == vswitch.vswitch_id
        source, target = ip_network(self.source_cidr), ip_network(vswitch.cidr_block)
        return target.subnet_of(source)  # type: ignore[arg-type]


@dataclass(frozen=True, slots=True)
class NatGateway:
    nat_gateway_id: str
    name: str
    vpc_id: str
    region_id: str
    vswitch_id: str
    network_type: str
    status: str
    business_status: str
    snat_table_id: str
    eip_allocation_ids: tuple[str, ...]
    snat_entries: tuple[SnatEntry, ...]
    resource_group_id: str = DEFAULT_RESOURCE_GROUP
    tags: Mapping[str, str] = field(default_factory=dict)

    def forwards_to_internet(self) -> bool:
        return (self.network_type, self.status, self.business_status) == ("internet", "Available", "Normal")


@dataclass(frozen=True, slots=True)
class Eip:
    allocation_id: str
    ip_address: str
    name: str
    region_id: str
    bandwidth_mbps: int
    isp: str
    internet_charge_type: str
    instance_id: str
    instance_type: str
    resource_group_id: str = DEFAULT_RESOURCE_GROUP
    tags: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Network:
    account_id: str
    created: str
    regions: tuple[Region, ...]
    vpcs: tuple[Vpc, ...]
    vswitches: tuple[VSwitch, ...]
    security_groups: tuple[SecurityGroup, ...]
    nat_gateways: tuple[NatGateway, ...]
    eips: tuple[Eip, ...]


def read_network(document: dict[str, Any]) -> Network:
    """Read the whole network of data/network.json, in the order of the file (a region's default VPC first)."""
    vpcs: list[Vpc] = []
    vswitches: list[VSwitch] = []
    groups: list[SecurityGroup] = []
    gateways: list[NatGateway] = []
    for region in document["regions"]:
        for row in region["vpcs"]:
            place = {"vpc_id": row["vpc_id"], "region_id": region["region_id"]}
            vpcs.append(_vpc(row, region["region_id"]))
            vswitches += [VSwitch(**{"is_default": False} | item | place) for item in row["vswitches"]]
            normal = place | {"security_group_type": "normal"}
            groups += [SecurityGroup(**normal | item) for item in row["security_groups"]]
            gateways += [_nat_gateway(item | place) for item in row["nat_gateways"]]
    return Network(
        account_id=document["account_id"],
        created=document["created"],
        regions=tuple(Region(row["region_id"], row["local_name"], tuple(row["zones"])) for row in document["regions"]),
        vpcs=tuple(vpcs),
        vswitches=tuple(vswitches),
        security_groups=tuple(groups),
        nat_gateways=tuple(gateways),
        eips=tuple(
            Eip(**item, region_id=region["region_id"]) for region in document["regions"] for item in region["eips"]
        ),
    )


def _vpc(row: dict[str, Any], region_id: str) -> Vpc:
    return Vpc(
        vpc_id=row["vpc_id"],
        name=row["name"],
        region_id=region_id,
        cidr_block=row["cidr_block"],
        description=row["description"],
        is_default=row.get("is_default", False),
        secondary_cidr_blocks=tuple(row.get("secondary_cidr_blocks", ())),
        vswitch_ids=tuple(item["vswitch_id"] for item in row["vswitches"]),
        nat_gateway_ids=tuple(item["nat_gateway_id"] for item in row["nat_gateways"]),
        resource_group_id=row.get("resource_group_id", DEFAULT_RESOURCE_GROUP),
        tags=row.get("tags", {}),
    )


def _nat_gateway(row: dict[str, Any]) -> NatGateway:
    table, gateway = row["snat_table_id"], row["nat_gateway_id"]
    entries = tuple(SnatEntry(**item, snat_table_id=table, nat_gateway_id=gateway) for item in row["snat_entries"])
    fields = row | {"eip_allocation_ids": tuple(row["eip_allocation_ids"]), "snat_entries": entries}
    return NatGateway(**fields)
