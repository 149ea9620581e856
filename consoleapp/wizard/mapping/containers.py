"""Containers and init containers: from a card's raw texts to the domain's Container and InitContainer.

A problem's control id begins with the card's key: `id_c2-image`, `id_c2-env-r5-name`, `id_c2-liveness-port`.
"""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, TypeVar

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from consoleapp.domain.errors import DomainError, Reason
from consoleapp.domain.limits import ENVIRONMENT_VARS_MAX
from consoleapp.domain.secret import Secret
from consoleapp.domain.spec import (
    Container,
    ContainerPort,
    EnvironmentVar,
    HttpGet,
    HttpHeader,
    InitContainer,
    LifecycleHandler,
    Probe,
    SecurityContext,
    TcpSocket,
    VolumeMount,
)
from consoleapp.wizard.mapping import raw
from consoleapp.wizard.mapping.command_line import split_line
from consoleapp.wizard.mapping.needs import image_text
from consoleapp.wizard.mapping.problems import Findings, Problem
from consoleapp.wizard.shape import ContainerData, Fields, Row, env_name

T = TypeVar("T")
STEP = "basic"
POD_IP = "status.podIP"
LABELS = {
    "name": _("Name"),
    "image": _("Image"),
    "image_version": _("Image version"),
    "image_pull_policy": _("Pull policy"),
    "cpu": _("vCPU"),
    "memory_gib": _("Memory"),
    "working_dir": _("Working directory"),
    "commands": _("Command"),
    "args": _("Arguments"),
    "env": _("Environment variables"),
    "env_paste": _("Paste a .env file"),
    "value": _("Value"),
    "ports": _("Ports"),
    "port": _("Port"),
    "protocol": _("Protocol"),
    "mounts": _("Volume mounts"),
    "volume": _("Volume"),
    "mount_path": _("Mount path"),
    "sub_path": _("Sub path"),
    "propagation": _("Propagation"),
    "kind": _("Check"),
    "path": _("Path"),
    "scheme": _("Scheme"),
    "host": _("Host"),
    "headers": _("Headers"),
    "command": _("Command"),
    "initial_delay_seconds": _("Initial delay"),
    "period_seconds": _("Period"),
    "timeout_seconds": _("Timeout"),
    "success_threshold": _("Success threshold"),
    "failure_threshold": _("Failure threshold"),
    "stdin": _("Standard input"),
    "stdin_once": _("Close after first client"),
    "tty": _("Terminal"),
    "capabilities_add": _("Added capabilities"),
    "run_as_user": _("User ID"),
    "run_as_group": _("Group ID"),
    "run_as_non_root": _("Refuse root"),
    "privileged": _("Privileged"),
}
DEFAULTS: Fields = {"image_pull_policy": "IfNotPresent"}
ROW_LABELS = {"ports": _("Ports"), "mounts": _("Volume mounts"), "env": _("Environment variables")}
PROBES = ("liveness", "readiness")
HANDLERS = ("post_start", "pre_stop")


@dataclass(frozen=True)
class MappedContainer:
    """One card: its container when all of it could be read, and what is wrong with it."""

    key: str
    init: bool
    container: Container | InitContainer | None
    problems: tuple[Problem, ...]


def map_containers(cards: list[ContainerData], secrets: Mapping[str, Secret]) -> tuple[MappedContainer, ...]:
    """Every card in its order; a name that an earlier card has is a problem of the later one."""
    seen: Counter[str] = Counter()
    mapped = []
    for position, card in enumerate(cards, start=1):
        name = raw.word(card["fields"], "name")
        seen[name] += 1
        mapped.append(_map_container(card, position, secrets, is_repeated=bool(name) and seen[name] > 1))
    return tuple(mapped)


def _map_container(
    card: ContainerData, position: int, secrets: Mapping[str, Secret], *, is_repeated: bool
) -> MappedContainer:
    fields: Fields = {**DEFAULTS, **card["fields"]}
    key, name = card["key"], raw.word(fields, "name")
    subject = name or gettext("Container %(number)d") % {"number": position}
    findings = Findings(STEP, prefix=key, container_key=key, subject=subject, labels=LABELS)
    if is_repeated:
        findings.add("name", DomainError(Reason.DUPLICATE, "name", name=name))
    if waiting := raw.whole_number(fields, "env_waiting"):
        count = len(card["rows"].get("env", [])) + waiting
        findings.add("env_paste", DomainError(Reason.TOO_MANY, "env_paste", limit=ENVIRONMENT_VARS_MAX, count=count))
    values = _shared_values(card, fields, secrets, findings)
    container: Container | InitContainer | None
    if card["init"]:
        container = findings.attempt(lambda: InitContainer(**values), control_name)
    else:
        values |= _own_values(fields, findings)
        container = findings.attempt(lambda: Container(**values), control_name)
    return MappedContainer(key, card["init"], None if findings.problems else container, tuple(findings.problems))


