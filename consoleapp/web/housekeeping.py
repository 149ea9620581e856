"""Chores that nobody waits for: the worker does them now and then, each app adds its own.

`now_and_then` is sent every ten minutes or so; a receiver does a bounded piece of work. What fails is logged and done
the next time.
"""

import logging
from datetime import timedelta
from typing import Any, Final

from django.contrib.sessions.models import Session
from django.dispatch import Signal
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

logger = logging.getLogger(__name__)

now_and_then = Signal()
# How long the queue remembers what it has done, and a task whose worker was killed.
KEEP_TASKS: Final = timedelta(days=1)


def do_chores() -> None:
    """Every app's chores, once."""
    for receiver, outcome in now_and_then.send_robust(sender=None):
        if isinstance(outcome, Exception):
            logger.error("%s failed", receiver, exc_info=outcome)


def drop_expired_sessions(**_told: Any) -> None:
    """Sessions whose time is over."""
    Session.objects.filter(expire_date__lt=timezone.now()).delete()


def drop_old_tasks(**_told: Any) -> None:
    """Tasks that ended a day ago, and tasks that have been running since then: their worker is gone."""
    before = timezone.now() - KEEP_TASKS
    DBTaskResult.objects.finished().filter(finished_at__lt=before).delete()
    DBTaskResult.objects.running().filter(started_at__lt=before).delete()


now_and_then.connect(drop_expired_sessions, dispatch_uid="web.drop_expired_sessions")
now_and_then.connect(drop_old_tasks, dispatch_uid="web.drop_old_tasks")
