"""Containers and init containers of a CreateContainerGroup request: checked, and put into the shape of answers.

Limits: the vendor's metadata of CreateContainerGroup and its page on limits. Where it documents no code for a limit,
the parameter-level codes of UpdateContainerGroup are used. Group-level parameters are eci_request.py.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from consoleapp.simulator.errors import ApiError, missing
from consoleapp.simulator.fields import Fields

MAX_CONTAINERS: Final = 20
PULL_POLICIES: Final = ("Always", "IfNotPresent", "Never")
MESSAGE_POLICIES: Final = ("File", "FallbackToLogsOnError")
# The metadata gives no pattern for the name; this is the one of Kubernetes, which runs it.
_NAME: Final = re.compile(r"[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?")
_VARIABLE: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,127}")
_IGNORED: Final = "__ECI_RESOURCE_IGNORE__"
_PROBE_NUMBERS: Final = (
    ("InitialDelaySeconds", 0),
    ("PeriodSeconds", 1),
    ("TimeoutSeconds", 1),
    ("SuccessThreshold", 1),
    ("FailureThreshold", 1),
)
_HANDLERS: Final = ("LifecyclePostStartHandler", "LifecyclePreStopHandler")


@dataclass(frozen=True, slots=True)
class ContainerRequest:
    """One container: `description` is what Describe answers tell of it, without states."""

    description: dict[str, Any]
    name: str
    image: str
    pull_policy: str
    vcpu: float
    memory_gib: float
    commands: tuple[str, ...]
    args: tuple[str, ...]
    keeps_terminal: bool
    ready_delay_seconds: int
    has_pre_stop: bool
    # Whether the end of its log is the message of a process that ended badly.
    tells_log: bool
    # Left out of the sum that the group's size has to hold.
    is_ignored: bool


def read_containers(fields: Fields, volumes: Sequence[str]) -> list[ContainerRequest]:
    """Read the containers; at least one."""
    containers = [_container(item, volumes, is_init=False) for item in fields.each("Container", MAX_CONTAINERS)]
    if not containers:
        raise missing("Container.1.Name")
    return containers


def read_init_containers(fields: Fields, volumes: Sequence[str]) -> list[ContainerRequest]:
    """Read the init containers, in their order."""
    return [_container(item, volumes, is_init=True) for item in fields.each("InitContainer", MAX_CONTAINERS)]


def check_names(containers: Sequence[ContainerRequest]) -> None:
    """Refuse two containers of one name."""
    if len({item.name for item in containers}) < len(containers):
        raise ApiError("InvalidParameter.DuplicatedName")


def _container(fields: Fields, volumes: Sequence[str], *, is_init: bool) -> ContainerRequest:
    name = fields.text("Name", required=True, pattern=_NAME)
    image = fields.text("Image", required=True, longest=255)
    policy = fields.text("ImagePullPolicy", choices=PULL_POLICIES, default="IfNotPresent")
    vcpu, memory_gib = fields.number("Cpu") or 0.0, fields.number("Memory") or 0.0
    commands, args = fields.texts("Command", 20, longest=256), fields.texts("Arg", 10)
    variables = _variables(fields)
    description: dict[str, Any] = {
        "Name": name,
        "Image": image,
        "ImagePullPolicy": policy,
        "Cpu": vcpu,
        "Memory": memory_gib,
        "Gpu": fields.integer("Gpu") or 0,
        "WorkingDir": fields.text("WorkingDir"),
        "Command" if is_init else "Commands": commands,
        "Args": args,
        "EnvironmentVars": [] if fields.boolean("EnvironmentVarHide") else variables,
        "Ports": [_port(item) for item in fields.each("Port", 100)],
        "VolumeMounts": [_mount(item, volumes) for item in fields.each("VolumeMount", 100)],
        "SecurityContext": _security(fields.inner("SecurityContext")),
    }
    if is_init:
        # The answers tell no sub path of an init container's mounts.
        for mount in description["VolumeMounts"]:
            del mount["SubPath"]
    is_terminal = fields.boolean("Stdin") and fields.boolean("Tty")
    ready_delay = 0 if is_init else _describe_behaviour(fields, description)
    return ContainerRequest(
        description=description,
        name=name,
        image=image,
        pull_policy=policy,
        vcpu=vcpu,
        memory_gib=memory_gib,
        commands=tuple(commands),
        args=tuple(args),
        keeps_terminal=is_terminal,
        ready_delay_seconds=ready_delay,
        has_pre_stop=not is_init and _has_pre_stop(fields),
        tells_log=fields.text("TerminationMessagePolicy", choices=MESSAGE_POLICIES) == "FallbackToLogsOnError",
        is_ignored=any(item["Key"] == _IGNORED and item.get("Value", "").upper() == "TRUE" for item in variables),
    )


def _describe_behaviour(fields: Fields, description: dict[str, Any]) -> int:
    """Add what only containers have; return after how many seconds a started container is ready."""
    for name in ("Stdin", "StdinOnce", "Tty"):
        description[name] = fields.boolean(name)
    for name in ("LivenessProbe", "ReadinessProbe"):
        if fields.has(name):
            description[name] = _probe(fields.inner(name), fields.refusal(name, "it needs exactly one kind of check"))
    for handler in _HANDLERS if fields.has_any("Lifecycle") else ():
        fields.texts(f"{handler}Exec", 101)  # the gateway's limit; the manual names none for handlers
        fields.integer(f"{handler}HttpGetPort", 1, 65535)
        fields.integer(f"{handler}TcpSocketPort", 1, 65535)
    readiness: dict[str, Any] = description.get("ReadinessProbe", {})
    return int(readiness.get("InitialDelaySeconds", 0))


def _has_pre_stop(fields: Fields) -> bool:
    return fields.has_any("LifecyclePreStopHandler")


def _variables(fields: Fields) -> list[dict[str, Any]]:
    variables: list[dict[str, Any]] = []
    for item in fields.each("EnvironmentVar", 240):
        key = item.text("Key", required=True, longest=128, pattern=_VARIABLE)
        if item.has("FieldRef"):
            field_path = item.inner("FieldRef").text("FieldPath", required=True, choices=("status.podIP",))
            variables.append({"Key": key, "ValueFrom": {"FieldRef": {"FieldPath": field_path}}})
        else:
            variables.append({"Key": key, "Value": item.text("Value", longest=256)})
    return variables


def _port(fields: Fields) -> dict[str, Any]:
    port = fields.integer("Port", 1, 65535)
    if port is None:
        raise missing(fields.path + "Port")
    return {"Port": port, "Protocol": fields.text("Protocol", choices=("TCP", "UDP"), default="TCP")}


def _mount(fields: Fields, volumes: Sequence[str]) -> dict[str, Any]:
    name = fields.text("Name", required=True)
    if name not in volumes:
        raise fields.refusal("Name", "no volume has this name")
    propagations = ("None", "HostToContainer", "Bidirectional")
    return {
        "Name": name,
        "MountPath": fields.text("MountPath", required=True),
        "SubPath": fields.text("SubPath"),
        "ReadOnly": fields.boolean("ReadOnly"),
        "MountPropagation": fields.text("MountPropagation", choices=propagations, default="None"),
    }


def _security(fields: Fields) -> dict[str, Any]:
    security: dict[str, Any] = {}
    capabilities = fields.inner("Capability").texts("Add", 99)
    if capabilities:
        security["Capability"] = {"Adds": capabilities}
    if fields.has("ReadOnlyRootFilesystem"):
        security["ReadOnlyRootFilesystem"] = fields.boolean("ReadOnlyRootFilesystem")
    user = fields.integer("RunAsUser")
    if user is not None:
        security["RunAsUser"] = user
    return security


def _probe(fields: Fields, wrong_kind: Exception) -> dict[str, Any]:
    if sum(fields.has(kind) for kind in ("HttpGet", "Exec", "TcpSocket")) != 1:
        raise wrong_kind
    probe: dict[str, Any] = {}
    if fields.has("HttpGet"):
        request = fields.inner("HttpGet")
        probe["HttpGet"] = {
            "Path": request.text("Path", default="/"),
            "Port": request.integer("Port", 1, 65535),
            "Scheme": request.text("Scheme", choices=("HTTP", "HTTPS"), default="HTTP"),
        }
    elif fields.has("Exec"):
        probe["Execs"] = fields.inner("Exec").texts("Command", 20)
    else:
        probe["TcpSocket"] = {"Port": fields.inner("TcpSocket").integer("Port", 1, 65535)}
    for name, least in _PROBE_NUMBERS:
        value = fields.integer(name, least, 1 if name == "SuccessThreshold" else None)
        if value is not None:
            probe[name] = value
    return probe