def words_of(fields: Fields, name: str) -> tuple[str, ...]:
    """Return the words of a command. Raise DomainError with the field's name as its path."""
    return split_line(raw.text(fields, name), name)


def _shared_values(
    card: ContainerData, fields: Fields, secrets: Mapping[str, Secret], findings: Findings
) -> dict[str, Any]:
    rows = card["rows"]
    return {
        "name": raw.word(fields, "name"),
        "image": image_text(fields),
        "image_pull_policy": raw.word(fields, "image_pull_policy"),
        "cpu": findings.attempt(lambda: raw.number(fields, "cpu")),
        "memory_gib": findings.attempt(lambda: raw.number(fields, "memory_gib")),
        "working_dir": raw.word(fields, "working_dir"),
        "commands": findings.attempt(lambda: words_of(fields, "commands"), control_name) or (),
        "args": findings.attempt(lambda: words_of(fields, "args"), control_name) or (),
        "environment_vars": _rows(
            rows.get("env", []),
            lambda row: _environment_var(card["key"], row, secrets),
            findings,
            "env",
            {"key": "name"},
        ),
        "ports": _rows(rows.get("ports", []), _port, findings, "ports", {}),
        "volume_mounts": _rows(
            rows.get("mounts", []), _mount, findings, "mounts", {"name": "volume", "mount_propagation": "propagation"}
        ),
        "security_context": _security_context(fields, card["init"], findings),
    }


def _own_values(fields: Fields, findings: Findings) -> dict[str, Any]:
    return {
        "liveness_probe": _probe(fields, "liveness", findings),
        "readiness_probe": _probe(fields, "readiness", findings),
        "lifecycle_post_start": _handler(fields, "post_start", findings),
        "lifecycle_pre_stop": _handler(fields, "pre_stop", findings),
        "stdin": raw.flag(fields, "stdin"),
        "stdin_once": raw.flag(fields, "stdin_once"),
        "tty": raw.flag(fields, "tty"),
        "environment_var_hide": raw.flag(fields, "environment_var_hide"),
    }


def is_blank(row: Row) -> bool:
    """Whether nothing was typed into the row; such rows are not sent."""
    texts = ("name", "value", "port", "volume", "mount_path", "sub_path")
    return not any(raw.word(row["fields"], name) for name in texts)


def _rows(
    rows: list[Row], make: Callable[[Row], T], findings: Findings, kind: str, names: Mapping[str, str]
) -> tuple[T, ...]:
    made = []
    for row in rows:
        if is_blank(row):
            continue
        # An error of a variable names the variable, not only its field.
        own = replace(findings, subject=_subject_of(findings.subject, row, kind))
        part = own.attempt(
            lambda row=row: make(row),  # type: ignore[misc]
            lambda path, row=row: f"{kind}-{row['key']}-{names.get(path, path)}",  # type: ignore[misc]
        )
        if part is not None:
            made.append(part)
    return tuple(made)


def _subject_of(container: str, row: Row, kind: str) -> str:
    name = raw.word(row["fields"], "name") if kind == "env" else ""
    return f"{container}: {name[:64]}" if name else container


def _environment_var(container_key: str, row: Row, secrets: Mapping[str, Secret]) -> EnvironmentVar:
    fields = row["fields"]
    name = raw.word(fields, "name")
    if raw.text(fields, "source") == POD_IP:
        return EnvironmentVar(name, field_path=POD_IP)
    if raw.flag(fields, "secret"):
        secret = secrets.get(env_name(container_key, row["key"]))
        # A secret that is no longer stored must not silently be sent as an empty value.
        if not secret:
            raise DomainError(Reason.REQUIRED, "value")
        return EnvironmentVar(name, secret)
    if raw.flag(fields, "retype"):
        raise DomainError(Reason.RETYPE, "value")
    return EnvironmentVar(name, raw.text(fields, "value").replace("\r\n", "\n"))


def _port(row: Row) -> ContainerPort:
    port = raw.whole_number(row["fields"], "port")
    if port is None:
        raise DomainError(Reason.REQUIRED, "port")
    return ContainerPort(port, raw.word(row["fields"], "protocol", "TCP"))


def _mount(row: Row) -> VolumeMount:
    fields = row["fields"]
    return VolumeMount(
        name=raw.word(fields, "volume"),
        mount_path=raw.word(fields, "mount_path"),
        sub_path=raw.word(fields, "sub_path"),
        read_only=raw.flag(fields, "read_only"),
        mount_propagation=raw.word(fields, "propagation"),
    )


