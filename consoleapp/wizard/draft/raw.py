"""Reading a draft's raw texts as numbers, lines and words.

A text that cannot be read raises DomainError with the field's name as its path. What the values mean is in the sibling
modules.
"""

from consoleapp.domain import typed
from consoleapp.domain.errors import located
from consoleapp.wizard.shape import Fields


def text(fields: Fields, name: str, default: str = "") -> str:
    """Return the text as typed; the default where nothing was typed or stored."""
    value = fields.get(name, default)
    return value if isinstance(value, str) else default


def word(fields: Fields, name: str, default: str = "") -> str:
    """Return the text without blanks around it."""
    return text(fields, name, default).strip()


def flag(fields: Fields, name: str, default: bool = False) -> bool:
    """Read a checkbox."""
    value = fields.get(name, default)
    return value if isinstance(value, bool) else default


def words(fields: Fields, name: str) -> tuple[str, ...]:
    """Return the chosen values of a multiple choice."""
    value = fields.get(name, [])
    return tuple(value) if isinstance(value, list) else ()


def entries(fields: Fields, name: str) -> tuple[str, ...]:
    """Return the entries of a list, which stand on lines of their own or are separated by blanks or commas."""
    return typed.entries(text(fields, name))


def whole_number(fields: Fields, name: str) -> int | None:
    """Return a whole number; None where nothing was typed."""
    with located(name):
        return typed.whole_number(text(fields, name))
