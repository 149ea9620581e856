from decimal import Decimal

import pytest

from consoleapp.domain.choices import RestartPolicy
from consoleapp.domain.errors import DomainError, Reason
from consoleapp.domain.secret import Secret
from consoleapp.domain.validation import Problems, decimal_places, forbidden_position


def fault_of(value: Decimal | None) -> str | None:
    problems = Problems()
    problems.decimal("cpu", value, Decimal(64))
    return str(problems.errors[0].reason) if problems.errors else None


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("NaN", "not_a_number"),
        ("sNaN", "not_a_number"),
        ("Infinity", "not_a_number"),
        ("-Infinity", "not_a_number"),
        ("1e309", "out_of_range"),
        ("64.000001", "out_of_range"),
        ("0", "not_positive"),
        ("-0", "not_positive"),
        ("-1", "not_positive"),
        ("0.0000001", "too_precise"),
        ("1e-400", "too_precise"),
        # Beyond the precision of the decimal context.
        ("0.1000000000000000000000000000000000000001", "too_precise"),
        ("0.25", None),
        ("64", None),
        ("2.500000000", None),
        ("6e1", None),
    ],
)
def test_takes_finite_positive_numbers_only(text: str, reason: str | None) -> None:
    assert fault_of(Decimal(text)) == reason


def test_no_number_is_not_sent_and_no_fault() -> None:
    assert fault_of(None) is None


@pytest.mark.parametrize(("text", "places"), [("1", 0), ("1.50", 1), ("0.00", 0), ("1E+3", 0), ("12.345", 3)])
def test_counts_decimal_places_without_trailing_zeros(text: str, places: int) -> None:
    assert decimal_places(Decimal(text)) == places


def test_finds_characters_that_cannot_be_sent() -> None:
    assert forbidden_position("plain Ünïcode 😀") is None
    assert forbidden_position("a\nb") == 1
    assert forbidden_position("a\nb\tc\r", lines=True) is None
    assert forbidden_position("ab\0", lines=True) == 2
    assert forbidden_position("\ud800") == 0
    assert forbidden_position("a\x85") == 1


def test_raises_the_first_error_with_the_others_behind_it() -> None:
    problems = Problems()
    problems.required("name", "")
    problems.required("password", Secret(""))
    with pytest.raises(DomainError) as caught:
        problems.raise_any()
    assert [(error.path, error.reason) for error in caught.value.all_errors] == [
        ("name", Reason.REQUIRED),
        ("password", Reason.REQUIRED),
    ]


def test_raises_nothing_without_an_error() -> None:
    Problems().raise_any()


def test_names_the_choices() -> None:
    problems = Problems()
    problems.choice("restart_policy", "Sometimes", RestartPolicy)
    assert problems.errors[0].message == "Choose one of: Always, OnFailure, Never."


@pytest.mark.parametrize("text", ["10.0.0.1", "::1", "2001:db8::1"])
def test_takes_an_ip_address(text: str) -> None:
    problems = Problems()
    problems.ip_address("ip", text)
    assert not problems.errors


@pytest.mark.parametrize("text", ["10.0.0.1/8", "fe80::1%eth0", "010.0.0.1", "host", "1"])
def test_refuses_what_is_no_ip_address(text: str) -> None:
    problems = Problems()
    problems.ip_address("ip", text)
    assert problems.errors[0].reason == Reason.IP_ADDRESS_FORMAT
