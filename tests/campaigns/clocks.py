"""Two servers two hours apart on one PostgreSQL, each with a worker, and a cloud that loses answers."""

import random
from typing import Any

from tests.campaigns import people
from tests.campaigns.presses import LIMITS
from tests.campaigns.report import Report
from tests.topology import Topology

HOURS_APART = 2
# Half of the answers are lost, so that the last orders wait for six tries and their growing pauses: 100 s and more. Who
# waits for a clock waits for two hours.
DRAIN_SECONDS = 240
# So much longer than a retry takes that only an order that waits for a clock is still open.
FOUND_SECONDS = 60


def run(*, is_short: bool) -> Report:
    """The report."""
    orders = 30 if is_short else 300
    title = f"{orders} orders on two servers {HOURS_APART} hours apart"
    report = Report(title, "each server goes by its own clock alone")
    # Every other creation leaves no answer, so that a retry follows it.
    faults = ("--fault", "dropped-answer:2")
    with Topology(simulator=(*LIMITS, *faults), servers=0, workers=0) as topology:
        ahead, behind = (_server(topology, name, hours) for name, hours in (("ahead", HOURS_APART), ("behind", 0)))
        outcome = _load(topology, [ahead, behind], orders, "clock", DRAIN_SECONDS)
        report.exactly("orders with exactly one group", outcome["good"], orders)
        report.exactly("orders still open", outcome["open"], 0)
        report.exactly("answers that did not lead to an order", outcome["lost"], 0)
        report.add("drained", f"{outcome['seconds']:.0f} s after the last press")
        for server in (ahead, behind):
            server.end()
        report.finds_defect = _finds(topology)
    return report


def _server(topology: Topology, name: str, hours: float, **more: str) -> Any:
    environment = {"CONSOLE_WORKER_THREAD": "true", "CAMPAIGN_CLOCK": str(hours * 3600), **more}
    return topology.served(name, "tests.campaigns.skewed:application", **environment)


def _finds(topology: Topology) -> bool:
    """Whether orders of the server that is ahead are seen to wait, when only the other one has a worker."""
    own = {"CAMPAIGN_DEFECT": "own-clock"}
    ahead = _server(topology, "flawed-ahead", HOURS_APART, **own, CONSOLE_WORKER_THREAD="false")
    behind = _server(topology, "flawed-behind", 0, **own)
    outcome = _load(topology, [ahead], 6, "flawed", FOUND_SECONDS)
    behind.end()
    return bool(outcome["open"])


def _load(topology: Topology, servers: list[Any], orders: int, prefix: str, patience: float) -> dict[str, Any]:
    from consoleapp.orders.models import Order, OrderState
    from consoleapp.wizard.services import ordering

    user = people.new_user()
    cookie, lost = people.cookie_of(user), 0
    names = [f"{prefix}-{number}" for number in range(orders)]
    for name in names:
        draft = people.new_draft(user, name)
        answer = people.press(random.choice(servers).url, draft, ordering.form_key(draft), cookie)
        lost += answer.status not in (302, 303) or "/buy/" in answer.location
    mine = Order.objects.filter(owner=user)
    try:
        seconds = people.wait_until(lambda: not mine.filter(next_try_at__isnull=False).exists(), patience)
    except TimeoutError:
        seconds = patience
    groups = people.groups_by_name(topology.simulator_state)
    created = set(mine.filter(state=OrderState.CREATED).values_list("group_name", flat=True))
    return {
        "good": sum(groups.get(name) == 1 and name in created for name in names),
        "open": mine.filter(next_try_at__isnull=False).count(),
        "lost": lost,
        "seconds": seconds,
    }
