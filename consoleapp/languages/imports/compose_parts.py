"""Parts of a Compose file that are taken key by key, so that what nobody takes can be named.

A value of another shape than the key has is named too, and read as if the key were not there.
"""

import re
from collections.abc import Iterator, Mapping
from decimal import Decimal, DecimalException
from typing import Any, Final

from consoleapp.domain.errors import _
from consoleapp.languages.imports.imported import Note
from consoleapp.languages.imports.yaml_tree import Listed, Mapped, Word, line_of

UNREAD: Final = _("This cannot be read and was left out.")
UNKNOWN: Final = _("Compose has no such key that this console knows. It was left out.")
_RESET: Final = _("!reset empties this key, so it was left out.")
_HARMLESS: Final = _("Not needed here, nothing is lost: it was left out.")
_DECIMAL: Final = re.compile(r"[0-9]{1,12}(\.[0-9]{0,12})?|\.[0-9]{1,12}", re.ASCII)
_DURATION: Final = re.compile(r"(?:[0-9]{1,9}(?:\.[0-9]{1,9})?(?:us|ms|s|m|h|d|w))+", re.ASCII)
_SPAN: Final = re.compile(r"([0-9.]+)(us|ms|s|m|h|d|w)", re.ASCII)
_SECONDS: Final = {
    "us": Decimal("0.000001"),
    "ms": Decimal("0.001"),
    "s": Decimal(1),
    "m": Decimal(60),
    "h": Decimal(3600),
    "d": Decimal(86_400),
    "w": Decimal(604_800),
}


class Notes:
    """What becomes of the things that are not taken as they are."""

    def __init__(self) -> None:
        self.changed: list[Note] = []
        self.left_out: list[Note] = []

    def change(self, subject: str, says: str, line: int | None = None, **params: str | int) -> None:
        self.changed.append(Note(subject, says, _plain(params), line))

    def leave(self, subject: str, says: str, line: int | None = None, **params: str | int) -> None:
        self.left_out.append(Note(subject, says, _plain(params), line))


def _plain(params: Mapping[str, str | int]) -> dict[str, str | int]:
    return {name: str(value) if isinstance(value, str) else value for name, value in params.items()}


class Part:
    """A mapping of the file. ``subject`` is its path there: `services.web.deploy`."""

    def __init__(self, tree: object, subject: str, notes: Notes) -> None:
        self.tree = tree if isinstance(tree, Mapped) else Mapped()
        self.subject, self.notes = subject, notes
        self._open = dict.fromkeys(self.tree)

    def at(self, key: str) -> str:
        """Return the path of a key."""
        return f"{self.subject}.{key}" if self.subject else key

    def change(self, key: str, says: str, **params: str | int) -> None:
        self.notes.change(self.at(key), says, self.tree.lines.get(key), **params)

    def leave(self, key: str, says: str, **params: str | int) -> None:
        self._open.pop(key, None)
        self.notes.leave(self.at(key), says, self.tree.lines.get(key), **params)

    def take(self, key: str) -> Any:
        """Return the value of the key; None where it is not there, null, or emptied."""
        self._open.pop(key, None)
        value = self.tree.get(key)
        if getattr(value, "tag", "") == "!reset":
            self.leave(key, _RESET)
            return None
        return value

    def word(self, key: str) -> Word | None:
        """Return a text, number or boolean as it is written."""
        value = self.take(key)
        if value is None or isinstance(value, Word):
            return value
        self.leave(key, UNREAD)
        return None

    def is_true(self, key: str) -> bool:
        word = self.word(key)
        return word is not None and word.is_true

    def number(self, key: str) -> Decimal | None:
        """Return a number above zero."""
        word = self.word(key)
        number = decimal_of(word) if word is not None else None
        if word and not number:
            self.leave(key, UNREAD)
        return number or None

    def whole(self, key: str) -> int | None:
        """Return a whole number that is not below zero."""
        word = self.word(key)
        if not word:
            return None
        if not re.fullmatch(r"[0-9]{1,18}", word, re.ASCII):
            self.leave(key, UNREAD)
            return None
        return int(word)

    def seconds(self, key: str) -> int | None:
        """Return a span of time in whole seconds, rounded up."""
        word = self.word(key)
        found = seconds_of(word) if word is not None else None
        if word and found is None:
            self.leave(key, UNREAD)
        return found

    def items(self, key: str) -> list[Any]:
        """Return the items of a list; a single word or mapping is a list of one."""
        value = self.take(key)
        return [] if value is None else list(value) if isinstance(value, Listed) else [value]

    def words(self, key: str) -> list[Word]:
        """Return the words of a list, or the one that stands there."""
        items = self.items(key)
        if not all(isinstance(each, Word) for each in items):
            self.leave(key, UNREAD)
        return [each for each in items if isinstance(each, Word)]

    def pairs(self, key: str) -> list[tuple[str, Word | None, int | None]]:
        """Return the names, values and lines of a mapping or of a list of `name=value`; None for no value."""
        value = self.take(key)
        if isinstance(value, Mapped):
            found = [(name, each, value.lines.get(name)) for name, each in value.items()]
        else:
            found = [_pair(each) for each in (value if isinstance(value, Listed) else [] if value is None else [value])]
        if not all(each is None or isinstance(each, Word) for _name, each, _line in found):
            self.leave(key, UNREAD)
        return [pair for pair in found if pair[1] is None or isinstance(pair[1], Word)]

    def below(self, key: str) -> "Part":
        """Return the mapping of the key; an empty one where there is none."""
        value = self.take(key)
        if value is not None and not isinstance(value, Mapped):
            self.leave(key, UNREAD)
        return Part(value, self.at(key), self.notes)

    def parts(self, key: str) -> Iterator[tuple["Part", Word | None]]:
        """Yield each item of a list: a mapping, or an empty one with the word that stands there instead."""
        for each in self.items(key):
            word = each if isinstance(each, Word) else None
            if word is None and not isinstance(each, Mapped):
                self.notes.leave(self.at(key), UNREAD, line_of(each))
                continue
            yield Part(each, self.at(key), self.notes), word

    def leave_rest(self, says: Mapping[str, str] | None = None, otherwise: str = UNKNOWN) -> None:
        """Name every key that nobody took, with its sentence."""
        for key in list(self._open):
            harmless = _HARMLESS if key.startswith("x-") else otherwise
            self.leave(key, (says or {}).get(key, harmless))


def _pair(item: Any) -> tuple[str, Any, int | None]:
    if not isinstance(item, Word):
        return "", Listed(), line_of(item)
    name, equals, value = item.partition("=")
    # In a list it is a text, whatever it looks like.
    return name, Word.of(value, item.line, is_quoted=True) if equals else None, line_of(item)


def decimal_of(text: str) -> Decimal | None:
    """Return the number that a text spells, not below zero; None for another text."""
    try:
        return Decimal(text.strip()) if _DECIMAL.fullmatch(text.strip()) else None
    except DecimalException:
        return None


def seconds_of(text: str) -> int | None:
    """Return the seconds, rounded up, of a span such as `1m30s`; None for another text."""
    if not _DURATION.fullmatch(text):
        return None
    total = sum((Decimal(number) * _SECONDS[unit] for number, unit in _SPAN.findall(text)), Decimal(0))
    return int(total.to_integral_value("ROUND_CEILING"))
