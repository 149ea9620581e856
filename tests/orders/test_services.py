"""Orders are made once a form key and found through their owner."""

import uuid
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.utils import timezone

from consoleapp.accounts.models import User
from consoleapp.orders import delivery, services
from consoleapp.orders.models import Order, OrderState
from consoleapp.teams.actors import Actor
from tests.orders.builders import CANARY, created, record
from tests.orders.ports import FakeCreation


@pytest.mark.django_db
def test_freezes_what_is_sent_without_its_secrets(alice: User) -> None:
    order = record(alice)
    order.refresh_from_db()

    assert order.state == OrderState.RECORDED
    assert order.secret_keys == ["ImageRegistryCredential.1.Password"]
    assert "ImageRegistryCredential.1.Password" not in order.parameters
    assert CANARY not in order.sealed_secrets
    assert (order.region_id, order.group_name, order.container_count) == ("cn-hangzhou", "shop-api", 1)
    assert order.first_image == "registry.example.com/shop/api:2.3"
    assert len(order.client_token) == 32


@pytest.mark.django_db
def test_the_same_form_key_gives_the_same_order(alice: User) -> None:
    first = record(alice)

    assert record(alice, ContainerGroupName="other").pk == first.pk
    assert Order.objects.get().group_name == "shop-api"


@pytest.mark.django_db
def test_another_form_key_gives_another_order_with_another_token(alice: User) -> None:
    first, second = record(alice), record(alice, "key-2")

    assert first.pk != second.pk
    assert first.client_token != second.client_token


@pytest.mark.django_db
def test_other_people_and_visitors_find_nothing(alice: User, mallory: User) -> None:
    order = created(alice, "eci-1")

    for actor in (mallory, AnonymousUser()):
        with pytest.raises(Order.DoesNotExist):
            services.find_order(Actor(actor), order.pk)
        with pytest.raises(Order.DoesNotExist):
            services.order_of_group(Actor(actor), "eci-1")
        assert services.find_by_form_key(Actor(actor), order.form_key) is None
        assert not services.orders_of(Actor(actor)).exists()
    assert services.order_of_group(Actor(alice), "eci-1") == order


@pytest.mark.django_db
def test_an_order_without_a_group_is_not_found_by_an_empty_id(alice: User) -> None:
    record(alice)

    with pytest.raises(Order.DoesNotExist):
        services.order_of_group(Actor(alice), "")


@pytest.mark.django_db
def test_finds_the_orders_of_one_version_of_a_draft(alice: User) -> None:
    order, draft_id = record(alice), uuid.uuid4()
    Order.objects.filter(pk=order.pk).update(draft_id=draft_id, draft_version=3)

    assert list(services.orders_of_draft(Actor(alice), draft_id, 3)) == [order]
    assert not services.orders_of_draft(Actor(alice), draft_id, 4)


@pytest.mark.django_db
def test_an_order_that_is_being_sent_may_be_asked_for_when_its_claim_ran_out(alice: User) -> None:
    order = record(alice)
    order.state, order.claimed_at = OrderState.SENDING, timezone.now()

    assert not services.may_ask_again(order)
    assert services.may_ask_again(order, order.claimed_at + delivery.LEASE * 2)


@pytest.mark.django_db(transaction=True)
def test_presses_in_parallel_make_one_order_and_one_group(alice: User, database_file: Path) -> None:
    port = FakeCreation()

    def press(_: int) -> tuple[uuid.UUID, str]:
        try:
            order = record(alice, "parallel")
            return order.pk, services.ask_again(order, port).state
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        results = list(pool.map(press, range(24)))

    assert len({pk for pk, _ in results}) == 1
    assert Order.objects.get().state == OrderState.CREATED
    assert len(port.made) == 1
    assert len(port.calls) == 1
