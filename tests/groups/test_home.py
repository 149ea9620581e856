"""The home page: whose groups it lists, how it is filtered and paged, and what it says when the cloud is silent."""

from typing import Any
from unittest import mock

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from consoleapp.accounts.models import User
from consoleapp.gateways.errors import Unreachable
from consoleapp.gateways.ports.container_groups import ContainerGroupPage, ContainerStatus, State
from consoleapp.orders.models import Order, OrderState
from consoleapp.wizard.models import Draft
from tests.groups.builders import IMAGE, group, waiting
from tests.orders.builders import CANARY, created, record
from tests.wizard.complete import draft

pytestmark = pytest.mark.django_db
LIST = "consoleapp.gateways.alibaba.eci.ElasticContainerInstance.list"


def cloud_says(*groups: Any) -> Any:
    """The cloud knows these groups."""
    return mock.patch(LIST, return_value=ContainerGroupPage(tuple(groups), "", len(groups)))


def test_a_visitor_sees_how_to_begin_and_nothing_is_stored(client: Client) -> None:
    page = client.get("/")

    assert page.status_code == 200
    assert "No container group yet" in page.content.decode()
    assert 'href="/buy/"' in page.content.decode()
    assert not User.objects.exists()
    assert "session" not in page.cookies


def test_lists_my_groups_with_their_state(alice: User, alice_client: Client) -> None:
    created(alice, "eci-1")
    running = ContainerStatus("api", IMAGE, ready=True, state=State("Running"))

    with cloud_says(group(running, status="Running")) as asked:
        page = alice_client.get("/").content.decode()

    assert 'href="/groups/eci-1/"' in page
    assert "Running" in page
    assert asked.call_args.kwargs["container_group_ids"] == ["eci-1"]
    assert CANARY not in page


def test_says_what_is_wrong_and_offers_the_remedy(alice: User, alice_client: Client) -> None:
    created(alice, "eci-1")
    message = "incorrect username or password"

    with cloud_says(group(waiting("ErrImagePull", message=message))):
        page = alice_client.get("/").content.decode()

    assert "wrong user or password" in page
    assert "Change credentials and retry" in page


def test_a_group_that_the_cloud_has_forgotten_stays(alice: User, alice_client: Client) -> None:
    created(alice, "eci-1")

    with cloud_says():
        page = alice_client.get("/").content.decode()

    assert "No longer known to the cloud" in page


def test_another_owners_groups_are_not_listed(alice: User, mallory_client: Client) -> None:
    created(alice, "eci-1")

    with cloud_says(group(status="Running")):
        page = mallory_client.get("/").content.decode()

    assert "eci-1" not in page
    assert "No container group yet" in page


def test_orders_without_a_group_lead_to_their_page(alice: User, alice_client: Client) -> None:
    order = record(alice)
    Order.objects.update(state=OrderState.REFUSED, error_kind="out_of_stock", error_code="OperationDenied.NoStock")

    page = alice_client.get("/").content.decode()

    assert f'href="/orders/{order.pk}/"' in page
    assert "OperationDenied.NoStock" in page


def test_a_silent_cloud_is_said_and_asked_once(alice: User, alice_client: Client) -> None:
    for number in range(3):
        created(alice, f"eci-{number}", RegionId=f"cn-region{number}")

    with mock.patch(LIST, side_effect=Unreachable("The cloud does not answer.", request_id="7C1B")) as asked:
        page = alice_client.get("/")

    assert page.status_code == 200
    assert "The cloud does not answer." in page.content.decode()
    assert "State not known" in page.content.decode()
    assert asked.call_count == 1


def test_searches_and_filters(alice: User, alice_client: Client) -> None:
    created(alice, "eci-1", ContainerGroupName="orders-worker")
    created(alice, "eci-2", ContainerGroupName="shop-api")
    record(alice, "open", ContainerGroupName="never-sent")
    Order.objects.filter(container_group_id="eci-2").update(delete_requested_at=timezone.now())

    def names(query: str) -> set[str]:
        with cloud_says():
            page = alice_client.get(f"/?{query}").content.decode()
        return {name for name in ("orders-worker", "shop-api", "never-sent") if f">{name}</a>" in page}

    assert names("q=worker") == {"orders-worker"}
    assert names("q=eci-2") == {"shop-api"}
    assert names("show=created") == {"orders-worker"}
    assert names("show=not-created") == {"never-sent"}
    assert names("show=deleted") == {"shop-api"}
    assert names("show=nonsense") == {"orders-worker", "shop-api", "never-sent"}
    assert names("q=zzz") == set()
    assert names("page=99999999999") == {"orders-worker", "shop-api", "never-sent"}


def test_the_newest_draft_is_on_top_but_not_what_is_ordered_already(alice: User, alice_client: Client) -> None:
    ordered, waiting_draft = draft(alice), draft(alice)
    Draft.objects.filter(pk=waiting_draft.pk).update(data={**waiting_draft.data, "spec": {"container_group_name": "w"}})
    order = created(alice, "eci-1")
    Order.objects.filter(pk=order.pk).update(draft_id=ordered.pk, draft_version=ordered.version)

    with cloud_says():
        page = alice_client.get("/").content.decode()

    assert f'href="/buy/{waiting_draft.pk}/basic/"' in page
    assert f'href="/buy/{ordered.pk}/basic/"' not in page


def _many(owner: User, count: int) -> None:
    Order.objects.bulk_create(
        Order(
            owner=owner,
            form_key=f"many-{number}",
            client_token=f"many-{number}",
            region_id="cn-hangzhou",
            group_name=f"group-{number}",
            container_group_id=f"eci-many-{number}",
            state=OrderState.CREATED,
            payload_hash="",
        )
        for number in range(count)
    )


def _queries(client: Client, address: str) -> int:
    with cloud_says(), CaptureQueriesContext(connection) as found:
        assert client.get(address).status_code == 200
    return len(found)


def test_the_number_of_queries_does_not_grow_with_the_orders(alice: User, alice_client: Client) -> None:
    _many(alice, 10)
    few = _queries(alice_client, "/")
    Order.objects.all().delete()
    _many(alice, 10_000)

    assert _queries(alice_client, "/") == few
    assert _queries(alice_client, "/?page=400&show=created&q=group") == few


def test_pages_hold_twenty_and_lead_on(alice: User, alice_client: Client) -> None:
    _many(alice, 45)

    with cloud_says() as asked:
        page = alice_client.get("/?page=2").content.decode()

    assert "21–40 of 45" in page
    assert 'href="/"' in page
    assert 'href="/?page=3"' in page
    assert len(asked.call_args.kwargs["container_group_ids"]) == 20


def test_names_are_shown_as_text(alice: User, alice_client: Client) -> None:
    created(alice, "eci-1", ContainerGroupName='"><script>alert(1)</script>{{7*7}}')

    with cloud_says():
        page = alice_client.get('/?q="><script>').content.decode()

    assert "<script>alert(1)" not in page
    assert "<script>" not in page.split("</head>")[1]
