"""Registry hosts: which repositories a host name serves, over what, and who is let in and how.

The seed is data/registry_hosts.json for registries outside Container Registry; the hosts of Container Registry follow
from container_registry.py. A pull over these hosts is decided in pulls.py, their protocol is served by registries/.
Token servers of Container Registry: the hosts in the vendor's list of addresses that a registered node must reach
(https://www.alibabacloud.com/help/en/ack, "registered clusters"), and the challenges that its registries send.
"""

import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from consoleapp.simulator.certificates import Certificate, read_certificate
from consoleapp.simulator.container_registry import ContainerRegistry, EnterpriseInstance
from consoleapp.simulator.images import ImageReader, Repository

Access = Literal["anonymous", "login", "hub", "acr"]
Fault = Literal["", "silent", "busy"]


@dataclass(frozen=True)
class RegistryHost:
    """A host that speaks the registry protocol.

    `vpc_region_id` is the region whose VPCs alone resolve the name, empty for a host on the Internet.
    `access`: anonymous (nobody logs in), login (everybody does), hub (public repositories need no log-in), acr.
    `realm` is the address of the token server and `service` the name that it knows the registry by; without a realm a
    log-in is Basic. `denies_openly`: answers 403 where others keep it open whether the repository exists.
    `fault`: silent never answers, busy answers nobody but those who log in. `moved_to` is the host it redirects to.
    """

    host: str
    access: Access
    repositories: Mapping[str, Repository]
    scheme: Literal["https", "http"] = "https"
    certificate: Certificate | None = None
    users: Mapping[str, str] = field(default_factory=dict)
    realm: str = ""
    service: str = ""
    denies_openly: bool = False
    fault: Fault = ""
    moved_to: str = ""
    vpc_region_id: str = ""
    account_id: str = ""
    instance: EnterpriseInstance | None = None

    @property
    def is_custom_domain(self) -> bool:
        return self.instance is not None and self.host in self.instance.custom_domains

    @property
    def api_host(self) -> str:
        """Return the address that is dialled, which differs from the name for Docker Hub."""
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
    """Return every host of the seed by name, aliases included."""
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
            certificate=read_certificate(row.get("certificate")),
            users=document["users"],
            realm=row.get("realm", ""),
            service=row.get("service", ""),
            denies_openly=row.get("denies_openly", False),
            fault=row.get("fault", ""),
            moved_to=row.get("moved_to", ""),
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
        # Which number the service of an instance with a domain of its own ends in is not documented.
        number = str(zlib.crc32(edition.instance.encode()) % 90_000 + 10_000)
        for network, vpc_region_id in (("public", ""), ("vpc", edition.region_id)):
            realm, service = _token_server("dockerauth", edition.region_id, number, is_vpc=bool(vpc_region_id))
            yield RegistryHost(
                edition.hosts[network],
                "acr",
                own,
                account_id=edition.account_id,
                vpc_region_id=vpc_region_id,
                realm=realm,
                service=service,
            )
    for region_id, repositories in classic.items():
        for suffix in ("", "-vpc", "-internal"):
            realm, service = _token_server("dockerauth", region_id, "26842", is_vpc=bool(suffix))
            name = f"registry{suffix}.{region_id}.aliyuncs.com"
            vpc_region_id = region_id if suffix else ""
            yield RegistryHost(name, "acr", repositories, vpc_region_id=vpc_region_id, realm=realm, service=service)


def _enterprise_hosts(registry: ContainerRegistry) -> Iterator[RegistryHost]:
    for instance in registry.enterprise:
        repositories = {item.path: item for item in instance.repositories}
        places = [(instance.public_domain, ""), (instance.vpc_domain, instance.region_id)]
        for name, region_id in places + [(domain, "") for domain in instance.custom_domains]:
            number = f"china:{instance.instance_id}"
            realm, service = _token_server("dockerauth-ee", instance.region_id, number, is_vpc=bool(region_id))
            # Where a custom domain sends its clients is not documented; the domain itself needs nobody's trust.
            is_custom = name in instance.custom_domains
            yield RegistryHost(
                name,
                "acr",
                repositories,
                vpc_region_id=region_id,
                account_id=instance.account_id,
                instance=instance,
                realm=f"https://{name}/auth" if is_custom else realm,
                service=service,
            )


def _token_server(name: str, region_id: str, number: str, *, is_vpc: bool) -> tuple[str, str]:
    """Return realm and service of a registry of Container Registry."""
    network = "-vpc" if is_vpc else ""
    return f"https://{name}{network}.{region_id}.aliyuncs.com/auth", f"registry.aliyuncs.com:{region_id}:{number}"
