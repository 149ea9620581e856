"""The quota of a team: what is used and by which groups, for all its members; its limits, set by site admins."""

from dataclasses import dataclass
from typing import Any, Final

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from consoleapp.domain.quota import Amounts, Room, Unit, said
from consoleapp.governance import quotas
from consoleapp.governance.forms import LimitsForm, ReleaseForm
from consoleapp.governance.models import Booking
from consoleapp.teams.actors import actor_of
from consoleapp.teams.gate import is_site_admin, team_of_page
from consoleapp.teams.models import Team
from consoleapp.web.formats import amount, listed

PAGE_SIZE: Final = 50
ALMOST: Final = 80


@dataclass(frozen=True)
class Line:
    """One unit of the quota in words; without a limit `limit` is ""."""

    label: str
    used: str
    limit: str = ""
    left: str = ""
    waiting: str = ""
    percent: int = 0
    is_over: bool = False

    @property
    def level(self) -> str:
        """Return "full", "almost", or "" for what has room."""
        if not self.limit:
            return ""
        return "full" if self.percent >= 100 else "almost" if self.percent >= ALMOST else ""

    @property
    def width(self) -> int:
        """Return how long the bar is, of 100."""
        return min(100, self.percent)


@require_safe
def show(request: HttpRequest, slug: str) -> HttpResponse:
    """Show what is used, left and waiting, and what uses it."""
    return _page(request, team_of_page(request, slug))


@require_POST
def limits(request: HttpRequest, slug: str) -> HttpResponse:
    """Set the limits of a team."""
    team, form = team_of_page(request, slug), LimitsForm(request.POST)
    if not form.is_valid():
        return _page(request, team, form, status=422)
    over = quotas.set_limits(actor_of(request).person, team, form.limits)
    messages.success(request, _("The limits of %s are saved.") % team)
    if over:
        names = listed([_label(room.unit) for room in over])
        text = _("More is used than the limit allows: %s. What runs stays; new orders wait until there is room again.")
        messages.warning(request, text % names)
    return redirect("governance:quota", slug=slug)


@require_POST
def release(request: HttpRequest, slug: str, booking_id: int) -> HttpResponse:
    """Give back by hand what an order has booked of which nobody else can say what became of it."""
    team, form = team_of_page(request, slug), ReleaseForm(request.POST)
    booking = get_object_or_404(Booking.objects.select_related("order", "team"), pk=booking_id, team=team)
    if not form.is_valid():
        return _page(request, team, releasing=(booking.pk, form), status=422)
    name = booking.order.group_name
    try:
        was_first = quotas.release_by_hand(actor_of(request).person, booking, form.cleaned_data["reason"])
    except quotas.MayHaveGroup:
        messages.error(request, _("The cloud tells of %s, or it is still on its way. Delete the group instead.") % name)
    else:
        text = _("What %s had booked is given back.") if was_first else _("What %s had booked was given back already.")
        messages.success(request, text % name)
    return redirect("governance:quota", slug=slug)


def _page(
    request: HttpRequest,
    team: Team,
    form: LimitsForm | None = None,
    releasing: tuple[int, ReleaseForm] | None = None,
    status: int = 200,
) -> HttpResponse:
    rooms = quotas.rooms_for(team, Amounts())
    page = Paginator(quotas.using(team), PAGE_SIZE).get_page(request.GET.get("page"))
    is_site = is_site_admin(request.user)
    context: dict[str, Any] = {
        "team": team,
        "lines": _lines(rooms, quotas.booked(team)),
        "has_limits": bool(rooms),
        "spending": quotas.spending(team),
        "page": page,
        "rows": [_row(booking, is_site, releasing) for booking in page],
        "silent": quotas.using(team).exclude(silent_since=None).count(),
        "is_member": actor_of(request).team == team,
        "previous_url": f"?page={page.previous_page_number()}" if page.has_previous() else "",
        "next_url": f"?page={page.next_page_number()}" if page.has_next() else "",
        "form": (form or LimitsForm.of(rooms)) if is_site else None,
    }
    return render(request, "governance/quota.html", context, status=status)


def _row(booking: Booking, is_site: bool, releasing: tuple[int, ReleaseForm] | None) -> dict[str, Any]:
    is_asked = releasing is not None and releasing[0] == booking.pk
    may_release = is_site and quotas.may_release_by_hand(booking)
    return {
        "booking": booking,
        "order": booking.order,
        "form": (releasing[1] if releasing and is_asked else ReleaseForm()) if may_release else None,
        "is_asked": is_asked,
    }


def _label(unit: Unit) -> str:
    return str(LimitsForm.base_fields[unit.value].label)


def _lines(rooms: list[Room], booked: Amounts) -> list[Line]:
    by_unit = {room.unit: room for room in rooms}
    # What is spent an hour is told beside, where it has no limit.
    shown = [unit for unit in Unit if unit != Unit.PRICE or unit in by_unit]
    return [_line(unit, by_unit.get(unit), booked) for unit in shown]


def _line(unit: Unit, room: Room | None, booked: Amounts) -> Line:
    label = _label(unit)
    if room is None:
        return Line(label, amount(said(booked.of(unit), unit)))
    used, limit, left, waiting = (
        amount(said(number, unit)) for number in (room.used, room.limit, room.left, room.waiting)
    )
    is_over = room.used > room.limit
    return Line(label, used, limit, left, waiting if room.waiting else "", room.percent, is_over)
