"""The cloud's clock: ours, plus what an answer has shown ours to be off by.

The cloud refuses a request whose timestamp is too far from its own time, and its answer's `Date` says what that is.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from datetime import datetime

logger = logging.getLogger(__name__)


class CloudClock:
    """Seconds since 1970 as the cloud counts them. Shared by all accounts of a process."""

    def __init__(self, clock: Callable[[], float] = time.time) -> None:
        self._clock = clock
        self.offset_seconds = 0.0

    def __call__(self) -> float:
        return self._clock() + self.offset_seconds

    def learn(self, told: datetime) -> None:
        """Go by the time that the cloud told from now on."""
        self.offset_seconds = told.timestamp() - self._clock()
        logger.warning("The clock of this machine is off by %.0f seconds", self.offset_seconds)
