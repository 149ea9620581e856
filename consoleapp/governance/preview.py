"""What would change: what a policy as it is typed says of what there is, before it is saved.

What lies above governance registers what it wants judged: see `register`. Nothing is changed by it; running groups stay
whatever a policy says.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from consoleapp.domain import policy as rules
from consoleapp.domain.errors import DomainError
from consoleapp.domain.group import ContainerGroupSpec
from consoleapp.governance import policies, summary
from consoleapp.governance.models import Policy
from consoleapp.orders import payload
from consoleapp.orders.models import Order, OrderState
from consoleapp.teams.actors import Actor
from consoleapp.teams.models import Team

# So many of each kind are judged, the newest, and so many of those that break a rule are named.
JUDGED_MAX: Final = 500
NAMED_MAX: Final = 10


@dataclass(frozen=True)
class Thing:
    """Something that a policy would judge: what it is called, who made it, and where it is shown ("" for who may not
    open it); `asked` are the keys of the exceptions that it asks for."""

    team_id: int
    name: str
    by: str
    url: str
    spec: ContainerGroupSpec
    facts: rules.Facts
    asked: Collection[str] = ()


# Gets the team (None: all teams), who asks, and how many at the most; yields the newest first.
Find = Callable[[Team | None, Actor, int], Iterable[Thing]]


@dataclass(frozen=True)
class Kind:
    """A kind of things that policies judge; `counted` says so many of them: "2 drafts"."""

    counted: Callable[[int], str]
    find: Find


_kinds: dict[str, Kind] = {}


def register(name: str, kind: Kind) -> None:
    """Have a kind of things judged before a policy is saved; what lies above first."""
    _kinds[name] = kind


@dataclass(frozen=True)
class Broken:
    """A thing and the sentences that it breaks."""

    thing: Thing
    sentences: Sequence[str]


@dataclass(frozen=True)
class Outcome:
    """What would become of the things of one kind."""

    kind: Kind
    judged: int
    denied: Sequence[Broken]
    held: Sequence[Broken]

    @property
    def named(self) -> list[Broken]:
        """Return the first of those that break a rule, those that are denied before the others."""
        return [*self.denied, *self.held][:NAMED_MAX]

    @property
    def more(self) -> int:
        """Return how many more there are."""
        return len(self.denied) + len(self.held) - len(self.named)

    @property
    def words(self) -> str:
        return self.kind.counted(len(self.denied) + len(self.held))


@dataclass(frozen=True)
class Preview:
    """What would change, for all kinds, in words."""

    outcomes: Sequence[Outcome]

    @property
    def denied(self) -> str:
        """Return what would not pass: "2 drafts, 1 waiting order and 4 running groups"; "" for nothing."""
        return _joined([each.kind.counted(len(each.denied)) for each in self.outcomes if each.denied])

    @property
    def held(self) -> str:
        """Return what would need an approval."""
        return _joined([each.kind.counted(len(each.held)) for each in self.outcomes if each.held])

    @property
    def judged(self) -> str:
        """Return what was looked at."""
        return _joined([each.kind.counted(each.judged) for each in self.outcomes if each.judged])

    @property
    def is_cut(self) -> bool:
        """Tell whether there may be more than were looked at."""
        return any(each.judged >= JUDGED_MAX for each in self.outcomes)

    @property
    def broken(self) -> list[Outcome]:
        return [each for each in self.outcomes if each.denied or each.held]


def preview(policy: Policy, said: Sequence[rules.PolicyRule], actor: Actor) -> Preview:
    """Return what the policy with these rules would say, enforced, of what there is in its team, or in all teams."""
    typed = rules.Policy(policy.pk or 0, policy.current + 1, policy.name, tuple(said), is_site=policy.team_id is None)
    exempt = _exemptions(policy)
    return Preview([_outcome(kind, typed, policy.team, actor, exempt) for kind in reversed(_kinds.values())])


def _exemptions(policy: Policy) -> dict[int, list[rules.Exemption]]:
    """Return the exemptions from the policy that count now, by team."""
    found: dict[int, list[rules.Exemption]] = defaultdict(list)
    if policy.pk:
        for row in policies.exemptions_from([policy], policy.team)[policy.pk]:
            found[row.team_id].append(rules.Exemption(row.policy_id, row.rule, row.until, frozenset(row.values)))
    return found


def _outcome(
    kind: Kind, typed: rules.Policy, team: Team | None, actor: Actor, exempt: dict[int, list[rules.Exemption]]
) -> Outcome:
    now, judged = timezone.now(), 0
    broken: dict[rules.Verdict, list[Broken]] = {verdict: [] for verdict in rules.Verdict}
    for thing in kind.find(team, actor, JUDGED_MAX):
        judged += 1
        exemptions = exempt.get(thing.team_id, ())
        found = rules.judge(thing.spec, [typed], thing.facts, now, exemptions=exemptions, asked=thing.asked)
        worst = rules.worst(found)
        if worst is not None:
            hard = {each.rule.name for each in found if each.verdict != rules.Verdict.WARN}
            told = [rule for rule in typed.rules if rule.rule.name in hard]
            broken[worst].append(Broken(thing, [summary.text_of(rule) for rule in told]))
    return Outcome(kind, judged, broken[rules.Verdict.DENY], broken[rules.Verdict.APPROVE])


def _joined(words: Sequence[str]) -> str:
    if len(words) < 2:
        return "".join(words)
    return _("%(names)s and %(last)s") % {"names": ", ".join(words[:-1]), "last": words[-1]}


def order_thing(
    order: Order, actor: Actor, facts: rules.Facts | None = None, asked: Collection[str] = ()
) -> Thing | None:
    """Return an order as it is judged; None for one that this version of the console cannot read."""
    try:
        spec = payload.spec_of(order)
    except DomainError:
        return None
    known = facts or rules.Facts(
        vpc_id=order.vpc_id or None,
        cpu=order.cpu,
        memory_gib=order.memory_gib,
        price_per_hour=order.price_per_hour,
        currency=order.currency,
    )
    url = ""
    if actor.team is not None and actor.team.pk == order.team_id:
        group_id = order.container_group_id
        url = reverse("groups:detail", args=[group_id]) if group_id else reverse("orders:detail", args=[order.pk])
    return Thing(order.team_id or 0, order.group_name, order.owner.label, url, spec, known, asked)


def _running(team: Team | None, actor: Actor, most: int) -> Iterable[Thing]:
    """Yield the groups that are there as far as the console knows: what they have booked was not given back."""
    running = Order.objects.filter(state=OrderState.CREATED, booking__isnull=False, booking__released_at=None)
    theirs = running.filter(team=team) if team else running
    for order in theirs.select_related("owner").defer("sealed_secrets")[:most]:
        if (thing := order_thing(order, actor)) is not None:
            yield thing


def count_running(number: int) -> str:
    """Say so many running groups."""
    return ngettext("%(n)d running group", "%(n)d running groups", number) % {"n": number}


RUNNING: Final = Kind(count_running, _running)