def _security_context(fields: Fields, is_init: bool, findings: Findings) -> SecurityContext:
    capabilities = tuple(map(str.upper, raw.entries(fields, "capabilities_add")))
    values: dict[str, Any] = {
        "capabilities_add": capabilities,
        "read_only_root_filesystem": raw.flag(fields, "read_only_root_filesystem"),
        "run_as_user": findings.attempt(lambda: raw.whole_number(fields, "run_as_user")),
    }
    if not is_init:
        values |= {
            "run_as_group": findings.attempt(lambda: raw.whole_number(fields, "run_as_group")),
            "run_as_non_root": raw.flag(fields, "run_as_non_root"),
            "privileged": raw.flag(fields, "privileged"),
        }
    return findings.attempt(lambda: SecurityContext(**values), control_name) or SecurityContext()


def _probe(fields: Fields, which: str, findings: Findings) -> Probe | None:
    """The probe whose raw fields begin with `which`; None where none is wanted or it cannot be read."""
    action = _action(fields, which, findings, is_handler=False)
    if action is None:
        return None
    numbers: dict[str, Any] = {
        name: findings.attempt(
            lambda name=name: raw.whole_number(fields, f"{which}_{name}"),  # type: ignore[misc]
            lambda path: f"{which}-{path.removeprefix(which + '_')}",
        )
        for name in (
            "initial_delay_seconds",
            "period_seconds",
            "timeout_seconds",
            "success_threshold",
            "failure_threshold",
        )
    }
    return findings.attempt(lambda: Probe(**action, **numbers), lambda path: f"{which}-{_action_control(path)}")


def _handler(fields: Fields, which: str, findings: Findings) -> LifecycleHandler | None:
    action = _action(fields, which, findings, is_handler=True)
    if action is None:
        return None
    return findings.attempt(lambda: LifecycleHandler(**action), lambda path: f"{which}-{_action_control(path)}")


def _action(fields: Fields, which: str, findings: Findings, *, is_handler: bool) -> dict[str, Any] | None:
    """The keyword that says what a probe or handler does; None where it does nothing or cannot be read."""
    kind = raw.word(fields, f"{which}_kind")
    made: object | None = None
    if kind == "http":
        made = findings.attempt(
            lambda: _http_get(fields, which, is_handler), lambda path: f"{which}-{_action_control(path)}"
        )
        return {"http_get": made} if made is not None else None
    if kind == "tcp":
        made = findings.attempt(
            lambda: TcpSocket(_needed_port(fields, which), raw.word(fields, f"{which}_host") if is_handler else ""),
            lambda path: f"{which}-{_action_control(path)}",
        )
        return {"tcp_socket": made} if made is not None else None
    if kind == "exec":
        commands = findings.attempt(lambda: words_of(fields, f"{which}_command"), lambda path: f"{which}-command")
        if commands is None:
            return None
        if not commands:
            findings.add(f"{which}-command", DomainError(Reason.REQUIRED, "command"))
            return None
        return {"exec_commands": commands}
    return None


def _http_get(fields: Fields, which: str, is_handler: bool) -> HttpGet:
    own: dict[str, Any] = {}
    if is_handler:
        own = {"host": raw.word(fields, f"{which}_host"), "http_headers": _headers(fields, which)}
    return HttpGet(
        port=_needed_port(fields, which),
        path=raw.word(fields, f"{which}_path"),
        scheme=raw.word(fields, f"{which}_scheme"),
        **own,
    )


def _headers(fields: Fields, which: str) -> tuple[HttpHeader, ...]:
    headers = []
    for line in raw.lines(fields, f"{which}_headers"):
        name, colon, value = line.partition(":")
        if not colon or not name.strip():
            raise DomainError(Reason.MALFORMED, "headers", kind="Name: value")
        headers.append(HttpHeader(name.strip(), value.strip()))
    return tuple(headers)


def _needed_port(fields: Fields, which: str) -> int:
    try:
        port = raw.whole_number(fields, f"{which}_port")
    except DomainError as error:
        raise DomainError(error.reason, "port") from error
    if port is None:
        raise DomainError(Reason.REQUIRED, "port")
    return port


def _action_control(path: str) -> str:
    """The control of a probe's or handler's error: the last word of the path, list positions left out."""
    words = [word for word in path.split(".") if not word.isdigit()]
    last = words[-1] if words else ""
    return {"exec_commands": "command", "http_headers": "headers", "": "kind"}.get(last, last)


_CONTROLS = {"environment_vars": "env", "ports": "ports", "volume_mounts": "mounts"}


def control_name(path: str) -> str:
    """The control for an error of the whole container: `commands.3` is about `commands`."""
    words = path.split(".")
    if words[0] == "security_context" and len(words) > 1:
        words = words[1:]
    return _CONTROLS.get(words[0], words[0])
