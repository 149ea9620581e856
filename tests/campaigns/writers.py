"""Eight processes that write to one SQLite file as fast as they can: orders, answers, drafts, audit rows."""

import multiprocessing
import time
from typing import Any

from tests.campaigns import people
from tests.campaigns.report import Report, percentile
from tests.topology import Topology

WRITERS = 8


def run(*, is_short: bool) -> Report:
    """The report."""
    seconds = 3 if is_short else 60
    report = Report(f"{WRITERS} writers on SQLite for {seconds} s", "writers that do not wait for each other")
    with Topology(database="sqlite", has_cache=False, servers=0, workers=0) as topology:
        outcomes = _write(topology, seconds)
        report.exactly('"database is locked"', sum(outcome["locked"] for outcome in outcomes), 0)
        report.exactly("other errors", sum(outcome["errors"] for outcome in outcomes), 0)
        times = [each for outcome in outcomes for each in outcome["seconds"]]
        report.add("orders recorded, sent and answered", len(times), len(times) > 0)
        report.add("each, p50 / p99", f"{percentile(times, 0.5):.2f} / {percentile(times, 0.99):.2f} s")
        report.exactly("breaks in the audit chain", _breaks(), 0)
        flawed = _write(topology, min(seconds, 8), is_careless=True)
        report.finds_defect = sum(outcome["locked"] for outcome in flawed) > 0
    return report


def _breaks() -> int:
    from consoleapp.audit import services as audit

    return int(audit.verify() is not None)


def _write(topology: Topology, seconds: float, *, is_careless: bool = False) -> list[dict[str, Any]]:
    user = people.new_user()
    context = multiprocessing.get_context("spawn")
    jobs = [(topology.environment, user.pk, number, seconds, is_careless) for number in range(WRITERS)]
    with context.Pool(WRITERS) as pool:
        return pool.map(_writer, jobs, chunksize=1)


def _writer(job: tuple[dict[str, str], int, int, float, bool]) -> dict[str, Any]:
    environment, user_id, number, seconds, is_careless = job
    import os

    os.environ.update(environment)
    import django

    django.setup()
    from django.db import OperationalError, connection

    from consoleapp.accounts.models import User

    if is_careless:
        connection.settings_dict["OPTIONS"] |= {"transaction_mode": "DEFERRED", "timeout": 0.001}
    user = User.objects.get(pk=user_id)
    told: dict[str, Any] = {"locked": 0, "errors": 0, "seconds": []}
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        started = time.monotonic()
        try:
            _one(user, f"writer-{os.getpid()}-{number}-{started}", len(told["seconds"]))
            told["seconds"].append(time.monotonic() - started)
        except OperationalError as error:
            told["locked" if "locked" in str(error) else "errors"] += 1
    return told


def _one(user: Any, name: str, number: int) -> None:
    """A draft, its order, the answer, the end of the draft; every third order is refused, every third stays open."""
    from consoleapp.gateways.errors import OutcomeUnknown, OutOfStock
    from consoleapp.orders import services
    from consoleapp.orders.models import OrderState
    from consoleapp.teams.actors import Actor
    from consoleapp.wizard.services import drafts
    from tests.orders.builders import PARAMETERS, SECRET_KEYS
    from tests.orders.ports import FakeCreation

    draft = people.new_draft(user, "writer")
    port = FakeCreation()
    port.before = [[None, OutOfStock("none", code="OperationDenied.NoStock"), OutcomeUnknown("lost")][number % 3]]
    order = services.record_order(Actor(user), PARAMETERS, SECRET_KEYS, services.Press(name))
    order = services.ask_again(order, port)
    assert order.state in (OrderState.CREATED, OrderState.REFUSED, OrderState.UNKNOWN, OrderState.RECORDED)
    # A person keeps so many drafts and no more.
    drafts.discard_drafts([draft])
