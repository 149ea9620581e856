"""Impatient people: fifty presses at once of one form key, on two servers with two workers, on PostgreSQL."""

from functools import partial
from typing import Any

from tests.campaigns import people
from tests.campaigns.report import Report, percentile
from tests.topology import Topology

PRESSES = 50
LIMITS = ("--max-vcpu", "1000000", "--create-burst", "1000000", "--create-per-second", "100000")
ROOM = {"CONSOLE_CREATE_BURST": "100000", "CONSOLE_CREATE_PER_SECOND": "10000"}


def run(*, is_short: bool) -> Report:
    """The report."""
    presses, rounds = (20, 6) if is_short else (PRESSES, 200)
    report = Report(f"{presses} presses at once of one form key, {rounds} rounds", "each press is an order of its own")
    with Topology(simulator=LIMITS, settings=ROOM) as topology:
        results = [_round(topology, presses, number) for number in range(rounds)]
        people.wait_until(lambda: not _open_orders(), 60)
        groups = people.groups_by_name(topology.simulator_state)
        report.exactly("rounds with exactly one order and one group", sum(_is_one(groups, r) for r in results), rounds)
        report.exactly("answers that were not a redirect", sum(r["other"] for r in results), 0)
        report.exactly("answers that did not lead to the order", sum(r["lost"] for r in results), 0)
        seconds = [second for result in results for second in result["seconds"]]
        report.add("press to answer, p50 / p95", f"{percentile(seconds, 0.5):.2f} / {percentile(seconds, 0.95):.2f} s")
        report.finds_defect = _finds(topology, presses)
    return report


def _finds(topology: Topology, presses: int) -> bool:
    """Whether the same round notices a build in which every press is an order."""
    good = topology.servers
    bad = topology.served("flawed", "tests.campaigns.flawed:application", CAMPAIGN_DEFECT="fresh-order")
    try:
        topology.servers = [bad]
        result = _round(topology, presses, 1_000_000)
        people.wait_until(lambda: not _open_orders(), 60)
        return not _is_one(people.groups_by_name(topology.simulator_state), result)
    finally:
        bad.end()
        topology.servers = good


def _round(topology: Topology, presses: int, number: int) -> dict[str, Any]:
    from consoleapp.wizard.services import ordering

    user = people.new_user()
    cookie, name = people.cookie_of(user), f"press-{number}"
    draft = people.new_draft(user, name)
    key = ordering.form_key(draft)
    bases = [server.url for server in topology.servers]
    calls = [partial(people.press, bases[each % len(bases)], draft, key, cookie) for each in range(presses)]
    answers = people.at_once(calls)
    pages = {location for answer in answers if (location := answer.location)}
    lost = sum(people.ask(bases[0], page, cookie).status not in (200, 302, 303) for page in pages)
    return {
        "user": user,
        "name": name,
        "other": sum(answer.status not in (302, 303) for answer in answers),
        "lost": lost + sum(not page.startswith(("/orders/", "/groups/")) for page in pages),
        "seconds": [answer.seconds for answer in answers],
    }


def _is_one(groups: dict[str, int], result: dict[str, Any]) -> bool:
    from consoleapp.orders.models import Order, OrderState

    orders = Order.objects.filter(owner=result["user"])
    return (
        groups.get(str(result["name"])) == 1
        and orders.count() == 1
        and orders.filter(state=OrderState.CREATED).count() == 1
    )


def _open_orders() -> int:
    from consoleapp.orders.models import Order

    return Order.objects.filter(next_try_at__isnull=False).count()
