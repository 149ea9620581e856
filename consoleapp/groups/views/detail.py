"""The page of one container group. What changes of it is also a fragment, see live.py; its logs are in logs.py."""

from datetime import UTC, datetime, timedelta
from typing import Any, cast

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from consoleapp.accounts.models import User
from consoleapp.groups import summary
from consoleapp.groups.services.detail import Detail, describe, press_of
from consoleapp.groups.services.headline import headline_of
from consoleapp.groups.services.logs import last_lines
from consoleapp.groups.services.near import Looker, near_versions
from consoleapp.groups.services.phases import Phase, Step, phases_of
from consoleapp.groups.services.polling import Poll, mark_of_group
from consoleapp.groups.services.reach import reach_of
from consoleapp.groups.services.story import raw_events, story_of
from consoleapp.groups.services.words import PHASE_LABELS
from consoleapp.groups.views.logs import log_context
from consoleapp.orders.billing import still_billed
from consoleapp.orders.models import Order
from consoleapp.orders.services import order_of_group, replacement_of
from consoleapp.orders.summary import duration
from consoleapp.orders.views import asked_of
from consoleapp.teams.actors import actor_of
from consoleapp.web.clouds import image_access_of
from consoleapp.web.formats import elapsed, seconds_between
from consoleapp.web.http import ConsoleRequest, number_in
from consoleapp.web.request_in import part_of

TABS = {"events": _("Overview"), "containers": _("Containers"), "logs": _("Logs"), "request": _("Request")}
# The dot before the page's title, and the file of its icon, by the kind of the state.
DOTS = {"ok": "●", "bad": "▲", "warn": "▲", "info": "◌", "": "○"}
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
UNKNOWN = (Step.PLACED, Step.PULLED, Step.STARTED, Step.READY)
ICONS = {"ok": "ok", "bad": "bad", "warn": "bad", "info": "busy", "": "ended"}


def order_or_404(request: HttpRequest, group_id: str) -> Order:
    """Return the actor's order that made the group; a missing group and another owner's one are the same 404."""
    try:
        order = order_of_group(actor_of(request), group_id)
    except Order.DoesNotExist:
        raise Http404(_("There is no such container group.")) from None
    cast(ConsoleRequest, request).place.enter(order)
    return order


@require_safe
def detail(request: HttpRequest, group_id: str) -> HttpResponse:
    """Show what is going on, then the story, containers, logs or the request, as the tab says."""
    order = order_or_404(request, group_id)
    tab = tab_of(request)
    port = cast(ConsoleRequest, request).cloud.container_groups
    described = describe(order, port)
    context = live_context(request, described, tab)
    if tab == "logs":
        context |= log_context(cast(ConsoleRequest, request), described)
    if tab == "request":
        context |= part_of(asked_of(order))
    return render(request, "groups/detail.html", context)


def tab_of(request: HttpRequest) -> str:
    """Return the tab that the address asks for; the overview for one that does not exist."""
    asked = request.GET.get("tab", "")
    return asked if asked in TABS else "events"


def live_context(request: HttpRequest, described: Detail, tab: str) -> dict[str, Any]:
    """Return what the page and its live fragment show alike."""
    order = described.order
    address = reverse("groups:detail", args=[order.container_group_id])
    status = summary.status_of(described)
    port = cast(ConsoleRequest, request).cloud.container_groups
    looker = Looker(cast(User, request.user), request.session.session_key, image_access_of(request.user))
    near = near_versions(order, described.diagnosis, looker) if described.group else ()
    return {
        "nav": "groups",
        "detail": described,
        "order": order,
        "group": described.seen,
        "status": status,
        "dot": DOTS.get(status.kind, DOTS[""]),
        "icon_file": f"img/state-{ICONS.get(status.kind, ICONS[''])}.svg",
        "headline": headline_of(described, near),
        "phases": _phases(described),
        "replaced": still_billed(order.replaces, None if described.trouble else port, order.account_id),
        "replacement": replacement_of(order),
        "billed_for": _took(described.cost.seconds) if described.cost else "",
        "tab": tab,
        "poll": _poll_before(request).then(mark_of_group(described)),
        "tabs": [
            {"slug": slug, "label": label, "url": address if slug == "events" else f"{address}?tab={slug}"}
            for slug, label in TABS.items()
        ],
        **(_overview(cast(ConsoleRequest, request), described) if tab == "events" else {}),
        "containers": summary.container_rows(described) if tab in ("events", "containers") else [],
    }


def _overview(request: ConsoleRequest, described: Detail) -> dict[str, Any]:
    return {
        "story": story_of(described),
        "events": raw_events(described),
        "reach": reach_of(described, request.cloud.networks),
        "last_lines": last_lines(described, request.cloud.container_groups),
    }


def _phases(described: Detail) -> list[dict[str, Any]]:
    group, press = described.seen, press_of(described.order)
    now = described.last_look.at if described.last_look else timezone.now()
    if group is None:
        phases: tuple[Phase, ...] = (Phase(Step.ORDERED, "done"), *(Phase(step, "later") for step in UNKNOWN))
    else:
        phases = phases_of(group, now, described.diagnosis, press.seconds if press else None)
    return [
        {
            "phase": each,
            "label": PHASE_LABELS[each.step],
            # Nothing goes on in what is gone.
            "state": "later" if described.group is None and each.state == "now" else each.state,
            "took": _took(each.seconds),
            "ticks": seconds_between(each.since, now) if each.state in ("now", "bad") and described.group else None,
        }
        for each in phases
    ]


def _took(seconds: float | None) -> str:
    if seconds is None:
        return ""
    if seconds == 0:
        return gettext("< 1 s")
    return duration(seconds) if seconds < 10 and seconds % 1 else elapsed(EPOCH, EPOCH + timedelta(seconds=seconds))


def _poll_before(request: HttpRequest) -> Poll:
    """Return the poll before this one, as its page tells it; a page that is opened has none."""
    return Poll(request.GET.get("seen", ""), number_in(request.GET.get("quiet", "")))
