"""Periodic tasks: work that nobody waits for. The worker runs it now and then, each app adds its own.

`periodic_tasks` is sent every ten minutes or so, `frequent_tasks` every few seconds, with `cloud_of`, which returns the
cloud of an order; a receiver does a bounded piece of work. What fails is logged and done
the next time.
"""

import logging
from collections.abc import Callable
from typing import Any

from django.contrib.sessions.models import Session
from django.dispatch import Signal
from django.utils import timezone

logger = logging.getLogger(__name__)

periodic_tasks = Signal()
frequent_tasks = Signal()


def run_periodic_tasks() -> None:
    """Run every app's periodic tasks, once."""
    _run(periodic_tasks)


def run_frequent_tasks(cloud_of: Callable[[Any], Any]) -> None:
    """Run what every app does every few seconds, once."""
    _run(frequent_tasks, cloud_of=cloud_of)


def _run(tasks: Signal, **told: Any) -> None:
    for receiver, outcome in tasks.send_robust(sender=None, **told):
        if isinstance(outcome, Exception):
            logger.error("%s failed", receiver, exc_info=outcome)


def drop_expired_sessions(**_kwargs: Any) -> None:
    """Delete the sessions whose time is over."""
    Session.objects.filter(expire_date__lt=timezone.now()).delete()


periodic_tasks.connect(drop_expired_sessions, dispatch_uid="web.drop_expired_sessions")
