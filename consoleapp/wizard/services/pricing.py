"""What the chosen size costs: asked of the cloud, remembered for minutes; the list price where the cloud is silent."""

from dataclasses import dataclass, replace
from decimal import Decimal

from consoleapp.domain.errors import DomainError
from consoleapp.domain.sizes import CURRENCY, Size, billed_size, price_per_second
from consoleapp.gateways.errors import GatewayError
from consoleapp.gateways.ports.container_groups import ContainerGroups, Price
from consoleapp.web.asking import remembered
from consoleapp.wizard.mapping import raw
from consoleapp.wizard.mapping.sizes import asked_size
from consoleapp.wizard.shape import Fields

PRICE_SECONDS = 300


@dataclass(frozen=True)
class Quote:
    """The price of the size that will be billed. `is_list_price`: the cloud did not say, the public list did."""

    size: Size
    price: Price
    is_list_price: bool = False
    is_rounded: bool = False

    def of(self, quantity: int) -> Price:
        """Return the price of so many groups of the size."""
        return replace(self.price, per_second=self.price.per_second * quantity)


def quote(container_groups: ContainerGroups | None, account: str, region_id: str, fields: Fields) -> Quote | None:
    """The price for the sizes as typed; None where no price can be told of them. Without a port, the list price."""
    asked = asked_size(fields)
    if asked is None or not region_id:
        return None
    try:
        size = billed_size(*asked, region_id)
    except DomainError:
        return None
    is_rounded = (size.cpu, size.memory_gib) != asked
    category = next(iter(raw.words(fields, "compute_categories")), "")
    storage = _storage(fields)

    def ask() -> Price:
        if container_groups is None:
            raise GatewayError("There is nobody to ask.")
        return container_groups.price(
            region_id, size.cpu, size.memory_gib, compute_category=category, ephemeral_storage_gib=storage
        )

    about = ("price", account, region_id, size.cpu, size.memory_gib, category, storage)
    try:
        return Quote(size, remembered(about, PRICE_SECONDS, ask), is_rounded=is_rounded)
    except GatewayError:
        return _list_quote(size, category, is_rounded)


def _list_quote(size: Size, category: str, is_rounded: bool) -> Quote:
    try:
        per_second = price_per_second(size, economy=category == "economy")
    except DomainError:
        per_second = price_per_second(size)
    return Quote(size, Price(CURRENCY, Decimal(per_second)), is_list_price=True, is_rounded=is_rounded)


def _storage(fields: Fields) -> int:
    try:
        return max(0, min(raw.whole_number(fields, "ephemeral_storage_gib") or 0, 5000))
    except DomainError:
        return 0
