import pytest

from consoleapp.languages.imports.compose_words import Found, Variable, interpolate


@pytest.mark.parametrize(
    ("text", "filled"),
    [
        ("plain", "plain"),
        ("$$HOME", "$HOME"),
        ("a-$A-b", "a--b"),
        ("${A}/${B:-x}", "/x"),
        ("${A-x}", "x"),
        ("${A:+x}${A+y}", ""),
        ("${A:?say}${A?}", ""),
        ("${A:-${B:-${C-deep}}}!", "deep!"),
        ("${A:-a$$b$C}", "a$b"),
        # A password hash, as a default.
        ("${HASH:-$2a$14$1l.Ioz}", "$2a$14$1l.Ioz"),
        ("$ $5 ${} ${1} ${A", "$ $5 ${} ${1} ${A"),
        ("${A:-" * 9 + "x" + "}" * 9, "${A:-" * 4 + "x" + "}" * 4),
    ],
)
def test_fills_in_what_unset_variables_stand_for(text: str, filled: str) -> None:
    assert interpolate(text)[0] == filled


def test_names_the_variables() -> None:
    text = "$A ${B:-${C}} ${D:+$E} ${F:?why}"
    assert interpolate(text)[1] == (
        Variable("A", Found.EMPTY),
        Variable("B", Found.DEFAULT),
        Variable("C", Found.EMPTY),
        Variable("D", Found.ABSENT),
        Variable("F", Found.EMPTY, "why"),
    )


def test_never_reads_the_environment_of_the_server(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CANARY", "canary-77ab")
    assert interpolate("$CANARY ${CANARY} ${CANARY:-x} ${CANARY:+y}")[0] == "  x "
