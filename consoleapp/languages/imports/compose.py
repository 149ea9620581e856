"""Compose files: the services of one, together, as a container group.

Source: the Compose specification (2026-06). YAML's words are those of YAML 1.2; texts keep their written form.
"""

import re
import sys
from collections.abc import Collection
from typing import Any, Final

from consoleapp.domain.errors import _
from consoleapp.languages.imports import compose_keys
from consoleapp.languages.imports.compose_group import group_of
from consoleapp.languages.imports.compose_mounts import Shelf, read_mounts
from consoleapp.languages.imports.compose_parts import UNREAD, Notes, Part
from consoleapp.languages.imports.compose_runtime import read_runtime
from consoleapp.languages.imports.compose_service import Service, read_service
from consoleapp.languages.imports.compose_shared import Shared, read_shared
from consoleapp.languages.imports.compose_words import Filler, Found, Place, interpolate
from consoleapp.languages.imports.imported import Choice, Imported, Note, NotReadable
from consoleapp.languages.imports.yaml_tree import Mapped, Word, documents, line_of

SERVICES_MAX: Final = 500  # [ours] far above what a group can hold
_SERVICES: Final = re.compile(r"^[\"']?services[\"']?[ \t]*:", re.MULTILINE)
# A file from before 2016 has its services at the top.
_OLD: Final = re.compile(
    r"^[\"']?[A-Za-z0-9._-]+[\"']?[ \t]*:[ \t]*\r?\n(?:[ \t]*\r?\n)*[ \t]+(?:image|build)[ \t]*:", re.MULTILINE
)
_KUBERNETES: Final = re.compile(r"^[\"']?(?:apiVersion|kind)[\"']?[ \t]*:", re.MULTILINE)
_ELSEWHERE: Final = _("Its driver and options were left out: choose NAS, OSS or a disk for it.")
_UNUSED: Final = _("None of the chosen services uses it: it was left out.")
_SAYS: Final = {
    Found.DEFAULT: _("{name} is not set in the file: its default was taken."),
    Found.EMPTY: _("{name} is not set in the file, so it is empty here: enter what belongs there."),
    Found.ABSENT: _("{name} is not set in the file: the text for the case that it is was left out."),
}
_ASKED: Final = _(
    "{name} is not set in the file, so it is empty here: enter what belongs there. The file says: {message}"
)


def recognizes(text: str) -> bool:
    """Tell whether the text looks like a Compose file."""
    return bool((_SERVICES.search(text) or _OLD.search(text)) and not _KUBERNETES.search(text))


def read(text: str, chosen: Collection[str] | None) -> Imported:
    """Return the chosen services as a container group; None for all that no profile keeps back. Raise NotReadable."""
    trees = [tree for tree in documents(text) if tree is not None]
    if not trees or not isinstance(trees[0], Mapped):
        raise NotReadable(_("It names no services."))
    return imported(trees[0], chosen, others=len(trees) - 1)


def imported(root: Mapped, chosen: Collection[str] | None, *, others: int = 0) -> Imported:
    """Return the group of the services of a file's tree; ``others`` are the documents behind it."""
    notes, filler = Notes(), Filler()
    file = Part(root, "", notes)
    trees = _services(file)
    if chosen is None:
        usual = {key for key, tree in trees.items() if not (isinstance(tree, Mapped) and tree.get("profiles"))}
        # A file of nothing but profiles has no usual ones.
        chosen = usual or set(trees)
    name = filler.fill(file.word("name"), "name")
    shelves = _shelves(file, filler)
    above = "services." if "services" in root else ""
    parts = {
        key: Part(filler.fill(tree, above + key), above + key, notes) for key, tree in trees.items() if key in chosen
    }
    for key, part in parts.items():
        if not isinstance(trees[key], Mapped):
            notes.leave(part.subject, UNREAD, line_of(trees[key]))
    services = [_service(key, part, shelves) for key, part in parts.items()]
    spec = group_of(str(name or ""), services, notes)
    _name_the_rest(file, shelves, others)
    notes.changed += [note for place in filler.places for note in _notes_of(place)]
    choices = tuple(Choice(key, _label(key, tree), key in chosen) for key, tree in trees.items())
    return Imported(spec, _sorted(notes.changed), _sorted(notes.left_out), choices, takes_several=True)


def _services(file: Part) -> dict[str, Any]:
    """Return the tree of each service. Raise NotReadable where there is none."""
    if isinstance(file.tree.get("services"), Mapped):
        found = dict(file.take("services"))
    else:
        tops = file.tree.items()
        found = {key: tree for key, tree in tops if isinstance(tree, Mapped) and tree.keys() & {"image", "build"}}
        for key in found:
            file.take(key)
    if not found:
        raise NotReadable(_("It names no services."))
    if len(found) > SERVICES_MAX:
        raise NotReadable(_("It has more than {limit} services."), limit=SERVICES_MAX)
    return found


def _service(key: str, part: Part, shelves: tuple[Shelf, ...]) -> tuple[Service, Shared]:
    service = Service(key, part, part.below("deploy"))
    read_service(service)
    read_runtime(service)
    read_mounts(service, shelves)
    shared = read_shared(service)
    part.leave_rest(compose_keys.SERVICE)
    return service, shared


def _shelves(file: Part, filler: Filler) -> tuple[Shelf, ...]:
    def shelf(key: str, directory: str) -> Shelf:
        every = file.below(key)

        def entry(name: str) -> Part:
            return Part(filler.fill(every.take(name), every.at(name)), every.at(name), file.notes)

        return Shelf(key, directory, every, entry)

    return shelf("configs", ""), shelf("secrets", "/run/secrets")


def _name_the_rest(file: Part, shelves: tuple[Shelf, ...], others: int) -> None:
    volumes = file.below("volumes")
    for key, tree in volumes.tree.items():
        if tree is None or tree == {}:
            volumes.take(key)
    volumes.leave_rest(otherwise=_ELSEWHERE)
    for shelf in shelves:
        shelf.every.leave_rest(otherwise=_UNUSED)
    file.leave_rest(compose_keys.FILE)
    if others:
        file.notes.leave("---", _("Only the first document of the text was read, {count} more were not."), count=others)


def _notes_of(place: Place) -> list[Note]:
    notes = {}
    for variable in place.variables:
        says = _ASKED if variable.message else _SAYS[variable.found]
        params = {"name": variable.name, **({"message": variable.message} if variable.message else {})}
        notes[variable.name, says] = Note(place.path, says, params, place.line)
    return list(notes.values())


def _label(key: str, tree: Any) -> str:
    image = tree.get("image") if isinstance(tree, Mapped) else None
    return f"{key} ({interpolate(image)[0]})" if image and isinstance(image, Word) else key


def _sorted(notes: list[Note]) -> tuple[Note, ...]:
    """Return the notes by their lines; those of no line come last."""
    return tuple(sorted(notes, key=lambda note: note.line or sys.maxsize))
