"""The kinds of volume: Volume.N.* of CreateContainerGroup.

Where a container mounts one is not here (``container.VolumeMount``).
"""

from dataclasses import dataclass
from typing import Annotated, Final

from consoleapp.domain import limits
from consoleapp.domain.checks import Problems
from consoleapp.domain.choices import FlexDriver, Medium
from consoleapp.domain.errors import Reason
from consoleapp.domain.kinds import (
    FLAG,
    HOST_NAME,
    ID,
    LABEL,
    AbsolutePath,
    Choice,
    JsonPairs,
    Many,
    Matching,
    MaybeSecretText,
    One,
    RelativePath,
    SecretFile,
    Whole,
)
from consoleapp.domain.schema import Field, Record
from consoleapp.domain.secret import Secret

# Options of a FlexVolume that are secret: the access key of an OSS mount.
SECRET_FLEX_OPTIONS: Final = frozenset({"akSecret"})
_FILE_MODE: Final = Matching(limits.FILE_MODE, Reason.FILE_MODE_FORMAT)
_SIZE_LIMIT: Final = Matching(limits.SIZE_LIMIT, Reason.SIZE_LIMIT_FORMAT)


@dataclass(frozen=True)
class EmptyDirVolume(Record):
    name: Annotated[str, Field("Name", LABEL)]
    medium: Annotated[str, Field("EmptyDirVolume.Medium", Choice(Medium))] = ""
    size_limit: Annotated[str, Field("EmptyDirVolume.SizeLimit", _SIZE_LIMIT)] = ""


@dataclass(frozen=True)
class NFSVolume(Record):
    """A NAS file system of the same VPC."""

    name: Annotated[str, Field("Name", LABEL)]
    server: Annotated[str, Field("NFSVolume.Server", HOST_NAME)]
    path: Annotated[str, Field("NFSVolume.Path", AbsolutePath())]
    read_only: Annotated[bool, Field("NFSVolume.ReadOnly", FLAG)] = False


@dataclass(frozen=True)
class ConfigFile(Record):
    """One file of a config file volume; ``content`` is a text that often holds passwords, encoded on the wire."""

    path: Annotated[str, Field("Path", RelativePath())]
    content: Annotated[Secret, Field("Content", SecretFile(limits.CONFIG_FILE_BYTES_MAX), keeps_empty=True)]
    # vendor: the metadata calls a mode a whole number, the manual gives 0644. We send the digits.
    mode: Annotated[str, Field("Mode", _FILE_MODE)] = ""

    @property
    def size_bytes(self) -> int:
        return len(self.content.reveal().encode())


@dataclass(frozen=True)
class ConfigFileVolume(Record):
    name: Annotated[str, Field("Name", LABEL)]
    config_files: Annotated[
        tuple[ConfigFile, ...],
        # vendor: a list named ConfigFileToPath.
        Field("ConfigFileVolume.ConfigFileToPath", Many(One(ConfigFile), limits.CONFIG_FILES_MAX, unique=("path",))),
    ]
    default_mode: Annotated[str, Field("ConfigFileVolume.DefaultMode", _FILE_MODE)] = ""


@dataclass(frozen=True)
class FlexVolumeOption(Record):
    """One entry of FlexVolume.Options; ``akSecret`` must be a Secret, the others must not."""

    name: Annotated[str, Field("name", ID)]
    value: Annotated[str | Secret, Field("value", MaybeSecretText(), keeps_empty=True)]

    @classmethod
    def from_text(cls, name: str, value: str) -> "FlexVolumeOption":
        """Make an option of its two texts."""
        return cls(name, Secret(value) if name in SECRET_FLEX_OPTIONS else value)

    def rules(self, problems: Problems) -> None:
        is_secret = isinstance(self.value, Secret)
        if is_secret != (self.name in SECRET_FLEX_OPTIONS):
            problems.add(Reason.MALFORMED, "value", kind="plain text" if is_secret else "a secret")


@dataclass(frozen=True)
class FlexVolume(Record):
    """An OSS bucket, a NAS file system or a disk through its driver.

    Options of the vendor's manual: oss: bucket, url, path, otherOpts, ramRole or akId and akSecret; nas: server, path,
    vers, options; disk: volumeId, or size and performanceLevel.
    """

    name: Annotated[str, Field("Name", LABEL)]
    driver: Annotated[str, Field("FlexVolume.Driver", Choice(FlexDriver))]
    fs_type: Annotated[str, Field("FlexVolume.FsType", ID)] = ""
    options: Annotated[
        tuple[FlexVolumeOption, ...],
        # vendor: a JSON object in one parameter.
        Field(
            "FlexVolume.Options",
            JsonPairs(
                One(FlexVolumeOption), limits.FLEX_OPTIONS_MAX, unique=("name",), make=FlexVolumeOption.from_text
            ),
        ),
    ] = ()


@dataclass(frozen=True)
class HostPathVolume(Record):
    """A path of the host; the cloud admits it for listed accounts only."""

    name: Annotated[str, Field("Name", LABEL)]
    path: Annotated[str, Field("HostPathVolume.Path", AbsolutePath())]
    path_type: Annotated[str, Field("HostPathVolume.Type", ID)] = ""


@dataclass(frozen=True)
class DiskVolume(Record):
    """A disk by id; the vendor advises a FlexVolume instead."""

    name: Annotated[str, Field("Name", LABEL)]
    disk_id: Annotated[str, Field("DiskVolume.DiskId", ID)]
    fs_type: Annotated[str, Field("DiskVolume.FsType", ID)] = ""
    disk_size_gib: Annotated[int | None, Field("DiskVolume.DiskSize", Whole(1, limits.DISK_SIZE_GIB_MAX))] = None


Volume = EmptyDirVolume | NFSVolume | ConfigFileVolume | FlexVolume | HostPathVolume | DiskVolume
VOLUME_KINDS: Final = {
    "EmptyDirVolume": EmptyDirVolume,
    "NFSVolume": NFSVolume,
    "ConfigFileVolume": ConfigFileVolume,
    "FlexVolume": FlexVolume,
    "HostPathVolume": HostPathVolume,
    "DiskVolume": DiskVolume,
}
