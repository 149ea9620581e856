"""Group-level parameters of CreateContainerGroup: names, size, registry access, and the rest that is only checked.

Containers are eci_containers.py, volumes eci_volumes.py, network eci_place.py.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from math import inf
from typing import Any, Final

from consoleapp.simulator import sizes
from consoleapp.simulator.actions.eci_containers import ContainerRequest
from consoleapp.simulator.errors import ApiError, missing
from consoleapp.simulator.fields import TOO_MUCH, Fields
from consoleapp.simulator.sizes import Size

_NAME: Final = re.compile(r"[a-z0-9][a-z0-9-]*[a-z0-9]")
_TOKEN: Final = re.compile(r"[\x21-\x7e ]+")
_SERVER: Final = re.compile(r"[A-Za-z0-9.\-\[\]:]+")
MAX_NAME: Final = 128
RESTART_POLICIES: Final = ("Always", "OnFailure", "Never")
STRATEGIES: Final = ("NoSpot", "SpotWithPriceLimit", "SpotAsPriceGo")
_LIMIT_PLACES: Final = 3
_MAX_BANDWIDTH: Final = 2**63 - 1
# The manual's page on security contexts; its exceptions among net.* are not all named there.
_SAFE_SYSCTL: Final = re.compile(r"net\.ipv4\.(ping_group_range|ip_unprivileged_port_start)")
_HOST_SYSCTL: Final = re.compile(r"(kernel\.(shm|msg)|fs\.mqueue\.|net\.)[a-z0-9_.-]+|kernel\.sem")


@dataclass(frozen=True, slots=True)
class RegistryAccess:
    """How images are pulled; the passwords live as long as the call."""

    credentials: dict[str, tuple[str, str]]
    acr_registry_infos: list[dict[str, Any]]
    plain_http: frozenset[str]
    insecure: frozenset[str]


def read_name(fields: Fields) -> str:
    """Read the container group's name."""
    return fields.text("ContainerGroupName", required=True, longest=MAX_NAME, pattern=_NAME)


def read_token(fields: Fields) -> str:
    """Read the client token, empty when there is none."""
    return fields.text("ClientToken", longest=64, pattern=_TOKEN)


def read_registry_access(fields: Fields) -> RegistryAccess:
    """Read credentials, Enterprise instances, and the registries with plain HTTP or a self-issued certificate."""
    credentials = {}
    for item in fields.each("ImageRegistryCredential", 10):
        server = item.text("Server", required=True, pattern=_SERVER)
        user, password = item.text("UserName", required=True), item.text("Password", required=True)
        credentials[server] = (user, password)
    infos: list[dict[str, Any]] = []
    for item in fields.each("AcrRegistryInfo", 20):
        names = ("InstanceId", "InstanceName", "RegionId", "ArnService", "ArnUser")
        infos.append({name: item.text(name) for name in names if item.has(name)})
        if item.has("Domain"):
            infos[-1]["Domain"] = item.texts("Domain", 100)
    return RegistryAccess(credentials, infos, _hosts(fields, "PlainHttpRegistry"), _hosts(fields, "InsecureRegistry"))


def _hosts(fields: Fields, name: str) -> frozenset[str]:
    hosts = frozenset(host.strip() for host in fields.text(name).split(",") if host.strip())
    for host in hosts:
        if not _SERVER.fullmatch(host):
            raise fields.refusal(name, "it has to be a list of host names, with commas between")
    return hosts


def read_size(
    fields: Fields, containers: Sequence[ContainerRequest], init_containers: Sequence[ContainerRequest], region_id: str
) -> Size:
    """Return the size that is taken and billed: as asked for, rounded up to what is sold; a type of ECS as it is."""
    counted = [item for item in containers if not item.is_ignored]
    needed = Size(sum(item.vcpu for item in counted), sum(item.memory_gib for item in counted))
    asked = _instance_size(fields) or _group_size(fields)
    if asked is not None:
        single = [Size(item.vcpu, item.memory_gib) for item in init_containers]
        for part in (needed, *single):
            if part.vcpu > asked.vcpu or part.memory_gib > asked.memory_gib:
                raise ApiError("InvalidParameter.CPU.Memory", "The containers need more than the container group has.")
    else:
        asked = needed if any(needed) else sizes.DEFAULT
    if sizes.is_ecs_type(first_instance_type(fields)):
        return asked
    is_spot = read_spot(fields) is not None
    if not is_spot and asked in sizes.sold_sizes("cn-hangzhou") and asked not in sizes.sold_sizes(region_id):
        raise ApiError("OperationDenied.NoStock")
    size = sizes.rounded_up(asked.vcpu, asked.memory_gib, region_id, is_spot=is_spot)
    if size is None:
        raise ApiError("InvalidParameter.CPU.Memory")
    return size


def first_instance_type(fields: Fields) -> str:
    """Return the type that is tried first and taken, because there is always enough of it here; empty without any."""
    return next(iter(_instance_types(fields)), "")


def _instance_types(fields: Fields) -> list[str]:
    return [name.strip() for name in fields.text("InstanceType").split(",") if name.strip()]


def _instance_size(fields: Fields) -> Size | None:
    names = _instance_types(fields)
    if len(names) > 5:
        raise fields.refusal("InstanceType", "at most 5 are allowed", code=TOO_MUCH)
    found = [sizes.size_of_instance_type(name) for name in names]
    if None in found:
        raise ApiError("InvalidInstanceTypeForEciBuy")
    return found[0] if found else None


