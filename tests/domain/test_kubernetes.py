"""Names and amounts of Kubernetes."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consoleapp.domain import limits
from consoleapp.domain.group import ContainerGroupSpec
from consoleapp.domain.kubernetes import ANNOTATIONS, KEYS, cpu_of, cpu_text, gib_of, memory_text, quantity
from consoleapp.domain.schema import Record, fields_of, walk


def test_every_exception_is_a_field() -> None:
    names = {path[-1] for path, _field in walk(ContainerGroupSpec)}
    assert {key.rpartition(".")[2] for key in KEYS} - names == set()
    assert ANNOTATIONS.keys() - fields_of(ContainerGroupSpec).keys() == set()
    records = {each.__name__ for each in _records(ContainerGroupSpec)}
    assert {key.partition(".")[0] for key in KEYS if "." in key} - records == set()


def _records(record: type[Record]) -> list[type[Record]]:
    below = [each for field in fields_of(record).values() for each in field.kind.records().values()]
    return [record, *(each for kind in below for each in _records(kind))]


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("100m", "0.1"), (".5", "0.5"), ("2", "2"), ("2.", "2"), ("1G", "1e9"), ("1Gi", "1073741824"), ("1e9", "1e9"),
        ("5E-1", "0.5"), ("1E", "1e18"), ("3n", "3e-9"), ("+1k", "1000"),
        ("-1", None), ("", None), ("1 Gi", None), ("1gi", None), ("lots", None), ("1e999", None),
    ],
)  # fmt: skip
def test_quantities(text: str, amount: str | None) -> None:
    assert quantity(text) == (None if amount is None else Decimal(amount))


def test_amounts_are_rounded_up_to_what_the_call_takes() -> None:
    assert gib_of("200Mi") == Decimal("0.195313")
    assert cpu_of("1n") == Decimal("0.000001")


def test_a_vcpu_finer_than_a_thousandth_cannot_be_said() -> None:
    assert [cpu_text(Decimal(text)) for text in ("2", "0.5", "1.250", "0.0005")] == ["2", "500m", "1250m", None]


@given(st.decimals("0.000001", limits.MEMORY_GIB_MAX, places=limits.DECIMAL_PLACES))
def test_memory_reads_back_as_the_same_amount(gib: Decimal) -> None:
    assert gib_of(memory_text(gib)) == gib


def test_memory_has_the_largest_unit_that_is_whole() -> None:
    assert [memory_text(Decimal(text)) for text in ("4", "0.5", "0.195313", "0.000001")] == [
        "4Gi", "512Mi", "200Mi", "1Ki",
    ]  # fmt: skip
