"""Approvals: asked for with a held order, decided by others, withdrawn, or over in time.

Every change of state is one statement that works only on an open approval whose time is not over; so of two that come
at once one wins, and the other one is told. Rights are read inside that transaction. An approved order is booked on its
team's quotas and let go in the same transaction; from there on it is sent as any other.
"""

import hashlib
import json
import uuid
from collections.abc import Collection, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, Final, NamedTuple

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from consoleapp.accounts.models import User
from consoleapp.approvals.models import Approval, State, Verdict, Vote
from consoleapp.audit import services as audit
from consoleapp.domain import policy as rules
from consoleapp.domain.quota import Room
from consoleapp.domain.roles import Permission, Reach, Role, reach
from consoleapp.governance import policies, quotas
from consoleapp.orders import clock, payload
from consoleapp.orders import services as orders
from consoleapp.orders.models import Order, OrderState
from consoleapp.teams.actors import Actor
from consoleapp.teams.gate import is_site_admin
from consoleapp.teams.models import Membership, Team

LASTS: Final = timedelta(hours=72)
ENDED_AT_ONCE: Final = 50
TEXT_MAX: Final = 1000
# The `error_kind` of an order that ended so.
KINDS: Final = {
    State.REJECTED: "rejected",
    State.WITHDRAWN: "withdrawn",
    State.EXPIRED: "approval_expired",
    State.GONE: "requester_gone",
}


_APPROVING: Final = [role for role in Role if reach(role, Permission.APPROVE) == Reach.ALL]
_ORDERING: Final = [role for role in Role if reach(role, Permission.ORDER) == Reach.ALL]


class Sides(NamedTuple):
    """Who decides: the team's approvers, site admins, or both."""

    team: bool
    site: bool


class Overtaken(Exception):
    """The approval is not open any more; `approval` is what became of it."""

    def __init__(self, approval: Approval) -> None:
        super().__init__(f"the approval is {approval.state}")
        self.approval = approval


class SeenOther(Exception):
    """What the person saw is not what would be decided now."""


class NotYours(Exception):
    """The person may not decide about this order."""


class Denied(Exception):
    """By now a rule denies the order, for which nobody asked an exception; `findings` are all of these."""

    def __init__(self, findings: Sequence[rules.Finding]) -> None:
        super().__init__("denied by a policy")
        self.findings = findings


def reasons_of(findings: Sequence[rules.Finding]) -> list[dict[str, Any]]:
    """Return what an approval keeps of the findings that want it."""
    return [
        {
            "policy": finding.policy.id,
            "policy_name": finding.policy.name,
            "version": finding.policy.version,
            "is_site": finding.policy.is_site,
            "rule": finding.rule.name,
            "path": finding.path,
            "value": finding.value,
            "found": finding.found,
            "is_asked": finding.is_asked,
        }
        for finding in findings
        if finding.verdict == rules.Verdict.APPROVE
    ]


def seen_hash(order: Order, findings: Sequence[rules.Finding]) -> str:
    """Return a word for what a decision is about: the frozen request, and what is found in it."""
    said = [order.payload_hash, [(each.key, each.policy.version, each.verdict, each.path) for each in findings]]
    return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()


@transaction.atomic
def ask(order: Order, findings: Sequence[rules.Finding], facts: rules.Facts, text: str = "") -> Approval:
    """Ask for the approval of an order that was just recorded as held, with what was found in it and known beside."""
    reasons = reasons_of(findings)
    approval = Approval.objects.create(
        order=order,
        reasons=reasons,
        facts=facts.written(),
        text=text[:TEXT_MAX],
        by_team=any(not reason["is_site"] for reason in reasons),
        by_site=any(reason["is_site"] for reason in reasons),
        expires_at=clock.now() + LASTS,
    )
    told = {"group_name": order.group_name, "reasons": reasons}
    audit.record(order.owner, "approval.asked", order.pk, told)
    return approval


def findings_now(approval: Approval) -> tuple[rules.Finding, ...]:
    """Return what is found in the frozen order now: by the policies and exemptions of now, by what was known when it
    was pressed, of which only the age of the proofs and the team's quota go on, and with the exceptions asked for then.

    Raise DomainError where this version of the console cannot read the order.
    """
    order = approval.order
    fullest = max((room.percent for room in rooms_of(order)), default=None)
    facts = replace(rules.read_facts(approval.facts), is_last=True, quota_percent=fullest)
    asked = [f"{reason['policy']}/{reason['rule']}" for reason in approval.reasons if reason["is_asked"]]
    return policies.judge(order.team, payload.spec_of(order), facts, asked)


def rooms_of(order: Order) -> list[Room]:
    """Return the quotas of the order's team as the order meets them."""
    return quotas.rooms_for(order.team, quotas.amounts_of_order(order))


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
    return Approval.objects.filter(order__owner=user, state=State.OPEN).select_related("order", "order__team")


def decided_in(teams: Collection[Team]) -> QuerySet[Approval]:
    """Return the approvals of these teams that are over, the last ones first."""
    over = Approval.objects.exclude(state=State.OPEN).filter(order__team__in=teams)
    return over.select_related("order", "order__owner", "order__team").order_by("-decided_at", "-pk")


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
    return found.select_related("order", "order__owner", "order__team")


