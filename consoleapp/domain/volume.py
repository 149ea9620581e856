"""The kinds of volume: Volume.N.* of CreateContainerGroup.

Where a container mounts one is not here (``container.VolumeMount``).
"""

from dataclasses import dataclass
from functools import cached_property
from typing import Annotated, Any, Final

from consoleapp.domain import flat, limits
from consoleapp.domain.choices import FlexDriver, Medium
from consoleapp.domain.errors import DomainError, Reason, _
from consoleapp.domain.kinds import (
    FLAG,
    HOST_NAME,
    ID,
    LABEL,
    TEXT,
    AbsolutePath,
    Choice,
    JsonPairs,
    Many,
    Matching,
    MaybeSecretText,
    One,
    OneOf,
    RelativePath,
    SecretFile,
    SecretText,
    Whole,
)
from consoleapp.domain.schema import Field, Record, fields_of, part
from consoleapp.domain.secret import Secret
from consoleapp.domain.validation import CONTROLS, Problems

_NAME: Final = Field("Name", LABEL, _("Name"), width="m")
# Options of a FlexVolume that are secret: the access key of an OSS mount.
SECRET_FLEX_OPTIONS: Final = frozenset({"akSecret"})
_FILE_MODE: Final = Matching(limits.FILE_MODE, Reason.FILE_MODE_FORMAT)
_NAS_HOST: Final = "xxx.cn-hangzhou.nas.aliyuncs.com"
_SIZE_LIMIT: Final = Matching(limits.SIZE_LIMIT, Reason.SIZE_LIMIT_FORMAT)


@dataclass(frozen=True)
class EmptyDirVolume(Record):
    name: Annotated[str, _NAME]
    medium: Annotated[str, Field("EmptyDirVolume.Medium", Choice(Medium), _("Medium"))] = ""
    size_limit: Annotated[
        str, Field("EmptyDirVolume.SizeLimit", _SIZE_LIMIT, _("Size limit"), width="s", example="256Mi")
    ] = ""


@dataclass(frozen=True)
class NFSVolume(Record):
    """A NAS file system of the same VPC."""

    name: Annotated[str, _NAME]
    server: Annotated[str, Field("NFSVolume.Server", HOST_NAME, _("Server"), width="l", example=_NAS_HOST)]
    path: Annotated[str, Field("NFSVolume.Path", AbsolutePath(), _("Path"), width="m", example="/")]
    read_only: Annotated[bool, Field("NFSVolume.ReadOnly", FLAG, _("Access"), says=_("Read only"))] = False


@dataclass(frozen=True)
class ConfigFile(Record):
    """One file of a config file volume; ``content`` is a text that often holds passwords, encoded on the wire."""

    path: Annotated[str, Field("Path", RelativePath(), _("Path"))]
    content: Annotated[
        Secret, Field("Content", SecretFile(limits.CONFIG_FILE_BYTES_MAX), _("Content"), keeps_empty=True)
    ]
    # vendor: the metadata calls a mode a whole number, the manual gives 0644. We send the digits.
    mode: Annotated[str, Field("Mode", _FILE_MODE, _("Mode"))] = ""

    @property
    def size_bytes(self) -> int:
        return len(self.content.reveal().encode()) if self.content else 0


@dataclass(frozen=True)
class ConfigFileVolume(Record):
    name: Annotated[str, _NAME]
    config_files: Annotated[
        tuple[ConfigFile, ...],
        # vendor: a list named ConfigFileToPath.
        Field(
            "ConfigFileVolume.ConfigFileToPath",
            Many(One(ConfigFile), limits.CONFIG_FILES_MAX, unique=("path",)),
            _("Files"),
        ),
    ]
    default_mode: Annotated[
        str, Field("ConfigFileVolume.DefaultMode", _FILE_MODE, _("Default mode"), width="s", example="0644")
    ] = ""


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

    name: Annotated[str, _NAME]
    driver: Annotated[str, Field("FlexVolume.Driver", Choice(FlexDriver))]
    fs_type: Annotated[str, Field("FlexVolume.FsType", ID, _("File system"))] = ""
    options: Annotated[
        tuple[FlexVolumeOption, ...],
        # vendor: a JSON object in one parameter.
        Field(
            "FlexVolume.Options",
            JsonPairs(
                One(FlexVolumeOption), limits.FLEX_OPTIONS_MAX, unique=("name",), make=FlexVolumeOption.from_text
            ),
            _("Options"),
        ),
    ] = ()


