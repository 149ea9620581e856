"""Policies: read by all whom they bind, edited by the admins of their team, or by site admins."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from consoleapp.governance import policies, preview, summary
from consoleapp.governance.forms import ExemptionForm, PolicyForm
from consoleapp.governance.models import Mode, Policy
from consoleapp.governance.views.common import is_admin, may_change
from consoleapp.teams.actors import actor_of
from consoleapp.teams.gate import team_of_page
from consoleapp.teams.models import Team


@require_safe
def of_team(request: HttpRequest, slug: str) -> HttpResponse:
    """Show the policies that bind a team: the site's, and its own."""
    return team_page(request, team_of_page(request, slug))


def team_page(
    request: HttpRequest, team: Team, granting: tuple[int, ExemptionForm] | None = None, status: int = 200
) -> HttpResponse:
    """Answer with the page of a team's policies; `granting`: an exemption from one of them, with its mistakes."""
    found = summary.shown([*policies.open_policies(None), *policies.open_policies(team)], team)
    context: dict[str, Any] = {
        "team": team,
        "rows": [_row(request, team, shown, granting) for shown in found],
        "may_edit": is_admin(request, team),
    }
    return render(request, "governance/policies.html", context, status=status)


def _row(
    request: HttpRequest, team: Team, shown: summary.Shown, granting: tuple[int, ExemptionForm] | None
) -> dict[str, Any]:
    """Return a policy as the page of a team shows it, with what its reader may do there."""
    policy = shown.policy
    may_edit = may_change(request, policy, team)
    is_asked = granting is not None and granting[0] == policy.pk
    name, args = ("policy", (team.slug, policy.pk)) if policy.team_id else ("site-policy", (policy.pk,))
    form = granting[1] if granting and is_asked else ExemptionForm(shown.rules, prefix=f"p{policy.pk}")
    return {
        "shown": shown,
        "of_site": policy.team_id is None,
        "edit_url": reverse(f"governance:{name}", args=args) if may_edit else "",
        "form": form if may_edit else None,
        "is_asked": is_asked,
    }


@require_safe
def of_site(request: HttpRequest) -> HttpResponse:
    """Show the policies of the site, which bind every team."""
    found = summary.shown(list(policies.open_policies(None)))
    rows = [{"shown": each, "edit_url": reverse("governance:site-policy", args=[each.policy.pk])} for each in found]
    return render(request, "governance/site.html", {"rows": rows})


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, slug: str = "", policy_id: int | None = None) -> HttpResponse:
    """Ask for what a policy says, and save it as a new version or end the policy."""
    team = team_of_page(request, slug) if slug else None
    if policy_id is None:
        policy = Policy(team=team, mode=Mode.WARN)
    else:
        policy = get_object_or_404(Policy, pk=policy_id, team=team)
    if policy.ended_at is not None:
        messages.info(request, _("%s has been ended. It binds nobody any more.") % policy)
        return redirect(_list_url(team))
    if request.method != "POST":
        return _form(request, policy, _stored(policy))
    if request.POST.get("do") == "end" and policy.pk:
        policies.end(actor_of(request).person, policy)
        messages.success(request, _("%s is ended. It binds nobody any more; what it said stays.") % policy)
        return redirect(_list_url(team))
    form = PolicyForm.posted(request.POST)
    if not form.is_valid():
        return _form(request, policy, form, status=422)
    if request.POST.get("do") == "preview":
        name = form.head.cleaned_data["name"]
        typed = Policy(pk=policy.pk, team=policy.team, name=name, current=policy.current)
        return _form(request, policy, form, preview=preview.preview(typed, form.rules, actor_of(request)))
    return _save(request, policy, form)


def _save(request: HttpRequest, policy: Policy, form: PolicyForm) -> HttpResponse:
    name, mode = form.head.cleaned_data["name"], Mode(form.head.cleaned_data["mode"])
    asked = Policy(pk=policy.pk, team=policy.team, name=name, mode=mode, current=form.version if policy.pk else 0)
    try:
        policies.save(actor_of(request).person, asked, form.rules, mode=mode)
    except policies.Overtaken:
        policy.refresh_from_db()
        return _overtaken(request, policy, form)
    if mode == Mode.ENFORCE:
        messages.success(request, _("%s is saved and counts from now on. What runs stays.") % name)
    else:
        messages.success(request, _("%s is saved. It warns at the field and holds nobody up.") % name)
    return redirect(_list_url(policy.team))


def _overtaken(request: HttpRequest, policy: Policy, form: PolicyForm) -> HttpResponse:
    """Say what somebody else has saved meanwhile; what was typed stays, and may be saved in spite of it."""
    if policy.ended_at is not None:
        messages.warning(request, _("%s was ended by somebody else meanwhile; nothing was saved.") % policy)
        return redirect(_list_url(policy.team))
    versions = policies.versions_of([policy])[policy.pk]
    seen = next((each for each in versions if each.number == form.version), None)
    form.version = policy.current
    meanwhile = {"version": versions[0], "changes": summary.changes(seen, versions[0])}
    return _form(request, policy, form, status=409, meanwhile=meanwhile)


def _stored(policy: Policy) -> PolicyForm:
    version = policies.versions_of([policy])[policy.pk][0] if policy.pk else None
    said = policies.read(version).rules if version else ()
    return PolicyForm.of(policy.name, policy.mode, said, policy.current)


def _form(request: HttpRequest, policy: Policy, form: PolicyForm, status: int = 200, **more: Any) -> HttpResponse:
    context = {
        "policy": policy,
        "team": policy.team,
        "form": form,
        "verdicts": summary.verdict_choices(),
        "list_url": _list_url(policy.team),
        **more,
    }
    return render(request, "governance/edit.html", context, status=status)


def _list_url(team: Team | None) -> str:
    return reverse("governance:policies", args=[team.slug]) if team else reverse("governance:site")
