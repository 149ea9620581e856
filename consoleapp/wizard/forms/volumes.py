"""The forms of the volumes, one a kind, and the files of a config file volume."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.http import QueryDict
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext
from django.views.decorators.debug import sensitive_variables

from consoleapp.domain.limits import VOLUMES_MAX
from consoleapp.domain.secret import Secret
from consoleapp.domain.volume import EXPERT_VOLUMES, VOLUME_KINDS, VOLUME_LABELS
from consoleapp.web.domain_words import said_later
from consoleapp.wizard.draft.problems import FieldError
from consoleapp.wizard.forms.declared import DeclaredForm, Part, form_of
from consoleapp.wizard.forms.stored import clean_text, secret_hint
from consoleapp.wizard.shape import (
    Data,
    Fields,
    ak_secret_name,
    config_file_name,
    find_row,
    new_key,
    rows_of,
    volumes_of,
)

CONFIG_FILES = "ConfigFileVolume"
# The controls of a file.
FILE_FIELDS = ("path", "mode", "content")
# What each kind is called, by its word in a draft.
KINDS = {name: said_later(label) for name, label in VOLUME_LABELS.items()}

# Those of them that few people need.
EXPERT_KINDS = {word: title for word, title in KINDS.items() if word in EXPERT_VOLUMES}


class VolumeForm(DeclaredForm):
    """A volume. `hint` says what became of the secret of an OSS volume; the files of one with config files are rows in
    wizard/_volume.html."""

    def __init__(self, stored: Fields, problems: Iterable[FieldError] = (), *, prefix: str, hint: str = "") -> None:
        super().__init__(stored, problems, prefix=prefix)
        if hint and "ak_secret" in self.fields:
            self.fields["ak_secret"].widget.attrs["placeholder"] = hint


FORMS: Mapping[str, type[DeclaredForm]] = {word: form_of(Part(VOLUME_KINDS[word]), base=VolumeForm) for word in KINDS}


def bind_volumes(post: QueryDict, rows: list[Fields], secrets: dict[str, Secret], forgotten: set[str]) -> None:
    """Take the volumes that are in the page into their rows."""
    for row in rows:
        key, kind = row["_key"], str(row.get("_kind"))
        if f"{key}-name" not in post or kind not in FORMS:
            continue
        FORMS[kind].bind(post, row, prefix=key)
        typed = str(row.pop("ak_secret", "") or "")
        if typed:
            secrets[ak_secret_name(key)] = Secret(typed)
        elif kind == "OssVolume" and not row.get("ak_id"):
            forgotten.add(ak_secret_name(key))
        _bind_files(post, row, secrets)


@sensitive_variables()
def _bind_files(post: QueryDict, volume: Fields, secrets: dict[str, Secret]) -> None:
    """Take the files that are in the page; a content goes to the secrets, an empty one keeps what is stored."""
    for file in volume.get("config_files", []):
        prefix = f"{volume['_key']}-{file['_key']}"
        if f"{prefix}-path" not in post:
            continue
        file["path"] = clean_text(post[f"{prefix}-path"])
        file["mode"] = clean_text(post.get(f"{prefix}-mode", ""))
        typed = clean_text(post.get(f"{prefix}-content", "")).replace("\r\n", "\n")
        if typed:
            secrets[config_file_name(volume["_key"], file["_key"])] = Secret(typed)


def shown_files(volume: Fields, secrets: Mapping[str, Secret], found: Mapping[str, str]) -> list[dict[str, Any]]:
    """Return the files of a volume as wizard/_volume.html shows them; `found` has what is wrong by control."""
    return [
        {
            "key": file["_key"],
            "prefix": (prefix := f"{volume['_key']}-{file['_key']}"),
            "path": file.get("path", ""),
            "mode": file.get("mode", ""),
            "hint": file_hint(secrets, config_file_name(volume["_key"], file["_key"])),
            **{f"{name}_error": found.get(f"id_{prefix}-{name}", "") for name in ("path", "content", "mode")},
        }
        for file in volume.get("config_files", [])
    ]


def file_hint(secrets: Mapping[str, Secret], name: str) -> str:
    """Return what the control of a file's content, which is always empty, says of it: with its size where it is
    stored."""
    content = secrets.get(name)
    if not content:
        return secret_hint(secrets, name)
    return gettext("Stored, %(size)s. Leave empty to keep it.") % {"size": size_text(content)}


def size_text(content: Secret) -> str:
    """Return the size of a file's content for people."""
    return filesizeformat(len(content.reveal().encode())).replace("\xa0", " ")


def add_volume(data: Data, kind: str) -> Fields:
    """Add a volume at the end and return it; the caller knows that there is such a kind, and room."""
    taken = {str(row.get("name")) for row in volumes_of(data)}
    number = next(number for number in range(1, VOLUMES_MAX + 2) if f"volume-{number}" not in taken)
    row: Fields = {"_key": new_key(data, "v"), "_kind": kind, "name": f"volume-{number}"}
    if kind == CONFIG_FILES:
        add_file(data, row)
    rows_of(data["spec"], "volumes").append(row)
    return row


def add_file(data: Data, volume: Fields) -> str:
    """Add an empty file to a config file volume and return its key."""
    key = new_key(data, "f")
    rows_of(volume, "config_files").append({"_key": key, "path": "", "mode": ""})
    return key


def has_file(volume: Fields, key: str) -> bool:
    """Tell whether the volume has a file with this key."""
    return find_row(volume.get("config_files", []), key) is not None


def remove_file(volume: Fields, key: str) -> None:
    """Take the file with this key out."""
    volume["config_files"] = [file for file in volume["config_files"] if file["_key"] != key]


def secret_names(volume: Fields) -> set[str]:
    """Return the names under which the vault has secrets of this volume."""
    key = volume["_key"]
    return {ak_secret_name(key), *(config_file_name(key, file["_key"]) for file in volume.get("config_files", []))}
