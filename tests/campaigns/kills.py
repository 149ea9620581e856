"""kill -9 in the middle of a submission: at every named point and at the n-th system call, on SQLite and PostgreSQL.

A forked child presses *Confirm order* (or runs the worker) and dies; then time passes, somebody presses again, and the
worker runs. In the end each draft must have exactly one order and each order exactly one group. System calls are
counted by strace where it may attach, else the child dies after a random time.
"""

import itertools
import multiprocessing
import shutil
import time
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from tests.campaigns import people, points
from tests.campaigns.presses import LIMITS, ROOM
from tests.campaigns.report import Report
from tests.topology import Topology

Work = Callable[[], object]
DATABASES = ("sqlite", "postgresql")
BATCH = 40


def run(*, is_short: bool) -> Report:
    """The report; each database has a process of its own, because Django is set up once."""
    report = Report("kill -9 at named points and system calls", "a fresh client token for each attempt")
    share = 5 if is_short else 1
    found = []
    for database in DATABASES:
        context = multiprocessing.get_context("spawn")
        with context.Pool(1) as pool:
            told = pool.apply(_on, (database, share, 0 if is_short else 620))
        found.append(told["found"])
        report.add(f"{database}: kills", f"{told['kills']}, of these at system calls {told['calls']} ({told['how']})")
        report.exactly(f"{database}: lost orders", told["lost"], 0)
        report.exactly(f"{database}: doubled orders or groups", told["doubled"], 0)
    report.finds_defect = all(found)
    if not is_short:
        kills = sum(int(figure.value.split(",")[0]) for figure in report.figures if figure.what.endswith("kills"))
        report.add("kills in all", f"{kills} (bar ≥ 1000)", kills >= 1000)
    return report


def _on(database: str, share: int, wanted: int) -> dict[str, Any]:
    with Topology(
        database=database, has_cache=False, servers=0, workers=0, simulator=LIMITS, settings=ROOM
    ) as topology:
        campaign = Campaign(topology)
        named = [*(("press", point) for point in points.PRESS), *(("worker", point) for point in points.WORKER)]
        for kind, point in named[::share]:
            campaign.kill(kind, partial(points.die_in_child, point=point))
        at_names = campaign.kills
        can_trace = points.can_trace()
        for kind, die in campaign.at_system_calls(can_trace, at_most=6 if not wanted else wanted - at_names):
            campaign.kill(kind, die)
        campaign.recover()
        kills, calls = campaign.kills, campaign.kills - at_names
        lost, doubled = campaign.lost, campaign.doubled
        found = campaign.finds_fresh_tokens()
    how = "strace" if can_trace else "random times: strace may not attach here"
    return {"kills": kills, "calls": calls, "how": how, "lost": lost, "doubled": doubled, "found": found}


class Campaign:
    """Kills, then checks what became of what was killed."""

    def __init__(self, topology: Topology) -> None:
        self._topology = topology
        self._user = people.new_user()
        self._numbers = itertools.count(1)
        self._waiting: list[Any] = []
        self.kills = self.lost = self.doubled = 0

    def kill(self, kind: str, die: Callable[[Work], bool]) -> None:
        """One submission that is killed, if its point is reached."""
        from django.db import connection

        draft = people.new_draft(self._user, f"kill-{next(self._numbers)}")
        if kind == "worker":
            self._record(draft)
        connection.close()
        self.kills += die(self._press(draft) if kind == "press" else _work)
        self._waiting.append(draft)
        if len(self._waiting) >= BATCH:
            self.recover()

    def at_system_calls(self, can_trace: bool, at_most: int) -> Iterator[tuple[str, Callable[..., bool]]]:
        """(what is killed, how), evenly over all system calls of a press and of the worker."""
        for kind in ("press", "worker"):
            seconds, calls = self._measure(kind)
            for number in range(at_most // 2):
                if can_trace:
                    nth = 1 + number * calls // max(1, at_most // 2)
                    yield kind, partial(points.die_at_system_call, nth=nth)
                else:
                    yield kind, partial(points.die_after, seconds=seconds)

    def _measure(self, kind: str) -> tuple[float, int]:
        """(seconds, system calls) of one undisturbed run; the calls are found by doubling."""
        started = time.monotonic()
        self.kill(kind, partial(points.die_in_child, point=None))
        seconds = time.monotonic() - started
        calls = 128
        while calls < 8192 and shutil.which("strace"):
            before = self.kills
            self.kill(kind, partial(points.die_at_system_call, nth=calls))
            if self.kills == before:
                break
            calls *= 2
        return seconds, calls // 2 + calls // 8

    def _press(self, draft: Any) -> Work:
        from django.test import Client

        from consoleapp.wizard.services import ordering

        client = Client(SERVER_NAME="localhost")
        client.force_login(self._user)
        form = {"do": "order", "terms": "on", "form_key": ordering.form_key(draft)}
        return lambda: client.post(f"/buy/{draft.pk}/confirm/", form)

    def _record(self, draft: Any) -> None:
        from consoleapp.domain import wire
        from consoleapp.orders import services
        from consoleapp.teams.actors import Actor
        from consoleapp.wizard.services import ordering
        from tests.wizard.complete import private_spec

        spec = private_spec(container_group_name=draft.name)
        press = services.Press(ordering.form_key(draft), draft_id=draft.pk, draft_version=draft.version)
        services.record_order(Actor(self._user), wire.to_parameters(spec), wire.secret_keys(spec), press)
        people.time_passes(60)

    def recover(self) -> None:
        """Time passes, everybody presses again, the worker runs; then all is counted."""
        people.time_passes(120)
        for draft in self._waiting:
            self._press(draft)()
        for _ in range(8):
            people.time_passes(120)
            _work()
        self._count()
        self._waiting.clear()

    def _count(self) -> None:
        from consoleapp.orders.models import Order, OrderState

        groups = people.groups_by_name(self._topology.simulator_state)
        for draft in self._waiting:
            orders = Order.objects.filter(draft_id=draft.pk)
            made = groups.get(draft.name, 0)
            self.lost += made == 0 or not orders.filter(state=OrderState.CREATED).exists()
            self.doubled += made > 1 or orders.count() > 1

    def finds_fresh_tokens(self) -> bool:
        """Whether the same campaign counts doubled groups in a build with a token for each attempt."""
        from tests.campaigns.flawed import fresh_token

        before = self.doubled
        fresh_token()
        for name in ("after the call", "before storing the answer"):
            point = next(point for point in points.PRESS if point.name == name)
            self.kill("press", partial(points.die_in_child, point=point))
        self.recover()
        return self.doubled > before


def _work() -> None:
    from consoleapp.orders.worker import Worker

    Worker().turn()
