"""The sizes that are sold (vCPU and GiB), the rounding of others, instance types and prices.

Sources: https://help.aliyun.com/zh/eci/user-guide/specify-the-number-of-vcpus-and-memory-size-to-create-an-elastic-container-instance
and …/product-overview/elastic-container-instances (list prices of the China site).
"""

import re
from typing import Final, NamedTuple


class Size(NamedTuple):
    """A pair that is sold."""

    vcpu: float
    memory_gib: float

    def __str__(self) -> str:
        return f"{self.vcpu:g}-{self.memory_gib:g}Gi"


_EVERYWHERE: Final = {
    0.25: (0.5, 1),
    0.5: (1, 2),
    1: (2, 4, 8),
    2: (1, 2, 4, 8, 16),
    4: (2, 4, 8, 16, 32),
    8: (4, 8, 16, 32, 64),
    12: (12, 24, 48, 96),
    16: (16, 32, 64, 128),
    24: (24, 48, 96, 192),
    32: (32, 64, 128, 256),
    52: (96, 192, 384),
    64: (128, 256, 512),
}
_MORE: Final = {
    2: (6, 10, 12, 14),
    4: (6, 10, 12, 14, *range(18, 32, 2)),
    6: tuple(range(6, 50, 2)),
    8: (10, 12, 14, *range(18, 32, 2), *range(34, 64, 2)),
}
_REGIONS_WITH_MORE_TEXT: Final = """
cn-hangzhou cn-shanghai cn-qingdao cn-beijing cn-zhangjiakou cn-huhehaote cn-wulanchabu cn-shenzhen cn-heyuan
cn-guangzhou cn-chengdu ap-southeast-1
"""
_REGIONS_WITH_MORE: Final = frozenset(_REGIONS_WITH_MORE_TEXT.split())
DEFAULT: Final = Size(2, 4)
MAX_ECONOMY_VCPU: Final = 8

# CNY a second for one vCPU, one vCPU of the economy category, one GiB of memory.
PRICE_VCPU: Final = 0.000049
PRICE_ECONOMY_VCPU: Final = 0.000027
PRICE_GIB: Final = 0.00000613
# Invented: which part of the list price the market asks for at the moment. No figure could be sourced.
MARKET_PART: Final = 0.2

_PAIR: Final = re.compile(r"(\d+(?:\.\d+)?)-(\d+(?:\.\d+)?)Gi")
_ECS_TYPE: Final = re.compile(r"ecs\.([a-z]+)\d+[a-z]*(?:-[a-z0-9]+)?\.(\d*)(x?)large")
# GiB for each vCPU by the first letter of the instance family.
_GIB_PER_VCPU: Final = {"c": 2, "g": 4, "r": 8}


def _table(has_more: bool) -> tuple[Size, ...]:
    rows = {vcpu: set(amounts) for vcpu, amounts in _EVERYWHERE.items()}
    for vcpu, amounts in _MORE.items() if has_more else ():
        rows.setdefault(vcpu, set()).update(amounts)
    return tuple(Size(vcpu, gib) for vcpu in sorted(rows) for gib in sorted(rows[vcpu]))


_SOLD: Final = {has_more: _table(has_more) for has_more in (True, False)}


def sold_sizes(region_id: str) -> tuple[Size, ...]:
    """Return the sizes sold in a region, small ones first."""
    return _SOLD[region_id in _REGIONS_WITH_MORE]


def rounded_up(vcpu: float, memory_gib: float, region_id: str, *, is_spot: bool = False) -> Size | None:
    """Return the smallest sold size that holds what was asked for; None when there is none. What only some regions sell
    is not sold as a preemptible instance."""
    sold = _SOLD[False] if is_spot else sold_sizes(region_id)
    return next((size for size in sold if size.vcpu >= vcpu and size.memory_gib >= memory_gib), None)


def is_ecs_type(name: str) -> bool:
    """Tell whether this names a type of ECS, which is taken as it is."""
    return name.startswith("ecs.")


def size_of_instance_type(name: str) -> Size | None:
    """Return the size behind `2-4Gi` or an ECS type of the families c, g and r; None when it is not known."""
    pair = _PAIR.fullmatch(name)
    if pair:
        return Size(float(pair.group(1)), float(pair.group(2)))
    found = _ECS_TYPE.fullmatch(name)
    if not found or found.group(1)[0] not in _GIB_PER_VCPU:
        return None
    vcpu = 4 * int(found.group(2) or 1) if found.group(3) else 2
    return Size(vcpu, vcpu * _GIB_PER_VCPU[found.group(1)[0]])


def market_price(size: Size) -> float:
    """CNY an hour for the size as a preemptible instance."""
    return round(sum(prices(size, is_economy=False)) * 3600 * MARKET_PART, 6)


def prices(size: Size, *, is_economy: bool) -> tuple[float, float]:
    """Return (CNY a second for the vCPU, for the memory)."""
    per_vcpu = PRICE_ECONOMY_VCPU if is_economy else PRICE_VCPU
    return round(size.vcpu * per_vcpu, 10), round(size.memory_gib * PRICE_GIB, 10)
