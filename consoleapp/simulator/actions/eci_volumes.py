"""Volumes of a CreateContainerGroup request: checked, and turned into the flat shape of the answers."""

import base64
import binascii
import re
from collections.abc import Callable, Mapping
from typing import Any, Final

from consoleapp.simulator.errors import ApiError
from consoleapp.simulator.fields import TOO_MUCH, Fields

MAX_VOLUMES: Final = 20
_MAX_FILES: Final = 90
# Every id of this form is a disk of the group's zone.
_DISK: Final = re.compile(r"d-[a-z0-9]+")
_MAX_FILE_BYTES: Final = 32 * 1024
_MAX_FILES_BYTES: Final = 60 * 1024


def read_volumes(fields: Fields) -> list[dict[str, Any]]:
    """Read the volumes, as Describe answers tell them."""
    volumes = [_volume(item) for item in fields.each("Volume", MAX_VOLUMES)]
    if len({volume["Name"] for volume in volumes}) < len(volumes):
        raise ApiError("InvalidParameter.DuplicatedVolumeName")
    return volumes


def _volume(fields: Fields) -> dict[str, Any]:
    name = fields.text("Name", required=True)
    kind = fields.text("Type", required=True, choices=tuple(_KINDS))
    return {"Name": name, "Type": kind, **_KINDS[kind](fields.inner(kind))}


def _empty_dir(fields: Fields) -> dict[str, Any]:
    return {
        "EmptyDirVolumeMedium": fields.text("Medium", choices=("Memory", "LocalRaid0")),
        "EmptyDirVolumeSizeLimit": fields.text("SizeLimit"),
    }


def _nfs(fields: Fields) -> dict[str, Any]:
    return {
        "NFSVolumeServer": fields.text("Server", required=True),
        "NFSVolumePath": fields.text("Path", required=True),
        "NFSVolumeReadOnly": fields.boolean("ReadOnly"),
    }


def _config_file(fields: Fields) -> dict[str, Any]:
    files, total = [], 0
    for item in fields.each("ConfigFileToPath", _MAX_FILES):
        content = item.text("Content")
        try:
            size = len(base64.b64decode(content, validate=True))
        except (binascii.Error, ValueError):
            raise item.refusal("Content", "it has to be Base64") from None
        if size > _MAX_FILE_BYTES:
            raise item.refusal("Content", f"a file may have at most {_MAX_FILE_BYTES} bytes", code=TOO_MUCH)
        total += size
        files.append({"Path": item.text("Path", required=True), "Content": content})
    if total > _MAX_FILES_BYTES:
        raise fields.refusal("ConfigFileToPath", f"all files may have {_MAX_FILES_BYTES} bytes", code=TOO_MUCH)
    return {"ConfigFileVolumeConfigFileToPaths": files}


def _flex(fields: Fields) -> dict[str, Any]:
    # The options may hold keys of a bucket, so they are not told again.
    drivers = ("alicloud/disk", "alicloud/nas", "alicloud/oss")
    return {
        "FlexVolumeDriver": fields.text("Driver", required=True, choices=drivers),
        "FlexVolumeFsType": fields.text("FsType"),
    }


def _disk(fields: Fields) -> dict[str, Any]:
    disk_id = fields.text("DiskId", required=True)
    if not _DISK.fullmatch(disk_id):
        raise ApiError("InvalidDiskId.NotFound")
    # The size is not among what the answers tell.
    fields.integer("DiskSize", 1)
    return {"DiskVolumeDiskId": disk_id, "DiskVolumeFsType": fields.text("FsType")}


def _host_path(fields: Fields) -> dict[str, Any]:
    # Every account of the simulated cloud is on the list of those that may. The answers tell nothing of it.
    if not fields.text("Path", required=True).startswith("/"):
        raise fields.refusal("Path", "it has to begin with a slash")
    fields.text("Type")
    return {}


_KINDS: Final[Mapping[str, Callable[[Fields], dict[str, Any]]]] = {
    "EmptyDirVolume": _empty_dir,
    "NFSVolume": _nfs,
    "ConfigFileVolume": _config_file,
    "FlexVolume": _flex,
    "DiskVolume": _disk,
    "HostPathVolume": _host_path,
}
