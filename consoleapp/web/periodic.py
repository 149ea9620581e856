"""Periodic tasks: work that nobody waits for. The worker runs it now and then, each app adds its own.

`periodic_tasks` is sent every ten minutes or so; a receiver does a bounded piece of work. What fails is logged and done
the next time.
"""

import logging
from typing import Any

from django.contrib.sessions.models import Session
from django.dispatch import Signal
from django.utils import timezone

logger = logging.getLogger(__name__)

periodic_tasks = Signal()


def run_periodic_tasks() -> None:
    """Run every app's periodic tasks, once."""
    for receiver, outcome in periodic_tasks.send_robust(sender=None):
        if isinstance(outcome, Exception):
            logger.error("%s failed", receiver, exc_info=outcome)


def drop_expired_sessions(**_kwargs: Any) -> None:
    """Delete the sessions whose time is over."""
    Session.objects.filter(expire_date__lt=timezone.now()).delete()


periodic_tasks.connect(drop_expired_sessions, dispatch_uid="web.drop_expired_sessions")
