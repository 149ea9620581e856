"""What becomes of a text that is brought in, in three lists: what is taken over, changed, and left out.

A secret is never put into words: that it is there is all that is told.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from django.utils.translation import gettext as _

from consoleapp.domain.container import ContainerParts
from consoleapp.domain.group import ContainerGroupSpec
from consoleapp.domain.schema import fields_of, unchecked
from consoleapp.domain.secret import Secret
from consoleapp.languages.imports.imported import Imported, Note
from consoleapp.web.changes import NOTHING, Change, changes_of
from consoleapp.web.domain_words import said
from consoleapp.wizard.draft.fitting import storable_text
from consoleapp.wizard.shape import CONTAINER_LISTS
from consoleapp.wizard.summary.facts import container_facts, variables_of
from consoleapp.wizard.summary.volumes import volume_row

# So many notes, and so many values of one container or of the group, are shown; the rest is counted.
LINES_MAX: Final = 200


@dataclass(frozen=True)
class Line:
    """What, and its values or what became of it; `number` is the line of the text, None where nobody knows.
    `is_wanted`: a secret that the text does not have."""

    label: str
    texts: tuple[str, ...]
    number: int | None = None
    is_wanted: bool = False


@dataclass(frozen=True)
class Lines:
    """Lines under a title, and how many more there are."""

    title: str
    lines: tuple[Line, ...]
    more: int = 0

    @classmethod
    def of(cls, title: str, lines: Iterable[Line]) -> "Lines":
        found = tuple(lines)
        return cls(title, found[:LINES_MAX], max(0, len(found) - LINES_MAX))

    @property
    def count(self) -> int:
        return len(self.lines) + self.more


@dataclass(frozen=True)
class Lists:
    """The lists; `taken` is one for the group itself, then one for each container."""

    taken: tuple[Lines, ...]
    changed: Lines
    left_out: Lines


def lists_of(imported: Imported, spec: ContainerGroupSpec, kept: ContainerGroupSpec) -> Lists:
    """Return the lists of what was imported: `spec` is what it says, `kept` what of that a draft has a place for."""
    no_place = (_("No page has a place for it."),)
    # An empty secret is in both.
    lost = (Line(each.label, no_place) for each in _differences(kept, spec) if each.before != each.after)
    blocks = [Lines.of("", _group_lines(kept))]
    for name in CONTAINER_LISTS:
        for container in getattr(kept, name) or ():
            blocks.append(
                Lines.of(container.name or said(fields_of(type(kept))[name].label), _container_lines(container))
            )
    return Lists(
        tuple(block for block in blocks if block.lines),
        Lines.of(_("Changed, and to what"), map(_line, imported.changed)),
        Lines.of(_("Left out, and why"), [*map(_line, imported.left_out), *lost]),
    )


def _line(note: Note) -> Line:
    sentence = said(note.says).format(**note.params)
    return Line(storable_text(note.subject), (storable_text(sentence),), note.line)


def _differences(before: ContainerGroupSpec, after: ContainerGroupSpec) -> list[Change]:
    return changes_of(before, after, _is_gone, in_full=True)


def _is_gone(_secret: Secret) -> bool:
    return False


def _group_lines(spec: ContainerGroupSpec) -> Iterator[Line]:
    nothing = unchecked(ContainerGroupSpec, {})
    for name, declared in fields_of(ContainerGroupSpec).items():
        value = getattr(spec, name)
        if name in CONTAINER_LISTS:
            continue
        if name == "volumes":
            rows = [volume_row(volume) for volume in value or ()]
            if rows:
                told = (" · ".join(filter(None, map(str, (row.label, row.value, row.hint)))) for row in rows)
                yield Line(said(declared.label), tuple(told))
            continue
        for change in _differences(nothing, unchecked(ContainerGroupSpec, {name: value})):
            label = said(declared.label)
            yield _secret_or(change, change.label if label in change.label else f"{label}: {change.label}")


def _secret_or(change: Change, label: str) -> Line:
    is_wanted = change.after == NOTHING
    return Line(label, (_("has to be typed") if is_wanted else change.after,), is_wanted=is_wanted)


def _container_lines(container: ContainerParts) -> Iterator[Line]:
    image = fields_of(type(container))["image"]
    if container.image:
        yield Line(said(image.label), (container.image,))
    if facts := tuple(container_facts(container)):
        yield Line(_("Settings"), facts)
    for variable, row in zip(container.environment_vars or (), variables_of(container).rows, strict=True):
        is_wanted = isinstance(variable.value, Secret) and not variable.value
        text = f"{row.value} ({row.hint})" if row.value and row.hint else str(row.value or row.hint)
        yield Line(str(row.label), (_("has to be typed") if is_wanted else text,), is_wanted=is_wanted)
