from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consoleapp.domain.sizes import (
    EXTRA_SIZE_REGIONS,
    Size,
    billed_size,
    price_per_hour,
    price_per_second,
    sold_sizes,
)
from tests.domain.builders import refusals

EXTRA, PLAIN = "cn-hangzhou", "us-west-1"
asked = st.tuples(
    st.decimals("0.01", 64, places=2), st.decimals("0.01", 512, places=2), st.sampled_from([EXTRA, PLAIN])
)


def is_sold(cpu: Decimal, memory_gib: Decimal, region_id: str) -> bool:
    return memory_gib in sold_sizes(region_id).get(cpu, ())


def size(cpu: str, memory_gib: str) -> Size:
    return Size(Decimal(cpu), Decimal(memory_gib))


def billed(cpu: str, memory_gib: str, region_id: str = PLAIN) -> Size:
    return billed_size(Decimal(cpu), Decimal(memory_gib), region_id)


def test_sells_the_vendors_table_everywhere() -> None:
    table = {f"{cpu:f}": " ".join(f"{step:f}" for step in steps) for cpu, steps in sold_sizes(PLAIN).items()}
    assert table == {
        "0.25": "0.5 1",
        "0.5": "1 2",
        "1": "2 4 8",
        "2": "1 2 4 8 16",
        "4": "2 4 8 16 32",
        "8": "4 8 16 32 64",
        "12": "12 24 48 96",
        "16": "16 32 64 128",
        "24": "24 48 96 192",
        "32": "32 64 128 256",
        "52": "96 192 384",
        "64": "128 256 512",
    }


def test_sells_more_memory_steps_in_some_regions() -> None:
    sizes = sold_sizes(EXTRA)
    assert len(EXTRA_SIZE_REGIONS) == 12
    assert sizes[Decimal(2)] == tuple(map(Decimal, (1, 2, 4, 6, 8, 10, 12, 14, 16)))
    assert sizes[Decimal(6)] == tuple(map(Decimal, range(6, 49, 2)))
    assert sizes[Decimal(8)] == (Decimal(4), Decimal(8), *map(Decimal, range(10, 65, 2)))
    assert sizes[Decimal(4)] == (Decimal(2), *map(Decimal, range(4, 33, 2)))


def test_sells_no_extra_size_to_preemptible_instances() -> None:
    assert sold_sizes(EXTRA, spot=True) == sold_sizes(PLAIN)


@pytest.mark.parametrize(
    ("cpu", "memory_gib", "region_id", "expected"),
    [
        ("7", "13", EXTRA, ("8", "14")),
        ("7", "13", PLAIN, ("8", "16")),
        ("2", "4", PLAIN, ("2", "4")),
        ("0.1", "0.1", PLAIN, ("0.25", "0.5")),
        ("0.25", "3", PLAIN, ("1", "4")),
        ("1", "16", PLAIN, ("2", "16")),
        ("5", "5", EXTRA, ("6", "6")),
        ("5", "5", PLAIN, ("8", "8")),
        ("33", "1", PLAIN, ("52", "96")),
        ("0.25", "512", PLAIN, ("64", "512")),
    ],
)
def test_rounds_an_unsold_pair_up(cpu: str, memory_gib: str, region_id: str, expected: tuple[str, str]) -> None:
    assert billed(cpu, memory_gib, region_id) == size(*expected)


def test_a_pair_that_other_regions_sell_is_out_of_stock_and_not_rounded() -> None:
    assert refusals(billed, "2", "6", PLAIN) == {"memory_gib": "sold_elsewhere"}
    assert refusals(billed, "6", "8", PLAIN) == {"memory_gib": "sold_elsewhere"}
    assert billed("2", "6", EXTRA) == size("2", "6")
    assert billed_size(Decimal(2), Decimal(6), EXTRA, spot=True) == size("2", "8")


@given(asked.filter(lambda pair: is_sold(*pair) or not is_sold(pair[0], pair[1], EXTRA)))
def test_the_billed_size_is_sold_and_enough_and_bills_as_itself(pair: tuple[Decimal, Decimal, str]) -> None:
    cpu, memory_gib, region_id = pair
    found = billed_size(cpu, memory_gib, region_id)
    assert found.cpu >= cpu
    assert found.memory_gib >= memory_gib
    assert is_sold(found.cpu, found.memory_gib, region_id)
    assert billed_size(found.cpu, found.memory_gib, region_id) == found
    assert is_sold(cpu, memory_gib, region_id) is (found == Size(cpu, memory_gib))


@pytest.mark.parametrize(
    ("cpu", "memory_gib", "reasons"),
    [
        ("65", "1", {"cpu": "not_sold"}),
        ("1", "513", {"memory_gib": "not_sold"}),
        ("0", "1", {"cpu": "not_positive"}),
        ("-0", "1", {"cpu": "not_positive"}),
        ("1", "NaN", {"memory_gib": "not_a_number"}),
        ("Infinity", "1", {"cpu": "not_a_number"}),
        ("1e309", "1", {"cpu": "not_sold"}),
    ],
)
def test_refuses_what_no_size_can_hold(cpu: str, memory_gib: str, reasons: dict[str, str]) -> None:
    assert refusals(billed, cpu, memory_gib) == reasons


def test_prices_as_the_vendors_examples() -> None:
    assert price_per_second(size("2", "4")) == Decimal("0.00012252")
    assert price_per_second(size("0.25", "0.5"), economy=True) == Decimal("0.000009815")
    assert price_per_hour(size("0.25", "0.5"), economy=True) == Decimal("0.035334")
    assert price_per_hour(size("1", "0")) == Decimal("0.1764")


def test_the_economy_category_ends_at_8_vcpu() -> None:
    assert price_per_second(size("8", "16"), economy=True) < price_per_second(size("8", "16"))
    assert refusals(price_per_second, size("12", "24"), economy=True) == {"compute_categories": "not_in_category"}


def test_more_memory_never_costs_less() -> None:
    for cpu, steps in sold_sizes(EXTRA).items():
        prices = [price_per_second(Size(cpu, step)) for step in steps]
        assert all(less < more for less, more in pairwise(prices))
