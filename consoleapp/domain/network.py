"""VPCs, vSwitches, gateways and addresses as the cloud tells them.

Fetching them is not here (``gateways.ports.networks``), nor what they mean for an image (``reachability.py``).
Field names follow the VPC API 2016-04-28 and the ECS API 2014-05-26.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Vpc:
    vpc_id: str
    name: str
    cidr_block: str
    is_default: bool = False
    # Does not tell Internet gateways from VPC gateways; NatGateway.network_type does.
    nat_gateway_ids: tuple[str, ...] = ()


@dataclass(frozen=True)
class VSwitch:
    vswitch_id: str
    name: str
    vpc_id: str
    zone_id: str
    cidr_block: str
    available_ip_address_count: int

    @property
    def is_full(self) -> bool:
        """Tell whether no address is left: the cloud then refuses with InvalidVSwitchId.IpNotEnough."""
        return self.available_ip_address_count <= 0


@dataclass(frozen=True)
class SecurityGroup:
    security_group_id: str
    name: str
    vpc_id: str
    description: str = ""


@dataclass(frozen=True)
class NatGateway:
    nat_gateway_id: str
    vpc_id: str
    network_type: str
    status: str
    business_status: str
    snat_table_ids: tuple[str, ...] = ()


@dataclass(frozen=True)
class SnatEntry:
    snat_entry_id: str
    nat_gateway_id: str
    source_vswitch_id: str
    source_cidr: str
    snat_ip: str
    status: str = "Available"


@dataclass(frozen=True)
class Eip:
    allocation_id: str
    ip_address: str
    name: str
    status: str
    bandwidth_mbps: int
    isp: str
