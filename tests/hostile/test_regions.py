"""A region's id becomes part of the hosts that signed calls, and registry passwords with them, are sent to."""

import pytest
from django.test import Client, override_settings
from django.urls import reverse

from consoleapp.accounts.models import User
from consoleapp.gateways.alibaba.endpoints import Endpoints
from consoleapp.gateways.errors import Unreachable
from consoleapp.orders import delivery
from consoleapp.orders.models import Attempt, AttemptOutcome, Order, OrderState
from consoleapp.web import clouds
from consoleapp.wizard.models import Draft
from consoleapp.wizard.services import drafts, ordering
from tests.hostile.regions import CENTRAL, HOSTILE, WatchedTransport, real_cloud
from tests.orders.builders import record
from tests.wizard.complete import PRIVATE, draft, private_spec
from tests.wizard.page_form import open_step

pytestmark = pytest.mark.django_db

# A bucket that a stranger has called eci answers at eci.oss-cn-hangzhou.aliyuncs.com.
BUCKETS = "oss-cn-hangzhou"
UNKNOWN = "The console knows no such region."


@pytest.fixture
def transport(monkeypatch: pytest.MonkeyPatch) -> WatchedTransport:
    """The real cloud behind every page; its account may do nothing, and not even see the list of regions."""
    watched = WatchedTransport()
    endpoints = Endpoints()
    monkeypatch.setattr(clouds, "cloud_of", lambda user: real_cloud(watched, endpoints))
    return watched


def draft_in(owner: User, region_id: str) -> Draft:
    """A draft that was stored with this region, complete but for that, with a registry password in the vault."""
    made = draft(owner, private_spec())
    data = made.typed
    data["spec"]["region_id"] = region_id
    return drafts.save_draft(made, data, expected_version=made.version)


def press_everything(client: Client, of: Draft) -> None:
    """Every page of the draft, the dry run, and the order."""
    key = of.typed["spec"]["containers"][0]["_key"]
    for name, arguments in (
        ("basic", []),
        ("other", []),
        ("confirm", []),
        ("versions", [key]),
        *(("images", [key, tab]) for tab in ("common", "mine", "enterprise")),
    ):
        assert client.get(reverse(f"wizard:{name}", args=[of.pk, *arguments]), follow=True).status_code == 200
    confirm = reverse("wizard:confirm", args=[of.pk])
    for do in ("dry-run", "order"):
        client.post(confirm, {"do": do, "terms": "on", "form_key": ordering.form_key(of)})


@pytest.mark.parametrize("tells", [False, True])
def test_no_page_dials_a_host_that_is_made_of_a_region_that_nobody_knows(
    alice: User, alice_client: Client, transport: WatchedTransport, tells: bool
) -> None:
    if tells:
        transport.tells_regions("cn-hangzhou", "cn-beijing")
    press_everything(alice_client, draft_in(alice, BUCKETS))
    assert transport.hosts == {CENTRAL}
    assert not Order.objects.exists()


def test_a_hundred_hostile_regions_are_neither_asked_nor_ordered_in(
    alice: User, alice_client: Client, transport: WatchedTransport
) -> None:
    assert len(HOSTILE) >= 100
    made = draft(alice, private_spec())
    for region_id in HOSTILE:
        data = made.typed
        data["spec"]["region_id"] = region_id
        made = drafts.save_draft(made, data, expected_version=made.version)
        confirm = reverse("wizard:confirm", args=[made.pk])
        for do in ("dry-run", "order"):
            answer = alice_client.post(confirm, {"do": do, "terms": "on", "form_key": ordering.form_key(made)})
            assert answer.status_code == 303, region_id
            assert answer["Location"] == reverse("wizard:basic", args=[made.pk])
    assert transport.hosts == {CENTRAL}
    assert not Order.objects.exists()


@pytest.mark.parametrize("tells", [False, True])
def test_the_region_is_an_error_at_its_field_whether_the_cloud_lists_its_regions_or_not(
    alice: User, alice_client: Client, transport: WatchedTransport, tells: bool
) -> None:
    if tells:
        transport.tells_regions("cn-hangzhou")
    form = open_step(alice_client, reverse("wizard:basic", args=[draft_in(alice, BUCKETS).pk])).go("next")
    assert UNKNOWN in form.html
    assert 'href="#id_region_id"' in form.html


