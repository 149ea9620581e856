"""The cache as one that may be lost at any time: what does not answer remembers nothing, and no page fails for it.

Every cache of the settings is wrapped in this backend, so nothing else in the console knows about it. A limit that is
counted in the cache is one that a caller decides with `add`: it says False where nothing could be stored.
"""

import json
import logging
import time
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from threading import Lock
from typing import Any, Final, cast

from django.core.cache import caches
from django.core.cache.backends.base import DEFAULT_TIMEOUT, BaseCache
from django.utils.connection import ConnectionProxy
from django.utils.module_loading import import_string

logger = logging.getLogger(__name__)

LOST: tuple[type[Exception], ...] = (OSError,)
with suppress(ImportError):  # only a shared cache needs it
    from redis.exceptions import RedisError

    LOST = (OSError, RedisError)
# So long nobody asks a cache that has failed; then one caller finds out whether it answers again.
PAUSE_SECONDS: Final = 5.0
# At most one line in the log in so many seconds, for each cache of a process.
LOG_SECONDS: Final = 60.0


class Health:
    """What this process knows of one cache: whether it answers. `clock` is a monotonic one."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock, self._lock = clock, Lock()
        self._is_lost = False
        self._until, self._logged_at = 0.0, float("-inf")

    def admits(self) -> bool:
        """Tell whether the cache may be asked: while it answers, and once after each pause."""
        with self._lock:
            now = self._clock()
            if self._is_lost and now < self._until:
                return False
            # Whoever is let through finds out for all others, who go on without.
            self._until = now + PAUSE_SECONDS
            return True

    def answered(self) -> None:
        """Note an answer."""
        self._is_lost = False

    def failed(self, error: Exception) -> None:
        """Note that there was none."""
        with self._lock:
            now = self._clock()
            self._is_lost, self._until = True, now + PAUSE_SECONDS
            is_told = now - self._logged_at < LOG_SECONDS
            self._logged_at = self._logged_at if is_told else now
        if not is_told:
            logger.warning("The cache does not answer, pages go on without it: %s: %s", type(error).__name__, error)


# By what the settings say of the cache: Django makes the backend anew in every thread.
_healths: dict[str, Health] = {}


class JsonSerializer:
    """What a shared cache server holds: JSON, which nobody who can write there can make us run. Raises TypeError and
    ValueError for what JSON cannot say, and for bytes that are none."""

    def dumps(self, value: Any) -> bytes:
        return json.dumps(value, allow_nan=False).encode()

    def loads(self, data: bytes) -> Any:
        return json.loads(data)


class LosableCache(BaseCache):
    """The cache that OPTIONS["cache"] describes, as CACHES would. Raises nothing when that is out of reach."""

    def __init__(self, _location: str, params: dict[str, Any]) -> None:
        super().__init__(params)
        self._settings = dict(params["OPTIONS"]["cache"])
        self._health = _healths.setdefault(repr(self._settings), Health())
        self._made: Any = None

    def get(self, key: str, default: Any = None, version: int | None = None) -> Any:
        """Return the value; the default where there is none, nobody answers, or what is stored cannot be read."""
        try:
            return self._ask(default, "get", key, default, version)
        except Exception:
            # What another version of the console or a power cut has left.
            self.delete(key, version)
            return default

    def get_many(self, keys: Iterable[str], version: int | None = None) -> dict[str, Any]:
        """Return the values that there are."""
        wanted = list(keys)
        try:
            found: dict[str, Any] = self._ask({}, "get_many", wanted, version)
        except Exception:
            self.delete_many(wanted, version)
            return {}
        return found

    def add(self, key: str, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> bool:
        """Store the value where there is none, and tell whether that was so."""
        return bool(self._ask(False, "add", key, value, timeout, version))

    def set(self, key: str, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> None:
        self._ask(None, "set", key, value, timeout, version)

    def set_many(
        self, data: Mapping[str, Any], timeout: Any = DEFAULT_TIMEOUT, version: int | None = None
    ) -> list[str]:
        """Store the values, and return the keys that could not be stored."""
        return list(self._ask(list(data), "set_many", data, timeout, version))

    def incr(self, key: str, delta: int = 1, version: int | None = None) -> int:
        """Raise the number and return it. Raise ValueError where there is none."""
        raised: int | None = self._ask(None, "incr", key, delta, version)
        if raised is None:
            raise ValueError(f"There is no number under the key {key!r}.")
        return raised

    def touch(self, key: str, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> bool:
        return bool(self._ask(False, "touch", key, timeout, version))

    def delete(self, key: str, version: int | None = None) -> bool:
        return bool(self._ask(False, "delete", key, version))

    def delete_many(self, keys: Iterable[str], version: int | None = None) -> None:
        self._ask(None, "delete_many", list(keys), version)

    def clear(self) -> None:
        self._ask(None, "clear")

    def close(self, **_kwargs: Any) -> None:
        if self._made is not None:
            self._made.close()

    def _ask(self, otherwise: Any, method: str, *arguments: Any) -> Any:
        """Return what the cache says; `otherwise` where it says nothing, or is left alone as it said nothing lately."""
        if not self._health.admits():
            return otherwise
        try:
            if self._made is None:
                self._made = self._make()
            answer = getattr(self._made, method)(*arguments)
        except LOST as error:
            self._health.failed(error)
            return otherwise
        self._health.answered()
        return answer

    def _make(self) -> Any:
        settings = dict(self._settings)
        backend = import_string(settings.pop("BACKEND"))
        return backend(settings.pop("LOCATION", ""), settings)


# What the console remembers of the cloud and of registries. Django's own `cache` is for limits, see settings.CACHES.
cache = cast(BaseCache, ConnectionProxy(caches, "local"))
