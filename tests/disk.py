"""A disk that takes nothing more, without a disk of its own: the kernel refuses every write to a file."""

import resource
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def full_disk(process_id: int = 0) -> Iterator[None]:
    """No file grows meanwhile in the process, ours unless told otherwise; it is told so by errors, not by a signal."""
    soft, hard = resource.prlimit(process_id, resource.RLIMIT_FSIZE)
    resource.prlimit(process_id, resource.RLIMIT_FSIZE, (0, hard))
    try:
        yield
    finally:
        resource.prlimit(process_id, resource.RLIMIT_FSIZE, (soft, hard))
