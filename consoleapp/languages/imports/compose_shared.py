"""What a service of a Compose file says of things that a group has once: restart policy, names, DNS, kernel
parameters. What becomes of them together is in ``compose_group.py``."""

import ipaddress
import re
from dataclasses import dataclass, field
from typing import Final

from consoleapp.domain.choices import CpuArchitecture, RestartPolicy
from consoleapp.domain.errors import _
from consoleapp.domain.host import DnsOption, Sysctl
from consoleapp.domain.schema import unchecked
from consoleapp.languages.imports import docker_words
from consoleapp.languages.imports.compose_keys import CANNOT, DEPLOY, HARMLESS, SHARED
from consoleapp.languages.imports.compose_parts import UNREAD, Part
from consoleapp.languages.imports.compose_service import Service
from consoleapp.languages.imports.yaml_tree import Mapped

COMPLETED: Final = "service_completed_successfully"
HEALTHY: Final = "service_healthy"
_STARTED: Final = "service_started"
_ARCHITECTURES: Final = {
    "amd64": CpuArchitecture.AMD64,
    "x86_64": CpuArchitecture.AMD64,
    "arm64": CpuArchitecture.ARM64,
    "aarch64": CpuArchitecture.ARM64,
}
_HOST: Final = re.compile(r"([^:=]+)[:=]\[?([^\]]*)\]?")
_OWN_NETWORK: Final = _("A container group always has an address of its own in the VPC: it was left out.")
_TRIES: Final = _("A group does not count how often it starts a container again: it was left out.")


@dataclass
class Shared:
    """What one service says. ``needs`` are the services that it waits for, with the condition; ``names`` those under
    which others reach it, ``aliases`` what it gives others, ``hosts`` pairs of address and name."""

    restart: RestartPolicy | None = None
    needs: dict[str, str] = field(default_factory=dict)
    names: list[str] = field(default_factory=list)
    aliases: list[tuple[str, str]] = field(default_factory=list)
    hosts: list[tuple[str, str]] = field(default_factory=list)
    host_name: str = ""
    cpu_architecture: str = ""
    grace_seconds: int | None = None
    sysctls: tuple[Sysctl, ...] = ()
    name_servers: tuple[str, ...] = ()
    searches: tuple[str, ...] = ()
    options: tuple[DnsOption, ...] = ()


def read_shared(service: Service) -> Shared:
    """Take in what the service says of the group."""
    part, shared = service.part, Shared(names=[service.key])
    _read_restart(part, service.deploy, shared)
    _read_order(part, shared)
    _read_network(part, shared)
    _read_dns(part, shared)
    shared.host_name = str(part.word("hostname") or "")
    shared.grace_seconds = part.seconds("stop_grace_period")
    shared.sysctls = tuple(
        unchecked(Sysctl, {"name": name, "value": str(value or "")}) for name, value, _line in part.pairs("sysctls")
    )
    platform = part.word("platform")
    architecture = _ARCHITECTURES.get(platform.lower().removeprefix("linux/").partition("/")[0]) if platform else None
    if platform and architecture is None:
        part.leave("platform", _("A group runs Linux on AMD64 or ARM64: it was left out."))
    shared.cpu_architecture = architecture.value if architecture else ""
    # Which services a group has was asked before.
    part.take("profiles")
    return shared


def _read_restart(part: Part, deploy: Part, shared: Shared) -> None:
    policy = deploy.below("restart_policy")
    condition = policy.word("condition")
    policy.leave_rest(otherwise=_TRIES)
    deploy.leave_rest(DEPLOY)
    # What `deploy` says counts, as it does for Compose.
    for where, key, word in ((part, "restart", part.word("restart")), (policy, "condition", condition)):
        found = docker_words.restart_policy(word) if word else None
        if found:
            shared.restart = found[0]
        if word and (not found or found[1]):
            where.leave(key, _TRIES if found else UNREAD)
    if policy.tree and not condition:
        shared.restart = RestartPolicy.ALWAYS


def _read_order(part: Part, shared: Shared) -> None:
    if isinstance(part.tree.get("depends_on"), Mapped):
        others = part.below("depends_on")
        for name in others.tree:
            other = others.below(name)
            shared.needs[name] = str(other.word("condition") or _STARTED)
            other.leave_rest({"required": HARMLESS}, CANNOT)
    else:
        shared.needs.update((str(name), _STARTED) for name in part.words("depends_on"))
    for link in part.words("links"):
        name, _colon, alias = link.partition(":")
        shared.needs.setdefault(name, _STARTED)
        shared.aliases.append((name, alias or name))


def _read_network(part: Part, shared: Shared) -> None:
    networks = part.take("networks")
    if networks is not None:
        part.leave("networks", SHARED)
    if isinstance(networks, Mapped):
        every = Part(networks, f"{part.subject}.networks", part.notes)
        for name in networks:
            network = every.below(name)
            shared.names += map(str, network.words("aliases"))
            network.leave_rest(otherwise=SHARED)
    mode = part.word("network_mode")
    if mode:
        is_usual = mode in ("bridge", "default") or mode.startswith("service:")
        part.leave("network_mode", SHARED if is_usual else _OWN_NETWORK)
    container_name = part.word("container_name")
    if container_name:
        part.leave("container_name", _("The service's own name is taken: it was left out."))
        shared.names.append(str(container_name))


def _read_dns(part: Part, shared: Shared) -> None:
    shared.name_servers = tuple(map(str, part.words("dns")))
    shared.searches = tuple(map(str, part.words("dns_search")))
    shared.options = tuple(
        unchecked(DnsOption, {"name": name, "value": value})
        for name, _colon, value in (each.partition(":") for each in part.words("dns_opt"))
    )
    hosts = part.take("extra_hosts")
    if isinstance(hosts, Mapped):
        every = Part(hosts, f"{part.subject}.extra_hosts", part.notes)
        for name in hosts:
            for address in every.words(name):
                _take_host(part, name, address, hosts.lines.get(name), shared)
    elif hosts is not None:
        for line in part.words("extra_hosts"):
            found = _HOST.fullmatch(line)
            _take_host(part, found[1] if found else line, found[2] if found else "", line.line, shared)


def _take_host(part: Part, name: str, address: str, line: int | None, shared: Shared) -> None:
    try:
        shared.hosts.append((str(ipaddress.ip_address(address)), name))
    except ValueError:
        says = _("No IP address stands there that a container group could reach: it was left out.")
        part.notes.leave(f"{part.subject}.extra_hosts: {name}", says, line)
