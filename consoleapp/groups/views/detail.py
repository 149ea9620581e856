"""The page of one container group. Its live parts are also a fragment, see live.py."""

from typing import Any, cast

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from consoleapp.accounts.models import User
from consoleapp.gateways.errors import GatewayError
from consoleapp.groups import summary
from consoleapp.groups.services.detail import Detail, describe
from consoleapp.groups.services.polling import Poll, mark_of
from consoleapp.orders.billing import still_billed
from consoleapp.orders.models import Order
from consoleapp.orders.services import order_of_group, replacement_of
from consoleapp.web.http import ConsoleRequest
from consoleapp.web.request_text import request_rows, request_text

TABS = {"events": _("Events"), "containers": _("Containers"), "logs": _("Logs"), "request": _("Request")}
LIVE_TABS = frozenset({"events", "containers"})
TAILS = (100, 500, 2000)


def order_or_404(request: HttpRequest, group_id: str) -> Order:
    """Return the actor's order that made the group; a missing group and another owner's one are the same 404."""
    try:
        return order_of_group(request.user, group_id)
    except Order.DoesNotExist:
        raise Http404(_("There is no such container group.")) from None


@require_safe
def detail(request: HttpRequest, group_id: str) -> HttpResponse:
    """Show state and cause, then events, containers, logs or the request, as the tab says."""
    order = order_or_404(request, group_id)
    tab = tab_of(request)
    port = cast(ConsoleRequest, request).cloud.container_groups
    described = describe(order, port)
    context = live_context(request, described, tab)
    context["replaced"] = still_billed(order.replaces, None if described.trouble else port)
    context["replacement"] = replacement_of(order)
    if tab == "logs":
        context |= _logs(cast(ConsoleRequest, request), described)
    if tab == "request":
        rows = request_rows(order.public_parameters, order.secret_keys)
        context |= {"request_rows": rows, "request_text": request_text(rows, "CreateContainerGroup")}
    return render(request, "groups/detail.html", context)


def tab_of(request: HttpRequest) -> str:
    """Return the tab that the address asks for; events for one that does not exist."""
    asked = request.GET.get("tab", "")
    return asked if asked in TABS else "events"


def live_context(request: HttpRequest, described: Detail, tab: str) -> dict[str, Any]:
    """Return what the page and its live fragment show alike."""
    address = reverse("groups:detail", args=[described.order.container_group_id])
    owner = request.user.label if isinstance(request.user, User) else ""
    return {
        "nav": "groups",
        "detail": described,
        "order": described.order,
        "group": described.group,
        "status": summary.status_of(described),
        "note": summary.note_of(described),
        "sentence": summary.sentence_of_status(described),
        "billing": summary.billing_of(described),
        "tab": tab,
        "is_live_tab": tab in LIVE_TABS,
        "poll": _poll_before(request).then(mark_of(described)),
        "tabs": [
            {"slug": slug, "label": label, "url": address if slug == "events" else f"{address}?tab={slug}"}
            for slug, label in TABS.items()
        ],
        "events": summary.event_rows(described, owner) if tab == "events" else [],
        "containers": summary.container_rows(described) if tab == "containers" else [],
    }


def _poll_before(request: HttpRequest) -> Poll:
    """Return the poll before this one, as its page tells it; a page that is opened has none."""
    number = request.GET.get("quiet", "")
    quiet = int(number) if number.isascii() and number.isdigit() and len(number) < 4 else 0
    return Poll(request.GET.get("seen", ""), quiet)


def _logs(request: ConsoleRequest, described: Detail) -> dict[str, Any]:
    names = [container.name for container, _is_init in described.containers]
    asked = request.GET.get("container", "")
    name = asked if asked in names else next(iter(reversed(names)) if names else iter(()), "")
    tail_text = request.GET.get("tail", "")
    tail = int(tail_text) if tail_text in {str(each) for each in TAILS} else TAILS[0]
    previous = request.GET.get("previous") == "on"
    context: dict[str, Any] = {
        "log_names": names,
        "log_name": name,
        "log_tail": tail,
        "log_tails": TAILS,
        "log_previous": previous,
        "log": "",
    }
    if not name:
        return context
    order = described.order
    try:
        context["log"] = request.cloud.container_groups.log(
            order.region_id, order.container_group_id, name, tail=tail, previous=previous
        )
    except GatewayError as error:
        context["log_trouble"] = error
    return context
