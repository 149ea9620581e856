"""Commands as people paste them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consoleapp.languages.imports.shell_words import OpenQuote, commands


def words(text: str, *, root: bool = False) -> list[list[str]]:
    return [[str(word) for word in command.words] for command in commands(text, root=root)]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("docker run nginx", [["docker", "run", "nginx"]]),
        ("a 'b c' \"d e\" f\\ g \"\" 'it'\"'\"'s'", [["a", "b c", "d e", "f g", "", "it's"]]),
        (r'"a\"b\\c\d" \"', [['a"b\\c\\d', '"']]),
        ("$'a b' $\"c d\"", [["a b", "c d"]]),
        ("a \\\n  b \\\r\n c", [["a", "b", "c"]]),
        ("a \\  \n  b", [["a", "b"]]),
        ("foo\\\nbar", [["foobar"]]),
        ('"foo\\\nbar"', [["foobar"]]),
        ("'foo\\\nbar'", [["foo\\\nbar"]]),
        ("a ^\n  b ^\r\nc", [["a", "b", "c"]]),
        ("a `\n  b `\r\nc", [["a", "b", "c"]]),
        ("a \\\n# the port\n  -p \\\n  #a\n  #b\n80", [["a", "-p", "80"]]),
        ("a \\ # why\n  b", [["a", "b"]]),
        ("a # b c\nd", [["a"], ["d"]]),
        ("a b#c", [["a", "b#c"]]),
        ("a \\\n> b \\\n> c", [["a", "b", "c"]]),
        ("a \\  -p 80 \\-e b \\nginx", [["a", "-p", "80", "-e", "b", "nginx"]]),
        ("docker run nginx \\", [["docker", "run", "nginx"]]),
        ("-e A=b `#optional` c", [["-e", "A=b", "c"]]),
        ("-e A=b`#optional`", [["-e", "A=b"]]),
        ("a && b c; d | e\nf", [["a"], ["b", "c"], ["d"], ["e"], ["f"]]),
        ("a 2>&1 b", [["a"], ["1", "b"]]),
        ("a&&b", [["a"], ["b"]]),
        ("$(id -u):${B:-'}'} `pwd`/x", [["$(id -u):${B:-'}'}", "`pwd`/x"]]),
        ("$ docker ps\n$ docker run x", [["docker", "ps"], ["docker", "run", "x"]]),
        ("me@host:~$ docker run x", [["docker", "run", "x"]]),
        ("[me@host ~]$ sudo docker run x", [["sudo", "docker", "run", "x"]]),
        ("PS C:\\Users\\me> docker run x", [["docker", "run", "x"]]),
        ("C:\\>docker run x", [["docker", "run", "x"]]),
        ("> docker run x", [["docker", "run", "x"]]),
        ("# docker run x", []),
        (r"C:\Users\me:/x .\a\b:/c ${PWD}\d:/e", [[r"C:\Users\me:/x", r".\a\b:/c", r"${PWD}\d:/e"]]),
        ("", []),
    ],
)  # fmt: skip
def test_splits_into_words(text: str, found: list[list[str]]) -> None:
    assert words(text) == found


def test_a_prompt_of_root_is_one_when_asked() -> None:
    assert words("# docker run x\n# a comment", root=True) == [["docker", "run", "x"]]


def test_tells_what_a_shell_would_put_in() -> None:
    (command,) = commands('a$B "${C:-d} $B" \'$D\' \\$E $(cat f) `cat g` $env:HOME $1 5$ "$"')
    assert [word.asked for word in command.words] == [
        ("$B",), ("$C", "$B"), (), (), ("$(…)",), ("`…`",), ("$HOME",), ("$1",), (), (),
    ]  # fmt: skip
    assert command.words[4] == "$(cat f)"


def test_tells_lines_and_operators() -> None:
    first, second, third = commands("\na \\\n'b\nc' d\n\n\ne && f")
    assert [word.line for word in first.words] == [2, 3, 4]
    assert [word.line for word in second.words] == [7]
    assert (first.behind, second.behind, third.behind) == ("", "", "&&")


@pytest.mark.parametrize(("text", "line"), [("a\n'b", 2), ('a "b\nc', 1), ("a `b", 1), ("a\n\n$(b", 3), ("${a", 1)])
def test_says_where_a_quote_is_open(text: str, line: int) -> None:
    with pytest.raises(OpenQuote) as refused:
        commands(text)
    assert refused.value.line == line


@given(st.lists(st.sampled_from([*"'\"\\$`#;&|<>^(){} \n\r\taA1=:", "$(", "${", "\\\n", "`#", " # "]) | st.text()))
def test_no_text_raises_anything_else(pieces: list[str]) -> None:
    for root in (False, True):
        try:
            found = commands("".join(pieces), root=root)
        except OpenQuote:
            continue
        assert all(command.words for command in found)
