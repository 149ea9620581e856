"""The pages of policies: those that bind a team, one with its versions and exceptions, and the form of one.

Those of the site are on the same pages, without a team; site admins alone open them there.
"""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from consoleapp.domain import policy as rules
from consoleapp.governance import policies
from consoleapp.governance.forms import VERDICTS, ExemptionForm, PolicyForm
from consoleapp.governance.models import Exemption, Mode, Policy
from consoleapp.governance.preview import preview
from consoleapp.governance.summary import history_of, sentence_of, text_of
from consoleapp.teams.actors import actor_of
from consoleapp.teams.gate import is_site_admin, may_as_admin, team_of_page
from consoleapp.teams.models import Team
from consoleapp.teams.services import all_teams

VERSIONS_SHOWN = 20


@require_safe
def list_policies(request: HttpRequest, slug: str = "") -> HttpResponse:
    """List the policies that bind the team, or those of the site, as sentences."""
    team = _team(request, slug)
    found = [(text_of(version), _may_change(request, version.policy)) for version in policies.policies_of(team)]
    context = {
        "team": team,
        "policies": [(text, may, _address(text.version.policy)) for text, may in found],
        "may_add": _may_add(request, team),
        "add_url": _page("new-policy", team),
    }
    return render(request, "governance/policies.html", context)


@require_safe
def detail(request: HttpRequest, policy_id: int, slug: str = "") -> HttpResponse:
    """Show a policy with its exceptions and what changed in it."""
    team = _team(request, slug)
    return _detail(request, team, _policy(team, policy_id))


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, slug: str = "", policy_id: int | None = None) -> HttpResponse:
    """Ask for the rules; say what they would change; save them as a new version."""
    team = _team(request, slug)
    policy = _policy(team, policy_id) if policy_id else Policy(team=team)
    if not _may_change(request, policy):
        raise Http404
    if request.method != "POST":
        return _form(request, team, policy, _form_of(policy))
    form = PolicyForm(request.POST)
    if not form.is_valid():
        return _form(request, team, policy, form, status=422)
    mode = Mode(form.cleaned_data["mode"])
    if request.POST.get("do") != "save":
        typed = rules.Policy(policy.pk or 0, 0, form.cleaned_data["name"], form.rules)
        return _form(request, team, policy, form, changes=preview(typed, team))
    policy.name = form.cleaned_data["name"]
    try:
        version = policies.save(
            actor_of(request).person,
            policy,
            form.rules,
            mode=mode,
            expected=(form.cleaned_data["version"] or 0) if policy_id else None,
        )
    except policies.SavedMeanwhile as late:
        trouble = _("Somebody else saved version %(number)d meanwhile. What you typed is below; save it over that.")
        return _form(request, team, late.policy, form, trouble=trouble % {"number": late.policy.current}, status=409)
    messages.success(request, _("Version %(number)d counts from now on.") % {"number": version.number})
    return redirect(_address(policy))


@require_POST
def end(request: HttpRequest, policy_id: int, slug: str = "") -> HttpResponse:
    """End the policy, and show those that are left."""
    team = _team(request, slug)
    policy = _policy(team, policy_id)
    if not _may_change(request, policy):
        raise Http404
    policies.end(actor_of(request).person, policy)
    messages.success(request, _("%(name)s binds nobody any more.") % {"name": policy.name})
    return redirect(_page("policies", team))


@require_POST
def exempt(request: HttpRequest, policy_id: int, slug: str = "") -> HttpResponse:
    """Grant an exception, or end one."""
    team = _team(request, slug)
    policy = _policy(team, policy_id)
    if not _may_change(request, policy):
        raise Http404
    if number := request.POST.get("end", ""):
        granted = Exemption.objects.filter(policy=policy, pk=int(number) if number.isdecimal() else 0).first()
        if granted is None:
            raise Http404
        policies.end_exemption(actor_of(request).person, granted)
        return redirect(_address(policy))
    form = _exemption_form(policy, request.POST)
    if not form.is_valid():
        return _detail(request, team, policy, form, status=422)
    told = form.cleaned_data
    to = team or Team.objects.get(slug=told["team"])
    by = actor_of(request).person
    policies.exempt(by, to, policy, told["rule"], told["until"], told["reason"], told["values"])
    messages.success(request, _("The exception is granted."))
    return redirect(_address(policy))


def _team(request: HttpRequest, slug: str) -> Team | None:
    return team_of_page(request, slug) if slug else None


def _policy(team: Team | None, policy_id: int) -> Policy:
    try:
        return policies.find(team, policy_id)
    except Policy.DoesNotExist:
        raise Http404(_("There is no such policy.")) from None


def _may_add(request: HttpRequest, team: Team | None) -> bool:
    return may_as_admin(request, team) if team else is_site_admin(request.user)


def _may_change(request: HttpRequest, policy: Policy) -> bool:
    return _may_add(request, policy.team)


def _page(name: str, team: Team | None, *arguments: int) -> str:
    return (
        reverse(f"governance:{name}", args=[team.slug, *arguments])
        if team
        else reverse(f"governance:site-{name}", args=arguments)
    )


def _address(policy: Policy) -> str:
    return _page("policy", policy.team, policy.pk)


def _form_of(policy: Policy, **told: Any) -> PolicyForm:
    version = policy.versions.filter(number=policy.current).first() if policy.pk else None
    initial = {"name": policy.name, "mode": policy.mode, "version": policy.current}
    return PolicyForm(initial=initial, stored=version.rules if version else [])


def _form(
    request: HttpRequest,
    team: Team | None,
    policy: Policy,
    form: PolicyForm,
    *,
    changes: list[Any] | None = None,
    trouble: str = "",
    status: int = 200,
) -> HttpResponse:
    context = {
        "team": team,
        "policy": policy,
        "form": form,
        "version": policy.current,
        "subjects": list(form.subjects()),
        "verdicts": [(verdict.value, label) for verdict, label in VERDICTS.items()],
        "changes": changes,
        "would_change": any(kind.denied or kind.asked for kind in changes or ()),
        "trouble": trouble,
        "back": _address(policy) if policy.pk else _page("policies", team),
    }
    return render(request, "governance/edit.html", context, status=status)


def _exemption_form(policy: Policy, posted: Any = None) -> ExemptionForm:
    version = policy.versions.get(number=policy.current)
    known = policies.read(version).rules
    teams = [] if policy.team else [(team.slug, team.name) for team in all_teams().filter(archived_at=None)]
    return ExemptionForm(posted, rules=[(rule.rule.name, sentence_of(rule)) for rule in known], teams=teams)


def _detail(
    request: HttpRequest, team: Team | None, policy: Policy, form: ExemptionForm | None = None, status: int = 200
) -> HttpResponse:
    versions = list(policy.versions.select_related("by", "policy")[:VERSIONS_SHOWN])
    current = next(version for version in versions if version.number == policy.current)
    known = {rule.rule.name: sentence_of(rule) for rule in policies.read(current).rules}
    granted = policy.exemptions.filter(ended_at=None, until__gt=timezone.now()).select_related("team", "by")
    context = {
        "team": team,
        "policy": policy,
        "text": text_of(current),
        "history": history_of(versions),
        "exemptions": [(each, known.get(each.rule, each.rule)) for each in granted],
        "may_change": _may_change(request, policy),
        "form": form or _exemption_form(policy),
        "list_url": _page("policies", team),
        "edit_url": _page("edit-policy", team, policy.pk),
        "end_url": _page("end-policy", team, policy.pk),
        "exempt_url": _page("exempt", team, policy.pk),
    }
    return render(request, "governance/policy.html", context, status=status)
