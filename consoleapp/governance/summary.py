"""Policies and quotas in words: a policy as sentences, a quota as a bar with what it says."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet

from consoleapp.domain.errors import DomainError
from consoleapp.domain.policy import PolicyRule, told_value
from consoleapp.domain.policy_rules import BY_SUBJECT, read_rule
from consoleapp.domain.quota import Room, Unit, said
from consoleapp.governance.forms import VERDICTS
from consoleapp.governance.models import Booking, PolicyVersion
from consoleapp.teams.models import Team
from consoleapp.web.domain_words import Words
from consoleapp.web.domain_words import said as in_language
from consoleapp.web.formats import amount

# From this share on a quota is nearly used up.
NEARLY_PERCENT = 80


@dataclass(frozen=True)
class Sentence:
    """A rule in words, and what it does to an order that breaks it."""

    text: str
    verdict: str
    verdict_label: Words


@dataclass(frozen=True)
class PolicyText:
    """A policy as people read it."""

    version: PolicyVersion
    subjects: tuple[tuple[str, tuple[Sentence, ...]], ...]

    @property
    def is_site(self) -> bool:
        """Tell whether it is the site's."""
        return self.version.policy.team_id is None


def sentence_of(rule: PolicyRule) -> str:
    """Return the rule as a sentence."""
    return in_language(rule.rule.says).format(value=told_value(rule))


def text_of(version: PolicyVersion) -> PolicyText:
    """Return a version of a policy in words; a rule that this version of the console does not know is left out."""
    rules = {rule.rule.name: rule for rule in _rules(version)}
    subjects = []
    for subject, known in BY_SUBJECT:
        said_here = tuple(_sentence(rules[rule.name]) for rule in known if rule.name in rules)
        if said_here:
            subjects.append((in_language(subject), said_here))
    return PolicyText(version, tuple(subjects))


def _rules(version: PolicyVersion) -> Iterator[PolicyRule]:
    for row in version.rules:
        try:
            yield read_rule(row["rule"], row["value"], row["verdict"])
        except DomainError:
            continue


def _sentence(rule: PolicyRule) -> Sentence:
    return Sentence(sentence_of(rule), rule.verdict.value, VERDICTS[rule.verdict])


@dataclass(frozen=True)
class Change:
    """What a version said that the one before did not, and what it did not say any more."""

    version: PolicyVersion
    added: tuple[str, ...]
    dropped: tuple[str, ...]


def history_of(versions: Iterable[PolicyVersion]) -> list[Change]:
    """Return what changed with each version, the newest first."""
    told = [(version, [_with_verdict(rule) for rule in _rules(version)]) for version in versions]
    found = []
    for (version, now), (_older, before) in zip(told, [*told[1:], (None, [])], strict=True):
        added = tuple(sentence for sentence in now if sentence not in before)
        dropped = tuple(sentence for sentence in before if sentence not in now)
        found.append(Change(version, added, dropped))
    return found


def _with_verdict(rule: PolicyRule) -> str:
    return f"{sentence_of(rule)} ({VERDICTS[rule.verdict]})"


@dataclass(frozen=True)
class Bar:
    """A quota as a bar: in percent what is used; in words how much that is, of how much, and what waits."""

    unit: Unit
    used: str
    limit: str
    left: str
    waiting: str
    percent: int

    @property
    def state(self) -> str:
        """Return "full", "nearly", or nothing."""
        return "full" if self.percent >= 100 else "nearly" if self.percent >= NEARLY_PERCENT else ""

    @property
    def width(self) -> int:
        """Return how much of the bar is filled."""
        return min(self.percent, 100)


def bar_of(room: Room) -> Bar:
    """Return a quota as a bar."""
    used, limit, left = (amount(said(number, room.unit)) for number in (room.used, room.limit, room.left))
    waiting = amount(said(room.waiting, room.unit)) if room.waiting else ""
    return Bar(room.unit, used, limit, left, waiting, room.percent)


@dataclass(frozen=True)
class Use:
    """What one order's group takes."""

    booking: Booking
    sizes: tuple[Decimal, Decimal]
    price: Decimal

    @property
    def order(self) -> Any:
        """Return the order."""
        return self.booking.order


def uses_of(team: Team) -> list[Use]:
    """Return what is booked, the largest price first."""
    return [
        Use(
            booking,
            (said(booking.vcpu_milli, Unit.VCPU), said(booking.memory_mib, Unit.MEMORY)),
            said(booking.price_micro_per_hour, Unit.PRICE),
        )
        for booking in open_bookings(team)
    ]


def open_bookings(team: Team) -> QuerySet[Booking]:
    """Return the bookings of the team that are not given back, with their orders and who made these."""
    found = Booking.objects.filter(team=team, released_at=None).select_related("order", "order__owner")
    return found.order_by("-price_micro_per_hour", "-vcpu_milli", "pk")
