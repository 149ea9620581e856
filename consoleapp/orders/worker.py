"""The worker: sends the orders whose next try is due, and runs the periodic tasks.

The orders are the queue: a row says when it is tried next, and who claims it sends it (delivery.py). Several workers
may run, in threads or processes of one machine or many. Stopping ends one after the order at hand; killing it loses
nothing, because a claim runs out.
"""

import logging
import os
import socket
import threading
import time
import uuid
from collections.abc import Callable
from typing import Final

from django.conf import settings
from django.db import close_old_connections

from consoleapp.cloud_accounts.clouds import of_order
from consoleapp.orders import delivery, heartbeats, services
from consoleapp.orders.destination import own_port
from consoleapp.orders.models import Order
from consoleapp.web import clouds, periodic

logger = logging.getLogger(__name__)

POLL_SECONDS: Final = 1.0
TASKS_SECONDS: Final = 600.0
FREQUENT_SECONDS: Final = 5.0


class Worker:
    """Runs until it is stopped; `clock` is a monotonic one."""

    def __init__(self, clock: Callable[[], float] = time.monotonic, poll_seconds: float = POLL_SECONDS) -> None:
        self._clock, self._poll_seconds = clock, poll_seconds
        self._stopping = threading.Event()
        self._ran_tasks_at = self._ran_frequent_at = float("-inf")
        self.pulse = heartbeats.Pulse(f"{socket.gethostname()[:64]}/{os.getpid()}/{uuid.uuid4().hex[:8]}", clock)

    def stop(self) -> None:
        """End `run` after the order at hand."""
        self._stopping.set()

    def run(self) -> None:
        """Work until stopped. Nothing else ends it: what a turn raises is logged, and the next one comes."""
        while not self._stopping.is_set():
            if not self._survive_turn():
                self._stopping.wait(self._poll_seconds)

    def _survive_turn(self) -> bool:
        try:
            return self.turn()
        except Exception:
            logger.exception("A turn of the worker failed")
            return False

    def turn(self) -> bool:
        """Do what is due now; tell whether more may be due by the time it returns."""
        close_old_connections()
        self.pulse.beat()
        was_busy = self._send_due()
        now = self._clock()
        if now - self._ran_frequent_at >= FREQUENT_SECONDS and not self._stopping.is_set():
            self._ran_frequent_at = now
            periodic.run_frequent_tasks(of_order)
        if now - self._ran_tasks_at >= TASKS_SECONDS and not self._stopping.is_set():
            self._ran_tasks_at = now
            periodic.run_periodic_tasks()
        return was_busy

    def _send_due(self) -> bool:
        """Send what is due, and tell whether anything was.

        An account without a turn is left alone until the next time.
        """
        was_busy, out_of_turns = False, set[str]()
        for order_id, account in services.due_orders():
            if self._stopping.is_set():
                break
            if account in out_of_turns:
                continue
            self.pulse.beat()
            order = self._tried(order_id)
            if order is not None and order.slot_at is not None:
                out_of_turns.add(account)
            elif order is not None:
                was_busy = True
        return was_busy

    def _tried(self, order_id: uuid.UUID) -> Order | None:
        """Return the order after a try; None after a failure of our own: it is left alone for a while."""
        try:
            order = Order.objects.select_related("owner", "team").get(pk=order_id)
            port = clouds.cloud_of(order.world).container_groups
            return delivery.deliver(order_id, port, own_port, only_when_due=True)
        except Exception:
            logger.exception("The worker could not try order %s", order_id)
            close_old_connections()
            services.leave_alone(order_id)
            return None


def start_thread() -> Worker:
    """Start a worker in a thread of this process: enough for one machine, see `manage.py serve`."""
    worker = Worker()
    heartbeats.own_pulse = worker.pulse
    threading.Thread(target=worker.run, name="worker", daemon=True).start()
    logger.info("%s works in this process", settings.PRODUCT_NAME)
    return worker
