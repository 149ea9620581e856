"""Raw texts as numbers, lines and words."""

import pytest

from consoleapp.domain.errors import DomainError
from consoleapp.wizard.draft import raw


def test_an_empty_number_is_none() -> None:
    assert raw.whole_number({}, "port") is None


def test_reads_numbers_with_blanks_around_them() -> None:
    assert raw.whole_number({"port": "8080"}, "port") == 8080


@pytest.mark.parametrize("text", ["1e309", "NaN", "Infinity", "0x10", "1,5", "１", "1_000", "9" * 30, "--1", "1.2.3"])
def test_refuses_what_is_no_plain_number(text: str) -> None:
    with pytest.raises(DomainError) as caught:
        raw.whole_number({"port": text}, "port")
    assert (caught.value.reason, caught.value.path) == ("not_a_number", "port")


def test_values_of_another_type_count_as_nothing() -> None:
    assert raw.text({"name": ["a"]}, "name") == ""
    assert raw.words({"ids": "a"}, "ids") == ()
    assert raw.flag({"tty": "on"}, "tty") is False