@pytest.mark.parametrize("region_id", [BUCKETS, "cn-evil", "evil.test/", "CN-HANGZHOU"])
def test_a_link_cannot_bring_in_a_region_that_nobody_knows(
    client: Client, transport: WatchedTransport, region_id: str
) -> None:
    answer = client.get("/buy/", {"region": region_id, "image": PRIVATE})
    assert "The link names a region that the console does not know." in answer.content.decode()
    assert f'value="{region_id}"' not in answer.content.decode()
    assert transport.hosts == {CENTRAL}


def test_a_link_still_chooses_a_region_that_is_one(client: Client, transport: WatchedTransport) -> None:
    answer = client.get("/buy/", {"region": "eu-central-1", "image": PRIVATE})
    assert "The link names a region" not in answer.content.decode()
    assert 'value="eu-central-1" selected' in answer.content.decode()


def test_an_order_that_was_made_of_such_a_region_is_not_sent(alice: User) -> None:
    watched = WatchedTransport()
    order = delivery.deliver(record(alice, RegionId=BUCKETS).pk, real_cloud(watched).container_groups)
    assert watched.hosts <= {CENTRAL}
    assert order.state == OrderState.REFUSED
    assert order.error_kind == "unknown_region"
    assert order.sealed_secrets == ""


def test_an_order_in_doubt_stays_in_doubt_when_its_region_is_not_known_any_more(alice: User) -> None:
    order = record(alice, RegionId="cn-example-1")
    Attempt.objects.create(order=order, started_at=order.created_at, outcome=AttemptOutcome.UNKNOWN)
    Order.objects.filter(pk=order.pk).update(state=OrderState.UNKNOWN)
    order = delivery.deliver(order.pk, real_cloud(WatchedTransport()).container_groups)
    assert order.state == OrderState.UNKNOWN
    assert order.sealed_secrets != ""


def test_a_worker_that_never_saw_the_list_asks_for_it_before_it_refuses_an_order(alice: User) -> None:
    watched = WatchedTransport()
    watched.tells_regions("cn-example-1")
    watched.told["CreateContainerGroup"] = {"RequestId": "R-3", "ContainerGroupId": "eci-1"}
    order = delivery.deliver(record(alice, RegionId="cn-example-1").pk, real_cloud(watched).container_groups)
    assert order.state == OrderState.CREATED
    assert watched.dialled == [
        (CENTRAL, "DescribeRegions"),
        ("eci.cn-example-1.aliyuncs.com", "CreateContainerGroup"),
    ]


def test_an_order_waits_while_the_list_that_could_know_its_region_cannot_be_had(
    alice: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    watched = WatchedTransport()
    cloud = real_cloud(watched)
    silent = Unreachable("no answer")
    monkeypatch.setattr(cloud.container_groups._client, "regions", lambda: (_ for _ in ()).throw(silent))  # type: ignore[attr-defined]
    order = delivery.deliver(record(alice, RegionId="cn-example-1").pk, cloud.container_groups)
    assert order.state == OrderState.RECORDED
    assert order.next_try_at is not None
    assert watched.dialled == []


@override_settings(REGIONS=["cn-example-1"])
def test_a_region_that_was_added_by_hand_is_offered_and_ordered_in(
    alice: User, alice_client: Client, transport: WatchedTransport, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clouds, "cloud_of", lambda user: real_cloud(transport, Endpoints(regions=["cn-example-1"])))
    made = draft_in(alice, "cn-example-1")
    alice_client.post(
        reverse("wizard:confirm", args=[made.pk]),
        {"do": "order", "terms": "on", "form_key": ordering.form_key(made)},
    )
    assert ("eci.cn-example-1.aliyuncs.com", "CreateContainerGroup") in transport.dialled
    transport.tells_regions("cn-hangzhou")
    assert 'value="cn-example-1"' in alice_client.get("/buy/").content.decode()
