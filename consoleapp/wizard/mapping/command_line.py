"""A command or its arguments as one text: written as in a shell, or as a JSON list of texts.

Quotes and backslashes mean what they mean in a POSIX shell, line breaks outside of quotes are blanks. Nothing else of a
shell happens: no variables, no pipes, no redirections; the container's runtime gets the words as they are.
"""

import json
import shlex
from collections.abc import Sequence

from consoleapp.domain.errors import DomainError, Reason


def split_line(text: str, path: str) -> tuple[str, ...]:
    """Return the words of the text. Raise DomainError at `path` for an open quote and for a list of other things."""
    text = text.replace("\r\n", "\n")
    if text.lstrip().startswith("["):
        return _json_words(text, path)
    try:
        return tuple(shlex.split(text))
    except ValueError as error:
        raise DomainError(Reason.OPEN_QUOTE, path) from error


def join_line(words: Sequence[str]) -> str:
    """Return one text that splits into these words again."""
    # A form would turn a lone carriage return into a line break; a first word such as `[` would begin a list.
    if any("\r" in word for word in words) or (words and words[0].startswith("[")):
        return json.dumps(list(words), ensure_ascii=False)
    return shlex.join(words)


def _json_words(text: str, path: str) -> tuple[str, ...]:
    try:
        words = json.loads(text)
    except (ValueError, RecursionError):
        words = None
    if not isinstance(words, list) or not all(isinstance(word, str) and _is_text(word) for word in words):
        raise DomainError(Reason.MALFORMED, path, kind='["sh", "-c", "echo hello"]')
    return tuple(words)


def _is_text(word: str) -> bool:
    """Tell whether the word can be stored and sent: JSON can spell half of a character."""
    return not any("\ud800" <= character <= "\udfff" for character in word)
