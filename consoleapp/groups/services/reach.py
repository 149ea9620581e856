"""How a group is reached: its addresses, the ports that its containers declare, and who is let in to them.

What the rules of a security group mean is in domain/network.py.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from django.utils.translation import gettext as _

from consoleapp.domain.network import EVERYWHERE, SecurityRule, sources_let_in
from consoleapp.gateways.errors import GatewayError
from consoleapp.gateways.ports.container_groups import ContainerGroup
from consoleapp.gateways.ports.networks import Networks
from consoleapp.groups.services.detail import Detail
from consoleapp.web.asking import remembered
from consoleapp.web.formats import listed

SECONDS: Final = 60
_PORT_KEY: Final = re.compile(r"Container\.(\d+)\.Port\.\d+\.Port")


@dataclass(frozen=True)
class Port:
    """A port that a container declares; `sources` are those that the security group lets in, None if not known."""

    container: str
    number: int
    protocol: str
    sources: tuple[str, ...] | None
    private_address: str
    public_address: str
    is_for_members_only: bool = False

    @property
    def is_open_to_all(self) -> bool:
        return bool(self.sources and EVERYWHERE & set(self.sources))

    @property
    def is_closed(self) -> bool:
        return self.sources == ()

    @property
    def let_in(self) -> str:
        """Return who is let in, as a sentence has it."""
        return listed(self.sources or ())


@dataclass(frozen=True)
class Reach:
    """The addresses of a group, "" for one that it does not have, and its ports; `rules` is None if not known."""

    private_ip: str
    public_ip: str
    security_group_id: str
    ports: tuple[Port, ...]
    rules: tuple[SecurityRule, ...] | None


def reach_of(detail: Detail, networks: Networks) -> Reach | None:
    """Return how the group is reached; None where it has no address. What the cloud does not tell breaks nothing."""
    group, order = detail.group, detail.order
    if group is None or not group.intranet_ip:
        return None
    rules = _rules(detail, group.security_group_id, networks)
    ports = tuple(_port(group, rules, *declared) for declared in declared_ports(order.public_parameters))
    return Reach(group.intranet_ip, group.internet_ip, group.security_group_id, ports, rules)


def _port(
    group: ContainerGroup, rules: tuple[SecurityRule, ...] | None, container: str, number: int, protocol: str
) -> Port:
    sources = None if rules is None else sources_let_in(rules, number, protocol)
    members = {group.security_group_id: str(_("its own members"))}
    return Port(
        container,
        number,
        protocol,
        None if sources is None else tuple(members.get(source, source) for source in sources),
        f"{group.intranet_ip}:{number}",
        f"{group.internet_ip}:{number}" if group.internet_ip else "",
        is_for_members_only=sources == (group.security_group_id,),
    )


def _rules(detail: Detail, security_group_id: str, networks: Networks) -> tuple[SecurityRule, ...] | None:
    order = detail.order
    if not security_group_id:
        return None
    try:
        about = ("rules in", order.owner_id, order.region_id, security_group_id)
        return remembered(about, SECONDS, lambda: networks.rules_in(order.region_id, security_group_id))
    except GatewayError:
        return None


def declared_ports(parameters: Mapping[str, str]) -> list[tuple[str, int, str]]:
    """Return (container, port, protocol) of every port of the request, in its order."""
    found = []
    for key, value in parameters.items():
        match = _PORT_KEY.fullmatch(key)
        if match and value.isascii() and value.isdigit() and len(value) < 6:
            protocol = parameters.get(key.removesuffix("Port") + "Protocol", "TCP").upper()
            found.append((parameters.get(f"Container.{match[1]}.Name", ""), int(value), protocol))
    return found
