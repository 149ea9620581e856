"""The price of the size that will be billed."""

from decimal import Decimal

from consoleapp.gateways.errors import Unreachable
from consoleapp.wizard.services.pricing import quote
from tests.fakes import FakeContainerGroups


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
    assert (told.size.cpu, told.size.memory_gib) == (Decimal(8), Decimal(14))


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
