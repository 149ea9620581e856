"""Going through a text in HCL: blanks, comments, lines, and how deep it is."""

import re
from bisect import bisect_left
from typing import Final

from consoleapp.domain.errors import _
from consoleapp.languages.imports.imported import NotReadable

DEPTH_MAX: Final = 32  # [ours]
NODES_MAX: Final = 20_000  # [ours]
_BLANKS: Final = re.compile(r"[ \t]+|#[^\n]*|//[^\n]*")
_BLANKS_AND_BREAKS: Final = re.compile(r"[ \t\n]+|#[^\n]*|//[^\n]*")


class Cursor:
    """A place in a text. ``depth`` counts brackets and quotes that are open, ``nodes`` all that was read."""

    def __init__(self, text: str, line: int = 1, depth: int = 0, nodes: int = 0) -> None:
        self.text, self.at = text, 0
        self.first_line, self.depth, self.nodes = line, depth, nodes
        self._breaks = [found.start() for found in re.finditer("\n", text)]

    def next(self) -> str:
        return self.text[self.at : self.at + 1]

    def match(self, pattern: re.Pattern[str]) -> str:
        found = pattern.match(self.text, self.at)
        self.at = found.end() if found else self.at
        return found[0] if found else ""

    def blanks(self, *, breaks: bool = False) -> None:
        """Pass blanks and comments; line breaks too where they mean nothing."""
        pattern = _BLANKS_AND_BREAKS if breaks else _BLANKS
        while self.match(pattern) or self.text.startswith("/*", self.at):
            if self.text.startswith("/*", self.at):
                end = self.text.find("*/", self.at + 2)
                if end < 0:
                    raise self.wrong()
                self.at = end + 2

    def enter(self) -> None:
        """Pass an opening bracket or quote."""
        self.depth += 1
        if self.depth > DEPTH_MAX:
            raise NotReadable(_("It is nested more than {limit} deep."), self.line(), limit=DEPTH_MAX)
        if self.next() not in ("$", "%"):
            self.at += 1

    def count(self) -> None:
        """Count one more value or block."""
        self.nodes += 1
        if self.nodes > NODES_MAX:
            raise NotReadable(_("It has more than {limit} values."), self.line(), limit=NODES_MAX)

    def line(self) -> int:
        return self.first_line + bisect_left(self._breaks, self.at)

    def wrong(self) -> NotReadable:
        return NotReadable(_("This is not HCL, the language of Terraform."), self.line())
