"""A throttle storm: 500 orders at once on one account, whose cloud takes 100 and then 20 a second.

The orders are recorded first and sent by their *Send it now* buttons: a Confirm page costs too much for a storm.
"""

import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from tests.campaigns import people
from tests.campaigns.report import Report
from tests.topology import Topology

CLIENTS = 24
SLOWER, CALLS_AN_ORDER = 1.2, 1.25


def run(*, is_short: bool) -> Report:
    """The report; the short form has a smaller bucket, so that as large a share of the orders has to wait."""
    orders, burst, rate = (36, 12, 2) if is_short else (500, 100, 20)
    ideal = (orders - burst) / rate
    report = Report(f"{orders} orders at once, {burst} + {rate}/s", "a console that gives no turns", not is_short)
    bucket = ("--max-vcpu", "1000000", "--create-burst", str(burst), "--create-per-second", str(rate))
    counted = {"CONSOLE_CREATE_BURST": str(burst), "CONSOLE_CREATE_PER_SECOND": str(rate)}
    with Topology(simulator=bucket, settings=counted) as topology:
        outcome = _storm(topology, orders, "storm")
        report.exactly("orders created", outcome["created"], orders)
        report.at_most_time(f"time ÷ the ideal {ideal:.0f} s", outcome["seconds"] / ideal, SLOWER)
        report.at_most("calls an order", outcome["calls"] / orders, CALLS_AN_ORDER)
        report.add("last press after", f"{outcome['pressed']:.1f} s")
        report.finds_defect = _finds(topology, orders)
    return report


def _finds(topology: Topology, orders: int) -> bool:
    careless = {"CAMPAIGN_DEFECT": "no-turns", "CONSOLE_WORKER_THREAD": "true"}
    bad = topology.served("flawed", "tests.campaigns.flawed:application", **careless)
    for worker in topology.workers:
        worker.end()
    good, topology.servers = topology.servers, [bad]
    outcome = _storm(topology, orders, "flawed")
    topology.servers = good
    return bool(outcome["calls"] / orders > CALLS_AN_ORDER)


def _storm(topology: Topology, orders: int, prefix: str) -> dict[str, Any]:
    from consoleapp.orders.models import Attempt, Order, OrderState

    user = people.new_user()
    cookie = people.cookie_of(user)
    recorded = [_record(user, f"{prefix}-{number}") for number in range(orders)]
    bases = [topology.servers[number % len(topology.servers)].url for number in range(orders)]
    mine = Order.objects.filter(owner=user)
    started = time.monotonic()
    with ThreadPoolExecutor(CLIENTS) as pool:
        list(pool.map(lambda base, path: people.ask(base, path, cookie, {}), bases, recorded))
    pressed = time.monotonic() - started
    people.wait_until(lambda: not mine.filter(next_try_at__isnull=False).exists(), 300)
    return {
        "seconds": time.monotonic() - started,
        "pressed": pressed,
        "created": mine.filter(state=OrderState.CREATED).count(),
        "calls": Attempt.objects.filter(order__owner=user).count(),
    }


def _record(user: Any, name: str) -> str:
    """The address that sends a recorded order."""
    from consoleapp.domain import wire
    from consoleapp.orders import services
    from consoleapp.teams.actors import Actor
    from tests.wizard.complete import private_spec

    spec = private_spec(container_group_name=name)
    order = services.record_order(Actor(user), wire.to_parameters(spec), wire.secret_keys(spec), services.Press(name))
    return f"/orders/{order.pk}/again/"
