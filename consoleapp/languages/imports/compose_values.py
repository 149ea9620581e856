"""What a group of several Compose services has once: restart policy, size, names, DNS, kernel parameters."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from consoleapp.domain import limits
from consoleapp.domain.choices import DnsPolicy, RestartPolicy
from consoleapp.domain.errors import _
from consoleapp.domain.group import ContainerGroupSpec
from consoleapp.domain.host import DnsConfig, HostAlias
from consoleapp.domain.schema import initial_of, unchecked
from consoleapp.languages.imports.compose_parts import Notes
from consoleapp.languages.imports.compose_service import Service
from consoleapp.languages.imports.compose_shared import Shared
from consoleapp.languages.imports.docker_words import smallest_size

LOOPBACK: Final = "127.0.0.1"
_STRICTEST: Final = (RestartPolicy.ALWAYS, RestartPolicy.ON_FAILURE, RestartPolicy.NEVER)


@dataclass(frozen=True, eq=False)
class Member:
    """A service of the group, with the name of its container."""

    service: Service
    shared: Shared
    name: str

    @property
    def key(self) -> str:
        return self.service.key

    @property
    def subject(self) -> str:
        return self.service.part.subject

    def line_of(self, key: str) -> int | None:
        return self.service.part.tree.lines.get(key)


def values_of_group(members: list[Member], running: list[Member], notes: Notes) -> dict[str, Any]:
    """Return what the members say of the group; ``running`` are those that are no init containers."""
    dns = {name: _all_of(members, name) for name in ("name_servers", "searches", "options")}
    graces = [member.shared.grace_seconds for member in members if member.shared.grace_seconds is not None]
    return {
        "restart_policy": _restart_policy(running, notes),
        "host_name": _one_of(members, "host_name", "hostname", notes),
        "cpu_architecture": _one_of(members, "cpu_architecture", "platform", notes),
        "termination_grace_period_seconds": max(graces, default=None),
        "sysctls": _all_of(members, "sysctls"),
        "dns_config": unchecked(DnsConfig, dns),
        "dns_policy": DnsPolicy.NONE.value if dns["name_servers"] else "",
        "host_aliases": _host_aliases(members, running, notes),
    }


def _all_of(members: list[Member], name: str) -> tuple[Any, ...]:
    return tuple(dict.fromkeys(each for member in members for each in getattr(member.shared, name)))


# --- what the group has once


def _restart_policy(members: list[Member], notes: Notes) -> str:
    said = [member.shared.restart for member in members if member.shared.restart]
    if not said:
        if members:
            says = _("No service says restart: a container that has ended is not started again.")
            notes.change("services", says)
        return RestartPolicy.NEVER.value
    # Without a word, Docker does not start a container again.
    policy = next(each for each in _STRICTEST if each in said)
    for member in members:
        if (member.shared.restart or RestartPolicy.NEVER) is not policy:
            says = _("A group has one restart policy, here {policy}: it counts for {name} too.")
            notes.change(
                f"{member.subject}.restart", says, member.line_of("restart"), policy=policy.value, name=member.key
            )
    return policy.value


def _host_aliases(members: list[Member], running: list[Member], notes: Notes) -> tuple[HostAlias, ...]:
    by_address: dict[str, dict[str, None]] = {}
    keys = {member.key for member in running}
    if len(members) > 1:
        for member in members:
            names = member.shared.names if member in running else []
            for name in (*names, *(alias for other, alias in member.shared.aliases if other in keys)):
                if limits.HOST_NAME.fullmatch(name):
                    by_address.setdefault(LOOPBACK, {})[name] = None
                else:
                    says = _("{name} cannot be a host name in a group: write localhost where others reach it.")
                    notes.leave(member.subject, says, member.service.part.tree.line, name=name)
    if LOOPBACK in by_address:
        says = _("Containers of a group share one address: these names lead to 127.0.0.1: {names}.")
        notes.change("services", says, names=", ".join(by_address[LOOPBACK]))
    for member in members:
        for address, name in member.shared.hosts:
            by_address.setdefault(address, {})[name] = None
    most = limits.HOST_ALIAS_NAMES_MAX
    return tuple(
        unchecked(HostAlias, {"ip": address, "host_names": tuple(names)[start : start + most]})
        for address, names in by_address.items()
        for start in range(0, len(names), most)
    )


def _one_of(members: list[Member], name: str, key: str, notes: Notes) -> str:
    """Return the first value of a field that the group has once, and name the others."""
    found = ""
    for member in members:
        value = getattr(member.shared, name)
        found = found or value
        if value != found and value:
            says = _("A group has it once, here {value}: it was left out.")
            notes.leave(f"{member.subject}.{key}: {value}", says, member.line_of(key), value=found)
    return found


def size_of_group(containers: Sequence[Any], inits: Sequence[Any], notes: Notes) -> dict[str, Decimal]:
    """Return vCPU and GiB of the group: what the containers may use together, rounded up to what is sold.

    [ours] Where a container has no bound, the size with which a new group begins is the least.
    """
    initial = initial_of(ContainerGroupSpec)
    if not any(each.cpu or each.memory_gib for each in (*containers, *inits)):
        says = _("No service bounds its vCPU or memory: the group begins with {cpu} vCPU and {memory_gib} GiB.")
        notes.change("services", says, cpu=str(initial["cpu"]), memory_gib=str(initial["memory_gib"]))
        return {}
    cpu, memory_gib = (_sum(containers, inits, name, Decimal(str(initial[name]))) for name in ("cpu", "memory_gib"))
    size = smallest_size(cpu, memory_gib)
    if size is None:
        # The field says what is sold.
        return {"cpu": cpu, "memory_gib": memory_gib}
    says = _("The containers may use {cpu} vCPU and {memory_gib} GiB together: the group gets {size}.")
    notes.change("services", says, cpu=f"{cpu:f}", memory_gib=f"{memory_gib:f}", size=str(size))
    return {"cpu": size.cpu, "memory_gib": size.memory_gib}


def _sum(containers: Sequence[Any], inits: Sequence[Any], name: str, least: Decimal) -> Decimal:
    said = [getattr(each, name) for each in containers]
    total = sum((each for each in said if each is not None), Decimal(0))
    if None in said:
        total = max(total, least)
    return max(total, *(getattr(each, name) or Decimal(0) for each in inits), Decimal(0))
