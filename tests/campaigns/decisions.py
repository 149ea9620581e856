"""Everybody decides about one held order in the same moment, on two servers, on SQLite and PostgreSQL.

Two approve, one rejects, who asked withdraws, the time runs out, and now and then who asked is shut out. What is left
is one final state, a booking and a group where that is *approved* and none of either where it is not, and no secret.
"""

import multiprocessing
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from tests.campaigns import people
from tests.campaigns.presses import LIMITS, ROOM
from tests.campaigns.report import Report
from tests.topology import Topology

DATABASES = ("sqlite", "postgresql")
# What an answer may be: done, came second, and to who was shut out meanwhile that there is nothing.
FAIR = (302, 404, 409)
FAULTS = ("state", "groups", "bookings", "used", "votes", "secrets", "answers")


def run(*, is_short: bool) -> Report:
    """The report; each database has a process of its own, because Django is set up once."""
    rounds = 40 if is_short else 1000
    report = Report(f"approve, reject, withdraw, expire at once, {rounds} rounds", "a decision that looks first")
    found = []
    for database in DATABASES:
        with multiprocessing.get_context("spawn").Pool(1) as pool:
            told = pool.apply(_on, (database, rounds))
        found.append(told["found"])
        ends = ", ".join(f"{count} {state}" for state, count in sorted(told["ends"].items()))
        report.add(f"{database}: how they ended", ends, len(told["ends"]) > 1)
        report.exactly(f"{database}: orders whose state is not that of their approval", told["state"], 0)
        report.exactly(f"{database}: groups too many or too few", told["groups"], 0)
        report.exactly(f"{database}: bookings too many or too few", told["bookings"], 0)
        report.exactly(f"{database}: rounds where used is not the sum of what is booked", told["used"], 0)
        report.exactly(f"{database}: votes that do not say how it ended", told["votes"], 0)
        report.exactly(f"{database}: secrets left", told["secrets"], 0)
        report.exactly(f"{database}: answers that are no answer", told["answers"], 0)
    report.finds_defect = all(found)
    return report


def _on(database: str, rounds: int) -> dict[str, Any]:
    sums: dict[str, Any] = {**dict.fromkeys(FAULTS, 0), "ends": {}}
    with Topology(database=database, has_cache=False, workers=0, simulator=LIMITS, settings=ROOM) as topology:
        scene = Scene.new()
        for number in range(rounds):
            told = _round(topology, scene, number)
            for fault in FAULTS:
                sums[fault] += told[fault]
            sums["ends"][told["end"]] = sums["ends"].get(told["end"], 0) + 1
        found = _finds(topology, scene)
    return {**sums, "found": found}


def _finds(topology: Topology, scene: "Scene") -> bool:
    """Whether a round notices a build that looks whether an approval is open, and then takes that for granted."""
    defect = {"CAMPAIGN_DEFECT": "loose-decision"}
    topology.servers = [
        topology.served(f"flawed-{each}", "tests.campaigns.flawed:application", **defect) for each in (1, 2)
    ]
    try:
        rounds = (_round(topology, scene, 1_000_000 + number) for number in range(20))
        return any(told[fault] for told in rounds for fault in FAULTS if fault != "answers")
    finally:
        for server in topology.servers:
            server.end()


