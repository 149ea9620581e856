"""The one place where it is decided who may open an address.

A route says what it takes, and how the thing it is about is found, see web/routes.py. What says nothing is there for
nobody.

Nothing about rights is kept: the next request obeys. Views then read through `request.actor`, whose lookups know only
what belongs to the space in which the person acts; so a view that forgot a rule still shows nothing of others.
"""

from collections.abc import Callable
from contextlib import suppress
from typing import Any, Final, cast

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _

from consoleapp.accounts.models import User
from consoleapp.audit.services import acting_for
from consoleapp.domain.roles import Permission, Reach, least_role, reach
from consoleapp.teams.actors import Actor
from consoleapp.teams.models import ROLE_LABELS, Membership, Team
from consoleapp.teams.services import admins_of, find_team, memberships_of, names_of
from consoleapp.web.formats import listed
from consoleapp.web.http import ConsoleRequest
from consoleapp.web.routes import Needs

View = Callable[..., HttpResponseBase]
# The key of the session under which the team stands that somebody has chosen last; "" for their own space.
CHOSEN: Final = "team"


class GateMiddleware:
    """Puts the actor on the request, and lets nobody through to an address whose needs they do not meet."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        before = acting_for.set(None)
        try:
            return self.get_response(request)
        finally:
            acting_for.reset(before)

    def process_view(
        self, request: HttpRequest, view_func: Any, view_args: Any, view_kwargs: dict[str, Any]
    ) -> HttpResponse | None:
        """Answer 404 for what is not theirs to know of, 403 where their role does not reach; else let it through."""
        needed = getattr(view_func, "needs", None)
        if request.resolver_match and request.resolver_match.app_name == "admin":
            needed = Needs(Permission.SITE)
        if not isinstance(needed, Needs):
            raise Http404
        if needed.permission == Permission.OPEN:
            request.actor = Actor(request.user)  # type: ignore[attr-defined]
            return None
        memberships = _memberships(request.user)
        request.memberships = memberships  # type: ignore[attr-defined]
        is_site = is_site_admin(request.user)
        if needed.permission == Permission.SITE and not is_site:
            raise Http404
        belongs = needed.of(**view_kwargs) if needed.of and (memberships or is_site) else None
        member = _member(memberships, belongs.team_id) if belongs else _chosen(request, memberships)
        request.actor = actor = Actor.member(request.user, member) if member else Actor(request.user)  # type: ignore[attr-defined]
        if needed.permission in (Permission.SELF, Permission.SITE):
            return None
        # Whose business it is what is done in this request.
        acting_for.set(belongs.team_id if belongs else actor.team.pk if actor.team else None)
        if is_site and needed.site_too:
            return None
        if belongs and belongs.team_id is not None and member is None:
            raise Http404
        far = reach(actor.role, needed.permission)
        if far == Reach.ALL or (far == Reach.OWN and (belongs is None or belongs.owner_id == request.user.pk)):
            return None
        return _refused(request, actor, needed.permission, Reach.ALL if far == Reach.OWN else Reach.OWN)


def is_site_admin(user: User | AnonymousUser) -> bool:
    """Tell whether they look after the whole site: where sign-in is required, Django's superusers."""
    return settings.SIGN_IN == "required" and user.is_active and user.is_superuser


def team_of_page(request: HttpRequest, slug: str) -> Team:
    """Return the team that the address names: the actor's own, or any for a site admin. Raise Http404."""
    actor = cast(ConsoleRequest, request).actor
    if actor.team is not None and actor.team.slug == slug:
        return actor.team
    if is_site_admin(request.user):
        with suppress(Team.DoesNotExist):
            return find_team(slug)
    raise Http404(_("There is no such team."))


def _memberships(user: User | AnonymousUser) -> list[Membership]:
    # Who never was in a team costs no question.
    return memberships_of(user) if isinstance(user, User) and user.has_teams else []


def _member(memberships: list[Membership], team_id: int | None) -> Membership | None:
    return next((each for each in memberships if each.team_id == team_id), None)


def _chosen(request: HttpRequest, memberships: list[Membership]) -> Membership | None:
    """Return the membership that a list or a new draft is about: as the address says, else as was chosen last, else the
    first; None for the own space. Raise Http404 for a team in the address that they are not in."""
    slug = request.GET.get("team")
    if slug is not None and slug != "":
        found = next((each for each in memberships if each.team.slug == slug), None)
        if found is None:
            raise Http404
        return found
    if not memberships or slug == "":
        return None
    chosen = request.session.get(CHOSEN)
    if chosen == "":
        return None
    return _member(memberships, cast(int, chosen)) or memberships[0]


def _refused(request: HttpRequest, actor: Actor, permission: Permission, wanted: Reach) -> HttpResponse:
    """Say which role it takes, and who can give it."""
    role = least_role(permission, wanted)
    context = {
        "team": actor.team,
        "role": ROLE_LABELS[actor.role],
        "needed": ROLE_LABELS[role] if role else "",
        "admins": listed(names_of(admins_of(actor.team))) if actor.team else "",
    }
    return render(request, "teams/refused.html", context, status=403)
