"""Rows of a card: what is taken from a POST, and .env files."""

import pytest
from django.http import QueryDict

from consoleapp.domain.secret import Secret
from consoleapp.wizard.draft.new import first_data
from consoleapp.wizard.forms.rows import bind_rows, lines_of, paste_env, without_secrets
from consoleapp.wizard.shape import Data


def with_row() -> Data:
    data = first_data({})
    data["spec"]["containers"][0]["environment_vars"] = [{"_key": "r1", "key": "A", "value": "1", "source": "value"}]
    return data


def test_a_row_that_is_not_in_the_page_stays_as_it_was() -> None:
    data = with_row()
    bind_rows(QueryDict("c1-r9-key=B"), data["spec"]["containers"][0], {}, set())
    assert data["spec"]["containers"][0]["environment_vars"][0]["key"] == "A"


def test_a_secret_value_is_moved_out_and_an_empty_one_changes_nothing() -> None:
    data, secrets, forgotten = with_row(), dict[str, Secret](), set[str]()
    card = data["spec"]["containers"][0]
    bind_rows(QueryDict("c1-r1-key=A&c1-r1-value=v%20v&c1-r1-value_secret=on"), card, secrets, forgotten)
    assert secrets == {"env/c1/r1": Secret("v v")}
    assert card["environment_vars"][0]["value"] == ""
    secrets.clear()
    bind_rows(QueryDict("c1-r1-key=A&c1-r1-value=&c1-r1-value_secret=on"), card, secrets, forgotten)
    assert secrets == {}
    assert forgotten == set()


def test_switching_secret_off_forgets_the_value() -> None:
    data, forgotten = with_row(), set[str]()
    bind_rows(QueryDict("c1-r1-key=A&c1-r1-value=plain"), data["spec"]["containers"][0], {}, forgotten)
    assert forgotten == {"env/c1/r1"}


def test_a_pasted_name_that_is_there_gets_the_new_value() -> None:
    data = with_row()
    left = paste_env(data, data["spec"]["containers"][0], 'A=2 # comment\nB="x # y"', {})
    rows = data["spec"]["containers"][0]["environment_vars"]
    assert left == ""
    assert [(row["key"], row["value"]) for row in rows] == [("A", "2"), ("B", "x # y")]


def test_names_that_sound_secret_become_secret_rows() -> None:
    data, secrets = first_data({}), dict[str, Secret]()
    paste_env(data, data["spec"]["containers"][0], "DB_PASSWORD=p\nAPI_TOKEN=t\nMODE=m", secrets)
    assert len(secrets) == 2
    assert "MODE" in str(data)
    assert all(row["value"] in ("", "m") for row in data["spec"]["containers"][0]["environment_vars"])


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('A="one\ntwo"\nB=2', [(1, 'A="one\ntwo"'), (3, "B=2")]),
        ("export A='one\r\n\r\n# two'\r\nB=2", [(1, "export A='one\n\n# two'"), (4, "B=2")]),
        # Never closed, closed at once, no value at all.
        ('A="one\nB=2', [(1, 'A="one'), (2, "B=2")]),
        ('A="one"\nB="2"', [(1, 'A="one"'), (2, 'B="2"')]),
        ('# A="one\nB="2"', [(2, 'B="2"')]),
    ],
)
def test_a_quoted_value_goes_on_over_lines(text: str, expected: list[tuple[int, str]]) -> None:
    assert list(lines_of(text)) == expected


def test_no_line_of_a_secret_of_several_lines_is_shown() -> None:
    assert without_secrets('A=1\nPRIVATE_KEY="begin\nsecond\nend"\nB=2') == "A=1\nPRIVATE_KEY=\nB=2"
