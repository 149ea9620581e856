"""Does an image need the Internet, and has a network a way out?

An Elastic IP is a way out by itself. Without one, every chosen vSwitch needs, in its VPC, an Internet NAT gateway in
working order with an SNAT entry that covers the vSwitch. Sources: the vendor's page on Internet access; the VPC API
2016-04-28. Fetching the network is not here (``gateways.ports.networks``).
"""

import ipaddress
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from consoleapp.domain.errors import _
from consoleapp.domain.image import AcrNetwork, ImageReference, acr_host
from consoleapp.domain.network import NatGateway, SnatEntry, VSwitch

INTERNET: Final = "internet"
AVAILABLE: Final = "Available"
NORMAL: Final = "Normal"


def needs_internet(reference: ImageReference) -> bool:
    """Tell whether the image is pulled over the Internet: Docker Hub, public registry hosts, all other public names."""
    host = reference.registry_host
    acr = acr_host(host)
    if acr is not None:
        # A VPC host of another region is no matter of the Internet: see is_foreign_vpc_host.
        return acr.network is AcrNetwork.PUBLIC
    return not _is_private_name(host.partition(":")[0])


def is_foreign_vpc_host(reference: ImageReference, region_id: str) -> bool:
    """Tell whether it is the VPC host of another region, which does not resolve here, with or without the Internet."""
    acr = acr_host(reference.registry_host)
    return acr is not None and acr.network is not AcrNetwork.PUBLIC and acr.region_id != region_id


def _is_private_name(name: str) -> bool:
    """Tell whether it is a private address, or a name without a dot, which no public server answers for."""
    try:
        return ipaddress.IPv4Address(name).is_private
    except ValueError:
        return "." not in name


class WayOutReason(StrEnum):
    EIP = "eip"
    SNAT = "snat"
    NO_VSWITCH = "no_vswitch"
    NO_NAT_GATEWAY = "no_nat_gateway"
    NO_SNAT_ENTRY = "no_snat_entry"


SENTENCES: Final[Mapping[str, str]] = MappingProxyType(
    {
        WayOutReason.EIP: _("The Elastic IP gives the container group a way to the Internet."),
        WayOutReason.SNAT: _("An Internet NAT gateway with an SNAT entry gives the vSwitch a way to the Internet."),
        WayOutReason.NO_VSWITCH: _("No vSwitch is chosen, so nothing is known about a way to the Internet."),
        WayOutReason.NO_NAT_GATEWAY: _("The VPC has no Internet NAT gateway in working order."),
        WayOutReason.NO_SNAT_ENTRY: _("The NAT gateway of the VPC has no SNAT entry for the vSwitch."),
    }
)


@dataclass(frozen=True)
class WayOut:
    """``lacking`` are the chosen vSwitches without a way out: the cloud may pick any of the chosen ones."""

    is_open: bool
    reason: WayOutReason
    lacking: tuple[str, ...] = ()


def way_out(
    vswitches: Iterable[VSwitch],
    nat_gateways: Iterable[NatGateway],
    snat_entries: Iterable[SnatEntry],
    *,
    eip: bool = False,
) -> WayOut:
    """Tell whether a container group in these vSwitches reaches the Internet, and why.

    The gateways and entries may be those of several VPCs. ``eip`` is True when an Elastic IP is chosen or will be made.
    """
    if eip:
        return WayOut(True, WayOutReason.EIP)
    chosen, entries = tuple(vswitches), tuple(snat_entries)
    if not chosen:
        return WayOut(False, WayOutReason.NO_VSWITCH)
    gateways = tuple(gateway for gateway in nat_gateways if _works(gateway))
    lacking = tuple(vswitch for vswitch in chosen if not _has_snat(vswitch, gateways, entries))
    if not lacking:
        return WayOut(True, WayOutReason.SNAT)
    served = {gateway.vpc_id for gateway in gateways}
    has_gateways = all(vswitch.vpc_id in served for vswitch in lacking)
    reason = WayOutReason.NO_SNAT_ENTRY if has_gateways else WayOutReason.NO_NAT_GATEWAY
    return WayOut(False, reason, tuple(vswitch.vswitch_id for vswitch in lacking))


def _works(gateway: NatGateway) -> bool:
    return gateway.network_type == INTERNET and gateway.status == AVAILABLE and gateway.business_status == NORMAL


def _has_snat(vswitch: VSwitch, gateways: tuple[NatGateway, ...], entries: tuple[SnatEntry, ...]) -> bool:
    own = {gateway.nat_gateway_id for gateway in gateways if gateway.vpc_id == vswitch.vpc_id}
    return any(entry.nat_gateway_id in own and _covers(entry, vswitch) for entry in entries)


def _covers(entry: SnatEntry, vswitch: VSwitch) -> bool:
    """Tell whether the entry names the vSwitch or a block that holds all of its addresses."""
    if entry.status != AVAILABLE:
        return False
    if entry.source_vswitch_id:
        return entry.source_vswitch_id == vswitch.vswitch_id
    try:
        inner = ipaddress.IPv4Network(vswitch.cidr_block)
        return inner.subnet_of(ipaddress.IPv4Network(entry.source_cidr))
    except ValueError:
        return False
