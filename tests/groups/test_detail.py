"""One group's page, with the ports answered by hand. What can be done there is in test_actions.py."""

import re
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any
from unittest import mock

import pytest
from django.test import Client
from django.utils import timezone

from consoleapp.gateways.errors import AccessDenied, GatewayError, NotFound, Unreachable
from consoleapp.gateways.ports.container_groups import ContainerGroup, ContainerStatus, Event, State
from consoleapp.orders.models import Order
from consoleapp.wizard.models import Draft
from tests.groups.builders import IMAGE, PAGE, REFUSED, RUNNING, group, text, waiting
from tests.orders.builders import CANARY

pytestmark = pytest.mark.django_db


def test_shows_state_events_and_overview(order: Order, port: mock.Mock, alice_client: Client) -> None:
    page = text(alice_client)

    assert "Running" in page
    assert "shop-api" in page
    assert "eci-1" in page
    assert 'hx-trigger="every 2s, look"' in page


def test_calls_its_region_by_the_name_that_the_wizard_uses(order: Order, port: mock.Mock, alice_client: Client) -> None:
    assert "<dd>China (Hangzhou)</dd>" in text(alice_client)


def test_a_state_that_is_marked_as_bad_says_why_it_is(order: Order, port: mock.Mock, alice_client: Client) -> None:
    port.get.return_value = REFUSED

    assert "Pending · wrong user or password" in text(alice_client)


def test_says_the_cause_first_with_one_primary_button(order: Order, port: mock.Mock, alice_client: Client) -> None:
    port.get.return_value = REFUSED

    page = text(alice_client)

    assert "wrong user or password for registry.example.com" in page
    assert page.count("btn primary") == 1
    assert "Change credentials and retry" in page
    assert 'hx-trigger="every 2s, look"' in page


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

    for element in ("group-state", "group-headline", "group-phases", "group-actions", "group-containers"):
        assert f'id="{element}"' in fragment
    assert "<title>▲ Pending · shop-api · " in fragment
    assert "img/state-bad" in fragment
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
    text(alice_client, f"{PAGE}?tab=logs&container=api&tail=500&previous=on&times=on")
    port.log.assert_called_with("cn-hangzhou", "eci-1", "api", tail=500, previous=True, timestamps=True)

    text(alice_client, f"{PAGE}?tab=logs&container=nobody&tail=9999999")
    port.log.assert_called_with("cn-hangzhou", "eci-1", "api", tail=100, previous=False, timestamps=False)


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

    restarted, deleted = (page.index(f"You had it {word}.") for word in ("restarted", "deleted"))
    assert restarted < deleted
    order.refresh_from_db()
    assert order.delete_requested_at
    assert f'datetime="{order.delete_requested_at:%Y-%m-%dT%H:%M:%S}' in page
    assert "Last known cost" in page
    assert "USD\N{NO-BREAK SPACE}1.00" in page


def test_what_a_deleted_group_cost_is_left_out_where_it_was_not_known(
    order: Order, port: mock.Mock, alice_client: Client
) -> None:
    Order.objects.update(price_per_second=Decimal("0.001"), currency="USD")
    port.get.side_effect = Unreachable("no answer")
    alice_client.post(f"{PAGE}delete/")
    port.get.side_effect = NotFound("gone")

    page = text(alice_client)

    assert "You had it deleted." in page
    assert "Its events and logs could not be kept." in page
    assert "Last known cost" not in page


def test_a_restart_stands_among_the_events_of_its_time(order: Order, port: mock.Mock, alice_client: Client) -> None:
    now = timezone.now()
    moments = {"Before": now - timedelta(minutes=1), "Later": now + timedelta(minutes=1)}
    events = tuple(Event("Normal", reason, "", 1, moment, moment, "kubelet") for reason, moment in moments.items())
    port.get.return_value = replace(RUNNING, events=events)
    alice_client.post(f"{PAGE}restart/")

    page = text(alice_client)

    places = [page.index(f"<p>{word}") for word in ("Before", "You had it restarted", "Later")]
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


