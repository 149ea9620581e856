"""The pages of approvals: what waits for whom, and the document about which somebody decides."""

import uuid
from typing import Any, Final, cast

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from consoleapp.approvals import deciders, services, summary
from consoleapp.approvals.forms import DecisionForm
from consoleapp.approvals.models import Approval, State, Verdict
from consoleapp.domain.errors import DomainError
from consoleapp.governance.quotas import NoRoom
from consoleapp.teams.actors import actor_of
from consoleapp.teams.gate import is_site_admin
from consoleapp.web.http import ConsoleRequest

SHOWN: Final = 20


@require_safe
def approvals(request: HttpRequest) -> HttpResponse:
    """List what waits for the person, what they wait for, and what was decided lately."""
    actor = actor_of(request)
    if not actor.is_somebody:
        raise Http404
    teams = [each.team for each in request.memberships]  # type: ignore[attr-defined]
    waiting = deciders.waiting_for(actor.person)
    context = {
        "nav": "approvals",
        "waiting": _rows(waiting),
        "more": max(0, waiting.count() - SHOWN),
        "asked": _rows(deciders.asked_by(actor.person)),
        "decided": _rows(deciders.decided_in(teams, SHOWN)),
    }
    return render(request, "approvals/list.html", context)


def _rows(approvals: QuerySet[Approval]) -> list[tuple[Approval, list[summary.Reason]]]:
    return [(approval, summary.frozen_reasons(approval)) for approval in approvals[:SHOWN]]


@require_safe
def detail(request: HttpRequest, order_id: uuid.UUID) -> HttpResponse:
    """Show the whole order with what is found in it, and to who may decide the buttons."""
    return _page(request, _find(request, order_id))


@require_POST
def decide(request: HttpRequest, order_id: uuid.UUID) -> HttpResponse:
    """Approve or reject the order, and show what came of it."""
    approval, person = _find(request, order_id), actor_of(request).person
    form = DecisionForm(request.POST)
    if not form.is_valid():
        return _page(request, approval, form, status=422)
    verdict, seen, comment = (form.cleaned_data[name] for name in ("verdict", "seen", "comment"))
    try:
        if verdict == Verdict.APPROVE:
            approval = services.approve(person, approval, seen, comment)
        else:
            approval = services.reject(person, approval, seen, comment)
    except services.NotYours:
        raise PermissionDenied(_("You may not decide about this order.")) from None
    except services.Overtaken as late:
        return _overtaken(request, late.approval)
    except (DomainError, services.SeenOther, services.Denied, services.Outdated, NoRoom) as error:
        return _page(request, approval, form, why=_why(error, approval), status=409)
    messages.success(request, _done(approval))
    if form.cleaned_data["together"]:
        _decide_others(request, approval, Verdict(verdict), seen, comment)
    return redirect("approvals:detail", order_id)


@require_POST
def withdraw(request: HttpRequest, order_id: uuid.UUID) -> HttpResponse:
    """Take one's own order back."""
    approval = _find(request, order_id)
    try:
        services.withdraw(actor_of(request).person, approval)
    except services.NotYours:
        raise PermissionDenied(_("Only who asked can withdraw an order.")) from None
    except services.Overtaken as late:
        return _overtaken(request, late.approval)
    messages.success(request, _("Withdrawn. Nothing was sent, and what was secret in it is wiped."))
    return redirect("orders:detail", order_id)


def _why(error: Exception, approval: Approval) -> str:
    """Return why nothing was decided."""
    if isinstance(error, NoRoom):
        lack = summary.no_room_text(error.room, approval.order.currency)
        return _("%(lack)s The order still waits; it can be approved once there is room.") % {"lack": lack}
    if isinstance(error, services.Denied):
        return _("A rule does not allow this order by now, so it cannot be approved. It still waits.")
    if isinstance(error, services.Outdated):
        if error.what == services.Outdated.TEMPLATE:
            return _("The version of the template that it comes of was withdrawn. Reject it; it can be asked for anew.")
        return _("A saved login of it was replaced since. Reject it; asked for anew, it has the new password.")
    if isinstance(error, DomainError):
        return _("This version of the console cannot read the order any more, so it cannot be approved.")
    return _("What the rules find has changed while you read. Nothing was decided; this is how it is now.")


def _decide_others(request: HttpRequest, approval: Approval, verdict: Verdict, seen: str, comment: str) -> None:
    """Decide likewise about what was pressed together with it, and tell about how many."""
    person = actor_of(request).person
    count, error = services.decide_others(person, approval, verdict, seen, comment)
    if count:
        told = ngettext("The same for %(count)d other.", "The same for %(count)d others.", count)
        messages.success(request, told % {"count": count})
    if isinstance(error, NoRoom):
        messages.warning(request, summary.no_room_text(error.room, approval.order.currency))
    elif error is not None:
        messages.warning(request, _("What is found in the next one is something else: look at it by itself."))


def _done(approval: Approval) -> str:
    """Return what has come of a decision."""
    if approval.state == State.OPEN:
        names = summary.waits_for(approval) or _("a site admin")
        return _("Approved by you. It still waits for %(names)s.") % {"names": names}
    return {
        State.APPROVED: _("Approved. The order is sent now."),
        State.REJECTED: _("Rejected. Nothing was sent, and what was secret in it is wiped."),
        State.GONE: _("Who asked may not order for the team any more. The order has ended; nothing was sent."),
    }[State(approval.state)]


def _overtaken(request: HttpRequest, approval: Approval) -> HttpResponse:
    """Show the page as it is, with what came first."""
    if approval.is_open:
        why = _("You, or somebody for your side, have approved this order already.")
    else:
        why = _("It came first that the order is %(state)s.") % {"state": approval.state_now.label}
    return _page(request, approval, why=why, status=409)


def _find(request: HttpRequest, order_id: uuid.UUID) -> Approval:
    try:
        return deciders.find_approval(actor_of(request), order_id)
    except Approval.DoesNotExist:
        raise Http404(_("This order waits for nobody.")) from None


def _page(
    request: HttpRequest, approval: Approval, form: DecisionForm | None = None, why: str = "", status: int = 200
) -> HttpResponse:
    actor = actor_of(request)
    deciding = deciders.deciders_of(approval) if approval.is_open else []
    together = list(deciders.together_with(approval)) if approval.order.press_id else []
    context: dict[str, Any] = {
        "nav": "approvals",
        "approval": approval,
        "order": approval.order,
        "votes": approval.votes.select_related("user"),
        "together": together,
        "others_waiting": sum(other.is_open for other in together),
        "deciders": summary.waits_for(approval) if deciding else "",
        "may_decide": actor.person in deciding,
        "is_mine": approval.order.owner_id == actor.person.pk,
        "is_member": actor.team == approval.order.team,
        "is_site": is_site_admin(request.user),
        "form": form,
        "why": why,
        **summary.page_of(approval, cast(ConsoleRequest, request).cloud.container_groups),
    }
    return render(request, "approvals/detail.html", context, status=status)
