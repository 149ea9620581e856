"""The worker: runs the tasks whose time has come, looks after orders that have lost theirs, does the chores.

It drains the queue with the task library's own worker and sleeps in between; several may run, in threads or processes
of one machine or many. Stopping ends it after the task at hand. Killing it loses nothing: see tasks.py.
"""

import logging
import threading
import time
import uuid
from collections.abc import Callable
from typing import Final

from django.conf import settings
from django.db import DatabaseError, close_old_connections
from django_tasks_db.management.commands import db_worker
from django_tasks_db.models import DBTaskResult

from consoleapp.orders import services
from consoleapp.web import housekeeping

logger = logging.getLogger(__name__)

POLL_SECONDS: Final = 1.0
WAKE_SECONDS: Final = 30.0
CHORES_SECONDS: Final = 600.0


class Worker:
    """Runs until it is stopped; `clock` is a monotonic one."""

    def __init__(self, clock: Callable[[], float] = time.monotonic, poll_seconds: float = POLL_SECONDS) -> None:
        self._clock, self._poll_seconds = clock, poll_seconds
        self._stopping = threading.Event()
        self._woke_at = self._did_chores_at = float("-inf")
        self._queue = db_worker.Worker(
            queue_names=["default"],
            interval=0,
            batch=True,
            backend_name="default",
            startup_delay=False,
            max_tasks=None,
            worker_id=uuid.uuid4().hex,
            excluded_queue_names=[],
        )

    def stop(self) -> None:
        """Ends `run` after the task at hand."""
        self._queue.running = False
        self._stopping.set()

    def run(self) -> None:
        """Returns once it is stopped. A database that does not answer for a while is waited for."""
        while not self._stopping.is_set():
            try:
                self.turn()
            except DatabaseError:
                logger.exception("The worker could not use the database")
                close_old_connections()
            self._stopping.wait(self._poll_seconds)

    def turn(self) -> None:
        """What is due now."""
        close_old_connections()
        now = self._clock()
        if now - self._woke_at >= WAKE_SECONDS:
            self._woke_at = now
            services.wake_left_behind()
        # A look without a lock, so that an idle worker keeps nobody from writing.
        if DBTaskResult.objects.ready().exists():
            self._queue.run()
        if now - self._did_chores_at >= CHORES_SECONDS and not self._stopping.is_set():
            self._did_chores_at = now
            housekeeping.do_chores()


def start_thread() -> Worker:
    """A worker in a thread of this process: enough for one machine, see `manage.py serve`."""
    worker = Worker()
    threading.Thread(target=worker.run, name="worker", daemon=True).start()
    logger.info("%s works in this process", settings.PRODUCT_NAME)
    return worker