@dataclass(frozen=True)
class HostPathVolume(Record):
    """A path of the host; the cloud admits it for listed accounts only."""

    name: Annotated[str, _NAME]
    path: Annotated[
        str,
        Field(
            "HostPathVolume.Path",
            AbsolutePath(),
            _("Path"),
            width="m",
            example="/data",
            hint=_("Only for accounts that the cloud has admitted to it."),
        ),
    ]
    # The metadata has no list of types; the example is one of Kubernetes.
    path_type: Annotated[str, Field("HostPathVolume.Type", ID, _("Type"), width="m", example="Directory")] = ""


@dataclass(frozen=True)
class DiskVolume(Record):
    """A disk by id; the vendor advises a FlexVolume instead."""

    name: Annotated[str, _NAME]
    disk_id: Annotated[
        str,
        Field(
            "DiskVolume.DiskId",
            ID,
            _("Disk ID"),
            width="m",
            example="d-…",
            hint=_("A disk of the group's zone. The cloud advises the kind Disk instead."),
        ),
    ]
    fs_type: Annotated[str, Field("DiskVolume.FsType", ID, _("File system"), width="s", example="ext4")] = ""
    disk_size_gib: Annotated[
        int | None, Field("DiskVolume.DiskSize", Whole(1, limits.DISK_SIZE_GIB_MAX), _("Size"), width="s", unit="GiB")
    ] = None


@dataclass(frozen=True)
class OssVolume(Record):
    """A bucket of Object Storage Service; sent as a FlexVolume, its wire keys are the names of options.

    Source of the options here and below: the vendor's pages on mounting.
    """

    name: Annotated[str, _NAME]
    bucket: Annotated[str, Field("bucket", TEXT, _("Bucket"), width="m")]
    url: Annotated[str, Field("url", TEXT, _("Endpoint"), width="l", example="oss-cn-hangzhou-internal.aliyuncs.com")]
    path: Annotated[str, Field("path", TEXT, _("Path"), width="m", example="/")] = ""
    other_opts: Annotated[
        str, Field("otherOpts", TEXT, _("Mount options"), width="l", example="-o max_stat_cache_size=0")
    ] = ""
    ram_role: Annotated[
        str,
        Field(
            "ramRole",
            TEXT,
            _("RAM role"),
            width="m",
            hint=_("A role that may read the bucket; or an AccessKey below."),
        ),
    ] = ""
    ak_id: Annotated[str, Field("akId", TEXT, _("AccessKey ID"), width="m")] = ""
    ak_secret: Annotated[
        Secret | None, Field("akSecret", SecretText(limits.TEXT_MAX, CONTROLS), _("AccessKey secret"), width="m")
    ] = None

    def rules(self, problems: Problems) -> None:
        if self.ak_id:
            problems.required("ak_secret", self.ak_secret)


@dataclass(frozen=True)
class NasVolume(Record):
    """A NAS file system through its driver; sent as a FlexVolume."""

    name: Annotated[str, _NAME]
    server: Annotated[str, Field("server", TEXT, _("Server"), width="l", example=_NAS_HOST)]
    path: Annotated[str, Field("path", TEXT, _("Path"), width="m", example="/")]
    vers: Annotated[str, Field("vers", TEXT, _("NFS version"), width="s", example="3")] = ""
    options: Annotated[str, Field("options", TEXT, _("Mount options"), width="l", example="nolock,tcp,noresvport")] = ""


@dataclass(frozen=True)
class DiskFlexVolume(Record):
    """A disk that exists, or a new one of a size; sent as a FlexVolume."""

    name: Annotated[str, _NAME]
    volume_id: Annotated[
        str,
        Field(
            "volumeId",
            TEXT,
            _("Disk ID"),
            width="m",
            example="d-…",
            hint=_("A disk of the group's zone; or a size below for a new one."),
        ),
    ] = ""
    size: Annotated[str, Field("size", TEXT, _("Size"), width="s", unit="GiB")] = ""
    performance_level: Annotated[
        str, Field("performanceLevel", TEXT, _("Performance level"), width="s", example="PL1")
    ] = ""
    fs_type: Annotated[str, Field("", ID, _("File system"), width="s", example="ext4")] = ""

    def rules(self, problems: Problems) -> None:
        if not self.volume_id and not self.size:
            problems.add(Reason.EXACTLY_ONE, "volume_id", choices="disk id, size")


