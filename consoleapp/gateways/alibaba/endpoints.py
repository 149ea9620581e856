"""Which product's API is asked where: versions, host names by region, and the one address that may replace them all.

The only file that spells host names of the vendor's APIs. Source: the endpoint lists of the vendor's OpenAPI metadata
(Eci 2018-08-08, Vpc 2016-04-28, Ecs 2014-05-26, cr 2018-12-01 and 2016-06-07, Sts 2015-04-01).
"""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Final
from urllib.parse import urlsplit

from consoleapp.domain import region
from consoleapp.gateways.errors import UnknownRegion


@dataclass(frozen=True)
class Product:
    """``code`` names the host, ``ram`` prefixes the actions in access policies."""

    code: str
    version: str
    ram: str


ECI = Product("eci", "2018-08-08", "eci")
VPC = Product("vpc", "2016-04-28", "vpc")
ECS = Product("ecs", "2014-05-26", "ecs")
CR_ENTERPRISE = Product("cr", "2018-12-01", "cr")
CR_PERSONAL = Product("cr", "2016-06-07", "cr")
STS = Product("sts", "2015-04-01", "sts")

DOCKER_HUB = "https://hub.docker.com"

# Hosts that do not follow "<product>.<region>.aliyuncs.com". Without a region: the central address.
_ODD_HOSTS = {
    ("eci", ""): "eci.aliyuncs.com",
    ("sts", ""): "sts.aliyuncs.com",
    ("eci", "cn-shanghai-finance-1"): "eci.cn-shanghai-finance.aliyuncs.com",
    ("eci", "cn-shenzhen-finance-1"): "eci.cn-shenzhen-finance.aliyuncs.com",
    ("ecs", "cn-hangzhou"): "ecs-cn-hangzhou.aliyuncs.com",
}

# How long the cloud's own list of regions is taken to be complete.
_LIST_SECONDS: Final = 300


class Endpoints:
    """Base addresses (scheme and host, no slash at the end) of the APIs.

    A region's id comes from a form and becomes part of a host, and strangers own hosts below the vendor's domain: a
    bucket of the object storage may be called "eci". So ``UnknownRegion`` is raised for every id but the shipped ones,
    those in ``regions``, and those that the cloud itself has told (``learn``).

    ``override`` is one address that takes every call instead; plain HTTP is accepted for loopback only unless it
    ``may_be_plain``, and anything but scheme, host and port is refused with ``ValueError``.
    """

    def __init__(
        self,
        override: str = "",
        *,
        may_be_plain: bool = False,
        regions: Collection[str] = (),
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._override = _checked(override, may_be_plain) if override else ""
        self._shipped = region.KNOWN.union(regions)
        self._told: frozenset[str] = frozenset()
        self._told_until = 0.0
        self._monotonic = monotonic

    def of(self, product: Product, region_id: str) -> str:
        """Return where the product answers in this region; without a region, at its central address."""
        if region_id:
            self._check(region_id)
        if self._override:
            return self._override
        host = _ODD_HOSTS.get((product.code, region_id)) or f"{product.code}.{region_id}.aliyuncs.com"
        return f"https://{host}"

    @property
    def docker_hub(self) -> str:
        return self._override or DOCKER_HUB

    def common_images(self, region_id: str) -> str:
        """Return where ECI's own images lie, as a container group of this region pulls them: inside the VPC."""
        self._check(region_id)
        return f"registry-vpc.{region_id}.aliyuncs.com/eci_open"

    def learn(self, region_ids: Iterable[str]) -> None:
        """Take the cloud's own list, which came from its central address; what cannot stand in a host is left out."""
        self._told = frozenset(filter(region.REGION_ID.fullmatch, region_ids))
        self._told_until = self._monotonic() + _LIST_SECONDS

    def may_be_told_of(self, region_id: str) -> bool:
        """Tell whether only a new look at the cloud's own list can say that this is a region."""
        is_open = region_id not in self._shipped | self._told and self._monotonic() >= self._told_until
        return is_open and region.REGION_ID.fullmatch(region_id) is not None

    def _check(self, region_id: str) -> None:
        if region_id not in self._shipped | self._told:
            raise UnknownRegion


def _checked(address: str, may_be_plain: bool) -> str:
    url = urlsplit(address)
    if url.scheme not in {"http", "https"} or not url.hostname or url.username is not None:
        raise ValueError("the endpoint must be http(s)://host[:port]")
    if url.path not in {"", "/"} or url.query or url.fragment:
        raise ValueError("the endpoint must be an address without a path")
    if url.scheme == "http" and not may_be_plain and not _is_loopback(url.hostname):
        raise ValueError("the endpoint must use https: plain http is for this machine only")
    if url.port == 0:  # reading it raises ValueError for a port that is no number
        raise ValueError("the endpoint's port must be a number from 1 to 65535")
    return f"{url.scheme}://{url.netloc}"


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
