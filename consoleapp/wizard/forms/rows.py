"""Rows of a container card that can be added and removed: environment variables, ports, volume mounts.

They are plain controls in a template (wizard/_rows.html), not Django forms: a card may have hundreds of them. What a
row consists of is declared in domain/container.py.
"""

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

from django.http import QueryDict
from django.utils.translation import gettext_lazy

from consoleapp.domain.container import Container
from consoleapp.domain.kinds import Choice, Flag, Many, MaybeSecretText, One, Whole
from consoleapp.domain.limits import ENVIRONMENT_VARS_MAX
from consoleapp.domain.schema import Field, Record, fields_of
from consoleapp.domain.secret import Secret, sounds_secret
from consoleapp.web.domain_words import Words, said_later
from consoleapp.wizard.forms import locked
from consoleapp.wizard.forms.declared import cases_of, words_of
from consoleapp.wizard.forms.stored import clean_text, secret_hint
from consoleapp.wizard.shape import Data, Fields, env_name, new_key, rows_of

VARIABLES: Final = "environment_vars"
MOUNTS: Final = "volume_mounts"
# The lists of a card that are rows.
ROWS: Final = (VARIABLES, "ports", MOUNTS)
# What is folded away until it is used.
RARE: Final = frozenset({"mount_propagation"})
Options = list[tuple[str, Words]]

# NAME=value as in a .env file, or NAME: value as in YAML.
_ENV_LINE = re.compile(r"(?:export\s+)?([A-Za-z_][A-Za-z0-9_]{0,127})\s*(?:=|:(?=\s))(.*)", re.DOTALL)
# The same with a name that no variable can have.
_ALMOST = re.compile(r"(?:export\s+)?([A-Za-z_][A-Za-z0-9_.-]{0,63})\s*(?:=|:\s)\s*(\S.*)", re.DOTALL)
# One whose value begins with a quote that is not closed on it.
_OPEN_QUOTE = re.compile(r"""\s*(?:export\s+)?[A-Za-z_][A-Za-z0-9_]{0,127}\s*=\s*(["'])(?:(?!\1).)*""")
VALUE_LINES_MAX: Final = 200


@dataclass(frozen=True)
class Cell:
    """One control of a row; `kind` is text, lines, list or box."""

    name: str
    label: Words
    kind: str
    options: tuple[tuple[str, Words], ...] = ()
    default: str = ""
    width: str = ""
    example: Words = ""
    is_number: bool = False


def _cells_of(name: str) -> tuple[Cell, ...]:
    """Return the controls of a row of this list: the fields that it is declared with, boxes to tick last."""
    kind = fields_of(Container)[name].kind
    record = kind.item.record if isinstance(kind, Many) and isinstance(kind.item, One) else Record
    cells = [_cell(record, field, declared) for field, declared in fields_of(record).items() if declared.label]
    if record.one_of is not None:
        options = tuple(cases_of(record.one_of).items())
        cells.append(
            Cell(record.one_of.name, said_later(record.one_of.label), "list", options, options[0][0], width="s")
        )
    for field, declared in fields_of(record).items():
        if isinstance(declared.kind, MaybeSecretText):
            cells.append(Cell(f"{field}_secret", gettext_lazy("Secret"), "box", width="s"))
    return tuple(sorted(cells, key=lambda cell: cell.kind == "box"))


cells_of = cache(_cells_of)


def _cell(record: type[Record], name: str, declared: Field) -> Cell:
    label, kind = said_later(declared.label), declared.kind
    if isinstance(kind, Flag):
        return Cell(name, said_later(declared.says), "box", width=declared.width)
    if isinstance(kind, Choice):
        options = tuple(words_of(record, name).items())
        return Cell(name, label, "list", options, str(declared.initial or options[0][0]), width=declared.width)
    shown = "lines" if isinstance(kind, MaybeSecretText) else "text"
    example, is_number = said_later(declared.example), isinstance(kind, Whole)
    return Cell(name, label, shown, width=declared.width, example=example, is_number=is_number)


