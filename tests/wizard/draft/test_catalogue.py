"""Every field of the request has a label and a place on the pages, or a reason to have none."""

from typing import Any

import pytest

from consoleapp.domain.group import ContainerGroupSpec
from consoleapp.domain.schema import Field, walk
from consoleapp.wizard.draft.paths import Path, steps_of
from consoleapp.wizard.layout import CARD_SECTIONS, LINES, ORDER, SECTIONS

# What no page asks for, by the first or last word of its path.
NOT_ASKED = {
    "auto_create_eip": "said by the choice of the Elastic IP",
    "field_path": "said by the choice of a variable's source",
    "driver": "a volume of a driver has a kind of its own; a FlexVolume is what is left of imported ones",
}
# Lists of records that are typed as one text.
TYPED_AS_ONE = {"options", "host_aliases", "http_headers", "sysctls", "host_sysctls"}
CATALOGUE = [*walk(ContainerGroupSpec)]


def section_of(path: Path) -> str:
    """Return the section of the page that the control stands in: that of the innermost field which names one."""
    section = ""
    for step in steps_of(path):
        at = step.field.at if step.field else step.choice.at if step.choice else ""
        section = at or section
    return section


def as_words(value: Any) -> str:
    return ".".join(value) if isinstance(value, tuple) else ""


@pytest.mark.parametrize(("path", "declared"), CATALOGUE, ids=as_words)
def test_a_field_has_a_label_and_a_place_or_a_reason(path: tuple[str, ...], declared: Field) -> None:
    if TYPED_AS_ONE.intersection(path[:-1]):
        return
    is_left_out = not NOT_ASKED.keys().isdisjoint(path)
    assert bool(declared.label) != is_left_out
    assert is_left_out or section_of(path) in {*SECTIONS, *CARD_SECTIONS}
    assert not declared.line or declared.line in LINES


def test_the_table_names_only_what_there_is() -> None:
    assert {word for path, _declared in CATALOGUE for word in path} >= NOT_ASKED.keys()
    ordered = {tuple(name.split("-")) for names in ORDER.values() for name in names}
    assert ordered <= {path[-length:] for path, _declared in CATALOGUE for length in (1, 2)}
    assert set(ORDER) <= set(SECTIONS)
