"""The default hosts of Container Registry (ACR): what each says about edition, instance, region and network.

A custom domain of an Enterprise instance says nothing and is not here (``credentials.EnterpriseDomain``). The forms are
those of the ACR manual: Personal Edition before and since 2024-09-09, and Enterprise Edition.
"""

import re
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from types import MappingProxyType


class AcrEdition(StrEnum):
    PERSONAL = "personal"
    ENTERPRISE = "enterprise"


class AcrNetwork(StrEnum):
    PUBLIC = "public"
    VPC = "vpc"
    INTERNAL = "internal"


@dataclass(frozen=True)
class AcrHost:
    """What a default host of Container Registry says; ``instance`` is empty for the shared Personal hosts."""

    edition: AcrEdition
    instance: str
    region_id: str
    network: AcrNetwork


_REGION = r"(?P<region>[a-z0-9-]+)"
_NETWORKS = MappingProxyType({None: AcrNetwork.PUBLIC, "-vpc": AcrNetwork.VPC, "-internal": AcrNetwork.INTERNAL})
# In this order: the Enterprise form would not take a Personal host, but the shared form must come last.
_ACR_HOSTS = (
    (
        AcrEdition.PERSONAL,
        re.compile(rf"crpi-(?P<instance>[a-z0-9]+)(?P<network>-vpc)?\.{_REGION}\.personal\.cr\.aliyuncs\.com"),
        "crpi-{instance}-vpc.{region}.personal.cr.aliyuncs.com",
    ),
    (
        AcrEdition.ENTERPRISE,
        re.compile(rf"(?P<instance>[a-z0-9][a-z0-9-]*?)-registry(?P<network>-vpc)?\.{_REGION}\.cr\.aliyuncs\.com"),
        "{instance}-registry-vpc.{region}.cr.aliyuncs.com",
    ),
    (
        AcrEdition.PERSONAL,
        re.compile(rf"registry(?P<instance>)(?P<network>-vpc|-internal)?\.{_REGION}\.aliyuncs\.com"),
        "registry-vpc.{region}.aliyuncs.com",
    ),
)


@lru_cache(maxsize=1024)
def acr_host(host: str) -> AcrHost | None:
    """Return what the host says when it is a default host of Container Registry; None for any other host."""
    for edition, pattern, _ in _ACR_HOSTS:
        found = pattern.fullmatch(host.lower())
        if found:
            return AcrHost(edition, found["instance"], found["region"], _NETWORKS[found["network"]])
    return None


@lru_cache(maxsize=1024)
def vpc_host_of(host: str) -> str | None:
    """Return the VPC host of the same registry; None when the host has none or already is one."""
    for _, pattern, template in _ACR_HOSTS:
        found = pattern.fullmatch(host.lower())
        if found:
            return None if found["network"] == "-vpc" else template.format(**found.groupdict())
    return None