def shown_rows(
    container: Fields,
    name: str,
    secrets: Mapping[str, Secret],
    found: Mapping[str, str],
    offered: Mapping[str, Options] | None = None,
) -> list[dict[str, Any]]:
    """Return the rows of a list as wizard/_rows.html shows them. `found` has what is wrong by control, `offered` the
    choices of fields whose list is not declared."""
    key = container["_key"]
    return [
        {
            "key": row["_key"],
            "is_kept": locked.is_kept(f"{key}-{row['_key']}"),
            "cells": [
                _shown(cell, row, f"{key}-{row['_key']}", key, secrets, found, offered or {}) for cell in cells_of(name)
            ],
        }
        for row in container.get(name, [])
    ]


def _shown(
    cell: Cell,
    row: Fields,
    prefix: str,
    container_key: str,
    secrets: Mapping[str, Secret],
    found: Mapping[str, str],
    offered: Mapping[str, Options],
) -> dict[str, Any]:
    name, value = f"{prefix}-{cell.name}", row.get(cell.name, cell.default)
    shown = {"cell": cell, "name": name, "value": value, "kind": cell.kind, "error": found.get(f"id_{name}", "")}
    shown["is_rare"] = cell.name in RARE and not value
    is_of_locked = cell.name.endswith("_secret") and locked.is_kept(prefix) and bool(value)
    shown["is_locked"] = locked.is_locked(name) or is_of_locked
    shown["note"] = "" if shown["is_locked"] else locked.note_of(name)
    options = offered.get(cell.name, cell.options)
    if options:
        shown["kind"] = "list"
        # What was chosen and is not offered stays visible.
        known = [each for each, _label in options]
        shown["options"] = [*options, *([(value, value)] if value not in known else [])]
    if cell.kind == "lines" and row.get(f"{cell.name}_secret"):
        shown |= {"kind": "secret", "value": "", "hint": secret_hint(secrets, env_name(container_key, row["_key"]))}
    return shown


def bind_rows(
    post: QueryDict,
    container: Fields,
    secrets: dict[str, Secret],
    forgotten: set[str],
    *,
    stored: Collection[str] = (),
) -> None:
    """Take the rows that are in the page into the container; a secret value goes to the secrets, never to the data.

    `stored` names the secrets that are in the vault.
    """
    for name in ROWS:
        cells = cells_of(name)
        for row in container.get(name, []):
            prefix = f"{container['_key']}-{row['_key']}"
            if f"{prefix}-{cells[0].name}" not in post:
                continue
            for cell in cells:
                posted_as = f"{prefix}-{cell.name}"
                if cell.kind == "box":
                    row[cell.name] = posted_as in post
                elif posted_as in post:
                    row[cell.name] = clean_text(post[posted_as])
            if name == VARIABLES:
                _part_secret(container["_key"], row, secrets, forgotten, stored)


def _part_secret(
    container_key: str, row: Fields, secrets: dict[str, Secret], forgotten: set[str], stored: Collection[str]
) -> None:
    """Move the value of a secret variable out of the row; an empty one keeps what is stored.

    A secret is never shown again: one that shall be secret no more is kept, marked `retype`, until its value is typed.
    """
    name, typed = env_name(container_key, row["_key"]), str(row.get("value") or "")
    row.pop("value_retype", None)
    if not row.get("value_secret"):
        if name in stored and not typed:
            row["value_retype"] = True
        else:
            forgotten.add(name)
        return
    row["value"] = ""
    if typed:
        secrets[name] = Secret(typed)


def add_row(data: Data, container: Fields, name: str) -> Fields:
    """Add a row at the end of a list of the container and return it."""
    row: Fields = {"_key": new_key(data, "r")}
    rows_of(container, name).append(row)
    return row


def first_port(container: Fields) -> str:
    """Return the first port that the container declares; "" where it declares none."""
    return next((port for row in container.get("ports", []) if (port := str(row.get("port") or ""))), "")


