"""One group's page and what can be done there, with the ports answered by hand."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any
from unittest import mock

import pytest
from django.test import Client
from django.utils import timezone

from consoleapp.accounts.models import User
from consoleapp.gateways.errors import AccessDenied, GatewayError, NotFound, Refused, Unreachable
from consoleapp.gateways.ports.container_groups import ContainerGroup, ContainerStatus, Event, State
from consoleapp.orders.models import Order
from consoleapp.wizard import vault
from consoleapp.wizard.models import Draft
from tests.groups.builders import IMAGE, failing, group
from tests.orders.builders import CANARY, PARAMETERS, created

pytestmark = pytest.mark.django_db
ECI = "consoleapp.gateways.alibaba.eci.ElasticContainerInstance"
PAGE = "/groups/eci-1/"
RUNNING = group(ContainerStatus("api", IMAGE, ready=True, state=State("Running")), status="Running")
REFUSED = failing("unauthorized: incorrect username or password")


@pytest.fixture
def order(alice: User) -> Order:
    return created(alice, "eci-1")


@pytest.fixture
def port() -> Iterator[mock.Mock]:
    """The cloud's answers, one mock a method."""
    methods = mock.Mock()
    methods.get.return_value = RUNNING
    methods.log.return_value = "one line\n"
    names = ("get", "log", "restart", "delete")
    patches = [mock.patch(f"{ECI}.{name}", getattr(methods, name)) for name in names]
    for patch in patches:
        patch.start()
    yield methods
    for patch in patches:
        patch.stop()


def text(client: Client, address: str = PAGE) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


def test_shows_state_events_and_overview(order: Order, port: mock.Mock, alice_client: Client) -> None:
    page = text(alice_client)

    assert "Running" in page
    assert "shop-api" in page
    assert "eci-1" in page
    assert 'hx-trigger="every 15s"' in page


def test_says_the_cause_first_with_one_primary_button(order: Order, port: mock.Mock, alice_client: Client) -> None:
    port.get.return_value = REFUSED

    page = text(alice_client)

    assert "wrong user or password for registry.example.com" in page
    assert page.count("btn primary") == 1
    assert "Change credentials and retry" in page
    assert 'hx-trigger="every 2s"' in page


@pytest.mark.parametrize("status", ["Succeeded", "Failed", "Expired", "ScheduleFailed"])
def test_looks_no_more_once_the_state_is_final(
    order: Order, port: mock.Mock, alice_client: Client, status: str
) -> None:
    port.get.return_value = group(status=status)

    assert "hx-trigger" not in text(alice_client)
    assert "hx-trigger" not in text(alice_client, f"{PAGE}_/live/")


def test_the_live_fragment_carries_state_cause_and_overview(
    order: Order, port: mock.Mock, alice_client: Client
) -> None:
    port.get.return_value = REFUSED

    fragment = text(alice_client, f"{PAGE}_/live/?tab=containers")

    for element in ("group-state", "group-note", "group-actions", "group-overview"):
        assert f'id="{element}"' in fragment
    assert fragment.count("hx-swap-oob") == 4
    assert "<html" not in fragment


@pytest.mark.parametrize("tab", ["events", "containers", "logs", "request", "nonsense"])
def test_each_tab_shows_without_a_secret(order: Order, port: mock.Mock, alice_client: Client, tab: str) -> None:
    page = text(alice_client, f"{PAGE}?tab={tab}")

    assert CANARY not in page
    if tab == "request":
        assert "ImageRegistryCredential.1.Password" in page
        assert "••••••••" in page
    if tab == "logs":
        assert "one line" in page


def test_logs_are_asked_for_as_chosen(order: Order, port: mock.Mock, alice_client: Client) -> None:
    text(alice_client, f"{PAGE}?tab=logs&container=api&tail=500&previous=on")
    port.log.assert_called_with("cn-hangzhou", "eci-1", "api", tail=500, previous=True)

    text(alice_client, f"{PAGE}?tab=logs&container=nobody&tail=9999999")
    port.log.assert_called_with("cn-hangzhou", "eci-1", "api", tail=100, previous=False)


def test_a_log_that_is_refused_says_so(order: Order, port: mock.Mock, alice_client: Client) -> None:
    port.log.side_effect = AccessDenied("not for you", code="Forbidden.RAM", request_id="7C1B")

    page = text(alice_client, f"{PAGE}?tab=logs")

    assert "The log could not be fetched" in page
    assert "7C1B" in page


