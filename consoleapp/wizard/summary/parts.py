"""What the Confirm page consists of."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from consoleapp.wizard.draft.places import Place

Text = str | Promise
CHANGE: Final = gettext_lazy("Change")
# The verb that has all images checked.
CHECK_ALL: Final = "check:all"


def word_of(words: Mapping[str, Text], value: str) -> str:
    """Return what the form calls this value; the value itself where the form does not offer it."""
    return str(words.get(value, value))


@dataclass(frozen=True)
class Row:
    """One line: what, and which value."""

    label: Text
    value: Text
    mono: bool = False
    hint: Text = ""


@dataclass(frozen=True)
class Section:
    """A group of lines and where they are edited."""

    title: Text
    rows: tuple[Row, ...]
    place: Place


@dataclass(frozen=True)
class Variables:
    """The environment variables of a container: how many in words, and each with its value or what stands for it."""

    title: str
    rows: tuple[Row, ...]


@dataclass(frozen=True)
class ImageLine:
    """A container, its image, and what is known about pulling it; `kind` colours the proof.

    `checked_at` and what follows are of the registry's own answer, where there is one that still holds.
    """

    name: str
    is_init: bool
    image: str
    proof: Text
    kind: str
    detail: Text
    facts: tuple[str, ...]
    variables: Variables
    place: Place
    checked_at: datetime | None = None
    said: tuple[str, ...] = ()
    is_continued: bool = False


@dataclass(frozen=True)
class Notice:
    """Something to know before the order. `place` is where it can be changed, `action` what the link there says; with
    a `verb` it is a button that posts it instead."""

    title: Text
    text: Text
    place: Place
    action: Text = CHANGE
    verb: str = ""


@dataclass(frozen=True)
class Summary:
    """The whole page."""

    name: str
    size: str
    region_id: str
    head: Section
    images: tuple[ImageLine, ...]
    sections: tuple[Section, ...]
    warnings: tuple[Notice, ...] = field(default=())
