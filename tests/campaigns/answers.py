"""The simulator accepts orders and then loses, drops, delays, garbles or doubles its answers."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

from tests.campaigns import people
from tests.campaigns.presses import LIMITS, ROOM
from tests.campaigns.report import Report
from tests.topology import Topology

# In every n-th call; prime numbers, so that every order of faults comes about.
FAULTS = {"lost-answer": 17, "dropped-answer": 19, "garbled-answer": 23, "doubled-request": 29, "late-answer": 31}
CALLS_AN_ORDER = 1.6
CLIENTS = 8


def run(*, is_short: bool) -> Report:
    """The report."""
    orders = 60 if is_short else 1000
    report = Report(
        f"{orders} orders, whose answers are lost, late, doubled, garbled", "a fresh client token each time"
    )
    late = ("--late-seconds", "2.5")
    quick = {"CONSOLE_CLOUD_READ_TIMEOUT": "1", "CONSOLE_CLOUD_CONNECT_TIMEOUT": "1"}
    with Topology(servers=0, workers=2, simulator=(*LIMITS, *late), settings={**ROOM, **quick}) as topology:
        people.order_faults(topology.simulator_state, FAULTS)
        user = people.new_user()
        outcome = _send(topology, user, orders, "answer")
        report.exactly("orders created", outcome["created"], orders)
        report.exactly("groups", outcome["groups"], orders)
        report.at_most("calls an order", outcome["calls"] / orders, CALLS_AN_ORDER)
        report.add("attempts by outcome", outcome["outcomes"])
        report.finds_defect = _finds(topology)
    return report


def _finds(topology: Topology) -> bool:
    from tests.campaigns.flawed import fresh_token

    for worker in topology.workers:
        worker.end()
    fresh_token()
    orders = 30
    outcome = _send(topology, people.new_user(), orders, "flawed", is_drained_here=True)
    return bool(outcome["groups"] > orders)


def _send(topology: Topology, user: Any, orders: int, prefix: str, *, is_drained_here: bool = False) -> dict[str, Any]:
    from django.db.models import Count

    from consoleapp.orders.models import Attempt, Order, OrderState

    with ThreadPoolExecutor(CLIENTS) as pool:
        list(pool.map(lambda number: _press(user, f"{prefix}-{number}"), range(orders)))
    mine = Order.objects.filter(owner=user)
    if is_drained_here:
        _drain(user)
    else:
        people.wait_until(lambda: not mine.filter(next_try_at__isnull=False).exists(), 900)
    outcomes = Attempt.objects.filter(order__owner=user).order_by().values_list("outcome").annotate(Count("pk"))
    groups = people.groups_by_name(topology.simulator_state)
    return {
        "created": mine.filter(state=OrderState.CREATED).count(),
        "groups": sum(count for name, count in groups.items() if name.startswith(prefix)),
        "calls": Attempt.objects.filter(order__owner=user).count(),
        "outcomes": ", ".join(f"{name} {count}" for name, count in sorted(outcomes)),
    }


def _press(user: Any, name: str) -> None:
    """What a press does, without its page: the order is recorded and sent once."""
    from django.db import connection

    from consoleapp.domain import wire
    from consoleapp.orders import services
    from consoleapp.teams.actors import Actor
    from consoleapp.web.clouds import cloud_of
    from tests.wizard.complete import private_spec

    spec = private_spec(container_group_name=name)
    try:
        order = services.record_order(
            Actor(user), wire.to_parameters(spec), wire.secret_keys(spec), services.Press(name)
        )
        services.ask_again(order, cloud_of(user.world).container_groups)
    finally:
        connection.close()


def _drain(user: Any) -> None:
    from consoleapp.orders.models import Order
    from consoleapp.orders.worker import Worker

    for _ in range(60):
        if not Order.objects.filter(owner=user, next_try_at__isnull=False).exists():
            return
        people.time_passes(120)
        Worker().turn()
