"""The syntax of Terraform's language: blocks, arguments and texts, as ``terraform fmt`` lays them out.

Source: the HCL native syntax specification. What the provider has is not here (``terraform.py``).
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

_ESCAPES: Final = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t"}


@dataclass
class Block:
    """A block: its head as it is written, its arguments (name -> expression), and the blocks in it, in order."""

    head: str
    arguments: dict[str, str] = field(default_factory=dict)
    blocks: list["Block"] = field(default_factory=list)

    def inside(self, name: str) -> "Block":
        """Return the one block of this name, a new one where there is none yet."""
        found = next((block for block in self.blocks if block.head == name), None)
        return found or self.add(name)

    def add(self, name: str) -> "Block":
        """Return a new block of this name, behind the others."""
        block = Block(name)
        self.blocks.append(block)
        return block


def text(value: str) -> str:
    """Return a text in quotes. What cannot be seen is escaped, and no part of it is a template."""
    # Only a dollar or percent sign right before a brace means anything; doubled it is itself.
    plain = value.replace("${", "$${").replace("%{", "%%{")
    is_plain = plain.isprintable() and "\\" not in plain and '"' not in plain
    return f'"{plain if is_plain else "".join(map(_character, plain))}"'


def _character(character: str) -> str:
    if character in _ESCAPES:
        return _ESCAPES[character]
    if character.isprintable():
        return character
    number = ord(character)
    return f"\\u{number:04x}" if number < 0x10000 else f"\\U{number:08x}"


def items(expressions: Iterable[str]) -> str:
    """Return a list of expressions."""
    return f"[{', '.join(expressions)}]"


def mapping(entries: Mapping[str, str]) -> str:
    """Return a mapping of expressions to expressions, a line each."""
    return "\n".join(["{", *_aligned(entries, "  "), "}"])


def document(blocks: Iterable[Block]) -> str:
    """Return the text of blocks."""
    return "\n\n".join("\n".join(_lines(block, "")) for block in blocks) + "\n"


def _lines(block: Block, indent: str) -> Iterator[str]:
    yield f"{indent}{block.head} {{"
    inside = f"{indent}  "
    # Expressions of several lines stand apart, so that the others can be aligned.
    short = {name: expression for name, expression in block.arguments.items() if "\n" not in expression}
    yield from _aligned(short, inside)
    is_first = not short
    for name, expression in block.arguments.items():
        if name not in short:
            yield from () if is_first else ("",)
            # A text has no line ends of its own: they are escaped.
            yield from (f"{inside}{line}" for line in f"{name} = {expression}".split("\n"))
            is_first = False
    for each in block.blocks:
        yield from () if is_first else ("",)
        yield from _lines(each, inside)
        is_first = False
    yield f"{indent}}}"


def _aligned(arguments: Mapping[str, str], indent: str) -> Iterator[str]:
    width = max(map(len, arguments), default=0)
    yield from (f"{indent}{name:<{width}} = {expression}" for name, expression in arguments.items())
