"""Lists and searches over 10,000 drafts, 10,000 orders and 100,000 audit rows of one user, at 16 clients.

The bar is for people: each looks at a page for a second before the next one. What sixteen programs get that never pause
is told beside it; with two processors for servers, database and clients together that is a matter of throughput.
"""

import random
import time
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from unittest import mock

from tests.campaigns import people
from tests.campaigns.report import Report, percentile
from tests.topology import Topology

PAGE_SECONDS, CLIENTS = 0.2, 16
LOOK_SECONDS = (0.5, 1.5)
# In place of the time of a page that did not come.
LOST = 99.0
PATHS = (
    "/", "/?page=2", "/?page=250", "/?q=web-7", "/?show=attention", "/?show=running", "/?show=ended",
    "/buy/drafts/", "/buy/drafts/?page=40", "/audit/", "/audit/?page=999", "/audit/?about=nothing",
)  # fmt: skip


def run(*, is_short: bool) -> Report:
    """The report."""
    share, asks = (10, 1) if is_short else (1, 6)
    drafts, orders, rows = 10_000 // share, 10_000 // share, 100_000 // share
    report = Report(
        f"{drafts} drafts, {orders} orders, {rows} audit rows", "a query for each row of the list", not is_short
    )
    with Topology(database="sqlite" if is_short else "postgresql", has_cache=False, workers=0) as topology:
        user = people.new_user()
        _fill(user, 10, 10, 100)
        few = _queries(user)
        _fill(user, drafts - 10, orders - 10, rows - 100)
        many = _queries(user)
        report.add("queries a page, few and many rows", f"{max(few.values())} and {max(many.values())}")
        report.exactly("pages whose number of queries grows", sum(many[path] > few[path] for path in PATHS), 0)
        hurried = [each for seconds in _ask_all(topology, user, 1, (0, 0)).values() for each in seconds]
        report.exactly("pages that did not come", sum(each >= LOST for each in hurried), 0)
        report.add(f"{CLIENTS} clients that never pause, p95", f"{percentile(hurried, 0.95):.2f} s")
        for path, seconds in _ask_all(topology, user, asks, LOOK_SECONDS).items():
            report.at_most_time(f"{path} p95", percentile(seconds, 0.95), PAGE_SECONDS, " s")
        report.finds_defect = _finds(user, few)
    return report


def _finds(user: Any, few: dict[str, int]) -> bool:
    from consoleapp.orders.models import Order

    def careless(order: Order) -> str:
        return f"{Order.objects.get(pk=order.pk).group_name}"

    from consoleapp.groups import summary

    list_rows = summary.list_rows

    def rows_by_query(found: Any) -> Any:
        return [row for row in list_rows(found) if [careless(each.order) for each in found]]

    with mock.patch.object(summary, "list_rows", rows_by_query):
        return any(count > few[path] for path, count in _queries(user).items())


def _queries(user: Any) -> dict[str, int]:
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    client = Client(SERVER_NAME="localhost")
    client.force_login(user)
    counts = {}
    for path in PATHS:
        client.get(path)
        with CaptureQueriesContext(connection) as captured:
            client.get(path)
        counts[path] = len(captured)
    return counts


def _ask_all(topology: Topology, user: Any, times: int, pause: tuple[float, float]) -> dict[str, list[float]]:
    """Seconds of every page, asked for so many times by each client, all mixed, with pauses of so many seconds."""
    cookie = people.cookie_of(user)
    work = [path for path in PATHS for _ in range(times * CLIENTS)]
    random.shuffle(work)
    seconds: dict[str, list[float]] = {path: [] for path in PATHS}

    def ask(job: tuple[int, str]) -> None:
        number, path = job
        time.sleep(random.uniform(*pause))
        answer = people.ask(topology.servers[number % len(topology.servers)].url, path, cookie)
        seconds[path].append(answer.seconds if answer.status == 200 else LOST)

    with ThreadPoolExecutor(CLIENTS) as pool:
        list(pool.map(ask, enumerate(work)))
    return seconds


def _fill(user: Any, drafts: int, orders: int, rows: int) -> None:
    from consoleapp.orders.models import Order
    from consoleapp.wizard.models import Draft

    data = people.new_draft(user, "template").data
    made = [Draft(owner=user, data=data) for _ in range(drafts)]
    Draft.objects.bulk_create(made, batch_size=500)
    Order.objects.bulk_create(_orders(user, orders), batch_size=500)
    _fill_audit(user, rows)


def _orders(user: Any, count: int) -> Iterator[Any]:
    from consoleapp.orders.models import Order, OrderState

    states = (OrderState.REFUSED, OrderState.UNKNOWN, OrderState.RECORDED, OrderState.CREATED)
    for number in range(count):
        state = states[number % 4]
        yield Order(
            owner=user,
            form_key=uuid.uuid4().hex,
            client_token=uuid.uuid4().hex,
            parameters={"RegionId": "cn-hangzhou"},
            payload_hash="0" * 64,
            region_id="cn-hangzhou",
            group_name=f"web-{number}",
            first_image="registry.example.com/team/api:1.4.2",
            state=state,
            container_group_id=f"eci-{uuid.uuid4().hex[:20]}" if state == OrderState.CREATED else "",
        )


def _fill_audit(user: Any, count: int) -> None:
    """Rows as services.record makes them, with one hand on the chain."""
    from datetime import UTC, datetime

    from django.db import connection, transaction

    from consoleapp.audit import services, triggers
    from consoleapp.audit.models import AuditHead, AuditRow

    with transaction.atomic():
        services.record(user, "order.recorded", "first")
        # They take one row after the other, and the head's step to it.
        triggers.remove(connection)
        head = AuditHead.objects.select_for_update().get(pk=1)
        rows = []
        for number in range(count):
            row = AuditRow(
                at=datetime.fromtimestamp(time.time(), UTC),
                actor_id=user.pk,
                actor_name=user.get_username(),
                action="order.recorded",
                object_id=str(uuid.uuid4()),
                request_id=uuid.uuid4().hex,
                payload={"changed": ["basic"], "number": number},
                previous_hash=head.hash,
            )
            row.hash = services.row_hash(row)
            head.hash = row.hash
            rows.append(row)
        AuditRow.objects.bulk_create(rows, batch_size=2000)
        head.count += count
        head.save()
        triggers.install(connection)
