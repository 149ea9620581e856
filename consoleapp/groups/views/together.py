"""The page of a press for several container groups: all its orders and groups with their states, which it follows."""

import uuid
from typing import Any, cast

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from consoleapp.groups import summary
from consoleapp.groups.services.listing import rows_of
from consoleapp.orders.models import OrderState
from consoleapp.orders.services import orders_of_press
from consoleapp.teams.actors import actor_of
from consoleapp.web.http import ConsoleRequest
from consoleapp.web.polling import mark_of, polled

LOOK_SECONDS = 3


@require_safe
def together(request: HttpRequest, press_id: uuid.UUID) -> HttpResponse:
    """Show everything that one press has ordered."""
    return render(request, "groups/together.html", _context(request, press_id))


@polled
@require_safe
def live(request: HttpRequest, press_id: uuid.UUID) -> HttpResponse:
    """Show the fragment that the page looks at while any of them changes by itself; nothing where nothing has
    changed, so that nobody loses the place in the list."""
    context = _context(request, press_id)
    if context["mark"] == request.GET.get("seen"):
        return HttpResponse(status=204)
    return render(request, "groups/_together.html", context)


def _context(request: HttpRequest, press_id: uuid.UUID) -> dict[str, Any]:
    orders = orders_of_press(actor_of(request), press_id).defer("sealed_secrets")
    rows, troubles = rows_of(orders, cast(ConsoleRequest, request).place.port_of)
    if not rows:
        raise Http404(_("There is no such order."))
    listed = summary.list_rows(rows)
    look_seconds = LOOK_SECONDS if any(map(summary.changes_by_itself, rows)) else 0
    shown = [(row["order"].container_group_id, row["status"], row["button"]) for row in listed]
    return {
        "nav": "groups",
        "press_id": press_id,
        "rows": listed,
        "troubles": troubles,
        "created": sum(row.order.state == OrderState.CREATED for row in rows),
        "ordered_at": rows[0].order.created_at,
        "look_seconds": look_seconds,
        "mark": mark_of(shown, look_seconds, len(troubles)),
    }
