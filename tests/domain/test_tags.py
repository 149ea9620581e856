"""consoleapp/domain/image_tags.py: tags in the order of versions."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consoleapp.domain.image_tags import newest_first


@pytest.mark.parametrize(
    "newest_to_oldest",
    [
        ["1.29", "1.10", "1.9", "1.2"],
        ["latest", "2.0.0", "1.0.0", "stable"],
        ["1.29", "1.29.3", "1.29.2"],
        ["1.29", "1.29-alpine", "1.28"],
        ["2.0.0", "2.0.0-rc10", "2.0.0-rc9", "2.0.0-beta1", "1.9"],
        ["v1.10", "1.9", "v1.2"],
        ["build-420", "build-100", "build-21", "build-3"],
        ["20251110", "20250101"],
    ],
)
def test_the_newest_version_stands_first(newest_to_oldest: list[str]) -> None:
    assert newest_first(reversed(newest_to_oldest)) == newest_to_oldest


@given(st.lists(st.text(max_size=140), max_size=30))
def test_any_texts_are_sorted_the_same_whatever_order_they_come_in(tags: list[str]) -> None:
    assert newest_first(tags) == newest_first(sorted(tags))
    assert sorted(newest_first(tags)) == sorted(set(tags))


def test_a_number_too_long_for_a_version_costs_nothing() -> None:
    assert newest_first(["9" * 128, "1"])[0] == "9" * 128
