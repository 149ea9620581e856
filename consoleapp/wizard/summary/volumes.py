"""A volume as a line of the Confirm page: what kind it is and all its details but the content of files and secrets."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from consoleapp.domain.secret import Secret
from consoleapp.domain.spec import (
    ConfigFile,
    ConfigFileVolume,
    DiskVolume,
    EmptyDirVolume,
    FlexVolume,
    FlexVolumeOption,
    HostPathVolume,
    NFSVolume,
    Volume,
)
from consoleapp.web.request_text import MASK
from consoleapp.wizard.forms.volumes import MEDIA, size_text
from consoleapp.wizard.mapping.volumes import DRIVERS, KINDS, LABELS, OPTIONS
from consoleapp.wizard.summary.parts import Row, Text, word_of


def volume_row(volume: Volume) -> Row:
    return Row(volume.name, _kind_text(volume), hint=" · ".join(detail for detail in _details(volume) if detail))


def _kind_text(volume: Volume) -> Text:
    kind = _kind_of(volume) if isinstance(volume, FlexVolume) else ""
    return KINDS.get(kind or type(volume).__name__, type(volume).__name__)


def _kind_of(volume: FlexVolume) -> str:
    """The kind of the form behind the driver."""
    return next((kind for kind, driver in DRIVERS.items() if driver == volume.driver), "")


def _details(volume: Volume) -> Iterator[str]:
    match volume:
        case EmptyDirVolume():
            yield _named("medium", word_of(MEDIA, volume.medium) if volume.medium else "")
            yield _named("size_limit", volume.size_limit)
        case NFSVolume():
            yield _named("server", volume.server)
            yield _named("path", volume.path)
            yield _("read only") if volume.read_only else ""
        case ConfigFileVolume():
            yield _named("default_mode", volume.default_mode)
            yield from map(_file_text, volume.config_files)
        case FlexVolume():
            yield volume.driver
            yield _named("fs_type", volume.fs_type)
            yield from (_option_text(option, _kind_of(volume)) for option in volume.options)
        case HostPathVolume():
            yield _named("path", volume.path)
            yield volume.path_type
        case DiskVolume():
            yield _named("volume_id", volume.disk_id)
            yield _named("fs_type", volume.fs_type)
            yield _named("size", f"{volume.disk_size_gib} GiB" if volume.disk_size_gib else "")


def _named(field_name: str, value: str) -> str:
    return f"{LABELS[field_name]} {value}" if value else ""


def _file_text(file: ConfigFile) -> str:
    return f"{file.path} ({', '.join(filter(None, (file.mode, size_text(file.content))))})"


def _option_text(option: FlexVolumeOption, kind: str) -> str:
    """The option under its name in the form; an option that no form has under the driver's."""
    fields = {wire_name: field_name for field_name, wire_name in OPTIONS.get(kind, {}).items()}
    label = str(LABELS[fields[option.name]]) if option.name in fields else option.name
    if isinstance(option.value, Secret):
        return f"{label} {MASK}"
    return f"{label} {option.value} GiB" if (kind, option.name) == ("disk", "size") else f"{label} {option.value}"
