"""The shape of a draft's data: the tree of the request, with what was typed at its leaves, and a key at every row.

`spec` mirrors the declarations of the request (domain/group.py): a text for a field, a list of texts for boxes to tick,
True or False for one box, an object for a record, a list of objects for rows. `_key` is a row's key, `_kind` its kind
where there are several. What a page keeps beside a field stands beside it as `<field>_<word>` (`image_version`,
`value_secret`); what belongs to a page alone stands under `page`. So a form can be shown again exactly as it was left.

Secrets are never in here, they are in the vault (vault.py) under the names that the functions at the end make.
"""

from collections.abc import Iterator
from typing import Any, Final, NotRequired, TypedDict, cast

from consoleapp.wizard.upgrades import SHAPE

# What a form field holds: text, a list of texts for a multiple choice, True/False for a checkbox.
Raw = str | list[str] | bool
# A record as it was typed: its leaves are Raw.
Fields = dict[str, Any]
# The lists of containers in the order of the pages, which is that in which they run.
INIT_CONTAINERS: Final = "init_containers"
CONTAINERS: Final = "containers"
CONTAINER_LISTS: Final = (INIT_CONTAINERS, CONTAINERS)
CREDENTIALS: Final = "image_registry_credentials"
# In a credential's row: the user says that the registry needs none.
NO_LOGIN: Final = "no_login"
# In the same: it is the login that is kept for the session, see services/logins.py.
FROM_SESSION: Final = "from_session"
# In the same: the number of the team's saved credential that counts instead of what is typed; see
# services/saved_logins.py. What it says is joined in, never stored here.
SAVED: Final = "saved"
# What `eip` says where the group is to have an Elastic IP; see domain/group.py.
EIP_CREATE: Final = "create"
EIP_EXISTING: Final = "existing"


class Data(TypedDict):
    """A whole draft. `shown_errors` lists the steps whose errors are to be shown: those that were left once.

    `pins` maps a registry host in lower case to the SHA-256 fingerprint of the certificate that its user has taken.
    `checks` is what registries have said about the images; it is joined in, never stored here: see access/answers.py.
    `told` is what the cloud said about images that it could not pull, by their addresses: a draft that is to mend a
    group begins with it.
    `saved_by` is a mark of the page that saved last, so that a page is not taken for another tab of itself.
    `given_name` is the name that the group was given by itself: see draft/naming.py. `quantity` is how many groups
    are to be made, as typed: see draft/quantity.py. `taken` is what was taken out of a text in an Image field, by the
    container's key: see forms/pasted.py. `wiped` lists secrets that its order had: see draft/wiped.py.
    `removed` is the container that was removed last, for as long as it can be put back: see views/removed.py.
    `origin` is where the link came from that it was begun with: see web/origins.py.
    `from_link` are the controls that a link filled in, until the page is saved: see draft/links.py.
    `last_time` is what its owner's last order chose of network and size: see services/last_time.py. `template` is what
    the draft's template says; like `checks` it is joined in, never stored here: see draft/template.py.
    """

    shape: int
    spec: Fields
    page: Fields
    shown_errors: list[str]
    next_key: int
    pins: NotRequired[dict[str, str]]
    checks: NotRequired[dict[str, Any]]
    told: NotRequired[dict[str, str]]
    saved_by: NotRequired[str]
    given_name: NotRequired[str]
    quantity: NotRequired[str]
    taken: NotRequired[dict[str, dict[str, Any]]]
    wiped: NotRequired[list[str]]
    removed: NotRequired[Fields]
    last_time: NotRequired[Fields]
    origin: NotRequired[dict[str, str]]
    from_link: NotRequired[list[str]]
    template: NotRequired[dict[str, Any]]


def empty_data() -> dict[str, Any]:
    """Return the data of a draft into which nothing was typed yet; what its fields begin with is declared."""
    return {"shape": SHAPE, "spec": {}, "page": {}, "shown_errors": [], "next_key": 1}


def as_data(value: dict[str, Any]) -> Data:
    """Return untyped JSON under its type."""
    return cast(Data, value)


def new_key(data: Data, letter: str) -> str:
    """Return a key such as `c7` that no row of this draft has had; counts the draft's keys up."""
    number = data["next_key"]
    data["next_key"] = number + 1
    return f"{letter}{number}"


