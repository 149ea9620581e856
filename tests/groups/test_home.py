"""The home page: whose groups it lists, how it is filtered and paged, and what it says when the cloud is silent."""

import html
import re
import threading
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from importlib import resources
from typing import Any
from unittest import mock

import pytest
from django.db import connection
from django.test import Client, override_settings
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from consoleapp.accounts.models import User
from consoleapp.audit.services import record as record_audit
from consoleapp.domain.image import split_image
from consoleapp.gateways.errors import Unreachable
from consoleapp.gateways.ports.container_groups import ContainerGroup, ContainerGroupPage, ContainerStatus, State
from consoleapp.groups.services import near
from consoleapp.groups.services.detail import DELETED
from consoleapp.groups.views.examples import FIRST, Example
from consoleapp.orders.models import Order, OrderState
from consoleapp.simulator.registries.causes import seeded_causes
from consoleapp.teams.actors import Actor
from consoleapp.wizard.draft.new import first_data
from consoleapp.wizard.models import Draft
from consoleapp.wizard.services import drafts
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
    assert 'action="/buy/paste/"' in page.content.decode()
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
    assert names("show=attention") == {"never-sent"}
    assert names("show=running") == set()
    assert names("show=ended") == {"orders-worker", "shop-api"}
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
    assert _queries(alice_client, "/?page=400&q=group") <= few
    assert _queries(alice_client, "/?page=400&show=running&q=group") <= few


def test_pages_hold_twenty_and_the_cloud_is_asked_about_twenty_at_once(alice: User, alice_client: Client) -> None:
    _many(alice, 145)

    with cloud_says() as asked:
        page = alice_client.get("/?page=7").content.decode()

    assert "121–140 of 145" in page
    assert 'href="/?page=6"' in page
    assert 'href="/?page=8"' in page
    # The hundred newest for the sums, and those of the page.
    assert [len(call.kwargs["container_group_ids"]) for call in asked.call_args_list] == [20] * 6


def test_names_are_shown_as_text(alice: User, alice_client: Client) -> None:
    created(alice, "eci-1", ContainerGroupName='"><script>alert(1)</script>{{7*7}}')

    with cloud_says():
        page = alice_client.get('/?q="><script>').content.decode()

    assert "<script>alert(1)" not in page
    assert "<script>" not in page.split("</head>")[1]


def priced(owner: User, container_group_id: str, **changed: Any) -> Order:
    """A group that costs a yuan an hour."""
    order = created(owner, container_group_id, ContainerGroupName=container_group_id)
    values = {"price_per_second": Decimal(1) / 3600, "currency": "CNY", **changed}
    Order.objects.filter(pk=order.pk).update(**values)
    return order


def started(ago: timedelta, *containers: ContainerStatus, number: int = 1, **changed: Any) -> ContainerGroup:
    """A group that was made so long ago."""
    made = group(*containers, creation_time=timezone.now() - ago, **changed)
    return replace(made, container_group_id=f"eci-{number}")


RUNS = ContainerStatus("api", IMAGE, ready=True, state=State("Running"))
WRONG = waiting("ErrImagePull", message="manifest unknown")


def text_of(page: str, part: str) -> str:
    """What stands in the part of the page with this id, without tags."""
    found = re.search(rf'id="{part}".*?(?=</dl>|<section class="card" id="list")', page, re.DOTALL)
    assert found
    return told(found[0])


def told(page: str) -> str:
    """What a page says, without tags."""
    return " ".join(re.sub(r"<[^>]*>", " ", page).split())


def test_sums_what_runs_what_fails_and_what_it_costs(alice: User, alice_client: Client) -> None:
    for number in (1, 2, 3):
        priced(alice, f"eci-{number}")
    minute = timedelta(minutes=1)

    with cloud_says(
        started(minute, RUNS, status="Running"), started(minute, WRONG, number=2), started(minute, number=3)
    ):
        sums = text_of(alice_client.get("/").content.decode(), "home-sums")

    assert "Running 2" in sums
    assert "Failing 1 1 of them billed without running" in sums
    assert "An hour, now CNY 3.0000" in sums
    assert "at least" not in sums


def test_today_begins_at_midnight_and_holds_what_was_deleted(alice: User, alice_client: Client) -> None:
    priced(alice, "eci-1")
    gone = priced(alice, "eci-2", delete_requested_at=timezone.now())
    record_audit(alice, DELETED, gone.container_group_id, {"cost": "0.5", "currency": "CNY", "seconds": 1800})
    now = timezone.localtime()
    seconds = (now - now.replace(hour=0, minute=0, second=0)).total_seconds()

    with cloud_says(started(timedelta(days=3), RUNS, status="Running")):
        sums = text_of(alice_client.get("/").content.decode(), "home-sums")

    found = re.search(r"Today CNY ([0-9.]+)$", sums)
    assert found
    assert float(found[1]) == pytest.approx((seconds + min(1800, seconds)) / 3600, abs=0.01)


