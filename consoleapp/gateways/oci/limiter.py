"""How many checks run at once: in all, and for one user. Counted in this process."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager


class Limiter:
    """Two caps over one count."""

    def __init__(self, per_user: int, in_all: int) -> None:
        self._per_user = per_user
        self._in_all = in_all
        self._lock = threading.Lock()
        self._running: Counter[str] = Counter()

    @contextmanager
    def slot(self, actor: str) -> Iterator[bool]:
        """Yield True while a check may run; False at once when there is no room. Give each user a name of its own."""
        has_room = self._enter(actor)
        try:
            yield has_room
        finally:
            if has_room:
                self._leave(actor)

    def _enter(self, actor: str) -> bool:
        with self._lock:
            if self._running[actor] >= self._per_user or self._running.total() >= self._in_all:
                return False
            self._running[actor] += 1
            return True

    def _leave(self, actor: str) -> None:
        with self._lock:
            self._running[actor] -= 1
            if not self._running[actor]:
                del self._running[actor]
