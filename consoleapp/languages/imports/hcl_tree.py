"""What a text in HCL, the language of Terraform, consists of: blocks, and expressions as far as they are read."""

from dataclasses import dataclass, field


class Number(str):
    """A number as it was written."""


@dataclass(frozen=True, slots=True)
class Literal:
    value: str | bool | None


@dataclass(frozen=True, slots=True)
class Template:
    """A text with expressions in it."""

    parts: tuple["str | Node", ...]


@dataclass(frozen=True, slots=True)
class Items:
    items: tuple["Node", ...]


@dataclass(frozen=True, slots=True)
class Pairs:
    """An object; where a key stands twice the last one counts, as in Terraform."""

    pairs: tuple[tuple["Node", "Node"], ...]


@dataclass(frozen=True, slots=True)
class Call:
    name: str
    arguments: tuple["Node", ...]
    source: str


@dataclass(frozen=True, slots=True)
class Other:
    """A reference, or an expression of another kind, as it was written."""

    source: str


Node = Literal | Template | Items | Pairs | Call | Other


@dataclass(frozen=True, eq=False)
class Block:
    """``arguments`` are expressions by name, each with its line."""

    kind: str
    labels: tuple[str, ...]
    line: int
    arguments: dict[str, tuple[Node, int]] = field(default_factory=dict)
    blocks: list["Block"] = field(default_factory=list)
