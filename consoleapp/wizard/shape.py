"""The shape of a draft's data: raw texts as they were typed, so that a form can be shown again exactly as it was left.

What the texts mean is decided by the forms; cleaned data becomes a spec in mapping/. Secrets
are never in here, they are in the vault.
"""

from typing import Any, Literal, NotRequired, TypedDict, cast

# What a form field holds: text, a list of texts for a multiple choice, True/False for a checkbox.
Raw = str | list[str] | bool
Fields = dict[str, Raw]


class Row(TypedDict):
    """A row that can be added and removed: an environment variable, a port, a mount, a tag, a volume."""

    key: str
    fields: Fields


class ContainerData(TypedDict):
    """One container card. `rows` maps a kind of rows (env, ports, mounts, ...) to its rows in order."""

    key: str
    init: bool
    fields: Fields
    rows: dict[str, list[Row]]


class OtherData(TypedDict):
    """Other Settings. `credentials` maps a registry host to its row; its password is in the vault."""

    fields: Fields
    credentials: dict[str, Fields]
    rows: dict[str, list[Row]]


class Data(TypedDict):
    """A whole draft. `shown_errors` lists the steps whose errors are to be shown: those that were left once."""

    basic: Fields
    volumes: list[Row]
    containers: list[ContainerData]
    other: OtherData
    shown_errors: list[str]
    next_key: int
    checks: NotRequired[dict[str, Any]]


RowOwner = Literal["env", "ports", "mounts"]


def empty_data() -> dict[str, Any]:
    """The data of a draft into which nothing was typed yet. Defaults of the fields are the forms' business."""
    return {
        "basic": {},
        "volumes": [],
        "containers": [],
        "other": {"fields": {}, "credentials": {}, "rows": {}},
        "shown_errors": [],
        "next_key": 1,
    }


def new_key(data: Data, letter: str) -> str:
    """A key such as `c7` that no row or container of this draft has had; counts the draft's keys up."""
    number = data["next_key"]
    data["next_key"] = number + 1
    return f"{letter}{number}"


def find_container(data: Data, key: str) -> ContainerData | None:
    """The container card with this key."""
    return next((container for container in data["containers"] if container["key"] == key), None)


def as_data(value: dict[str, Any]) -> Data:
    """Untyped JSON under its type."""
    return cast(Data, value)
