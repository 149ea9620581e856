"""Ten minutes without the cloud, by a clock that the campaign turns: connections refused, and a black hole that takes
connections and never answers. People go on looking at pages and pressing; the worker goes on trying.

Everything runs in this process, so that one clock rules it; pages are timed by the real one.
"""

import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any
from unittest import mock

from tests.campaigns import people
from tests.campaigns.presses import LIMITS, ROOM
from tests.campaigns.report import Report, percentile
from tests.topology import Topology

OUTAGE_SECONDS = 600
CALLS, DRAIN_SECONDS, PAGE_SECONDS = 60, 60, 0.3
READ_TIMEOUT = 1


def run(*, is_short: bool) -> Report:
    """The report."""
    step = 15 if is_short else 2
    report = Report(
        f"ten-minute outage, refused and black hole ({READ_TIMEOUT} s time-out)", "no circuit breaker", not is_short
    )
    quick = {"CONSOLE_CLOUD_READ_TIMEOUT": str(READ_TIMEOUT), "CONSOLE_CLOUD_CONNECT_TIMEOUT": "1"}
    with Topology(
        database="sqlite", has_cache=False, servers=0, workers=0, simulator=LIMITS, settings={**ROOM, **quick}
    ) as here:
        for kind in ("refused", "black hole"):
            outage = Outage(here, kind)
            outage.run(step)
            report.at_most_time(f"{kind}: pages, p95", percentile(outage.pages, 0.95), PAGE_SECONDS, " s")
            report.exactly(f"{kind}: pages 5xx", outage.broken, 0)
            report.at_most(f"{kind}: calls in ten minutes", outage.calls, CALLS)
            report.exactly(f"{kind}: orders without their one group", outage.bad, 0)
            report.at_most(f"{kind}: drained after", outage.drained, DRAIN_SECONDS, " s")
            report.add(f"{kind}: pages, orders", f"{len(outage.pages)}, {outage.orders}")
        with mock.patch("consoleapp.gateways.breaker.Breaker._note"):
            flawed = Outage(here, "refused")
            flawed.run(step)
        report.finds_defect = flawed.calls > CALLS
    return report


class Clock:
    """Seconds since 1970; turned by hand."""

    def __init__(self) -> None:
        self.now = time.time()

    def __call__(self) -> float:
        return self.now

    def moment(self) -> datetime:
        """The same as Django wants it."""
        return datetime.fromtimestamp(self.now, UTC)


class Outage:
    """One outage and what comes after it."""

    def __init__(self, topology: Topology, kind: str) -> None:
        from django.test import Client

        self._topology, self._kind, self._clock = topology, kind, Clock()
        self.pages: list[float] = []
        self.broken = self.calls = self.orders = self.bad = 0
        self.drained = float("inf")
        self._user = people.new_user()
        self._draft = people.new_draft(self._user, "looking")
        self._client = Client(SERVER_NAME="localhost", raise_request_exception=False)
        self._client.force_login(self._user)

    def run(self, step: int) -> None:
        """Ten minutes of outage, then a minute and a half of healing, in steps of so many seconds."""
        from consoleapp.orders.worker import Worker

        with self._clock_everywhere():
            worker = Worker(clock=self._clock)
            with self._cloud_gone():
                for second in range(0, OUTAGE_SECONDS, step):
                    self._clock.now += step
                    if second % 60 == 0:
                        self._press()
                    worker.turn()
                    self._look()
            for second in range(0, 90, 2):
                self._clock.now += 2
                worker.turn()
                if not self._open_orders():
                    self.drained = second + 2
                    break
        self._count()

    def _press(self) -> None:
        from tests.campaigns.answers import _press

        self.orders += 1
        _press(self._user, f"{self._kind.replace(' ', '-')}-{id(self)}-{self.orders}")

    def _look(self) -> None:
        from consoleapp.orders.models import Order

        order = Order.objects.filter(owner=self._user).first()
        assert order
        pages = ("/", f"/orders/{order.pk}/", f"/orders/{order.pk}/_/state/", f"/buy/{self._draft.pk}/basic/")
        for path in pages:
            started = time.perf_counter()
            answer = self._client.get(path)
            self.pages.append(time.perf_counter() - started)
            self.broken += answer.status_code >= 500

    def _open_orders(self) -> bool:
        from consoleapp.orders.models import Order

        return Order.objects.filter(owner=self._user, next_try_at__isnull=False).exists()

    def _count(self) -> None:
        from consoleapp.orders.models import Order, OrderState

        groups = people.groups_by_name(self._topology.simulator_state)
        for order in Order.objects.filter(owner=self._user):
            self.bad += order.state != OrderState.CREATED or groups.get(order.group_name) != 1

    @contextmanager
    def _clock_everywhere(self) -> Iterator[None]:
        from django.core.cache import caches

        from consoleapp.gateways import breaker, connect

        caches["shared"].clear()
        connect._connection.cache_clear()
        real = breaker.Breaker

        def turned(store: Any, name: str) -> breaker.Breaker:
            return real(store, name, self._clock)

        with (
            mock.patch.object(connect, "Breaker", turned),
            mock.patch("django.utils.timezone.now", self._clock.moment),
            mock.patch("django.core.cache.backends.filebased.time.time", self._clock),
        ):
            yield
        connect._connection.cache_clear()

    @contextmanager
    def _cloud_gone(self) -> Iterator[None]:
        """Every exchange goes to a closed or a silent port, and is counted."""
        from consoleapp.gateways.alibaba.transport import Transport

        exchange = Transport.exchange
        with socket.socket() as silent:
            silent.bind(("127.0.0.1", 0))
            if self._kind != "refused":
                silent.listen(512)
            gone = f"http://127.0.0.1:{silent.getsockname()[1]}"

            def lost(transport: Transport, base: str, request: Any) -> Any:
                self.calls += 1
                request.url = gone + request.url.removeprefix(base)
                return exchange(transport, gone, request)

            with mock.patch.object(Transport, "exchange", lost):
                yield
