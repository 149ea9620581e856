"""Reading a draft's raw texts as numbers, lines and words.

A text that cannot be read raises DomainError with the field's name as its path. What the values mean is in the sibling
modules.
"""

import re
from decimal import Decimal

from consoleapp.domain.errors import DomainError, Reason
from consoleapp.wizard.shape import Fields

_NUMBER = re.compile(r"[+-]?[0-9]{1,12}(\.[0-9]{0,12})?", re.ASCII)
_WHOLE = re.compile(r"[+-]?[0-9]{1,18}", re.ASCII)


def text(fields: Fields, name: str, default: str = "") -> str:
    """The text as typed; the default where nothing was typed or stored."""
    value = fields.get(name, default)
    return value if isinstance(value, str) else default


def word(fields: Fields, name: str, default: str = "") -> str:
    """The text without blanks around it."""
    return text(fields, name, default).strip()


def flag(fields: Fields, name: str, default: bool = False) -> bool:
    """A checkbox."""
    value = fields.get(name, default)
    return value if isinstance(value, bool) else default


def words(fields: Fields, name: str) -> tuple[str, ...]:
    """The chosen values of a multiple choice."""
    value = fields.get(name, [])
    return tuple(value) if isinstance(value, list) else ()


def lines(fields: Fields, name: str) -> tuple[str, ...]:
    """The lines that are not empty; blanks at their ends stay."""
    return tuple(line for line in text(fields, name).replace("\r\n", "\n").split("\n") if line.strip())


def entries(fields: Fields, name: str) -> tuple[str, ...]:
    """The entries of a list, which stand on lines of their own or are separated by blanks or commas."""
    return tuple(entry for entry in re.split(r"[\s,]+", text(fields, name)) if entry)


def number(fields: Fields, name: str, default: str = "") -> Decimal | None:
    """A decimal number; None where nothing was typed."""
    typed = word(fields, name, default)
    if not typed:
        return None
    if not _NUMBER.fullmatch(typed):
        raise DomainError(Reason.NOT_A_NUMBER, name)
    return Decimal(typed)


def whole_number(fields: Fields, name: str) -> int | None:
    """A whole number; None where nothing was typed."""
    typed = word(fields, name)
    if not typed:
        return None
    if not _WHOLE.fullmatch(typed):
        raise DomainError(Reason.NOT_A_NUMBER, name)
    return int(typed)
