"""More orders than a team's quota has room for, pressed at once on two servers, on SQLite and PostgreSQL.

People of one team press drafts of several sizes in the same moment. What is booked is never above the limit, `used` is
the sum of what is booked, and no order was turned away for which there is still room.
"""

import multiprocessing
from functools import partial
from typing import Any

from tests.campaigns import people
from tests.campaigns.presses import LIMITS, ROOM
from tests.campaigns.report import Report
from tests.topology import Topology

DATABASES = ("sqlite", "postgresql")
# Of the team, in vCPU; what is pressed takes about four times as much.
LIMIT = 10
SIZES = ((1, 2), (2, 4), (4, 8))


def run(*, is_short: bool) -> Report:
    """The report; each database has a process of its own, because Django is set up once."""
    presses, rounds = (16, 2) if is_short else (50, 200)
    title = f"{presses} orders at once into a quota of {LIMIT} vCPU, {rounds} rounds"
    report = Report(title, "what the page has said of the quota is believed")
    found = []
    for database in DATABASES:
        with multiprocessing.get_context("spawn").Pool(1) as pool:
            told = pool.apply(_on, (database, presses, rounds))
        found.append(told["found"])
        report.exactly(f"{database}: rounds above the limit", told["over"], 0)
        report.exactly(f"{database}: rounds where used is not the sum of what is booked", told["unequal"], 0)
        report.exactly(f"{database}: bookings without an order, orders without a booking", told["apart"], 0)
        report.exactly(f"{database}: orders turned away for which there was room", told["unused"], 0)
        report.add(f"{database}: orders that were let through", told["taken"], told["taken"] > 0)
    report.finds_defect = all(found)
    return report


def _on(database: str, presses: int, rounds: int) -> dict[str, Any]:
    sums = {"over": 0, "unequal": 0, "apart": 0, "unused": 0, "taken": 0}
    with Topology(database=database, has_cache=False, workers=0, simulator=LIMITS, settings=ROOM) as topology:
        for number in range(rounds):
            for name, value in _round(topology, presses, number).items():
                sums[name] += value
        found = _finds(topology, presses)
    return {**sums, "found": found}


def _finds(topology: Topology, presses: int) -> bool:
    """Whether a round notices a build that looks at the quota before the press alone."""
    defect = {"CAMPAIGN_DEFECT": "believed-forecast"}
    topology.servers = [
        topology.served(f"flawed-{each}", "tests.campaigns.flawed:application", **defect) for each in (1, 2)
    ]
    try:
        return any(_round(topology, presses, 1_000_000 + number)["over"] for number in range(5))
    finally:
        for server in topology.servers:
            server.end()


def _round(topology: Topology, presses: int, number: int) -> dict[str, int]:
    from consoleapp.domain.quota import Amounts, Unit
    from consoleapp.domain.roles import Role
    from consoleapp.governance import quotas
    from consoleapp.governance.models import Booking
    from consoleapp.orders.models import Order, OrderState
    from consoleapp.teams.services import create_team
    from consoleapp.wizard.services import ordering

    bob = people.new_user()
    team = create_team(bob, f"room-{number}", "Room", bob)
    quotas.set_limit(team, Unit.VCPU, LIMIT * 1000)
    cookie = people.cookie_of(bob)
    drafts = [_draft(bob, team, Role.ADMIN, each) for each in range(presses)]
    bases = [server.url for server in topology.servers]
    keys = [ordering.form_key(draft) for draft in drafts]
    people.at_once(
        [
            partial(people.press, bases[each % len(bases)], draft, key, cookie)
            for each, (draft, key) in enumerate(zip(drafts, keys, strict=True))
        ]
    )
    used = quotas.rooms_for(team, Amounts())[0].used
    booked = quotas.booked(team).of(Unit.VCPU)
    orders = Order.objects.filter(team=team)
    released = orders.exclude(state=OrderState.REFUSED)
    smallest = min((SIZES[each % len(SIZES)][0] for each in _without_order(drafts, orders)), default=0)
    return {
        "over": int(booked > LIMIT * 1000),
        "unequal": int(used != booked),
        "apart": released.count() - Booking.objects.filter(team=team, released_at=None).count(),
        "unused": int(bool(smallest) and smallest * 1000 <= LIMIT * 1000 - booked),
        "taken": released.count(),
    }


def _without_order(drafts: list[Any], orders: Any) -> list[int]:
    """The numbers of the drafts that became no order."""
    ordered = set(orders.values_list("draft_id", flat=True))
    return [number for number, draft in enumerate(drafts) if draft.pk not in ordered]


def _draft(owner: Any, team: Any, role: Any, number: int) -> Any:
    from decimal import Decimal

    from consoleapp.teams.actors import Actor
    from consoleapp.wizard.draft.encoding import to_draft
    from consoleapp.wizard.services import drafts
    from tests.wizard.complete import VPC, private_spec

    cpu, memory = SIZES[number % len(SIZES)]
    group = private_spec(container_group_name=f"{team.slug}-{number}", cpu=Decimal(cpu), memory_gib=Decimal(memory))
    made = to_draft(group, VPC)
    return drafts.create_draft(Actor(owner, team, role), made.data, secrets=made.secrets)
