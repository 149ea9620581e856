"""Where in the wizard a value of the request stands: from a spec's path or a wire key to a step and a control."""

from dataclasses import dataclass

from consoleapp.domain import wire
from consoleapp.wizard.mapping.containers import control_name
from consoleapp.wizard.mapping.group import LABELS
from consoleapp.wizard.mapping.other import credential_prefix, other_field_id
from consoleapp.wizard.shape import Data


@dataclass(frozen=True)
class Place:
    """A step, the container card to open, and the id of the control ("" for the step as a whole)."""

    step: str
    container_key: str = ""
    field_id: str = ""


BASIC = Place("basic")


def place_of_wire_key(data: Data, key: str) -> Place:
    """The control of a wire key such as Container.1.Image, with N for an index that nobody told."""
    path = wire.field_path(key.replace(".N.", ".1."))
    return place_of_path(data, path) if path else BASIC


def place_of_path(data: Data, path: str) -> Place:
    """The control of a spec's path such as containers.0.image."""
    first, *rest = path.split(".")
    if first in ("containers", "init_containers"):
        return _of_container(data, first == "init_containers", rest)
    if first == "volumes":
        return _of_volume(data, rest)
    if first in LABELS:
        return Place("basic", field_id=f"id_{first}")
    if first == "image_registry_credentials":
        return _of_credential(data, rest)
    return Place("other", field_id=other_field_id(path, data) or "")


def _of_container(data: Data, is_init: bool, rest: list[str]) -> Place:
    cards = [card for card in data["containers"] if card["init"] == is_init]
    index = int(rest[0]) if rest and rest[0].isdigit() else 0
    if index >= len(cards):
        return BASIC
    key = cards[index]["key"]
    name = control_name(".".join(rest[1:])) or "image"
    return Place("basic", key, f"id_{key}-{name}")


def _of_volume(data: Data, rest: list[str]) -> Place:
    index = int(rest[0]) if rest and rest[0].isdigit() else 0
    rows = data["volumes"]
    return Place("basic", field_id=f"id_{rows[index]['key']}-name") if index < len(rows) else BASIC


def _of_credential(data: Data, rest: list[str]) -> Place:
    hosts = list(data["other"]["credentials"])
    index = int(rest[0]) if rest and rest[0].isdigit() else 0
    return place_of_credential(hosts[index]) if index < len(hosts) else Place("other")


def place_of_credential(host: str, name: str = "password") -> Place:
    """The control of a registry's user name or password."""
    return Place("other", field_id=f"id_{credential_prefix(host)}-{name}")


def place_of_image(data: Data, container_name: str) -> Place:
    """The image of the container with this name."""
    for card in data["containers"]:
        if card["fields"].get("name") == container_name:
            return Place("basic", card["key"], f"id_{card['key']}-image")
    return BASIC
