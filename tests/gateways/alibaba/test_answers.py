from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from consoleapp.gateways.alibaba import answers


@pytest.mark.parametrize("body", [b"", b"<html>", b'{"a": 1', b"[1]", b'"text"', b"null", b"\xff\xfe", b"[" * 100_000])
def test_a_body_without_an_object_parses_to_nothing(body: bytes) -> None:
    assert answers.parsed(body) is None


def test_fractions_are_read_exactly() -> None:
    assert answers.parsed(b'{"TradePrice": 0.000009815, "Count": 3}') == {
        "TradePrice": Decimal("0.000009815"),
        "Count": 3,
    }


@pytest.mark.parametrize(
    ("value", "read"),
    [(2, "2"), (Decimal("2.0"), "2"), (Decimal("0.50"), "0.5"), ("1.5", "1.5"), (Decimal("1E+2"), "100")],
)
def test_numbers_read_without_exponent_and_trailing_zeros(value: object, read: str) -> None:
    assert str(answers.decimal({"Cpu": value}, "Cpu")) == read


@pytest.mark.parametrize("value", [None, "", "many", [], float("nan"), "Infinity", {}, "1E+999999"])
def test_what_is_no_number_reads_as_none(value: object) -> None:
    assert answers.decimal({"Cpu": value}, "Cpu") is None


@pytest.mark.parametrize(("value", "read"), [(3, 3), ("12", 12), (None, 0), ("x", 0), ([], 0), (float("inf"), 0)])
def test_counts_are_read_from_numbers_and_texts(value: object, read: int) -> None:
    assert answers.integer({"Total": value}, "Total") == read


@pytest.mark.parametrize(
    "value",
    ["2026-10-12T08:00:00Z", "2026-10-12T16:00:00+08:00", "2026-10-12T08:00:00", 1791792000000, "1791792000000"],
)
def test_moments_are_utc_however_they_are_written(value: object) -> None:
    assert answers.moment({"At": value}, "At") == datetime(2026, 10, 12, 8, tzinfo=UTC)


@pytest.mark.parametrize("value", [None, "", "yesterday", [], 10**30, "9" * 40, "²", True, 1.5])
def test_what_is_no_moment_reads_as_none(value: object) -> None:
    assert answers.moment({"At": value}, "At") is None


@pytest.mark.parametrize(
    "source", [{}, {"Vpcs": None}, {"Vpcs": []}, {"Vpcs": {"Vpc": "x"}}, {"Vpcs": {"Vpc": [1, "x"]}}]
)
def test_a_list_that_is_not_there_is_empty(source: dict[str, Any]) -> None:
    assert answers.objects(source, "Vpcs", "Vpc") == []


def test_wrapped_lists_are_unwrapped() -> None:
    source = {"Vpcs": {"Vpc": [{"VpcId": "a"}, 7]}, "Zones": ["h", 3, "i"]}
    assert answers.objects(source, "Vpcs", "Vpc") == [{"VpcId": "a"}]
    assert answers.texts(source, "Zones") == ("h", "i")


def test_texts_flags_and_objects_tolerate_anything() -> None:
    assert answers.text({"A": None}, "A") == answers.text({}, "A") == ""
    assert answers.text({"A": 7}, "A") == "7"
    assert answers.flag({"A": "true"}, "A") is False
    assert answers.mapping({"A": {"B": [1]}}, "A", "B") == {}
