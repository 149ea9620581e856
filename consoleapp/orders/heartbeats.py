"""Heartbeats: each worker writes down now and then that it still takes its turns, by the clock of orders.

What the balancer and the metrics are told of it is here, too.
"""

import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any, Final

from django.conf import settings
from django.db.models import Max, Min

from consoleapp.orders import clock, delivery
from consoleapp.orders.models import Order, WorkerBeat

BEAT_SECONDS: Final = 10.0
# Longer than an order keeps a worker from its next turn: two attempts and a look, each until its time-out.
STALE_SECONDS: Final = 120.0
OVERDUE: Final = timedelta(minutes=1)
FORGOTTEN: Final = timedelta(days=1)


class Pulse:
    """That of one worker: `beat` is called at each of its turns. `clock` is a monotonic one."""

    def __init__(self, name: str, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._name, self._monotonic = name, monotonic
        self._written_at = float("-inf")
        self._taken_at = monotonic()

    def beat(self) -> None:
        """Note a turn, and write it down where the last time is a while ago."""
        self._taken_at = self._monotonic()
        if self._taken_at - self._written_at >= BEAT_SECONDS:
            self._written_at = self._taken_at
            WorkerBeat.objects.update_or_create(name=self._name, defaults={"at": clock.now()})

    @property
    def is_still(self) -> bool:
        """Tell whether the worker has not taken a turn for long."""
        return self._monotonic() - self._taken_at > STALE_SECONDS


# That of the worker in a thread of this process.
own_pulse: Pulse | None = None


def why_not_ready() -> str:
    """Return why this process should not be sent requests; "" where its worker works, or it was to have none."""
    stands_still = settings.WORKER_THREAD and (own_pulse is None or own_pulse.is_still)
    return "the worker of this process stands still" if stands_still else ""


def remark() -> str:
    """Say that nobody sends what is due, which is no reason to send people elsewhere; "" where somebody does."""
    nobody = overdue_seconds() > OVERDUE.total_seconds() and beat_age_seconds() > STALE_SECONDS
    return "orders are overdue and no worker runs" if nobody else ""


def overdue_seconds() -> float:
    """Return how long the longest due order has been waiting for a worker; 0 where none is due."""
    now = clock.now()
    since = Order.objects.filter(delivery.is_free(now), next_try_at__lte=now).aggregate(since=Min("next_try_at"))[
        "since"
    ]
    return (now - since).total_seconds() if since else 0.0


def beat_age_seconds() -> float:
    """Return how long ago any worker took a turn; infinite where none ever did."""
    last = WorkerBeat.objects.aggregate(last=Max("at"))["last"]
    return (clock.now() - last).total_seconds() if last else float("inf")


def forget_old(**_kwargs: Any) -> None:
    """Drop the heartbeats of workers that are long gone."""
    WorkerBeat.objects.filter(at__lt=clock.now() - FORGOTTEN).delete()
