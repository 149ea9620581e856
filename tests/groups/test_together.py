"""The page of a press for several groups: what it lists, and when it looks again."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from consoleapp.accounts.models import User
from consoleapp.orders.models import Order, OrderState
from tests.orders.builders import created, record

pytestmark = pytest.mark.django_db


@pytest.fixture
def orders(alice: User) -> list[Order]:
    """Two orders of one press that were stopped, and one of hers beside them."""
    pressed = [record(alice, f"key-{number}", ContainerGroupName=f"web-00{number}") for number in (1, 2)]
    Order.objects.update(press_id=pressed[0].pk, state=OrderState.REFUSED, error_kind="stopped", next_try_at=None)
    created(alice, "eci-sim-alone", ContainerGroupName="beside")
    return list(Order.objects.exclude(press_id=None).order_by("group_name"))


def page(client: Client, order: Order) -> str:
    answer = client.get(reverse("groups:together", args=[order.press_id]))
    assert answer.status_code == 200
    return answer.content.decode()


def test_lists_the_orders_of_the_press_alone(orders: list[Order], alice_client: Client) -> None:
    shown = page(alice_client, orders[0])

    assert shown.index("web-001") < shown.index("web-002")
    assert "beside" not in shown
    assert "2 container groups ordered together" in shown
    assert "0 of 2 created" in shown


def test_an_order_that_was_alone_has_no_such_page(orders: list[Order], alice_client: Client) -> None:
    alone = Order.objects.get(group_name="beside")

    assert alice_client.get(reverse("groups:together", args=[alone.pk])).status_code == 404
    for address in (reverse("orders:detail", args=[alone.pk]), reverse("groups:detail", args=["eci-sim-alone"])):
        assert "Ordered together" not in alice_client.get(address).content.decode()


def test_each_order_leads_to_it(orders: list[Order], alice_client: Client) -> None:
    together = reverse("groups:together", args=[orders[0].press_id])

    for order in orders:
        assert together in alice_client.get(reverse("orders:detail", args=[order.pk])).content.decode()


def test_looks_again_while_an_order_is_tried_by_itself(orders: list[Order], alice_client: Client) -> None:
    assert "hx-trigger" not in page(alice_client, orders[0])
    due = timezone.now() + timedelta(seconds=20)
    Order.objects.filter(pk=orders[1].pk).update(state=OrderState.RECORDED, error_kind="", next_try_at=due)

    shown = page(alice_client, orders[0])

    assert 'hx-trigger="every 3s, look"' in shown
    assert "<noscript>" in shown


def test_a_look_that_shows_nothing_new_brings_nothing(orders: list[Order], alice_client: Client) -> None:
    due = timezone.now() + timedelta(seconds=20)
    Order.objects.filter(pk=orders[1].pk).update(state=OrderState.RECORDED, error_kind="", next_try_at=due)
    found = re.search(r'id="together"[^>]* hx-get="([^"]+)"', page(alice_client, orders[0]))
    assert found

    assert alice_client.get(found[1]).status_code == 204
    Order.objects.filter(pk=orders[1].pk).update(next_try_at=None)
    changed = alice_client.get(found[1])

    assert changed.status_code == 200
    assert "hx-trigger" not in changed.content.decode()
    assert "<html" not in changed.content.decode()
