"""420 random specs, written down with their parameters by the code from before the field catalogue, order included."""

import gzip
import json
from dataclasses import fields, is_dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from consoleapp.domain import wire
from consoleapp.domain.flat import decimal_text
from consoleapp.domain.secret import Secret

VECTORS = Path(__file__).parents[1] / "vectors" / "specs.jsonl.gz"


def plain(value: Any) -> Any:
    """The value as JSON, with the type of every record, number and secret."""
    if isinstance(value, Secret):
        return {"secret": value.reveal()}
    if isinstance(value, Decimal):
        return {"decimal": decimal_text(value)}
    if is_dataclass(value):
        return {
            "record": type(value).__name__,
            **{each.name: plain(getattr(value, each.name)) for each in fields(value)},
        }
    return [plain(item) for item in value] if isinstance(value, tuple) else value


def as_written_down(told: Any, vector: Any) -> Any:
    """What is told, without fields that came later and are not set."""
    if isinstance(told, dict) and isinstance(vector, dict):
        known = {name: value for name, value in told.items() if name in vector or value not in (None, "", False, [])}
        return {name: as_written_down(value, vector.get(name)) for name, value in known.items()}
    if isinstance(told, list) and isinstance(vector, list) and len(told) == len(vector):
        return [as_written_down(*pair) for pair in zip(told, vector, strict=True)]
    return told


def test_every_spec_is_read_and_written_as_it_always_was() -> None:
    with gzip.open(VECTORS, "rt", encoding="utf-8", errors="surrogatepass", newline="\n") as lines:
        vectors = [json.loads(line) for line in lines]
    assert len(vectors) == 420
    for vector in vectors:
        spec = wire.from_parameters(dict(vector["parameters"]), secret_keys=vector["secret_keys"])
        assert as_written_down(plain(spec), vector["spec"]) == vector["spec"]
        parameters, secret_keys = wire.written(spec)
        assert [list(each) for each in parameters.items()] == vector["parameters"]
        assert sorted(secret_keys) == vector["secret_keys"]