@transaction.atomic
def approve(user: User, approval: Approval, seen: str, comment: str = "") -> Approval:
    """Vote for the order, and release it where every side has; return the approval as it is then.

    `seen` is the word of what the person looked at. Raise NotYours, SeenOther, Denied, Overtaken, quotas.NoRoom; the
    order stays held then. One whose requester is gone by now ends.
    """
    locked = _locked(approval)
    if not _is_wanted().filter(pk=locked.pk).exists():
        return _end(locked, State.GONE, None)
    findings = findings_now(locked)
    _widen(locked, findings)
    mine, still = sides_of(user, locked), open_sides_of(locked)
    if not any(mine):
        raise NotYours
    if seen != seen_hash(locked.order, findings):
        raise SeenOther
    denied = [finding for finding in findings if finding.verdict == rules.Verdict.DENY]
    if denied:
        raise Denied(denied)
    told = Sides(mine.team and still.team, mine.site and still.site)
    if not any(told):
        raise Overtaken(locked)
    _vote(locked, user, Verdict.APPROVE, comment, seen, for_site=not told.team)
    audit.record(user, "approval.voted", locked.order_id, {"group_name": locked.order.group_name, "comment": comment})
    if (still.team and not told.team) or (still.site and not told.site):
        return locked
    _move(locked, State.APPROVED)
    quotas.book(locked.order)
    if not orders.let_go(locked.order_id):
        raise Overtaken(locked)
    audit.record(user, "approval.approved", locked.order_id, {"group_name": locked.order.group_name})
    return locked


def _widen(approval: Approval, findings: Sequence[rules.Finding]) -> None:
    """Have a side decide too whose rule has come to want it since the order was asked for."""
    wants = {finding.policy.is_site for finding in findings if finding.verdict == rules.Verdict.APPROVE}
    by_team, by_site = approval.by_team or False in wants, approval.by_site or True in wants
    if (by_team, by_site) != (approval.by_team, approval.by_site):
        approval.by_team, approval.by_site = by_team, by_site
        approval.save(update_fields=["by_team", "by_site"])


@transaction.atomic
def reject(user: User, approval: Approval, seen: str, comment: str = "") -> Approval:
    """Refuse the order; its secrets are wiped. Raise NotYours and Overtaken."""
    locked = _locked(approval)
    if not any(sides_of(user, locked)):
        raise NotYours
    _vote(locked, user, Verdict.REJECT, comment, seen)
    return _end(locked, State.REJECTED, user, comment)


@transaction.atomic
def withdraw(user: User, approval: Approval) -> Approval:
    """Take one's own order back. Raise NotYours and Overtaken."""
    locked = _locked(approval)
    if user.pk != locked.order.owner_id:
        raise NotYours
    return _end(locked, State.WITHDRAWN, user)


def expire(now: datetime | None = None, **_told: Any) -> int:
    """End what nobody has decided in time, and return how many there were."""
    moment, ended = now or clock.now(), 0
    over = Approval.objects.filter(state=State.OPEN, expires_at__lte=moment).select_related("order", "order__owner")
    for approval in over[:ENDED_AT_ONCE]:
        with transaction.atomic():
            found = Approval.objects.filter(pk=approval.pk, state=State.OPEN, expires_at__lte=moment)
            if found.update(state=State.EXPIRED, decided_at=moment):
                approval.state = State.EXPIRED
                _refuse(approval, None, "")
                ended += 1
    return ended


def end_gone(**_told: Any) -> int:
    """End what somebody has asked for who may not order for the team any more: deactivated, taken out, given a lower
    role, or the team is archived. Return how many there were."""
    ended = 0
    gone = Approval.objects.filter(state=State.OPEN).exclude(pk__in=_is_wanted().values("pk"))
    for approval in gone.select_related("order", "order__owner")[:ENDED_AT_ONCE]:
        with suppress(Overtaken), transaction.atomic():
            _end(_locked(approval), State.GONE, None)
            ended += 1
    return ended


def _is_wanted() -> QuerySet[Approval]:
    """Return the approvals whose requester may still order for the team."""
    ordering = Membership.objects.filter(
        team=OuterRef("order__team"), user=OuterRef("order__owner"), role__in=_ORDERING, team__archived_at=None
    )
    return Approval.objects.filter(Exists(ordering), order__owner__is_active=True)


def _locked(approval: Approval) -> Approval:
    """Return the approval with its row locked. Raise Overtaken where it is not open any more."""
    locked = (
        Approval.objects.select_for_update(of=("self",))
        .select_related("order", "order__owner", "order__team")
        .get(pk=approval.pk)
    )
    if locked.state != State.OPEN or locked.expires_at <= clock.now():
        raise Overtaken(locked)
    return locked


def _move(approval: Approval, state: State) -> None:
    """Change the state of an open approval. Raise Overtaken."""
    now = clock.now()
    is_first = Approval.objects.filter(pk=approval.pk, state=State.OPEN, expires_at__gt=now).update(
        state=state, decided_at=now
    )
    if not is_first:
        approval.refresh_from_db()
        raise Overtaken(approval)
    approval.state, approval.decided_at = state, now


def _end(approval: Approval, state: State, by: User | None, comment: str = "") -> Approval:
    _move(approval, state)
    _refuse(approval, by, comment)
    return approval


def _refuse(approval: Approval, by: User | None, comment: str) -> None:
    state = State(approval.state)
    orders.stop(approval.order, kind=KINDS[state], state=OrderState.HELD)
    told = {"group_name": approval.order.group_name, "comment": comment}
    audit.record(by or approval.order.owner, f"approval.{state}", approval.order_id, told)


def _vote(approval: Approval, user: User, verdict: Verdict, comment: str, seen: str, *, for_site: bool = False) -> None:
    try:
        with transaction.atomic():
            Vote.objects.create(
                approval=approval, user=user, verdict=verdict, comment=comment, seen=seen, for_site=for_site
            )
    except IntegrityError:
        raise Overtaken(approval) from None
