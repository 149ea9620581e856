"""What stays open after the first attempt is a task: woken at the order's next try, stored in the order's transaction.

The task knows nothing but the order's id. It may run late, twice or never (its worker was killed): an order is sent
only by who claims it (delivery.py), and one that has lost its task is given another (services.wake_left_behind).
"""

import logging
import uuid
from datetime import timedelta
from typing import Any

from django.utils import timezone
from django_tasks import task

from consoleapp.orders import delivery
from consoleapp.orders.models import Order, OrderState
from consoleapp.web import clouds

logger = logging.getLogger(__name__)

# A task that somebody else's claim keeps from its work looks again a little after the claim has run out.
AFTER_THE_CLAIM = timedelta(seconds=1)


@task()
def deliver_order(order_id: str) -> str:
    """One try of the order if it is due; its state afterwards."""
    order = Order.objects.select_related("owner").filter(pk=uuid.UUID(order_id)).first()
    if order is None or order.is_final:
        return "final"
    tried = delivery.deliver(order.pk, clouds.cloud_of(order.owner).container_groups, only_when_due=True)
    if tried.state == OrderState.SENDING and tried.next_try_at is not None:
        wake(order=tried, at_least=AFTER_THE_CLAIM)
    return str(tried.state)


def wake(order: Order, at_least: timedelta = timedelta(), **_told: Any) -> None:
    """Enqueues the order's task for its next try; called inside the transaction that sets it."""
    if order.next_try_at is not None:
        run_after = max(order.next_try_at, timezone.now() + at_least)
        deliver_order.using(run_after=run_after).enqueue(str(order.pk))
