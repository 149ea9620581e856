"""Who may decide about an approval, and which approvals people find. What a decision does is in services.py."""

import uuid
from collections.abc import Collection
from typing import Final, NamedTuple

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db.models import Exists, OuterRef, Q, QuerySet

from consoleapp.accounts.models import User
from consoleapp.approvals.models import Approval, State, Verdict, Vote
from consoleapp.domain.roles import Permission, Reach, Role, reach
from consoleapp.orders import clock
from consoleapp.orders import services as orders
from consoleapp.teams.actors import Actor
from consoleapp.teams.gate import is_site_admin
from consoleapp.teams.models import Membership, Team

_APPROVING: Final = [role for role in Role if reach(role, Permission.APPROVE) == Reach.ALL]
_ORDERING: Final = [role for role in Role if reach(role, Permission.ORDER) == Reach.ALL]


class Sides(NamedTuple):
    """Who decides: the team's approvers, site admins, or both."""

    team: bool
    site: bool


def find_approval(actor: Actor, order_id: uuid.UUID) -> Approval:
    """Return the approval of an order of the space in which the actor acts; a site admin finds those of every team.

    Raise Approval.DoesNotExist.
    """
    found = Approval.objects.select_related("order", "order__owner", "order__team")
    if not is_site_admin(actor.user):
        found = found.filter(order__in=orders.orders_of(actor).values("pk"))
    return found.get(order_id=order_id)


def together_with(approval: Approval) -> QuerySet[Approval]:
    """Return the approvals of the other orders of the same press, by their groups' names."""
    press_id = approval.order.press_id
    same = Approval.objects.filter(order__press_id=press_id, order__press_id__isnull=False).exclude(pk=approval.pk)
    return same.select_related("order").order_by("order__group_name")


def asked_by(user: User) -> QuerySet[Approval]:
    """Return what the person has asked for and waits for."""
    return _with_orders(Approval.objects.filter(order__owner=user, state=State.OPEN))


def decided_in(teams: Collection[Team], most: int) -> QuerySet[Approval]:
    """Return the last approvals of these teams that are over, the newest first."""
    over = Approval.objects.filter(decided_at__isnull=False, order__team__in=teams)
    # Found first and read after: sorting whole orders takes longer than all else.
    found = list(over.order_by("-decided_at").values_list("pk", flat=True)[:most])
    return _with_orders(Approval.objects.filter(pk__in=found)).order_by("-decided_at")


def _with_orders(approvals: QuerySet[Approval]) -> QuerySet[Approval]:
    """Return the approvals with what lists show of their orders."""
    return approvals.select_related("order", "order__owner", "order__team").defer("order__sealed_secrets")


def may_decide(user: User | AnonymousUser, memberships: Collection[Membership]) -> bool:
    """Tell whether anything may ever wait for the person, without a query."""
    return is_site_admin(user) or any(each.role in _APPROVING for each in memberships)


def sides_of(user: User, approval: Approval) -> Sides:
    """Return for which sides the person may decide; nobody decides about their own order.

    Where nobody of the team but the requester could, site admins decide for it.
    """
    order = approval.order
    if user.pk == order.owner_id or not user.is_active:
        return Sides(False, False)
    is_site = is_site_admin(user)
    deciding = set(_others_of_team(approval).values_list("user", flat=True)) if approval.by_team else set()
    for_team = approval.by_team and (user.pk in deciding or (is_site and not deciding))
    return Sides(for_team, approval.by_site and is_site)


def open_sides_of(approval: Approval) -> Sides:
    """Return the sides that have still to approve."""
    said = set(approval.votes.filter(verdict=Verdict.APPROVE).values_list("for_site", flat=True))
    return Sides(approval.by_team and False not in said, approval.by_site and True not in said)


def deciders_of(approval: Approval, sides: Sides | None = None) -> list[User]:
    """Return who could decide now for these sides, else for those that have still to approve, by user name."""
    wanted = sides or open_sides_of(approval)
    team = User.objects.filter(pk__in=_others_of_team(approval).values("user")) if wanted.team else User.objects.none()
    site = User.objects.none()
    if settings.SIGN_IN == "required" and (wanted.site or (wanted.team and not team)):
        site = User.objects.filter(is_superuser=True, is_active=True).exclude(pk=approval.order.owner_id)
    return sorted({*team, *site}, key=lambda person: person.username)


def _others_of_team(approval: Approval) -> QuerySet[Membership]:
    """Return the memberships of those who approve in the team, but for the requester."""
    order = approval.order
    return Membership.objects.filter(
        team=order.team_id, team__archived_at=None, role__in=_APPROVING, user__is_active=True
    ).exclude(user=order.owner_id)


def waiting_for(user: User) -> QuerySet[Approval]:
    """Return the open approvals in which a side waits for the person, those that end first at the top."""
    approved = Vote.objects.filter(approval=OuterRef("pk"), verdict=Verdict.APPROVE)
    team_waits = Q(by_team=True) & ~Exists(approved.filter(for_site=False))
    mine = Membership.objects.filter(user=user, role__in=_APPROVING, team__archived_at=None).values("team")
    wanted = team_waits & Q(order__team__in=mine)
    if is_site_admin(user):
        others = Membership.objects.filter(
            team=OuterRef("order__team"), team__archived_at=None, role__in=_APPROVING, user__is_active=True
        ).exclude(user=OuterRef("order__owner"))
        wanted |= Q(by_site=True) & ~Exists(approved.filter(for_site=True)) | team_waits & ~Exists(others)
    found = Approval.objects.filter(wanted, state=State.OPEN, expires_at__gt=clock.now())
    found = found.exclude(order__owner=user).exclude(votes__user=user)
    return _with_orders(found)


def still_wanted() -> QuerySet[Approval]:
    """Return the approvals whose requester may still order for the team."""
    ordering = Membership.objects.filter(
        team=OuterRef("order__team"), user=OuterRef("order__owner"), role__in=_ORDERING, team__archived_at=None
    )
    return Approval.objects.filter(Exists(ordering), order__owner__is_active=True)
