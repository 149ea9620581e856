"""The page of a team's quota: what is used, what uses it; site admins set its limits and give bookings back."""

from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from consoleapp.audit import services as audit
from consoleapp.domain.quota import Amounts, Unit, said
from consoleapp.governance import quotas
from consoleapp.governance.forms import LimitsForm
from consoleapp.governance.models import Booking, Quota
from consoleapp.governance.summary import bar_of, uses_of
from consoleapp.teams.actors import actor_of
from consoleapp.teams.gate import is_site_admin, team_of_page
from consoleapp.teams.models import Team

HOURS_A_MONTH = 720


@require_safe
def quota(request: HttpRequest, slug: str) -> HttpResponse:
    """Show what the team may have at once, and what of it is used by what."""
    return _page(request, team_of_page(request, slug))


@require_POST
def limits(request: HttpRequest, slug: str) -> HttpResponse:
    """Set the limits of the team."""
    team, form = team_of_page(request, slug), LimitsForm(request.POST)
    if not form.is_valid():
        return _page(request, team, form, status=422)
    changed = quotas.set_limits(actor_of(request).person, team, form.limits())
    messages.success(request, _("The limits are set.") if changed else _("Nothing was changed."))
    return redirect("governance:quota", slug=team.slug)


@require_POST
def give_back(request: HttpRequest, slug: str) -> HttpResponse:
    """Give back what an order has booked whose group nobody can find, with a reason."""
    team = team_of_page(request, slug)
    number, reason = request.POST.get("booking", ""), request.POST.get("reason", "").strip()[:500]
    found = Booking.objects.filter(team=team, pk=int(number) if number.isdecimal() and len(number) < 19 else 0)
    booking = found.select_related("order").first()
    if booking is None:
        raise Http404
    if not reason:
        messages.error(request, _("Say why it is given back: the reason stands in the audit trail."))
    elif quotas.release(booking.order, quotas.BY_HAND):
        told = {"team": team.slug, "group_name": booking.order.group_name, "reason": reason}
        audit.record(actor_of(request).person, "quota.given-back", booking.order_id, told)
        messages.success(request, _("Given back."))
    return redirect("governance:quota", slug=team.slug)


def _page(request: HttpRequest, team: Team, form: LimitsForm | None = None, status: int = 200) -> HttpResponse:
    rooms = quotas.rooms_for(team, Amounts())
    uses = uses_of(team)
    per_hour = sum((use.price for use in uses), Decimal(0))
    context: dict[str, Any] = {
        "team": team,
        "bars": [bar_of(room) for room in rooms],
        "uses": uses,
        "per_hour": per_hour,
        "per_month": per_hour * HOURS_A_MONTH,
        "currency": next((use.order.currency for use in uses if use.order.currency), ""),
        "is_site_admin": is_site_admin(request.user),
        "form": form or LimitsForm(initial=_limits_of(team)),
    }
    return render(request, "governance/quota.html", context, status=status)


def _limits_of(team: Team) -> dict[str, str]:
    found = Quota.objects.filter(team=team)
    return {quota.unit: f"{said(quota.limit, Unit(quota.unit)).normalize():f}" for quota in found}
