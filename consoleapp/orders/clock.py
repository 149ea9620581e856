"""The clock of orders: the database's where it has one, so that servers whose own clocks differ agree on what is due
and on who is sending.

A clock may be set back all the same: what lies further ahead than a rule can put it counts as now (delivery.py,
rate_limit.py).
"""

from datetime import datetime

from django.db import connection
from django.utils import timezone


def now() -> datetime:
    """Return the time by which orders are claimed, sent and tried again."""
    if connection.vendor != "postgresql":
        return timezone.now()
    with connection.cursor() as cursor:
        # Not now(), which stands still inside a transaction.
        cursor.execute("SELECT clock_timestamp()")
        answer: datetime = cursor.fetchone()[0]
    return answer
