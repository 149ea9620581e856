"""Rows of a container card that can be added and removed: environment variables, ports, volume mounts.

They are plain inputs in a template (wizard/_rows_<kind>.html), not Django forms: a card may have hundreds of them. What
a row means is declared in domain/container.py.
"""

import re
from collections.abc import Collection
from dataclasses import dataclass

from django.http import QueryDict

from consoleapp.domain.limits import ENVIRONMENT_VARS_MAX
from consoleapp.domain.secret import Secret
from consoleapp.wizard.forms.stored import clean_text
from consoleapp.wizard.shape import ContainerData, Data, Row, env_name, new_key


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
# NAME=value as in a .env file, or NAME: value as in YAML.
_ENV_LINE = re.compile(r"(?:export\s+)?([A-Za-z_][A-Za-z0-9_]{0,127})\s*(?:=|:\s)(.*)", re.DOTALL)
# The same with a name that no variable can have.
_ALMOST = re.compile(r"(?:export\s+)?([A-Za-z_][A-Za-z0-9_.-]{0,63})\s*(?:=|:\s)\s*(\S.*)", re.DOTALL)


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
    """Turn the lines of a .env file into rows and return the lines that found no room.

    A name that is there already gets the new value. Values of names that sound secret, and every line that cannot be
    read, go to the secrets: such a line becomes a row whose name is marked as wrong.
    """
    left: list[str] = []
    rows = container["rows"].setdefault("env", [])
    for number, line in enumerate(text.replace("\r\n", "\n").split("\n"), start=1):
        stripped = line.strip()
        if not stripped or stripped.startswith("#"):
            continue
        name, value, is_secret = _read_line(stripped, number)
        row = next((each for each in rows if each["fields"].get("name") == name), None)
        if row is None:
            if len(rows) >= ENVIRONMENT_VARS_MAX:
                left.append(line)
                continue
            row = add_row(data, container, "env")
        _fill(container["key"], row, name, value, secrets, is_secret=is_secret)
    return "\n".join(left)


def without_secrets(text: str) -> str:
    """Return the lines of a .env file without the values of those that would become secret rows."""
    lines = []
    for number, line in enumerate(text.replace("\r\n", "\n").split("\n"), start=1):
        name, _value, is_secret = _read_line(line.strip(), number)
        lines.append(f"{name}=" if is_secret and line.strip() else line)
    return "\n".join(lines)


def _read_line(line: str, number: int) -> tuple[str, str, bool]:
    """Return name, value, and whether the value is a secret for what anybody knows."""
    if found := _ENV_LINE.fullmatch(line):
        return found[1], _unquoted(found[2].strip()), bool(_SECRET_WORDS.search(found[1]))
    if found := _ALMOST.fullmatch(line):
        return found[1], _unquoted(found[2].strip()), True
    # Nobody can tell which part of it is a secret. The name is none, so that it is marked and cannot be ordered.
    return f"line {number}", line, True


def _fill(container_key: str, row: Row, name: str, value: str, secrets: dict[str, Secret], *, is_secret: bool) -> None:
    is_secret = is_secret or bool(row["fields"].get("secret"))
    row["fields"] = {"name": name, "value": "" if is_secret else value, "source": "value", "secret": is_secret}
    if is_secret and value:
        secrets[env_name(container_key, row["key"])] = Secret(value)


def _unquoted(value: str) -> str:
    if len(value) >= 2 and value[0] == value[-1] and value[0] in "\"'":
        return value[1:-1]
    return value.split(" #", 1)[0].rstrip()
