"""Reading answers. ``parsed`` bounds and cleans them; the readers take JSON that may lack anything: what is absent or
of another type becomes an empty value.

The vendor's documentation and its answers do not always agree, and one odd field must not take a page down. An answer
is text of somebody else: whatever of it is stored or shown has passed ``parsed``.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from itertools import islice
from typing import Any, Final

from consoleapp.gateways.errors import Unavailable

Json = Mapping[str, Any]

# Characters. Events and error messages are sentences; a log is asked for in at most 1 MiB.
LONGEST_TEXT: Final = 16 * 1024
LONGEST_LOG: Final = 1024 * 1024
# The longest list that a call asks for is a page of 100; the lists of types and zones have some hundreds.
LONGEST_LIST: Final = 2_000
# Lists and objects inside each other; the deepest documented answer has nine.
DEEPEST: Final = 32
# Numbers, texts, lists and objects in all: a page of 20 groups with 20 containers each has less than a tenth.
MOST_VALUES: Final = 200_000
# A 64-bit number has at most 19 and a sign.
LONGEST_NUMBER: Final = 20
# What is counted or stored: sizes, prices, counts.
_DIGITS_AT_MOST = 18
_LONGEST_FRACTION = 64
# NUL, which PostgreSQL does not store, and halves of surrogate pairs, which no UTF-8 can say.
_unstorable = re.compile("[\0\ud800-\udfff]")
_REPLACEMENT = "\N{REPLACEMENT CHARACTER}"
_is_plain_id = re.compile(r"[A-Za-z0-9._-]{1,64}").fullmatch


def parsed(body: bytes) -> Json | None:
    """Return the JSON object in the body, bounded and fit to be stored, fractions as ``Decimal``; None without one.

    Long texts and lists are cut, characters that no database takes are replaced. A number beyond all bounds, a depth or
    a mass that no answer has, makes the whole unusable.
    """
    try:
        found = json.loads(body, parse_float=_fraction, parse_int=_whole, parse_constant=_refused)
        return _Cleaning().cleaned(found) if isinstance(found, dict) else None
    except (ValueError, ArithmeticError, RecursionError):
        return None


def _whole(digits: str) -> int:
    if len(digits) > LONGEST_NUMBER:
        raise ValueError("the number has too many digits")
    return int(digits)


def _fraction(digits: str) -> Decimal:
    value = Decimal(digits) if len(digits) <= _LONGEST_FRACTION else None
    if value is None or abs(value.adjusted()) > LONGEST_NUMBER:
        raise ValueError("the number is out of all bounds")
    return value


def _refused(constant: str) -> None:
    raise ValueError(f"{constant} is no number")


class _Cleaning:
    """One pass through one answer; counts its values."""

    def __init__(self) -> None:
        self._values = 0

    def cleaned(self, value: Any, name: str = "", depth: int = 0) -> Any:
        """Return the value with everything below it. Raise ValueError for more than there can be."""
        self._values += 1
        if self._values > MOST_VALUES or depth > DEEPEST:
            raise ValueError("the answer is too deep or holds too much")
        if isinstance(value, str):
            return _storable(value[: LONGEST_LOG if name == "Content" else LONGEST_TEXT])
        if isinstance(value, list):
            return [self.cleaned(item, name, depth + 1) for item in value[:LONGEST_LIST]]
        if isinstance(value, dict):
            items = islice(value.items(), LONGEST_LIST)
            return {_storable(key[:LONGEST_TEXT]): self.cleaned(item, key, depth + 1) for key, item in items}
        return value


def _storable(value: str) -> str:
    return _unstorable.sub(_REPLACEMENT, value)


def text(source: Json, name: str) -> str:
    value = source.get(name)
    return value if isinstance(value, str) else "" if value is None else str(value)


def plain_id(value: object) -> str:
    """Return an id that may stand in a log line, a column and an address; "" for everything else."""
    return value if isinstance(value, str) and _is_plain_id(value) else ""


def integer(source: Json, name: str, default: int = 0) -> int:
    """Return the number, also from the strings in which some counts arrive ("TotalCount": "12")."""
    try:
        value = int(source.get(name, default))
    except (TypeError, ValueError, OverflowError):
        return default
    return value if abs(value) < 10**_DIGITS_AT_MOST else default


def decimal(source: Json, name: str) -> Decimal | None:
    """Return the number without an exponent and without trailing zeros, so that 2.0 reads as 2."""
    try:
        value = Decimal(str(source.get(name)))
    except InvalidOperation:
        return None
    if not value.is_finite() or abs(value.adjusted()) > _DIGITS_AT_MOST:
        return None
    return Decimal(int(value)) if value == value.to_integral_value() else value.normalize()


def flag(source: Json, name: str) -> bool:
    return source.get(name) is True


def mapping(source: Json, *path: str) -> Json:
    """Return the object at the end of the path, {} where there is none."""
    found: object = source
    for name in path:
        found = found.get(name) if isinstance(found, dict) else None
    return found if isinstance(found, dict) else {}


def objects(source: Json, *path: str) -> list[Json]:
    """Return the list of objects at the end of the path; products of the older style wrap it: ``Vpcs.Vpc``."""
    found = mapping(source, *path[:-1]).get(path[-1])
    return [item for item in found if isinstance(item, dict)] if isinstance(found, list) else []


def told_objects(source: Json, *path: str) -> list[Json]:
    """Do as ``objects`` does, for a list whose absence must not be taken for "there is none".

    Raise ``Unavailable`` where the answer neither has the list nor counts nothing.
    """
    found = mapping(source, *path[:-1]).get(path[-1])
    if not isinstance(found, list) and text(source, "TotalCount") != "0":
        raise Unavailable(f"The cloud answered without {path[0]}.", request_id=text(source, "RequestId"))
    return objects(source, *path)


def texts(source: Json, *path: str) -> tuple[str, ...]:
    found = mapping(source, *path[:-1]).get(path[-1])
    return tuple(item for item in found if isinstance(item, str)) if isinstance(found, list) else ()


def moment(source: Json, name: str) -> datetime | None:
    """Read an ISO 8601 text, or milliseconds since 1970 as a number or its text; always aware, in UTC."""
    value = source.get(name)
    try:
        if type(value) is int or (isinstance(value, str) and value.isascii() and value.isdigit()):
            return datetime.fromtimestamp(int(value) / 1000, UTC)
        found = datetime.fromisoformat(value) if isinstance(value, str) else None
        if found is None:
            return None
        return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)
    except (ValueError, OverflowError, OSError):
        return None


def any_case(source: Json) -> dict[str, Any]:
    """Return the object with all its names in lower case: the documentation shows events with either."""
    return {name.lower(): value for name, value in source.items()}
