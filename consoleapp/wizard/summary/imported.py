"""What becomes of a text that is brought in, in three lists: what is taken over, changed, and left out.

A secret is never put into words: that it is there is all that is told.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import Final

from django.utils.translation import gettext as _

from consoleapp.domain.group import ContainerGroupSpec
from consoleapp.domain.schema import unchecked
from consoleapp.domain.secret import Secret
from consoleapp.languages.imports.imported import Imported, Note
from consoleapp.web.changes import NOTHING, Change, changes_of
from consoleapp.web.domain_words import said
from consoleapp.wizard.draft.fitting import storable_text

# So many lines of a list are shown, the rest is counted.
LINES_MAX: Final = 300


@dataclass(frozen=True)
class Line:
    """What, and its value or what became of it; `number` is the line of the text, None where nobody knows."""

    label: str
    text: str
    number: int | None = None
    is_wanted: bool = False


@dataclass(frozen=True)
class Block:
    """What is taken over of one container; without a name, of the group itself."""

    name: str
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class Lists:
    """The lists; `count` is the number of values that are taken over, `more` how many of each are not shown."""

    taken: tuple[Block, ...]
    count: int
    changed: tuple[Line, ...]
    left_out: tuple[Line, ...]
    more_taken: int = 0
    more_changed: int = 0
    more_left_out: int = 0


def lists_of(imported: Imported, spec: ContainerGroupSpec, kept: ContainerGroupSpec) -> Lists:
    """Return the lists of what was imported: `spec` is what it says, `kept` what of that a draft has a place for."""
    taken = _differences(unchecked(ContainerGroupSpec, {}), kept)
    no_place = _("No page has a place for it.")
    lost = [Line(change.label, no_place) for change in _differences(kept, spec)]
    changed = [_line(note) for note in imported.changed]
    left_out = [*(_line(note) for note in imported.left_out), *lost]
    return Lists(
        tuple(_blocks(taken[:LINES_MAX], kept)),
        len(taken),
        tuple(changed[:LINES_MAX]),
        tuple(left_out[:LINES_MAX]),
        *(max(0, len(each) - LINES_MAX) for each in (taken, changed, left_out)),
    )


def _differences(before: ContainerGroupSpec, after: ContainerGroupSpec) -> list[Change]:
    return changes_of(before, after, _is_gone, in_full=True)


def _is_gone(_secret: Secret) -> bool:
    return False


def _line(note: Note) -> Line:
    return Line(storable_text(note.subject), storable_text(said(note.says).format(**note.params)), note.line)


def _blocks(found: Iterable[Change], spec: ContainerGroupSpec) -> Iterator[Block]:
    """Yield the group's own values, then those of each container."""
    containers = (*(spec.init_containers or ()), *(spec.containers or ()))
    names = {each.name for each in containers if each.name}

    def name_of(change: Change) -> str:
        return change.where[0] if change.where and change.where[0] in names else ""

    order = list(dict.fromkeys(("", *map(name_of, found))))
    for name, changes in groupby(sorted(found, key=lambda change: order.index(name_of(change))), key=name_of):
        yield Block(name, tuple(_taken(change, name) for change in changes))


def _taken(change: Change, owner: str) -> Line:
    label = change.label.removeprefix(owner).strip() or _("Container")
    is_wanted = change.after == NOTHING
    return Line(label, _("has to be typed") if is_wanted else change.after, is_wanted=is_wanted)
