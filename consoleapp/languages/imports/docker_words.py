"""Words that `docker run` and Compose share: amounts of memory, ports, restart policies, and where a volume comes from.

What becomes of volumes in a group is in ``docker_volumes.py``. Sources: the Compose specification (2026-06) and the
manuals of `docker run` and `podman run`.
"""

import re
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import Enum
from math import ceil
from typing import Final

from consoleapp.domain import limits
from consoleapp.domain.choices import Protocol, RestartPolicy
from consoleapp.domain.sizes import DEFAULT_CPU, Size, sold_sizes
from consoleapp.domain.typed import rounded_up

GIB: Final = 1024**3  # bytes
_MEMORY: Final = re.compile(
    r"([0-9]{1,12}(?:\.[0-9]{1,9})?) ?([bkmgtp]?)(?:(?<=[kmgtp])i)?b?", re.IGNORECASE | re.ASCII
)
_POWERS: Final = {"": 0, "b": 0, "k": 1, "m": 2, "g": 3, "t": 4, "p": 5}
_PORTS: Final = re.compile(r"([0-9]{1,5})(?:-([0-9]{1,5}))?(?:/(tcp|udp))?", re.IGNORECASE | re.ASCII)
_RESTART: Final = {
    "no": RestartPolicy.NEVER,
    "none": RestartPolicy.NEVER,
    "always": RestartPolicy.ALWAYS,
    # A container group that was stopped is gone: nothing is left that could stay stopped.
    "unless-stopped": RestartPolicy.ALWAYS,
    "any": RestartPolicy.ALWAYS,
    "on-failure": RestartPolicy.ON_FAILURE,
}


def memory_bytes(text: str) -> int | None:
    """Return the bytes of `512m`, `1.5G`, `1 GiB`; all units are of 1024, none is bytes. None when unreadable."""
    found = _MEMORY.fullmatch(text.strip())
    return ceil(Decimal(found[1]) * 1024 ** _POWERS[found[2].lower()]) if found else None


def memory_gib(size_bytes: int) -> Decimal:
    """Return GiB, rounded up to the decimal places that may be sent."""
    return rounded_up(Decimal(size_bytes) / GIB)


