"""What somebody has to type again in a draft that was made of an order, because the order's secrets were wiped.

The draft keeps the names of these secrets, as the vault calls them, under `wiped`. Pure functions.
"""

from collections.abc import Collection, Iterator
from typing import NamedTuple

from django.utils.translation import gettext as _

from consoleapp.wizard.draft import raw
from consoleapp.wizard.draft.controls import control_id
from consoleapp.wizard.draft.paths import secret_name
from consoleapp.wizard.draft.places import Place, place_at, place_of_login
from consoleapp.wizard.shape import (
    CREDENTIALS,
    SAVED,
    Data,
    Fields,
    containers_of,
    credential_name,
    list_of,
    volumes_of,
)


class Wanted(NamedTuple):
    """A secret that is still missing: what it is called, and its control."""

    label: str
    place: Place


def wanted_again(data: Data, stored: Collection[str]) -> list[Wanted]:
    """Return the wiped secrets that the draft still has a control for and that are not `stored`, as the pages go."""
    wiped = set(data.get("wiped", ())) - set(stored)
    return [Wanted(label, place) for name, label, place in _secrets(data) if name in wiped] if wiped else []


def _secrets(data: Data) -> Iterator[tuple[str, str, Place]]:
    """Yield the name, label and control of every secret that the draft can hold and an order can have had."""
    for volume in volumes_of(data):
        yield from _of_volume(volume)
    for card in containers_of(data):
        for row in card.get("environment_vars", []):
            if raw.flag(row, "value_secret"):
                words = {"name": raw.word(row, "key"), "owner": raw.word(card, "name")}
                path = (list_of(data, card["_key"]), card["_key"], "environment_vars", row["_key"], "value")
                yield secret_name(path), _("%(name)s of %(owner)s") % words, place_at(path)
    for row in data["spec"].get(CREDENTIALS, []):
        if SAVED in row:
            continue
        host = row["_key"]
        yield credential_name(host), _("the password for %(host)s") % {"host": host}, place_of_login(data, host)


def _of_volume(volume: Fields) -> Iterator[tuple[str, str, Place]]:
    owner, path = raw.word(volume, "name"), ("volumes", volume["_key"])
    for file in volume.get("config_files", []):
        label = _("%(name)s of %(owner)s") % {"name": raw.word(file, "path"), "owner": owner}
        content = (*path, "config_files", file["_key"], "content")
        yield secret_name(content), label, Place("basic", field_id=control_id(content))
    label = _("the AccessKey secret of %(owner)s") % {"owner": owner}
    secret = (*path, "ak_secret")
    yield secret_name(secret), label, Place("basic", field_id=control_id(secret))
