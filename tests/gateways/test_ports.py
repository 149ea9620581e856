from decimal import Decimal

import pytest

from consoleapp.gateways.ports.container_groups import Price
from consoleapp.gateways.ports.images import Page


@pytest.mark.parametrize(("total", "pages"), [(0, 1), (1, 1), (20, 1), (21, 2), (45, 3)])
def test_a_page_counts_the_pages(total: int, pages: int) -> None:
    assert Page((), 1, 20, total).pages == pages


@pytest.mark.parametrize(("page", "before", "after"), [(1, False, True), (2, True, True), (3, True, False)])
def test_a_page_knows_its_neighbours(page: int, before: bool, after: bool) -> None:
    middle: Page[str] = Page((), page, 20, 45)
    assert (middle.has_previous, middle.has_next) == (before, after)


def test_an_hour_costs_3600_seconds() -> None:
    assert Price("CNY", Decimal("0.00012252")).per_hour == Decimal("0.441072")
