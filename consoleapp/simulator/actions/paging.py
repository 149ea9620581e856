"""Paging by number: the part of a list that was asked for, and the paging fields of the answer."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from consoleapp.simulator.call import Call
from consoleapp.simulator.fields import Fields

Row = TypeVar("Row")


@dataclass(frozen=True, slots=True)
class Page(Generic[Row]):
    rows: Sequence[Row]
    number: int
    size: int
    total: int


def page_of(
    call: Call,
    rows: Sequence[Row],
    *,
    number_key: str = "PageNumber",
    size_key: str = "PageSize",
    default_size: int = 10,
    most: int = 50,
) -> Page[Row]:
    """Return the asked page of the rows; a page behind the last one is empty."""
    fields = Fields(call.tree)
    number = fields.integer(number_key, 1, 1_000_000) or 1
    size = fields.integer(size_key, 1, most) or default_size
    start = (number - 1) * size
    return Page(rows[start : start + size], number, size, len(rows))
