"""The size of the group as it was typed: vCPU and memory, or the instance types that count instead."""

from decimal import Decimal

from consoleapp.domain.choices import SpotStrategy
from consoleapp.domain.errors import DomainError
from consoleapp.domain.group import ContainerGroupSpec
from consoleapp.domain.schema import fields_of
from consoleapp.domain.validation import Problems
from consoleapp.wizard.draft import raw
from consoleapp.wizard.shape import Fields


def asked_size(fields: Fields) -> tuple[Decimal, Decimal] | None:
    """Return vCPU and GiB as asked for, when both can be read and are within the limits."""
    cpu, memory_gib = read_number(fields, "cpu"), read_number(fields, "memory_gib")
    return (cpu, memory_gib) if cpu is not None and memory_gib is not None else None


def instance_types(fields: Fields) -> tuple[str, ...]:
    """Return the instance types; where there are any, vCPU and memory do not count."""
    return raw.entries(fields, "instance_type")


def is_spot(fields: Fields) -> bool:
    """Tell whether a preemptible instance is asked for."""
    return raw.word(fields, "spot_strategy") in (SpotStrategy.SPOT_AS_PRICE_GO, SpotStrategy.SPOT_WITH_PRICE_LIMIT)


def read_number(fields: Fields, name: str) -> Decimal | None:
    """Return a number of the group as it was typed; None where it cannot be read or is none that can be sent."""
    declared = fields_of(ContainerGroupSpec)[name]
    problems = Problems()
    try:
        value: Decimal | None = declared.kind.read({name: declared.initial, **fields}, name)
    except DomainError:
        return None
    if value is not None:
        declared.kind.check(problems, name, value)
    return None if problems.errors else value
