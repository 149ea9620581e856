"""Chores that nobody waits for: the worker does them now and then, each app adds its own.

`now_and_then` is sent every ten minutes or so; a receiver does a bounded piece of work. What fails is logged and done
the next time.
"""

import logging
from typing import Any

from django.contrib.sessions.models import Session
from django.dispatch import Signal
from django.utils import timezone

logger = logging.getLogger(__name__)

now_and_then = Signal()


def do_chores() -> None:
    """Do every app's chores, once."""
    for receiver, outcome in now_and_then.send_robust(sender=None):
        if isinstance(outcome, Exception):
            logger.error("%s failed", receiver, exc_info=outcome)


def drop_expired_sessions(**_told: Any) -> None:
    """Delete the sessions whose time is over."""
    Session.objects.filter(expire_date__lt=timezone.now()).delete()


now_and_then.connect(drop_expired_sessions, dispatch_uid="web.drop_expired_sessions")
