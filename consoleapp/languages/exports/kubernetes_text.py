"""How a Pod is written as YAML that each reader takes the same way: quotes, octal modes, `$(NAME)`, the shell's words.

The quotes are wider than PyYAML's own: Kubernetes reads `1e3` as a number and `y` as a boolean.
"""

import re
import shlex
from collections.abc import Collection, Iterable, Iterator
from typing import Any, Final

import yaml
from yaml.events import (
    DocumentEndEvent,
    DocumentStartEvent,
    Event,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
    StreamEndEvent,
    StreamStartEvent,
)

# What begins like a number, a date or a sign is quoted, and the words that YAML 1.1 or 1.2 takes for something else.
_PLAIN: Final = re.compile(r"(?!(?i:y|n|yes|no|on|off|true|false|null)\Z)[A-Za-z/].*")
# Two dollars are one to Kubernetes, wherever they stand; a name in parentheses is replaced where it is known.
_DOLLAR: Final = re.compile(r"\$\$|\$\(([^)]*)\)|\$\(")
_DUMPER: Final = getattr(yaml, "CSafeDumper", yaml.SafeDumper)
_WIDTH: Final = 1_000_000


class Octal(int):
    """The mode of a file, which YAML has with a zero before it."""


def dump(tree: dict[str, Any], comments: Iterable[str]) -> str:
    """Return the tree of mappings, lists, texts, whole numbers and booleans as YAML, below the comments."""
    events = (StreamStartEvent(), DocumentStartEvent(), *_events(tree), DocumentEndEvent(), StreamEndEvent())
    text: str = yaml.emit(events, Dumper=_DUMPER, allow_unicode=True, width=_WIDTH)
    return "".join(f"# {line}\n" for line in comments) + text


def _events(value: Any) -> Iterator[Event]:
    """Yield the events of a value. PyYAML would make a tree of nodes first, which takes twice as long."""
    if isinstance(value, dict):
        yield MappingStartEvent(None, None, True, flow_style=not value)
        for key, item in value.items():
            yield _scalar(key)
            yield from _events(item)
        yield MappingEndEvent()
    elif isinstance(value, list):
        yield SequenceStartEvent(None, None, True, flow_style=not value)
        for item in value:
            yield from _events(item)
        yield SequenceEndEvent()
    else:
        yield _scalar(value)


def _scalar(value: Any) -> Event:
    if isinstance(value, str):
        # Words of a choice are texts too.
        return ScalarEvent(None, None, (True, True), str(value), style=_style(value))
    word = f"{value:04o}" if isinstance(value, Octal) else str(value).lower()
    return ScalarEvent(None, None, (True, False), word)


def _style(text: str) -> str | None:
    if _PLAIN.fullmatch(text) and text.isprintable():
        return None
    if not text.replace("\n", "").isprintable():
        return '"'
    return "|" if "\n" in text else "'"


def escaped(text: str, names: Collection[str]) -> str:
    """Return the text of which Kubernetes makes this one, in a container with variables of these names."""

    def _escape(found: re.Match[str]) -> str:
        word = found[0]
        if word == "$$":
            return "$$$$"
        return f"${word}" if found[1] in names else word

    return _DOLLAR.sub(_escape, text)


def shell_word(text: str, variable: str) -> str:
    """Return the text as a word of a POSIX shell; the variable instead where it cannot stand in a comment."""
    return shlex.quote(text) if text.isprintable() else f'"${variable}"'
