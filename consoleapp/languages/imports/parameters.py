"""The raw parameters of CreateContainerGroup: a JSON object, lines of keys and values, or a query string.

In JSON the keys stand as on the wire (`"Container.1.Name"`), as our own export writes them, or as objects and lists
inside each other, as the SDKs and the vendor's OpenAPI pages print them.
"""

import json
import re
from collections.abc import Collection, Iterator
from typing import Any, Final
from urllib.parse import parse_qsl

from consoleapp.domain import wire
from consoleapp.domain.errors import _
from consoleapp.languages.imports.given import CREATE, GIVEN_MAX, UPDATE, Given, Notes, add, read_group, shown
from consoleapp.languages.imports.imported import Imported, NotReadable, refuse_large

DEPTH_MAX: Final = 32  # [ours]
# Keys that no other kind of text has: one of them is enough.
_KNOWN: Final = (
    r"(?:RegionId|ContainerGroupName|VSwitchId|SecurityGroupId|(?:Init)?Container|Volume"
    r"|(?:(?:Init)?Container|Volume|ImageRegistryCredential|Tag)\.[0-9]{1,3}\.[A-Z][A-Za-z0-9.]{0,80})"
)
_ACTIONS: Final = rf"(?:{CREATE}|{UPDATE})"
_OF_JSON: Final = re.compile(rf'"{_KNOWN}"[ \t\r\n]{{0,20}}:|"Action"[ \t]{{0,20}}:[ \t]{{0,20}}"{_ACTIONS}"')
_OF_LINES: Final = re.compile(
    rf"^(?:{_KNOWN}[ \t]{{0,20}}[=:]|{_KNOWN}[ \t]{{2,200}}[^ \t\r\n{{]|Action[ \t:=]{{1,80}}{_ACTIONS})", re.MULTILINE
)
_OF_QUERY: Final = re.compile(rf"(?:^|[?&]){_KNOWN}=|(?:^|[?&])Action={_ACTIONS}(?:&|$)")
# `Key=Value`, `Key: Value`, or the columns that our pages copy.
_LINE: Final = re.compile(r"([A-Za-z][A-Za-z0-9.]{0,127})(?:[ \t]*=|[ \t]*:|(?P<gap>[ \t]{2,}|\t|$))(.*)")
# The only parameters whose text is a JSON object, and those with commas.
_OBJECTS: Final = re.compile(r"Volume\.[0-9]+\.FlexVolume\.Options")
_COMMAS: Final = frozenset({"VSwitchId", "PlainHttpRegistry", "InsecureRegistry"})


def recognizes(text: str) -> bool:
    """Tell whether the text looks like parameters."""
    start = text.lstrip("\ufeff \t\r\n")
    if start.startswith("{"):
        return _OF_JSON.search(start) is not None
    return _is_query(start) or _OF_LINES.search(start) is not None


def read(text: str, chosen: Collection[str] | None = None) -> Imported:
    """Return the container group that the parameters ask for. Raise NotReadable and nothing else."""
    refuse_large(text)
    start, notes, found = text.lstrip("\ufeff \t\r\n"), Notes(), dict[str, Given]()
    if start.startswith("{"):
        pairs = _of_json(start)
    elif _is_query(start):
        pairs = _of_query(start)
    else:
        pairs = _of_lines(text.lstrip("\ufeff"), notes)
    for key, given in pairs:
        add(found, key, given)
    _check_action(found.pop("Action", None), notes)
    found.pop("Version", None)
    if not any(wire.field_path(key) is not None for key in found if len(key) < len(text)):
        raise NotReadable(_("There is no parameter of CreateContainerGroup in it."))
    spec = read_group(found, notes)
    return Imported(spec, tuple(notes.changed), tuple(notes.left_out))


