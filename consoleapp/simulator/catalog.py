"""The catalog: the seed that every account starts from, read once and never changed: network, images and registries.

The seed is data/*.json. What a container group does to it (a bound EIP, a taken address) is the store's; here is
only what was there before anybody came.
"""

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from importlib import resources
from typing import Any

from consoleapp.simulator.container_registry import ContainerRegistry, read_container_registry
from consoleapp.simulator.hosts import RegistryHost, read_hosts
from consoleapp.simulator.images import ImageReader, Repository
from consoleapp.simulator.network import (
    Eip,
    NatGateway,
    Network,
    Region,
    SecurityGroup,
    SnatEntry,
    Vpc,
    VSwitch,
    read_network,
)
from consoleapp.simulator.pulls import Pull, PullRequest, pull


@dataclass(frozen=True, eq=False)
class Catalog:
    """Everything that exists in the simulated cloud before the first call."""

    network: Network
    container_registry: ContainerRegistry
    common_images: tuple[Repository, ...]
    docker_official: tuple[Repository, ...]
    hosts: Mapping[str, RegistryHost]

    @classmethod
    def load(cls, *, extra_repositories: int = 0) -> "Catalog":
        """Load the seed; the same object for the same arguments, read from the files only once.

        `extra_repositories` more are put into the first Enterprise instance and into Personal Edition, for measuring.
        """
        return _load(extra_repositories)

    def pull(
        self,
        image: str,
        *,
        region_id: str,
        vpc_reaches_internet: bool,
        credentials: Mapping[str, tuple[str, str]] | None = None,
        acr_registry_infos: Sequence[Mapping[str, Any]] = (),
        plain_http: Collection[str] = (),
        insecure: Collection[str] = (),
        architecture: str = "amd64",
        now: float = 0.0,
    ) -> Pull:
        """Return the outcome of pulling the image with what the container group brings along; see pulls.py."""
        request = PullRequest(
            region_id=region_id,
            vpc_reaches_internet=vpc_reaches_internet,
            credentials=credentials or {},
            acr_registry_infos=acr_registry_infos,
            plain_http=plain_http,
            insecure=insecure,
            architecture=architecture,
            now=now,
        )
        return pull(image, request, self.hosts, self.container_registry)

    @property
    def account_id(self) -> str:
        """Return the account id that answers show, the same for every access key."""
        return self.network.account_id

    @property
    def regions(self) -> tuple[Region, ...]:
        return self.network.regions

    @property
    def vpcs(self) -> tuple[Vpc, ...]:
        return self.network.vpcs

    @property
    def vswitches(self) -> tuple[VSwitch, ...]:
        return self.network.vswitches

    @property
    def security_groups(self) -> tuple[SecurityGroup, ...]:
        return self.network.security_groups

    @property
    def nat_gateways(self) -> tuple[NatGateway, ...]:
        return self.network.nat_gateways

    @property
    def snat_entries(self) -> tuple[SnatEntry, ...]:
        return tuple(entry for gateway in self.nat_gateways for entry in gateway.snat_entries)

    @property
    def eips(self) -> tuple[Eip, ...]:
        return self.network.eips

    def region(self, region_id: str) -> Region | None:
        return self._regions_by_id.get(region_id)

    def vpc(self, vpc_id: str) -> Vpc | None:
        return self._vpcs_by_id.get(vpc_id)

    def vswitch(self, vswitch_id: str) -> VSwitch | None:
        return self._vswitches_by_id.get(vswitch_id)

    def security_group(self, security_group_id: str) -> SecurityGroup | None:
        return self._groups_by_id.get(security_group_id)

    def eip(self, allocation_id: str) -> Eip | None:
        return self._eips_by_id.get(allocation_id)

    def default_vswitches(self, region_id: str) -> tuple[VSwitch, ...]:
        """Return the vSwitches of the region's default VPC that a group without VSwitchId lands in."""
        return tuple(item for item in self.vswitches if item.region_id == region_id and item.is_default)

    def default_security_group(self, region_id: str) -> SecurityGroup | None:
        """Return the first group of the region's default VPC, taken by a container group that names none."""
        defaults = {item.vpc_id for item in self.vpcs if item.region_id == region_id and item.is_default}
        return next((item for item in self.security_groups if item.vpc_id in defaults), None)

    def has_way_out(self, vswitch_id: str) -> bool:
        """Tell whether the vSwitch reaches the Internet without an EIP of the container group's own."""
        return vswitch_id in self._vswitches_with_way_out

    @cached_property
    def _vswitches_with_way_out(self) -> frozenset[str]:
        working = {item.nat_gateway_id: item.vpc_id for item in self.nat_gateways if item.forwards_to_internet()}
        rules = [
            (working[entry.nat_gateway_id], entry) for entry in self.snat_entries if entry.nat_gateway_id in working
        ]
        return frozenset(
            item.vswitch_id
            for item in self.vswitches
            if any(vpc_id == item.vpc_id and entry.covers(item) for vpc_id, entry in rules)
        )

    @cached_property
    def _regions_by_id(self) -> dict[str, Region]:
        return {item.region_id: item for item in self.regions}

    @cached_property
    def _vpcs_by_id(self) -> dict[str, Vpc]:
        return {item.vpc_id: item for item in self.vpcs}

    @cached_property
    def _vswitches_by_id(self) -> dict[str, VSwitch]:
        return {item.vswitch_id: item for item in self.vswitches}

    @cached_property
    def _groups_by_id(self) -> dict[str, SecurityGroup]:
        return {item.security_group_id: item for item in self.security_groups}

    @cached_property
    def _eips_by_id(self) -> dict[str, Eip]:
        return {item.allocation_id: item for item in self.eips}


@lru_cache(maxsize=4)
def _load(extra_repositories: int) -> Catalog:
    network = read_network(_document("network.json"))
    official = _document("docker_official.json")
    reader = ImageReader(_document("behaviours.json"), _document("image_settings.json"), official)
    registry = read_container_registry(
        _document("container_registry.json"), reader, extra_repositories=extra_repositories
    )
    docker_official = reader.docker_official(official)
    common_images = reader.common_images(_document("eci_open.json"))
    hosts = read_hosts(
        _document("registry_hosts.json"),
        reader,
        registry=registry,
        docker_official=docker_official,
        common_images=common_images,
        region_ids=tuple(item.region_id for item in network.regions),
    )
    return Catalog(network, registry, common_images, docker_official, hosts)


def _document(name: str) -> Any:
    return json.loads(resources.files(__package__).joinpath("data", name).read_text(encoding="utf-8"))
