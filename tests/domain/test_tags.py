"""consoleapp/domain/image_tags.py: tags in the order of versions."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consoleapp.domain.image_tags import by_image, newest_first


@pytest.mark.parametrize(
    "newest_to_oldest",
    [
        ["1.29", "1.10", "1.9", "1.2"],
        ["2.0.0", "latest", "1.0.0", "stable"],
        ["1.29.3", "1.29", "1.29.2"],
        ["1.29.3", "1.29", "1", "latest", "1.29.3-perl", "1-perl", "1.29.3-alpine", "1.28.0", "1.28", "1.28.0-perl"],
        ["1.29", "1.29-alpine", "1.28"],
        ["2.0.0", "2.0.0-rc10", "2.0.0-rc9", "2.0.0-beta1", "1.9"],
        ["v1.10", "1.9", "v1.2"],
        ["build-420", "latest", "build-100", "build-21", "build-3"],
        ["1.15.10", "latest", "1.14.2", "alpine"],
        ["20251110", "20250101"],
        ["latest"],
    ],
)
def test_the_newest_version_stands_first(newest_to_oldest: list[str]) -> None:
    assert newest_first(reversed(newest_to_oldest)) == newest_to_oldest


def test_names_of_one_image_stand_together_and_only_those_that_are_proved_to_be() -> None:
    tags = {"latest": "a", "1": "a", "1.29": "a", "1.29.3": "a", "1.28.0": "b", "1.28": "", "stable": "b", "edge": ""}
    assert by_image(tags) == [["1.29.3", "1.29", "1", "latest"], ["1.28.0", "stable"], ["1.28"], ["edge"]]


@given(st.lists(st.text(max_size=140), max_size=30))
def test_any_texts_are_sorted_the_same_whatever_order_they_come_in(tags: list[str]) -> None:
    assert newest_first(tags) == newest_first(sorted(tags))
    assert sorted(newest_first(tags)) == sorted(set(tags))


def test_a_number_too_long_for_a_version_costs_nothing() -> None:
    assert newest_first(["9" * 128, "1"])[0] == "9" * 128
