"""The shape of a draft's data: raw texts as they were typed, so that a form can be shown again exactly as it was left.

What the texts mean is decided by the forms; cleaned data becomes a spec in mapping/. Secrets
are never in here, they are in the vault (vault.py) under the names that the functions at the end make.
"""

from typing import Any, NotRequired, TypedDict, cast

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
    """Other Settings. `credentials` maps a registry host to its row; its password is in the vault.

    `pins` maps a registry host in lower case to the SHA-256 fingerprint of the certificate that its user has taken.
    """

    fields: Fields
    credentials: dict[str, Fields]
    rows: dict[str, list[Row]]
    pins: NotRequired[dict[str, str]]


class Data(TypedDict):
    """A whole draft. `shown_errors` lists the steps whose errors are to be shown: those that were left once.

    `checks` is what registries have said about the images; it is joined in, never stored here: see mapping/checks.py.
    `told` is what the cloud said about images that it could not pull, by their addresses: a draft that is to mend a
    group begins with it.
    `page` is a mark of the page that saved last, so that a page is not taken for another tab of itself. `given_name` is
    the name that the group was given by itself: see mapping/naming.py. `quantity` is how many groups are to be made, as
    typed: see mapping/quantity.py. `wiped` lists secrets that its order had: see
    draft/wiped.py.
    """

    basic: Fields
    volumes: list[Row]
    containers: list[ContainerData]
    other: OtherData
    shown_errors: list[str]
    next_key: int
    checks: NotRequired[dict[str, Any]]
    told: NotRequired[dict[str, str]]
    page: NotRequired[str]
    given_name: NotRequired[str]
    quantity: NotRequired[str]
    wiped: NotRequired[list[str]]


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


def typed_rows(data: Data, kind: str) -> list[Row]:
    """Return the rows of Other Settings into which anything was typed; the others are not sent."""
    return [row for row in data["other"]["rows"].get(kind, []) if any(row["fields"].values())]


def count_rows(data: Data) -> int:
    """Number of the rows of every kind in the whole draft: volumes, their files, those of containers and others."""
    volumes = data["volumes"]
    files = sum(len(_texts(row["fields"].get("keys", []))) for row in volumes)
    kinds = [rows for owner in (*data["containers"], data["other"]) for rows in owner["rows"].values()]
    return len(volumes) + files + sum(map(len, kinds))


def is_empty(data: Data) -> bool:
    """Whether nothing is in the draft but what its first page begins with."""
    typed = ("image", "commands", "args", "env_paste")
    cards = any(str(card["fields"].get(name) or "").strip() for card in data["containers"] for name in typed)
    return not (cards or count_rows(data) or data["other"]["credentials"] or len(data["containers"]) > 1)


def credential_name(host: str) -> str:
    """The vault's name of the password for a registry host."""
    return f"credential/{host}"


def credential_prefix(host: str) -> str:
    """The prefix of the controls of a host's credential. It names the host, so that a password that is posted can
    never be taken for another host's."""
    return f"credential-{host}"


def env_name(container_key: str, row_key: str) -> str:
    """The vault's name of the secret value of one environment variable."""
    return f"env/{container_key}/{row_key}"


def config_file_name(volume_key: str, file_key: str) -> str:
    """The vault's name of the content of a config file."""
    return f"volume/{volume_key}/file/{file_key}"


def paste_name(container_key: str) -> str:
    """The vault's name of pasted lines that found no room among the container's variables."""
    return f"paste/{container_key}"


def ak_secret_name(volume_key: str) -> str:
    """The vault's name of the access key secret of an OSS volume."""
    return f"volume/{volume_key}/ak_secret"


def config_files(fields: Fields) -> list[tuple[str, str, str]]:
    """Return key, path and mode of each file of a config file volume as typed."""
    return list(zip(*(_texts(fields.get(name, [])) for name in ("keys", "paths", "modes")), strict=False))


def has_open_contents(data: Data) -> bool:
    """Whether this is data from before the contents of config files were secrets."""
    return any("contents" in row["fields"] for row in data["volumes"])


def take_contents(data: Data) -> dict[str, str]:
    """The contents of config files that such data holds, by their names in the vault; the files get keys instead."""
    taken: dict[str, str] = {}
    for row in data["volumes"]:
        if "contents" not in row["fields"]:
            continue
        columns = {name: _texts(row["fields"].pop(name, [])) for name in ("paths", "modes", "contents")}
        count = max(map(len, columns.values()))
        paths, modes, contents = ([*texts, *[""] * (count - len(texts))] for texts in columns.values())
        keys = [new_key(data, "f") for _path in paths]
        row["fields"] |= {"keys": keys, "paths": paths, "modes": modes}
        for key, content in zip(keys, contents, strict=True):
            if content:
                taken[config_file_name(row["key"], key)] = content.replace("\r\n", "\n")
    return taken


def _texts(value: Raw) -> list[str]:
    return value if isinstance(value, list) else []