DriverVolume = OssVolume | NasVolume | DiskFlexVolume
_DRIVERS: Final[dict[str, type[DriverVolume]]] = {
    FlexDriver.OSS: OssVolume,
    FlexDriver.NAS: NasVolume,
    FlexDriver.DISK: DiskFlexVolume,
}


def as_flex_volume(volume: DriverVolume) -> FlexVolume:
    """Return the FlexVolume that is sent for a volume of a driver."""
    options = []
    for name, field in fields_of(type(volume)).items():
        value = getattr(volume, name)
        # A secret without its id is of no use to anybody.
        if value and field.wire not in ("", "Name") and (name != "ak_secret" or getattr(volume, "ak_id", "")):
            options.append(FlexVolumeOption(field.wire, value))
    driver = next(word for word, record in _DRIVERS.items() if record is type(volume))
    return FlexVolume(volume.name, driver, getattr(volume, "fs_type", ""), tuple(options))


def driver_values(volume: FlexVolume) -> tuple[type[DriverVolume], dict[str, Any]]:
    """Return the kind of a FlexVolume's driver, and its options by the names of that kind's fields."""
    record = _DRIVERS[volume.driver]
    names = {field.wire: name for name, field in fields_of(record).items() if field.wire not in ("", "Name")}
    values: dict[str, Any] = {names.get(option.name, option.name): option.value for option in volume.options}
    return record, {**values, "fs_type": volume.fs_type} if volume.fs_type else values


def from_flex_volume(volume: FlexVolume) -> "Volume":
    """Return the volume of a driver that is sent as exactly this, or the volume itself where there is none."""
    if volume.driver not in _DRIVERS:
        return volume
    record, values = driver_values(volume)
    try:
        made = record(name=volume.name, **values)
    except (DomainError, TypeError):
        return volume
    return made if as_flex_volume(made) == volume else volume


class _VolumeCodec(flat.OneOf):
    """The kinds that the cloud knows; those of a driver are FlexVolumes there."""

    def write(self, key: str, value: Any, out: flat.Writing) -> None:
        super().write(key, as_flex_volume(value) if isinstance(value, DriverVolume) else value, out)

    def read(self, key: str, reading: flat.Reading) -> Any:
        volume = super().read(key, reading)
        return from_flex_volume(volume) if isinstance(volume, FlexVolume) else volume


@dataclass(frozen=True)
class VolumeKinds(OneOf):
    """All kinds of volume; ``Type`` says which."""

    @cached_property
    def codec(self) -> flat.Codec:  # type: ignore[override]
        known = {word: part(record) for word, record in self.choices.items() if record not in _DRIVERS.values()}
        return _VolumeCodec(self.selector, known)


Volume = EmptyDirVolume | NFSVolume | ConfigFileVolume | FlexVolume | HostPathVolume | DiskVolume | DriverVolume
# Each kind by its word in a draft, in the order of the pages.
VOLUME_KINDS: Final[dict[str, type[Record]]] = {
    "EmptyDirVolume": EmptyDirVolume,
    "NFSVolume": NFSVolume,
    "ConfigFileVolume": ConfigFileVolume,
    "OssVolume": OssVolume,
    "NasVolume": NasVolume,
    "DiskFlexVolume": DiskFlexVolume,
    "FlexVolume": FlexVolume,
    "HostPathVolume": HostPathVolume,
    "DiskVolume": DiskVolume,
}
# What a page calls the kinds that it offers.
VOLUME_LABELS: Final = {
    "EmptyDirVolume": _("Empty directory"),
    "NFSVolume": _("NFS file system"),
    "ConfigFileVolume": _("Config files"),
    "OssVolume": _("OSS bucket"),
    "NasVolume": _("NAS file system"),
    "DiskFlexVolume": _("Disk"),
    "DiskVolume": _("Disk by its ID alone"),
    "HostPathVolume": _("Path of the host"),
}
# Those of them that few people need.
EXPERT_VOLUMES: Final = frozenset({"DiskVolume", "HostPathVolume"})
