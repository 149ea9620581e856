"""What Confirm says about one volume."""

import pytest

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
from consoleapp.wizard.summary.volumes import volume_row
from tests.wizard.complete import CANARY

VOLUMES: list[tuple[Volume, str, str]] = [
    (EmptyDirVolume("v"), "Empty directory", ""),
    (EmptyDirVolume("v", "LocalRaid0", "256Mi"), "Empty directory", "Medium Local RAID 0 · Size limit 256Mi"),
    (
        NFSVolume("v", "x.cn-hangzhou.nas.aliyuncs.com", "/shop", read_only=True),
        "NFS file system",
        "Server x.cn-hangzhou.nas.aliyuncs.com · Path /shop · Read only",
    ),
    (
        ConfigFileVolume(
            "v", (ConfigFile("etc/app.conf", Secret(CANARY), "0600"), ConfigFile("motd", Secret(""))), "0644"
        ),
        "Config files",
        "Default mode 0644 · etc/app.conf (Mode 0600, 36 bytes) · motd (0 bytes)",
    ),
    (
        FlexVolume(
            "v",
            "alicloud/oss",
            options=(
                FlexVolumeOption("bucket", "shop"),
                FlexVolumeOption("akId", "LTAI-demo"),
                FlexVolumeOption("akSecret", Secret(CANARY)),
                FlexVolumeOption("unheard-of", "1"),
            ),
        ),
        "OSS bucket",
        "alicloud/oss · Bucket shop · AccessKey ID LTAI-demo · AccessKey secret •••••••• · unheard-of 1",
    ),
    (
        FlexVolume("v", "alicloud/disk", "ext4", (FlexVolumeOption("size", "20"),)),
        "Disk",
        "alicloud/disk · File system ext4 · Size 20 GiB",
    ),
    (HostPathVolume("v", "/srv", "Directory"), "Path of the host", "Path /srv · Type Directory"),
    (DiskVolume("v", "d-1", "xfs", 40), "Disk by its ID alone", "Disk ID d-1 · File system xfs · Size 40 GiB"),
]


@pytest.mark.parametrize(("volume", "kind", "details"), VOLUMES, ids=[type(each[0]).__name__ for each in VOLUMES])
def test_tells_all_of_a_volume_but_contents_and_secrets(volume: Volume, kind: str, details: str) -> None:
    row = volume_row(volume)

    assert (row.label, str(row.value), row.hint) == ("v", kind, details)
    assert CANARY not in repr(row)
