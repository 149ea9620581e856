"""What can be done with a group on its page, with the ports answered by hand."""

from dataclasses import replace
from typing import Any
from unittest import mock

import pytest
from django.test import Client
from django.utils import timezone

from consoleapp.gateways.errors import NotFound, Refused, Unreachable
from consoleapp.orders.models import Order
from consoleapp.wizard import vault
from consoleapp.wizard.draft.images import image_text
from consoleapp.wizard.models import Draft
from tests.groups.builders import IMAGE, PAGE, RUNNING, text
from tests.orders.builders import PARAMETERS
from tests.wizard.page_form import open_step

pytestmark = pytest.mark.django_db


def test_actions_need_a_post(order: Order, port: mock.Mock, alice_client: Client) -> None:
    for action in ("restart", "similar", "retry"):
        assert alice_client.get(f"{PAGE}{action}/").status_code == 405
    assert not Draft.objects.exists()
    port.restart.assert_not_called()


def test_restarts_and_says_so_once(order: Order, port: mock.Mock, alice_client: Client) -> None:
    port.get.return_value = replace(RUNNING, status="Restarting")

    page = alice_client.post(f"{PAGE}restart/", follow=True).content.decode()

    assert port.restart.call_args.args == ("cn-hangzhou", "eci-1")
    assert page.count("are being restarted") == 1
    assert page.count("You had it restarted.") == 1
    assert 'class="messages"' not in page


def test_a_restart_that_is_refused_says_why(order: Order, port: mock.Mock, alice_client: Client) -> None:
    port.restart.side_effect = Refused("not now", code="IncorrectStatus", request_id="7C1B")

    page = alice_client.post(f"{PAGE}restart/", follow=True).content.decode()

    assert "not now (IncorrectStatus, request id 7C1B)" in page


def test_asks_before_it_deletes(order: Order, port: mock.Mock, alice_client: Client) -> None:
    assert "Delete this container group?" in text(alice_client, f"{PAGE}delete/")
    port.delete.assert_not_called()

    answer = alice_client.post(f"{PAGE}delete/")

    assert answer["Location"] == "/"
    assert port.delete.call_args.args == ("cn-hangzhou", "eci-1")
    order.refresh_from_db()
    assert order.delete_requested_at


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("is_deleted", [True, False], ids=["deleted here", "forgotten"])
def test_does_not_ask_about_a_group_that_is_gone(
    order: Order, port: mock.Mock, alice_client: Client, method: str, is_deleted: bool
) -> None:
    port.get.side_effect = NotFound("gone")
    if is_deleted:
        Order.objects.update(delete_requested_at=timezone.now())

    answer = getattr(alice_client, method)(f"{PAGE}delete/", follow=True)

    assert answer.redirect_chain == [(PAGE, 302)]
    assert "There is nothing to delete: shop-api is gone already." in answer.content.decode()
    port.delete.assert_not_called()


def test_asks_in_a_dialog_over_the_page_where_there_is_a_script(
    order: Order, port: mock.Mock, alice_client: Client
) -> None:
    asked = alice_client.get(f"{PAGE}delete/", headers={"HX-Request": "true"}).content.decode()
    assert "<dialog" in asked
    assert "<html" not in asked
    assert f'action="{PAGE}delete/"' in asked
    port.delete.assert_not_called()


def test_does_not_ask_twice_while_the_cloud_deletes(order: Order, port: mock.Mock, alice_client: Client) -> None:
    alice_client.post(f"{PAGE}delete/")

    page = alice_client.get(f"{PAGE}delete/", follow=True).content.decode()

    assert "shop-api is being deleted." in page
    assert "gone already" not in page


def test_asks_before_deleting_what_the_cloud_is_silent_about(
    order: Order, port: mock.Mock, alice_client: Client
) -> None:
    port.get.side_effect = Unreachable("no answer")

    assert "Delete this container group?" in text(alice_client, f"{PAGE}delete/")


def test_deleting_what_is_gone_is_no_mistake(order: Order, port: mock.Mock, alice_client: Client) -> None:
    port.delete.side_effect = NotFound("gone")

    alice_client.post(f"{PAGE}delete/")

    order.refresh_from_db()
    assert order.delete_requested_at


