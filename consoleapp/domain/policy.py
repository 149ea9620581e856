"""Policies: what a team or the site allows to be ordered, judged over what is known of a container group.

A half-filled form has no valid spec, but it has an unchecked one (``schema.unchecked``) in which what could not be read
is None; a rule says nothing of that. So one function judges the form while it is filled in, the last press, a template
and a held order, and no two places can come to two results. All findings are told at once.

What the rules are, and their sentences, stands in ``policy_rules.py``.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any, Final

from consoleapp.domain.group import ContainerGroupSpec


class Verdict(StrEnum):
    """What a finding means for the order, the hardest first."""

    DENY = "deny"
    APPROVE = "approve"
    WARN = "warn"


class Takes(StrEnum):
    """What kind of value a rule has."""

    NOTHING = "nothing"
    NUMBER = "number"
    NAMES = "names"
    IMAGES = "images"


@dataclass(frozen=True)
class ImageProof:
    """What is known of an image: when a registry proved that it can be pulled, and whether somebody went on without."""

    proved_at: datetime | None = None
    was_overridden: bool = False


# The fields of Facts by how they are stored.
_PLAIN: Final = ("vpc_id", "currency", "template", "quota_percent", "is_last")
_NUMBERS: Final = ("cpu", "memory_gib", "price_per_hour")


@dataclass(frozen=True)
class Facts:
    """What is known beside the spec. None: not known (yet); at the last press that is a finding where it is needed.

    ``proofs`` are by the address of the image as it is sent. ``template`` is the name of the template that the order
    comes of, "" without. ``quota_percent`` is the share of the fullest quota that would be used with this order.
    """

    vpc_id: str | None = None
    cpu: Decimal | None = None
    memory_gib: Decimal | None = None
    price_per_hour: Decimal | None = None
    currency: str = ""
    proofs: Mapping[str, ImageProof] = field(default_factory=dict)
    template: str = ""
    quota_percent: int | None = None
    is_last: bool = False

    def written(self) -> dict[str, Any]:
        """Return the facts as they are stored; see read_facts."""
        return {
            **{name: getattr(self, name) for name in _PLAIN},
            **{name: f"{number:f}" for name in _NUMBERS if (number := getattr(self, name)) is not None},
            "proofs": {
                image: [proof.proved_at.isoformat() if proof.proved_at else None, proof.was_overridden]
                for image, proof in self.proofs.items()
            },
        }


def read_facts(stored: Mapping[str, Any]) -> Facts:
    """Return facts of what `Facts.written` returned; what is not there is not known."""
    numbers: dict[str, Any] = {name: Decimal(stored[name]) for name in _NUMBERS if stored.get(name) is not None}
    proofs = {
        image: ImageProof(datetime.fromisoformat(proved_at) if proved_at else None, was_overridden)
        for image, (proved_at, was_overridden) in stored.get("proofs", {}).items()
    }
    others = {name: stored[name] for name in _PLAIN if name in stored}
    return Facts(**numbers, **others, proofs=proofs)


@dataclass(frozen=True)
class Found:
    """Where a rule is broken: the path of the value in the spec, and the value as words."""

    path: str
    value: str = ""


Find = Callable[[ContainerGroupSpec, Facts, Any, datetime], Iterator[Found]]


@dataclass(frozen=True)
class Rule:
    """A kind of rule. ``says`` is its sentence, in a policy and at the field; ``{value}`` in it is the rule's value.
    ``about`` is the field, without numbers of rows: who asks about one field judges by its rules alone.
    """

    name: str
    about: str
    says: str
    takes: Takes
    find: Find
    usual: Verdict = Verdict.DENY
    unit: str = ""


@dataclass(frozen=True)
class PolicyRule:
    """A rule of a policy: its value, read (a Decimal, or a tuple of names or image patterns, or None), and verdict."""

    rule: Rule
    value: Any
    verdict: Verdict


@dataclass(frozen=True)
class Policy:
    """One version of a policy. ``is_enforced``: False tells its findings as warnings, whatever their verdicts."""

    id: int
    version: int
    name: str
    rules: tuple[PolicyRule, ...]
    is_enforced: bool = True
    is_site: bool = False


@dataclass(frozen=True)
class Exemption:
    """A standing exception to one rule of a policy until a moment; ``values`` are those it admits, none means any."""

    policy: int
    rule: str
    until: datetime
    values: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Finding:
    """One value that a rule does not allow; ``may_ask``: an exception may be asked for, ``is_asked``: it has been."""

    rule: Rule
    verdict: Verdict
    path: str
    found: str
    value: str
    policy: Policy
    is_asked: bool = False

    @property
    def key(self) -> str:
        """Return what an exception is asked for by: the policy and its rule."""
        return f"{self.policy.id}/{self.rule.name}"

    @property
    def may_ask(self) -> bool:
        """Tell whether an exception may be asked for: of what is denied."""
        return self.verdict == Verdict.DENY


def judge(
    spec: ContainerGroupSpec,
    policies: Iterable[Policy],
    facts: Facts,
    now: datetime,
    *,
    exemptions: Sequence[Exemption] = (),
    asked: Collection[str] = (),
    about: str = "",
) -> tuple[Finding, ...]:
    """Return all findings, the hardest first, else in the order of the policies and their rules.

    ``asked`` are the keys of the exceptions that the order asks for: what is denied becomes a matter of approval.
    ``about`` limits it to the rules of one field.
    """
    found = [
        finding
        for policy in policies
        for each in policy.rules
        if not about or each.rule.about == about
        for finding in _findings(spec, policy, each, facts, now)
        if not _is_exempt(finding, exemptions, now)
    ]
    settled = (_asked_for(finding, asked) for finding in found)
    return tuple(sorted(settled, key=lambda finding: list(Verdict).index(finding.verdict)))


def _findings(
    spec: ContainerGroupSpec, policy: Policy, rule: PolicyRule, facts: Facts, now: datetime
) -> Iterator[Finding]:
    verdict = rule.verdict if policy.is_enforced else Verdict.WARN
    for found in rule.rule.find(spec, facts, rule.value, now):
        yield Finding(rule.rule, verdict, found.path, found.value, told_value(rule), policy)


def told_value(rule: PolicyRule) -> str:
    """Return a rule's value as its sentence has it."""
    if rule.value is None:
        return ""
    if isinstance(rule.value, Decimal):
        return f"{rule.value:f}"
    return ", ".join(str(each) for each in rule.value)


def _is_exempt(finding: Finding, exemptions: Sequence[Exemption], now: datetime) -> bool:
    return any(
        (each.policy, each.rule) == (finding.policy.id, finding.rule.name)
        and each.until > now
        and (not each.values or finding.found in each.values)
        for each in exemptions
    )


def _asked_for(finding: Finding, asked: Collection[str]) -> Finding:
    if finding.key not in asked or finding.verdict != Verdict.DENY:
        return finding
    return replace(finding, verdict=Verdict.APPROVE, is_asked=True)


def worst(findings: Iterable[Finding]) -> Verdict | None:
    """Return the hardest verdict; None where there is no finding."""
    return min((finding.verdict for finding in findings), key=list(Verdict).index, default=None)