@pytest.mark.parametrize(
    "error",
    [
        Unreachable("The cloud does not answer."),
        GatewayError("<html>oops</html>", code="Something.New", request_id="7C1B", http_status=502),
    ],
    ids=["silent", "unknown code"],
)
@pytest.mark.parametrize("address", [PAGE, f"{PAGE}?tab=logs", f"{PAGE}?tab=request", f"{PAGE}_/live/"])
def test_trouble_is_a_page_with_the_request_and_a_way_on(
    order: Order, port: mock.Mock, alice_client: Client, error: GatewayError, address: str
) -> None:
    port.get.side_effect = error

    page = text(alice_client, address)

    assert "State not known" in page
    assert "Look again" in page
    assert error.request_id in page
    assert "<html>oops" not in page


@pytest.mark.parametrize("tab", ["logs", "containers"])
def test_what_a_silent_cloud_does_not_tell_is_not_said_to_be_gone(
    order: Order, port: mock.Mock, alice_client: Client, tab: str
) -> None:
    port.get.side_effect = AccessDenied("no", permission="eci:DescribeContainerGroups")

    page = text(alice_client, f"{PAGE}?tab={tab}")

    assert "not known while the cloud tells nothing" in page
    assert "gone with the container group" not in page
    assert "any more" not in page
    assert "eci:DescribeContainerGroups" in page


def test_a_forgotten_group_keeps_its_history(order: Order, port: mock.Mock, alice_client: Client) -> None:
    port.get.side_effect = NotFound("gone")

    page = text(alice_client)

    assert "No longer known to the cloud" in page
    assert "Create similar" in page
    assert "Delete</a>" not in page
    assert "hx-trigger" not in page


def test_a_deleted_group_keeps_who_did_what_to_it_and_its_last_cost(
    order: Order, port: mock.Mock, alice_client: Client
) -> None:
    Order.objects.update(price_per_second=Decimal("0.001"), currency="USD")
    port.get.return_value = replace(RUNNING, creation_time=timezone.now() - timedelta(seconds=1000))
    alice_client.post(f"{PAGE}restart/")
    alice_client.post(f"{PAGE}delete/")
    port.get.side_effect = NotFound("gone")

    page = text(alice_client)

    deleted, restarted = (page.index(f"<strong>{word}</strong><small>alice</small>") for word in ("Delete", "Restart"))
    assert deleted < restarted
    order.refresh_from_db()
    assert order.delete_requested_at
    assert f'datetime="{order.delete_requested_at:%Y-%m-%dT%H:%M:%S}' in page
    assert "Last known cost" in page
    assert "$1.00" in page


def test_what_a_deleted_group_cost_is_left_out_where_it_was_not_known(
    order: Order, port: mock.Mock, alice_client: Client
) -> None:
    Order.objects.update(price_per_second=Decimal("0.001"), currency="USD")
    port.get.side_effect = Unreachable("no answer")
    alice_client.post(f"{PAGE}delete/")
    port.get.side_effect = NotFound("gone")

    page = text(alice_client)

    assert "<strong>Delete</strong>" in page
    assert "Last known cost" not in page


def test_a_restart_stands_among_the_events_of_its_time(order: Order, port: mock.Mock, alice_client: Client) -> None:
    now = timezone.now()
    moments = {"Before": now - timedelta(minutes=1), "After": now + timedelta(minutes=1)}
    events = tuple(Event("Normal", reason, "", 1, moment, moment, "kubelet") for reason, moment in moments.items())
    port.get.return_value = replace(RUNNING, events=events)
    alice_client.post(f"{PAGE}restart/")

    page = text(alice_client)

    places = [page.index(f"<strong>{word}</strong>") for word in ("After", "Restart", "Before")]
    assert places == sorted(places)


def test_other_people_and_visitors_find_no_such_group(
    order: Order, port: mock.Mock, mallory_client: Client, client: Client
) -> None:
    for somebody in (mallory_client, client):
        for address in (PAGE, f"{PAGE}?tab=logs", f"{PAGE}_/live/", f"{PAGE}delete/", "/groups/eci-unknown/"):
            assert somebody.get(address).status_code == 404
        for action in ("restart", "delete", "similar", "retry"):
            assert somebody.post(f"{PAGE}{action}/").status_code == 404
    assert not port.method_calls
    assert not Draft.objects.exists()


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
    assert "<strong>Restart</strong>" in page
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
    assert answer["Location"] == f"/buy/{made.pk}/basic/"
    assert made.name == PARAMETERS["ContainerGroupName"]
    fields = made.typed["containers"][0]["fields"]
    assert (fields["image"], fields["image_version"]) == ("registry.example.com/shop/api", "2.3")
    assert made.typed["other"]["credentials"] == {
        "registry.example.com": {"user_name": "ci-reader", "private_docker_hub": False}
    }
    assert vault.names(made) == frozenset()


