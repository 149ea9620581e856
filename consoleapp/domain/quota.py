"""Quotas: in which whole units a container group counts, and what an order would leave.

Whole numbers, because decimals are floats in SQLite's arithmetic, and a limit must be exact.
"""

from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal
from enum import StrEnum
from typing import Final

from consoleapp.domain.errors import _


class Unit(StrEnum):
    """What a quota counts: groups, thousandths of a vCPU, MiB, millionths of the currency an hour."""

    GROUPS = "groups"
    VCPU = "vcpu_milli"
    MEMORY = "memory_mib"
    PRICE = "price_micro_per_hour"


# How much of a unit is one of what people say: groups, vCPU, GiB, the currency an hour.
WHOLE: Final = {Unit.GROUPS: 1, Unit.VCPU: 1000, Unit.MEMORY: 1024, Unit.PRICE: 1_000_000}
LABELS: Final = {
    Unit.GROUPS: _("groups"),
    Unit.VCPU: _("vCPU"),
    Unit.MEMORY: _("GiB of memory"),
    Unit.PRICE: _("an hour"),
}
# The field at which a lack of room is told.
FIELDS: Final = {
    Unit.GROUPS: "container_group_name",
    Unit.VCPU: "cpu",
    Unit.MEMORY: "memory_gib",
    Unit.PRICE: "cpu",
}


@dataclass(frozen=True)
class Amounts:
    """What container groups take, in whole units."""

    groups: int = 0
    vcpu_milli: int = 0
    memory_mib: int = 0
    price_micro_per_hour: int = 0

    def of(self, unit: Unit) -> int:
        """Return the amount in this unit."""
        return int(getattr(self, unit.value))


def amounts_of(cpu: Decimal | None, memory_gib: Decimal | None, price_per_hour: Decimal | None) -> Amounts:
    """Return what one container group takes; a fraction of a unit counts whole, what is not known counts nothing."""
    return Amounts(
        groups=1,
        vcpu_milli=_whole(cpu, Unit.VCPU),
        memory_mib=_whole(memory_gib, Unit.MEMORY),
        price_micro_per_hour=_whole(price_per_hour, Unit.PRICE),
    )


def _whole(number: Decimal | None, unit: Unit) -> int:
    return int((number * WHOLE[unit]).to_integral_value(ROUND_CEILING)) if number is not None else 0


def said(amount: int, unit: Unit) -> Decimal:
    """Return the amount as people say it: vCPU, GiB, the currency an hour."""
    return Decimal(amount) / WHOLE[unit]


@dataclass(frozen=True)
class Room:
    """A quota as an order meets it, in whole units: its limit, what is used, what this order takes, what waits."""

    unit: Unit
    limit: int
    used: int
    takes: int = 0
    waiting: int = 0

    @property
    def left(self) -> int:
        """Return what is left without this order; never negative: a limit may have been lowered below what is used."""
        return max(0, self.limit - self.used)

    @property
    def fits(self) -> bool:
        """Tell whether there is room for this order."""
        return self.takes <= self.left

    @property
    def percent(self) -> int:
        """Return the share that would be used with this order, rounded up; 100 of a limit of nothing."""
        if self.limit <= 0:
            return 100
        return -(-100 * (self.used + self.takes) // self.limit)