def test_a_group_of_twenty_containers_shows_them_all(order: Order, port: mock.Mock, alice_client: Client) -> None:
    many: ContainerGroup = group(
        *(ContainerStatus(f"worker-{n}", IMAGE, ready=True, state=State("Running")) for n in range(20)),
        status="Running",
    )
    port.get.return_value = many

    page = text(alice_client, f"{PAGE}?tab=containers")

    assert all(f"worker-{n}" in page for n in range(20))


def _started(name: str, minutes: float, *, ready: bool = False, state: str = "Running") -> ContainerStatus:
    moment = timezone.now() - timedelta(minutes=minutes)
    return ContainerStatus(name, IMAGE, ready=ready, state=State(state, start_time=moment))


def _pending(*names: str, **changed: Any) -> ContainerGroup:
    return group(*(waiting("PodInitializing", name=name) for name in names), **changed)


@pytest.mark.parametrize(
    ("names", "sentence"),
    [
        (("web",), "web starts when it has ended."),
        (("web", "cache"), "web and cache start when it has ended."),
        (("a", "b", "c", "d", "e"), "a, b, c and 2 more start when it has ended."),
    ],
)
def test_says_which_init_container_the_others_wait_for(
    order: Order, port: mock.Mock, alice_client: Client, names: tuple[str, ...], sentence: str
) -> None:
    port.get.return_value = _pending(*names, init_containers=(_started("init-1", 32.2),))

    for address in (PAGE, f"{PAGE}_/live/"):
        page = text(alice_client, address)
        assert ">Waiting for init-1</strong><span>(<span>32 min</span>)</span>" in page
        assert sentence in page
        assert "Images are being pulled" not in page
    assert "waits for init-1" in text(alice_client)
    assert "?tab=logs&amp;container=init-1" in text(alice_client)


def test_the_init_containers_that_have_ended_keep_nobody_waiting(
    order: Order, port: mock.Mock, alice_client: Client
) -> None:
    ended = _started("init-1", 3, state="Terminated")
    port.get.return_value = _pending("web", init_containers=(ended, _started("init-2", 0.5)))
    assert re.search(
        r'>Waiting for init-2</strong><span>\(<span data-count="3\d" data-step="1">3\d s</span>\)', text(alice_client)
    )

    port.get.return_value = _pending("web", init_containers=(ended,))
    assert "Images are being pulled and containers started." in text(alice_client)


def test_a_running_group_says_since_when_it_is_ready(order: Order, port: mock.Mock, alice_client: Client) -> None:
    port.get.return_value = group(_started("web", 5, ready=True), _started("db", 2, ready=True), status="Running")
    page = text(alice_client)
    newest = timezone.now() - timedelta(minutes=2)
    assert re.search(rf'>Running, ready</strong><span>since <time datetime="{newest:%Y-%m-%dT%H:%M}:\d\dZ"', page)
    assert "running 2 min" in page

    port.get.return_value = group(_started("web", 5, ready=True), _started("db", 2), status="Running")
    page = text(alice_client)
    assert '>Running, not ready</strong><span class="fact">db is not ready yet</span>' in page
    assert "running 2 min, not ready yet" in page


def test_the_cost_of_a_living_group_can_be_counted_on(order: Order, port: mock.Mock, alice_client: Client) -> None:
    Order.objects.update(price_per_second=Decimal("0.001"), currency="USD")
    port.get.return_value = replace(RUNNING, creation_time=timezone.now() - timedelta(seconds=1000))
    assert re.search(r'data-amount="1\.00\d+" data-per-second="0\.0010*">USD\xa01\.00', text(alice_client))

    port.get.return_value = replace(RUNNING, status="Succeeded", succeeded_time=timezone.now())
    assert "data-per-second" not in text(alice_client)