def size_limit(size_bytes: int) -> str:
    """Return an amount as the size limit of a volume: rounded up to whole KiB, in the largest unit that is exact."""
    units, unit = max(1, ceil(size_bytes / 1024)), "Ki"
    for larger in ("Mi", "Gi"):
        # Numbers have nine digits.
        if units % 1024 and units < 10**9:
            break
        units, unit = -(-units // 1024), larger
    return f"{units}{unit}"


def smallest_size(cpu: Decimal | None, memory: Decimal | None) -> Size | None:
    """Return the smallest size sold in every region that has both (vCPU, GiB); None when none is large enough.

    Without an amount of CPU, which Docker does not bound then, the usual one is taken; without one of memory, the
    twice as many GiB that are usual with a vCPU.
    """
    wanted_cpu = DEFAULT_CPU if cpu is None else cpu
    wanted_memory = memory if memory is not None else 2 * wanted_cpu
    return next(
        (
            Size(sold, step)
            for sold, steps in sold_sizes("").items()
            if sold >= wanted_cpu
            for step in steps
            if step >= wanted_memory
        ),
        None,
    )


def published(text: str) -> tuple[tuple[int, str], ...] | None:
    """Return the ports inside the container that `[address:][host:]container[-last][/udp]` names, with TCP or UDP.

    None when unreadable, for ports that there are not, for another protocol, and for more than a container can have.
    """
    found = _PORTS.fullmatch(text.strip().rpartition(":")[2])
    if not found:
        return None
    first, last = int(found[1]), int(found[2] or found[1])
    is_range = limits.PORT_MIN <= first <= last <= limits.PORT_MAX and last - first < limits.PORTS_MAX
    protocol = Protocol((found[3] or "tcp").upper()).value
    return tuple((port, protocol) for port in range(first, last + 1)) if is_range else None


def restart_policy(word: str) -> tuple[RestartPolicy, str] | None:
    """Return the policy of `no`, `always`, `unless-stopped`, `on-failure[:times]`, or of Compose's `none` and `any`;
    and the times, which a group cannot say ("" for none). None when unreadable."""
    name, _colon, times = word.strip().lower().partition(":")
    return (_RESTART[name], times) if name in _RESTART else None


class MountKind(Enum):
    """What stands on the host's side of a volume."""

    NAMED = "named"
    ANONYMOUS = "anonymous"
    FILE = "file"
    DIRECTORY = "directory"
    # Something of the host's own that no container group has.
    HOST_SYSTEM = "host_system"
    TMPFS = "tmpfs"


@dataclass(frozen=True)
class Mount:
    """A volume of one container, as it was written. ``size`` is the most it may hold, in bytes, None for no bound.

    ``subject`` and ``line`` say where it stands in the text, for notes.
    """

    source: str
    target: str
    kind: MountKind
    read_only: bool = False
    sub_path: str = ""
    size: int | None = None
    subject: str = ""
    line: int | None = None

    def at(self, subject: str, line: int | None) -> "Mount":
        """Return the mount with its place in the text."""
        return replace(self, subject=subject, line=line)


# Colons inside of `${A:-b}`, `$(…)` and backquotes separate nothing.
_PIECE: Final = re.compile(r"\$\{[^}]{0,200}\}|\$\([^)]{0,200}\)|`[^`]{0,200}`|[^:$`]+|[$`]")
_DRIVE: Final = re.compile(r"[A-Za-z]:[\\/]")
# Docker wants two characters: with one it would be a drive.
_VOLUME_NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]+")
# A name with an ending, or one of the few files that go without. `conf.d` is a directory, and so, most likely, is
# what is named like a host.
_FILE: Final = re.compile(
    r".+\.(?!(?:d|io|com|org|net|git|local)$)[A-Za-z][A-Za-z0-9]{0,9}|[A-Z][a-z]+file"
    r"|\.(?:env|htpasswd|htaccess|gitconfig|netrc|pgpass|[a-z]+rc)",
    re.ASCII,
)
_SYSTEM: Final = re.compile(
    r"/|/rootfs/?|(?:/host)?/(?:proc|sys|dev|boot|lib/modules|usr/src|var/lib/(?:docker|containers)|run/(?:udev|dbus))"
    r"(?:/.*)?|/etc/(?:localtime|timezone|machine-id|os-release|passwd|group|hostname)|.*\.sock|/(?:var/)?run/?",
    re.ASCII,
)
READ_ONLY: Final = frozenset({"ro", "readonly"})


def mount_of(text: str) -> Mount | None:
    """Return the mount of `[source:]target[:options]`; None when there is no target in it."""
    parts = _parts(text)
    match parts:
        case [target]:
            source, options = "", ""
        case [source, target]:
            options = ""
        case [source, target, options]:
            pass
        case _:
            return None
    if not target:
        return None
    return mount(source, target, read_only=bool(READ_ONLY & set(options.split(","))))


def mount(
    source: str, target: str, *, word: str = "", read_only: bool = False, sub_path: str = "", size: int | None = None
) -> Mount:
    """Return a mount of the long form; ``word`` is its type: volume, bind, tmpfs, or "" to tell by the source."""
    kind = MountKind.TMPFS if word == "tmpfs" else _kind(source, target, read_only=read_only)
    return Mount(source, target, kind, read_only, sub_path, size)


def is_file(name: str) -> bool:
    """Tell whether the last word of a path is most likely the name of a file."""
    return _FILE.fullmatch(re.split(r"[\\/]", name)[-1]) is not None


def _parts(text: str) -> list[str]:
    parts, position = [""], 0
    while position < len(text):
        # C:\data has a colon of its own, at the start or behind one.
        found = (None if parts[-1] else _DRIVE.match(text, position)) or _PIECE.match(text, position)
        if found:
            parts[-1] += found[0]
            position = found.end()
        else:
            parts.append("")
            position += 1
    return parts


def _kind(source: str, target: str, *, read_only: bool) -> MountKind:
    if not source:
        return MountKind.ANONYMOUS
    if _VOLUME_NAME.fullmatch(source):
        return MountKind.NAMED
    if _SYSTEM.fullmatch(source):
        return MountKind.HOST_SYSTEM
    if not source.endswith("/") and not target.endswith("/") and (is_file(source) or (read_only and is_file(target))):
        return MountKind.FILE
    return MountKind.DIRECTORY
