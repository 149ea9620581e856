"""HCL, the language of Terraform, as a tree of blocks and expressions with their lines; bounded while it is read.

python-hcl2 is not used: it reads some 30 kB a second, gives no lines of arguments, hands expressions back as text that
has to be read once more, and keeps its grammar in a file it writes beside itself. What an expression is worth is not
here (``hcl_values.py``). Source: the HCL native syntax specification.
"""

import re
import textwrap
from collections.abc import Iterator
from typing import Final

from consoleapp.domain.errors import _
from consoleapp.languages.imports.hcl_text import Cursor
from consoleapp.languages.imports.hcl_tree import Block, Call, Items, Literal, Node, Number, Other, Pairs, Template
from consoleapp.languages.imports.imported import NotReadable, refuse_large

_NAME: Final = re.compile(r"[A-Za-z_][\w-]*")
_NUMBER: Final = re.compile(r"-?[0-9]{1,40}(?:\.[0-9]{1,40})?(?:[eE][-+]?[0-9]{1,4})?(?![\w.])")
_STEPS: Final = re.compile(r"(?:\.(?:[A-Za-z_][\w-]*|[0-9]+|\*)|\[[^\[\]\n{}()]{0,200}\])*")
_FOR: Final = re.compile(r"[\[{]\s*for\s")
_HERE: Final = re.compile(r"<<(-?)([A-Za-z_][\w.-]{0,100})[ \t]*\n")
_PLAIN: Final = re.compile(r"[^\"\\$%\n]+")
_PLAIN_HERE: Final = re.compile(r"[^$%]+")
_OTHER: Final = re.compile(r"[^\"<(\[{)\]},\n#/]+")
_ESCAPES: Final = {"n": "\n", "r": "\r", "t": "\t", '"': '"', "\\": "\\"}
_CODE: Final = re.compile(r"u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})")
_CLOSING: Final = {"(": ")", "[": "]", "{": "}"}


def document(text: str) -> Block:
    """Return the file as a block without a name. Raise NotReadable and nothing else."""
    refuse_large(text)
    reader = _Reader(text.lstrip("\ufeff").replace("\r\n", "\n"))
    whole = Block("", (), 1)
    reader.body(whole, "")
    return whole


