"""The volumes of a pod: those that a container group has too, and files of ConfigMaps and Secrets."""

import re
from typing import Any, Final

from consoleapp.domain.choices import FlexDriver
from consoleapp.domain.errors import _
from consoleapp.domain.kubernetes import VOLUME_KEYS
from consoleapp.domain.schema import Record, fields_of
from consoleapp.domain.secret import Secret
from consoleapp.domain.volume import (
    SECRET_FLEX_OPTIONS,
    ConfigFile,
    ConfigFileVolume,
    EmptyDirVolume,
    FlexVolume,
    FlexVolumeOption,
    driver_values,
    from_flex_volume,
)
from consoleapp.languages.imports.kubernetes_objects import Given
from consoleapp.languages.imports.kubernetes_reading import Reader, made
from consoleapp.languages.imports.yaml_tree import Mapped, Word

ADD_VOLUME: Final = _(
    "Add a volume named {name}: a NAS file system, a bucket or a disk; or an empty directory, whose data end with it."
)
_LISTED_ONLY: Final = _("Only for accounts that the cloud has admitted to paths of its hosts.")
_FILES_NOT_GIVEN: Final = _("{kind} {name} is not in this text: add its files.")
_FILE_NOT_GIVEN: Final = _("Its content is not in this text: type it.")
_FILE_SOURCES: Final = {"configMap": ("ConfigMap", "name"), "secret": ("Secret", "secretName")}
_MODE: Final = re.compile(r"0o?([0-7]{1,4})")


class Volumes:
    """Reads the volumes of one pod."""

    def __init__(self, reader: Reader, given: Given) -> None:
        self._reader, self._given = reader, given

    def read(self, tree: Any, path: str) -> tuple[Any, ...]:
        """Return the volumes of a list; what a group cannot have is left out."""
        found = (self._volume(item, f"{path}.{word}", line) for word, item, line in self._reader.items(tree, path))
        return tuple(volume for volume in found if volume is not None)

    def _volume(self, tree: Any, path: str, line: int | None) -> Any:
        tree = self._reader.mapping(tree, path, line)
        name = self._reader.text(tree.get("name"), f"{path}.name") or ""
        sources = [key for key, value in tree.items() if key != "name" and value is not None]
        for key in sources[1:]:
            self._reader.leave(f"{path}.{key}", tree.lines.get(key))
        if not sources:
            # As Kubernetes does.
            return made(EmptyDirVolume, {"name": name})
        key = sources[0]
        subject, line = f"{path}.{key}", tree.lines.get(key)
        source = self._reader.mapping(tree[key], subject, line)
        if key in _FILE_SOURCES:
            return self._files(name, *_FILE_SOURCES[key], source, subject, line)
        if key == "flexVolume":
            return self._flex_volume(name, source, subject, line)
        if key not in VOLUME_KEYS:
            self._reader.leave(subject, line, ADD_VOLUME, name=name)
            return None
        if key == "hostPath":
            self._reader.change(subject, _LISTED_ONLY, line)
        return made(VOLUME_KEYS[key], {**self._reader.values(VOLUME_KEYS[key], source, subject), "name": name})

    def _flex_volume(self, name: str, source: Mapped, path: str, line: int | None) -> Any:
        if source.get("driver") not in list(FlexDriver):
            self._reader.leave(path, line, ADD_VOLUME, name=name)
            return None
        values = self._reader.values(FlexVolume, source, path, own={"options"})
        given = self._reader.mapping(source.get("options"), f"{path}.options")
        texts = {key: self._reader.text(value, f"{path}.options.{key}") for key, value in given.items()}
        options = tuple(_option(key, text) for key, text in texts.items() if text is not None)
        return _of_driver(made(FlexVolume, {**values, "name": name, "options": options}))

    def _files(self, name: str, kind: str, key: str, source: Mapped, path: str, line: int | None) -> Any:
        of = source.get(key)
        entries = self._given.find(kind, of) if isinstance(of, Word) else None
        files = []
        if source.get("items") is not None:
            for word, item, at in self._reader.items(source["items"], f"{path}.items"):
                subject = f"{path}.items.{word}"
                files.append(self._item(self._reader.mapping(item, subject, at), entries or {}, subject, at))
        elif entries is None:
            self._reader.change(path, _FILES_NOT_GIVEN, line, kind=kind, name=str(of or ""))
        else:
            self._reader.count(len(entries))
            files = [_file(entry, content) for entry, content in entries.items()]
        for other in [word for word in source if word not in (key, "items", "defaultMode", "optional")]:
            self._reader.leave(f"{path}.{other}", source.lines.get(other))
        mode = self._mode(source.get("defaultMode"), f"{path}.defaultMode")
        return made(ConfigFileVolume, {"name": name, "config_files": tuple(files), "default_mode": mode})

    def _item(self, item: Mapped, entries: Any, path: str, line: int | None) -> ConfigFile:
        key = self._reader.text(item.get("key"), f"{path}.key") or ""
        content = entries.get(key)
        if content is None:
            self._reader.change(path, _FILE_NOT_GIVEN, line)
        own = self._reader.text(item.get("path"), f"{path}.path") or key
        return _file(own, content or "", self._mode(item.get("mode"), f"{path}.mode"))

    def _mode(self, tree: Any, path: str) -> str:
        """Return four octal digits: YAML has a zero before them, JSON a decimal number."""
        if tree is None:
            return ""
        text = tree if isinstance(tree, Word) else ""
        octal = _MODE.fullmatch(text)
        if octal:
            return f"{int(octal[1], 8):04o}"
        if re.fullmatch(r"[0-9]{1,4}", text):
            return f"{int(text):04o}"
        self._reader.leave(path, getattr(tree, "line", None))
        return ""


def _option(name: str, text: str) -> FlexVolumeOption:
    value = Secret(text) if name in SECRET_FLEX_OPTIONS else text
    option: FlexVolumeOption = made(FlexVolumeOption, {"name": name, "value": value})
    return option


def _file(path: str, content: str | Secret, mode: str = "") -> ConfigFile:
    secret = content if isinstance(content, Secret) else Secret(content)
    file: ConfigFile = made(ConfigFile, {"path": path, "content": secret, "mode": mode})
    return file


def _of_driver(volume: FlexVolume) -> Any:
    """Return the volume that the pages ask for by its fields, where all options are such."""
    same = from_flex_volume(volume)
    record: type[Record]
    record, values = driver_values(volume)
    if same is volume and values.keys() <= fields_of(record).keys() - {"name"}:
        return made(record, {**values, "name": volume.name})
    return same
