"""Rows of a container card that can be added and removed: environment variables, ports, volume mounts.

They are plain inputs in a template (wizard/_rows_<kind>.html), not Django forms: a card may have hundreds of them. What
a row means is decided in mapping/containers.py.
"""

import re
from collections.abc import Collection
from dataclasses import dataclass

from django.http import QueryDict

from consoleapp.domain.limits import ENVIRONMENT_VARS_MAX
from consoleapp.domain.secret import Secret
from consoleapp.wizard.forms.stored import clean_text
from consoleapp.wizard.shape import ContainerData, Data, Fields, Row, env_name, new_key


@dataclass(frozen=True)
class RowKind:
    """What a row of this kind consists of."""

    texts: tuple[str, ...]
    flags: tuple[str, ...] = ()
    defaults: tuple[tuple[str, str], ...] = ()


ROW_KINDS = {
    "env": RowKind(("name", "value", "source"), ("secret",), (("source", "value"),)),
    "ports": RowKind(("port", "protocol"), (), (("protocol", "TCP"),)),
    "mounts": RowKind(("volume", "mount_path", "sub_path", "propagation"), ("read_only",)),
}

_SECRET_WORDS = re.compile(r"PASSW(OR)?D|SECRET|TOKEN|CREDENTIAL|PRIVATE|API_?KEY|ACCESS_?KEY", re.IGNORECASE)
_ENV_LINE = re.compile(r"(?:export\s+)?([A-Za-z_][A-Za-z0-9_]{0,127})\s*=(.*)", re.DOTALL)


def collect_rows(
    post: QueryDict,
    container: ContainerData,
    secrets: dict[str, Secret],
    forgotten: set[str],
    *,
    stored: Collection[str] = (),
) -> None:
    """Takes the rows that are in the page into the container; a secret value goes to the secrets, never to the data.

    `stored` names the secrets that are in the vault.
    """
    for kind, parts in ROW_KINDS.items():
        for row in container["rows"].get(kind, []):
            prefix = f"{container['key']}-{kind}-{row['key']}"
            if f"{prefix}-{parts.texts[0]}" not in post:
                continue
            fields = row["fields"]
            for name in parts.texts:
                if f"{prefix}-{name}" in post:
                    fields[name] = clean_text(post[f"{prefix}-{name}"])
            for name in parts.flags:
                fields[name] = f"{prefix}-{name}" in post
            if kind == "env":
                _part_secret(container["key"], row, secrets, forgotten, stored)


def _part_secret(
    container_key: str, row: Row, secrets: dict[str, Secret], forgotten: set[str], stored: Collection[str]
) -> None:
    """Moves the value of a secret variable out of the row; an empty one keeps what is stored.

    A secret is never shown again: one that shall be secret no more is kept, marked `retype`, until its value is typed.
    """
    fields, name = row["fields"], env_name(container_key, row["key"])
    typed = str(fields.get("value") or "")
    fields.pop("retype", None)
    if not fields.get("secret"):
        if name in stored and not typed:
            fields["retype"] = True
        else:
            forgotten.add(name)
        return
    fields["value"] = ""
    if typed:
        secrets[name] = Secret(typed)


def add_row(data: Data, container: ContainerData, kind: str) -> Row:
    """A new row at the end; raises KeyError for a kind that no card has."""
    parts = ROW_KINDS[kind]
    rows = container["rows"].setdefault(kind, [])
    row: Row = {"key": new_key(data, "r"), "fields": dict(parts.defaults)}
    rows.append(row)
    return row


def remove_row(container: ContainerData, kind: str, key: str, forgotten: set[str]) -> None:
    """Takes the row out; its secret is to be forgotten."""
    rows = container["rows"].get(kind, [])
    container["rows"][kind] = [row for row in rows if row["key"] != key]
    forgotten.add(env_name(container["key"], key))


def paste_env(data: Data, container: ContainerData, text: str, secrets: dict[str, Secret]) -> str:
    """Turns the lines of a .env file into rows; gives back the lines that could not be read.

    A name that is there already gets the new value. Names that sound secret become secret rows.
    """
    left: list[str] = []
    rows = container["rows"].setdefault("env", [])
    for line in text.replace("\r\n", "\n").split("\n"):
        stripped = line.strip()
        if not stripped or stripped.startswith("#"):
            continue
        found = _ENV_LINE.fullmatch(stripped)
        if not found:
            left.append(line)
            continue
        name, value = found[1], _unquoted(found[2].strip())
        row = next((each for each in rows if each["fields"].get("name") == name), None)
        if row is None:
            if len(rows) >= ENVIRONMENT_VARS_MAX:
                left.append(line)
                continue
            row = add_row(data, container, "env")
        _fill(container["key"], row, name, value, secrets)
    return "\n".join(left)


def without_secrets(text: str) -> str:
    """The lines of a .env file without the values of those that would become secret rows."""
    lines = []
    for line in text.replace("\r\n", "\n").split("\n"):
        found = _ENV_LINE.fullmatch(line.strip())
        lines.append(f"{found[1]}=" if found and _SECRET_WORDS.search(found[1]) else line)
    return "\n".join(lines)


def _fill(container_key: str, row: Row, name: str, value: str, secrets: dict[str, Secret]) -> None:
    is_secret = bool(row["fields"].get("secret")) or bool(_SECRET_WORDS.search(name))
    fields: Fields = {"name": name, "value": "" if is_secret else value, "source": "value", "secret": is_secret}
    row["fields"] = fields
    if is_secret and value:
        secrets[env_name(container_key, row["key"])] = Secret(value)


def _unquoted(value: str) -> str:
    if len(value) >= 2 and value[0] == value[-1] and value[0] in "\"'":
        return value[1:-1]
    return value.split(" #", 1)[0].rstrip()