def test_a_sum_of_which_a_part_is_not_known_says_that_it_is_the_least(alice: User, alice_client: Client) -> None:
    priced(alice, "eci-1")
    priced(alice, "eci-2", price_per_second=None)
    minute = timedelta(minutes=1)

    with cloud_says(started(minute, RUNS, status="Running"), started(minute, RUNS, number=2, status="Running")):
        sums = text_of(alice_client.get("/").content.decode(), "home-sums")
    assert "An hour, now at least CNY 1.0000" in sums

    Order.objects.filter(container_group_id="eci-2").delete()
    priced(alice, "eci-3")
    with cloud_says(started(minute, RUNS, status="Running")):
        sums = text_of(alice_client.get("/").content.decode(), "home-sums")
    assert "An hour, now CNY 1.0000" in sums
    assert "Today at least CNY" in sums

    with mock.patch(LIST, side_effect=Unreachable("The cloud does not answer.")):
        sums = text_of(alice_client.get("/").content.decode(), "home-sums")
    assert "Not told 2 the cloud does not say" in sums
    assert "An hour, now at least –" in sums


def test_what_needs_attention_stands_on_top_with_cause_remedy_and_what_drafts_lack(
    alice: User, alice_client: Client
) -> None:
    priced(alice, "eci-1")
    refused = record(alice, "refused", ContainerGroupName="sold-out")
    Order.objects.filter(pk=refused.pk).update(state=OrderState.REFUSED, error_kind="out_of_stock")
    drafts.create_draft(Actor(alice), first_data({"name": "half-done"}))
    priced(alice, "eci-2")

    with cloud_says(started(timedelta(minutes=1), WRONG), started(timedelta(0), RUNS, number=2, status="Running")):
        shown = text_of(alice_client.get("/").content.decode(), "home-attention")

    first, second, third = (shown.index(name) for name in ("eci-1", "sold-out", "half-done"))
    assert first < second < third
    assert "no version 2.3" in shown
    assert "Change the image and retry" in shown
    assert "The cloud has none of this size here" in shown
    assert "container-1: Image" in shown
    assert "eci-2" not in shown


@pytest.fixture
def missing_version(alice: User) -> ContainerGroup:
    """A group of alice's whose image is there in other versions."""
    priced(alice, "eci-1")
    return started(timedelta(minutes=1), waiting("ErrImagePull", "nginx:1.92", "manifest unknown"))


def test_what_needs_attention_is_offered_the_remedy_of_its_own_page(
    missing_version: ContainerGroup, alice_client: Client
) -> None:
    with cloud_says(missing_version), mock.patch(LIST.replace(".list", ".get"), return_value=missing_version):
        line = attention_of(alice_client)
        page = alice_client.get("/groups/eci-1/").content.decode()
        posted = dict(re.findall(r'name="(remedy|container|version)" value="([^"]*)"', line))
        answer = alice_client.post("/groups/eci-1/retry/", posted)

    assert re.findall(r'id="mend-[^>]*>([^<]+)<', line) == ["Use 1.29 and replace"]
    assert re.findall(r'id="do-retry"[^>]*>([^<]+)<', page) == ["Use 1.29 and replace"]
    assert answer["Location"].startswith("/buy/")
    assert Draft.objects.get().data["spec"]["containers"][0]["image_version"] == "1.29"


def test_a_job_that_is_started_again_is_offered_to_run_once_on_home_too(alice: User, alice_client: Client) -> None:
    priced(alice, "eci-1")
    done = State("Terminated", exit_code=0, start_time=timezone.now(), finish_time=timezone.now())
    loops = ContainerStatus("api", IMAGE, state=State("Waiting", "CrashLoopBackOff"), previous_state=done)

    with cloud_says(started(timedelta(minutes=1), loops, status="Running", restart_policy="Always")):
        assert "Run it once (restart policy Never)" in attention_of(alice_client)


def test_home_does_not_wait_for_a_slow_registry_and_shows_later_what_it_said(
    missing_version: ContainerGroup, alice_client: Client
) -> None:
    may_answer, ask = threading.Event(), near._ask

    def slow(*asked: Any) -> Any:
        may_answer.wait(10)
        return ask(*asked)

    with (
        cloud_says(missing_version),
        mock.patch.object(near, "PATIENCE_SECONDS", 0.05),
        mock.patch.object(near, "_ask", side_effect=slow) as asked,
    ):
        assert "Change the image and retry" in attention_of(alice_client)
        may_answer.set()
        with mock.patch.object(near, "PATIENCE_SECONDS", 10):
            assert "Use 1.29 and replace" in attention_of(alice_client)
    assert asked.call_count == 1


