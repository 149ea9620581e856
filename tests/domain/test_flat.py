from contextlib import suppress
from dataclasses import dataclass
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consoleapp.domain.errors import DomainError
from consoleapp.domain.flat import (
    DECIMAL,
    FLAG,
    SECRET_BASE64,
    TEXT,
    WHOLE,
    Field,
    ListOf,
    Part,
    Reading,
    Writing,
    decimal_text,
    read_json_pairs,
)
from consoleapp.domain.secret import Secret


@dataclass(frozen=True)
class Shelf:
    label: str
    books: tuple[str, ...] = ()
    is_open: bool = False
    height: int | None = None


SHELF = Part(
    Shelf,
    Field("label", "Label", TEXT),
    Field("books", "Book", ListOf(TEXT)),
    Field("is_open", "Open", FLAG),
    Field("height", "Height", WHOLE),
)


def written(value: object) -> dict[str, str]:
    out = Writing()
    ListOf(SHELF).write("Shelf", value, out)
    return out.parameters


def test_counts_lists_from_one_and_leaves_out_what_is_not_set() -> None:
    assert written((Shelf("a", ("x", ""), True, 0), Shelf("b"))) == {
        "Shelf.1.Label": "a",
        "Shelf.1.Book.1": "x",
        "Shelf.1.Book.2": "",
        "Shelf.1.Open": "true",
        "Shelf.1.Height": "0",
        "Shelf.2.Label": "b",
    }


def test_reads_a_list_up_to_the_first_gap_and_remembers_the_rest() -> None:
    reading = Reading({"Shelf.1.Label": "a", "Shelf.3.Label": "c", "Shelf.10.Label": "j"})
    assert ListOf(SHELF).read("Shelf", reading) == (Shelf("a"),)
    assert reading.unread == {"Shelf.3.Label", "Shelf.10.Label"}


def test_reads_more_than_nine_items_in_order() -> None:
    shelves = tuple(Shelf(f"s{number}") for number in range(12))
    assert ListOf(SHELF).read("Shelf", Reading(written(shelves))) == shelves


def test_what_is_not_there_reads_as_none() -> None:
    assert ListOf(SHELF).read("Shelf", Reading({})) is None
    assert SHELF.read("Shelf", Reading({"Shelf.Label": ""})) is None


def test_says_where_in_a_list_a_value_cannot_be_read() -> None:
    with pytest.raises(DomainError) as caught:
        ListOf(SHELF).read("Shelf", Reading({"Shelf.1.Label": "a", "Shelf.2.Height": "tall"}))
    assert (caught.value.path, caught.value.params) == ("1.height", {"kind": "a whole number"})


@given(st.decimals("0.000001", 512, places=6))
def test_a_decimal_reads_back_and_has_no_exponent(value: Decimal) -> None:
    text = decimal_text(value)
    assert "E" not in text.upper()
    assert DECIMAL.read("Cpu", Reading({"Cpu": text})) == value


@given(st.text())
def test_base64_reads_back(text: str) -> None:
    out = Writing()
    SECRET_BASE64.write("Content", Secret(text), out)
    assert out.secret_keys == {"Content"}
    assert out.parameters["Content"].isascii()
    assert SECRET_BASE64.read("Content", Reading(out.parameters)) == Secret(text)


@pytest.mark.parametrize("text", ["%%%", "YQ", "/w==", "YQ==\n"])
def test_refuses_what_is_not_the_base64_of_a_text(text: str) -> None:
    with pytest.raises(DomainError) as caught:
        SECRET_BASE64.read("Content", Reading({"Content": text}))
    assert caught.value.reason == "malformed"


@given(st.text())
def test_json_pairs_are_read_or_refused(text: str) -> None:
    with suppress(DomainError):
        assert all(isinstance(value, str) for _, value in read_json_pairs(text))


def test_json_numbers_keep_their_digits() -> None:
    text = '{"a": 1e999, "b": 1.10, "c": -0, "d": NaN, "e": false, "f": "x"}'
    assert read_json_pairs(text) == (
        ("a", "1e999"),
        ("b", "1.10"),
        ("c", "-0"),
        ("d", "NaN"),
        ("e", "false"),
        ("f", "x"),
    )
