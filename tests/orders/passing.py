"""Time passes for orders: what has happened moves into the past."""

from datetime import timedelta

from django.db.models import F
from django.utils import timezone

from consoleapp.orders import delivery
from consoleapp.orders.models import Attempt, Order, TokenBucket


def age(order: Order, by: timedelta) -> None:
    """Moves everything that has happened into the past."""
    order.refresh_from_db()
    Order.objects.filter(pk=order.pk).update(
        created_at=order.created_at - by,
        next_try_at=order.next_try_at and order.next_try_at - by,
        claimed_at=order.claimed_at and order.claimed_at - by,
        slot_at=order.slot_at and order.slot_at - by,
    )
    TokenBucket.objects.update(taken_until=F("taken_until") - by)
    for attempt in order.attempts.all():
        Attempt.objects.filter(pk=attempt.pk).update(started_at=attempt.started_at - by)


def try_when_due(order: Order, port: delivery.Creation) -> Order:
    """One try of the worker, at the moment that the order waits for."""
    order.refresh_from_db()
    assert order.next_try_at
    age(order, max(timedelta(), order.next_try_at - timezone.now()) + timedelta(milliseconds=1))
    return delivery.deliver(order.pk, port, only_when_due=True)
