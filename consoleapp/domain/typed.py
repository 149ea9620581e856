"""Lists as people type them: into one text, and back.

A command is written as in a shell, or as a JSON list of texts. Quotes and backslashes mean what they mean in a POSIX
shell, line breaks outside of quotes are blanks. Nothing else of a shell happens: no variables, no pipes, no
redirections; the container's runtime gets the words as they are.
"""

import json
import re
import shlex
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from consoleapp.domain.errors import DomainError, Reason


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
