"""YAML as a tree of dicts, lists and Words, bounded before anything is walked.

What an unquoted word means is left to who reads the tree: Compose has the words of YAML 1.2, Kubernetes those of
YAML 1.1. So a Word is the text as it was written, with what each of the two takes it for. PyYAML gives the events
(its own loader would read `22:22` as 1342, and takes the last of two equal keys).
"""

import re
import time
from collections.abc import Iterator, Mapping
from enum import Enum
from typing import Any, Final

import yaml
from yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    Event,
    MappingEndEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)

from consoleapp.domain.errors import _
from consoleapp.languages.imports.imported import NotReadable, refuse_large

# [ours] Far above what people write; each alias counts as all that it stands for.
DEPTH_MAX: Final = 32
NODES_MAX: Final = 10_000  # values; their keys do not count
SECONDS_MAX: Final = 1.0
MERGE: Final = "<<"

_LOADER: Final = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_NULL: Final = frozenset({"", "~", "null", "Null", "NULL"})
_TRUE, _FALSE = frozenset({"true", "True", "TRUE"}), frozenset({"false", "False", "FALSE"})
# YAML 1.1, as the Kubernetes tools read it.
_TRUE_11: Final = _TRUE | frozenset({"yes", "Yes", "YES", "on", "On", "ON"})
_FALSE_11: Final = _FALSE | frozenset({"no", "No", "NO", "off", "Off", "OFF"})
_INT: Final = re.compile(r"[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+")
_FLOAT: Final = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?|[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)")


class Sort(Enum):
    """What an unquoted word is."""

    TEXT = "text"
    BOOLEAN = "boolean"
    NUMBER = "number"


class Word(str):
    """A scalar as it was written. ``line`` counts from 1; ``tag`` is `!reset` and its like, "" for none."""

    __slots__ = ("is_quoted", "line", "tag")
    line: int
    tag: str
    is_quoted: bool

    @classmethod
    def of(cls, text: str, line: int = 0, *, tag: str = "", is_quoted: bool = False) -> "Word":
        word = cls(text)
        word.line, word.tag, word.is_quoted = line, tag, is_quoted
        return word

    @property
    def sort(self) -> Sort:
        """Return what YAML 1.2 takes it for."""
        if self.is_quoted:
            return Sort.TEXT
        if self in _TRUE or self in _FALSE:
            return Sort.BOOLEAN
        return Sort.NUMBER if _INT.fullmatch(self) or _FLOAT.fullmatch(self) else Sort.TEXT

    @property
    def sort_11(self) -> Sort:
        """Return what YAML 1.1 takes it for, as the Kubernetes tools do."""
        return Sort.BOOLEAN if not self.is_quoted and (self in _TRUE_11 or self in _FALSE_11) else self.sort

    @property
    def is_true(self) -> bool:
        """Tell whether it says yes, quoted or not, in either YAML."""
        return self in _TRUE_11


class Mapped(dict[str, Any]):
    """A mapping with the line of each of its keys, and its own tag."""

    def __init__(self, line: int = 0, tag: str = "") -> None:
        super().__init__()
        self.line, self.tag = line, tag
        self.lines: dict[str, int] = {}


class Listed(list[Any]):
    """A sequence with its line and tag."""

    def __init__(self, line: int = 0, tag: str = "") -> None:
        super().__init__()
        self.line, self.tag = line, tag


def line_of(value: object) -> int | None:
    """Return the line on which a part of the tree begins; None where nobody knows."""
    return getattr(value, "line", 0) or None


def documents(text: str) -> list[Any]:
    """Return the tree of each document: Mapped, Listed, Word, or None for null. Raise NotReadable and nothing else."""
    refuse_large(text)
    try:
        return _Builder(text).documents()
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark else None
        raise NotReadable(_("This is not YAML: {problem}."), line, problem=str(error.problem or "")) from error
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        if isinstance(error, NotReadable):
            raise
        raise NotReadable(_("This is not YAML: {problem}."), problem=str(error)[:200]) from error


