"""What the pages of governance share: the team of an address."""

from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404

from consoleapp.domain.roles import Permission
from consoleapp.governance.models import Policy
from consoleapp.teams.actors import actor_of
from consoleapp.teams.gate import is_site_admin
from consoleapp.teams.models import Team
from consoleapp.teams.services import whose_team
from consoleapp.web.routes import Belongs


def whose_pages(slug: str, **_more: object) -> Belongs | None:
    """Return whose a page below a team's address is: the team's."""
    return whose_team(slug)


def team_of(request: HttpRequest, slug: str) -> Team:
    """Return the team of the address: the actor's own, or any for a site admin."""
    actor = actor_of(request)
    if actor.team is not None and actor.team.slug == slug:
        return actor.team
    if is_site_admin(request.user):
        return get_object_or_404(Team, slug=slug)
    raise Http404


def is_admin(request: HttpRequest, team: Team) -> bool:
    """Tell whether who asks is an admin of the team; a site admin is none by that alone."""
    actor = actor_of(request)
    return actor.team == team and actor.may(Permission.ADMIN)


def may_change(request: HttpRequest, policy: Policy, team: Team) -> bool:
    """Tell whether who asks may change the policy and exempt the team from it: a site admin one of the site, an admin
    of the team its own."""
    if policy.team_id is None:
        return is_site_admin(request.user)
    return policy.team_id == team.pk and is_admin(request, team)
