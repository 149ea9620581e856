"""Exemptions: granted to a team by who may change the policy, until a day, with a reason; ended early by a press."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from consoleapp.governance import policies, summary
from consoleapp.governance.forms import ExemptionForm
from consoleapp.governance.models import Exemption, Policy
from consoleapp.governance.views.common import may_change
from consoleapp.governance.views.policies import team_page
from consoleapp.teams.actors import actor_of
from consoleapp.teams.gate import team_of_page
from consoleapp.teams.models import Team


@require_POST
def grant(request: HttpRequest, slug: str, policy_id: int) -> HttpResponse:
    """Grant the team an exemption from one rule of a policy that binds it."""
    team = team_of_page(request, slug)
    policy = _policy(request, team, policy_id)
    (shown,) = summary.shown([policy], team)
    form = ExemptionForm(shown.rules, request.POST, prefix=f"p{policy.pk}")
    if not form.is_valid():
        return team_page(request, team, (policy.pk, form), status=422)
    told = form.cleaned_data
    by = actor_of(request).person
    policies.exempt(by, team, policy, told["rule"], told["until"], told["reason"], told["values"])
    messages.success(request, _("%(team)s is exempt until %(day)s.") % {"team": team, "day": told["until"].date()})
    return redirect("governance:policies", slug=slug)


@require_POST
def end(request: HttpRequest, slug: str, policy_id: int, exemption_id: int) -> HttpResponse:
    """End an exemption before its time."""
    team = team_of_page(request, slug)
    policy = _policy(request, team, policy_id)
    found = Exemption.objects.select_related("policy", "team")
    exemption = get_object_or_404(found, pk=exemption_id, policy=policy, team=team)
    if policies.end_exemption(actor_of(request).person, exemption):
        messages.success(request, _("The exemption is ended: the rule counts again from now on."))
    else:
        messages.info(request, _("The exemption had ended already."))
    return redirect("governance:policies", slug=slug)


def _policy(request: HttpRequest, team: Team, policy_id: int) -> Policy:
    """Return the policy. Raise Http404 for one that does not bind the team, and PermissionDenied."""
    policy = get_object_or_404(Policy, pk=policy_id, ended_at=None)
    if policy.team_id not in (None, team.pk):
        raise Http404
    if not may_change(request, policy, team):
        raise PermissionDenied(_("Site admins exempt from a policy of the site, admins of the team from its own."))
    return policy
