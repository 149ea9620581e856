"""The page of an order in every state, and who may see it."""

import re
import uuid
from datetime import timedelta
from unittest import mock

import pytest
from django.test import Client
from django.utils import timezone

from consoleapp.accounts.models import User
from consoleapp.audit.models import AuditRow
from consoleapp.gateways.errors import OutcomeUnknown
from consoleapp.orders import delivery
from consoleapp.orders.models import Attempt, Order, OrderState
from consoleapp.wizard.models import Draft
from tests.orders.builders import CANARY, record
from tests.wizard.complete import draft

pytestmark = pytest.mark.django_db
CREATE = "consoleapp.gateways.alibaba.eci.ElasticContainerInstance.create"


@pytest.fixture
def order(alice: User) -> Order:
    return record(alice)


def page(client: Client, order: Order, part: str = "") -> str:
    answer = client.get(f"/orders/{order.pk}/{part}")
    assert answer.status_code == 200
    return answer.content.decode()


STATES = [
    ({"state": OrderState.RECORDED}, "Not sent yet", "Send it now"),
    (
        {"state": OrderState.RECORDED, "error_kind": "throttled", "error_message": "slow"},
        "not accepted yet",
        "Try again",
    ),
    ({"state": OrderState.UNKNOWN, "error_kind": "outcome_unknown"}, "no answer yet", "Ask again"),
    ({"state": OrderState.UNKNOWN, "is_halted": True, "error_kind": "conflict"}, "Stopped", ""),
    ({"state": OrderState.UNKNOWN, "is_halted": True, "error_kind": "expired"}, "Closed after a week", ""),
    ({"state": OrderState.RECORDED, "slot_at": timezone.now()}, "Waiting for its turn", ""),
    (
        {"state": OrderState.RECORDED, "error_kind": "refused", "error_code": "InvalidTimeStamp.Expired"},
        "clock is wrong",
        "Try again",
    ),
    ({"state": OrderState.REFUSED, "error_kind": "stopped"}, "Stopped", "Back to the draft"),
    ({"state": OrderState.REFUSED, "error_kind": "expired"}, "closed", "Back to the draft"),
    ({"state": OrderState.CREATED, "container_group_id": "eci-1"}, "Created", "Show the container group"),
    ({"state": OrderState.REFUSED, "error_kind": "out_of_stock"}, "Refused", "Choose another place or size"),
    ({"state": OrderState.REFUSED, "error_kind": "invalid_parameter"}, "Refused", "Change this value"),
    ({"state": OrderState.REFUSED, "error_kind": "nobody knows"}, "Refused", "Back to the draft"),
]


@pytest.mark.parametrize(("stored", "title", "button"), STATES, ids=[title for _stored, title, _button in STATES])
def test_tells_the_truth_in_every_state(
    order: Order, alice_client: Client, stored: dict[str, object], title: str, button: str
) -> None:
    Order.objects.update(next_try_at=None, **stored)

    shown = page(alice_client, order)

    assert title in shown
    assert button in shown
    assert shown.count("btn primary") == (1 if button else 0)
    assert "hx-trigger" not in shown
    assert CANARY not in shown


def test_while_it_is_sent_the_page_looks_again_and_offers_nothing_else(order: Order, alice_client: Client) -> None:
    Order.objects.update(state=OrderState.SENDING, claimed_at=timezone.now())
    Attempt.objects.create(order=order, started_at=timezone.now())

    shown = page(alice_client, order)

    assert "Being sent" in shown
    assert 'hx-trigger="every 2s"' in shown
    assert "Look again" in shown
    assert "btn primary" not in shown


def test_tells_when_the_next_try_is_and_looks_again_until_then(order: Order, alice_client: Client) -> None:
    Order.objects.update(error_kind="unreachable", next_try_at=timezone.now() + timedelta(seconds=40))

    shown = page(alice_client, order)

    assert re.search(r"Next try in (39|40) seconds\.", shown)
    assert 'hx-trigger="every 2s"' in shown
    assert "Stop trying" in shown
    assert "Try again" in shown


def test_a_try_that_is_due_is_about_to_begin(order: Order, alice_client: Client) -> None:
    Order.objects.update(next_try_at=timezone.now() - timedelta(seconds=1))

    assert "about to begin" in page(alice_client, order)


def test_says_when_the_group_was_looked_up_and_not_found(order: Order, alice_client: Client) -> None:
    Order.objects.update(state=OrderState.UNKNOWN, error_kind="not_there", next_try_at=None)
    Attempt.objects.create(order=order, started_at=timezone.now(), outcome="not_there")

    shown = page(alice_client, order)

    assert "Sent, no answer, and not found" in shown
    assert "Looked up: not there" in shown
    assert "Ask again" in shown


def test_stops_an_order_that_was_not_sent(order: Order, alice_client: Client) -> None:
    answer = alice_client.post(f"/orders/{order.pk}/stop/")

    order.refresh_from_db()
    assert answer["Location"] == f"/orders/{order.pk}/"
    assert (order.state, order.sealed_secrets, order.next_try_at) == (OrderState.REFUSED, "", None)
    assert "The order was stopped" in page(alice_client, order)


@pytest.mark.parametrize("state", [OrderState.SENDING, OrderState.UNKNOWN, OrderState.CREATED])
def test_does_not_stop_what_was_sent(order: Order, alice_client: Client, state: OrderState) -> None:
    Order.objects.update(state=state, container_group_id="eci-1", claimed_at=timezone.now())

    assert "Stop trying" not in page(alice_client, order)
    alice_client.post(f"/orders/{order.pk}/stop/")

    assert Order.objects.get().state == state


