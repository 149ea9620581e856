"""How many groups a draft asks for, what they are called, and what is wrong with what was typed."""

import pytest

from consoleapp.domain import limits
from consoleapp.domain.errors import Reason
from consoleapp.wizard.draft.new import first_data
from consoleapp.wizard.draft.quantity import names_of, quantity_of, quantity_problems
from consoleapp.wizard.shape import Data


def typed(text: str) -> Data:
    data = first_data({"name": "web"})
    data["quantity"] = text
    return data


def test_one_group_has_the_name_itself_and_several_are_numbered() -> None:
    assert names_of("web", 1) == ("web",)
    assert names_of("web", 3) == ("web-001", "web-002", "web-003")
    assert names_of("web", 20)[-1] == "web-020"


def test_nothing_typed_and_one_are_one_group() -> None:
    for data in (first_data({}), typed(""), typed("  "), typed("1")):
        assert quantity_of(data) == 1
        assert quantity_problems(data, "web") == ()


@pytest.mark.parametrize(("text", "count"), [("2", 2), (" 20 ", 20), ("07", 7)])
def test_reads_a_number_as_people_type_it(text: str, count: int) -> None:
    assert quantity_of(typed(text)) == count
    assert quantity_problems(typed(text), "web") == ()


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("0", Reason.OUT_OF_RANGE),
        ("21", Reason.OUT_OF_RANGE),
        ("-1", Reason.OUT_OF_RANGE),
        ("9" * 18, Reason.OUT_OF_RANGE),
        ("9" * 50, Reason.NOT_A_NUMBER),
        ("x", Reason.NOT_A_NUMBER),
        ("1.5", Reason.NOT_A_NUMBER),
        ("\u0663", Reason.NOT_A_NUMBER),
    ],
)
def test_marks_what_is_no_such_number_and_counts_one_meanwhile(text: str, reason: Reason) -> None:
    (problem,) = quantity_problems(typed(text), "web")

    assert (problem.step, problem.field_id, problem.label) == ("basic", "id_quantity", "Quantity")
    assert problem.error.reason == reason
    assert quantity_of(typed(text)) == 1


def test_a_name_without_room_for_a_number_is_marked_at_the_name() -> None:
    longest = "a" * (limits.GROUP_NAME_MAX - 4)
    assert quantity_problems(typed("2"), longest) == ()
    assert limits.GROUP_NAME.fullmatch(names_of(longest, 20)[-1])

    (problem,) = quantity_problems(typed("2"), longest + "a")

    assert (problem.field_id, problem.label) == ("id_container_group_name", "Name")
    assert "124" in problem.message
    assert quantity_problems(typed("1"), longest + "a") == ()
    # Longer than any name may be: it is wrong by itself, and told so once.
    assert quantity_problems(typed("2"), "a" * (limits.GROUP_NAME_MAX + 1)) == ()