def _check_action(action: Given | None, notes: Notes) -> None:
    if action is None or action.value == CREATE:
        return
    if action.value != UPDATE:
        says = _("This is a call of {action}; only {known} can be read.")
        raise NotReadable(says, action.line, action=shown(action.value), known=f"{CREATE}, {UPDATE}")
    tell_of_update(notes, action.line)


def tell_of_update(notes: Notes, line: int | None) -> None:
    """Say what it means that the text is a change."""
    notes.change(
        UPDATE, _("It changes a group that exists and names only what changes. Here it makes a new one."), line
    )


# --- JSON


def _of_json(text: str) -> Iterator[tuple[str, Given]]:
    try:
        found = json.loads(text, object_pairs_hook=_Pairs, parse_int=str, parse_float=str, parse_constant=str)
    except json.JSONDecodeError as error:
        raise NotReadable(_("This is not JSON."), error.lineno) from error
    except RecursionError as error:
        raise NotReadable(_("It is nested more than {limit} deep."), limit=DEPTH_MAX) from error
    return _flat(found, "", 0)


class _Pairs(list[tuple[str, Any]]):
    """The entries of an object; a key may stand twice in it."""


def _flat(value: Any, key: str, depth: int) -> Iterator[tuple[str, Given]]:
    """Yield the parameters of a value; a list counts from 1, nothing is not given."""
    if depth > DEPTH_MAX:
        raise NotReadable(_("It is nested more than {limit} deep."), limit=DEPTH_MAX)
    if isinstance(value, _Pairs) and not _OBJECTS.fullmatch(key):
        for name, below in value:
            yield from _flat(below, f"{key}.{name}" if key else name, depth + 1)
    elif isinstance(value, _Pairs):
        yield key, Given(json.dumps(dict(value), ensure_ascii=False))
    elif isinstance(value, list) and key in _COMMAS and all(isinstance(each, str) for each in value):
        yield key, Given(",".join(value))
    elif isinstance(value, list):
        for number, below in enumerate(value, 1):
            yield from _flat(below, f"{key}.{number}", depth + 1)
    elif isinstance(value, bool):
        yield key, Given("true" if value else "false")
    elif value is not None:
        yield key, Given(str(value))


# --- a query


def _is_query(text: str) -> bool:
    """Tell whether it is the query of an address, or one alone."""
    line = text.rstrip()
    return "=" in line and not re.search(r"[\r\n]", line) and _OF_QUERY.search(line) is not None


def _of_query(text: str) -> Iterator[tuple[str, Given]]:
    line = text.strip()
    query = line.partition("?")[2] if re.match(r"(?:https?://[^?]*)?\?", line) else line
    try:
        pairs = parse_qsl(query.partition("#")[0], keep_blank_values=True, max_num_fields=GIVEN_MAX)
    except ValueError as error:
        raise NotReadable(_("It has more than {limit} parameters."), limit=GIVEN_MAX) from error
    return ((key, Given(value)) for key, value in pairs)


# --- lines


def _of_lines(text: str, notes: Notes) -> Iterator[tuple[str, Given]]:
    for number, line in enumerate(text.split("\n"), 1):
        plain = line.strip()
        if not plain or plain.startswith("#"):
            continue
        match = _LINE.fullmatch(plain)
        if match is None:
            # Not shown: it may be the second line of a secret.
            notes.leave("…", _("This line is no parameter."), number)
            continue
        key, value = match[1], match[3].strip()
        if match["gap"]:
            value = _with_breaks(key, value, number, notes)
        yield key, Given(value, line=number)


def _with_breaks(key: str, value: str, line: int, notes: Notes) -> str:
    """Return a copied value with its line breaks, which our pages write as `\\n`, and a backslash as two."""
    if "\\n" not in value or re.search(r"\\(?![\\n])", value.replace("\\\\", "")):
        return value
    notes.change(key, _("Each \\n in it was read as a line break."), line)
    return re.sub(r"\\([\\n])", lambda match: "\n" if match[1] == "n" else "\\", value)
