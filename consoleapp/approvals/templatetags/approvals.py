"""What pages of others say about approvals: how many wait for the reader, and what has become of an order's."""

from typing import Any

from django import template
from django.http import HttpRequest

from consoleapp.approvals import deciders, summary
from consoleapp.approvals.models import Approval
from consoleapp.orders.models import Order

register = template.Library()


@register.simple_tag
def approvals_waiting(request: HttpRequest) -> int | None:
    """Return how many approvals wait for who asks; None, and no query, where nothing ever waits for them."""
    memberships = getattr(request, "memberships", None)
    if memberships is None or not deciders.may_decide(request.user, memberships):
        return None
    return deciders.waiting_for(request.user).count()  # type: ignore[arg-type]  # who may decide is a user


@register.simple_tag
def approval_of(order: Order) -> dict[str, Any] | None:
    """Return the approval of a team's order with its reasons, votes and who decides; None where nobody was asked."""
    if order.team_id is None:
        return None
    approval = Approval.objects.filter(order=order).select_related("order", "order__owner", "order__team").first()
    if approval is None:
        return None
    return {
        "approval": approval,
        "reasons": summary.frozen_reasons(approval),
        "votes": approval.votes.select_related("user"),
        "deciders": summary.waits_for(approval) if approval.is_open else "",
    }
