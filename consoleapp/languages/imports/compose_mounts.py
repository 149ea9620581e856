"""What a service of a Compose file mounts: volumes, memory, and the files of its configs and secrets."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from consoleapp.domain.errors import _
from consoleapp.domain.secret import Secret
from consoleapp.languages.imports import docker_words
from consoleapp.languages.imports.compose_keys import CANNOT, HARMLESS
from consoleapp.languages.imports.compose_parts import UNREAD, Part
from consoleapp.languages.imports.compose_service import Service
from consoleapp.languages.imports.docker_words import Mount, MountKind
from consoleapp.languages.imports.yaml_tree import Word, line_of

_TYPES: Final = frozenset({"bind", "volume", "tmpfs"})
_PROPAGATION: Final = _("Nothing is mounted from a host: it was left out.")
_FILE_RIGHTS: Final = _("All config files of a volume belong to root and have its mode: it was left out.")


@dataclass(frozen=True)
class Shelf:
    """The configs or the secrets of a file, and the directory in which they are mounted.

    ``every`` are all of them, ``entry`` gives what the file says of one, ``texts`` are those that a service used.
    """

    key: str
    directory: str
    every: Part
    entry: Callable[[str], Part]
    texts: dict[str, Secret | None] = field(default_factory=dict)

    def text_of(self, name: str) -> Secret | None:
        """Return the text of one; None where it is not in the file and has to be typed, which its mount says."""
        if name not in self.texts:
            self.texts[name] = _text_of(self.entry(name))
        return self.texts[name]


def read_mounts(service: Service, shelves: tuple[Shelf, ...]) -> None:
    """Take in what the service mounts."""
    part = service.part
    for below, word in part.parts("volumes"):
        if word is None:
            _take(service, "volumes", *_long_mount(below))
        else:
            _take(service, "volumes", docker_words.mount_of(word), word)
    for word in part.words("tmpfs"):
        _take(service, "tmpfs", _tmpfs(word), word)
    shm = part.word("shm_size")
    if shm:
        size = docker_words.memory_bytes(shm)
        made = docker_words.mount("", "/dev/shm", word="tmpfs", size=size)  # noqa: S108  # a path of the container
        _take(service, "shm_size", made if size else None, shm)
    for shelf in shelves:
        _read_shelf(service, shelf)


def _take(service: Service, key: str, mount: Mount | None, shown: str) -> None:
    part = service.part
    subject, line = f"{part.at(key)}: {shown}", line_of(shown) or part.tree.lines.get(key)
    if mount is None:
        part.notes.leave(subject, UNREAD, line)
    else:
        service.mounts.append(mount.at(subject, line))


def _tmpfs(word: str) -> Mount | None:
    target, _colon, options = word.partition(":")
    sizes = [each.partition("=")[2] for each in options.split(",") if each.startswith("size=")]
    size = docker_words.memory_bytes(sizes[-1]) if sizes else None
    return docker_words.mount("", target, word="tmpfs", size=size) if target else None


def _long_mount(below: Part) -> tuple[Mount | None, Word]:
    """Return a mount of the long form, None for one that cannot be read or that there is not; and the short form."""
    kind, source, target = (below.word(key) or "" for key in ("type", "source", "target"))
    read_only = below.is_true("read_only")
    volume, tmpfs, bind = (below.below(key) for key in ("volume", "tmpfs", "bind"))
    sub_path, size = volume.word("subpath"), tmpfs.word("size")
    volume.leave_rest(otherwise=HARMLESS)
    tmpfs.leave_rest(otherwise=CANNOT)
    bind.leave_rest(otherwise=_PROPAGATION)
    below.leave_rest({"consistency": HARMLESS})
    if kind not in _TYPES and kind:
        below.leave("type", CANNOT)
    shown = Word.of(":".join(each for each in (source, target) if each), below.tree.line)
    if kind not in _TYPES or not target:
        return None, shown
    size_bytes = docker_words.memory_bytes(size) if size else None
    made = docker_words.mount(
        str(source), str(target), word=str(kind), read_only=read_only, sub_path=str(sub_path or ""), size=size_bytes
    )
    return made, shown


# --- configs and secrets


def _read_shelf(service: Service, shelf: Shelf) -> None:
    part = service.part
    for below, word in part.parts(shelf.key):
        name, target = (word, None) if word is not None else (below.word("source"), below.word("target"))
        below.leave_rest(dict.fromkeys(("uid", "gid", "mode"), _FILE_RIGHTS))
        if not name:
            part.leave(shelf.key, UNREAD)
            continue
        path = str(target or name)
        path = path if path.startswith("/") else f"{shelf.directory}/{path}"
        source = f"{shelf.key}.{name}"
        text = shelf.text_of(name)
        if text is not None:
            service.texts[path] = text
        mount = Mount(source, path, MountKind.FILE, read_only=True)
        service.mounts.append(mount.at(f"{part.subject}.{shelf.key}: {name}", name.line))


def _text_of(entry: Part) -> Secret | None:
    content = entry.word("content")
    for key in ("environment", "file"):
        entry.word(key)
    if entry.take("external") is not None:
        entry.leave("external", _("It is kept somewhere else, where the console cannot fetch it."))
    entry.leave_rest({"name": HARMLESS, "labels": HARMLESS, "template_driver": CANNOT, "driver": CANNOT})
    return Secret(str(content)) if content else None
