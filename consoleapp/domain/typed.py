"""Lists and numbers as people type them: a list into one text, and back.

A command is written as in a shell, or as a JSON list of texts. Quotes and backslashes mean what they mean in a POSIX
shell, line breaks outside of quotes are blanks. Nothing else of a shell happens: no variables, no pipes, no
redirections; the container's runtime gets the words as they are.
"""

import json
import re
import shlex
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal
from typing import Any, Final

from consoleapp.domain import limits
from consoleapp.domain.errors import DomainError, Reason

# Longer numbers are refused by their size anyway.
_DECIMAL: Final = re.compile(r"[+-]?[0-9]{1,12}(\.[0-9]{0,12})?", re.ASCII)
_SMALLEST: Final = Decimal(1).scaleb(-limits.DECIMAL_PLACES)
_WHOLE: Final = re.compile(r"[+-]?[0-9]{1,18}", re.ASCII)


def whole_number(text: str) -> int | None:
    """Return the whole number that somebody typed; None where nothing was typed. Raise DomainError."""
    return int(_number(text, _WHOLE)) if text.strip() else None


def decimal_number(text: str) -> Decimal | None:
    """Return the decimal number that somebody typed; None where nothing was typed. Raise DomainError."""
    return Decimal(_number(text, _DECIMAL)) if text.strip() else None


def _number(text: str, pattern: re.Pattern[str]) -> str:
    if not pattern.fullmatch(text.strip()):
        raise DomainError(Reason.NOT_A_NUMBER)
    return text.strip()


def rounded_up(amount: Decimal) -> Decimal:
    """Return the number with as many decimal places as may be sent, rounded up, without zeros at its end."""
    # More digits than Decimal keeps could not be rounded.
    rounded = amount.quantize(_SMALLEST, ROUND_CEILING) if amount < 10**12 else amount
    return rounded.normalize() + 0


@dataclass(frozen=True)
class Typed:
    """How a list is typed: ``parse`` raises DomainError. ``rows`` is the height of its control, 0 for one line."""

    parse: Callable[[str], tuple[Any, ...]]
    show: Callable[[Any], str]
    rows: int = 2


def entries(text: str) -> tuple[str, ...]:
    """Return the entries of a list, which stand on lines of their own or are separated by blanks or commas."""
    return tuple(entry for entry in re.split(r"[\s,]+", text) if entry)


def lines(text: str) -> tuple[str, ...]:
    """Return the lines that are not empty; blanks at their ends stay."""
    return tuple(line for line in text.replace("\r\n", "\n").split("\n") if line.strip())


def split_line(text: str) -> tuple[str, ...]:
    """Return the words of a command. Raise DomainError for an open quote and for a list of other things."""
    text = text.replace("\r\n", "\n")
    if text.lstrip().startswith("["):
        return _json_words(text)
    try:
        return tuple(shlex.split(text))
    except ValueError as error:
        raise DomainError(Reason.OPEN_QUOTE) from error


def join_line(words: Sequence[str]) -> str:
    """Return one text that splits into these words again."""
    # A form would turn a lone carriage return into a line break; a first word such as `[` would begin a list.
    if any("\r" in word for word in words) or (words and words[0].startswith("[")):
        return json.dumps(list(words), ensure_ascii=False)
    return shlex.join(words)


def _json_words(text: str) -> tuple[str, ...]:
    try:
        words = json.loads(text)
    except (ValueError, RecursionError):
        words = None
    if not isinstance(words, list) or not all(isinstance(word, str) and _is_text(word) for word in words):
        raise DomainError(Reason.MALFORMED, kind='["sh", "-c", "echo hello"]')
    return tuple(words)


def _is_text(word: str) -> bool:
    """Tell whether the word can be stored and sent: JSON can spell half of a character."""
    return not any("\ud800" <= character <= "\udfff" for character in word)


ENTRIES: Final = Typed(entries, "\n".join)
CAPITALS: Final = Typed(lambda text: tuple(map(str.upper, entries(text))), " ".join, rows=0)
COMMAND: Final = Typed(split_line, join_line)
