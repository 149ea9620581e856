"""The headline of a group's page, and the presses in it."""

import re
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from unittest import mock

import pytest
from django.test import Client
from django.utils import timezone

from consoleapp.accounts.models import User
from consoleapp.gateways.errors import Unreachable
from consoleapp.gateways.ports.container_groups import ContainerGroup, ContainerStatus, State
from consoleapp.orders.models import Order
from consoleapp.wizard.models import Draft
from tests.groups.builders import PAGE, REFUSED, WRONG_IMAGE, event, failing, group, text, waiting
from tests.wizard.page_form import open_step

pytestmark = pytest.mark.django_db


def headline(page: str) -> str:
    """What stands in the first line of the headline."""
    found = re.search(r'<p class="truth">(.*?)</p>', page, re.DOTALL)
    assert found
    return " ".join(re.sub(r"<[^>]+>", " ", found[1]).split())


def presses(page: str) -> list[str]:
    """The words on the buttons of the headline, in their order."""
    found = re.search(r'<div class="helps">(.*?)</section>', page, re.DOTALL)
    assert found
    return re.findall(r'class="btn[^>]*>([^<]+)<', found[1])


def test_a_missing_version_names_the_near_ones_and_how_to_stop_paying(
    failing_order: Order, alice_client: Client
) -> None:
    Order.objects.update(price_per_second=Decimal("0.001"), currency="CNY")

    page = text(alice_client)

    assert headline(page).startswith("Pull fails: no version 1.92 CNY")
    assert presses(page)[:3] == ["Use 1.29 and replace", "Change the image and retry", "Stop paying (delete)"]
    assert "1.28" in presses(page)[3:]


def test_the_registry_is_asked_once_for_the_near_versions(failing_order: Order, alice_client: Client) -> None:
    from consoleapp.groups.services import near

    with mock.patch.object(near, "_ask", wraps=near._ask) as asked:
        for address in (PAGE, f"{PAGE}_/live/", PAGE):
            assert "Use 1.29 and replace" in text(alice_client, address)

    assert asked.call_count == 1


def test_one_press_makes_the_draft_with_the_near_version_and_leads_to_confirm(
    failing_order: Order, alice_client: Client
) -> None:
    answer = alice_client.post(f"{PAGE}retry/", {"remedy": "version", "container": "api", "version": "1.29"})

    made = Draft.objects.get()
    assert answer["Location"].startswith(f"/buy/{made.pk}/confirm/")
    assert made.replaces == failing_order
    assert made.data["page"]["delete_replaced"] == "on"
    result = made.checks.get().result
    assert result
    assert result["cause"] == "can_be_pulled"


def test_confirm_follows_the_press_where_nothing_is_missing(alice: User) -> None:
    client = Client()
    client.force_login(alice)
    old = open_step(client, "/buy/?image=nginx:1.92").go("confirm").press("order", terms="on", anyway="on")["Location"]

    answer = client.post(f"{old}retry/", {"remedy": "version", "container": "container-1", "version": "1.29"})

    page = text(client, answer["Location"])
    assert "nginx:1.29" in page
    assert "Every image can be pulled" in page


def test_one_press_leads_to_what_is_missing_where_something_is(
    order: Order, port: mock.Mock, alice_client: Client
) -> None:
    port.get.return_value = failing("manifest unknown")

    answer = alice_client.post(
        f"{PAGE}retry/", {"remedy": "version", "container": "api", "version": "2.4"}, follow=True
    )

    # The order is of before a network was sent.
    assert answer.redirect_chain[-1][0].startswith(f"/buy/{Draft.objects.get().pk}/basic/")


@pytest.mark.parametrize("version", ["", "../x", "a b", "1.29@sha256:0"])
def test_a_version_that_is_none_changes_nothing(failing_order: Order, alice_client: Client, version: str) -> None:
    alice_client.post(f"{PAGE}retry/", {"remedy": "version", "container": "api", "version": version})

    assert "nginx" in str(Draft.objects.get().data["spec"])
    assert WRONG_IMAGE.partition(":")[2] in str(Draft.objects.get().data["spec"])


def test_a_copy_is_not_told_to_delete_anything(failing_order: Order, alice_client: Client) -> None:
    alice_client.post(f"{PAGE}similar/")

    assert "delete_replaced" not in Draft.objects.get().data["page"]


