"""P3: database queries of the pages, counted, not timed. The pages run in this process over the bench's database."""

from collections.abc import Iterator
from typing import Any

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from consoleapp.accounts.models import User
from consoleapp.orders.models import Order, OrderState
from consoleapp.web.caching import cache
from consoleapp.wizard.models import Draft
from tests.bench import content, ground
from tests.bench.measure import Figure
from tests.wizard.page_form import open_step

STEPS = ("basic", "other", "confirm")
WRITES = ("INSERT", "UPDATE", "DELETE")
FEW, MANY = 10, 10_000


def figures() -> Iterator[Figure]:
    owner, _ = ground.person("bob")
    client = Client(SERVER_NAME="localhost")
    client.force_login(owner)
    draft = ground.draft(owner, 5)
    gets = {step: _queries(client, f"/buy/{draft.pk}/{step}/") for step in STEPS}
    yield Figure("P3a", "queries of the GET of a step, the worst", "", [max(map(len, gets.values()))], bar=5)
    yield Figure("P3b", "writes in the GET of a step, the worst", "", [max(map(_writes, gets.values()))], bar=0)
    posts = [len(_posted(client, f"/buy/{draft.pk}/{step}/")) for step in ("basic", "other")]
    yield Figure("P3c", "queries of the POST of a step, the worst", "", [max(posts)], bar=8)
    yield from _lists()


def _queries(client: Client, address: str) -> list[str]:
    client.get(address)
    with CaptureQueriesContext(
        connection,
    ) as captured:
        assert client.get(address).status_code == 200, address
    return [query["sql"] for query in captured.captured_queries]


def _posted(client: Client, address: str) -> list[str]:
    """The queries of pressing Save; what opens and ends the transaction is not counted."""
    form: Any = open_step(client, address)
    with CaptureQueriesContext(connection) as captured:
        assert form.press("save").status_code == 303, address
    return [query["sql"] for query in captured.captured_queries if not query["sql"].startswith(("BEGIN", "COMMIT"))]


def _writes(queries: list[str]) -> int:
    return sum(query.startswith(WRITES) for query in queries)


def _lists() -> Iterator[Figure]:
    few, many = (_owner_of(rows) for rows in (FEW, MANY))
    for letter, name, address in (("d", "group list", "/"), ("e", "draft list", "/buy/drafts/")):
        counts = [float(len(_queries(client, address))) for client in (many, few)]
        what = f"queries of the {name} at {MANY} rows ÷ at {FEW}"
        yield Figure(f"P3{letter}", what, "", counts[:1], counts[1:], bar=1)


def _owner_of(rows: int) -> Client:
    owner = User.objects.create(username=f"owner of {rows}")
    data = ground.draft(owner, 1).data
    Draft.objects.bulk_create([Draft(owner=owner, data=data) for _ in range(rows - 1)], batch_size=500)
    Order.objects.bulk_create([_order(owner, number) for number in range(rows)], batch_size=500)
    cache.clear()
    client = Client(SERVER_NAME="localhost")
    client.force_login(owner)
    return client


def _order(owner: User, number: int) -> Order:
    name = f"{owner.pk}-{number}"
    return Order(
        owner=owner,
        form_key=name,
        client_token=name,
        region_id=content.REGION,
        group_name=f"group-{number}",
        state=OrderState.CREATED,
        container_group_id=f"eci-{name}",
    )
