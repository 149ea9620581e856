"""The syntax of Terraform's language."""

import pytest

from consoleapp.languages.exports import hcl


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("", '""'),
        ('a"b\\c', r'"a\"b\\c"'),
        ("a\nb\tc\r", r'"a\nb\tc\r"'),
        # Only before a brace a sign means anything: Terraform reads the left from the right of each of these.
        ("${var.x}", '"$${var.x}"'),
        ("$${x}", '"$$${x}"'),
        ("%{ if x }", '"%%{ if x }"'),
        ("$5 100% {}", '"$5 100% {}"'),
        ("\u00e9\u4e2d", '"\u00e9\u4e2d"'),
        # What turns the direction of a text around is seen.
        ("a\u202eb\u00a0\U000e0001", r'"a\u202eb\u00a0\U000e0001"'),
    ],
)
def test_writes_a_text(value: str, text: str) -> None:
    assert hcl.text(value) == text


def test_lays_out_arguments_before_blocks_and_those_of_several_lines_apart() -> None:
    block = hcl.Block("outer", {"a": "1", "map": hcl.mapping({'"x"': "1", '"long"': "2"}), "long": "2"})
    block.inside("inner").arguments["b"] = hcl.items(['"c"', '"d"'])
    assert block.inside("inner") is block.blocks[0]
    assert hcl.document([block, hcl.Block("empty")]) == (
        """\
outer {
  a    = 1
  long = 2

  map = {
    "x"    = 1
    "long" = 2
  }

  inner {
    b = ["c", "d"]
  }
}

empty {
}
"""
    )
