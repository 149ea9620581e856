"""Commands of a shell as lists of words, as people paste them from a README: with prompts, lines that go on, comments.

Nothing is expanded and nothing runs: a variable or a substitution stays as it is written, and the word says so.
Quotes and backslashes mean what they mean in a POSIX shell, but for what other shells write at the end of a line
(`^` of cmd, a backquote of PowerShell) and for the backslashes of a path of Windows.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from consoleapp.domain.errors import _
from consoleapp.languages.imports.imported import NotReadable

# Blanks that a clipboard brings along and nobody sees.
INVISIBLE: Final = " \t\r\n\xa0\u200b\u200c\u200d\u2060\ufeff"
_TOOLS: Final = r"(?=(?:sudo|docker|podman|nerdctl)\b)"
_PROMPT: Final = re.compile(
    r"^[^\S\n]*(?:(?:[$%>❯]|[^\s\"']{1,60}[$#%>]|\[[^\]\n]{1,60}\][$#])[^\S\n]+"
    rf"|(?:PS [^>\n]{{0,200}}|[A-Za-z]:\\[^>\n]{{0,200}})>[^\S\n]*){_TOOLS}",
    re.MULTILINE,
)
_ROOT_PROMPT: Final = re.compile(rf"^[^\S\n]*#[^\S\n]+{_TOOLS}", re.MULTILINE)
# A line goes on in the next: what stands for a comment behind its mark or on lines between is not what a shell makes
# of it, but what is meant. `> ` is the prompt of such a line.
_CONTINUED: Final = re.compile(
    r"(?:\\(?:[^\S\n]+#[^\n]*|[^\S\n]*)|(?<=\s)[\^`][^\S\n]*)(?:\n|\Z)(?:[^\S\n]*#[^\n]*\n)*(?:>[^\S\n])?"
)
# A control of one line drops the break and leaves the backslash alone.
_BREAK_DROPPED: Final = re.compile(r"(?<=\s)\\[^\S\n]+")
_BLANKS: Final = re.compile(r"[^\S\n]+")
_COMMENT: Final = re.compile(r"#[^\n]*")
_OPERATOR: Final = re.compile(r"\n|[;&|<>]+")
_PLAIN: Final = re.compile(r"[^\s\\'\"$`;&|<>]+")
_IN_QUOTES: Final = re.compile(r"[^\"\\$`]+")
_VARIABLE: Final = re.compile(r"\$(?:(?:env:)?([A-Za-z_][A-Za-z0-9_]*)|([0-9@*#?!$-]))", re.ASCII | re.IGNORECASE)
_BRACED: Final = re.compile(r"[A-Za-z0-9_]+", re.ASCII)
_OF_WINDOWS: Final = re.compile(r"(?:[^\\]*[=,])?(?:[A-Za-z]:|%\w+%|\.{1,2}|\$\{?\w+(?::\w+)?\}?)(?:\\[^:]*)?")
# A path of Windows is no longer.
_PATH_MAX: Final = 300


class OpenQuote(NotReadable):
    """A quotation mark or substitution has no end."""


class ShellWord(str):
    """A word without its quotes. ``line`` counts from 1; ``asked`` are the variables and substitutions in it."""

    __slots__ = ("asked", "line")
    line: int
    asked: tuple[str, ...]

    @classmethod
    def of(cls, text: str, line: int = 1, asked: tuple[str, ...] = ()) -> "ShellWord":
        word = cls(text)
        word.line, word.asked = line, asked
        return word

    def part(self, text: str) -> "ShellWord":
        """Return a part of the word, which knows the same."""
        return ShellWord.of(text, self.line, self.asked)


@dataclass(frozen=True)
class Command:
    """The words of one command, at least one, and the operator before it: `&&`, `|`, `>`, "" for a new line."""

    words: tuple[ShellWord, ...]
    behind: str = ""


def has_root_prompt(text: str) -> bool:
    """Tell whether `# docker` stands at the start of a line."""
    return _ROOT_PROMPT.search(text) is not None


def commands(text: str, *, root: bool = False) -> list[Command]:
    """Return the commands of a text. Raise OpenQuote and nothing else; takes time in proportion to its length.

    ``root``: `# docker` at the start of a line is a prompt, not a comment.
    """
    plain = text.replace("\r\n", "\n").replace("\r", "\n")
    plain = _PROMPT.sub("", _ROOT_PROMPT.sub("", plain) if root else plain)
    return list(_Scanner(plain).commands())


class _Scanner:
    """Goes through a text once."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.position = 0
        # Where the piece begins that is being read; and up to where lines were counted.
        self._start = 0
        self._line, self._counted = 1, 0
        # The word that is being read, None between words; and how long it is.
        self._pieces: list[str] | None = None
        self._length = 0
        # A dict, because it keeps the order and finds quickly.
        self._asked: dict[str, None] = {}
        self._began = 1
        self._words: list[ShellWord] = []

    def commands(self) -> Iterator[Command]:
        behind = ""
        while self.position < len(self.text):
            operator = self._step()
            if not operator:
                continue
            if self._pieces is not None and operator[0] in "<>" and "".join(self._pieces).isdecimal():
                # The number of a stream, as in 2>&1.
                self._pieces = None
            self._end_word()
            if self._words:
                yield Command(tuple(self._words), behind)
                self._words, behind = [], ""
            behind = "" if operator == "\n" else behind + operator
        self._end_word()
        if self._words:
            yield Command(tuple(self._words), behind)

    def _step(self) -> str:
        """Read on by one piece; return the operator where there is one."""
        self._start = self.position
        character = self.text[self.position]
        if character.isalnum() or character in "-/":
            # Most of a text.
            self._add(self._match(_PLAIN))
            return ""
        if character == "\\" or (character in "^`" and self._pieces is None):
            if self._goes_on():
                return ""
            if character == "\\":
                self._escaped()
                return ""
        if found := self._match(_BLANKS):
            self._end_word()
        elif found := self._match(_OPERATOR):
            return found
        elif character == "#" and self._pieces is None:
            self._match(_COMMENT)
        elif character in "'\"$`":
            self._quoted(character)
        else:
            self._add(self._match(_PLAIN))
        return ""

    def _goes_on(self) -> bool:
        """Pass the end of a line that goes on in the next one, and tell whether there was one."""
        found = self._match(_CONTINUED) or self._match(_BREAK_DROPPED)
        if found and found != "\\\n":
            self._end_word()
        return bool(found)

    def _escaped(self) -> None:
        following = self.text[self.position + 1 : self.position + 2]
        may_be_path = following.isalnum() and self._length <= _PATH_MAX
        is_path = may_be_path and _OF_WINDOWS.fullmatch("".join(self._pieces or ()))
        self._add(f"\\{following}" if is_path else following)
        self.position += 2

    def _quoted(self, mark: str) -> None:
        if mark == "$" and self.text[self.position + 1 : self.position + 2] in ("'", '"'):
            # $'…' and $"…" of bash.
            self.position += 1
            mark = self.text[self.position]
        if mark == "'":
            end = self._find("'", self.position + 1)
            self._add(self.text[self.position + 1 : end])
            self.position = end + 1
        elif mark == '"':
            self._double()
        else:
            self._substitution(mark)

    def _double(self) -> None:
        began = self.position
        self.position += 1
        self._add("")
        while self.position < len(self.text):
            character = self.text[self.position]
            if character == '"':
                self.position += 1
                return
            if character == "\\":
                following = self.text[self.position + 1 : self.position + 2]
                kept = "" if following == "\n" else following if following in '"\\$`' else f"\\{following}"
                self._add(kept)
                self.position += 2
            elif character in "$`":
                self._substitution(character)
            else:
                self._add(self._match(_IN_QUOTES))
        raise self._open(began)

    def _substitution(self, mark: str) -> None:
        began = self.position
        if mark == "`":
            end = self._find("`", began + 1)
            self.position = end + 1
            # `#optional` is a comment that a shell makes nothing of.
            if not self.text[began + 1 : end].lstrip().startswith("#"):
                self._add(self.text[began : end + 1], "`…`")
        elif self.text.startswith(("$(", "${"), began):
            self.position = self._closed(began + 1)
            name = _BRACED.match(self.text, began + 2)
            asked = f"${name[0]}" if self.text[began + 1] == "{" and name else "$(…)"
            self._add(self.text[began : self.position], asked)
        elif found := self._match(_VARIABLE):
            self._add(found, f"${found[1:].rpartition(':')[2]}")
        else:
            self.position += 1
            self._add(mark)

    def _closed(self, began: int) -> int:
        """Return the position behind the bracket that closes the one at ``began``."""
        opening = self.text[began]
        closing = ")" if opening == "(" else "}"
        depth, position = 0, began
        for found in re.compile(rf"\\.|'[^']*'|[{re.escape(opening + closing)}]", re.DOTALL).finditer(self.text, began):
            if found[0] == opening:
                depth += 1
            elif found[0] == closing:
                depth -= 1
            position = found.end()
            if not depth:
                return position
        raise self._open(began - 1)

    def _find(self, mark: str, start: int) -> int:
        end = self.text.find(mark, start)
        if end < 0:
            raise self._open(start - 1)
        return end

    def _open(self, position: int) -> OpenQuote:
        line = self.text.count("\n", 0, position) + 1
        return OpenQuote(_("A quotation mark or bracket that opens here has no end."), line)

    def _match(self, pattern: re.Pattern[str]) -> str:
        """Pass what the pattern finds here and return it, "" for nothing."""
        found = pattern.match(self.text, self.position)
        if not found:
            return ""
        self.position = found.end()
        return found[0]

    def _add(self, piece: str, asked: str = "") -> None:
        if self._pieces is None:
            self._pieces, self._length = [], 0
            self._line += self.text.count("\n", self._counted, self._start)
            self._counted, self._began = self._start, self._line
        self._pieces.append(piece)
        self._length += len(piece)
        if asked:
            self._asked[asked] = None

    def _end_word(self) -> None:
        if self._pieces is not None:
            self._words.append(ShellWord.of("".join(self._pieces), self._began, tuple(self._asked)))
        self._pieces, self._length, self._asked = None, 0, {}
