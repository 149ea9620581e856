"""tests/bench/measure.py: a verdict only where the rounds agree."""

from tests.bench.measure import Figure, take_turns


def test_a_ratio_well_below_the_bar_is_met() -> None:
    assert Figure("P0", "x", "ms", [1, 1.1, 0.9, 1], [2, 2, 2, 2], bar=0.8).verdict == "met"


def test_a_ratio_well_above_the_bar_is_missed() -> None:
    assert Figure("P0", "x", "ms", [2, 2.1, 1.9, 2], [2, 2, 2, 2], bar=0.8).verdict == "missed"


def test_rounds_that_disagree_give_no_verdict() -> None:
    assert Figure("P0", "x", "ms", [1, 3, 1, 3], [2, 2, 2, 2], bar=0.8).verdict == "no verdict"


def test_a_bar_to_be_reached_from_below_is_judged_the_other_way() -> None:
    assert Figure("P0", "x", "1/s", [9, 9, 9, 9], [2, 2, 2, 2], bar=4, at_least=True).verdict == "met"
    assert Figure("P0", "x", "1/s", [7, 7, 7, 7], [2, 2, 2, 2], bar=4, at_least=True).verdict == "missed"


def test_both_sides_take_turns_and_the_first_round_is_thrown_away() -> None:
    order: list[str] = []

    def side(name: str, value: float) -> float:
        order.append(name)
        return value

    mine, other = take_turns(lambda: side("o", 1.0), lambda: side("b", 2.0), rounds=2)
    assert (mine, other) == ([1.0, 1.0], [2.0, 2.0])
    assert "".join(order) == "boobbo"


def test_the_table_shows_the_median_of_what_the_bar_is_about() -> None:
    assert Figure("P0", "x", "ms", [1, 1, 1], [2, 2, 2], bar=0.8).row() == ("P0 x", "0.5 ×", "≤ 0.8", "met")
    assert Figure("P0", "x", "kB", [7], bar=60).row() == ("P0 x", "7 kB", "≤ 60", "met")
    assert Figure("P0", "x", "kB", [7]).row() == ("P0 x", "7 kB", "", "-")
