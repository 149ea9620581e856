"""The circuit breaker: while the cloud does not answer, nobody waits for it, and one probe finds out when it does.

Open after FAILURES of the last WINDOW outcomes within WINDOW_SECONDS; then one call is let through every PROBE_SECONDS.
A failure is a call without a usable answer: refused by the network, lost, cut off, HTTP 5xx. Every real answer is a
success, a refusal and *Throttling* included. One breaker for each address of the cloud; of a simulated cloud, where
faults are ordered for an account, one for each address and account.

What it knows lies in a store that all processes share; web/clouds.py hands it in. The store is a cache without
compare-and-set, on purpose: two outcomes written in the same moment may count as one, which opens the breaker one
failure later and never loses an order.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final, Protocol

from consoleapp.gateways.errors import CircuitOpen

WINDOW: Final = 10
FAILURES: Final = 5
WINDOW_SECONDS: Final = 60
PROBE_SECONDS: Final = 30
# An open breaker that nobody asks forgets what it knew.
FORGET_SECONDS: Final = 3600


class SharedStore(Protocol):
    """A cache that every process of the console sees. It keeps what JSON can say, and nothing else."""

    def get(self, key: str) -> Any:
        """Return the value, None when there is none."""

    def set(self, key: str, value: Any, timeout: float) -> None:
        """Store the value for `timeout` seconds."""

    def add(self, key: str, value: Any, timeout: float) -> bool:
        """Store the value if there is none; tell whether it did."""

    def delete(self, key: str) -> None:
        """Forget the value."""


@dataclass(frozen=True)
class Known:
    """What is known of an address that has failed lately; nothing is stored of one that has not."""

    is_open: bool = False
    # (moment, whether it was a failure), oldest first.
    outcomes: tuple[tuple[float, bool], ...] = ()


class Breaker:
    """The breaker of one address; `name` tells it from the others."""

    def __init__(self, store: SharedStore, name: str, clock: Callable[[], float] = time.time) -> None:
        self._store, self._clock = store, clock
        self._key, self._probe = f"breaker/{name}", f"breaker/{name}/probe"

    def admit(self) -> bool:
        """Let the call through; raise CircuitOpen when it should not be made now.

        Return True when its success has to be noted too, which costs nothing while all is well.
        """
        known = self._known()
        if known is None or not known.is_open:
            return known is not None
        now = self._clock()
        until = self._store.get(self._probe)
        if until is None or until <= now:
            self._store.delete(self._probe)
            if self._store.add(self._probe, now + PROBE_SECONDS, PROBE_SECONDS):
                return True
            until = now + PROBE_SECONDS
        raise CircuitOpen("The cloud has not answered for a while.", retry_after_seconds=max(0.0, until - now))

    def succeeded(self) -> None:
        """Note an answer; close the breaker."""
        known = self._known()
        if known is not None and known.is_open:
            self._store.delete(self._key)
        elif known is not None:
            self._note(known, is_failure=False)

    def failed(self) -> None:
        """Note a call without an answer; may open the breaker."""
        self._note(self._known() or Known(), is_failure=True)

    def _known(self) -> Known | None:
        told = self._store.get(self._key)
        if not told:
            return None
        return Known(told["is_open"], tuple((moment, is_failure) for moment, is_failure in told["outcomes"]))

    def _note(self, known: Known, *, is_failure: bool) -> None:
        now = self._clock()
        recent = [outcome for outcome in known.outcomes if outcome[0] > now - WINDOW_SECONDS]
        last = tuple([*recent, (now, is_failure)][-WINDOW:])
        opens = not known.is_open and sum(failure for _moment, failure in last) >= FAILURES
        if opens:
            self._store.set(self._probe, now + PROBE_SECONDS, PROBE_SECONDS)
        is_open = known.is_open or opens
        told = {"is_open": is_open, "outcomes": [list(outcome) for outcome in last]}
        self._store.set(self._key, told, FORGET_SECONDS if is_open else WINDOW_SECONDS)
