import pytest

from consoleapp.simulator import sizes
from consoleapp.simulator.sizes import Size


@pytest.mark.parametrize(
    ("asked", "sold"),
    [((7, 13), (8, 14)), ((2, 4), (2, 4)), ((0.1, 0.1), (0.25, 0.5)), ((1, 9), (2, 10)), ((64, 512), (64, 512))],
)
def test_rounds_up_to_the_next_sold_size(asked: tuple[float, float], sold: tuple[float, float]) -> None:
    assert sizes.rounded_up(*asked, "cn-hangzhou") == sold


def test_sells_fewer_sizes_in_other_regions() -> None:
    assert sizes.rounded_up(7, 13, "cn-hongkong") == (8, 16)
    assert set(sizes.sold_sizes("cn-hongkong")) < set(sizes.sold_sizes("cn-hangzhou"))


def test_sells_nothing_above_the_largest_size() -> None:
    assert sizes.rounded_up(65, 1, "cn-hangzhou") is None
    assert sizes.rounded_up(2, 513, "cn-hangzhou") is None


def test_prices_are_those_of_the_published_checks() -> None:
    assert sum(sizes.prices(Size(2, 4), is_economy=False)) == pytest.approx(0.00012252)
    assert sum(sizes.prices(Size(0.25, 0.5), is_economy=True)) == pytest.approx(0.000009815)


@pytest.mark.parametrize(
    ("name", "size"),
    [
        ("2-4Gi", (2, 4)),
        ("0.25-0.5Gi", (0.25, 0.5)),
        ("ecs.c6.large", (2, 4)),
        ("ecs.g7.xlarge", (4, 16)),
        ("ecs.r6e.2xlarge", (8, 64)),
        ("ecs.gn6i-c4g1.xlarge", (4, 16)),
        ("ecs.xyz", None),
        ("two", None),
    ],
)
def test_knows_the_size_of_an_instance_type(name: str, size: tuple[float, float] | None) -> None:
    assert sizes.size_of_instance_type(name) == size
