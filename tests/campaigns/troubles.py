"""A bad day: many tabs save while the disk is full, the server is killed, the database may only be read or crashes and
comes back, and the cache is lost. No answer may be a 500 or a *saved* that is none, and once it is over every tab's
first save must succeed, without a restart of anything that lives.
"""

import multiprocessing
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Final

from tests.campaigns import people
from tests.campaigns.report import Report
from tests.disk import full_disk
from tests.topology import Topology

SAVED, REFUSED, NO_ANSWER = 303, 503, 0
# What a refused save says: in the page with the text, or in one that is loaded again to send the text again.
KEPT: Final = b"Load this page again"
PRESS_SECONDS: Final = 90


def run(*, is_short: bool) -> Report:
    """The report; each database has a process of its own, because Django is set up once."""
    tabs, seconds = (6, 2) if is_short else (16, 15)
    report = Report(f"{tabs} tabs that save while things break", "a failed save that is taken for a saved one")
    found = []
    for database in TROUBLES:
        with multiprocessing.get_context("spawn").Pool(1) as pool:
            told = pool.apply(_on, (database, tabs, seconds))
        for name, outcome in told["outcomes"].items():
            _judge(report, f"{database}, {name}", outcome, tabs)
        report.exactly(f"{database}: orders that the worker did not send afterwards", told["unsent"], 0)
        found += told["found"]
    report.finds_defect = any(found)
    return report


def _judge(report: Report, name: str, outcome: dict[str, Any], tabs: int) -> None:
    statuses = outcome["statuses"]
    told = ", ".join(f"{status} {count}" for status, count in sorted(statuses.items()))
    report.add(f"{name}: answers meanwhile", told, outcome["expected"] > 0)
    strange = sum(count for status, count in statuses.items() if status not in (SAVED, REFUSED, NO_ANSWER))
    report.exactly(f"{name}: answers that are neither saved nor not done", strange, 0)
    report.exactly(f"{name}: saved that was not", outcome["lost"], 0)
    report.exactly(f"{name}: texts that were not kept", outcome["dropped"], 0)
    report.exactly(f"{name}: first saves afterwards", outcome["after"], tabs)


# --- what breaks -----------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Trouble:
    """What happens for so many seconds, the answer that must be among those meanwhile, and whether tabs save then."""

    happen: Callable[[Topology, float], None]
    expected: int
    is_busy: bool = True


def _disk_full(topology: Topology, seconds: float) -> None:
    with full_disk(topology.servers[0].process_id):
        time.sleep(seconds)


def _killed(topology: Topology, seconds: float) -> None:
    topology.servers[0].kill()
    topology.servers[0].start()
    topology.servers[0].wait()
    time.sleep(seconds)


def _read_only(topology: Topology, seconds: float) -> None:
    topology.postgresql.run("ALTER SYSTEM SET default_transaction_read_only = on", "SELECT pg_reload_conf()")
    time.sleep(seconds)
    topology.postgresql.run("ALTER SYSTEM RESET default_transaction_read_only", "SELECT pg_reload_conf()")
    time.sleep(1)


def _restarted(topology: Topology, _seconds: float) -> None:
    topology.postgresql.restart()


def _cache_lost(topology: Topology, seconds: float) -> None:
    topology.cache.terminate()
    time.sleep(seconds)
    topology.cache.start()


TROUBLES: Final = {
    "sqlite": {
        "disk full": Trouble(_disk_full, REFUSED),
        "server killed": Trouble(_killed, NO_ANSWER),
    },
    "postgresql": {
        "read-only": Trouble(_read_only, REFUSED),
        "crashed": Trouble(_restarted, REFUSED),
        "crashed while nobody asked": Trouble(_restarted, SAVED, is_busy=False),
        "cache lost": Trouble(_cache_lost, SAVED),
    },
}


def _on(database: str, tabs: int, seconds: float) -> dict[str, Any]:
    with Topology(database=database, has_cache=database == "postgresql", servers=1, workers=1) as topology:
        outcomes = {name: _under(topology, trouble, tabs, seconds) for name, trouble in TROUBLES[database].items()}
        unsent = _unsent(topology)
        found = [_finds(topology, tabs, seconds)] if database == "sqlite" else []
    return {"outcomes": outcomes, "unsent": unsent, "found": found}


