"""Commands and lists as people type them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consoleapp.domain.typed import entries, join_line, lines, split_line


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("", ()),
        ("  \n ", ()),
        ("nginx -g 'daemon off;'", ("nginx", "-g", "daemon off;")),
        ('sh -c "echo hello"', ("sh", "-c", "echo hello")),
        ("a\r\nb", ("a", "b")),
        ("'one\r\ntwo' three", ("one\ntwo", "three")),
        ('["sh", "-c", "echo \\"x\\" # no comment"]', ("sh", "-c", 'echo "x" # no comment')),
        (" [] ", ()),
        ("a # b", ("a", "#", "b")),
        ("a '' b", ("a", "", "b")),
        ("a\\ b", ("a b",)),
    ],
)
def test_splits_a_line_as_a_shell_would_and_reads_a_json_list(typed: str, words: tuple[str, ...]) -> None:
    assert split_line(typed) == words


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"]), max_size=12), max_size=6))
def test_any_words_come_back_from_the_line_they_are_written_as(words: list[str]) -> None:
    line = join_line(words)
    # A browser sends every line break of a text area as CR LF.
    assert split_line(line.replace("\r\n", "\n").replace("\n", "\r\n")) == tuple(words)


def test_lines_keep_their_blanks_and_lose_the_empty_ones() -> None:
    assert lines("-c\r\n  echo hi \n\n") == ("-c", "  echo hi ")


def test_entries_stand_on_lines_or_between_blanks_and_commas() -> None:
    assert entries(" a, b\r\nc\t") == ("a", "b", "c")
