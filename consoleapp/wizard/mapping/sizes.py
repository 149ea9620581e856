"""The size of the group as it was typed."""

from decimal import Decimal

from consoleapp.domain.errors import DomainError
from consoleapp.domain.group import ContainerGroupSpec
from consoleapp.domain.schema import fields_of
from consoleapp.domain.validation import Problems
from consoleapp.wizard.shape import Fields


def asked_size(fields: Fields) -> tuple[Decimal, Decimal] | None:
    """Return vCPU and GiB as asked for, when both can be read and are within the limits."""
    cpu, memory_gib = _read(fields, "cpu"), _read(fields, "memory_gib")
    return (cpu, memory_gib) if cpu is not None and memory_gib is not None else None


def _read(fields: Fields, name: str) -> Decimal | None:
    declared = fields_of(ContainerGroupSpec)[name]
    problems = Problems()
    try:
        value: Decimal | None = declared.kind.read({name: declared.initial, **fields}, name)
    except DomainError:
        return None
    if value is not None:
        declared.kind.check(problems, name, value)
    return None if problems.errors else value
