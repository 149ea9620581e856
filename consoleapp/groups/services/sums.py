"""What all groups of an owner cost: an hour from now on, and since midnight. List prices, as in orders/billing.py.

The cloud tells nothing of a group about an hour after its end, and of none while it is silent: such a sum says that it
is the least.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Final

from django.utils import timezone

from consoleapp.audit import services as audit
from consoleapp.groups.services.detail import DELETED
from consoleapp.groups.services.listing import LIVING_MAX, Listing, Row
from consoleapp.orders.billing import GOES_ON, IS_BILLED, ended_at, pending_since
from consoleapp.orders.models import Order
from consoleapp.orders.services import orders_of
from consoleapp.teams.actors import Actor

Money = Mapping[str, Decimal]
# The cloud has forgotten a group that ended today, or late yesterday: what it cost today cannot be told.
_UNCLEAR: Final = timedelta(days=1)


@dataclass(frozen=True)
class Sums:
    """How many groups there are in which state, and sums by their currency.

    `burning` of the failing ones are billed all the same. `not_told` are groups whose state the cloud does not tell.
    `is_hour_least` and `is_today_least`: there is more of which no price or no time is known.
    """

    running: int = 0
    failing: int = 0
    burning: int = 0
    not_told: int = 0
    per_hour: Money = field(default_factory=dict)
    today: Money = field(default_factory=dict)
    is_hour_least: bool = False
    is_today_least: bool = False


def sums_of(actor: Actor, listing: Listing, now: datetime | None = None) -> Sums:
    """Return the sums over the owner's newest groups, with one database query."""
    moment = now or timezone.now()
    midnight = timezone.localtime(moment).replace(hour=0, minute=0, second=0, microsecond=0)
    count: Counter[str] = Counter()
    per_hour: dict[str, Decimal] = defaultdict(Decimal)
    today: dict[str, Decimal] = defaultdict(Decimal)
    for row in listing.living:
        is_billed = row.group is not None and row.group.status in IS_BILLED
        count["running"] += row.diagnosis is None and row.group is not None and row.group.status in GOES_ON
        count["failing"] += row.diagnosis is not None
        count["burning"] += row.diagnosis is not None and is_billed
        count["not_told"] += row.group is None and not row.is_forgotten
        count["forgotten"] += row.is_forgotten and row.order.created_at > midnight - _UNCLEAR
        if row.order.price_per_second is None:
            count["unpriced"] += is_billed
            continue
        if is_billed:
            per_hour[row.order.currency] += row.order.price_per_second * 3600
        today[row.order.currency] += row.order.price_per_second * _seconds_today(row, midnight, moment)
    unknown = _add_deleted(actor, midnight, today)
    is_hour_least = bool(count["unpriced"] or count["not_told"] or listing.is_cut)
    return Sums(
        count["running"],
        count["failing"],
        count["burning"],
        count["not_told"],
        _told(per_hour),
        _told(today),
        is_hour_least,
        is_today_least=bool(is_hour_least or count["forgotten"] or unknown),
    )


def _told(sums: Mapping[str, Decimal]) -> Money:
    return {currency: amount for currency, amount in sums.items() if amount}


def _seconds_today(row: Row, midnight: datetime, now: datetime) -> int:
    since = pending_since(row.group) if row.group is not None else None
    if row.group is None or since is None:
        return 0
    return _overlap(since, min(ended_at(row.group) or now, now), midnight)


def _overlap(since: datetime, until: datetime, midnight: datetime) -> int:
    return max(0, int((until - max(since, midnight)).total_seconds()))


def _add_deleted(actor: Actor, midnight: datetime, today: dict[str, Decimal]) -> bool:
    """Add what groups that were deleted today had cost by then; tell whether one's cost was not written down."""
    deleted: Sequence[Order] = list(
        orders_of(actor)
        .filter(delete_requested_at__gte=midnight)
        .only("container_group_id", "price_per_second", "owner_id")[:LIVING_MAX]
    )
    if not deleted:
        return False
    prices = {order.container_group_id: order.price_per_second for order in deleted}
    known = set()
    for row in audit.rows_about_any(list(prices), [DELETED]):
        price, seconds = prices[row.object_id], row.payload.get("seconds")
        if price is None or seconds is None or row.object_id in known:
            continue
        known.add(row.object_id)
        today[row.payload["currency"]] += price * _overlap(row.at - timedelta(seconds=seconds), row.at, midnight)
    return len(known) < len(prices)
