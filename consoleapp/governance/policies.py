"""Policies: which bind a team, saved as versions that never change, and judged by domain/policy.py."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Final

from django.db import transaction
from django.db.models import F, FilteredRelation, Q, QuerySet
from django.utils import timezone

from consoleapp.accounts.models import User
from consoleapp.audit import services as audit
from consoleapp.domain import policy as rules
from consoleapp.domain.group import ContainerGroupSpec
from consoleapp.domain.policy_rules import read_rule, written
from consoleapp.governance.models import Exemption, Mode, Policy, PolicyVersion
from consoleapp.teams.models import Team

EXEMPTION_MAX: Final = timedelta(days=90)


class Overtaken(Exception):
    """Somebody has saved or ended the policy meanwhile."""


class TooLong(Exception):
    """An exemption would last longer than any may."""


def _current(team: Team) -> QuerySet[PolicyVersion]:
    current = PolicyVersion.objects.filter(number=F("policy__current"), policy__ended_at=None).filter(
        Q(policy__team=team) | Q(policy__team=None)
    )
    order = (F("policy__team").asc(nulls_first=True), "policy__name", "policy__pk")
    return current.select_related("policy").order_by(*order)


def rulebook(team: Team, now: datetime | None = None) -> tuple[list[rules.Policy], list[rules.Exemption]]:
    """Return the policies that bind the team and the exemptions from them that count now, in one query."""
    counts = Q(policy__exemptions__team=team, policy__exemptions__ended_at=None) & Q(
        policy__exemptions__until__gt=now or timezone.now()
    )
    found = (
        _current(team)
        .annotate(exempt=FilteredRelation("policy__exemptions", condition=counts))
        .annotate(rule=F("exempt__rule"), until=F("exempt__until"), values=F("exempt__values"))
    )
    policies, exemptions = {}, []
    for version in found:
        if version.policy_id not in policies:
            policies[version.policy_id] = read(version)
        if version.rule is not None:
            admitted = frozenset(version.values)
            exemptions.append(rules.Exemption(version.policy_id, version.rule, version.until, admitted))
    return list(policies.values()), exemptions


def read(version: PolicyVersion) -> rules.Policy:
    """Return a version of a policy as it is judged."""
    policy = version.policy
    return rules.Policy(
        policy.pk,
        version.number,
        policy.name,
        tuple(read_rule(row["rule"], row["value"], row["verdict"]) for row in version.rules),
        is_enforced=policy.mode == Mode.ENFORCE,
        is_site=policy.team_id is None,
    )


def judge(
    team: Team | None, spec: ContainerGroupSpec, facts: rules.Facts, asked: Collection[str] = ()
) -> tuple[rules.Finding, ...]:
    """Return what the policies that bind the team find; one query, none for who acts for themselves."""
    if team is None:
        return ()
    now = timezone.now()
    policies, exemptions = rulebook(team, now)
    return rules.judge(spec, policies, facts, now, exemptions=exemptions, asked=asked)


@transaction.atomic
def save(
    by: User,
    policy: Policy,
    said: Sequence[rules.PolicyRule],
    *,
    mode: Mode,
) -> PolicyVersion:
    """Save the policy's rules as a new version, which counts from now on.

    Raise Overtaken where `policy.current` is not the version that counts any more: of two who save at once, the second.
    """
    if policy.pk is None:
        policy.save()
    seen = Policy.objects.filter(pk=policy.pk, current=policy.current, ended_at=None)
    if not seen.update(current=policy.current + 1, mode=mode, name=policy.name):
        raise Overtaken
    policy.current, policy.mode = policy.current + 1, mode
    version = PolicyVersion.objects.create(policy=policy, number=policy.current, rules=written(said), mode=mode, by=by)
    told = {"name": policy.name, "version": version.number, "mode": mode.value, "rules": version.rules}
    audit.record(by, "policy.saved", policy.pk, told)
    return version


@transaction.atomic
def end(by: User, policy: Policy) -> bool:
    """End the policy, and tell whether that was done: it binds nobody any more, and what it said stays."""
    policy.ended_at = timezone.now()
    is_first = bool(Policy.objects.filter(pk=policy.pk, ended_at=None).update(ended_at=policy.ended_at))
    if is_first:
        audit.record(by, "policy.ended", policy.pk, {"name": policy.name})
    return is_first


def open_policies(team: Team | None) -> QuerySet[Policy]:
    """Return the policies of a team, without one those of the site, that have not ended."""
    return Policy.objects.filter(team=team, ended_at=None).order_by("name", "pk")


def versions_of(policies: Collection[Policy]) -> dict[int, list[PolicyVersion]]:
    """Return the versions of each policy, the newest first, by the policy's number."""
    found: dict[int, list[PolicyVersion]] = {policy.pk: [] for policy in policies}
    for version in PolicyVersion.objects.filter(policy__in=policies).select_related("policy", "by"):
        found[version.policy_id].append(version)
    return found


def exemptions_from(policies: Collection[Policy], team: Team | None) -> dict[int, list[Exemption]]:
    """Return the exemptions from each policy that count now, of one team or of all, by the policy's number."""
    found: dict[int, list[Exemption]] = {policy.pk: [] for policy in policies}
    counting = Exemption.objects.filter(policy__in=policies, ended_at=None, until__gt=timezone.now())
    theirs = counting.filter(team=team) if team else counting
    for exemption in theirs.select_related("team", "by", "policy").order_by("until", "pk"):
        found[exemption.policy_id].append(exemption)
    return found


@transaction.atomic
def exempt(
    by: User, team: Team, policy: Policy, rule: str, until: datetime, reason: str, values: Sequence[str] = ()
) -> Exemption:
    """Grant the team a standing exception. Raise TooLong."""
    if until > timezone.now() + EXEMPTION_MAX:
        raise TooLong
    made = Exemption.objects.create(
        policy=policy, team=team, rule=rule, until=until, reason=reason, values=list(values), by=by
    )
    told = {"team": team.slug, "policy": policy.name, "rule": rule, "values": list(values), "until": until.isoformat()}
    audit.record(by, "policy.exempted", policy.pk, {**told, "reason": reason})
    return made


@transaction.atomic
def end_exemption(by: User, exemption: Exemption) -> bool:
    """End an exemption before its time, and tell whether that was done: only once, whoever comes second."""
    now = timezone.now()
    open_one = Exemption.objects.filter(pk=exemption.pk, ended_at=None, until__gt=now)
    if not open_one.update(ended_at=now):
        return False
    told = {"team": exemption.team.slug, "policy": exemption.policy.name, "rule": exemption.rule}
    audit.record(by, "policy.exemption-ended", exemption.policy_id, told)
    return True
