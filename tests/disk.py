"""A disk that takes nothing more, without a disk of its own: the kernel refuses every write to a file."""

import os
import resource
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def full_disk(group: int = 0) -> Iterator[None]:
    """No file grows meanwhile in the processes of this group, in ours alone without one. They are told so by errors."""
    limits = {pid: resource.prlimit(pid, resource.RLIMIT_FSIZE) for pid in (_processes_of(group) if group else [0])}
    for pid, (_soft, hard) in limits.items():
        resource.prlimit(pid, resource.RLIMIT_FSIZE, (0, hard))
    try:
        yield
    finally:
        for pid, limit in limits.items():
            resource.prlimit(pid, resource.RLIMIT_FSIZE, limit)


def _processes_of(group: int) -> list[int]:
    running = (int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdigit())
    return [pid for pid in running if _group_of(pid) == group]


def _group_of(pid: int) -> int:
    try:
        return os.getpgid(pid)
    except ProcessLookupError:
        return -1
