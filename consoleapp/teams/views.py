"""The pages of teams: for members their own, for site admins all of them; and the choice of whom one acts for."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from consoleapp.accounts.models import User
from consoleapp.domain.roles import Permission, Role
from consoleapp.teams import services
from consoleapp.teams.actors import actor_of
from consoleapp.teams.forms import MemberForm, RenameForm, TeamForm
from consoleapp.teams.gate import CHOSEN, is_site_admin, team_of_page
from consoleapp.teams.models import ROLE_LABELS, Membership, Team


@require_safe
def teams(request: HttpRequest) -> HttpResponse:
    """List all teams."""
    return render(request, "teams/list.html", {"teams": services.all_teams()})


@require_http_methods(["GET", "HEAD", "POST"])
def create(request: HttpRequest) -> HttpResponse:
    """Ask for a name and a first admin, and make the team."""
    form = TeamForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        team = services.create_team(actor_of(request).person, **{**form.cleaned_data})
        return redirect("teams:detail", slug=team.slug)
    return render(request, "teams/create.html", {"form": form}, status=200 if request.method != "POST" else 422)


@require_POST
def choose(request: HttpRequest) -> HttpResponse:
    """Act for another team from now on, or for oneself."""
    slug = request.POST.get("team", "")
    mine = {each.team.slug: each.team_id for each in request.memberships}  # type: ignore[attr-defined]
    if slug and slug not in mine:
        raise Http404
    request.session[CHOSEN] = mine[slug] if slug else ""
    return redirect("groups:list")


@require_safe
def detail(request: HttpRequest, slug: str) -> HttpResponse:
    """Show who is in the team; who may change that does it here."""
    return _page(request, team_of_page(request, slug))


@require_POST
def members(request: HttpRequest, slug: str) -> HttpResponse:
    """Add a member, give one another role, or take one out, and show the team again."""
    team, by = team_of_page(request, slug), actor_of(request).person
    if request.POST.get("do") == "add":
        form = MemberForm(request.POST)
        if not form.is_valid():
            return _page(request, team, form, status=422)
        try:
            services.add_member(by, team, form.cleaned_data["member"], Role(form.cleaned_data["role"]))
        except services.AlreadyMember:
            form.add_error("member", _("Is in the team already."))
            return _page(request, team, form, status=422)
        return redirect("teams:detail", slug=slug)
    role = request.POST.get("role", "")
    person = User.objects.filter(pk__in=_number(request.POST.get("member", "")), memberships__team=team).first()
    if person is None or role not in {"", *Role}:
        raise Http404
    try:
        if role:
            services.set_role(by, team, person, Role(role))
        else:
            services.remove_member(by, team, person)
    except services.LastAdmin:
        messages.error(request, _("%s is the last admin of the team. Make somebody else one first.") % person)
    except Membership.DoesNotExist:
        messages.info(request, _("%s is no member any more.") % person)
    return redirect("teams:detail", slug=slug)


@require_POST
def settings(request: HttpRequest, slug: str) -> HttpResponse:
    """Give the team another name."""
    team, form = team_of_page(request, slug), RenameForm(request.POST)
    if not form.is_valid():
        return _page(request, team, rename=form, status=422)
    services.rename_team(actor_of(request).person, team, form.cleaned_data["name"])
    return redirect("teams:detail", slug=slug)


@require_POST
def archive(request: HttpRequest, slug: str) -> HttpResponse:
    """Close the team; its orders stay."""
    team = team_of_page(request, slug)
    services.archive_team(actor_of(request).person, team)
    messages.success(request, _("%s is archived. What it ordered stays; nobody acts for it any more.") % team)
    return redirect("teams:list")


def _number(text: str) -> list[int]:
    return [int(text)] if text.isascii() and text.isdigit() and len(text) < 19 else []


def _page(
    request: HttpRequest,
    team: Team,
    adding: MemberForm | None = None,
    rename: RenameForm | None = None,
    status: int = 200,
) -> HttpResponse:
    actor = actor_of(request)
    may_change = is_site_admin(request.user) or (actor.team == team and actor.may(Permission.ADMIN))
    context: dict[str, Any] = {
        "team": team,
        "members": [(each, ROLE_LABELS[Role(each.role)]) for each in services.members_of(team)],
        "roles": [(role.value, label) for role, label in ROLE_LABELS.items()],
        "may_change": may_change,
        "may_archive": is_site_admin(request.user) and team.archived_at is None,
        "adding": adding or MemberForm(),
        "rename": rename or RenameForm(initial={"name": team.name}),
    }
    return render(request, "teams/detail.html", context, status=status)
