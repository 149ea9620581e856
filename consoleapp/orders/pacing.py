"""Turns for orders that come faster than the cloud takes them: each cloud account has a token bucket, kept in the
database.

An order that finds the bucket empty is given a turn of its own instead of a refused call; it is sent then and not
before. The bucket lives in the database and not in the cache: it must be exact (two processes that read the same level
would take the same turn), it must survive a restart, and it is taken from inside the transaction that claims the order.
The rate is a setting; the cloud's own Throttling answers correct it downwards. Whether the cloud answers at all is not
here but in gateways/breaker.py.
"""

from datetime import datetime, timedelta
from typing import Final

from django.conf import settings
from django.db import transaction

from consoleapp.accounts.models import User
from consoleapp.orders.models import Pace

REAL_ACCOUNT: Final = "alibaba"


def account_of(owner: User) -> str:
    """The name of the cloud account that the owner's orders go to."""
    return REAL_ACCOUNT if settings.CLOUD == "alibaba" else owner.world


def next_turn(taken_until: datetime, now: datetime, *, burst: int, per_second: float) -> tuple[datetime, datetime]:
    """(the turn, `taken_until` once it is taken) of a bucket of `burst` turns that refills with `per_second`."""
    interval = timedelta(seconds=1 / per_second)
    start = max(taken_until, now)
    return max(now, start - (burst - 1) * interval), start + interval


@transaction.atomic
def take_turn(account: str, now: datetime) -> datetime:
    """The moment from which the account's next order may be sent; `now` when that is at once. The turn is taken."""
    pace = _locked(account, now)
    turn, pace.taken_until = next_turn(
        pace.taken_until, now, burst=settings.CREATE_BURST, per_second=settings.CREATE_PER_SECOND
    )
    pace.save(update_fields=["taken_until"])
    return turn


@transaction.atomic
def slow_down(account: str, now: datetime, seconds: float) -> None:
    """Empties the bucket: the cloud says that it is, whatever we counted. The next turn is `seconds` from now."""
    pace = _locked(account, now)
    full = timedelta(seconds=(settings.CREATE_BURST - 1) / settings.CREATE_PER_SECOND + seconds)
    pace.taken_until = max(pace.taken_until, now + full)
    pace.save(update_fields=["taken_until"])


def _locked(account: str, now: datetime) -> Pace:
    # PostgreSQL locks the row; on SQLite the transaction itself has the lock, see transaction_mode in settings.py.
    pace, _is_new = Pace.objects.select_for_update().get_or_create(account=account, defaults={"taken_until": now})
    return pace
