"""What expressions of HCL are worth, as far as the text itself says it.

Defaults of variables and locals are put in; nothing else is: no file is read, no function runs but those that only
write a value differently.
"""

import base64
import json
import re
from collections.abc import Callable, Mapping
from typing import Any, Final

from consoleapp.domain.errors import _
from consoleapp.languages.imports.hcl_tree import Block, Call, Items, Literal, Node, Number, Pairs, Template
from consoleapp.languages.imports.imported import NotReadable

# [ours] Characters of all values; each use of a variable counts, and so does each encoding.
SIZE_MAX: Final = 1024 * 1024
_NAMED: Final = re.compile(r"(var|local)\.([A-Za-z_][\w-]*)")
_REFERENCE: Final = re.compile(r"[A-Za-z_][\w.\[\]*-]{0,79}", re.ASCII)
_ODD: Final = re.compile(r"[^A-Z0-9]+")
_SAME: Final = frozenset({"tostring", "tonumber", "tobool", "tolist", "toset", "tomap", "sensitive", "nonsensitive"})


class Unknown(str):
    """An expression that stands for something that the text does not hold, as it was written."""

    @property
    def name(self) -> str:
        """Return what it refers to; another expression may hold a secret, so it is not shown."""
        return str(self) if _REFERENCE.fullmatch(self) else "…"

    @property
    def mark(self) -> str:
        """Return what stands in a longer text in its place: capitals in angle brackets."""
        return f"<{_ODD.sub('_', self.upper()).strip('_')}>" if _REFERENCE.fullmatch(self) else "<ASKED>"


class Partly(str):
    """A text that holds marks; ``names`` are the expressions that they stand for."""

    names: tuple[str, ...]

    @classmethod
    def of(cls, text: str, names: tuple[str, ...]) -> "Partly":
        made = cls(text)
        made.names = names
        return made


class Values:
    """The values of expressions in one file. ``used`` are the variables whose default was taken."""

    def __init__(self, whole: Block) -> None:
        self.used: dict[str, None] = {}
        self._size = 0
        self._known: dict[str, Node] = {}
        for block in whole.blocks:
            if block.kind == "locals":
                self._known |= {f"local.{name}": node for name, (node, _line) in block.arguments.items()}
            elif block.kind == "variable" and block.labels:
                secret, _line = block.arguments.get("sensitive", (Literal(False), 0))
                if "default" in block.arguments and secret == Literal(False):
                    self._known[f"var.{block.labels[0]}"] = block.arguments["default"][0]

    def of(self, node: Node, *, named: bool = True) -> Any:
        """Return a text, Number, bool, None, list, dict, Partly or Unknown. Raise NotReadable for too much of it.

        ``named``: variables and locals are put in. They are not within themselves, so that nothing goes in circles.
        """
        if isinstance(node, Literal):
            return self._sized(node.value)
        if isinstance(node, Template):
            return self._template(
                [each if isinstance(each, str) else self.of(each, named=named) for each in node.parts]
            )
        if isinstance(node, Items):
            return [self.of(each, named=named) for each in node.items]
        if isinstance(node, Pairs):
            return {_text(self.of(key, named=named)): self.of(each, named=named) for key, each in node.pairs}
        if isinstance(node, Call):
            arguments = [self.of(each, named=named) for each in node.arguments]
            return self._sized(_called(node.name, arguments, node.source))
        return self._named(node.source) if named else Unknown(node.source)

    def _named(self, source: str) -> Any:
        node = self._known.get(source) if _NAMED.fullmatch(source) else None
        if node is None:
            return Unknown(source)
        value = self.of(node, named=False)
        if source.startswith("var.") and not isinstance(value, Unknown) and value is not None:
            self.used[source] = None
        # A variable whose default is null has to be given.
        return Unknown(source) if isinstance(value, Unknown) or value is None else value

    def _template(self, parts: list[Any]) -> Any:
        if len(parts) == 1:
            return parts[0]
        if any(isinstance(each, list | dict) for each in parts):
            parts = [Unknown("…") if isinstance(each, list | dict) else each for each in parts]
        return self._sized(_marked("".join(map(_text, parts)), parts))

    def _sized(self, value: Any) -> Any:
        self._size += len(value) if isinstance(value, str) else 1
        if self._size > SIZE_MAX:
            raise NotReadable(_("It has more than {limit} characters, with what it repeats."), limit=SIZE_MAX)
        return value


def _text(value: Any) -> str:
    if isinstance(value, Unknown):
        return value.mark
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else str(value)


def _marked(text: str, parts: Any) -> str:
    """Return the text made of the parts, which tells what is not known of it."""
    names = tuple(_unknown(parts))
    return Partly.of(text, names) if names else text


def _unknown(value: Any) -> dict[str, None]:
    """Return what is not known inside a value."""
    if isinstance(value, Unknown):
        return {value.name: None}
    if isinstance(value, Partly):
        return dict.fromkeys(value.names)
    below = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return {name: None for each in below for name in _unknown(each)}


def _called(name: str, arguments: list[Any], source: str) -> Any:
    """Return what a function gives, where it only writes its argument differently."""
    if name in _SAME and len(arguments) == 1:
        return arguments[0]
    function = _FUNCTIONS.get(name)
    made = function(arguments) if function else None
    return Unknown(source) if made is None else _marked(made, arguments)


def _json(arguments: list[Any]) -> str | None:
    return json.dumps(_plain(arguments[0]), ensure_ascii=False) if len(arguments) == 1 else None


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _plain(each) for name, each in value.items()}
    if isinstance(value, list):
        return [_plain(each) for each in value]
    if isinstance(value, Number):
        # Terraform writes it as a number; in the options of a volume it is read as a text all the same.
        return int(value) if re.fullmatch(r"-?[0-9]{1,18}", value) else str(value)
    return _text(value) if isinstance(value, str) else value


def _base64(arguments: list[Any]) -> str | None:
    if len(arguments) != 1 or not isinstance(arguments[0], str) or isinstance(arguments[0], Unknown):
        return None
    return base64.b64encode(arguments[0].encode("utf-8", "replace")).decode("ascii")


def _join(arguments: list[Any]) -> str | None:
    match arguments:
        case [str() as between, list() as items] if not any(isinstance(each, list | dict) for each in items):
            return between.join(map(_text, items))
    return None


_FUNCTIONS: Final[Mapping[str, Callable[[list[Any]], str | None]]] = {
    "jsonencode": _json,
    "base64encode": _base64,
    "join": _join,
}
