"""kill -9 while somebody asks for an approval and while somebody gives it, at every named point, on both databases.

A forked child dies; then it is asked again and approved again, and the worker runs. In the end every order was asked
for once, is booked once, has one group, and left no secret.
"""

import itertools
import multiprocessing
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from tests.campaigns import people, points
from tests.campaigns.decisions import DATABASES, Scene, work_to_the_end
from tests.campaigns.presses import LIMITS, ROOM
from tests.campaigns.report import Report
from tests.topology import Topology

BATCH = 20
COUNTS = ("lost", "doubled", "unbooked", "secrets")


def run(*, is_short: bool) -> Report:
    """The report; each database has a process of its own, because Django is set up once."""
    times = 1 if is_short else 10
    report = Report("kill -9 while an approval is asked for and given", "an order that is let go before it is booked")
    found = []
    for database in DATABASES:
        with multiprocessing.get_context("spawn").Pool(1) as pool:
            told = pool.apply(_on, (database, times))
        found.append(told["found"])
        report.add(f"{database}: kills", told["kills"], told["kills"] > 0)
        report.exactly(f"{database}: lost orders, or held ones that nobody was asked about", told["lost"], 0)
        report.exactly(f"{database}: doubled orders, approvals or groups", told["doubled"], 0)
        report.exactly(f"{database}: groups without a booking, bookings without a group", told["unbooked"], 0)
        report.exactly(f"{database}: secrets left", told["secrets"], 0)
    report.finds_defect = all(found)
    return report


def _on(database: str, times: int) -> dict[str, Any]:
    with Topology(
        database=database, has_cache=False, servers=0, workers=0, simulator=LIMITS, settings=ROOM
    ) as topology:
        campaign = Campaign(topology)
        for point in points.ASK * times:
            campaign.kill_asking(point)
        for point in points.APPROVE * times:
            campaign.kill_approving(point)
        campaign.recover()
        told = {"kills": campaign.kills, **campaign.counts}
        found = campaign.finds_early_release()
    return {**told, "found": found}


class Campaign:
    """Kills, then checks what became of what was killed."""

    def __init__(self, topology: Topology) -> None:
        self._topology = topology
        self._scene = Scene.new()
        self._numbers = itertools.count(1)
        self._names: list[str] = []
        self.kills = 0
        self.counts = dict.fromkeys(COUNTS, 0)

    def kill_asking(self, point: points.Point) -> None:
        """One order that is asked for by a process that is killed."""
        name = self._new_name()
        self._kill(point, lambda: self._scene.ask(name))

    def kill_approving(self, point: points.Point) -> None:
        """One order that is approved by a process that is killed."""
        approval = self._scene.ask(self._new_name())
        self._kill(point, lambda: self._approve(approval))

    def _new_name(self) -> str:
        name = f"approve-{next(self._numbers)}"
        self._names.append(name)
        return name

    def _kill(self, point: points.Point, work: Callable[[], object]) -> None:
        from django.db import connection

        connection.close()
        self.kills += points.die_in_child(work, point)
        if len(self._names) >= BATCH:
            self.recover()

    def _approve(self, approval: Any) -> None:
        from consoleapp.approvals import services as approvals

        seen = approvals.seen_hash(approval.order, approvals.findings_now(approval))
        approvals.approve(self._scene.deciders[0], approval, seen)

    def recover(self) -> None:
        """What is held without an approval is counted; then all is asked for and approved again, and counted."""
        from consoleapp.approvals import services as approvals
        from consoleapp.orders.models import Order, OrderState

        self.counts["lost"] += Order.objects.filter(state=OrderState.HELD, approval=None).count()
        for name in self._names:
            # It may have been approved before its process died.
            with suppress(approvals.Overtaken):
                self._approve(self._scene.ask(name))
        work_to_the_end()
        self._count()
        self._names.clear()

    def _count(self) -> None:
        from consoleapp.approvals.models import Approval, State
        from consoleapp.governance.models import Booking
        from consoleapp.orders.models import Order

        groups = people.groups_by_name(self._topology.simulator_state)
        for name in self._names:
            orders = list(Order.objects.filter(group_name=name))
            approved = Approval.objects.filter(order__in=orders, state=State.APPROVED).count()
            booked = Booking.objects.filter(order__in=orders, released_at=None).count()
            made = groups.get(name, 0)
            self.counts["lost"] += made == 0 or approved == 0
            self.counts["doubled"] += made > 1 or len(orders) > 1 or approved > 1
            self.counts["unbooked"] += booked != made
            self.counts["secrets"] += any(order.sealed_secrets for order in orders)

    def finds_early_release(self) -> bool:
        """Whether the same campaign counts what is not booked in a build that lets an order go by itself."""
        from tests.campaigns.flawed import early_release

        before = dict(self.counts)
        early_release()
        for point in points.APPROVE:
            if "booking" in point.name:
                self.kill_approving(point)
        self.recover()
        return self.counts != before
