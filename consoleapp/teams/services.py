"""Teams: made, renamed, archived; members added, given another role, taken out. A team always keeps an admin."""

from collections.abc import Iterable
from contextlib import suppress
from typing import Final, cast

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Count, F, QuerySet
from django.http import HttpRequest
from django.utils import timezone

from consoleapp.accounts.models import User
from consoleapp.accounts.services import user_for_saving
from consoleapp.audit import services as audit
from consoleapp.domain.roles import Role
from consoleapp.teams.actors import Actor, actor_of
from consoleapp.teams.models import Membership, Source, Team
from consoleapp.web.http import ConsoleRequest
from consoleapp.web.routes import Belongs

# No user has this number: the thing is its team's alone.
NOBODY: Final = 0


class LastAdmin(Exception):
    """The team would be without an admin."""


class AlreadyMember(Exception):
    """The person is in the team."""


def memberships_of(user: User) -> list[Membership]:
    """Return the person's memberships with their teams, by the teams' names, without archived teams; one query."""
    found = Membership.objects.filter(user=user, team__archived_at=None).select_related("team")
    return list(found.order_by("team__name", "team__pk"))


def whose_team(slug: str, **_of_address: object) -> Belongs | None:
    """Return whose a team's pages are: its own; None for one that is not there or is archived."""
    found = Team.objects.filter(slug=slug, archived_at=None).values_list("pk", flat=True).first()
    return Belongs(found, NOBODY) if found else None


def find_team(slug: str) -> Team:
    """Return the team, archived or not. Raise Team.DoesNotExist."""
    return Team.objects.get(slug=slug)


def all_teams() -> QuerySet[Team]:
    """Return all teams with `member_count`, by name, those that are archived last."""
    return Team.objects.annotate(member_count=Count("memberships")).order_by(
        F("archived_at").asc(nulls_first=True), "name", "pk"
    )


def members_of(team: Team) -> QuerySet[Membership]:
    """Return the team's memberships with their people, by user name."""
    return team.memberships.select_related("user").order_by("user__username")


def admins_of(team: Team) -> list[User]:
    """Return who can give roles in the team, by user name."""
    return list(User.objects.filter(memberships__team=team, memberships__role=Role.ADMIN).order_by("username"))


@transaction.atomic
def create_team(by: User, slug: str, name: str, admin: User) -> Team:
    """Make a team with its first admin."""
    team = Team.objects.create(slug=slug, name=name)
    audit.record(by, "team.created", team.slug, {"name": name}, team_id=team.pk)
    add_member(by, team, admin, Role.ADMIN)
    return team


@transaction.atomic
def rename_team(by: User, team: Team, name: str) -> None:
    """Give the team another name; its short name stays, because links hold it."""
    audit.record(by, "team.renamed", team.slug, {"from": team.name, "to": name}, team_id=team.pk)
    team.name = name
    team.save(update_fields=["name"])


@transaction.atomic
def archive_team(by: User, team: Team) -> None:
    """Close the team: nobody acts for it any more, and what it ordered stays."""
    audit.record(by, "team.archived", team.slug, team_id=team.pk)
    team.archived_at = timezone.now()
    team.save(update_fields=["archived_at"])


@transaction.atomic
def add_member(by: User, team: Team, user: User, role: Role, source: Source = Source.HAND) -> Membership:
    """Put the person into the team. Raise AlreadyMember."""
    try:
        with transaction.atomic():
            added = Membership.objects.create(team=team, user=user, role=role, source=source)
    except IntegrityError:
        raise AlreadyMember from None
    User.objects.filter(pk=user.pk).update(has_teams=True)
    audit.record(by, "team.member-added", team.slug, {"member": user.username, "role": role.value}, team_id=team.pk)
    return added


@transaction.atomic
def set_role(by: User, team: Team, user: User, role: Role) -> None:
    """Give the member another role. Raise LastAdmin, and Membership.DoesNotExist for who is no member."""
    member = _locked(team, user)
    if member.role == role:
        return
    before, member.role = member.role, role
    member.save(update_fields=["role"])
    if before == Role.ADMIN:
        _keep_an_admin(team)
    told = {"member": user.username, "from": before, "to": role.value}
    audit.record(by, "team.role-changed", team.slug, told, team_id=team.pk)


@transaction.atomic
def remove_member(by: User, team: Team, user: User) -> None:
    """Take the person out of the team. Raise LastAdmin, and Membership.DoesNotExist for who is no member."""
    member = _locked(team, user)
    member.delete()
    if member.role == Role.ADMIN:
        _keep_an_admin(team)
    audit.record(by, "team.member-removed", team.slug, {"member": user.username}, team_id=team.pk)


@transaction.atomic
def take_groups(user: User, groups: set[str], **_kwargs: object) -> None:
    """Give the person the memberships that CONSOLE_OIDC_TEAMS has for these groups, and take back those it gave before.

    What somebody made by hand stays as it is, and so does the last admin of a team.
    """
    roles: dict[str, Role] = {}
    for group, slug, role in settings.OIDC_TEAMS:
        if group in groups:
            roles[slug] = max(Role(role), roles.get(slug, Role.VIEWER), key=list(Role).index)
    there = {each.team.slug: each for each in Membership.objects.filter(user=user).select_related("team")}
    for slug, member in there.items():
        if member.source == Source.PROVIDER:
            with suppress(LastAdmin), transaction.atomic():
                if slug in roles:
                    set_role(user, member.team, user, roles[slug])
                else:
                    remove_member(user, member.team, user)
    for team in Team.objects.filter(slug__in=roles.keys() - there.keys(), archived_at=None):
        add_member(user, team, user, roles[team.slug], Source.PROVIDER)


def _locked(team: Team, user: User) -> Membership:
    """Return the membership, with the team's row locked: two last admins who remove each other take turns."""
    Team.objects.select_for_update(no_key=True).get(pk=team.pk)
    return Membership.objects.select_for_update().get(team=team, user=user)


def _keep_an_admin(team: Team) -> None:
    if not Membership.objects.filter(team=team, role=Role.ADMIN, user__is_active=True).exists():
        raise LastAdmin


def names_of(people: Iterable[User]) -> list[str]:
    """Return the people's names as pages show them."""
    return [person.label for person in people]


def actor_for_saving(request: HttpRequest) -> Actor:
    """Return who acts; make a guest of a visitor of the demo. Raise PermissionDenied and TooManyGuests."""
    actor = actor_of(request)
    if not actor.is_somebody:
        actor = cast(ConsoleRequest, request).actor = Actor(user_for_saving(request))
    return actor