def test_a_delete_that_fails_says_why_and_marks_nothing(order: Order, port: mock.Mock, alice_client: Client) -> None:
    port.delete.side_effect = Unreachable("no answer")

    page = alice_client.post(f"{PAGE}delete/", follow=True).content.decode()

    assert "Not deleted: no answer" in page
    order.refresh_from_db()
    assert order.delete_requested_at is None


def test_create_similar_opens_a_draft_with_the_same_request(
    order: Order, port: mock.Mock, alice_client: Client
) -> None:
    answer = alice_client.post(f"{PAGE}similar/")

    made = Draft.objects.get()
    # It begins where something is to be typed again.
    assert answer["Location"].startswith(f"/buy/{made.pk}/basic/?open=c1&")
    assert answer["Location"].endswith("#id_image_registry_credentials-registry.example.com-password")
    assert (PARAMETERS["ContainerGroupName"], made.name) == ("shop-api", "shop-api-2")
    fields = made.typed["spec"]["containers"][0]
    assert (fields["image"], fields["image_version"]) == ("registry.example.com/shop/api", "2.3")
    assert made.typed["spec"]["image_registry_credentials"] == [
        {"_key": "registry.example.com", "user_name": "ci-reader", "private_docker_hub": False}
    ]
    assert vault.names(made) == frozenset()


@pytest.mark.parametrize("action", ["similar/", "retry/"])
def test_no_two_rows_of_the_list_have_one_name(
    order: Order, port: mock.Mock, alice_client: Client, action: str
) -> None:
    for _press in range(2):
        alice_client.post(PAGE + action)
    Order.objects.update(group_name="shop-api-7")
    Order.objects.update(parameters={**order.parameters, "ContainerGroupName": "shop-api-2"})
    alice_client.post(PAGE + action)

    assert {draft.name for draft in Draft.objects.all()} == {"shop-api-2", "shop-api-3", "shop-api-4"}


@pytest.mark.parametrize("action", ["similar/", "retry/"])
def test_a_pinned_image_keeps_tag_and_digest_over_the_first_save(
    order: Order, port: mock.Mock, alice_client: Client, action: str
) -> None:
    pinned = f"{IMAGE}@sha256:{'ab' * 32}"
    Order.objects.update(parameters={**order.parameters, "Container.1.Image": pinned})
    form = open_step(alice_client, alice_client.post(PAGE + action)["Location"])

    form.press("save")

    assert image_text(Draft.objects.get().typed["spec"]["containers"][0]) == pinned


@pytest.mark.parametrize(
    ("remedy", "step", "field"),
    [
        ("credential", "basic", "id_image_registry_credentials-registry.example.com-password"),
        ("image", "basic", "id_c1-image"),
        ("command", "basic", "id_c1-commands"),
        ("plain_http", "other", "id_plain_http_registries"),
        ("insecure", "other", "id_insecure_registries"),
        ("eip", "other", "id_eip"),
        ("place", "basic", "id_vswitch_ids"),
    ],
)
def test_each_remedy_opens_its_field(
    order: Order, port: mock.Mock, alice_client: Client, remedy: str, step: str, field: str
) -> None:
    answer = alice_client.post(f"{PAGE}retry/", {"remedy": remedy, "container": "api"})

    made = Draft.objects.get()
    address, _hash, anchor = answer["Location"].partition("#")
    assert address.startswith(f"/buy/{made.pk}/{step}/")
    assert anchor == field
    other: Any = made.typed["spec"]
    assert (other["plain_http_registries"] == "registry.example.com") == (remedy == "plain_http")
    assert (other["insecure_registries"] == "registry.example.com") == (remedy == "insecure")
    assert (other["eip"] == "create") == (remedy == "eip")


@pytest.mark.parametrize("posted", [{}, {"remedy": "nonsense"}, {"remedy": "credential", "container": "nobody"}])
def test_a_remedy_nobody_knows_still_opens_a_draft(
    order: Order, port: mock.Mock, alice_client: Client, posted: dict[str, str]
) -> None:
    answer = alice_client.post(f"{PAGE}retry/", posted)

    assert answer["Location"].startswith(f"/buy/{Draft.objects.get().pk}/basic/")


def test_an_order_by_other_rules_cannot_be_copied_and_says_so(
    order: Order, port: mock.Mock, alice_client: Client
) -> None:
    Order.objects.update(parameters={"RegionId": "cn-hangzhou", "Unheard": "of"})

    page = alice_client.post(f"{PAGE}similar/", follow=True).content.decode()

    assert "cannot be copied" in page
    assert not Draft.objects.exists()
