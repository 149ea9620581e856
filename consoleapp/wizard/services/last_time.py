"""What somebody chose in their last order: where it runs and how large it is. The next draft begins with it.

`data["last_time"]` holds it, so that a page can say so, and go to the defaults and back.
"""

from typing import Final

from consoleapp.domain.errors import DomainError
from consoleapp.orders.models import OrderState
from consoleapp.orders.services import orders_of
from consoleapp.teams.actors import Actor
from consoleapp.wizard.draft.encoding import to_draft
from consoleapp.wizard.services.network import NetworkChoices
from consoleapp.wizard.services.similar import spec_of_order
from consoleapp.wizard.shape import Data, Fields

NETWORK: Final = ("region_id", "vpc_id", "vswitch_ids", "security_group_id")
SIZE: Final = ("cpu", "memory_gib", "compute_categories")


def last_choices(actor: Actor) -> Fields:
    """Return what the actor's last created group was ordered with, by the names of the fields; one query."""
    order = orders_of(actor).filter(state=OrderState.CREATED).first()
    if order is None:
        return {}
    try:
        made = to_draft(spec_of_order(order), order.vpc_id).data
    except DomainError:
        return {}
    found = {"vpc_id": order.vpc_id, **made["spec"]}
    return {name: found[name] for name in (*NETWORK, *SIZE) if found.get(name)}


def usable(last: Fields, network: NetworkChoices) -> Fields:
    """Return what of it can be chosen still; `network` has the lists of its region and VPC."""
    free = {vswitch.vswitch_id for vswitch in network.vswitches if not vswitch.is_full}
    is_there = (
        network.vpc_id == last.get("vpc_id")
        and free.issuperset(last.get("vswitch_ids", []))
        and last.get("security_group_id") in {group.security_group_id for group in network.security_groups}
    )
    return last if is_there else {name: value for name, value in last.items() if name not in NETWORK}


def choose_as_last_time(data: Data, *, apart_from: frozenset[str] = frozenset()) -> None:
    """Take the choices of the last order, but for some."""
    choose_defaults(data, apart_from=apart_from)
    for name, value in data.get("last_time", {}).items():
        if name not in apart_from:
            data["page" if name == "vpc_id" else "spec"][name] = value


def choose_defaults(data: Data, *, apart_from: frozenset[str] = frozenset()) -> None:
    """Take back what was chosen of it, so that the page fills in the defaults."""
    for name in {*NETWORK, *SIZE} - apart_from:
        data["page" if name == "vpc_id" else "spec"].pop(name, None)


def is_as_last_time(data: Data) -> bool:
    """Tell whether the draft has the very choices of the last order."""
    chosen = {**data["spec"], "vpc_id": data["page"].get("vpc_id")}
    last = data.get("last_time", {})
    return bool(last) and all(chosen.get(name) == value for name, value in last.items())
