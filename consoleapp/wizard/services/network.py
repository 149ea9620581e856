"""What a region's network offers: asked of the cloud, remembered for some seconds, and what it means for images.

The lists of one account are kept apart from those of others. Which of them a form offers is decided in forms/basic.py.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, TypeVar

from consoleapp.cloud_accounts.grants import NO_LIMITS, Limits
from consoleapp.domain.network import NatGateway, SecurityGroup, SnatEntry, Vpc, VSwitch
from consoleapp.domain.reachability import WayOut, WayOutReason, way_out
from consoleapp.domain.region import KNOWN
from consoleapp.gateways.errors import GatewayError
from consoleapp.gateways.ports.container_groups import ContainerGroups, Region
from consoleapp.gateways.ports.networks import Networks
from consoleapp.web.asking import in_parallel, remembered
from consoleapp.wizard.draft import raw
from consoleapp.wizard.shape import EIP_CREATE, EIP_EXISTING, Data, Fields

REGIONS_SECONDS = 300
LISTS_SECONDS = 10
VPCS_SEARCHED_MAX = 10
PREFERRED_REGION = "cn-hangzhou"

T = TypeVar("T")
_Lists = tuple[tuple[VSwitch, ...], tuple[SecurityGroup, ...], tuple[NatGateway, ...]]


@dataclass(frozen=True)
class NetworkChoices:
    """What may be chosen in one region and VPC. `error` is why the lists are missing, if they are.

    Without the lists, `is_region` still tells whether the console knows this region.
    """

    region_id: str = ""
    vpc_id: str = ""
    regions: tuple[Region, ...] = ()
    vpcs: tuple[Vpc, ...] = ()
    vswitches: tuple[VSwitch, ...] = ()
    security_groups: tuple[SecurityGroup, ...] = ()
    nat_gateways: tuple[NatGateway, ...] = ()
    snat_entries: tuple[SnatEntry, ...] = ()
    error: GatewayError | None = None
    is_region: bool = True
    limits: Limits = NO_LIMITS

    @property
    def vpc(self) -> Vpc | None:
        """Return the chosen VPC."""
        return next((vpc for vpc in self.vpcs if vpc.vpc_id == self.vpc_id), None)

    def chosen_vswitches(self, vswitch_ids: tuple[str, ...]) -> tuple[VSwitch, ...]:
        """Return those of the VPC's vSwitches that are chosen."""
        return tuple(vswitch for vswitch in self.vswitches if vswitch.vswitch_id in vswitch_ids)

    def way_out(self, vswitch_ids: tuple[str, ...], *, eip: bool) -> WayOut:
        """Tell whether containers in these vSwitches reach the Internet, and why (not)."""
        return way_out(self.chosen_vswitches(vswitch_ids), self.nat_gateways, self.snat_entries, eip=eip)

    def missing_way(self, spec: Fields) -> WayOut | None:
        """Tell why what a draft has chosen does not reach the Internet; None where it does, or nothing is known."""
        if self.error is not None:
            return None
        way = self.way_out(raw.words(spec, "vswitch_ids"), eip=has_eip(spec))
        return None if way.is_open or way.reason is WayOutReason.NO_VSWITCH else way


def has_eip(spec: Fields) -> bool:
    """Tell whether an Elastic IP is chosen or will be made."""
    return raw.word(spec, "eip") in (EIP_CREATE, EIP_EXISTING)


