"""What CPU and memory are sold where and commonly taken, what an unsold pair becomes, and what a size costs.

Source: the vendor's pages on specifications and on billing (China site, list price). The price that will really be
billed is asked of the cloud (``ContainerGroups.price`` of the ports); the figures here are fallback and check.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from types import MappingProxyType
from typing import Final

from consoleapp.domain.errors import DomainError, Reason

# Given when neither the group nor a container names a size.
DEFAULT_CPU: Final = Decimal(2)  # vCPU
# What most people take: a picker always shows these.
COMMON_CPU: Final = tuple(map(Decimal, ("0.25", "0.5", "1", "2", "4", "8", "16", "32")))  # vCPU
COMMON_MEMORY: Final = tuple(map(Decimal, (1, 2, 4, 8, 16, 32, 64, 128, 256, 512)))  # GiB

CURRENCY: Final = "CNY"
CPU_PRICE: Final = Decimal("0.000049")  # CNY a second and vCPU
ECONOMY_CPU_PRICE: Final = Decimal("0.000027")  # CNY a second and vCPU
MEMORY_PRICE: Final = Decimal("0.00000613")  # CNY a second and GiB
ECONOMY_CPU_MAX: Final = Decimal(8)  # vCPU
SECONDS_AN_HOUR: Final = 3600
_PAIR: Final = re.compile(r"([0-9]{1,3}(?:\.[0-9]{1,2})?)-([0-9]{1,4}(?:\.[0-9]{1,2})?)Gi")

# vCPU -> GiB, in every region.
_EVERYWHERE: Final[Mapping[str, str]] = {
    "0.25": "0.5 1",
    "0.5": "1 2",
    "1": "2 4 8",
    "2": "1 2 4 8 16",
    "4": "2 4 8 16 32",
    "8": "4 8 16 32 64",
    "12": "12 24 48 96",
    "16": "16 32 64 128",
    "24": "24 48 96 192",
    "32": "32 64 128 256",
    "52": "96 192 384",
    "64": "128 256 512",
}
# More memory steps, in some regions only; not for preemptible instances.
_EXTRA: Final[Mapping[str, range]] = {
    "2": range(6, 15, 2),
    "4": range(6, 31, 2),
    "6": range(6, 49, 2),
    "8": range(10, 63, 2),
}
EXTRA_SIZE_REGIONS: Final = frozenset(
    {
        "ap-southeast-1",
        "cn-beijing",
        "cn-chengdu",
        "cn-guangzhou",
        "cn-hangzhou",
        "cn-heyuan",
        "cn-huhehaote",
        "cn-qingdao",
        "cn-shanghai",
        "cn-shenzhen",
        "cn-wulanchabu",
        "cn-zhangjiakou",
    }
)


@dataclass(frozen=True, order=True)
class Size:
    cpu: Decimal
    memory_gib: Decimal

    def __str__(self) -> str:
        return f"{self.cpu:f} vCPU with {self.memory_gib:f} GiB"


def size_of_pair(text: str) -> Size | None:
    """Return the size that an instance type such as 2-4Gi spells out; None for the name of a type."""
    found = _PAIR.fullmatch(text)
    return Size(Decimal(found[1]), Decimal(found[2])) if found else None


def sold_sizes(region_id: str, *, spot: bool = False) -> Mapping[Decimal, tuple[Decimal, ...]]:
    """Return vCPU -> GiB that can be had with it, both rising."""
    return _sizes(with_extra=region_id in EXTRA_SIZE_REGIONS and not spot)


@cache
def _sizes(*, with_extra: bool) -> Mapping[Decimal, tuple[Decimal, ...]]:
    sizes = {Decimal(cpu): {Decimal(word) for word in steps.split()} for cpu, steps in _EVERYWHERE.items()}
    if with_extra:
        for cpu, steps in _EXTRA.items():
            sizes.setdefault(Decimal(cpu), set()).update(map(Decimal, steps))
    return MappingProxyType({cpu: tuple(sorted(sizes[cpu])) for cpu in sorted(sizes)})


def billed_size(cpu: Decimal, memory_gib: Decimal, region_id: str, *, spot: bool = False) -> Size:
    """Return the smallest sold size that has both; the asked pair itself when it is sold.

    Raise DomainError when no size is large enough, when a number is none, and for a pair that is sold in other regions
    only: the cloud calls that one out of stock and does not round it.
    """
    for path, value in (("cpu", cpu), ("memory_gib", memory_gib)):
        if not value.is_finite():
            raise DomainError(Reason.NOT_A_NUMBER, path)
        if value <= 0:
            raise DomainError(Reason.NOT_POSITIVE, path)
    sizes = sold_sizes(region_id, spot=spot)
    for sold_cpu, steps in sizes.items():
        enough = [step for step in steps if step >= memory_gib]
        if sold_cpu >= cpu and enough:
            size = Size(sold_cpu, enough[0])
            if not spot and size != Size(cpu, memory_gib) and memory_gib in _sizes(with_extra=True).get(cpu, ()):
                asked = {"cpu": f"{cpu:f}", "memory_gib": f"{memory_gib:f}"}
                raise DomainError(Reason.SOLD_ELSEWHERE, "memory_gib", **asked, next=f"{size}")
            return size
    last = max(sizes)
    largest = f"{last:f} vCPU, {sizes[last][-1]:f} GiB"
    path = "cpu" if cpu > last else "memory_gib"
    raise DomainError(Reason.NOT_SOLD, path, cpu=f"{cpu:f}", memory_gib=f"{memory_gib:f}", largest=largest)


def price_per_second(size: Size, economy: bool = False) -> Decimal:
    """Return CNY a second, list price; an Elastic IP is not in it. Raise DomainError where economy is not sold."""
    if economy and size.cpu > ECONOMY_CPU_MAX:
        raise DomainError(Reason.NOT_IN_CATEGORY, "compute_categories", least="0.25", most=f"{ECONOMY_CPU_MAX:f}")
    cpu_price = ECONOMY_CPU_PRICE if economy else CPU_PRICE
    return size.cpu * cpu_price + size.memory_gib * MEMORY_PRICE


def price_per_hour(size: Size, economy: bool = False) -> Decimal:
    """Return CNY an hour, list price; see ``price_per_second``."""
    return price_per_second(size, economy) * SECONDS_AN_HOUR
