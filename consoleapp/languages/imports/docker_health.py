"""The health check of `docker run` as a readiness probe.

Docker's defaults (30 s between checks, 30 s for each, three failures) are written out: those of the cloud are shorter.
"""

import re
from decimal import Decimal
from math import ceil
from typing import Any, Final

from consoleapp.domain.errors import _
from consoleapp.domain.probe import Probe
from consoleapp.domain.schema import unchecked
from consoleapp.languages.imports import docker_left
from consoleapp.languages.imports.docker_options import Option
from consoleapp.languages.imports.docker_taken import Reader, Taken

_DURATION: Final = re.compile(r"(?:[0-9]{1,9}(?:\.[0-9]{1,9})?(?:h|ms|us|µs|ns|m|s))+", re.ASCII)
_PART: Final = re.compile(r"([0-9.]+)(h|ms|us|µs|ns|m|s)")
_SECONDS: Final = {
    "h": Decimal(3600),
    "m": Decimal(60),
    "s": Decimal(1),
    "ms": Decimal("1e-3"),
    "us": Decimal("1e-6"),
    "µs": Decimal("1e-6"),
    "ns": Decimal("1e-9"),
}
_WHOLE: Final = re.compile(r"[0-9]{1,9}", re.ASCII)
_DURATIONS: Final = {
    "health-interval": ("period_seconds", 30),
    "health-timeout": ("timeout_seconds", 30),
    "health-start-period": ("initial_delay_seconds", 0),
}
_READINESS: Final = _(
    "Becomes a readiness probe, which like Docker only marks a container that fails. A liveness probe would start it "
    "again: add one if that is wanted."
)
_NO_COMMAND: Final = _("Belongs to a check of the image, which the cloud does not use: add a probe by hand.")


def seconds_of(text: str) -> Decimal | None:
    """Return the seconds of a duration such as `1m30s` or `500ms`; None when unreadable."""
    if not _DURATION.fullmatch(text):
        return Decimal(0) if text == "0" else None
    return sum((Decimal(found[1]) * _SECONDS[found[2]] for found in _PART.finditer(text)), Decimal(0))


def readiness_probe(taken: Taken) -> Probe | None:
    """Return the probe that the options make; None without a command. What cannot be read is told."""
    command = taken.health.get("health-cmd")
    if command is None or not command.value:
        for option in taken.health.values():
            taken.leave(option, _NO_COMMAND)
        return None
    taken.change(command, _READINESS)
    values: dict[str, Any] = {"exec_commands": ("/bin/sh", "-c", str(command.value)), "failure_threshold": 3}
    for name, (field, default) in _DURATIONS.items():
        given = taken.health.get(name)
        seconds = _whole_seconds(taken, given) if given is not None else None
        values[field] = seconds or default or None
    retries = taken.health.get("health-retries")
    if retries is not None and _WHOLE.fullmatch(retries.value):
        values["failure_threshold"] = int(retries.value) or 3
    elif retries is not None:
        taken.leave(retries, docker_left.UNREADABLE)
    return unchecked(Probe, values)


def _whole_seconds(taken: Taken, option: Option) -> int | None:
    exact = seconds_of(option.value)
    if exact is None:
        taken.leave(option, docker_left.UNREADABLE)
        return None
    if exact != ceil(exact):
        taken.change(option, _("Rounded up to {seconds} seconds."), seconds=ceil(exact))
    return ceil(exact)


def _kept(taken: Taken, option: Option) -> None:
    taken.health[option.name] = option


READERS: Final[dict[str, Reader]] = dict.fromkeys(("health-cmd", "health-retries", *_DURATIONS), _kept)
