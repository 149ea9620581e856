"""Variables in the texts of a Compose file: `$VAR`, `${VAR:-default}` and their like, as if nobody had set them.

Nobody's environment is read, least of all the server's. Source: the Compose specification, *Interpolation*.
"""

import re
from dataclasses import dataclass
from enum import Enum
from typing import Any, Final

from consoleapp.domain.errors import _
from consoleapp.languages.imports.imported import TEXT_BYTES_MAX, NotReadable
from consoleapp.languages.imports.yaml_tree import Listed, Mapped, Word, line_of

# [ours] What is nested deeper is left as it stands, which also bounds the time for braces that nobody closes.
_NESTED_MAX: Final = 5
# [ours] So many braces that stay open are tried in one text, the others are left as they stand.
_OPEN_MAX: Final = 100
# [ours] characters of all texts that are read, those that an alias repeats each time.
_CHARACTERS_MAX: Final = 2 * TEXT_BYTES_MAX
_NAME: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]*", re.ASCII)
_DOLLAR, _MARK = re.compile(r"\$"), re.compile(r"[$}]")
_OPERATOR: Final = re.compile(r":?[-+?]")


class Found(Enum):
    """What an unset variable came to."""

    DEFAULT = "default"
    EMPTY = "empty"
    # Its text counts only where it is set.
    ABSENT = "absent"


@dataclass(frozen=True)
class Variable:
    """A variable that a text names. ``message`` is what `${V:?message}` says."""

    name: str
    found: Found
    message: str = ""


def interpolate(text: str) -> tuple[str, tuple[Variable, ...]]:
    """Return the text with its variables unset, and the variables. What is no variable stays as it is written."""
    reading = _Reading(text)
    filled, _end = reading.until_end()
    return filled, tuple(reading.variables)


class _NotClosed(Exception):
    """A brace is open at the end, holds no name, or is nested too deep."""


class _Reading:
    def __init__(self, text: str) -> None:
        self.text = text
        self.variables: list[Variable] = []
        self.open = 0

    def until_end(self) -> tuple[str, int]:
        return self._until("", 0, 0)

    def _until(self, stop: str, start: int, depth: int) -> tuple[str, int]:
        """Return what stands from here to the stop, and where that is."""
        found: list[str] = []
        at = start
        while at < len(self.text):
            if stop and self.text[at] == stop:
                return "".join(found), at
            if self.text[at] != "$":
                following = (_MARK if stop else _DOLLAR).search(self.text, at)
                end = following.start() if following else len(self.text)
                found.append(self.text[at:end])
                at = end
                continue
            value, at = self._variable(at, depth)
            found.append(value)
        if stop:
            raise _NotClosed
        return "".join(found), at

    def _variable(self, at: int, depth: int) -> tuple[str, int]:
        """Return what the dollar here stands for, and where it ends."""
        after = self.text[at + 1 : at + 2]
        if after == "$":
            return "$", at + 2
        if after == "{":
            known = len(self.variables)
            try:
                if self.open < _OPEN_MAX:
                    return self._braced(at + 2, depth + 1)
            except _NotClosed:
                if depth:
                    raise
                self.open += 1
                del self.variables[known:]
            return "${", at + 2
        named = _NAME.match(self.text, at + 1)
        if not named:
            return "$", at + 1
        self.variables.append(Variable(named[0], Found.EMPTY))
        return "", named.end()

    def _braced(self, at: int, depth: int) -> tuple[str, int]:
        named = _NAME.match(self.text, at)
        if not named or depth > _NESTED_MAX:
            raise _NotClosed
        at = named.end()
        if self.text[at : at + 1] == "}":
            self.variables.append(Variable(named[0], Found.EMPTY))
            return "", at + 1
        operator = _OPERATOR.match(self.text, at)
        if not operator:
            raise _NotClosed
        known = len(self.variables)
        word, end = self._until("}", operator.end(), depth)
        sign = operator[0][-1]
        if sign == "-":
            self.variables.insert(known, Variable(named[0], Found.DEFAULT))
            return word, end + 1
        self.variables[known:] = [
            Variable(named[0], Found.ABSENT) if sign == "+" else Variable(named[0], Found.EMPTY, word[:200])
        ]
        return "", end + 1


@dataclass(frozen=True)
class Place:
    """Where a text names variables: the words of its path, and its line."""

    path: str
    line: int | None
    variables: tuple[Variable, ...]


class Filler:
    """Fills in the texts of one file, and remembers where variables stood."""

    def __init__(self) -> None:
        self.places: list[Place] = []
        self._left = _CHARACTERS_MAX
        self._known: dict[str, tuple[str, tuple[Variable, ...]]] = {}

    def fill(self, tree: Any, path: str) -> Any:
        """Return a copy of the part of the tree with its texts filled in. Raise NotReadable for too much text."""
        if isinstance(tree, Word):
            return self._word(tree, path)
        if isinstance(tree, Mapped):
            mapped = Mapped(tree.line, tree.tag)
            mapped.lines = tree.lines
            mapped.update({key: self.fill(value, f"{path}.{key}") for key, value in tree.items()})
            return mapped
        if isinstance(tree, Listed):
            listed = Listed(tree.line, tree.tag)
            listed += [self.fill(each, path) for each in tree]
            return listed
        return tree

    def _word(self, word: Word, path: str) -> Word:
        self._left -= len(word)
        if self._left < 0:
            raise NotReadable(_("It has too much text, with what it repeats."), line_of(word))
        if "$" not in word:
            return word
        # A text that aliases repeat is read once.
        if word not in self._known:
            self._known[word] = interpolate(word)
        text, variables = self._known[word]
        if variables:
            self.places.append(Place(path, line_of(word), variables))
        return Word.of(text, word.line, tag=word.tag, is_quoted=word.is_quoted)
