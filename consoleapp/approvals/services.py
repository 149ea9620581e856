"""Approvals: asked for with a held order, decided by others, withdrawn, or over in time.

Every change of state is one statement that works only on an open approval whose time is not over; so of two that come
at once one wins, and the other one is told. Rights are read inside that transaction. An approved order is booked on its
team's quotas and let go in the same transaction; from there on it is sent as any other.
"""

import hashlib
import json
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, Final

from django.db import IntegrityError, transaction

from consoleapp.accounts.models import User
from consoleapp.approvals.deciders import Sides, open_sides_of, sides_of, still_wanted, together_with
from consoleapp.approvals.models import Approval, State, Verdict, Vote
from consoleapp.audit import services as audit
from consoleapp.domain import policy as rules
from consoleapp.domain.quota import Room
from consoleapp.governance import policies, quotas
from consoleapp.launch_templates.services import is_usable
from consoleapp.orders import clock, payload
from consoleapp.orders import services as orders
from consoleapp.orders.models import Order, OrderState
from consoleapp.web.formats import readable

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


class Overtaken(Exception):
    """The approval is not open any more; `approval` is what became of it."""

    def __init__(self, approval: Approval) -> None:
        super().__init__(f"the approval is {approval.state}")
        self.approval = approval


class SeenOther(Exception):
    """What the person saw is not what would be decided now."""


class NotYours(Exception):
    """The person may not decide about this order."""


class Outdated(Exception):
    """What the order was made of does not count any more: the version of its template, or a saved login; `what` says
    which."""

    TEMPLATE: Final = "template"
    LOGIN: Final = "login"

    def __init__(self, what: str) -> None:
        super().__init__(f"the {what} is outdated")
        self.what = what


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
        text=readable(text, TEXT_MAX),
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


@transaction.atomic
def approve(user: User, approval: Approval, seen: str, comment: str = "") -> Approval:
    """Vote for the order, and release it where every side has; return the approval as it is then.

    `seen` is the word of what the person looked at. Raise NotYours, SeenOther, Denied, Outdated, Overtaken,
    quotas.NoRoom; the order stays held then. One whose requester is gone by now ends.
    """
    locked = _locked(approval)
    if not still_wanted().filter(pk=locked.pk).exists():
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
    if outdated := _outdated(locked.order):
        raise Outdated(outdated)
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


def _outdated(order: Order) -> str:
    """Return what of that which the order was made of does not count any more; "" where all does."""
    if order.template_version_id and not is_usable(order.template_version_id):
        return Outdated.TEMPLATE
    # Its password was copied into the order, and is not the login's any more.
    is_replaced = order.saved_credentials.filter(replaced_at__gt=order.created_at).exists()
    return Outdated.LOGIN if is_replaced else ""


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


def decide_others(
    user: User, approval: Approval, verdict: Verdict, seen: str, comment: str = ""
) -> tuple[int, Exception | None]:
    """Decide likewise about the other orders of the same press, which differ in name and mark alone; return about how
    many, and what has kept it from the next one: something else is found in it, there is no room, it is not open."""
    decide, done = approve if verdict == Verdict.APPROVE else reject, 0
    for other in together_with(approval).filter(state=State.OPEN):
        findings = findings_now(other) if verdict == Verdict.APPROVE else ()
        # By what was seen of the first one.
        if verdict == Verdict.APPROVE and seen_hash(approval.order, findings) != seen:
            return done, SeenOther()
        try:
            decide(user, other, seen_hash(other.order, findings), comment)
        except (SeenOther, Denied, Outdated, quotas.NoRoom, Overtaken, NotYours) as error:
            return done, error
        done += 1
    return done, None


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
    gone = Approval.objects.filter(state=State.OPEN).exclude(pk__in=still_wanted().values("pk"))
    for approval in gone.select_related("order", "order__owner")[:ENDED_AT_ONCE]:
        with suppress(Overtaken), transaction.atomic():
            _end(_locked(approval), State.GONE, None)
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


def _end(approval: Approval, state: State, by: User | None, comment: str = "") -> Approval:
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
