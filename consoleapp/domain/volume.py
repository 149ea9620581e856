"""The kinds of volume: Volume.N.* of CreateContainerGroup.

Where a container mounts one is not here (``container.VolumeMount``), nor the wire form of a config file (``wire.py``).
"""

from dataclasses import dataclass

from consoleapp.domain import limits
from consoleapp.domain.checks import Problems
from consoleapp.domain.choices import FlexDriver, Medium
from consoleapp.domain.errors import Reason
from consoleapp.domain.secret import Secret

# Options of a FlexVolume that are secret: the access key of an OSS mount.
SECRET_FLEX_OPTIONS = frozenset({"akSecret"})


def _check_name(problems: Problems, name: str) -> None:
    if problems.required("name", name):
        problems.matches("name", name, limits.CONTAINER_NAME, Reason.CONTAINER_NAME_FORMAT)


@dataclass(frozen=True)
class EmptyDirVolume:
    name: str
    medium: str = ""
    size_limit: str = ""

    def __post_init__(self) -> None:
        problems = Problems()
        _check_name(problems, self.name)
        problems.choice("medium", self.medium, Medium)
        problems.matches("size_limit", self.size_limit, limits.SIZE_LIMIT, Reason.SIZE_LIMIT_FORMAT)
        problems.raise_any()


@dataclass(frozen=True)
class NFSVolume:
    """A NAS file system of the same VPC."""

    name: str
    server: str
    path: str
    read_only: bool = False

    def __post_init__(self) -> None:
        problems = Problems()
        _check_name(problems, self.name)
        if problems.required("server", self.server):
            problems.matches("server", self.server, limits.HOST_NAME, Reason.HOST_NAME_FORMAT)
        if problems.required("path", self.path):
            problems.absolute_path("path", self.path)
        problems.raise_any()


@dataclass(frozen=True)
class ConfigFile:
    """One file of a config file volume; ``content`` is a text that often holds passwords, encoded on the wire."""

    path: str
    content: Secret
    mode: str = ""

    def __post_init__(self) -> None:
        problems = Problems()
        if problems.required("path", self.path):
            problems.relative_path("path", self.path)
        problems.matches("mode", self.mode, limits.FILE_MODE, Reason.FILE_MODE_FORMAT)
        if problems.text("content", self.content.reveal(), longest=limits.CONFIG_FILE_BYTES_MAX, lines=True):
            self._check_size(problems)
        problems.raise_any()

    def _check_size(self, problems: Problems) -> None:
        if self.size_bytes > limits.CONFIG_FILE_BYTES_MAX:
            problems.add(Reason.TOO_LARGE, "content", limit=limits.CONFIG_FILE_BYTES_MAX, size=self.size_bytes)

    @property
    def size_bytes(self) -> int:
        return len(self.content.reveal().encode())


@dataclass(frozen=True)
class ConfigFileVolume:
    name: str
    config_files: tuple[ConfigFile, ...]
    default_mode: str = ""

    def __post_init__(self) -> None:
        problems = Problems()
        _check_name(problems, self.name)
        problems.required("config_files", self.config_files)
        problems.count("config_files", self.config_files, limits.CONFIG_FILES_MAX)
        problems.unique((f"config_files.{i}.path", item.path) for i, item in enumerate(self.config_files))
        problems.matches("default_mode", self.default_mode, limits.FILE_MODE, Reason.FILE_MODE_FORMAT)
        problems.raise_any()


@dataclass(frozen=True)
class FlexVolumeOption:
    """One entry of FlexVolume.Options; ``akSecret`` must be a Secret, the others must not."""

    name: str
    value: str | Secret

    def __post_init__(self) -> None:
        problems = Problems()
        if problems.required("name", self.name):
            problems.matches("name", self.name, limits.ID, Reason.ID_FORMAT)
        is_secret = isinstance(self.value, Secret)
        if is_secret != (self.name in SECRET_FLEX_OPTIONS):
            problems.add(Reason.MALFORMED, "value", kind="plain text" if is_secret else "a secret")
        problems.text("value", self.value.reveal() if isinstance(self.value, Secret) else self.value)
        problems.raise_any()


@dataclass(frozen=True)
class FlexVolume:
    """An OSS bucket, a NAS file system or a disk through its driver.

    Options of the vendor's manual: oss: bucket, url, path, otherOpts, ramRole or akId and akSecret; nas: server, path,
    vers, options; disk: volumeId, or size and performanceLevel.
    """

    name: str
    driver: str
    fs_type: str = ""
    options: tuple[FlexVolumeOption, ...] = ()

    def __post_init__(self) -> None:
        problems = Problems()
        _check_name(problems, self.name)
        if problems.required("driver", self.driver):
            problems.choice("driver", self.driver, FlexDriver)
        problems.matches("fs_type", self.fs_type, limits.ID, Reason.ID_FORMAT)
        problems.count("options", self.options, limits.FLEX_OPTIONS_MAX)
        problems.unique((f"options.{i}.name", item.name) for i, item in enumerate(self.options))
        problems.raise_any()


@dataclass(frozen=True)
class HostPathVolume:
    """A path of the host; the cloud admits it for listed accounts only."""

    name: str
    path: str
    path_type: str = ""

    def __post_init__(self) -> None:
        problems = Problems()
        _check_name(problems, self.name)
        if problems.required("path", self.path):
            problems.absolute_path("path", self.path)
        problems.matches("path_type", self.path_type, limits.ID, Reason.ID_FORMAT)
        problems.raise_any()


@dataclass(frozen=True)
class DiskVolume:
    """A disk by id; the vendor advises a FlexVolume instead."""

    name: str
    disk_id: str
    fs_type: str = ""
    disk_size_gib: int | None = None

    def __post_init__(self) -> None:
        problems = Problems()
        _check_name(problems, self.name)
        if problems.required("disk_id", self.disk_id):
            problems.matches("disk_id", self.disk_id, limits.ID, Reason.ID_FORMAT)
        problems.matches("fs_type", self.fs_type, limits.ID, Reason.ID_FORMAT)
        problems.whole_number("disk_size_gib", self.disk_size_gib, 1, limits.DISK_SIZE_GIB_MAX)
        problems.raise_any()


Volume = EmptyDirVolume | NFSVolume | ConfigFileVolume | FlexVolume | HostPathVolume | DiskVolume
