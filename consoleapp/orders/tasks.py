"""What stays open after the first attempt is a task: woken at the order's next try, stored in the order's transaction.

The task knows nothing but the order's id. It may run late, twice or never (its worker was killed): an order is sent
only by who claims it (delivery.py), and one that has lost its task is given another (services.wake_left_behind).
"""

import logging
import uuid
from typing import Any

from django_tasks import task

from consoleapp.orders import delivery
from consoleapp.orders.models import Order, OrderState
from consoleapp.web import clouds

logger = logging.getLogger(__name__)


@task()
def deliver_order(order_id: str) -> str:
    """One try of the order if it is due; its state afterwards."""
    order = Order.objects.select_related("owner").filter(pk=uuid.UUID(order_id)).first()
    if order is None or order.is_final:
        return "final"
    tried = delivery.deliver(order.pk, clouds.cloud_of(order.owner).container_groups, only_when_due=True)
    if tried.state == OrderState.SENDING:
        # Somebody else has the claim; should they be gone, it has run out by then.
        wake(order=tried)
    return str(tried.state)


def wake(order: Order, **_told: Any) -> None:
    """Enqueues the order's task for its next try; called inside the transaction that sets it."""
    if order.next_try_at is not None:
        deliver_order.using(run_after=order.next_try_at).enqueue(str(order.pk))