def _line(event: Event) -> int:
    return event.start_mark.line + 1 if event.start_mark else 0


class _Builder:
    """Makes trees of events, one text at a time."""

    def __init__(self, text: str) -> None:
        self._events: Iterator[Event] = yaml.parse(text, Loader=_LOADER)
        self._anchors: dict[str, tuple[Any, int]] = {}
        self._nodes = 0
        self._until = time.monotonic() + SECONDS_MAX

    def documents(self) -> list[Any]:
        found = []
        for event in self._events:
            if isinstance(event, DocumentStartEvent):
                self._anchors = {}
                found.append(self._node(next(self._events), 1))
        return found

    def _count(self, nodes: int, line: int) -> None:
        self._nodes += nodes
        if self._nodes > NODES_MAX:
            raise NotReadable(_("It has more than {limit} values, with what it repeats."), line, limit=NODES_MAX)
        if time.monotonic() > self._until:
            raise NotReadable(_("It takes too long to read."), line)

    def _node(self, event: Event, depth: int) -> Any:
        line = _line(event)
        if depth > DEPTH_MAX:
            raise NotReadable(_("It is nested more than {limit} deep."), line, limit=DEPTH_MAX)
        if isinstance(event, AliasEvent):
            if event.anchor not in self._anchors:
                raise NotReadable(_("Nothing is named {name} above."), line, name=f"&{event.anchor}")
            value, size = self._anchors[event.anchor]
            self._count(size, line)
            return value
        before = self._nodes
        self._count(1, line)
        value = self._made(event, depth, line)
        anchor = getattr(event, "anchor", None)
        if anchor:
            self._anchors[anchor] = value, self._nodes - before
        return value

    def _made(self, event: Event, depth: int, line: int) -> Any:
        tag = getattr(event, "tag", None) or ""
        if isinstance(event, ScalarEvent):
            is_text = event.style in ("'", '"', "|", ">") or tag == "tag:yaml.org,2002:str"
            shown = "" if tag.startswith("tag:") else tag
            if not is_text and not shown and event.value in _NULL:
                return None
            return Word.of(event.value, line, tag=shown, is_quoted=is_text)
        if isinstance(event, SequenceStartEvent):
            listed = Listed(line, tag)
            while not isinstance(following := next(self._events), SequenceEndEvent):
                listed.append(self._node(following, depth + 1))
            return listed
        return self._mapping(Mapped(line, tag), depth)

    def _mapping(self, mapped: Mapped, depth: int) -> Mapped:
        merged: list[Mapping[str, Any]] = []
        while not isinstance(following := next(self._events), MappingEndEvent):
            line = _line(following)
            key = (
                self._made(following, depth, line)
                if isinstance(following, ScalarEvent)
                else self._node(following, depth)
            )
            if isinstance(key, dict | list):
                raise NotReadable(_("A key must be a word."), line)
            name = "" if key is None else str(key)
            value = self._node(next(self._events), depth + 1)
            if name == MERGE and isinstance(key, Word) and not key.is_quoted:
                merged += self._merged(value, line)
                continue
            if name in mapped:
                raise NotReadable(_("{name} stands twice."), line, name=name)
            mapped[name], mapped.lines[name] = value, line
        for each in merged:
            for name, value in each.items():
                if name not in mapped:
                    mapped[name] = value
                    mapped.lines[name] = getattr(each, "lines", {}).get(name, mapped.line)
        return mapped

    def _merged(self, value: Any, line: int) -> list[Mapping[str, Any]]:
        found = value if isinstance(value, list) else [value]
        if not all(isinstance(each, Mapped) for each in found):
            raise NotReadable(_("Only mappings can be merged."), line)
        # What is merged is copied.
        self._count(sum(len(each) for each in found), line)
        return list(found)
