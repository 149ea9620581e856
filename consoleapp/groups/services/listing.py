"""The list of container groups: the owner's orders, page by page, joined with what the cloud says about them now.

Orders decide what is listed, so that groups the cloud has forgotten stay, and nobody sees another owner's. What runs
and what fails only the cloud knows: it is asked about the newest groups that nobody has deleted.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from functools import partial
from typing import Final

from django.core.paginator import Page, Paginator
from django.db.models import Q, QuerySet
from django.utils import timezone

from consoleapp.gateways.errors import GatewayError
from consoleapp.gateways.ports.container_groups import FINAL_STATUSES, ContainerGroup, ContainerGroups
from consoleapp.groups.services.diagnosis import Diagnosis, diagnose
from consoleapp.orders.models import Order, OrderState
from consoleapp.orders.services import orders_of
from consoleapp.teams.actors import Actor
from consoleapp.web.asking import in_parallel

# The cloud takes at most 20 ids at once.
PAGE_SIZE: Final = 20


# So many of a person's newest groups that nobody has deleted are looked at, for the sums and for what fails.
LIVING_MAX: Final = 100
SIDE_BY_SIDE: Final = 4
# An order that was refused is news for so long.
NEWS: Final = timedelta(days=1)


class Show(StrEnum):
    """Which orders are listed."""

    ALL = "all"
    ATTENTION = "attention"
    RUNNING = "running"
    ENDED = "ended"


@dataclass(frozen=True)
class Row:
    """One order and what the cloud says about its group; `group` is None when there is none or it was not told."""

    order: Order
    group: ContainerGroup | None = None
    is_forgotten: bool = False
    diagnosis: Diagnosis | None = None

    @property
    def has_ended(self) -> bool:
        """Tell whether nothing of it runs any more, as far as the cloud tells."""
        return self.is_forgotten or (self.group is not None and self.group.status in FINAL_STATUSES)


@dataclass(frozen=True)
class Listing:
    """One page, and beside it the owner's newest groups that nobody has deleted, whatever the page shows.

    `troubles` are the errors of the regions that could not be asked. `is_cut`: there are more groups than were looked
    at.
    """

    rows: tuple[Row, ...]
    page: Page[Order]
    troubles: tuple[GatewayError, ...] = ()
    living: tuple[Row, ...] = ()
    is_cut: bool = False


def list_groups(actor: Actor, port: ContainerGroups, *, show: Show, query: str, page: int) -> Listing:
    """Return a page of the space's orders that fit, with the cloud's states, in three queries at any number."""
    mine = orders_of(actor).defer("sealed_secrets")
    newest = list(mine.filter(state=OrderState.CREATED, delete_requested_at=None)[: LIVING_MAX + 1])
    living, troubles = rows_of(newest[:LIVING_MAX], port)
    found = Paginator(_found(mine.filter(_condition(show, living)), query), PAGE_SIZE).get_page(page)
    known = {row.order.pk: row for row in living}
    others = [order for order in found.object_list if order.pk not in known]
    # A cloud that has just not answered is not waited for again.
    rows, more = (tuple(map(Row, others)), ()) if troubles else rows_of(others, port)
    known |= {row.order.pk: row for row in rows}
    listed = tuple(known[order.pk] for order in found.object_list)
    return Listing(listed, found, (*troubles, *more), living, is_cut=len(newest) > LIVING_MAX)


def _condition(show: Show, living: Sequence[Row]) -> Q:
    if show == Show.RUNNING:
        return Q(pk__in=[row.order.pk for row in living if not row.has_ended and row.diagnosis is None])
    if show == Show.ATTENTION:
        return Q(pk__in=[row.order.pk for row in living if row.diagnosis is not None]) | _not_created()
    if show == Show.ENDED:
        ended = Q(pk__in=[row.order.pk for row in living if row.has_ended])
        return ended | Q(delete_requested_at__isnull=False) | Q(state=OrderState.REFUSED)
    return Q()


def _not_created() -> Q:
    """Return which orders have made no group and may want their owner: all that are open, and what was just refused."""
    return ~Q(state__in=(OrderState.CREATED, OrderState.REFUSED)) | Q(
        state=OrderState.REFUSED, created_at__gte=timezone.now() - NEWS
    )


def unmade_orders(actor: Actor, most: int) -> list[Order]:
    """Return the newest orders that have made no group and may want their owner."""
    return list(orders_of(actor).defer("sealed_secrets").filter(_not_created())[:most])


def rows_of(orders: Iterable[Order], port: ContainerGroups) -> tuple[tuple[Row, ...], tuple[GatewayError, ...]]:
    """Return a row for each of the orders, and the errors of regions that did not answer."""
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
    """Return groups by id, errors, and the regions that answered: no more calls than the cloud takes ids at once, and
    none after one has failed."""
    by_region: dict[str, list[str]] = defaultdict(list)
    for order in orders:
        if order.container_group_id:
            by_region[order.region_id].append(order.container_group_id)
    asks = [
        partial(_ask_some, port, region_id, ids[begin : begin + PAGE_SIZE])
        for region_id, ids in by_region.items()
        for begin in range(0, len(ids), PAGE_SIZE)
    ]
    # One region's trouble is most likely everybody's: the page must not wait for one time-out after the other.
    answers = [asks[0]()] if asks else []
    if answers and not isinstance(answers[0], GatewayError):
        answers += in_parallel(asks[1:], SIDE_BY_SIDE)
    known = {
        group.container_group_id: group
        for answer in answers
        if not isinstance(answer, GatewayError)
        for group in answer
    }
    errors = tuple(answer for answer in answers if isinstance(answer, GatewayError))
    failed = {ask.args[1] for ask, answer in zip(asks, answers, strict=False) if isinstance(answer, GatewayError)}
    silent = failed | {ask.args[1] for ask in asks[len(answers) :]}
    return known, errors[:1], frozenset(by_region) - silent


def _ask_some(port: ContainerGroups, region_id: str, ids: list[str]) -> tuple[ContainerGroup, ...] | GatewayError:
    try:
        return port.list(region_id, container_group_ids=ids, limit=PAGE_SIZE).items
    except GatewayError as error:
        return error


def _row(order: Order, group: ContainerGroup | None, was_asked: bool) -> Row:
    if group is None:
        return Row(order, is_forgotten=was_asked and bool(order.container_group_id))
    return Row(order, group, diagnosis=diagnose(group, order.public_parameters))
