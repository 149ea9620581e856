"""The list of container groups: the owner's orders, page by page, joined with what the cloud says about them now.

Orders decide what is listed, so that groups the cloud has forgotten stay, and nobody sees another owner's.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from django.core.paginator import Page, Paginator
from django.db.models import Q, QuerySet

from consoleapp.gateways.errors import GatewayError
from consoleapp.gateways.ports.container_groups import ContainerGroup, ContainerGroups
from consoleapp.groups.services.diagnosis import Diagnosis, diagnose
from consoleapp.orders.models import Order, OrderState
from consoleapp.orders.services import orders_of

# The cloud takes at most 20 ids at once.
PAGE_SIZE: Final = 20


class Show(StrEnum):
    """Which orders are listed."""

    ALL = "all"
    CREATED = "created"
    NOT_CREATED = "not-created"
    DELETED = "deleted"


CONDITIONS: Final[Mapping[Show, Q]] = {
    Show.ALL: Q(),
    Show.CREATED: Q(state=OrderState.CREATED, delete_requested_at=None),
    Show.NOT_CREATED: ~Q(state=OrderState.CREATED),
    Show.DELETED: Q(delete_requested_at__isnull=False),
}


@dataclass(frozen=True)
class Row:
    """One order and what the cloud says about its group; `group` is None when there is none or it was not told."""

    order: Order
    group: ContainerGroup | None = None
    is_forgotten: bool = False
    diagnosis: Diagnosis | None = None


@dataclass(frozen=True)
class Listing:
    """One page. `troubles` are the errors of the regions that could not be asked."""

    rows: tuple[Row, ...]
    page: Page[Order]
    troubles: tuple[GatewayError, ...] = ()


def list_groups(owner: object, port: ContainerGroups, *, show: Show, query: str, page: int) -> Listing:
    """Return a page of the owner's orders that fit, with the cloud's states, in two database queries at any number."""
    orders = _found(orders_of(owner).filter(CONDITIONS[show]), query)
    found = Paginator(orders.defer("sealed_secrets"), PAGE_SIZE).get_page(page)
    rows, troubles = rows_of(found.object_list, port)
    return Listing(rows, found, troubles)


def rows_of(orders: Iterable[Order], port: ContainerGroups) -> tuple[tuple[Row, ...], tuple[GatewayError, ...]]:
    """Return a row for each of the orders, a page of them at most, and the errors of regions that did not answer."""
    listed = list(orders)
    known, troubles, asked = _ask(listed, port)
    rows = tuple(_row(order, known.get(order.container_group_id), order.region_id in asked) for order in listed)
    return rows, troubles


def _found(orders: QuerySet[Order], query: str) -> QuerySet[Order]:
    if not query:
        return orders
    return orders.filter(
        Q(group_name__icontains=query) | Q(container_group_id__icontains=query) | Q(first_image__icontains=query)
    )


def _ask(
    orders: Sequence[Order], port: ContainerGroups
) -> tuple[dict[str, ContainerGroup], tuple[GatewayError, ...], frozenset[str]]:
    """Return groups by id, errors, and the regions that answered: one call a region, none after a region failed."""
    by_region: dict[str, list[str]] = defaultdict(list)
    for order in orders:
        if order.container_group_id:
            by_region[order.region_id].append(order.container_group_id)
    known: dict[str, ContainerGroup] = {}
    asked: set[str] = set()
    for region_id, ids in by_region.items():
        try:
            answer = port.list(region_id, container_group_ids=ids, limit=PAGE_SIZE)
        except GatewayError as error:
            # One region's trouble is most likely everybody's: the page must not wait for one time-out after the other.
            return known, (error,), frozenset(asked)
        known |= {group.container_group_id: group for group in answer.items}
        asked.add(region_id)
    return known, (), frozenset(asked)


def _row(order: Order, group: ContainerGroup | None, was_asked: bool) -> Row:
    if group is None:
        return Row(order, is_forgotten=was_asked and bool(order.container_group_id))
    return Row(order, group, diagnosis=diagnose(group, order.public_parameters))
