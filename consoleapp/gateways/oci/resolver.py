"""Names to addresses, once and within a time; and which addresses this machine's own name has.

``getaddrinfo`` cannot be interrupted, so it runs in a thread that is left behind when it takes too long; how many may
be left behind at once is limited.
"""

from __future__ import annotations

import contextlib
import queue
import socket
import threading
import time
from collections.abc import Callable
from typing import Final

Resolver = Callable[[str, float], tuple[str, ...]]

LOOKUPS_MAX: Final = 32
ADDRESSES_MAX: Final = 64
OWN_ADDRESSES_SECONDS: Final = 60

_slots = threading.BoundedSemaphore(LOOKUPS_MAX)


class NotResolved(Exception):
    """There is no address, or it did not come in time."""


def resolve(host: str, seconds: float) -> tuple[str, ...]:
    """Return every address of the name, without doubles; raise NotResolved if there is none in time."""
    if not _slots.acquire(timeout=seconds):
        raise NotResolved
    answers: queue.SimpleQueue[tuple[str, ...]] = queue.SimpleQueue()
    threading.Thread(target=_look_up, args=(host, answers), daemon=True, name="resolver").start()
    try:
        addresses = answers.get(timeout=seconds)
    except queue.Empty as error:
        raise NotResolved from error
    if not 0 < len(addresses) <= ADDRESSES_MAX:
        raise NotResolved
    return addresses


def _look_up(host: str, answers: queue.SimpleQueue[tuple[str, ...]]) -> None:
    found: tuple[str, ...] = ()
    try:
        with contextlib.suppress(OSError, UnicodeError):
            infos = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
            found = tuple(dict.fromkeys(str(info[4][0]) for info in infos))
    finally:
        _slots.release()
        answers.put(found)


_own: tuple[float, frozenset[str]] = (float("-inf"), frozenset())


def own_addresses() -> frozenset[str]:
    """Return the addresses of this machine's name, looked up at most once a minute."""
    global _own
    # Without a lock: no check waits while another one looks them up.
    read_at, found = _own
    if time.monotonic() - read_at > OWN_ADDRESSES_SECONDS:
        found = _addresses_of_name()
        _own = (time.monotonic(), found)
    return found


def _addresses_of_name() -> frozenset[str]:
    try:
        return frozenset(resolve(socket.gethostname(), 0.5))
    except NotResolved:
        return frozenset()
