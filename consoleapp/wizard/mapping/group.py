"""Region, network, size and the like: the group's own fields of Basic Settings, from raw texts to spec values.

Containers are in containers.py, volumes in volumes.py, Other Settings in other.py.
"""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _

from consoleapp.domain import limits
from consoleapp.domain.errors import DomainError, Reason
from consoleapp.domain.sizes import billed_size
from consoleapp.wizard.mapping import raw
from consoleapp.wizard.mapping.parts import Parts
from consoleapp.wizard.mapping.problems import Findings
from consoleapp.wizard.shape import Fields

STEP = "basic"
LABELS = {
    "region_id": _("Region"),
    "vpc_id": _("VPC"),
    "vswitch_ids": _("vSwitches"),
    "security_group_id": _("Security group"),
    "schedule_strategy": _("Choice among vSwitches"),
    "container_group_name": _("Name"),
    "cpu": _("vCPU"),
    "memory_gib": _("Memory"),
    "restart_policy": _("Restart policy"),
    "compute_categories": _("Compute category"),
    "cpu_architecture": _("CPU architecture"),
    "auto_match_image_cache": _("Image cache"),
    "ephemeral_storage_gib": _("Extra ephemeral storage"),
}
# What the form shows where nothing was typed yet; the same values hold where a field was never posted.
DEFAULTS: Fields = {
    "cpu": "2",
    "memory_gib": "4",
    "restart_policy": "Always",
    "auto_match_image_cache": True,
}


def group_parts(fields: Fields) -> Parts:
    """The values of the group's own fields."""
    findings = Findings(STEP, labels=LABELS)
    merged = {**DEFAULTS, **fields}
    values: dict[str, Any] = {
        "region_id": raw.word(merged, "region_id"),
        "vswitch_ids": raw.words(merged, "vswitch_ids"),
        "security_group_id": raw.word(merged, "security_group_id"),
        "schedule_strategy": raw.word(merged, "schedule_strategy"),
        "container_group_name": raw.word(merged, "container_group_name"),
        "restart_policy": raw.word(merged, "restart_policy"),
        "compute_categories": raw.words(merged, "compute_categories"),
        "cpu_architecture": raw.word(merged, "cpu_architecture"),
        "auto_match_image_cache": raw.flag(merged, "auto_match_image_cache"),
    }
    for name in ("region_id", "security_group_id", "vswitch_ids", "restart_policy"):
        if not values[name]:
            findings.add(name, DomainError(Reason.REQUIRED, name))
    readers: dict[str, Callable[[], object]] = {
        "cpu": lambda: _size(merged, "cpu"),
        "memory_gib": lambda: _size(merged, "memory_gib"),
        "ephemeral_storage_gib": lambda: raw.whole_number(merged, "ephemeral_storage_gib"),
    }
    for name, read in readers.items():
        values[name] = findings.attempt(read)
    cpu, memory_gib, region_id = values["cpu"], values["memory_gib"], values["region_id"]
    if cpu and memory_gib and region_id:
        findings.attempt(lambda: billed_size(cpu, memory_gib, region_id))
    return Parts(values, tuple(findings.problems))


def _size(fields: Fields, name: str) -> Decimal:
    value = raw.number(fields, name)
    if value is None:
        raise DomainError(Reason.REQUIRED, name)
    if value <= 0:
        raise DomainError(Reason.NOT_POSITIVE, name)
    most = limits.CPU_MAX if name == "cpu" else limits.MEMORY_GIB_MAX
    if value > most:
        raise DomainError(Reason.OUT_OF_RANGE, name, least=0, most=f"{most:f}")
    return value


def asked_size(fields: Fields) -> tuple[Decimal, Decimal] | None:
    """vCPU and GiB as asked for, when both can be read."""
    merged = {**DEFAULTS, **fields}
    try:
        return _size(merged, "cpu"), _size(merged, "memory_gib")
    except DomainError:
        return None
