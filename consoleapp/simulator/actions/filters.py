"""Filters of the lists of VPC and ECS: rows whose fields, truth values and tags are as the request says.

They work on the rows of the answer, so that what is filtered by is what is told.
"""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from consoleapp.simulator.call import Call
from consoleapp.simulator.errors import ApiError, missing
from consoleapp.simulator.fields import Fields

MOST_TAGS: Final = 20

Row = dict[str, Any]


def matching(
    call: Call, rows: Iterable[Row], *, same: Mapping[str, str], flags: Mapping[str, str] | None = None
) -> list[Row]:
    """Return the rows that the parameters let through.

    `same` and `flags` map the name of a parameter to the dotted path of a field of the row: the one of texts and
    numbers, the other of truth values, for which an empty list is false. A parameter that was not sent lets all
    through. Raise DryRunOperation for a request that is in order and was only to be checked.
    """
    fields = Fields(call.tree)
    texts = [(path, call.get(name)) for name, path in same.items() if call.get(name)]
    truths = [(path, fields.boolean(name)) for name, path in (flags or {}).items() if call.get(name)]
    tags = [_tag(item) for item in fields.each("Tag", MOST_TAGS)]
    if fields.boolean("DryRun"):
        raise ApiError("DryRunOperation")
    return [
        row
        for row in rows
        if all(str(_at(row, path)) == text for path, text in texts)
        and all(bool(_at(row, path)) == truth for path, truth in truths)
        and all(_bears(row, *tag) for tag in tags)
    ]


def tags_of(tags: Mapping[str, str], *, prefix: str = "") -> dict[str, Any]:
    """Return the tags as a list's answer has them; NAT gateways and security groups put `Tag` before Key and Value."""
    return {"Tag": [{f"{prefix}Key": key, f"{prefix}Value": value} for key, value in tags.items()]}


def _tag(fields: Fields) -> tuple[str, str]:
    # ECS takes the names in lower case as well.
    key = fields.text("Key") or fields.text("key")
    if not key:
        raise missing(f"{fields.path}Key")
    return key, fields.text("Value") or fields.text("value")


def _bears(row: Row, key: str, value: str) -> bool:
    # SNAT rules have no tags, and their list declares no such parameter.
    if "Tags" not in row:
        return True
    return any(key == own and value in ("", text) for own, text in (tag.values() for tag in row["Tags"]["Tag"]))


def _at(row: Row, path: str) -> Any:
    found: Any = row
    for name in path.split("."):
        found = found[name]
    return found