class _Reader(Cursor):
    """Goes through a text once, from its beginning to its end."""

    # --- blocks

    def body(self, block: Block, closing: str) -> None:
        """Read arguments and blocks up to the closing bracket, or to the end of the text."""
        while True:
            self.blanks(breaks=True)
            if self.next() == closing:
                self.at += len(closing)
                return
            line = self.line()
            name = self.match(_NAME)
            if not name:
                raise self.wrong()
            self.blanks()
            if self.next() != "=":
                block.blocks.append(self._block(name, line))
                continue
            self.at += 1
            if name in block.arguments:
                raise NotReadable(_("{name} stands twice."), line, name=name[:80])
            block.arguments[name] = self._expression(), line
            self.blanks()
            if self.next() not in ("", "\n", "}"):
                raise self.wrong()

    def _block(self, kind: str, line: int) -> Block:
        self.count()
        labels = []
        while self.next() != "{":
            label = self.match(_NAME)
            if not label:
                text = self._quoted() if self.next() == '"' else None
                if not (isinstance(text, Literal) and isinstance(text.value, str)):
                    raise self.wrong()
                label = text.value
            labels.append(label)
            self.blanks()
        block = Block(kind, tuple(labels), line)
        self.enter()
        self.body(block, "}")
        self.depth -= 1
        return block

    # --- expressions

    def _expression(self, *, breaks: bool = False) -> Node:
        """Read an expression; one with operators is taken as it is written. ``breaks``: it may go over lines."""
        self.blanks(breaks=breaks)
        began = self.at
        value = self._simple()
        self.blanks(breaks=breaks)
        if value is None or not self._is_end(breaks=breaks):
            self._pass(breaks=breaks)
            source = self.text[began : self.at].strip()
            if not source:
                raise self.wrong()
            return Other(source)
        return value

    def _is_end(self, *, breaks: bool) -> bool:
        following = self.next()
        is_end = following == "" or following in ",}])" or (following == "\n" and not breaks)
        return is_end or self.text.startswith("~}", self.at)

    def _simple(self) -> Node | None:
        """Read an expression without operators; None for what is something else, which is not passed then."""
        self.count()
        following = self.next()
        if following == '"':
            return self._quoted()
        if following == "<":
            return self._here()
        if following and following in "[{(":
            return None if _FOR.match(self.text, self.at) else self._bracketed(following)
        if number := self.match(_NUMBER):
            return Literal(Number(number))
        return self._named()

    def _named(self) -> Node | None:
        began = self.at
        name = self.match(_NAME)
        if not name:
            return None
        if self.next() == "(":
            arguments = tuple(self._items(")"))
            return Call(name, arguments, self.text[began : self.at])
        if name in ("true", "false", "null"):
            return Literal(None if name == "null" else name == "true")
        self.match(_STEPS)
        return Other(self.text[began : self.at])

    def _bracketed(self, opening: str) -> Node | None:
        if opening == "[":
            return Items(tuple(self._items("]")))
        if opening == "{":
            return Pairs(tuple(self._pairs()))
        inside = list(self._items(")"))
        if len(inside) != 1:
            raise self.wrong()
        return inside[0]

    def _items(self, closing: str) -> Iterator[Node]:
        self.enter()
        while True:
            self.blanks(breaks=True)
            if self.next() == closing:
                break
            yield self._expression(breaks=True)
            self.blanks(breaks=True)
            if self.next() not in (",", closing):
                raise self.wrong()
            self.at += self.next() == ","
        self.at += 1
        self.depth -= 1

    def _pairs(self) -> Iterator[tuple[Node, Node]]:
        self.enter()
        while True:
            self.blanks(breaks=True)
            if self.next() == "}":
                break
            key = self._key()
            self.blanks()
            if self.next() not in ("=", ":"):
                raise self.wrong()
            self.at += 1
            yield key, self._expression()
            self.blanks()
            if self.next() not in (",", "\n", "}"):
                raise self.wrong()
            self.at += self.next() == ","
        self.at += 1
        self.depth -= 1

    def _key(self) -> Node:
        if name := self.match(_NAME) or self.match(_NUMBER):
            return Literal(name)
        key = self._simple() if self.next() in ('"', "(") else None
        if key is None:
            raise self.wrong()
        return key

    def _pass(self, *, breaks: bool) -> None:
        """Pass what is left of an expression, with all that stands in brackets and quotes."""
        while not self._is_end(breaks=breaks):
            began = self.at
            self.blanks(breaks=breaks)
            following = self.next()
            if following == '"':
                self._quoted()
            elif following == "<" and _HERE.match(self.text, self.at):
                self._here()
            elif following and following in _CLOSING:
                self._pass_brackets(_CLOSING[following])
            elif self.at == began and not self.match(_OTHER):
                self.at += 1

    def _pass_brackets(self, closing: str) -> None:
        self.enter()
        while self.next() != closing:
            self._pass(breaks=True)
            if self.next() == ",":
                self.at += 1
            elif self.next() != closing:
                raise self.wrong()
        self.at += 1
        self.depth -= 1

    # --- texts

    def _quoted(self) -> Node:
        self.enter()
        text = self._template(_PLAIN, '"')
        self.at += 1
        self.depth -= 1
        return text

    def _here(self) -> Node | None:
        """Read the lines up to the word that was announced."""
        found = _HERE.match(self.text, self.at)
        if not found:
            return None
        line, end, following = self.line() + 1, found.end(), found.end()
        while self.text[end : (following := self._line_end(end))].strip() != found[2]:
            if following == len(self.text):
                raise self.wrong()
            end = following + 1
        lines = self.text[found.end() : end]
        self.at = following
        inner = _Reader(textwrap.dedent(lines) if found[1] else lines, line, self.depth + 1, self.nodes)
        text = inner._template(_PLAIN_HERE, "")
        self.nodes = inner.nodes
        return text

    def _line_end(self, start: int) -> int:
        end = self.text.find("\n", start)
        return len(self.text) if end < 0 else end

    def _template(self, plain: re.Pattern[str], closing: str) -> Node:
        parts: list[str | Node] = []
        while self.next() != closing:
            if run := self.match(plain):
                parts.append(run)
            elif self.text.startswith(("$${", "%%{"), self.at):
                parts.append(self.text[self.at + 1 : self.at + 3])
                self.at += 3
            elif self.text.startswith(("${", "%{"), self.at):
                parts.append(self._inserted())
            elif self.next() in ("$", "%"):
                parts.append(self.next())
                self.at += 1
            else:
                parts.append(self._escaped())
        if all(isinstance(part, str) for part in parts):
            return Literal("".join(map(str, parts)))
        return Template(tuple(parts))

    def _inserted(self) -> Node:
        """Read `${…}`; a directive such as `%{ if … }` is taken as it is written."""
        self.enter()
        began, is_directive = self.at, self.next() == "%"
        self.at += 2 + (self.text[self.at + 2 : self.at + 3] == "~")
        if is_directive:
            self._pass(breaks=True)
            value: Node = Other(self.text[began : self.at])
        else:
            value = self._expression(breaks=True)
            self.blanks(breaks=True)
        self.at += self.next() == "~"
        if self.next() != "}":
            raise self.wrong()
        self.at += 1
        self.depth -= 1
        return value

    def _escaped(self) -> str:
        mark = self.text[self.at + 1 : self.at + 2]
        if self.next() != "\\":
            raise self.wrong()
        if mark in _ESCAPES:
            self.at += 2
            return _ESCAPES[mark]
        code = _CODE.match(self.text, self.at + 1)
        number = int(code[1] or code[2], 16) if code else 0x110000
        if number > 0x10FFFF:
            raise self.wrong()
        self.at += 1 + len(code[0] if code else "")
        return chr(number)