def test_nobody_else_stops_an_order(order: Order, mallory_client: Client, client: Client) -> None:
    assert mallory_client.post(f"/orders/{order.pk}/stop/").status_code == 404
    assert client.post(f"/orders/{order.pk}/stop/").status_code == 404
    assert Order.objects.get().state == OrderState.RECORDED


def test_each_press_of_ask_again_has_its_row_in_the_audit_trail(order: Order, alice_client: Client) -> None:
    with mock.patch(CREATE, side_effect=OutcomeUnknown("lost")):
        alice_client.post(f"/orders/{order.pk}/again/")
    alice_client.post(f"/orders/{order.pk}/again/")

    rows = AuditRow.objects.filter(action__startswith="order.").order_by("id")
    actions = list(rows.values_list("action", flat=True))
    assert actions[:2] == ["order.recorded", "order.asked_again"]
    assert actions.count("order.asked_again") == 2


def test_what_was_left_behind_may_be_asked_for_again(order: Order, alice_client: Client) -> None:
    Order.objects.update(state=OrderState.SENDING, claimed_at=timezone.now() - delivery.LEASE * 2)

    assert "Ask again" in page(alice_client, order)


def test_shows_code_request_id_and_the_clouds_words(order: Order, alice_client: Client) -> None:
    Order.objects.update(
        state=OrderState.REFUSED,
        error_kind="invalid_parameter",
        error_code="InvalidParameter",
        error_field="Container.1.Image",
        error_message='bad <b>"image"</b>',
        request_id="7C1B",
    )

    shown = page(alice_client, order)

    assert "InvalidParameter" in shown
    assert "7C1B" in shown
    assert "bad &lt;b&gt;" in shown
    assert "<b>&quot;image" not in shown


def test_masks_the_password_in_the_request(order: Order, alice_client: Client) -> None:
    shown = page(alice_client, order)

    assert "ImageRegistryCredential.1.Password" in shown
    assert "••••••••" in shown
    assert CANARY not in shown


def test_the_fragment_leads_to_the_group_once_it_exists(order: Order, alice_client: Client) -> None:
    Order.objects.update(state=OrderState.CREATED, container_group_id="eci-1")

    answer = alice_client.get(f"/orders/{order.pk}/_/state/")

    assert answer["HX-Redirect"] == "/groups/eci-1/"


def test_asking_again_sends_the_same_token(order: Order, alice_client: Client) -> None:
    with mock.patch(CREATE, side_effect=OutcomeUnknown("lost")) as create:
        first = alice_client.post(f"/orders/{order.pk}/again/")
        alice_client.post(f"/orders/{order.pk}/again/")

    assert first["Location"] == f"/orders/{order.pk}/"
    assert {call.kwargs["client_token"] for call in create.call_args_list} == {order.client_token}
    assert create.call_count == 2


def test_asking_again_for_a_refused_order_sends_nothing(order: Order, alice_client: Client) -> None:
    Order.objects.update(state=OrderState.REFUSED)

    with mock.patch(CREATE) as create:
        alice_client.post(f"/orders/{order.pk}/again/")

    create.assert_not_called()


def test_other_people_and_visitors_find_no_such_order(order: Order, mallory_client: Client, client: Client) -> None:
    for somebody in (mallory_client, client):
        assert somebody.get(f"/orders/{order.pk}/").status_code == 404
        assert somebody.get(f"/orders/{order.pk}/_/state/").status_code == 404
        assert somebody.post(f"/orders/{order.pk}/again/").status_code == 404
        assert somebody.post(f"/buy/mend/{order.pk}/").status_code == 404
    assert not Draft.objects.exists()


def test_an_order_nobody_made_is_not_found(alice_client: Client) -> None:
    assert alice_client.get(f"/orders/{uuid.uuid4()}/").status_code == 404


class TestMending:
    """From a refusal to the field it is about."""

    def test_opens_the_field_of_the_draft_it_came_from(self, order: Order, alice: User, alice_client: Client) -> None:
        made = draft(alice)
        Order.objects.update(draft_id=made.pk, state=OrderState.REFUSED)

        answer = alice_client.post(f"/buy/mend/{order.pk}/", {"field": "Container.1.Image"})

        address = f"/buy/{made.pk}/basic/?open=c1&at=id_c1-image&refused={order.pk}#id_c1-image"
        assert answer["Location"] == address
        assert Draft.objects.count() == 1

    def test_makes_a_new_draft_where_the_old_one_is_gone(self, order: Order, alice_client: Client) -> None:
        Order.objects.update(draft_id=uuid.uuid4(), state=OrderState.REFUSED)

        answer = alice_client.post(f"/buy/mend/{order.pk}/", {"field": "SecurityGroupId"})

        made = Draft.objects.get()
        assert answer["Location"].startswith(f"/buy/{made.pk}/basic/")
        assert answer["Location"].endswith("#id_security_group_id")

    def test_an_unknown_field_opens_the_first_step(self, order: Order, alice: User, alice_client: Client) -> None:
        made = draft(alice)
        Order.objects.update(draft_id=made.pk)

        for field in ("", "Nobody.Knows.This", "x" * 3000):
            answer = alice_client.post(f"/buy/mend/{order.pk}/", {"field": field})
            assert answer["Location"] == f"/buy/{made.pk}/basic/"