@dataclass(frozen=True)
class NetworkSource:
    """Where the lists come from: the ports of one account, and the account's name for the cache.

    `added_regions` were added by hand to those that are shipped and those that the cloud tells. `limits` say which of
    all that the team was granted: nothing else is offered.
    """

    container_groups: ContainerGroups
    networks: Networks
    account: str
    added_regions: tuple[str, ...] = ()
    limits: Limits = NO_LIMITS

    def choices(self, region_id: str = "", vpc_id: str = "") -> NetworkChoices:
        """Return the lists for a region and VPC, a default one where none is given or it is not there. Never raise."""
        known = NetworkChoices(region_id, vpc_id, is_region=self._is_listed(region_id, ()), limits=self.limits)
        try:
            regions = self._regions()
            granted = tuple(each for each in regions if self.limits.has_region(each.region_id))
            known = replace(known, regions=granted, is_region=self._is_listed(region_id, regions))
            if not known.region_id:
                known = replace(known, region_id=_default_region(known.regions))
            region = known.region_id
            if region not in {each.region_id for each in known.regions}:
                return known
            vpcs = self._ask(("vpcs", region), lambda: self.networks.vpcs(region))
            known = replace(known, vpcs=tuple(each for each in vpcs if self.limits.has_vpc(each.vpc_id)))
            if known.vpc is None:
                known = replace(known, vpc_id=_default_vpc(known.vpcs))
            return self._with_lists(known) if known.vpc_id else known
        except GatewayError as error:
            return replace(known, error=error)

    def is_region(self, region_id: str) -> bool:
        """Tell whether the console knows this region. Ask the cloud where need be; never raise."""
        try:
            return self._is_listed(region_id, ()) or self._is_listed(region_id, self._regions())
        except GatewayError:
            return False

    def vpc_of(self, region_id: str, vswitch_ids: Collection[str]) -> str:
        """Return the VPC that has one of these vSwitches; "" where none of the first ones has. Never raise."""
        if not vswitch_ids:
            return ""
        for vpc in self.choices(region_id).vpcs[:VPCS_SEARCHED_MAX]:
            found = self.choices(region_id, vpc.vpc_id)
            if any(vswitch.vswitch_id in vswitch_ids for vswitch in found.vswitches):
                return vpc.vpc_id
        return ""

    def _is_listed(self, region_id: str, regions: tuple[Region, ...]) -> bool:
        """Tell whether it is shipped, added by hand, or among these; none chosen yet is none that is wrong."""
        return not region_id or region_id in KNOWN.union(self.added_regions, (each.region_id for each in regions))

    def _regions(self) -> tuple[Region, ...]:
        """Return the cloud's own list, and what was added to it by hand."""
        told = self._ask(("regions",), self.container_groups.regions, REGIONS_SECONDS)
        ids = {region.region_id for region in told}
        return (*told, *(Region(region_id) for region_id in self.added_regions if region_id not in ids))

    def _with_lists(self, known: NetworkChoices) -> NetworkChoices:
        region, vpc = known.region_id, known.vpc_id
        vswitches, groups, gateways = self._ask(("lists", region, vpc), lambda: self._lists(region, vpc))
        entries = self._ask(("snat", vpc), lambda: self._snat_entries(region, gateways))
        return replace(known, vswitches=vswitches, security_groups=groups, nat_gateways=gateways, snat_entries=entries)

    def _lists(self, region_id: str, vpc_id: str) -> _Lists:
        """Return what one VPC holds, asked for at once."""
        networks = self.networks
        asks: list[Callable[[], Any]] = [
            partial(ask, region_id, vpc_id)
            for ask in (networks.vswitches, networks.security_groups, networks.nat_gateways)
        ]
        vswitches, groups, gateways = in_parallel(asks, len(asks))
        return vswitches, groups, gateways

    def _snat_entries(self, region_id: str, gateways: tuple[NatGateway, ...]) -> tuple[SnatEntry, ...]:
        found = (self.networks.snat_entries(region_id, gateway.nat_gateway_id) for gateway in gateways)
        return tuple(entry for entries in found for entry in entries)

    def _ask(self, name: tuple[str, ...], ask: Callable[[], T], seconds: int = LISTS_SECONDS) -> T:
        return remembered(("network", self.account, *name), seconds, ask)


def _default_region(regions: tuple[Region, ...]) -> str:
    ids = [region.region_id for region in regions]
    return PREFERRED_REGION if PREFERRED_REGION in ids else next(iter(ids), "")


def _default_vpc(vpcs: tuple[Vpc, ...]) -> str:
    default = next((vpc for vpc in vpcs if vpc.is_default), None) or next(iter(vpcs), None)
    return default.vpc_id if default else ""


def with_defaults(data: Data, choices: NetworkChoices) -> Data:
    """Return the draft with a network filled in where none was chosen yet: the first vSwitch that has free addresses
    and the first security group of the VPC."""
    made: Data = {**data, "spec": {**data["spec"]}, "page": {**data["page"]}}
    filled = made["spec"]
    if not filled.get("region_id") and choices.region_id:
        filled["region_id"] = choices.region_id
    if not made["page"].get("vpc_id") and choices.vpc_id:
        made["page"]["vpc_id"] = choices.vpc_id
    if "vswitch_ids" not in filled:
        free = [vswitch.vswitch_id for vswitch in choices.vswitches if not vswitch.is_full]
        if free:
            filled["vswitch_ids"] = free[:1]
    if not filled.get("security_group_id") and choices.security_groups:
        filled["security_group_id"] = choices.security_groups[0].security_group_id
    return made
