"""Environment variables as lines of text: the same rows as in the table (rows.py), written and read as a .env file.

What a line cannot show stays as it is: a secret, a value that the cloud fills in, a value of several lines. Such a
line has a comment in place of its value.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from django.utils.translation import gettext as _

from consoleapp.domain.secret import Secret
from consoleapp.wizard.forms.rows import VARIABLES, add_row, fill_variable, lines_of, read_line
from consoleapp.wizard.shape import Data, Fields, env_name, rows_of

# The control with the lines, and what the page keeps: which of the two views is shown, what the lines would change.
TEXT: Final = "environment_vars_text"
VIEW: Final = "environment_vars_view"
CHANGES: Final = "environment_vars_changes"


@dataclass(frozen=True)
class Change:
    """What a line would do: "+" a new variable, "~" another value, "-" one less; "!" what is odd about it."""

    sign: str
    name: str
    remark: str = ""


def as_text(container: Fields) -> str:
    """Return the variables as lines."""
    rows = (row for row in container.get(VARIABLES, []) if row.get("key") or row.get("value"))
    return "\n".join(f"{row.get('key', '')}={_shown(row)}" for row in rows)


def _shown(row: Fields) -> str:
    if row.get("value_secret"):
        return "  # " + _("secret, kept")
    if _is_hidden(row):
        return "  # " + _("not a text of one line, kept")
    value = str(row.get("value") or "")
    is_plain = value == value.strip() and " #" not in value and not value.startswith(("'", '"', "#"))
    return value if is_plain else f'"{value}"'


def _is_hidden(row: Fields) -> bool:
    """Tell whether a line cannot show the value."""
    is_text = row.get("source", "value") == "value"
    return bool(row.get("value_secret")) or not is_text or any(end in str(row.get("value") or "") for end in "\r\n")


def _read(container: Fields, text: str) -> Iterator[tuple[str, str, bool]]:
    """Yield name, value and whether it is secret, of each line that is no comment."""
    hidden = {row.get("key") for row in container.get(VARIABLES, []) if _is_hidden(row)}
    for number, line in lines_of(text):
        name, equals, value = line.partition("=")
        if equals and name.strip() in hidden and (not value.strip() or value.strip().startswith("#")):
            yield name.strip(), "", True
        else:
            yield read_line(line, number)


def take_text(data: Data, container: Fields, text: str, secrets: dict[str, Secret], forgotten: set[str]) -> None:
    """Make the variables what the lines say, in their order; those without a line go, with their secrets."""
    left: list[Fields] = list(rows_of(container, VARIABLES))
    read = list(_read(container, text))
    container[VARIABLES] = taken = []
    for name, value, is_secret in read:
        row = next((each for each in left if each.get("key") == name), None)
        if row is None:
            row = add_row(data, container, VARIABLES)
        else:
            left.remove(row)
            taken.append(row)
            if _is_hidden(row) and not value:
                continue
        fill_variable(container["_key"], row, name, value, secrets, is_secret=is_secret)
    for row in left:
        name = env_name(container["_key"], row["_key"])
        forgotten.add(name)
        secrets.pop(name, None)


def changes_of(container: Fields, text: str, *, replaces: bool) -> list[Change]:
    """Return what the lines would change: those of the text view replace the variables, pasted ones join them."""
    before: dict[str, Fields] = {str(row["key"]): row for row in container.get(VARIABLES, []) if row.get("key")}
    made: list[Change] = []
    seen: set[str] = set()
    for name, value, _is_secret in _read(container, text):
        row = before.get(name)
        if name.startswith("line "):
            made.append(Change("!", name, _("has no =")))
        elif name in seen:
            made.append(Change("!", name, _("stands more than once")))
        elif row is None:
            made.append(Change("+", name))
        elif value if _is_hidden(row) else value != row.get("value"):
            made.append(Change("~", name))
        seen.add(name)
    if replaces:
        made.extend(Change("-", name) for name in before if name not in seen)
    return made


def shown_text(container: Fields) -> dict[str, Any]:
    """Return what the page shows of the text view."""
    typed = container.get(TEXT)
    return {
        "name": f"{container['_key']}-{TEXT}",
        "is_chosen": container.get(VIEW) == "text",
        "text": as_text(container) if typed is None else typed,
        "changes": container.get(CHANGES, []),
    }
