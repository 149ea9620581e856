"""The public registries that ship as known, the address each is dialled at, and the token servers they send logins to.

A pair of registry and token server is exact: strangers own hosts below most registrable domains, aliyuncs.com among
them. Sources: the challenge each registry answers with; for Container Registry the vendor's list of addresses a
cluster must reach (dockerauth, dockerauth-ee, and the hyphen form in Zhangjiakou) and published challenges.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from consoleapp.domain import region
from consoleapp.domain.image import AcrHost, AcrNetwork, acr_host

# What Docker Hub's images are called by, and what answers for them.
API_HOSTS: Final = {"docker.io": "registry-1.docker.io", "index.docker.io": "registry-1.docker.io"}

PUBLIC_REGISTRIES: Final = frozenset(
    {
        "registry-1.docker.io",
        "registry.hub.docker.com",
        "ghcr.io",
        "quay.io",
        "gcr.io",
        "us.gcr.io",
        "eu.gcr.io",
        "asia.gcr.io",
        "registry.k8s.io",
        "mcr.microsoft.com",
        "public.ecr.aws",
        "nvcr.io",
        "registry.gitlab.com",
        "docker.elastic.co",
    }
)

TOKEN_SERVERS: Final = frozenset(
    {
        ("registry-1.docker.io", "https://auth.docker.io/token"),
        ("registry.hub.docker.com", "https://auth.docker.io/token"),
        ("registry.gitlab.com", "https://gitlab.com/jwt/auth"),
        ("docker.elastic.co", "https://docker-auth.elastic.co/auth"),
    }
)

# Regions with a published challenge of the form dockerauth-<region>.
HYPHEN_FORM: Final = frozenset({"cn-zhangjiakou", "cn-guangzhou"})
# Answers for the Personal Edition of several other regions, too.
SHARED_TOKEN_SERVER: Final = "dockerauth.cn-hangzhou.aliyuncs.com"  # noqa: S105


def container_registry(host: str) -> AcrHost | None:
    """Return the default host of Container Registry, when its region is one.

    A bucket of the object storage may be called registry: registry.oss-cn-hangzhou.aliyuncs.com looks like such a host.
    """
    acr = acr_host(host)
    return acr if acr is not None and acr.region_id in region.KNOWN else None


def is_public_registry(host: str) -> bool:
    """Tell whether the host may be asked without an admin having listed it."""
    acr = container_registry(host)
    return host in PUBLIC_REGISTRIES or (acr is not None and acr.network is AcrNetwork.PUBLIC)


def is_token_server(host: str) -> bool:
    """Tell whether the host is the token server of some shipped pair."""
    name, _, rest = host.partition(".")
    place = rest.removesuffix(".aliyuncs.com")
    hyphenated = host.removeprefix("dockerauth-").removesuffix(".aliyuncs.com")
    return (
        any(realm.split("/")[2] == host for _, realm in TOKEN_SERVERS)
        or (name in {"dockerauth", "dockerauth-ee"} and rest != place and place in region.KNOWN)
        or (host == f"dockerauth-{hyphenated}.aliyuncs.com" and hyphenated in HYPHEN_FORM)
    )


def token_servers(registry: str) -> frozenset[str]:
    """Return the realms, without a query, that the registry (host[:port]) may send a login to besides itself."""
    acr = container_registry(registry)
    shipped = {realm for host, realm in TOKEN_SERVERS if host == registry}
    if acr is not None:
        shipped |= {f"https://{host}/auth" for host in _container_registry_token_servers(acr)}
    return frozenset(shipped)


def _container_registry_token_servers(acr: AcrHost) -> Iterator[str]:
    # Inside a VPC, where the console may run itself and an admin has listed the host, other names answer.
    network = "" if acr.network is AcrNetwork.PUBLIC else f"-{acr.network.value}"
    yield f"dockerauth{network}.{acr.region_id}.aliyuncs.com"
    yield f"dockerauth-ee{network}.{acr.region_id}.aliyuncs.com"
    if acr.network is AcrNetwork.PUBLIC:
        yield SHARED_TOKEN_SERVER
        if acr.region_id in HYPHEN_FORM:
            yield f"dockerauth-{acr.region_id}.aliyuncs.com"
