"""Names of groups that nobody has to think of: after the first image, and numbered for copies. Pure functions.

A draft keeps the name that it was given beside the one in its control: while both are the same, nobody has typed one.
"""

import re
import secrets
from collections.abc import Collection
from typing import Final

from consoleapp.domain import limits
from consoleapp.wizard.draft import raw
from consoleapp.wizard.draft.images import reference_of
from consoleapp.wizard.shape import CONTAINERS, INIT_CONTAINERS, Data

FIELD: Final = "container_group_name"
# What a group is called before it has an image.
NO_IMAGE: Final = "group"
STEM_MAX: Final = 40
_GIVEN: Final = re.compile(r"[a-z0-9-]+-([0-9a-f]{4})", re.ASCII)
# More digits are no number of a copy: they may be a date, or the four of a name that was given.
_NUMBERED: Final = re.compile(r"(.+)-([1-9][0-9]{0,2})", re.ASCII)


def new_suffix() -> str:
    """Return four hexadecimal digits, so that two groups of one image have names of their own."""
    return secrets.token_hex(2)


def give_name(data: Data, suffix: str) -> None:
    """Name the group after its first image."""
    data["given_name"] = data["spec"][FIELD] = f"{_stem(data)}-{suffix}"


def follow_image(data: Data) -> None:
    """Name the group after its first image again, unless somebody has typed a name."""
    given = data.get("given_name", "")
    known = _GIVEN.fullmatch(given)
    if known and raw.word(data["spec"], FIELD) == given:
        give_name(data, known[1])


def _stem(data: Data) -> str:
    """Return the last part of the first container's image, fit for a name; init containers come after the others."""
    for card in (*data["spec"].get(CONTAINERS, []), *data["spec"].get(INIT_CONTAINERS, [])):
        reference = reference_of(card)
        if reference is not None:
            name = re.sub(r"[^a-z0-9]+", "-", reference.path.rpartition("/")[2])
            return name[:STEM_MAX].strip("-") or NO_IMAGE
    return NO_IMAGE


def beginning_of_copies(data: Data) -> str:
    """Return what the names of all copies of this group begin with, whatever their numbers."""
    name = raw.word(data["spec"], FIELD)
    numbered = _NUMBERED.fullmatch(name)
    return (numbered[1] if numbered else name)[: limits.GROUP_NAME_MAX // 2]


def name_copy(data: Data, taken: Collection[str]) -> None:
    """Give a copy the next number that is not taken: `web` becomes `web-2`, `web-2` becomes `web-3`."""
    data.pop("given_name", None)
    name = raw.word(data["spec"], FIELD)
    if not name:
        return
    numbered = _NUMBERED.fullmatch(name)
    stem, number = (numbered[1], int(numbered[2]) + 1) if numbered else (name, 2)
    while (copy := _numbered(stem, number)) in taken:
        number += 1
    data["spec"][FIELD] = copy


def _numbered(stem: str, number: int) -> str:
    tail = f"-{number}"
    return stem[: limits.GROUP_NAME_MAX - len(tail)].rstrip("-") + tail
