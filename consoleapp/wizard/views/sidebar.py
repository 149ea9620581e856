"""What stands beside and below every step: "Your container group", "Before you can order", and the price."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from consoleapp.domain.group import ContainerGroupSpec
from consoleapp.domain.schema import initial_of
from consoleapp.gateways.ports.container_groups import ContainerGroups
from consoleapp.web.formats import amount
from consoleapp.wizard.draft import raw
from consoleapp.wizard.draft.quantity import LABEL, quantity_of
from consoleapp.wizard.draft.sizes import instance_types, is_spot
from consoleapp.wizard.forms.basic import region_name
from consoleapp.wizard.forms.declared import words_of
from consoleapp.wizard.services.network import NetworkChoices
from consoleapp.wizard.services.pricing import Quote, quote
from consoleapp.wizard.shape import Data
from consoleapp.wizard.summary.parts import word_of
from consoleapp.wizard.views.cards import Card


def aside(data: Data, cards: list[Card], network: NetworkChoices | None) -> dict[str, Any]:
    """Return the rows of "Your container group" and its containers."""
    basic = {**initial_of(ContainerGroupSpec), **data["spec"]}
    vswitches = len(raw.words(basic, "vswitch_ids"))
    count = ngettext("%(count)d vSwitch", "%(count)d vSwitches", vswitches) % {"count": vswitches}
    vpc = network.vpc if network else None
    vpc_name = (vpc.name or vpc.vpc_id) if vpc else raw.word(data["page"], "vpc_id")
    size = ", ".join(instance_types(basic))[:80] or _("%(cpu)s vCPU · %(memory)s GiB") % {
        "cpu": raw.word(basic, "cpu")[:12] or "–",
        "memory": raw.word(basic, "memory_gib")[:12] or "–",
    }
    restart = raw.word(basic, "restart_policy")
    quantity = quantity_of(data)
    return {
        "made": [
            *([{"label": LABEL, "value": quantity}] if quantity > 1 else []),
            {"label": _("Region"), "value": region_name(raw.word(basic, "region_id")) or "–"},
            {"label": _("Network"), "value": f"{vpc_name} / {count}" if vpc_name else count},
            {"label": _("Size"), "value": size},
            {"label": _("Restart"), "value": word_of(words_of(ContainerGroupSpec, "restart_policy"), restart)},
        ],
        "cards": cards,
    }


def price(container_groups: ContainerGroups | None, account: str, data: Data) -> dict[str, Any]:
    """Return what the foot bar says about money."""
    told = quote(container_groups, account, raw.word(data["spec"], "region_id"), data["spec"])
    if told is None:
        return {"price_note": no_price_note(data) or _("The price shows once region and size are chosen.")}
    billed = told.instance_type
    if told.is_rounded and told.size:
        billed = f"{amount(told.size.cpu)} vCPU · {amount(told.size.memory_gib)} GiB"
    return {**figures(told, quantity_of(data)), "billed": billed}


def figures(told: Quote, quantity: int) -> dict[str, Any]:
    """Return the price of so many groups as every page's foot shows it, and what it is of."""
    price = told.of(quantity)
    return {
        "quantity": quantity,
        "each_per_hour": told.price.per_hour,
        "per_hour": price.per_hour,
        "per_second": price.per_second,
        "currency": price.currency,
        "price_note": _price_note(told),
    }


def _price_note(told: Quote) -> str:
    """Return what a price is that is not simply the cloud's for this size."""
    parts = [
        _("list price") if told.is_list_price else "",
        _("market price of the moment") if told.is_market_price else "",
        _("the other types have prices of their own") if told.is_first_of_several else "",
    ]
    return ", ".join(filter(None, parts))


def no_price_note(data: Data) -> str:
    """Tell why there is no price of what has none in the public list; "" where it has one."""
    if is_spot(data["spec"]):
        return _("A preemptible instance is billed at the market price, which the cloud does not tell at the moment.")
    if instance_types(data["spec"]):
        return _("The price depends on the instance type, and the cloud does not tell it at the moment.")
    return ""
