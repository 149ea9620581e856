"""How a service of a Compose file runs: its size and rights, the check of its health, what runs after its start."""

import re
from typing import Any, Final

from consoleapp.domain.container import SecurityContext
from consoleapp.domain.errors import _
from consoleapp.domain.limits import USER_ID_MAX
from consoleapp.domain.probe import LifecycleHandler, Probe
from consoleapp.domain.schema import unchecked
from consoleapp.languages.imports import docker_words
from consoleapp.languages.imports.compose_keys import CANNOT, DEPLOY, HARMLESS, LIMITS, RESERVATIONS, SCALE
from consoleapp.languages.imports.compose_parts import UNREAD, Part
from consoleapp.languages.imports.compose_service import Service, command_of
from consoleapp.languages.imports.yaml_tree import Listed, Word

_SHELL: Final = ("/bin/sh", "-c")
_USER: Final = re.compile(r"([0-9]{1,10})(?::([0-9]{1,10}))?", re.ASCII)
_TIMES: Final = (
    ("interval", "period_seconds"),
    ("timeout", "timeout_seconds"),
    ("start_period", "initial_delay_seconds"),
)


def read_runtime(service: Service) -> None:
    """Take in how the service runs."""
    part = service.part
    _read_size(service)
    _read_rights(service)
    _read_health(service)
    for key, name in (("post_start", "lifecycle_post_start"), ("pre_stop", "lifecycle_pre_stop")):
        _read_hooks(service, key, name)
    service.put("working_dir", part.word("working_dir"), "working_dir")
    service.put("stdin", part.is_true("stdin_open"), "stdin_open")
    service.put("tty", part.is_true("tty"), "tty")


# --- vCPU, memory, cards


def _read_size(service: Service) -> None:
    part, deploy = service.part, service.deploy
    resources = deploy.below("resources")
    bounds, reserved = resources.below("limits"), resources.below("reservations")
    # What `deploy` says counts, as it does for Compose.
    for where, prefix, cpu, memory in ((part, "", "cpus", "mem_limit"), (bounds, "deploy.", "cpus", "memory")):
        service.put("cpu", where.number(cpu), f"{prefix}{cpu}")
        word = where.word(memory)
        size = docker_words.memory_bytes(word) if word else None
        if word and not size:
            where.leave(memory, UNREAD)
        service.put("memory_gib", docker_words.memory_gib(size) if size else None, f"{prefix}{memory}")
    _read_cards(service, reserved, "devices")
    _read_cards(service, part, "gpus")
    bounds.leave_rest(LIMITS)
    reserved.leave_rest(otherwise=RESERVATIONS)
    resources.leave_rest()
    for where, key, says in ((deploy, "replicas", DEPLOY["replicas"]), (part, "scale", SCALE)):
        if where.whole(key) not in (None, 1):
            where.leave(key, says)


def _read_cards(service: Service, part: Part, key: str) -> None:
    for below, word in part.parts(key):
        count = word if word is not None else below.word("count")
        ids = below.words("device_ids")
        below.leave_rest(otherwise=HARMLESS)
        is_number = count is not None and count.isascii() and count.isdecimal() and len(count) < 3
        cards = int(count) if count and is_number else len(ids)
        service.put("gpu", cards or 1, key)
        says = (
            _("{count} GPU are asked for: choose an instance type that has as many.")
            if cards
            else _("All GPU of a host are asked for: 1 is taken. Choose how many, and an instance type that has them.")
        )
        part.change(key, says, **({"count": cards} if cards else {}))


# --- rights


def _read_rights(service: Service) -> None:
    part = service.part
    values: dict[str, Any] = {}
    user = part.word("user")
    found = _USER.fullmatch(user) if user else None
    if user and (not found or any(int(each) > USER_ID_MAX for each in found.groups() if each)):
        part.leave("user", _("A user is asked for by number, not by name: the image's own is used."))
    elif found:
        values["run_as_user"] = int(found[1])
        values["run_as_group"] = int(found[2]) if found[2] else None
    values["privileged"] = part.is_true("privileged")
    values["read_only_root_filesystem"] = part.is_true("read_only")
    values["capabilities_add"] = tuple(dict.fromkeys(_capability(each) for each in part.words("cap_add")))
    values = {name: value for name, value in values.items() if value not in (None, False, ())}
    if values:
        service.put("security_context", unchecked(SecurityContext, values), "user")


def _capability(word: str) -> str:
    return word.upper().removeprefix("CAP_")


# --- health


def _read_health(service: Service) -> None:
    part = service.part
    check = part.below("healthcheck")
    if not check.tree:
        return
    command = _check_of(check)
    is_off = check.is_true("disable")
    values: dict[str, Any] = {name: check.seconds(key) for key, name in _TIMES}
    values["failure_threshold"] = check.whole("retries")
    if check.take("start_interval") is not None:
        check.leave("start_interval", CANNOT)
    check.leave_rest()
    if is_off or command == ():
        part.leave("healthcheck", _("A group runs no check of an image by itself, so there is none to switch off."))
    elif command is None:
        part.leave("healthcheck", _("The check of the image is not known here: enter a readiness probe."))
    else:
        # Of zero, only the delay is a number that a probe can have.
        kept = {name: value for name, value in values.items() if value or name == "initial_delay_seconds"}
        service.put("readiness_probe", unchecked(Probe, {**kept, "exec_commands": command}), "healthcheck")
        part.change(
            "healthcheck",
            _("Becomes a readiness probe, which marks as Docker does. A liveness probe would restart the container."),
        )


def _check_of(check: Part) -> tuple[str, ...] | None:
    """Return the words of the check's command, () for no check; None where the file names no command."""
    value = check.take("test")
    if isinstance(value, Word):
        return (*_SHELL, str(value)) if value else ()
    if not isinstance(value, Listed) or not all(isinstance(each, Word) for each in value):
        if value is not None:
            check.leave("test", UNREAD)
        return None
    first, *words = map(str, value or [""])
    if first == "CMD-SHELL":
        return (*_SHELL, " ".join(words))
    if first in ("CMD", "NONE"):
        return tuple(words) if first == "CMD" else ()
    check.leave("test", UNREAD)
    return None


# --- hooks


def _read_hooks(service: Service, key: str, name: str) -> None:
    for number, (below, word) in enumerate(service.part.parts(key)):
        words = command_of(below, "command")
        below.leave_rest(otherwise=CANNOT)
        if word is not None or number or not words:
            says = _("Only one command can run there: it was left out.") if number else UNREAD
            service.part.leave(key, says)
        else:
            service.put(name, unchecked(LifecycleHandler, {"exec_commands": words}), key)
