"""consoleapp/gateways/oci/near.py: the tags that look like the missing one."""

import pytest

from consoleapp.gateways.oci.near import near_tags


@pytest.mark.parametrize(
    ("wanted", "names", "near"),
    [
        ("1.27", ["latest", "1.27.1", "1.27-alpine", "2.0"], ("1.27.1", "1.27-alpine")),
        # Two swapped digits are one slip; of equally many slips the newest comes first.
        ("1.92", ["1.14.2", "1.14", "1.25", "1.29.3", "1.29", "latest"], ("1.29", "1.25", "1.14", "1.29.3", "1.14.2")),
        ("ltaest", ["latest", "test"], ("latest", "test")),
        ("2.4.1", ["2.4.0", "2.4.10", "2.3.1", "2.4.2"], ("2.4.10", "2.4.2", "2.4.0", "2.3.1")),
        ("lastest", ["latest", "stable", "1.0"], ("latest",)),
        ("3.21-alpine", ["3.20-alpine", "3.21", "alpine", "x"], ("3.20-alpine", "alpine", "3.21")),
        ("v1.0.0", ["1.0.0", "V1.0.0"], ("V1.0.0", "1.0.0")),
        ("zzz", ["latest"], ()),
        ("x", [], ()),
        ("1", ["1"], ()),
    ],
)
def test_the_most_alike_come_first(wanted: str, names: list[str], near: tuple[str, ...]) -> None:
    assert near_tags(wanted, names) == near


def test_no_more_than_five_are_offered() -> None:
    assert len(near_tags("1.0", [f"1.0.{number}" for number in range(50)])) == 5
