"""The JSON Schema of the request, judged by an outside validator."""

import json
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from jsonschema import Draft202012Validator

from consoleapp.domain.flat import decimal_text
from consoleapp.domain.group import ContainerGroupSpec
from consoleapp.domain.json_schema import schema
from consoleapp.domain.kinds import One, OneOf
from consoleapp.domain.schema import Record, fields_of, walk
from consoleapp.domain.secret import Secret
from consoleapp.domain.validation import is_blank
from consoleapp.domain.volume import VOLUME_KINDS
from tests.domain.builders import group
from tests.domain.strategies import groups

VALIDATOR = Draft202012Validator(schema(), format_checker=Draft202012Validator.FORMAT_CHECKER)


def as_json(value: Any) -> Any:
    """What is set in a spec, by the names of its fields."""
    if isinstance(value, Secret):
        return value.reveal()
    if isinstance(value, Decimal):
        return decimal_text(value)
    if isinstance(value, tuple):
        return [as_json(item) for item in value]
    if not is_dataclass(value):
        return value
    told = {each.name: getattr(value, each.name) for each in fields(value)}
    made = {name: as_json(item) for name, item in told.items() if not is_blank(item) and item is not False}
    kind = next((word for word, record in VOLUME_KINDS.items() if isinstance(value, record)), "")
    return {"kind": kind, **made} if kind else made


def test_the_schema_is_one_of_the_dialect_it_names() -> None:
    Draft202012Validator.check_schema(schema())
    assert json.loads(json.dumps(schema())) == schema()


@settings(deadline=None, max_examples=60, suppress_health_check=list(HealthCheck))
@given(groups())
def test_every_request_that_may_be_sent_is_admitted(spec: ContainerGroupSpec) -> None:
    errors = [f"{error.json_path}: {error.message}" for error in VALIDATOR.iter_errors(as_json(spec))]
    assert errors == []


def leaves(record: type[Record], above: tuple[str | int, ...] = (), without: tuple[str, ...] = ()) -> Iterator[Any]:
    for name, field in fields_of(record).items():
        if name in without:
            continue
        inner = getattr(field.kind, "item", field.kind)
        path = (*above, name) if inner is field.kind else (*above, name, 0)
        if isinstance(inner, One):
            yield from leaves(inner.record, path, inner.without)
        elif not isinstance(inner, OneOf):
            yield path


@pytest.mark.parametrize("path", [*leaves(ContainerGroupSpec)], ids=lambda path: ".".join(map(str, path)))
def test_a_value_of_another_type_is_refused_where_it_stands(path: tuple[str | int, ...]) -> None:
    wrong: Any = {"no": "value"}
    for word in reversed(path):
        wrong = {word: wrong} if isinstance(word, str) else [wrong]
    found = {tuple(error.absolute_path) for error in VALIDATOR.iter_errors({**as_json(group()), **wrong})}
    assert path in found


def test_every_declared_field_has_its_place() -> None:
    told = json.dumps(schema())
    for path, _field in walk(ContainerGroupSpec):
        assert f'"{path[-1]}": ' in told


@pytest.mark.parametrize(
    "wrong",
    [
        {"region_id": "CN"},
        {"private_ip_address": "fe80::1"},
        {"eip_bandwidth_mbps": -1},
        {"volumes": [{"kind": "UnheardOf", "name": "v"}]},
        {"volumes": [{"kind": "NFSVolume", "name": "v", "server": "nas.example.com"}]},
        {"unheard_of": 1},
        {"restart_policy": "Sometimes"},
        {"working_dir": "/"},
    ],
)
def test_what_cannot_be_sent_is_refused(wrong: dict[str, Any]) -> None:
    assert VALIDATOR.is_valid(as_json(group()))
    assert not VALIDATOR.is_valid({**as_json(group()), **wrong})
