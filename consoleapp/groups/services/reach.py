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
from consoleapp.gateways.ports.networks import Networks
from consoleapp.groups.services.detail import Detail
from consoleapp.web.asking import remembered

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

    @property
    def is_open_to_all(self) -> bool:
        return bool(self.sources and EVERYWHERE & set(self.sources))

    @property
    def is_closed(self) -> bool:
        return self.sources == ()


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
    ports = tuple(
        Port(
            name,
            number,
            protocol,
            _sources(rules, number, protocol, group.security_group_id),
            f"{group.intranet_ip}:{number}",
            f"{group.internet_ip}:{number}" if group.internet_ip else "",
        )
        for name, number, protocol in declared_ports(order.public_parameters)
    )
    return Reach(group.intranet_ip, group.internet_ip, group.security_group_id, ports, rules)


def _rules(detail: Detail, security_group_id: str, networks: Networks) -> tuple[SecurityRule, ...] | None:
    order = detail.order
    if not security_group_id:
        return None
    try:
        about = ("rules in", order.owner_id, order.region_id, security_group_id)
        return remembered(about, SECONDS, lambda: networks.rules_in(order.region_id, security_group_id))
    except GatewayError:
        return None


def _sources(
    rules: tuple[SecurityRule, ...] | None, number: int, protocol: str, security_group_id: str
) -> tuple[str, ...] | None:
    found = None if rules is None else sources_let_in(rules, number, protocol)
    if found is None:
        return None
    return tuple(str(_("its own members")) if source == security_group_id else source for source in found)


def declared_ports(parameters: Mapping[str, str]) -> list[tuple[str, int, str]]:
    """Return (container, port, protocol) of every port of the request, in its order."""
    found = []
    for key, value in parameters.items():
        match = _PORT_KEY.fullmatch(key)
        if match and value.isascii() and value.isdigit() and len(value) < 6:
            protocol = parameters.get(key.removesuffix("Port") + "Protocol", "TCP").upper()
            found.append((parameters.get(f"Container.{match[1]}.Name", ""), int(value), protocol))
    return found
