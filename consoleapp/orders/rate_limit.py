"""The rate limit of creations: each cloud account has a token bucket of turns, kept in the database.

An order that finds the bucket empty waits. Nobody holds turns that are still to come: those that wait are tried in the
order of their slots, which are fair queueing's: a person's own are an interval apart, and the first one's is that of
whoever is next. So one person's many orders keep no turn from another person's single one.
The bucket lives in the database and not in the cache: it must be exact (two processes that read the same level would
take the same turn), it must survive a restart, and it is taken from inside the transaction that claims the order.
The rate is a setting; the cloud's own Throttling answers correct it downwards. Whether the cloud answers at all is not
here but in gateways/breaker.py.
"""

from datetime import datetime, timedelta
from typing import Final

from django.conf import settings
from django.db import transaction
from django.db.models import Q, Value
from django.db.models.functions import Coalesce, NullIf

from consoleapp.orders.models import Order, TokenBucket

REAL_ACCOUNT: Final = "alibaba"
# Of orders: the account that they go to, by its number, or the simulated one.
ACCOUNT: Final = Coalesce(NullIf("account_uid", Value("")), "team__world", "owner__world")
# More than any answer of the cloud has an account slow down.
FARTHEST: Final = timedelta(minutes=1)


def account_of(order: Order) -> str:
    """Return the name of the cloud account that the order goes to."""
    return named(order.account_uid or order.world, order.account_id)


def named(account: str, account_id: int | None) -> str:
    """Return the name of what ACCOUNT says of an order: whoever has no account of their own shares the real one."""
    return REAL_ACCOUNT if account_id is None and settings.CLOUD == "alibaba" else account


def going_with(order: Order) -> Q:
    """Return a condition for orders: those that go to the same cloud account."""
    if order.account_uid:
        return Q(account_uid=order.account_uid)
    is_there = Q(team__world=order.world) | Q(team=None, owner__world=order.world)
    return Q(account_uid="") & (Q() if settings.CLOUD == "alibaba" else is_there)


def interval() -> timedelta:
    """Return the time in which one turn comes."""
    return timedelta(seconds=1 / settings.CREATE_PER_SECOND)


def has_turn(taken_until: datetime, now: datetime, *, burst: int, interval: timedelta) -> bool:
    """Tell whether a bucket of `burst` turns, one of which comes in each interval, has one."""
    return taken_until - (burst - 1) * interval <= now


def taken_after(taken_until: datetime, now: datetime, *, interval: timedelta) -> datetime:
    """Return `taken_until` once a turn is taken now."""
    return max(taken_until, now) + interval


@transaction.atomic
def take_turn(account: str, now: datetime) -> bool:
    """Tell whether the account has a turn, and take it."""
    bucket = _locked(account, now)
    if not has_turn(bucket.taken_until, now, burst=settings.CREATE_BURST, interval=interval()):
        return False
    bucket.taken_until = taken_after(bucket.taken_until, now, interval=interval())
    bucket.save(update_fields=["taken_until"])
    return True


@transaction.atomic
def slow_down(account: str, now: datetime, seconds: float) -> None:
    """Empty the bucket: the cloud says that it is, whatever we counted. The next turn is `seconds` from now."""
    bucket = _locked(account, now)
    bucket.taken_until = max(bucket.taken_until, now + _empty() + timedelta(seconds=seconds))
    bucket.save(update_fields=["taken_until"])


def _empty() -> timedelta:
    """Return how far ahead an empty bucket is taken."""
    return (settings.CREATE_BURST - 1) * interval()


def _locked(account: str, now: datetime) -> TokenBucket:
    # PostgreSQL locks the row; on SQLite the transaction itself has the lock, see transaction_mode in settings.py.
    bucket, _is_new = TokenBucket.objects.select_for_update().get_or_create(
        account=account, defaults={"taken_until": now}
    )
    if bucket.taken_until > now + settings.CREATE_BURST * interval() + FARTHEST:
        # Nobody takes so much: a clock was set back. The cloud says so where a full bucket is too much now.
        bucket.taken_until = now
    return bucket
