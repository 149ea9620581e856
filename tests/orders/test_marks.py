"""Which container group is an order's: the one that bears its mark, and none that merely bears its name."""

import re
from datetime import timedelta
from unittest import mock

import pytest
from django.test import Client
from django.utils import timezone

from consoleapp.accounts.models import User
from consoleapp.gateways import errors
from consoleapp.gateways.ports.container_groups import ContainerGroup
from consoleapp.orders import delivery, payload, services
from consoleapp.orders.models import AttemptOutcome, Order, OrderState
from consoleapp.teams.actors import Actor
from consoleapp.web.clouds import cloud_of
from tests.orders.builders import PARAMETERS, SECRET_KEYS, record
from tests.orders.passing import age, try_when_due
from tests.orders.ports import FakeCreation

pytestmark = pytest.mark.django_db
CREATE = "consoleapp.gateways.alibaba.eci.ElasticContainerInstance.create"
HTML = errors.OutcomeUnknown("HTML", http_status=200)


def without_mark(order: Order) -> Order:
    """The order as an earlier version of the console has recorded it."""
    order.parameters = {key: value for key, value in order.parameters.items() if not key.startswith("Tag.")}
    order.payload_hash = payload.payload_hash(order.parameters, order.secret_keys)
    order.save()
    return order


def refused_to_tell(order: Order, port: delivery.Creation) -> Order:
    """The order after three unusable answers and the look that follows."""
    delivery.deliver(order.pk, port)
    for _ in range(3):
        order = try_when_due(order, port)
    return order


def test_another_program_s_group_of_the_name_is_never_the_order_s(alice: User, alice_client: Client) -> None:
    port = cloud_of(alice.world).container_groups
    order = record(alice)
    with mock.patch(CREATE, side_effect=HTML):
        delivery.deliver(order.pk, port)
    foreign = port.create(PARAMETERS, client_token="of-another-program").container_group_id
    with mock.patch(CREATE, side_effect=HTML):
        for _ in range(3):
            order = try_when_due(order, port)

    assert (order.state, order.container_group_id) == (OrderState.UNKNOWN, "")
    assert alice_client.get(f"/groups/{foreign}/").status_code == 404
    assert foreign not in alice_client.get(f"/orders/{order.pk}/").content.decode()


def test_the_group_that_the_order_made_is_found_beside_one_of_the_same_name(alice: User) -> None:
    port = cloud_of(alice.world).container_groups
    order, create = record(alice), port.create
    made = []

    def create_and_say_nothing(*args: object, **options: object) -> None:
        made.append(create(*args, **options).container_group_id)  # type: ignore[arg-type]
        raise HTML

    with mock.patch.object(port, "create", create_and_say_nothing):
        delivery.deliver(order.pk, port)
        create(PARAMETERS, client_token="of-another-program")
        for _ in range(3):
            order = try_when_due(order, port)

    assert (order.state, {order.container_group_id}) == (OrderState.CREATED, set(made))


@pytest.mark.parametrize(
    "tags",
    [{}, {"console-order": ""}, {"console-order": "another"}, {"Console-Order": "OWN"}, {"team": "OWN"}],
    ids=["none", "without a value", "of another order", "spelled otherwise", "under another key"],
)
def test_nothing_but_the_exact_mark_counts_whatever_the_cloud_lists(alice: User, tags: dict[str, str]) -> None:
    port, order = FakeCreation(), record(alice)
    own = str(order.pk)
    marks = {key: value.replace("OWN", own) for key, value in tags.items()}
    port.shown = [
        ContainerGroup("eci-x", "shop-api", "cn-hangzhou", "Running", creation_time=timezone.now(), tags=marks)
    ]
    port.before = [HTML] * 3

    order = refused_to_tell(order, port)

    assert (order.state, order.container_group_id) == (OrderState.UNKNOWN, "")


def test_two_groups_with_the_mark_leave_it_open_which_it_is(alice: User) -> None:
    port, order = FakeCreation(), record(alice)
    mark = {"console-order": str(order.pk)}
    port.shown = [ContainerGroup(name, "shop-api", "cn-hangzhou", "Running", tags=mark) for name in ("eci-x", "eci-y")]
    port.before = [HTML] * 3

    order = refused_to_tell(order, port)

    assert (order.state, order.container_group_id) == (OrderState.UNKNOWN, "")


def test_the_mark_is_frozen_with_the_order_behind_the_user_s_own_tags(alice: User) -> None:
    order = record(alice, **{"Tag.1.Key": "team", "Tag.1.Value": "shop"})

    assert (order.parameters["Tag.1.Key"], order.parameters["Tag.2.Key"]) == ("team", "console-order")
    assert order.parameters["Tag.2.Value"] == str(order.pk)
    assert payload.is_marked(order)
    Order.objects.filter(pk=order.pk).update(parameters={**order.parameters, "Tag.2.Value": "another"})
    assert delivery.deliver(order.pk, FakeCreation()).state == OrderState.REFUSED


def test_nobody_passes_another_order_s_mark_off_as_this_one_s(alice: User) -> None:
    order = record(alice, **{"Tag.1.Key": "console-order", "Tag.1.Value": "another"})

    assert (order.parameters["Tag.1.Value"], "Tag.2.Key" in order.parameters) == (str(order.pk), False)


def test_an_order_of_before_marks_is_neither_looked_up_nor_sent_again_by_itself(
    alice: User, alice_client: Client
) -> None:
    port, order = FakeCreation(), without_mark(record(alice))
    port.shown = [ContainerGroup("eci-x", "shop-api", "cn-hangzhou", "Running")]
    port.before = [errors.OutcomeUnknown("timed out")]
    delivery.deliver(order.pk, port)
    age(order, timedelta(minutes=10))

    order = try_when_due(order, port)

    assert (order.state, order.next_try_at, len(port.calls), port.looks) == (OrderState.UNKNOWN, None, 1, [])
    page = alice_client.get(f"/orders/{order.pk}/").content.decode()
    assert "nothing that proves which group is yours" in page
    assert "eci-x" not in page
    assert re.search(r'id="ask-again">Ask again<', page)
    assert services.ask_again(order, port).state == OrderState.CREATED
    assert set(port.tokens) == {order.client_token}


def test_an_order_of_before_marks_is_its_answer_s_all_the_same(alice: User) -> None:
    port = FakeCreation()
    order = without_mark(services.record_order(Actor(alice), PARAMETERS, SECRET_KEYS, services.Press("key-1")))

    order = delivery.deliver(order.pk, port)

    assert (order.state, order.container_group_id) == (OrderState.CREATED, "eci-fake-1")
    assert [each.outcome for each in order.attempts.all()] == [AttemptOutcome.CREATED]
