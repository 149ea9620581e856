"""Killed replicas: servers and workers are killed and started again at random while people press, on PostgreSQL.

People press until they get an answer, on whichever server there is, as behind a proxy.
"""

import random
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from tests.campaigns import people
from tests.campaigns.presses import LIMITS, ROOM
from tests.campaigns.report import Report, percentile
from tests.topology import Process, Server, Topology

CLIENTS = 6
PRESS_SECONDS = 90


def run(*, is_short: bool) -> Report:
    """The report."""
    kills, orders = (4, 36) if is_short else (40, 400)
    report = Report(f"{kills} killed servers and workers under load", "a fresh client token for each attempt")
    # One creation in four leaves no answer, so that a retry follows it in either build.
    faults = ("--fault", "dropped-answer:4")
    with Topology(simulator=(*LIMITS, *faults), settings=ROOM) as topology:
        outcome = _load(topology, orders, kills, "replica")
        report.exactly("orders with exactly one group", outcome["good"], orders)
        report.exactly("presses that never led to an order", outcome["lost"], 0)
        report.exactly("answers 500", outcome["broken"], 0)
        report.add("kills", outcome["kills"], outcome["kills"] >= kills // 2)
        report.add("press to order page, p95", f"{percentile(outcome['seconds'], 0.95):.1f} s, servers dying meanwhile")
        report.add("drained", f"{outcome['drained']:.0f} s after the last press")
        report.finds_defect = _finds(topology)
    return report


def _finds(topology: Topology) -> bool:
    bad = topology.served("flawed", "tests.campaigns.flawed:application", CAMPAIGN_DEFECT="fresh-token")
    for worker in topology.workers:
        worker.end()
    good, topology.servers, topology.workers = topology.servers, [bad], []
    outcome = _load(topology, 12, 0, "flawed", is_retried_by_hand=True)
    topology.servers = good
    return bool(outcome["good"] < 12)


def _load(topology: Topology, orders: int, kills: int, prefix: str, *, is_retried_by_hand: bool = False) -> Any:
    from consoleapp.orders.models import Order, OrderState
    from consoleapp.wizard.services import ordering

    user = people.new_user()
    cookie = people.cookie_of(user)
    drafts = [people.new_draft(user, f"{prefix}-{number}") for number in range(orders)]
    work = [(draft, ordering.form_key(draft)) for draft in drafts]
    ended, told = threading.Event(), {"kills": 0, "broken": 0}
    killer = threading.Thread(target=_kill, args=(topology, kills, ended, told))
    killer.start()
    with ThreadPoolExecutor(CLIENTS) as pool:
        seconds = list(pool.map(lambda job: _press_until_answered(topology, job[0], job[1], cookie, told), work))
    ended.set()
    killer.join()
    if is_retried_by_hand:
        _ask_again(topology, user, cookie)
    drained = people.wait_until(lambda: not _are_open(user), 180)
    groups = people.groups_by_name(topology.simulator_state)
    states = dict(Order.objects.filter(owner=user).values_list("group_name", "state"))
    good = sum(groups.get(draft.name) == 1 and states.get(draft.name) == OrderState.CREATED for draft in drafts)
    return {"good": good, "lost": seconds.count(-1.0), "seconds": seconds, "drained": drained, **told}


def _press_until_answered(topology: Topology, draft: Any, key: str, cookie: str, told: dict[str, int]) -> float:
    time.sleep(random.random())
    started = time.monotonic()
    while time.monotonic() - started < PRESS_SECONDS:
        answer = people.press(random.choice(topology.servers).url, draft, key, cookie)
        told["broken"] += answer.status == 500
        if answer.status in (302, 303) and "/buy/" not in answer.location:
            return time.monotonic() - started
        time.sleep(0.1)
    return -1.0


def _kill(topology: Topology, kills: int, ended: threading.Event, told: dict[str, int]) -> None:
    """One replica at a time, so that there is always another."""
    replicas: list[Process] = [*topology.servers, *topology.workers]
    while told["kills"] < kills and not ended.wait(random.uniform(0.1, 0.6)):
        victim = random.choice(replicas)
        victim.kill()
        told["kills"] += 1
        victim.start()
        if isinstance(victim, Server):
            victim.wait()


def _are_open(user: Any) -> bool:
    from consoleapp.orders.models import Order

    return Order.objects.filter(owner=user, next_try_at__isnull=False).exists()


def _ask_again(topology: Topology, user: Any, cookie: str) -> None:
    from consoleapp.orders.models import Order

    for _ in range(10):
        for order in Order.objects.filter(owner=user, next_try_at__isnull=False):
            people.ask(topology.servers[0].url, f"/orders/{order.pk}/again/", cookie, {})
