"""What a draft begins with, and how a pasted image address is taken apart. Pure functions."""

from collections.abc import Mapping

from consoleapp.domain.image import split_image
from consoleapp.wizard.draft import naming, raw
from consoleapp.wizard.shape import (
    CONTAINERS,
    INIT_CONTAINERS,
    Data,
    Fields,
    as_data,
    containers_of,
    empty_data,
    new_key,
    rows_of,
)

# Names of the query parameters that fill in Basic Settings, and the fields they fill.
PREFILLED = {
    "name": "container_group_name",
    "cpu": "cpu",
    "memory": "memory_gib",
    "region": "region_id",
    "vpc": "vpc_id",
    "security_group": "security_group_id",
    "restart": "restart_policy",
}
PREFILLED_MAX = 300
# The field that keeps a whole address whose version did not count.
PASSED_OVER = "image_passed_over"
# What the page's version was before anybody typed there: what is stored may be newer than the page.
VERSION_SHOWN = "image_version_shown"


def first_data(query: Mapping[str, str], suffix: str = "") -> Data:
    """Return a new draft's data: a container, a name, and what the address asked for; a name in it counts as typed."""
    data = as_data(empty_data())
    container = add_container(data, is_init=False)
    container["image"] = query.get("image", "").replace("\x00", "")[:PREFILLED_MAX].strip()
    move_version(container)
    naming.give_name(data, suffix or naming.new_suffix())
    for parameter, name in PREFILLED.items():
        if value := query.get(parameter, "").replace("\x00", "").strip():
            data["page" if name == "vpc_id" else "spec"][name] = value[:PREFILLED_MAX]
    return data


def add_container(data: Data, *, is_init: bool) -> Fields:
    """Add a container or init container with a name that none has, and return it."""
    taken = {raw.word(card, "name") for card in containers_of(data)}
    stem = "init" if is_init else "container"
    number = next(number for number in range(1, len(taken) + 2) if f"{stem}-{number}" not in taken)
    container: Fields = {"_key": new_key(data, "c"), "name": f"{stem}-{number}"}
    rows_of(data["spec"], INIT_CONTAINERS if is_init else CONTAINERS).append(container)
    return container


def free_name(data: Data, name: str) -> str:
    """Return the name with a number behind it that no container has; for copies."""
    taken = {raw.word(card, "name") for card in containers_of(data)}
    stem = name.rstrip("0123456789").rstrip("-") or "container"
    number = next(number for number in range(2, len(taken) + 3) if f"{stem}-{number}" not in taken)
    return f"{stem[:59]}-{number}"


def move_version(fields: Fields, *, keeps_version: bool = False) -> None:
    """Move tag and digest of a whole address out of the Image field into Image version; leave what is no address.

    `keeps_version`: the version was typed beside the address and counts more than the address's own.
    """
    typed = raw.word(fields, "image")
    fields["image"], version = split_image(typed)
    if not version:
        return
    if keeps_version:
        fields[PASSED_OVER] = typed
    else:
        fields["image_version"] = version


def passed_over_version(fields: Fields) -> str:
    """Return the version that the address itself said where another one counts; "" where none was passed over."""
    image, version = split_image(raw.word(fields, PASSED_OVER))
    is_about_it = image == raw.word(fields, "image") and version != raw.word(fields, "image_version")
    return version if is_about_it else ""
