"""The price of the size that will be billed."""

from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from consoleapp.domain.sizes import Size
from consoleapp.gateways.errors import Unreachable
from consoleapp.gateways.ports.container_groups import Spot
from consoleapp.web.caching import cache
from consoleapp.wizard.models import Draft
from consoleapp.wizard.services import ordering
from consoleapp.wizard.services.pricing import quote
from consoleapp.wizard.validation import to_spec
from tests.fakes import FakeContainerGroups
from tests.wizard.conftest import FakeCloud
from tests.wizard.page_form import open_step


def test_the_cloud_is_asked_once_for_the_same_size() -> None:
    port = FakeContainerGroups()
    first = quote(port, "alice", "cn-hangzhou", {"cpu": "2", "memory_gib": "4"})
    port.failures["price"] = Unreachable("no answer")
    again = quote(port, "alice", "cn-hangzhou", {"cpu": "2", "memory_gib": "4"})
    assert first == again
    assert first is not None
    assert not first.is_list_price


def test_a_silent_cloud_gives_the_list_price_and_says_so() -> None:
    port = FakeContainerGroups()
    port.failures["price"] = Unreachable("no answer")
    told = quote(port, "alice", "cn-hangzhou", {"cpu": "2", "memory_gib": "4"})
    assert told is not None
    assert told.is_list_price
    assert told.price.per_second == Decimal("0.00012252")


def test_an_unsold_pair_is_priced_as_what_is_billed() -> None:
    told = quote(None, "alice", "cn-hangzhou", {"cpu": "7", "memory_gib": "13"})
    assert told is not None
    assert told.is_rounded
    assert told.size == Size(Decimal(8), Decimal(14))


def test_economy_costs_less() -> None:
    size = {"cpu": "0.25", "memory_gib": "0.5"}
    plain = quote(None, "alice", "cn-hangzhou", {**size})
    economy = quote(None, "alice", "cn-hangzhou", {**size, "compute_categories": ["economy"]})
    assert plain is not None
    assert economy is not None
    assert economy.price.per_second == Decimal("0.000009815") < plain.price.per_second


def test_no_price_is_told_of_what_cannot_be_read() -> None:
    assert quote(None, "alice", "cn-hangzhou", {"cpu": "NaN"}) is None
    assert quote(None, "alice", "", {}) is None
    assert quote(None, "alice", "cn-hangzhou", {"cpu": "64", "memory_gib": "513"}) is None


def test_an_instance_type_has_the_price_that_the_cloud_tells_and_no_size() -> None:
    port = FakeContainerGroups()
    told = quote(port, "alice", "cn-hangzhou", {"instance_type": "ecs.c6.large, ecs.g6.large", "cpu": "63"})
    assert told is not None
    assert (told.size, told.instance_type, told.is_first_of_several) == (None, "ecs.c6.large", True)
    assert told.price.per_second == Decimal("0.0002")


def test_a_pair_among_instance_types_is_nothing_but_a_size() -> None:
    told = quote(FakeContainerGroups(), "alice", "cn-hangzhou", {"instance_type": "3-5Gi", "cpu": "63"})
    assert told is not None
    assert told.size == Size(Decimal(4), Decimal(6))
    assert (told.is_rounded, told.instance_type, told.is_first_of_several) == (True, "", False)


@pytest.mark.parametrize("asked", [{"instance_type": "ecs.c6.large"}, {"spot_strategy": "SpotAsPriceGo"}])
def test_a_silent_cloud_gives_no_list_price_where_the_list_has_none(asked: dict[str, Any]) -> None:
    port = FakeContainerGroups()
    port.failures["price"] = Unreachable("no answer")
    assert quote(port, "alice", "cn-hangzhou", {"cpu": "2", "memory_gib": "4", **asked}) is None


def test_a_preemptible_instance_has_the_price_of_the_market() -> None:
    size = {"cpu": "2", "memory_gib": "6"}
    plain = quote(FakeContainerGroups(), "alice", "cn-hangzhou", {**size})
    spot = quote(FakeContainerGroups(), "alice", "cn-hangzhou", {**size, "spot_strategy": "SpotAsPriceGo"})
    assert plain is not None
    assert spot is not None
    assert (plain.is_market_price, spot.is_market_price) == (False, True)
    # 2 vCPU with 6 GiB are not sold as such.
    assert (plain.size, spot.size) == (Size(Decimal(2), Decimal(6)), Size(Decimal(2), Decimal(8)))


@pytest.mark.parametrize(
    ("typed", "asked"),
    [
        ({"spot_strategy": "SpotWithPriceLimit", "spot_price_limit": "0.1"}, ("SpotWithPriceLimit", "0.1", None)),
        ({"spot_strategy": "SpotWithPriceLimit", "spot_price_limit": ""}, ("SpotAsPriceGo", None, None)),
        ({"spot_strategy": "SpotAsPriceGo", "spot_duration_hours": "0"}, ("SpotAsPriceGo", None, 0)),
        ({"spot_strategy": "NoSpot", "spot_duration_hours": "0"}, None),
    ],
)
def test_the_cloud_is_asked_with_the_terms_that_were_typed(typed: dict[str, Any], asked: Any) -> None:
    port = FakeContainerGroups()
    quote(port, "alice", "cn-hangzhou", {"cpu": "2", "memory_gib": "4", "zone_id": "cn-hangzhou-h", **typed})
    expected = Spot(asked[0], Decimal(asked[1]) if asked[1] else None, asked[2]) if asked else None
    assert port.asked_prices == [("", "cn-hangzhou-h", expected)]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("typed", "known", "unknown"),
    [
        (
            {"instance_type": "ecs.c6.large, ecs.g6.large"},
            "billed as ecs.c6.large · the other types have prices of their own",
            "The price depends on the instance type",
        ),
        ({"spot_strategy": "SpotAsPriceGo"}, "market price of the moment", "billed at the market price"),
    ],
)
def test_the_foot_says_what_the_price_is_of(
    fake_cloud: FakeCloud, alice_client: Client, typed: dict[str, str], known: str, unknown: str
) -> None:
    form = open_step(alice_client, "/buy/?image=nginx:1.27").go("save", **typed)
    assert known in form.html
    assert unknown not in form.html
    cache.clear()
    fake_cloud.container_groups.failures["price"] = Unreachable("no answer")
    again = open_step(alice_client, form.url)
    assert unknown in again.html
    assert "list price" not in again.html[again.html.index('id="price"') :]


@pytest.mark.django_db
def test_confirm_and_the_order_have_the_price_of_the_type(fake_cloud: FakeCloud, alice_client: Client) -> None:
    form = open_step(alice_client, "/buy/?image=nginx:1.27").go("next", instance_type="ecs.c6.large").go("confirm")
    assert "ecs.c6.large" in form.html
    draft = Draft.objects.get()
    spec, _problems = to_spec(draft.typed, {})
    assert spec is not None
    told = quote(fake_cloud.container_groups, "alice", "cn-hangzhou", draft.typed["spec"])
    key = ordering.form_key(draft)
    (order,) = ordering.record(draft, ordering.groups_of(draft, spec, key), key, told)
    order.refresh_from_db()
    assert (order.cpu, order.memory_gib, order.price_per_second) == (None, None, Decimal("0.0002"))