def _finds(topology: Topology, tabs: int, seconds: float) -> bool:
    bad = topology.served("flawed", "tests.campaigns.flawed:application", CAMPAIGN_DEFECT="saved-anyway")
    good, topology.servers = topology.servers, [bad]
    outcome = _under(topology, Trouble(_disk_full, SAVED), tabs, seconds)
    topology.servers = good
    bad.end()
    return bool(outcome["lost"])


# --- who saves meanwhile ---------------------------------------------------------------------------------------------
@dataclass
class Tab:
    """One page that saves again and again; only it saves its draft."""

    draft: Any
    cookie: str
    # (name that was sent, status of the answer), in their order.
    saves: list[tuple[str, int]] = field(default_factory=list)
    dropped: int = 0

    def save(self, base: str) -> people.Answer:
        """The answer to one more save."""
        turn = len(self.saves) + 1
        name = f"tab-{self.draft.pk.hex[:8]}-{turn}"
        form = {"do": "save", "page": "tab", "turn": str(turn), "version": "1", "container_group_name": name}
        answer = people.ask(base, f"/buy/{self.draft.pk}/basic/", self.cookie, form)
        self.saves.append((name, answer.status))
        self.dropped += answer.status == REFUSED and KEPT not in answer.body and name.encode() not in answer.body
        return answer

    def was_lied_to(self) -> bool:
        """Whether what is stored is older than the last save of which the console said that it is stored."""
        self.draft.refresh_from_db()
        names = [name for name, _status in self.saves]
        told = [number for number, (_name, status) in enumerate(self.saves) if status == SAVED]
        return bool(told) and self.draft.name not in names[told[-1] :]


def _under(topology: Topology, trouble: Trouble, count: int, seconds: float) -> dict[str, Any]:
    """What the tabs were told while there was trouble, and afterwards."""
    from django.db import connection

    server = topology.servers[0]
    user = people.new_user()
    cookie = people.cookie_of(user)
    tabs = [Tab(people.new_draft(user, f"tab-{number}"), cookie) for number in range(count)]
    for tab in tabs:
        if tab.save(server.url).status != SAVED:
            raise RuntimeError(f"Nothing could be saved before it began:\n{server.log_text()[-3000:]}")
    with _saving(tabs if trouble.is_busy else [], server.url):
        trouble.happen(topology, seconds)
    # Our own, which nobody checks.
    connection.close()
    statuses: dict[int, int] = {}
    for tab in tabs:
        for _name, status in tab.saves:
            statuses[status] = statuses.get(status, 0) + 1
    # Before another save makes good what was lost.
    lied = sum(tab.was_lied_to() for tab in tabs)
    after = people.at_once([partial(tab.save, server.url) for tab in tabs])
    return {
        "statuses": statuses,
        "expected": statuses.get(trouble.expected, 0),
        "after": sum(answer.status == SAVED for answer in after),
        "lost": lied + sum(tab.was_lied_to() for tab in tabs),
        "dropped": sum(tab.dropped for tab in tabs),
    }


@contextmanager
def _saving(tabs: list[Tab], base: str) -> Iterator[None]:
    ended = threading.Event()

    def save(tab: Tab) -> None:
        while not ended.is_set():
            tab.save(base)
            ended.wait(0.02)

    threads = [threading.Thread(target=save, args=(tab,)) for tab in tabs]
    for thread in threads:
        thread.start()
    try:
        time.sleep(0.5)
        yield
    finally:
        ended.set()
        for thread in threads:
            thread.join()


def _unsent(topology: Topology) -> int:
    """How many of the orders recorded now the worker does not send, which has lived through all of it."""
    from consoleapp.domain import wire
    from consoleapp.orders import services
    from consoleapp.orders.models import Order, OrderState
    from consoleapp.teams.actors import Actor
    from tests.wizard.complete import private_spec

    user = people.new_user()
    spec = private_spec(container_group_name="afterwards")
    services.record_order(Actor(user), wire.to_parameters(spec), wire.secret_keys(spec), services.Press("afterwards"))
    people.time_passes(120)
    open_orders = Order.objects.filter(owner=user).exclude(state=OrderState.CREATED)
    try:
        people.wait_until(lambda: not open_orders.exists(), PRESS_SECONDS)
    except TimeoutError:
        return open_orders.count()
    return int(not topology.workers[0].is_running)
