"""Approvals: asked for with a held order, decided by others, withdrawn, or over in time.

Every change of state is one statement that works only on an open approval whose time is not over; so of two that come
at once one wins, and the other one is told. Rights are read inside that transaction. An approved order is booked on its
team's quotas and let go in the same transaction; from there on it is sent as any other.
"""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, Final

from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet

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
from consoleapp.teams.models import Membership

LASTS: Final = timedelta(hours=72)
EXPIRED_AT_ONCE: Final = 50
# The `error_kind` of an order that ended so.
KINDS: Final = {
    State.REJECTED: "rejected",
    State.WITHDRAWN: "withdrawn",
    State.EXPIRED: "approval_expired",
    State.GONE: "requester_gone",
}


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
        text=text,
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


def sides_of(user: User, approval: Approval) -> tuple[bool, bool]:
    """Return for which sides the person may decide, the team's and the site's; nobody decides about their own order."""
    order = approval.order
    if user.pk == order.owner_id or not user.is_active:
        return False, False
    role = Membership.objects.filter(user=user, team=order.team_id).values_list("role", flat=True).first()
    for_team = approval.by_team and role is not None and reach(Role(role), Permission.APPROVE) == Reach.ALL
    return for_team, approval.by_site and user.is_superuser


def waiting_for(user: User) -> QuerySet[Approval]:
    """Return the open approvals that the person may decide about, those that end first at the top."""
    approving = [role for role in Role if reach(role, Permission.APPROVE) == Reach.ALL]
    mine = Membership.objects.filter(user=user, role__in=approving, team__archived_at=None).values("team")
    for_site = Q(by_site=True) if user.is_superuser else Q(pk__in=())
    wanted = Approval.objects.filter(state=State.OPEN, expires_at__gt=clock.now()).exclude(order__owner=user)
    wanted = wanted.filter(Q(by_team=True, order__team__in=mine) | for_site).exclude(votes__user=user)
    return wanted.select_related("order", "order__owner", "order__team")


@transaction.atomic
def approve(user: User, approval: Approval, seen: str, comment: str = "") -> Approval:
    """Vote for the order, and release it where every side has.

    `seen` is the word of what the person looked at. Raise NotYours, SeenOther, Denied, Overtaken, quotas.NoRoom; the
    order stays held then.
    """
    locked = _locked(approval)
    for_team, for_site = sides_of(user, locked)
    if not for_team and not for_site:
        raise NotYours
    findings = findings_now(locked)
    if seen != seen_hash(locked.order, findings):
        raise SeenOther
    denied = [finding for finding in findings if finding.verdict == rules.Verdict.DENY]
    if denied:
        raise Denied(denied)
    _vote(locked, user, Verdict.APPROVE, comment, seen, for_site=for_site and not for_team)
    told = {"group_name": locked.order.group_name, "comment": comment}
    audit.record(user, "approval.voted", locked.order_id, told)
    if _sides_open(locked, user, for_team, for_site):
        return locked
    _move(locked, State.APPROVED)
    quotas.book(locked.order)
    if not orders.let_go(locked.order_id):
        raise Overtaken(locked)
    audit.record(user, "approval.approved", locked.order_id, {"group_name": locked.order.group_name})
    return locked


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
    for approval in over[:EXPIRED_AT_ONCE]:
        with transaction.atomic():
            found = Approval.objects.filter(pk=approval.pk, state=State.OPEN, expires_at__lte=moment)
            if found.update(state=State.EXPIRED, decided_at=moment):
                approval.state = State.EXPIRED
                _refuse(approval, None, "")
                ended += 1
    return ended


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


def _end(approval: Approval, state: State, by: User, comment: str = "") -> Approval:
    _move(approval, state)
    _refuse(approval, by, comment)
    return approval


def _refuse(approval: Approval, by: User | None, comment: str) -> None:
    state = State(approval.state)
    orders.stop(approval.order, kind=KINDS[state], state=OrderState.HELD)
    told = {"group_name": approval.order.group_name, "comment": comment}
    audit.record(
        by or approval.order.owner, f"approval.{state}", approval.order_id, told, team_id=approval.order.team_id
    )


def _vote(approval: Approval, user: User, verdict: Verdict, comment: str, seen: str, *, for_site: bool = False) -> None:
    try:
        with transaction.atomic():
            Vote.objects.create(
                approval=approval, user=user, verdict=verdict, comment=comment, seen=seen, for_site=for_site
            )
    except IntegrityError:
        raise Overtaken(approval) from None


def _sides_open(approval: Approval, user: User, for_team: bool, for_site: bool) -> bool:
    """Tell whether a side has still to vote, after this person's vote for these sides."""
    votes = Vote.objects.filter(approval=approval, verdict=Verdict.APPROVE).exclude(user=user)
    has_team = for_team or votes.filter(for_site=False).exists()
    has_site = for_site or votes.filter(for_site=True).exists()
    return (approval.by_team and not has_team) or (approval.by_site and not has_site)
