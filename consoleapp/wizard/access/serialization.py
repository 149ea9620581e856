"""The result of a check as JSON and back. What the parts of a result mean is in gateways/proof.py."""

import typing
from collections.abc import Mapping
from typing import Any

from consoleapp.gateways import proof
from consoleapp.web.records import made, plain

_EVIDENCE: Mapping[str, type] = {kind.__name__: kind for kind in typing.get_args(proof.Evidence)}


def to_json(result: proof.AccessResult) -> dict[str, Any]:
    """Return the result as JSON takes it; it holds no secret, for no result does."""
    told: dict[str, Any] = plain(result)
    told["evidence_kind"] = type(result.evidence).__name__ if result.evidence else ""
    return told


def from_json(told: Mapping[str, Any]) -> proof.AccessResult | None:
    """Return the result; None for what this version of the console cannot read."""
    try:
        kind = _EVIDENCE.get(told["evidence_kind"])
        evidence = made(kind, told["evidence"]) if kind else None
        return typing.cast(proof.AccessResult, made(proof.AccessResult, {**told, "evidence": evidence}))
    except (KeyError, TypeError, ValueError):
        return None