@pytest.mark.parametrize(
    ("remedy", "step", "field"),
    [
        ("credential", "other", "id_credential-registry.example.com-password"),
        ("image", "basic", "id_c1-image_version"),
        ("command", "basic", "id_c1-commands"),
        ("plain_http", "other", "id_other-plain_http_registries"),
        ("insecure", "other", "id_other-insecure_registries"),
        ("eip", "other", "id_other-eip"),
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
    other: Any = made.typed["other"]["fields"]
    assert (other["plain_http_registries"] == "registry.example.com") == (remedy == "plain_http")
    assert (other["insecure_registries"] == "registry.example.com") == (remedy == "insecure")
    assert (other["eip"] == "create") == (remedy == "eip")


NEVER = group(
    ContainerStatus("api", IMAGE, state=State("Terminated", exit_code=1)), status="Running", restart_policy="Never"
)


@pytest.mark.parametrize(
    ("found", "said"),
    [(REFUSED, "keeps trying and is billed"), (RUNNING, "goes on and is billed"), (NEVER, "goes on and is billed")],
    ids=["fails", "runs by now", "ended badly in part"],
)
def test_a_retry_says_that_the_group_is_billed_until_it_is_deleted(
    order: Order, port: mock.Mock, alice_client: Client, found: ContainerGroup, said: str
) -> None:
    Order.objects.update(group_name="a<b")
    port.get.return_value = found

    page = alice_client.post(f"{PAGE}retry/", {"remedy": "credential", "container": "api"}, follow=True)

    message = page.content.decode().partition('class="messages"')[2].partition("</p>")[0]
    assert f"The group a&lt;b {said} until it is deleted." in message
    assert f'<a href="{PAGE}delete/">' in message


@pytest.mark.parametrize(
    "answer",
    [group(status="ScheduleFailed"), NotFound("gone"), Unreachable("no answer")],
    ids=["ended", "gone", "silent"],
)
def test_a_retry_says_nothing_about_a_group_that_is_not_known_to_be_billed(
    order: Order, port: mock.Mock, alice_client: Client, answer: object
) -> None:
    port.get.side_effect = [answer]

    page = alice_client.post(f"{PAGE}retry/", {"remedy": "place"}, follow=True)

    assert "is billed until" not in page.content.decode()


def test_a_copy_of_a_running_group_says_nothing_about_its_bill(
    order: Order, port: mock.Mock, alice_client: Client
) -> None:
    assert b"is billed until" not in alice_client.post(f"{PAGE}similar/", follow=True).content


@pytest.mark.parametrize("posted", [{}, {"remedy": "nonsense"}, {"remedy": "credential", "container": "nobody"}])
def test_a_remedy_nobody_knows_still_opens_a_draft(
    order: Order, port: mock.Mock, alice_client: Client, posted: dict[str, str]
) -> None:
    answer = alice_client.post(f"{PAGE}retry/", posted)

    assert answer["Location"] == f"/buy/{Draft.objects.get().pk}/basic/"


def test_an_order_by_other_rules_cannot_be_copied_and_says_so(
    order: Order, port: mock.Mock, alice_client: Client
) -> None:
    Order.objects.update(parameters={"RegionId": "cn-hangzhou", "Unheard": "of"})

    page = alice_client.post(f"{PAGE}similar/", follow=True).content.decode()

    assert "cannot be copied" in page
    assert not Draft.objects.exists()


def test_a_group_of_twenty_containers_shows_them_all(order: Order, port: mock.Mock, alice_client: Client) -> None:
    many: ContainerGroup = group(
        *(ContainerStatus(f"worker-{n}", IMAGE, ready=True, state=State("Running")) for n in range(20)),
        status="Running",
    )
    port.get.return_value = many

    page = text(alice_client, f"{PAGE}?tab=containers")

    assert all(f"worker-{n}" in page for n in range(20))
