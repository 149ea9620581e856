"""Reading parsed JSON that may lack anything: what is absent or of another type becomes an empty value.

The vendor's documentation and its answers do not always agree, and one odd field must not take a page down.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from consoleapp.gateways.errors import Unavailable

Json = Mapping[str, Any]

_DIGITS_AT_MOST = 18
_is_plain_id = re.compile(r"[A-Za-z0-9._-]{1,64}").fullmatch


def parsed(body: bytes) -> Json | None:
    """The JSON object in the body, its fractions as ``Decimal``; None when there is none."""
    try:
        found = json.loads(body, parse_float=Decimal)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


def text(source: Json, name: str) -> str:
    value = source.get(name)
    return value if isinstance(value, str) else "" if value is None else str(value)


def plain_id(value: object) -> str:
    """An id that may stand in a log line, a column and an address; "" for everything else."""
    return value if isinstance(value, str) and _is_plain_id(value) else ""


def integer(source: Json, name: str, default: int = 0) -> int:
    """Also from the strings in which some counts arrive ("TotalCount": "12")."""
    try:
        return int(source.get(name, default))
    except (TypeError, ValueError, OverflowError):
        return default


def decimal(source: Json, name: str) -> Decimal | None:
    """Without an exponent and without trailing zeros, so that 2.0 reads as 2."""
    try:
        value = Decimal(str(source.get(name)))
    except InvalidOperation:
        return None
    if not value.is_finite() or value.adjusted() > _DIGITS_AT_MOST:
        return None
    return Decimal(int(value)) if value == value.to_integral_value() else value.normalize()


def flag(source: Json, name: str) -> bool:
    return source.get(name) is True


def mapping(source: Json, *path: str) -> Json:
    """The object at the end of the path, {} where there is none."""
    found: object = source
    for name in path:
        found = found.get(name) if isinstance(found, dict) else None
    return found if isinstance(found, dict) else {}


def objects(source: Json, *path: str) -> list[Json]:
    """The list of objects at the end of the path; products of the older style wrap it: ``Vpcs.Vpc``."""
    found = mapping(source, *path[:-1]).get(path[-1])
    return [item for item in found if isinstance(item, dict)] if isinstance(found, list) else []


def told_objects(source: Json, *path: str) -> list[Json]:
    """Like ``objects``, for a list whose absence must not be taken for "there is none".

    Raises ``Unavailable`` where the answer neither has the list nor counts nothing.
    """
    found = mapping(source, *path[:-1]).get(path[-1])
    if not isinstance(found, list) and text(source, "TotalCount") != "0":
        raise Unavailable(f"The cloud answered without {path[0]}.", request_id=text(source, "RequestId"))
    return objects(source, *path)


def texts(source: Json, *path: str) -> tuple[str, ...]:
    found = mapping(source, *path[:-1]).get(path[-1])
    return tuple(item for item in found if isinstance(item, str)) if isinstance(found, list) else ()


def moment(source: Json, name: str) -> datetime | None:
    """An ISO 8601 text, or milliseconds since 1970 as a number or its text; always aware, in UTC."""
    value = source.get(name)
    try:
        if type(value) is int or (isinstance(value, str) and value.isascii() and value.isdigit()):
            return datetime.fromtimestamp(int(value) / 1000, UTC)
        found = datetime.fromisoformat(value) if isinstance(value, str) else None
    except (ValueError, OverflowError, OSError):
        return None
    if found is None:
        return None
    return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)


def any_case(source: Json) -> dict[str, Any]:
    """The object with all its names in lower case: the documentation shows events with either."""
    return {name.lower(): value for name, value in source.items()}
