"""Where in the wizard a value of the request stands: from a spec's path or a wire key to a step and a control."""

from dataclasses import dataclass

from consoleapp.domain import wire
from consoleapp.wizard.draft.controls import control_id, step_of
from consoleapp.wizard.draft.decoding import raw_path
from consoleapp.wizard.draft.paths import CONTAINERS
from consoleapp.wizard.draft.upgrades import upgraded
from consoleapp.wizard.shape import Data, credential_prefix


@dataclass(frozen=True)
class Place:
    """A step, the container card to open, and the id of the control ("" for the step as a whole)."""

    step: str
    container_key: str = ""
    field_id: str = ""


BASIC = Place("basic")


def place_of_wire_key(data: Data, key: str) -> Place:
    """Return the control of a wire key such as Container.1.Image, with N for an index that nobody told."""
    path = wire.field_path(key.replace(".N.", ".1."))
    return place_of_path(data, path) if path else BASIC


def place_of_path(data: Data, spec_path: str) -> Place:
    """Return the control of a spec's path such as containers.0.image."""
    path = raw_path(upgraded(data)["spec"], spec_path)
    match path:
        case (first, second, *_) if (first in CONTAINERS or first == "volumes") and second.isdigit():
            return BASIC  # the draft has no such row
        case (first, key) if first in CONTAINERS:
            return Place("basic", key, f"id_{key}-image")
        case (first, key, *_) if first in CONTAINERS:
            return Place("basic", key, control_id(path))
        case ("volumes", key, *_):
            return Place("basic", field_id=f"id_{key}-name")
        case ("image_registry_credentials", host, *_) if not host.isdigit():
            return place_of_credential(host)
        case () | (("containers" | "init_containers" | "volumes"),):
            return BASIC
        case ("image_registry_credentials", *_):
            return Place("other")
    return Place(step_of(path), field_id=control_id(path))


def place_of_credential(host: str, name: str = "password") -> Place:
    """Return the control of a registry's user name or password."""
    return Place("other", field_id=f"id_{credential_prefix(host)}-{name}")


def place_of_image(data: Data, container_name: str) -> Place:
    """Return the image of the container with this name."""
    for card in data["containers"]:
        if card["fields"].get("name") == container_name:
            return Place("basic", card["key"], f"id_{card['key']}-image")
    return BASIC