def remove_row(container: Fields, name: str, key: str, forgotten: set[str]) -> None:
    """Take the row out; its secret is to be forgotten."""
    container[name] = [row for row in rows_of(container, name) if row["_key"] != key]
    forgotten.add(env_name(container["_key"], key))


def paste_env(data: Data, container: Fields, text: str, secrets: dict[str, Secret]) -> str:
    """Turn the lines of a .env file into rows and return the lines that found no room.

    A name that is there already gets the new value. Values of names that sound secret, and every line that cannot be
    read, go to the secrets: such a line becomes a row whose name is marked as wrong.
    """
    left: list[str] = []
    pasted: set[str] = set()
    for number, line in lines_of(text):
        name, value, is_secret = read_line(line, number)
        # A name that is pasted twice makes two rows, which are told to be one too many: neither wins silently.
        is_new = name in pasted
        pasted.add(name)
        if not put_variable(data, container, name, value, secrets, is_secret=is_secret, is_new=is_new):
            left.append(line)
    return "\n".join(left)


def put_variable(
    data: Data,
    container: Fields,
    name: str,
    value: str,
    secrets: dict[str, Secret],
    *,
    is_secret: bool,
    is_new: bool = False,
) -> bool:
    """Give the variable of this name the value, in a row of its own where it has none or where it `is_new`; False
    where there is no room."""
    rows = rows_of(container, VARIABLES)
    row = None if is_new else next((each for each in rows if each.get("key") == name), None)
    if row is None:
        if len(rows) >= ENVIRONMENT_VARS_MAX:
            return False
        row = add_row(data, container, VARIABLES)
    fill_variable(container["_key"], row, name, value, secrets, is_secret=is_secret)
    return True


def lines_of(text: str) -> Iterator[tuple[int, str]]:
    """Yield the lines of a .env file that say anything, with their numbers; a quoted value may go on over several."""
    for number, line in _whole_lines(text):
        if (stripped := line.strip()) and not stripped.startswith("#"):
            yield number, stripped


def _whole_lines(text: str) -> Iterator[tuple[int, str]]:
    """Yield each line with those on which its quoted value goes on; a quote that is never closed joins none."""
    lines = text.replace("\r\n", "\n").split("\n")
    start = 0
    while start < len(lines):
        end = start
        if (opened := _OPEN_QUOTE.fullmatch(lines[start])) and not lines[start].lstrip().startswith("#"):
            rest = range(start + 1, min(len(lines), start + VALUE_LINES_MAX))
            end = next((at for at in rest if lines[at].rstrip().endswith(opened[1])), start)
        yield start + 1, "\n".join(lines[start : end + 1])
        start = end + 1


def without_secrets(text: str) -> str:
    """Return the lines of a .env file without the values of those that would become secret rows."""
    lines = []
    for number, line in _whole_lines(text):
        name, _value, is_secret = read_line(line.strip(), number)
        lines.append(f"{name}=" if is_secret and line.strip() else line)
    return "\n".join(lines)


def read_line(line: str, number: int) -> tuple[str, str, bool]:
    """Return name, value, and whether the value is a secret for what anybody knows."""
    if found := _ENV_LINE.fullmatch(line):
        return found[1], _unquoted(found[2]), sounds_secret(found[1])
    if found := _ALMOST.fullmatch(line):
        return found[1], _unquoted(found[2]), True
    # Nobody can tell which part of it is a secret. The name is none, so that it is marked and cannot be ordered.
    return f"line {number}", line, True


def fill_variable(
    container_key: str, row: Fields, name: str, value: str, secrets: dict[str, Secret], *, is_secret: bool
) -> None:
    is_secret = is_secret or bool(row.get("value_secret"))
    row |= {"key": name, "value": "" if is_secret else value, "source": "value", "value_secret": is_secret}
    row.pop("value_retype", None)
    if is_secret and value:
        secrets[env_name(container_key, row["_key"])] = Secret(value)


def _unquoted(text: str) -> str:
    value = text.strip()
    if len(value) >= 2 and value[0] == value[-1] and value[0] in "\"'":
        return value[1:-1]
    return text.split(" #", 1)[0].strip()
