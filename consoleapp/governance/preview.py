"""What a policy would change before it is saved: what there is, judged by the policy as it is typed.

Orders that wait and groups that live are looked at here. Who stands above (drafts, templates) adds what they have with
`register`.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Final, cast

from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from consoleapp.domain import policy as rules
from consoleapp.domain.errors import DomainError
from consoleapp.domain.group import ContainerGroupSpec
from consoleapp.governance.policies import exemptions_of
from consoleapp.orders import payload
from consoleapp.orders.models import Order, OrderState
from consoleapp.teams.models import Team
from consoleapp.web.domain_words import Words

# Of each kind the newest so many are judged.
JUDGED_MAX: Final = 500
NAMED_MAX: Final = 5


@dataclass(frozen=True)
class Thing:
    """What is judged: what it is called, where it is found, whose it is, and what it is."""

    name: str
    url: str
    team: Team
    group: ContainerGroupSpec
    facts: rules.Facts


# Gets the team whose policy it is, None for a policy of the site; the newest first.
Provider = Callable[[Team | None], Iterable[Thing]]


@dataclass(frozen=True)
class Kind:
    """A kind of things, and what of it would not pass or would need approval; `more` were not judged."""

    label: Words
    denied: tuple[Thing, ...]
    asked: tuple[Thing, ...]
    judged: int

    @property
    def is_cut(self) -> bool:
        """Tell whether there may be more than were judged."""
        return self.judged >= JUDGED_MAX

    @property
    def named(self) -> tuple[Thing, ...]:
        """Return some of those that would not pass, to be named."""
        return self.denied[:NAMED_MAX]


def _waiting(team: Team | None) -> Iterator[Thing]:
    return _ordered(_orders(team).filter(state=OrderState.HELD), "orders:detail")


def _living(team: Team | None) -> Iterator[Thing]:
    booked = {"booking__isnull": False, "booking__released_at": None}
    return _ordered(_orders(team).filter(state=OrderState.CREATED, **booked), "groups:detail")


def _orders(team: Team | None) -> QuerySet[Order]:
    orders = Order.objects.filter(team=team) if team else Order.objects.exclude(team=None)
    return orders.select_related("team").order_by("-created_at")


def _ordered(orders: QuerySet[Order], page: str) -> Iterator[Thing]:
    for order in orders[:JUDGED_MAX]:
        try:
            group = payload.spec_of(order)
        except DomainError:
            continue
        facts = rules.Facts(
            vpc_id=order.vpc_id or None,
            cpu=order.cpu,
            memory_gib=order.memory_gib,
            price_per_hour=order.price_per_hour,
            currency=order.currency,
        )
        at = order.pk if page == "orders:detail" else order.container_group_id
        yield Thing(order.group_name, reverse(page, args=[at]), cast(Team, order.team), group, facts)


_providers: list[tuple[Words, Provider]] = [(_("Orders that wait"), _waiting), (_("Groups that live"), _living)]


def register(label: Words, provider: Provider) -> None:
    """Have a further kind of things judged."""
    _providers.append((label, provider))


def preview(policy: rules.Policy, team: Team | None) -> list[Kind]:
    """Return what would not pass, or would need approval, were the policy enforced."""
    return [_kind(policy, label, provider(team)) for label, provider in _providers]


def _kind(policy: rules.Policy, label: Words, things: Iterable[Thing]) -> Kind:
    now, exempt = timezone.now(), dict[int, list[rules.Exemption]]()
    denied, asked, judged = [], [], 0
    for thing in things:
        judged += 1
        exemptions = exempt.setdefault(thing.team.pk, []) or exemptions_of(thing.team, now)
        exempt[thing.team.pk] = exemptions
        verdict = rules.worst(rules.judge(thing.group, [policy], thing.facts, now, exemptions=exemptions))
        if verdict == rules.Verdict.DENY:
            denied.append(thing)
        elif verdict == rules.Verdict.APPROVE:
            asked.append(thing)
    return Kind(label, tuple(denied), tuple(asked), judged)
