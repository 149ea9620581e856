"""An order that a link of another site has begun: the way back, and what it is called there."""

from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client, override_settings
from django.urls import reverse

from consoleapp.accounts.models import User
from consoleapp.audit.models import AuditRow
from consoleapp.orders import services
from consoleapp.orders.models import Order, OrderState
from consoleapp.orders.services import Press
from consoleapp.teams.actors import Actor
from tests.orders.builders import PARAMETERS, SECRET_KEYS

pytestmark = pytest.mark.django_db

ORIGIN = {"return_to": "https://portal.example.com/done?tab=1", "state": "s&1", "external_ref": "JIRA-42"}
LISTED = override_settings(RETURN_ORIGINS=["https://portal.example.com"])


def order_of(owner: User) -> Order:
    return services.record_order(Actor(owner), PARAMETERS, SECRET_KEYS, Press("key-1", origin=ORIGIN))


@LISTED
def test_the_order_freezes_where_it_came_from(alice: User) -> None:
    order = order_of(alice)
    order.refresh_from_db()
    assert (order.origin, order.external_ref) == (
        {"return_to": "https://portal.example.com/done?tab=1", "state": "s&1"},
        "JIRA-42",
    )
    row = AuditRow.objects.get(action="order.recorded")
    assert row.payload["external_ref"] == "JIRA-42"


@LISTED
@pytest.mark.parametrize(
    ("state", "result"),
    [
        (OrderState.RECORDED, "open"),
        (OrderState.REFUSED, "refused"),
        (OrderState.UNKNOWN, "open"),
        (OrderState.HELD, "held"),
        (OrderState.CREATED, "created"),
    ],
)
def test_the_way_back_says_what_became_of_the_order(
    alice: User, alice_client: Client, state: OrderState, result: str
) -> None:
    order = order_of(alice)
    Order.objects.filter(pk=order.pk).update(state=state, container_group_id="eci-1")
    order.refresh_from_db()
    page = alice_client.get(reverse("orders:detail", args=[order.pk])).content.decode()
    assert "Back to portal.example.com" in page
    assert "<code>JIRA-42</code>" in page
    assert order.way_back
    asked = parse_qs(urlsplit(order.way_back.url).query)
    assert asked == {"tab": ["1"], "order": [str(order.pk)], "state": ["s&1"], "result": [result]}


def test_a_site_that_is_listed_no_more_has_no_link(alice: User, alice_client: Client) -> None:
    order = order_of(alice)
    page = alice_client.get(reverse("orders:detail", args=[order.pk])).content.decode()
    assert "portal.example.com" not in page
    assert "<code>JIRA-42</code>" in page


def test_most_orders_have_none(alice: User, alice_client: Client) -> None:
    order = services.record_order(Actor(alice), PARAMETERS, SECRET_KEYS, Press("key-1"))
    assert 'id="origin"' not in alice_client.get(reverse("orders:detail", args=[order.pk])).content.decode()
