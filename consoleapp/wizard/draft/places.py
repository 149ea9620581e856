"""Where in the wizard a value of the request stands: from a spec's path or a wire key to a step and a control."""

from dataclasses import dataclass, replace

from consoleapp.domain import wire
from consoleapp.domain.kinds import Many
from consoleapp.wizard.draft.controls import control_id, step_of
from consoleapp.wizard.draft.decoding import raw_path
from consoleapp.wizard.draft.images import reference_of
from consoleapp.wizard.draft.paths import Path, steps_of
from consoleapp.wizard.shape import CONTAINER_LISTS, CREDENTIALS, Data, containers_of, list_of
from consoleapp.wizard.upgrades import upgraded


@dataclass(frozen=True)
class Place:
    """A step, the container card to open, and the id of the control ("" for the step as a whole)."""

    step: str
    container_key: str = ""
    field_id: str = ""


BASIC = Place("basic")


def place_of_wire_key(data: Data, key: str) -> Place:
    """Return the control of a wire key such as Container.1.Image, with N for an index that nobody told."""
    return place_at(path_of_wire_key(data, key))


def path_of_wire_key(data: Data, key: str) -> Path:
    """Return where the value of a wire key stands in the draft; () for a key that no field has."""
    spec_path = wire.field_path(key.replace(".N.", ".1."))
    return raw_path(upgraded(data)["spec"], spec_path) if spec_path else ()


def place_of_path(data: Data, spec_path: str) -> Place:
    """Return the control of a spec's path such as containers.0.image."""
    return place_at(raw_path(upgraded(data)["spec"], spec_path))


def place_at(path: Path) -> Place:
    """Return the control of a path in the draft."""
    match path:
        case (first, second, *_) if (first in CONTAINER_LISTS or first == "volumes") and second.isdigit():
            return BASIC  # the draft has no such row
        case (first, key) if first in CONTAINER_LISTS:
            return Place("basic", key, f"id_{key}-image")
        case (first, key, name, _row) if first in CONTAINER_LISTS and _is_rows((first, key, name)):
            return Place("basic", key, control_id((first, key, name)))
        case (first, key, *_) if first in CONTAINER_LISTS:
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


def _is_rows(path: Path) -> bool:
    *_above, last = steps_of(path)
    return last.field is not None and isinstance(last.field.kind, Many) and last.field.kind.is_rows


def place_of_credential(host: str, name: str = "password") -> Place:
    """Return the control of a registry's user name or password."""
    return Place("other", field_id=control_id((CREDENTIALS, host, name)))


def place_of_login(data: Data, host: str, name: str = "password") -> Place:
    """Return the same where it stands under an image of the registry; in Other Settings where no image is of it."""
    found = ((card["_key"], reference_of(card)) for card in containers_of(data))
    keys = (key for key, reference in found if reference is not None and reference.registry_host == host)
    key, place = next(keys, ""), place_of_credential(host, name)
    return replace(place, step="basic", container_key=key) if key else place


def place_in_container(data: Data, container_name: str, field: str) -> Place:
    """Return a field of the container with this name."""
    for card in containers_of(data):
        if card.get("name") == container_name:
            return place_at((list_of(data, card["_key"]), card["_key"], field))
    return BASIC
