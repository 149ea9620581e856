"""`manage.py worker`: retries orders and runs periodic tasks until SIGTERM or Ctrl-C; ends after the order at hand."""

import signal
from types import FrameType
from typing import Any

from django.core.management.base import BaseCommand

from consoleapp.orders.worker import Worker
from consoleapp.web.checks import refuse_to_start_without_keys


class Command(BaseCommand):
    help = "Runs what stays open after a request: retries of orders, and periodic tasks. Start as many as you like."

    def handle(self, *args: Any, **options: Any) -> None:
        refuse_to_start_without_keys()
        worker = Worker()

        def stop(_signal: int, _frame: FrameType | None) -> None:
            worker.stop()

        signal.signal(signal.SIGTERM, stop)
        signal.signal(signal.SIGINT, stop)
        self.stderr.write("The worker runs.")
        worker.run()
        self.stderr.write("The worker has ended.")
