import pytest
from hypothesis import given
from hypothesis import strategies as st

from consoleapp.wizard.mapping.command_line import join_line, split_line


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
    assert split_line(typed, "commands") == words


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"]), max_size=12), max_size=6))
def test_any_words_come_back_from_the_line_they_are_written_as(words: list[str]) -> None:
    line = join_line(words)
    # A browser sends every line break of a text area as CR LF.
    assert split_line(line.replace("\r\n", "\n").replace("\n", "\r\n"), "commands") == tuple(words)
