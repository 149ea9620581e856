"""What becomes of the volumes of `docker run` and Compose in a container group, which has no host to take them from.

How a volume is written is in ``docker_words.py``.
"""

import re
from collections.abc import Callable, Iterable
from typing import Final

from consoleapp.domain.choices import Medium
from consoleapp.domain.container import VolumeMount
from consoleapp.domain.errors import _
from consoleapp.domain.schema import unchecked
from consoleapp.domain.secret import Secret
from consoleapp.domain.volume import ConfigFile, ConfigFileVolume, EmptyDirVolume
from consoleapp.languages.imports.docker_words import Mount, MountKind, size_limit
from consoleapp.languages.imports.imported import Note

NAME_MAX: Final = 63  # [k8s] characters
FILES: Final = "config-files"

_NAMED: Final = _(
    "Becomes an empty directory, whose data end with the container group. What has to stay belongs on NAS, OSS or a "
    "disk: choose another kind for the volume {name}."
)
_DIRECTORY: Final = _(
    "The console cannot see this directory, and a container group has no host. {target} begins as an empty directory, "
    "whose data end with the group: put the files on NAS or OSS and choose another kind for the volume {name}."
)
_FILE: Final = _("The console cannot see this file: paste its text as the config file {path} of the volume {name}.")
_SYSTEM: Final = _("Belongs to the host, which a container group does not have.")
_SOCKET: Final = _("There is no Docker to talk to in a container group: what starts other containers cannot run in it.")
_TIME: Final = _(
    "A container group has no host to take the time zone from: set the variable TZ, if the image knows it."
)

_TWICE: Final = _("{path} is mounted twice: the last one counts.")


def name_of(text: str, otherwise: str = "volume") -> str:
    """Return a text as a name may be: lower-case letters, digits, hyphens inside, at most 63."""
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")[:NAME_MAX].strip("-") or otherwise


class GroupVolumes:
    """Collects the volumes of a group, container by container. The same volume or path of a host is the same again.

    ``changed`` and ``left_out`` say what became of them, in their order. All files are in one volume: a group has few.
    """

    def __init__(self) -> None:
        self.changed: list[Note] = []
        self.left_out: list[Note] = []
        self._volumes: dict[str, EmptyDirVolume] = {}
        self._names: dict[tuple[MountKind, str], str] = {}
        self._files: dict[str, str] = {}
        # Names that are taken, of volumes and of files; each with the number that was tried last behind it.
        self._taken: dict[str, int] = {FILES: 1}
        self._taken_files: dict[str, int] = {}

    @property
    def volumes(self) -> tuple[EmptyDirVolume | ConfigFileVolume, ...]:
        """Return the volumes; the text of a file is an empty Secret, which has to be typed."""
        files = tuple(
            unchecked(ConfigFile, {"path": path, "content": Secret(""), "mode": ""}) for path in self._files.values()
        )
        of_files = (unchecked(ConfigFileVolume, {"name": FILES, "config_files": files}),) if files else ()
        return (*self._volumes.values(), *of_files)

    def add(self, mounts: Iterable[Mount]) -> tuple[VolumeMount, ...]:
        """Return where a container mounts what; of two at the same place the last one counts, as it does for Docker."""
        listed = list(mounts)
        last = {mount.target: position for position, mount in enumerate(listed)}
        made = []
        for position, mount in enumerate(listed):
            if last[mount.target] != position:
                self.left_out.append(Note(mount.subject, _TWICE, {"path": mount.target}, mount.line))
            elif (mounted := self._mounted(mount)) is not None:
                made.append(mounted)
        return tuple(made)

    def _mounted(self, mount: Mount) -> VolumeMount | None:
        if mount.kind is MountKind.HOST_SYSTEM:
            says = _TIME if "/etc/" in mount.source and "time" in mount.source else _SYSTEM
            self.left_out.append(
                Note(mount.subject, _SOCKET if "docker.sock" in mount.source else says, {}, mount.line)
            )
            return None
        if mount.kind is MountKind.FILE:
            return self._file(mount)
        name = self._directory(mount)
        if mount.kind is MountKind.DIRECTORY:
            self._tell(mount, _DIRECTORY, name=name, target=mount.target)
        elif mount.kind is not MountKind.TMPFS:
            self._tell(mount, _NAMED, name=name)
        return _mount(name, mount, mount.sub_path)

    def _directory(self, mount: Mount) -> str:
        """Return the name of the empty directory for the mount."""
        key = (mount.kind, mount.source)
        if mount.source and key in self._names:
            return self._names[key]
        wanted = mount.source if mount.kind is MountKind.NAMED else mount.target
        plain = name_of(wanted)
        name = _free(plain, self._taken, lambda number: f"{plain[: NAME_MAX - 6].rstrip('-')}-{number}")
        self._names[key] = name
        values = {
            "name": name,
            "medium": Medium.MEMORY.value if mount.kind is MountKind.TMPFS else "",
            "size_limit": size_limit(mount.size) if mount.size else "",
        }
        self._volumes[name] = unchecked(EmptyDirVolume, values)
        return name

    def _file(self, mount: Mount) -> VolumeMount:
        key = mount.source
        if key not in self._files:
            name = re.split(r"[\\/]", mount.target)[-1] or name_of(mount.source, "file")
            self._files[key] = _free(name, self._taken_files, lambda number: f"{number}-{name}")
        path = self._files[key]
        self._tell(mount, _FILE, path=path, name=FILES)
        # One file of a volume is mounted as in Kubernetes: the path of the file, and its name as the sub path.
        return _mount(FILES, mount, path)

    def _tell(self, mount: Mount, says: str, **params: str) -> None:
        self.changed.append(Note(mount.subject, says, params, mount.line))


def _free(wanted: str, taken: dict[str, int], numbered: Callable[[int], str]) -> str:
    """Return the wanted name, with a number where it is taken, and take it."""
    name, number = wanted, taken.get(wanted, 1)
    while name in taken:
        number += 1
        name = numbered(number)
    taken[wanted] = number
    taken.setdefault(name, 1)
    return name


def _mount(name: str, mount: Mount, sub_path: str) -> VolumeMount:
    values = {"name": name, "mount_path": mount.target, "sub_path": sub_path, "read_only": mount.read_only}
    return unchecked(VolumeMount, values)


def group_volumes(
    mounts: Iterable[Mount],
) -> tuple[tuple[EmptyDirVolume | ConfigFileVolume, ...], tuple[VolumeMount, ...], tuple[Note, ...], tuple[Note, ...]]:
    """Return the volumes of a group of one container, where it mounts them, what was changed and what left out."""
    made = GroupVolumes()
    mounted = made.add(mounts)
    return made.volumes, mounted, tuple(made.changed), tuple(made.left_out)