def _loop(code: int, policy: str = "Always", runs: int = 1) -> ContainerGroup:
    """One whose process is started again and again; each run takes so many seconds."""
    ended = timezone.now() - timedelta(seconds=10)
    last = State("Terminated", exit_code=code, start_time=ended - timedelta(seconds=runs), finish_time=ended)
    state = State("Waiting", "CrashLoopBackOff", "Back-off 40s restarting failed container=api pod=x")
    container = ContainerStatus("api", "busybox:1.36", restart_count=3, state=state, previous_state=last)
    return group(container, status="Running", restart_policy=policy)


def test_a_job_that_is_started_again_is_offered_to_run_once(
    order: Order, port: mock.Mock, alice_client: Client
) -> None:
    port.get.return_value = _loop(0)

    page = text(alice_client)

    assert re.match(
        r"Ends at once with code 0 started again 3 times next try in (29|30) s", headline(page).replace("· ", "")
    )
    assert presses(page)[0] == "Run it once (restart policy Never)"
    assert presses(page)[-1] == "Stop paying (delete)"
    assert "?tab=logs&amp;container=api" in page

    alice_client.post(f"{PAGE}retry/", {"remedy": "run_once", "container": "api"})
    assert Draft.objects.get().data["spec"]["restart_policy"] == "Never"


def test_a_process_that_fails_is_not_offered_to_run_once(order: Order, port: mock.Mock, alice_client: Client) -> None:
    port.get.return_value = _loop(1, runs=60)

    page = text(alice_client)

    assert headline(page).startswith("Keeps ending with code 1")
    assert presses(page)[0] == "Change the command and retry"
    assert "Run it once" not in page


def test_the_next_try_for_an_image_is_counted_from_the_last_one(
    order: Order, port: mock.Mock, alice_client: Client
) -> None:
    failed = event("Failed", 'Failed to pull image "a:1": manifest unknown', count=3)
    tried = replace(failed, last_timestamp=timezone.now() - timedelta(seconds=10))
    port.get.return_value = group(waiting("ImagePullBackOff", "a:1"), events=(tried,))
    assert re.search(r"next try in (29|30) s", headline(text(alice_client)))

    port.get.return_value = group(waiting("ImagePullBackOff", "a:1"), events=(failed,))
    assert "next try" not in headline(text(alice_client))


def test_what_ticks_is_not_said_aloud(order: Order, port: mock.Mock, alice_client: Client) -> None:
    Order.objects.update(price_per_second=Decimal("0.001"), currency="CNY")
    port.get.return_value = replace(REFUSED, creation_time=timezone.now() - timedelta(seconds=100))

    page = text(alice_client)

    said = re.findall(r'<strong id="headline-title" aria-live="polite">([^<]+)</strong>', page)
    assert said == ["Pull fails: wrong user or password for registry.example.com"]
    assert page.count('aria-live="polite"') == 2  # the other one is the frame's
    assert "so far" in headline(page)


def test_the_title_and_the_icon_tell_the_state(order: Order, port: mock.Mock, alice_client: Client) -> None:
    assert "<title>● Running · shop-api" in text(alice_client)
    assert re.search(r'<link rel="icon" href="/static/img/state-ok[^"]*\.svg"', text(alice_client))

    port.get.side_effect = Unreachable("no answer")
    page = text(alice_client)
    assert "<title>▲ State not known · shop-api" in page
    assert headline(page) == "State not known"


def test_one_that_is_being_deleted_says_so(order: Order, port: mock.Mock, alice_client: Client) -> None:
    Order.objects.update(delete_requested_at=timezone.now())

    page = text(alice_client)

    assert headline(page) == "Being deleted"
    assert "Delete</a>" not in page


def test_markup_in_what_the_cloud_says_stays_text(order: Order, port: mock.Mock, alice_client: Client) -> None:
    port.get.return_value = failing("<script>alert(1)</script> manifest unknown", 'x<img src="y">:1')

    for tab in ("events", "containers"):
        page = text(alice_client, f"{PAGE}?tab={tab}")
        assert "<script>alert" not in page
        assert '<img src="y">' not in page