def attention_of(client: Client) -> str:
    """What needs attention, as it is sent."""
    page = client.get("/").content.decode()
    return page[page.index('id="home-attention"') : page.index('id="list"')]


def test_a_filter_shows_the_list_alone(alice: User, alice_client: Client) -> None:
    priced(alice, "eci-1")
    priced(alice, "eci-2")

    with cloud_says(started(timedelta(0), WRONG), started(timedelta(0), RUNS, number=2, status="Running")):
        attention = alice_client.get("/?show=attention").content.decode()
        running = alice_client.get("/?show=running").content.decode()

    assert ('id="order-' in attention, ">eci-1</a>" in attention, ">eci-2</a>" in attention) == (True, True, False)
    assert (">eci-1</a>" in running, ">eci-2</a>" in running) == (False, True)
    assert "attention-title" not in attention + running


def test_a_line_tells_state_image_place_address_and_price(alice: User, alice_client: Client) -> None:
    priced(alice, "eci-1")
    found = started(
        timedelta(0), RUNS, status="Running", zone_id="cn-hangzhou-h", intranet_ip="10.0.0.7", internet_ip="203.0.113.9"
    )

    with cloud_says(found):
        page = told(text_between(alice_client.get("/?show=running").content.decode()))

    for said in ("Ready", "shop/api:2.3 registry.example.com", "China (Hangzhou) zone h", "203.0.113.9", "10.0.0.7"):
        assert said in page
    assert "CNY 1.0000" in page
    for action in ("Open", "Create similar", "Restart", "Delete"):
        assert action in page


def test_looks_again_and_is_told_nothing_while_nothing_changes(alice: User, alice_client: Client) -> None:
    priced(alice, "eci-1")

    with cloud_says(started(timedelta(minutes=1), status="Pending")):
        page = alice_client.get("/").content.decode()
        (address,) = re.findall(r'hx-get="(/_/live/[^"]*)" hx-trigger="every 3s, look"', page)
        assert alice_client.get(html.unescape(address)).status_code == 204
    with cloud_says(started(timedelta(minutes=1), RUNS, status="Running")):
        answer = alice_client.get(html.unescape(address))

    shown = answer.content.decode()
    assert "Ready" in shown
    assert 'hx-trigger="every 30s, look"' in shown
    assert re.search(r'id="home-sums" hx-swap-oob="true"', shown)
    assert re.search(r'id="home-attention" hx-swap-oob="true"', shown)


def test_a_page_on_which_nothing_can_change_does_not_look_again(alice: User, alice_client: Client) -> None:
    priced(alice, "eci-1")

    with cloud_says():
        assert "hx-get" not in text_between(alice_client.get("/").content.decode())


def text_between(page: str) -> str:
    return page[page.index('id="list"') :]


def test_a_first_visit_to_the_demo_is_offered_examples_that_fill_in_the_wizard(client: Client) -> None:
    page = client.get("/").content.decode()

    for example in FIRST:
        assert f'href="{html.escape(example.url)}"' in page
        form = client.get(example.url).content.decode()
        assert f'value="{split_image(example.image)[0]}"' in form
    assert page.count("demo-password") == 2
    assert 'value="vpc-simhzisolated" selected' in form


def test_the_examples_are_for_the_demo_alone(client: Client) -> None:
    with override_settings(CLOUD="alibaba"):
        page = client.get("/").content.decode()

    assert "No container group yet" in page
    assert "demo-password" not in page


SHOWS = {
    "nginx:1.29": "can_be_pulled",
    "nginx:1.92": "tag_not_found",
    "registry.example.com/team/api:1.4.2": "needs_login",
    "plain.example.com:5000/lab/web:1.0.0": "speaks_plain_http",
    "selfsigned.example.com/internal/portal:1.2.0": "certificate_not_trusted",
}


@pytest.mark.parametrize("example", FIRST, ids=lambda example: str(example.title))
def test_an_example_is_seeded_in_the_simulator_with_its_login(example: Example) -> None:
    rows = [row for row in seeded_causes() if (row.image, row.cause) == (example.image, SHOWS[example.image])]
    assert rows
    assert any((row.login or row.then.login) == example.user for row in rows)
    network = resources.files("consoleapp.simulator").joinpath("data", "network.json").read_text(encoding="utf-8")
    assert f'"vpc_id": "{example.vpc_id}"' in network or not example.vpc_id
