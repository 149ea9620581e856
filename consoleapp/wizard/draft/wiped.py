"""What somebody has to type again in a draft that was made of an order, because the order's secrets were wiped.

The draft keeps the names of these secrets, as the vault calls them, under `wiped`. Pure functions.
"""

from collections.abc import Collection, Iterator
from typing import NamedTuple

from django.utils.translation import gettext as _

from consoleapp.wizard.draft.places import Place, place_of_credential
from consoleapp.wizard.mapping import raw
from consoleapp.wizard.shape import (
    Data,
    Fields,
    ak_secret_name,
    config_file_name,
    config_files,
    credential_name,
    env_name,
)


class Wanted(NamedTuple):
    """A secret that is still missing: what it is called, and its control."""

    label: str
    place: Place


def wanted_again(data: Data, stored: Collection[str]) -> list[Wanted]:
    """The wiped secrets that the draft still has a control for and that are not `stored` by now, as the pages go."""
    wiped = set(data.get("wiped", ())) - set(stored)
    return [Wanted(label, place) for name, label, place in _secrets(data) if name in wiped] if wiped else []


def _secrets(data: Data) -> Iterator[tuple[str, str, Place]]:
    """The name, label and control of every secret that the draft can hold and an order can have had."""
    for row in data["volumes"]:
        yield from _of_volume(row["key"], row["fields"])
    for card in data["containers"]:
        for row in card["rows"].get("env", []):
            if raw.flag(row["fields"], "secret"):
                words = {"name": raw.word(row["fields"], "name"), "owner": raw.word(card["fields"], "name")}
                place = Place("basic", card["key"], f"id_{card['key']}-env-{row['key']}-value")
                yield env_name(card["key"], row["key"]), _("%(name)s of %(owner)s") % words, place
    for host in data["other"]["credentials"]:
        yield credential_name(host), _("the password for %(host)s") % {"host": host}, place_of_credential(host)


def _of_volume(key: str, fields: Fields) -> Iterator[tuple[str, str, Place]]:
    owner = raw.word(fields, "name")
    for file, path, _mode in config_files(fields):
        label = _("%(name)s of %(owner)s") % {"name": path, "owner": owner}
        yield config_file_name(key, file), label, Place("basic", field_id=f"id_{key}-{file}-content")
    label = _("the AccessKey secret of %(owner)s") % {"owner": owner}
    yield ak_secret_name(key), label, Place("basic", field_id=f"id_{key}-ak_secret")
