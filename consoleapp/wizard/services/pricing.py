"""What the group costs: asked of the cloud, remembered for minutes; where the cloud is silent, the list price. The list
has none of an instance type and none of what is preemptible.
"""

from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Final

from consoleapp.domain.choices import SpotStrategy
from consoleapp.domain.errors import DomainError
from consoleapp.domain.sizes import CURRENCY, DEFAULT_CPU, Size, billed_size, price_per_second, size_of_pair
from consoleapp.gateways.errors import GatewayError
from consoleapp.gateways.ports.container_groups import ContainerGroups, Price, Spot
from consoleapp.web.asking import remembered
from consoleapp.wizard.draft import raw
from consoleapp.wizard.draft.sizes import asked_size, instance_types, is_spot, read_number
from consoleapp.wizard.shape import Fields

PRICE_SECONDS = 300
# The cloud wants vCPU and memory beside an instance type, and does not look at them.
_UNREAD: Final = Size(DEFAULT_CPU, Decimal(4))


@dataclass(frozen=True)
class Quote:
    """The price of what will be billed: of a size, or of an instance type, whose size nobody tells.

    `is_list_price`: the cloud did not say, the public list did. `is_first_of_several`: the cloud tries more types.
    """

    size: Size | None
    price: Price
    is_list_price: bool = False
    is_rounded: bool = False
    instance_type: str = ""
    is_market_price: bool = False
    is_first_of_several: bool = False

    def of(self, quantity: int) -> Price:
        """Return the price of so many groups of the size."""
        return replace(self.price, per_second=self.price.per_second * quantity)


def quote(container_groups: ContainerGroups | None, account: str, region_id: str, fields: Fields) -> Quote | None:
    """Return the price for the sizes as typed; None where none can be told of them. Without a port, the list price."""
    types, spot = instance_types(fields), _spot(fields)
    billed = _billed(types, fields, region_id, is_spot=spot is not None)
    if billed is None:
        return None
    size, is_rounded, instance_type = billed
    zone_id, storage = raw.word(fields, "zone_id"), _storage(fields)
    category = next(iter(raw.words(fields, "compute_categories")), "")

    def ask() -> Price:
        if container_groups is None:
            raise GatewayError("There is nobody to ask.")
        return container_groups.price(
            region_id,
            size.cpu,
            size.memory_gib,
            instance_type=instance_type,
            zone_id=zone_id,
            compute_category=category,
            ephemeral_storage_gib=storage,
            spot=spot,
        )

    about = ("price", account, region_id, size.cpu, size.memory_gib, instance_type, zone_id, category, storage, spot)
    try:
        price, is_list_price = remembered(about, PRICE_SECONDS, ask), False
    except GatewayError:
        if instance_type or spot:
            return None
        price, is_list_price = _list_price(size, category), True
    return Quote(
        None if instance_type else size,
        price,
        is_list_price=is_list_price,
        is_rounded=is_rounded,
        instance_type=instance_type,
        is_market_price=spot is not None,
        is_first_of_several=len(types) > 1,
    )


def _billed(types: tuple[str, ...], fields: Fields, region_id: str, *, is_spot: bool) -> tuple[Size, bool, str] | None:
    """Return the size, whether it is another than the one asked for, and the instance type that says more than a size.

    Of several types it is the first, which is tried first; a pair such as 2-4Gi is nothing but a size.
    """
    pair = size_of_pair(types[0]) if types else None
    if types and pair is None:
        return (_UNREAD, False, types[0]) if region_id else None
    asked = (pair.cpu, pair.memory_gib) if pair else asked_size(fields)
    if asked is None or not region_id:
        return None
    try:
        size = billed_size(*asked, region_id, spot=is_spot)
    except DomainError:
        return None
    return size, (size.cpu, size.memory_gib) != asked, ""


def _list_price(size: Size, category: str) -> Price:
    try:
        per_second = price_per_second(size, economy=category == "economy")
    except DomainError:
        per_second = price_per_second(size)
    return Price(CURRENCY, Decimal(per_second))


def _spot(fields: Fields) -> Spot | None:
    """Return how a preemptible instance is asked for; one whose limit is not typed yet, at the market price."""
    if not is_spot(fields):
        return None
    limit, hours = read_number(fields, "spot_price_limit"), read_number(fields, "spot_duration_hours")
    duration_hours = None if hours is None else int(hours)
    is_limited = raw.word(fields, "spot_strategy") == SpotStrategy.SPOT_WITH_PRICE_LIMIT and limit is not None
    if is_limited:
        return Spot(SpotStrategy.SPOT_WITH_PRICE_LIMIT, limit, duration_hours)
    return Spot(SpotStrategy.SPOT_AS_PRICE_GO, None, duration_hours)


def _storage(fields: Fields) -> int:
    try:
        return max(0, min(raw.whole_number(fields, "ephemeral_storage_gib") or 0, 5000))
    except DomainError:
        return 0