@dataclass(frozen=True)
class Scene:
    """A team in which bob asks, and three decide."""

    team: Any
    bob: Any
    deciders: tuple[Any, ...]

    @classmethod
    def new(cls) -> "Scene":
        """A team with a rule that wants every order approved, and a quota."""
        from consoleapp.domain.policy_rules import read_rule
        from consoleapp.domain.quota import Unit
        from consoleapp.domain.roles import Role
        from consoleapp.governance import policies, quotas
        from consoleapp.governance.models import Mode, Policy
        from consoleapp.teams.services import add_member, create_team

        alice, ann, eve, bob = (people.new_user() for _each in range(4))
        team = create_team(alice, "decides", "Decides", alice)
        for person, role in ((ann, Role.APPROVER), (eve, Role.APPROVER), (bob, Role.OPERATOR)):
            add_member(alice, team, person, role)
        policies.save(
            alice, Policy(team=team, name="QA"), [read_rule("price_at_most", "0", "approve")], mode=Mode.ENFORCE
        )
        quotas.set_limit(team, Unit.GROUPS, 1_000_000)
        return cls(team, bob, (alice, ann, eve))

    def ask(self, name: str) -> Any:
        """The approval of an order of bob's, recorded once however often that is done."""
        from decimal import Decimal

        from django.db import transaction

        from consoleapp.approvals import services as approvals
        from consoleapp.approvals.models import Approval
        from consoleapp.domain import wire
        from consoleapp.domain.policy import Facts
        from consoleapp.governance import policies
        from consoleapp.orders import payload
        from consoleapp.orders import services as orders
        from consoleapp.teams.actors import Actor
        from tests.wizard.complete import private_spec

        spec, facts = private_spec(container_group_name=name), Facts(price_per_hour=Decimal(1))
        with transaction.atomic():
            press = orders.Press(f"key-of-{name}", is_held=True, cpu=spec.cpu, memory_gib=spec.memory_gib)
            order = orders.record_order(Actor(self.bob, self.team), *wire.written(spec), press)
            earlier = Approval.objects.filter(order=order).first()
            if earlier is not None:
                return earlier
            return approvals.ask(order, policies.judge(self.team, payload.spec_of(order), facts), facts)

    def faults_of(self, approval: Any, groups: int) -> dict[str, Any]:
        """What is wrong with what is left of an approval, once nothing happens any more."""
        from consoleapp.approvals.models import Approval, State, Verdict
        from consoleapp.domain.quota import Amounts, Unit
        from consoleapp.governance import quotas
        from consoleapp.governance.models import Booking
        from consoleapp.orders.models import Order, OrderState

        approval, order = Approval.objects.get(pk=approval.pk), Order.objects.get(pk=approval.order_id)
        is_approved = approval.state == State.APPROVED
        wanted = {State.APPROVED: [Verdict.APPROVE], State.REJECTED: [Verdict.REJECT]}.get(State(approval.state), [])
        used = quotas.rooms_for(self.team, Amounts())[0].used
        return {
            "end": approval.state,
            "state": int(
                approval.state == State.OPEN
                or order.state != (OrderState.CREATED if is_approved else OrderState.REFUSED)
            ),
            "groups": int(groups != is_approved),
            "bookings": int(Booking.objects.filter(order=order, released_at=None).count() != is_approved),
            "used": int(used != quotas.booked(self.team).of(Unit.GROUPS)),
            "votes": int([vote.verdict for vote in approval.votes.all()] != wanted),
            "secrets": int(order.sealed_secrets != ""),
        }


def _round(topology: Topology, scene: Scene, number: int) -> dict[str, Any]:
    from consoleapp.accounts.models import User

    name = f"decide-{number}"
    approval = scene.ask(name)
    calls = _calls(topology, scene, approval, number)
    answers = people.at_once(calls)
    User.objects.filter(pk=scene.bob.pk).update(is_active=True)
    work_to_the_end()
    groups = people.groups_by_name(topology.simulator_state).get(name, 0)
    unfair = [answer for answer in answers if answer is not None and answer.status not in FAIR]
    return {**scene.faults_of(approval, groups), "answers": len(unfair)}


def _calls(topology: Topology, scene: Scene, approval: Any, number: int) -> list[Callable[[], Any]]:
    from consoleapp.approvals import services as approvals

    first, second = (server.url for server in topology.servers)
    page = f"/approvals/{approval.order_id}"
    seen = approvals.seen_hash(approval.order, approvals.findings_now(approval))
    yes, no = ({"verdict": verdict, "seen": seen} for verdict in ("approve", "reject"))
    alice, ann, eve, bob = map(people.cookie_of, (*scene.deciders, scene.bob))
    calls: list[Callable[[], Any]] = [
        partial(people.ask, first, f"{page}/decide/", alice, yes),
        partial(people.ask, second, f"{page}/decide/", ann, yes),
        partial(people.ask, second, f"{page}/decide/", eve, no),
        partial(people.ask, first, f"{page}/withdraw/", bob, {}),
        partial(_here, partial(approvals.expire, approval.expires_at)),
    ]
    if number % 4 == 3:
        calls.append(partial(_here, partial(_shut_out, scene.bob)))
    # Each has its turn to come first; what the worker does is as quick as a page is slow.
    if number % 2:
        del calls[4]
    return calls[number % len(calls) :] + calls[: number % len(calls)]


def _shut_out(bob: Any) -> None:
    from consoleapp.accounts.models import User
    from consoleapp.approvals import services as approvals

    User.objects.filter(pk=bob.pk).update(is_active=False)
    approvals.end_gone()


def _here(work: Callable[[], object]) -> None:
    """Does it in a thread of this process."""
    from django.db import connection

    try:
        work()
    finally:
        connection.close()


def work_to_the_end() -> None:
    """The worker, until nothing is due."""
    from consoleapp.orders.models import Order
    from consoleapp.orders.worker import Worker

    for _turn in range(8):
        people.time_passes(120)
        Worker().turn()
        if not Order.objects.filter(next_try_at__isnull=False).exists():
            break