def _group_size(fields: Fields) -> Size | None:
    vcpu, memory_gib = fields.number("Cpu"), fields.number("Memory")
    if vcpu is None and memory_gib is None:
        return None
    if not vcpu or not memory_gib:
        raise ApiError("InvalidParameter.CPU.Memory", "Cpu and Memory have to be given together.")
    return Size(vcpu, memory_gib)


def read_category(fields: Fields, size: Size) -> str:
    """Return the compute category that is taken: the first of the asked ones that has the size."""
    asked = fields.texts("ComputeCategory", 10)
    if any(name not in ("economy", "general") for name in asked):
        raise fields.refusal("ComputeCategory", "it has to be economy or general")
    if asked and (read_spot(fields) is not None or fields.text("CpuArchitecture") == "ARM64"):
        raise ApiError("FeatureBasedConstraintConflict", "ComputeCategory conflicts with preemptible and ARM groups.")
    fitting = [name for name in asked if name == "general" or size.vcpu <= sizes.MAX_ECONOMY_VCPU]
    if asked and not fitting:
        raise ApiError("FeatureBasedConstraintConflict", "The category economy has no size with so many vCPU.")
    return fitting[0] if fitting else "general"


@dataclass(frozen=True, slots=True)
class Spot:
    """How a preemptible instance is asked for; the limit is infinite without one."""

    strategy: str
    price_limit: float


def read_spot(fields: Fields) -> Spot | None:
    """Return how a preemptible instance is asked for; None for another one."""
    strategy = fields.text("SpotStrategy", choices=STRATEGIES, default="NoSpot")
    limit = fields.number("SpotPriceLimit")
    if limit is not None and round(limit, _LIMIT_PLACES) != limit:
        raise fields.refusal("SpotPriceLimit", f"it may have at most {_LIMIT_PLACES} decimal places")
    fields.integer("SpotDuration", 0, 1)
    if strategy == "SpotWithPriceLimit" and limit is None:
        raise missing("SpotPriceLimit")
    if strategy == "NoSpot":
        return None
    return Spot(strategy, inf if limit is None or strategy == "SpotAsPriceGo" else limit)


def check_market(spot: Spot | None, size: Size) -> None:
    """Refuse a price limit below what the market asks for."""
    if spot is not None and spot.price_limit < sizes.market_price(size):
        raise ApiError("Spot.NotMatched")


def describe_options(fields: Fields) -> dict[str, Any]:
    """Return the parameters that the simulated cloud only keeps, checked and as Describe answers tell them."""
    _check_unused(fields)
    spot = read_spot(fields)
    dns = fields.inner("DnsConfig")
    return {
        "RestartPolicy": fields.text("RestartPolicy", choices=RESTART_POLICIES, default="Always"),
        "SpotStrategy": "NoSpot" if spot is None else spot.strategy,
        **({} if spot is None or spot.price_limit == inf else {"SpotPriceLimit": spot.price_limit}),
        "EphemeralStorage": fields.integer("EphemeralStorage", 0, 5000) or 0,
        "RamRoleName": fields.text("RamRoleName"),
        "ResourceGroupId": fields.text("ResourceGroupId"),
        "Tags": [_tag(item) for item in fields.each("Tag", 20)],
        "HostAliases": [
            {"Ip": item.text("Ip", required=True), "Hostnames": item.texts("Hostname", 50)}
            for item in fields.each("HostAliase", 100)
        ],
        "DnsConfig": {
            "NameServers": dns.texts("NameServer", 20),
            "Searches": dns.texts("Search", 20),
            "Options": [_pair(item, "Name", "Value") for item in dns.each("Option", 20)],
        },
        "EciSecurityContext": {"Sysctls": _sysctls(fields.inner("SecurityContext"), _SAFE_SYSCTL)},
    }


def _check_unused(fields: Fields) -> None:
    fields.text("DnsPolicy", choices=("Default", "None"))
    fields.text("CpuArchitecture", choices=("AMD64", "ARM64"))
    fields.text("OsType", choices=("Linux", "Windows"))
    fields.text("ImageAccelerateMode", choices=("nydus", "dadi", "p2p", "imc"))
    fields.texts("NtpServer", 20)
    fields.integer("TerminationGracePeriodSeconds")
    for name in ("IngressBandwidth", "EgressBandwidth"):
        fields.integer(name, 0, _MAX_BANDWIDTH)
    fields.boolean("ShareProcessNamespace")
    _sysctls(fields.inner("HostSecurityContext"), _HOST_SYSCTL)
    if fields.text("CorePattern").startswith("|"):
        raise fields.refusal("CorePattern", "it must not start with |")
    if fields.text("ImageSnapshotId"):
        # The simulated cloud builds no image caches, so there is none to be named.
        raise ApiError("ImageSnapshot.NotFound")


def _tag(fields: Fields) -> dict[str, str]:
    key = fields.text("Key", required=True, longest=64)
    if key.startswith(("aliyun", "acs:")) or "http://" in key or "https://" in key:
        raise fields.refusal("Key", "it must not start with aliyun or acs: nor contain http:// or https://")
    return {"Key": key, "Value": fields.text("Value", longest=128)}


def _sysctls(fields: Fields, allowed: re.Pattern[str]) -> list[dict[str, str]]:
    return [
        {"Name": item.text("Name", required=True, pattern=allowed), "Value": item.text("Value", required=True)}
        for item in fields.each("Sysctl", 100)
    ]


def _pair(fields: Fields, *names: str) -> dict[str, str]:
    return {name: fields.text(name) for name in names}