def rows_of(record: Fields, name: str) -> list[Fields]:
    """Return the rows of a list to be changed; it is made where there is none yet."""
    rows: list[Fields] = record.setdefault(name, [])
    return rows


def find_row(rows: list[Fields], key: str) -> Fields | None:
    """Return the row with this key."""
    return next((row for row in rows if row["_key"] == key), None)


def record_of(record: Fields, name: str) -> Fields:
    """Return a record in a record, an empty one where nothing was typed."""
    below: Fields = record.get(name) or {}
    return below


def containers_of(data: Data) -> list[Fields]:
    """Return every container as the pages list them: init containers first."""
    return [container for name in CONTAINER_LISTS for container in data["spec"].get(name, [])]


def list_of(data: Data, key: str) -> str:
    """Return the name of the list that holds the container with this key; "" where none does."""
    return next((name for name in CONTAINER_LISTS if find_row(data["spec"].get(name, []), key) is not None), "")


def is_init(data: Data, key: str) -> bool:
    """Tell whether the container with this key is an init container."""
    return list_of(data, key) == INIT_CONTAINERS


def find_container(data: Data, key: str) -> Fields | None:
    """Return the container or init container with this key."""
    return find_row(containers_of(data), key)


def volumes_of(data: Data) -> list[Fields]:
    """Return the volumes of the group."""
    volumes: list[Fields] = data["spec"].get("volumes", [])
    return volumes


def credential_of(data: Data, host: str) -> Fields:
    """Return what was typed for a registry host; an empty record where nothing was."""
    return find_row(data["spec"].get(CREDENTIALS, []), host) or {}


def credential_row(data: Data, host: str) -> Fields:
    """Return the credential of a registry host, which is made where there is none yet."""
    rows = rows_of(data["spec"], CREDENTIALS)
    row = find_row(rows, host)
    if row is None:
        row = {"_key": host}
        rows.append(row)
    return row


def typed_rows(data: Data, name: str) -> list[Fields]:
    """Return the rows of the group into which anything was typed; the others are not sent."""
    return [row for row in data["spec"].get(name, []) if any(row[word] for word in row if word != "_key")]


def _all_rows(record: Fields) -> Iterator[Fields]:
    for name, value in record.items():
        if isinstance(value, dict):
            yield from _all_rows(value)
        elif isinstance(value, list):
            for item in value:
                if isinstance(item, dict):
                    if name not in (*CONTAINER_LISTS, CREDENTIALS):
                        yield item
                    yield from _all_rows(item)


def count_rows(data: Data) -> int:
    """Return the number of rows in the whole draft: volumes, their files, variables, ports, mounts, tags, instances."""
    return sum(1 for _row in _all_rows(data["spec"]))


def is_empty(data: Data) -> bool:
    """Tell whether nothing is in the draft but what its first page begins with."""
    typed = ("image", "commands", "args", "environment_vars_paste")
    cards = containers_of(data)
    is_typed = any(str(card.get(name) or "").strip() for card in cards for name in typed)
    return not (is_typed or count_rows(data) or data["spec"].get(CREDENTIALS) or len(cards) > 1)


def credential_name(host: str) -> str:
    """Return the vault's name of the password for a registry host."""
    return f"credential/{host}"


def saved_name(host: str) -> str:
    """Return what the password of a saved credential is called among a draft's secrets; the vault never has it."""
    return f"saved/{host}"


def credential_prefix(host: str) -> str:
    """Return what the names of the controls of a host's credential begin with. It names the host, so that a password
    that is posted can never be taken for another host's."""
    return f"{CREDENTIALS}-{host}"


def env_name(container_key: str, row_key: str) -> str:
    """Return the vault's name of the secret value of one environment variable."""
    return f"env/{container_key}/{row_key}"


def config_file_name(volume_key: str, file_key: str) -> str:
    """Return the vault's name of the content of a config file."""
    return f"volume/{volume_key}/file/{file_key}"


def paste_name(container_key: str) -> str:
    """Return the vault's name of pasted lines that found no room among the container's variables."""
    return f"paste/{container_key}"


def ak_secret_name(volume_key: str) -> str:
    """Return the vault's name of the access key secret of an OSS volume."""
    return f"volume/{volume_key}/ak_secret"
