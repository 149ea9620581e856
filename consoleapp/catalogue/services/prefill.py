"""What a link fills in: values of the fields that a template asks for, by the names of their controls or short ones.

It is the one place that reads such an address. Nothing is stored; secrets, locked and unknown names are left out.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Final

from consoleapp.catalogue.services.lines import Line
from consoleapp.wizard.draft.paths import at_path
from consoleapp.wizard.shape import Data

VALUE_MAX: Final = 300
NAME_SHOWN: Final = 60
# What else an address of the console may say.
RESERVED: Final = frozenset({"team", "return_to", "state", "external_ref", "open", "at"})


def names_of(lines: Sequence[Line]) -> dict[str, Line]:
    """Return the fields that a link may fill in, by all their names: that of the control, and a short one that no other
    field has: the variable's, or the last word of the path."""
    open_lines = [line for line in lines if not line.is_secret]
    short = {line.key: line.label if line.path[-1] == "value" else line.path[-1] for line in open_lines}
    count = Counter(short.values())
    named = {line.control: line for line in open_lines}
    return {**{short[line.key]: line for line in open_lines if count[short[line.key]] == 1}, **named}


def short_name(line: Line, lines: Sequence[Line]) -> str:
    """Return the shortest name of a field in a link."""
    return min((name for name, known in names_of(lines).items() if known is line), key=len, default=line.control)


def fill(data: Data, query: Mapping[str, str], lines: Sequence[Line]) -> list[str]:
    """Put what the address says into the data of a new draft; return the names that it left out."""
    named, ignored = names_of(lines), []
    for name, value in query.items():
        if name in RESERVED:
            continue
        line = named.get(name)
        if line is None:
            ignored.append(name[:NAME_SHOWN])
        else:
            _put(data, line, str(value).replace("\x00", "").strip()[:VALUE_MAX])
    return ignored


def _put(data: Data, line: Line, text: str) -> None:
    if line.path[0] == "quantity":
        data["quantity"] = text
    elif line.path[0] == "vpc_id":
        data["page"]["vpc_id"] = text
    else:
        row = at_path(data["spec"], line.path[:-1])
        if not isinstance(row, dict):
            return
        before = row.get(line.path[-1])
        if isinstance(before, bool):
            row[line.path[-1]] = text.lower() in ("1", "true", "on", "yes")
        elif isinstance(before, list):
            row[line.path[-1]] = [each for each in text.split(",") if each]
        else:
            row[line.path[-1]] = text
