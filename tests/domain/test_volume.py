from typing import Any

import pytest

from consoleapp.domain.secret import Secret
from consoleapp.domain.volume import (
    ConfigFile,
    ConfigFileVolume,
    DiskVolume,
    EmptyDirVolume,
    FlexVolume,
    FlexVolumeOption,
    HostPathVolume,
    NFSVolume,
)
from tests.domain.builders import refusals

KIB = 1024


def files(count: int) -> tuple[ConfigFile, ...]:
    return tuple(ConfigFile(f"f{number}", Secret("")) for number in range(count))


@pytest.mark.parametrize(
    ("make", "reasons"),
    [
        (lambda: EmptyDirVolume(""), {"name": "required"}),
        (lambda: EmptyDirVolume("My Volume"), {"name": "container_name_format"}),
        (lambda: EmptyDirVolume("a", "Tape"), {"medium": "not_a_choice"}),
        (lambda: EmptyDirVolume("a", size_limit="256 MB"), {"size_limit": "size_limit_format"}),
        (lambda: EmptyDirVolume("a", size_limit="0Mi"), {"size_limit": "size_limit_format"}),
        (lambda: NFSVolume("a", "", ""), {"server": "required", "path": "required"}),
        (lambda: NFSVolume("a", "nas.example/x", "/"), {"server": "host_name_format"}),
        (lambda: NFSVolume("a", "nas.example", "share"), {"path": "absolute_path"}),
        (lambda: ConfigFile("", Secret("")), {"path": "required"}),
        (lambda: ConfigFile("/etc/app", Secret("")), {"path": "relative_path"}),
        (lambda: ConfigFile("../app", Secret("")), {"path": "relative_path"}),
        (lambda: ConfigFile("a", Secret(""), "644"), {"mode": "file_mode_format"}),
        (lambda: ConfigFile("a", Secret(""), "0849"), {"mode": "file_mode_format"}),
        (lambda: ConfigFile("a", Secret("x" * (32 * KIB + 1))), {"content": "too_long"}),
        (lambda: ConfigFile("a", Secret("ü" * (16 * KIB + 1))), {"content": "too_large"}),
        (lambda: ConfigFile("a", Secret("\0")), {"content": "forbidden_character"}),
        (lambda: ConfigFileVolume("a", ()), {"config_files": "required"}),
        (lambda: ConfigFileVolume("a", files(91)), {"config_files": "too_many"}),
        (lambda: ConfigFileVolume("a", files(1) * 2), {"config_files.1.path": "duplicate"}),
        (lambda: ConfigFileVolume("a", files(1), "rw"), {"default_mode": "file_mode_format"}),
        (lambda: FlexVolume("a", ""), {"driver": "required"}),
        (lambda: FlexVolume("a", "other/disk"), {"driver": "not_a_choice"}),
        (lambda: FlexVolume("a", "alicloud/oss", "", (FlexVolumeOption("u", ""),) * 2),
         {"options.1.name": "duplicate"}),
        (lambda: FlexVolumeOption("akSecret", "in the open"), {"value": "malformed"}),
        (lambda: FlexVolumeOption("bucket", Secret("b")), {"value": "malformed"}),
        (lambda: FlexVolumeOption("", "x\n"), {"name": "required", "value": "forbidden_character"}),
        (lambda: HostPathVolume("a", "x"), {"path": "absolute_path"}),
        (lambda: HostPathVolume("a", ""), {"path": "required"}),
        (lambda: DiskVolume("a", ""), {"disk_id": "required"}),
        (lambda: DiskVolume("a", "d-1,d-2"), {"disk_id": "id_format"}),
        (lambda: DiskVolume("a", "d-1", disk_size_gib=0), {"disk_size_gib": "out_of_range"}),
    ],
)  # fmt: skip
def test_refuses_an_impossible_volume(make: Any, reasons: dict[str, str]) -> None:
    assert refusals(make) == reasons


def test_takes_volumes_at_their_limits() -> None:
    assert ConfigFile("a", Secret("ü" * (16 * KIB))).size_bytes == 32 * KIB
    assert len(ConfigFileVolume("a", files(90)).config_files) == 90
    assert EmptyDirVolume("a", "Memory", "1.5Gi").size_limit == "1.5Gi"


def test_does_not_show_the_secret_of_an_option() -> None:
    volume = FlexVolume("a", "alicloud/oss", options=(FlexVolumeOption("akSecret", Secret("canary")),))
    assert "canary" not in repr(volume)
