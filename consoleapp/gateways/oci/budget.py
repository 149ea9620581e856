"""What one check may still use: time, bytes, and one second try.

Every wait is given what is left of one deadline, and a watchdog shuts the connection at that moment, because a wait
inside the TLS library does not always return in between.
"""

from __future__ import annotations

import contextlib
import socket
import threading
import time
from collections.abc import Callable


class OutOfTime(Exception):
    """The deadline has passed."""


class OutOfBytes(Exception):
    """More was sent than a check reads."""


class Budget:
    """The one account that all requests of a check draw on; not shared between threads."""

    def __init__(self, seconds: float, size_bytes: int, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._started = clock()
        self._deadline = self._started + seconds
        self._bytes = size_bytes
        self._has_second_try = True

    @property
    def elapsed_seconds(self) -> float:
        return self._clock() - self._started

    def remaining(self, at_most: float | None = None) -> float:
        """Return the seconds left, more than 0; raise OutOfTime."""
        left = self._deadline - self._clock()
        if left <= 0:
            raise OutOfTime
        return left if at_most is None else min(left, at_most)

    def spend(self, size_bytes: int) -> None:
        """Raise OutOfTime or OutOfBytes."""
        self._bytes -= size_bytes
        if self._bytes < 0:
            raise OutOfBytes
        self.remaining()

    def take_second_try(self) -> bool:
        """Return True once a check."""
        has, self._has_second_try = self._has_second_try, False
        return has


class Watchdog:
    """Shuts the watched connections when the time is over, from a thread of its own."""

    def __init__(self, seconds: float) -> None:
        self._lock = threading.Lock()
        self._sockets: set[socket.socket] = set()
        self._is_over = False
        self._timer = threading.Timer(seconds, self._bite)
        self._timer.daemon = True
        self._timer.start()

    def watch(self, sock: socket.socket) -> None:
        with self._lock:
            self._sockets.add(sock)
            if self._is_over:
                _shut(sock)

    def forget(self, sock: socket.socket) -> None:
        with self._lock:
            self._sockets.discard(sock)

    def stop(self) -> None:
        self._timer.cancel()

    def _bite(self) -> None:
        with self._lock:
            self._is_over = True
            for sock in self._sockets:
                _shut(sock)


def _shut(sock: socket.socket) -> None:
    # Not the method of SSLSocket: that one would turn off decryption under a reader in another thread.
    with contextlib.suppress(OSError, ValueError):
        socket.socket.shutdown(sock, socket.SHUT_RDWR)
