"""Registry hosts: which repositories a host name serves, over what, and who is let in.

The seed is data/registry_hosts.json for registries outside Container Registry; the hosts of Container Registry follow
from container_registry.py. A pull over these hosts is decided in pulls.py.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from consoleapp.simulator.container_registry import ContainerRegistry, EnterpriseInstance
from consoleapp.simulator.images import ImageReader, Repository

Access = Literal["anonymous", "login", "hub", "acr"]


@dataclass(frozen=True)
class RegistryHost:
    """A host that speaks the registry protocol.

    `vpc_region_id` is the region whose VPCs alone resolve the name, empty for a host on the Internet.
    `access`: anonymous (nobody logs in), login (everybody does), hub (public repositories need no log-in), acr.
    """

    host: str
    access: Access
    repositories: Mapping[str, Repository]
    scheme: Literal["https", "http"] = "https"
    certificate: Literal["trusted", "self-issued"] = "trusted"
    users: Mapping[str, str] = field(default_factory=dict)
    vpc_region_id: str = ""
    account_id: str = ""
    instance: EnterpriseInstance | None = None

    @property
    def is_custom_domain(self) -> bool:
        return self.instance is not None and self.host in self.instance.custom_domains

    @property
    def api_host(self) -> str:
        """The address that is dialled, which differs from the name for Docker Hub."""
        return "registry-1.docker.io" if self.host == "docker.io" else self.host


def read_hosts(
    document: dict[str, Any],
    reader: ImageReader,
    *,
    registry: ContainerRegistry,
    docker_official: tuple[Repository, ...],
    common_images: tuple[Repository, ...],
    region_ids: tuple[str, ...],
) -> dict[str, RegistryHost]:
    """Every host of the world by name, aliases included."""
    hosts: dict[str, RegistryHost] = {}
    for row in document["hosts"]:
        repositories = {item.path: item for item in _repositories(row, reader)}
        if row["host"] == "docker.io":
            repositories |= {item.path: item for item in docker_official}
        host = RegistryHost(
            host=row["host"],
            access=row["access"],
            repositories=repositories,
            scheme=row.get("scheme", "https"),
            certificate=row.get("certificate", "trusted"),
            users=document["users"],
        )
        hosts |= dict.fromkeys((host.host, *row.get("aliases", ())), host)
    for item in (*_personal_hosts(registry, common_images, region_ids), *_enterprise_hosts(registry)):
        hosts[item.host] = item
    return hosts


def _repositories(row: dict[str, Any], reader: ImageReader) -> Iterator[Repository]:
    for path, *fields, readers in row["repositories"]:
        yield reader.repository(
            f"{row['host']}/{path}",
            path,
            tuple(fields),
            is_private=row["access"] == "login" or bool(readers),
            readers=tuple(readers),
        )


def _personal_hosts(
    registry: ContainerRegistry, common_images: tuple[Repository, ...], region_ids: tuple[str, ...]
) -> Iterator[RegistryHost]:
    classic = {region_id: {item.path: item for item in common_images} for region_id in region_ids}
    for edition in registry.personal:
        if not edition.instance:
            classic[edition.region_id] |= {item.path: item for item in edition.repositories}
            continue
        own = {item.path: item for item in edition.repositories}
        yield RegistryHost(edition.hosts["public"], "acr", own, account_id=edition.account_id)
        region_id = edition.region_id
        yield RegistryHost(edition.hosts["vpc"], "acr", own, account_id=edition.account_id, vpc_region_id=region_id)
    for region_id, repositories in classic.items():
        yield RegistryHost(f"registry.{region_id}.aliyuncs.com", "acr", repositories)
        for network in ("vpc", "internal"):
            name = f"registry-{network}.{region_id}.aliyuncs.com"
            yield RegistryHost(name, "acr", repositories, vpc_region_id=region_id)


def _enterprise_hosts(registry: ContainerRegistry) -> Iterator[RegistryHost]:
    for instance in registry.enterprise:
        repositories = {item.path: item for item in instance.repositories}
        places = [(instance.public_domain, ""), (instance.vpc_domain, instance.region_id)]
        for name, region_id in places + [(domain, "") for domain in instance.custom_domains]:
            yield RegistryHost(
                name,
                "acr",
                repositories,
                vpc_region_id=region_id,
                account_id=instance.account_id,
                instance=instance,
            )
