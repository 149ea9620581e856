"""Volumes: from raw texts to the domain's kinds of volume.

A row's `kind` is one of KINDS: the three kinds that the cloud knows by name, and one for each driver of a FlexVolume.
"""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from consoleapp.domain.errors import DomainError, Reason
from consoleapp.domain.secret import Secret
from consoleapp.domain.spec import (
    ConfigFile,
    ConfigFileVolume,
    EmptyDirVolume,
    FlexDriver,
    FlexVolume,
    FlexVolumeOption,
    NFSVolume,
    Volume,
)
from consoleapp.wizard.mapping import raw
from consoleapp.wizard.mapping.parts import Parts
from consoleapp.wizard.mapping.problems import Findings
from consoleapp.wizard.shape import Fields, Row, ak_secret_name, config_file_name

STEP = "basic"
KINDS = {
    "EmptyDirVolume": _("Empty directory"),
    "NFSVolume": _("NFS file system"),
    "ConfigFileVolume": _("Config files"),
    "oss": _("OSS bucket"),
    "nas": _("NAS file system"),
    "disk": _("Disk"),
}
LABELS = {
    "name": _("Name"),
    "medium": _("Medium"),
    "size_limit": _("Size limit"),
    "server": _("Server"),
    "path": _("Path"),
    "bucket": _("Bucket"),
    "url": _("Endpoint"),
    "ram_role": _("RAM role"),
    "ak_id": _("AccessKey ID"),
    "ak_secret": _("AccessKey secret"),
    "other_opts": _("Mount options"),
    "volume_id": _("Disk ID"),
    "size": _("Size"),
    "performance_level": _("Performance level"),
    "fs_type": _("File system"),
    "vers": _("NFS version"),
    "options": _("Mount options"),
    "default_mode": _("Default mode"),
    "content": _("Content"),
    "mode": _("Mode"),
}
# Wire names of the options of each driver, by the raw field with the value. Source: the vendor's pages on mounting.
OPTIONS: dict[str, dict[str, str]] = {
    "oss": {
        "bucket": "bucket",
        "url": "url",
        "path": "path",
        "other_opts": "otherOpts",
        "ram_role": "ramRole",
        "ak_id": "akId",
        "ak_secret": "akSecret",
    },
    "nas": {"server": "server", "path": "path", "vers": "vers", "options": "options"},
    "disk": {"volume_id": "volumeId", "size": "size", "performance_level": "performanceLevel"},
}
NEEDED = {"oss": ("bucket", "url"), "nas": ("server", "path"), "disk": ()}
DRIVERS = {"oss": FlexDriver.OSS, "nas": FlexDriver.NAS, "disk": FlexDriver.DISK}


def volume_parts(rows: list[Row], secrets: Mapping[str, Secret]) -> Parts:
    """The volumes in their order."""
    volumes: list[Volume] = []
    problems = []
    for row in rows:
        name = raw.word(row["fields"], "name") or gettext("Volume")
        findings = Findings(STEP, prefix=row["key"], subject=name, labels=LABELS)
        volume = findings.attempt(
            lambda row=row, findings=findings: _volume(row, secrets, findings),  # type: ignore[misc]
            lambda path: path.rsplit(".", 1)[-1],
        )
        if volume is not None:
            volumes.append(volume)
        problems += findings.problems
    return Parts({"volumes": tuple(volumes)}, tuple(problems))


def _volume(row: Row, secrets: Mapping[str, Secret], findings: Findings) -> Volume:
    fields = row["fields"]
    kind, name = raw.word(fields, "kind"), raw.word(fields, "name")
    if kind == "EmptyDirVolume":
        return EmptyDirVolume(name, raw.word(fields, "medium"), raw.word(fields, "size_limit"))
    if kind == "NFSVolume":
        return NFSVolume(name, raw.word(fields, "server"), raw.word(fields, "path"), raw.flag(fields, "read_only"))
    if kind == "ConfigFileVolume":
        return ConfigFileVolume(name, _config_files(row, secrets, findings), raw.word(fields, "default_mode"))
    if kind in DRIVERS:
        return _flex_volume(name, kind, row, secrets, findings)
    raise DomainError(Reason.NOT_A_CHOICE, "name", choices=", ".join(KINDS))


def config_files(fields: Fields) -> list[tuple[str, str, str]]:
    """Key, path and mode of each file of a config file volume as typed."""
    columns = (raw.words(fields, name) for name in ("keys", "paths", "modes"))
    return list(zip(*columns, strict=False))


def _config_files(row: Row, secrets: Mapping[str, Secret], findings: Findings) -> tuple[ConfigFile, ...]:
    files = []
    for key, path, mode in config_files(row["fields"]):
        content = secrets.get(config_file_name(row["key"], key))
        if not content:
            # Wiped or never typed: a file that is meant to be empty cannot be told from it.
            findings.add(f"{key}-content", DomainError(Reason.REQUIRED, "content"))
        file = findings.attempt(
            lambda path=path, content=content, mode=mode: ConfigFile(  # type: ignore[misc]
                path.strip(), content or Secret(""), mode.strip()
            ),
            lambda at, key=key: f"{key}-{at}",  # type: ignore[misc]
        )
        if file is not None:
            files.append(file)
    if not files and findings.problems:
        # The files have been marked; that none is left would only say the same twice.
        return (ConfigFile("marked", Secret("")),)
    return tuple(files)


def _flex_volume(name: str, kind: str, row: Row, secrets: Mapping[str, Secret], findings: Findings) -> FlexVolume:
    fields = row["fields"]
    for needed in NEEDED[kind]:
        if not raw.word(fields, needed):
            findings.add(needed, DomainError(Reason.REQUIRED, needed))
    if kind == "disk" and not (raw.word(fields, "volume_id") or raw.word(fields, "size")):
        findings.add("volume_id", DomainError(Reason.EXACTLY_ONE, "volume_id", choices="disk id, size"))
    options: list[FlexVolumeOption] = []
    for field_name, wire_name in OPTIONS[kind].items():
        value: Any = raw.word(fields, field_name)
        if field_name == "ak_secret":
            value = secrets.get(ak_secret_name(row["key"])) if raw.word(fields, "ak_id") else None
        if value:
            option = findings.attempt(
                lambda wire_name=wire_name, value=value: FlexVolumeOption(wire_name, value),  # type: ignore[misc]
                lambda _path, field_name=field_name: field_name,  # type: ignore[misc]
            )
            options += [option] if option else []
    if kind == "oss" and raw.word(fields, "ak_id") and not secrets.get(ak_secret_name(row["key"])):
        findings.add("ak_secret", DomainError(Reason.REQUIRED, "ak_secret"))
    return FlexVolume(name, DRIVERS[kind], raw.word(fields, "fs_type"), tuple(options))
