"""The result of a check as JSON and back. What the parts of a result mean is in gateways/proof.py."""

import dataclasses
import typing
from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from types import UnionType
from typing import Any

from consoleapp.gateways import proof

_EVIDENCE: Mapping[str, type] = {kind.__name__: kind for kind in typing.get_args(proof.Evidence)}


def to_json(result: proof.AccessResult) -> dict[str, Any]:
    """Return the result as JSON takes it; it holds no secret, for no result does."""
    told: dict[str, Any] = _plain(result)
    told["evidence_kind"] = type(result.evidence).__name__ if result.evidence else ""
    return told


def from_json(told: Mapping[str, Any]) -> proof.AccessResult | None:
    """Return the result; None for what this version of the console cannot read."""
    try:
        kind = _EVIDENCE.get(told["evidence_kind"])
        evidence = _made(kind, told["evidence"]) if kind else None
        return typing.cast(proof.AccessResult, _made(proof.AccessResult, {**told, "evidence": evidence}))
    except (KeyError, TypeError, ValueError):
        return None


def _plain(value: Any) -> Any:
    if dataclasses.is_dataclass(value):
        return {field.name: _plain(getattr(value, field.name)) for field in dataclasses.fields(value)}
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, timedelta):
        return value.total_seconds()
    return list(value) if isinstance(value, tuple) else value


def _made(kind: type, told: Mapping[str, Any]) -> Any:
    """Return a record; what it has learnt since it was stored, it has by its default."""
    hints = typing.get_type_hints(kind)
    known = [field for field in dataclasses.fields(kind) if field.name in told or _is_needed(field)]
    return kind(**{field.name: _typed(hints[field.name], told[field.name]) for field in known})


def _is_needed(field: "dataclasses.Field[Any]") -> bool:
    return field.default is dataclasses.MISSING


def _typed(hint: Any, value: Any) -> Any:
    options = typing.get_args(hint) if isinstance(hint, UnionType) else (hint,)
    hint = options[0]
    if (value is None and type(None) in options) or type(value) in _EVIDENCE.values():
        return value
    if typing.get_origin(hint) is tuple:
        return tuple(str(item) for item in value)
    if dataclasses.is_dataclass(hint):
        return _made(typing.cast(type, hint), value)
    if hint is datetime:
        return datetime.fromisoformat(value)
    if hint is timedelta:
        return timedelta(seconds=value)
    if isinstance(hint, type) and issubclass(hint, StrEnum):
        return hint(value)
    if not isinstance(value, hint):
        raise TypeError(hint)
    return value
