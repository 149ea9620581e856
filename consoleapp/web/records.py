"""Frozen dataclasses as JSON takes them, and back: for what is kept of an answer until it is shown again."""

import dataclasses
import typing
from collections.abc import Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from types import NoneType, UnionType
from typing import Any


def plain(value: Any) -> Any:
    """Return a record, or any of its values, as JSON takes it."""
    if dataclasses.is_dataclass(value):
        return {field.name: plain(getattr(value, field.name)) for field in dataclasses.fields(value)}
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, timedelta):
        return value.total_seconds()
    if isinstance(value, Decimal):
        return str(value)
    return [plain(item) for item in value] if isinstance(value, tuple) else value


def made(kind: type, told: Mapping[str, Any]) -> Any:
    """Return the record of this kind; what it has learnt since it was stored, it has by its default.

    Raise KeyError, TypeError or ValueError for what is no such record.
    """
    hints = typing.get_type_hints(kind)
    known = [field for field in dataclasses.fields(kind) if field.name in told or _is_needed(field)]
    return kind(**{field.name: _typed(hints[field.name], told[field.name]) for field in known})


def _is_needed(field: "dataclasses.Field[Any]") -> bool:
    return field.default is dataclasses.MISSING and field.default_factory is dataclasses.MISSING


def _typed(hint: Any, value: Any) -> Any:
    options = typing.get_args(hint) if isinstance(hint, UnionType) else (hint,)
    hint = options[0]
    if (value is None and NoneType in options) or dataclasses.is_dataclass(value):
        return value
    origin = typing.get_origin(hint)
    if origin is tuple:
        item = typing.get_args(hint)[0]
        return tuple(str(each) if item is str else _typed(item, each) for each in value)
    if origin is Mapping:
        return dict(value)
    if dataclasses.is_dataclass(hint):
        return made(typing.cast(type, hint), value)
    if hint is datetime:
        return datetime.fromisoformat(value)
    if hint is timedelta:
        return timedelta(seconds=value)
    if hint is Decimal:
        return Decimal(value)
    if isinstance(hint, type) and issubclass(hint, StrEnum):
        return hint(value)
    if not isinstance(value, hint):
        raise TypeError(hint)
    return value
