"""VPCs, vSwitches, gateways and addresses as the cloud tells them.

Fetching them is not here (``gateways.ports.networks``), nor what they mean for an image (``reachability.py``).
Field names follow the VPC API 2016-04-28 and the ECS API 2014-05-26.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final


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
class SecurityRule:
    """A rule of a security group for what comes in. `source` is a range of addresses, or the id of what has them.

    `protocol` is in upper case, ALL for every one; the ports are None for all. The lowest priority counts first.
    """

    protocol: str
    source: str
    is_accept: bool
    priority: int = 1
    first_port: int | None = None
    last_port: int | None = None
    # The ports stand in a list that the rule names by its id, and are not known here.
    has_port_list: bool = False

    def is_about(self, port: int, protocol: str) -> bool:
        """Tell whether the rule decides about this port."""
        if self.protocol not in ("ALL", protocol.upper()):
            return False
        return self.first_port is None or self.last_port is None or self.first_port <= port <= self.last_port


EVERYWHERE: Final = frozenset({"0.0.0.0/0", "::/0"})


def sources_let_in(rules: Iterable[SecurityRule], port: int, protocol: str) -> tuple[str, ...] | None:
    """Return where a packet to this port may come from; None where a rule leaves it open.

    Of two rules with one priority the refusal counts (the vendor's page on AuthorizeSecurityGroup).
    """
    about = [rule for rule in rules if rule.is_about(port, protocol)]
    if any(rule.has_port_list for rule in about):
        return None
    accepted, refused = list[str](), set[str]()
    for rule in sorted(about, key=lambda rule: (rule.priority, rule.is_accept)):
        if rule.source in refused or "0.0.0.0/0" in refused:
            continue
        if rule.is_accept:
            accepted.append(rule.source)
        else:
            refused.add(rule.source)
    return tuple(dict.fromkeys(accepted))


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
