"""What the pages of governance share: who may change what."""

from django.http import HttpRequest

from consoleapp.domain.roles import Permission
from consoleapp.governance.models import Policy
from consoleapp.teams.actors import actor_of
from consoleapp.teams.gate import is_site_admin
from consoleapp.teams.models import Team


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
