"""The forms of the volumes, one a kind, and the files of a config file volume."""

from collections.abc import Iterable, Mapping
from typing import cast

from django.http import QueryDict
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext
from django.views.decorators.debug import sensitive_variables

from consoleapp.domain.secret import Secret
from consoleapp.domain.volume import EXPERT_VOLUMES, VOLUME_KINDS, VOLUME_LABELS
from consoleapp.web.domain_words import said_later
from consoleapp.wizard.draft.upgrades import DRIVER_KINDS
from consoleapp.wizard.forms.declared import DeclaredForm, Part, form_of
from consoleapp.wizard.forms.stored import clean_text, secret_hint
from consoleapp.wizard.mapping.problems import Problem
from consoleapp.wizard.shape import Data, Fields, Row, ak_secret_name, config_file_name, config_files, new_key

VOLUMES_MAX = 20
# What each kind is called, by its word in a draft.
KINDS = {
    next((word for word, kind in DRIVER_KINDS.items() if kind == name), name): said_later(label)
    for name, label in VOLUME_LABELS.items()
}

# Those of them that few people need.
EXPERT_KINDS = {word: title for word, title in KINDS.items() if DRIVER_KINDS.get(word, word) in EXPERT_VOLUMES}


class VolumeForm(DeclaredForm):
    """A volume. `hint` says what became of the secret of an OSS volume; the files of one with config files are rows in
    wizard/_volume.html."""

    def __init__(self, stored: Fields, problems: Iterable[Problem] = (), *, prefix: str, hint: str = "") -> None:
        super().__init__(stored, problems, prefix=prefix)
        if hint and "ak_secret" in self.fields:
            self.fields["ak_secret"].widget.attrs["placeholder"] = hint


FORMS: Mapping[str, type[DeclaredForm]] = {
    word: form_of(Part(VOLUME_KINDS[DRIVER_KINDS.get(word, word)]), base=VolumeForm) for word in KINDS
}


def collect_volumes(post: QueryDict, rows: list[Row], secrets: dict[str, Secret], forgotten: set[str]) -> None:
    """Takes the volumes that are in the page into their rows."""
    for row in rows:
        key, fields = row["key"], row["fields"]
        if f"{key}-name" not in post:
            continue
        form = FORMS[str(fields.get("kind"))]
        form.collect(post, fields, prefix=key)
        typed = str(fields.pop("ak_secret", "") or "")
        if typed:
            secrets[ak_secret_name(key)] = Secret(typed)
        elif str(fields.get("kind")) == "oss" and not fields.get("ak_id"):
            forgotten.add(ak_secret_name(key))
        if str(fields.get("kind")) == "ConfigFileVolume":
            _collect_files(post, key, fields, secrets)


@sensitive_variables()
def _collect_files(post: QueryDict, volume_key: str, fields: Fields, secrets: dict[str, Secret]) -> None:
    """Takes the files that are in the page; a content goes to the secrets, an empty one keeps what is stored."""
    for position, (key, _path, _mode) in enumerate(config_files(fields)):
        prefix = f"{volume_key}-{key}"
        if f"{prefix}-path" not in post:
            continue
        _column(fields, "paths")[position] = clean_text(post[f"{prefix}-path"])
        _column(fields, "modes")[position] = clean_text(post.get(f"{prefix}-mode", ""))
        typed = clean_text(post.get(f"{prefix}-content", "")).replace("\r\n", "\n")
        if typed:
            secrets[config_file_name(volume_key, key)] = Secret(typed)


def _column(fields: Fields, name: str) -> list[str]:
    return cast(list[str], fields.setdefault(name, []))


def file_hint(secrets: Mapping[str, Secret], name: str) -> str:
    """What the control of a file's content, which is always empty, says of it: with its size where it is stored."""
    content = secrets.get(name)
    if not content:
        return secret_hint(secrets, name)
    return gettext("Stored, %(size)s. Leave empty to keep it.") % {"size": size_text(content)}


def size_text(content: Secret) -> str:
    """The size of a file's content for people."""
    return filesizeformat(len(content.reveal().encode())).replace("\xa0", " ")


def add_volume(data: Data, kind: str) -> Row:
    """A new volume at the end; raises KeyError for a kind there is none of, ValueError when there are enough."""
    if kind not in FORMS:
        raise KeyError(kind)
    if len(data["volumes"]) >= VOLUMES_MAX:
        raise ValueError(f"{VOLUMES_MAX} volumes are the most")
    taken = {str(row["fields"].get("name")) for row in data["volumes"]}
    number = next(number for number in range(1, VOLUMES_MAX + 2) if f"volume-{number}" not in taken)
    fields: Fields = {"kind": kind, "name": f"volume-{number}"}
    row: Row = {"key": new_key(data, "v"), "fields": fields}
    if kind == "ConfigFileVolume":
        add_file(data, fields)
    data["volumes"].append(row)
    return row


def add_file(data: Data, fields: Fields) -> str:
    """The key of a new empty file of a config file volume."""
    key = new_key(data, "f")
    for name, text in (("keys", key), ("paths", ""), ("modes", "")):
        _column(fields, name).append(text)
    return key


def remove_file(fields: Fields, key: str) -> None:
    """Takes the file with this key out; raises ValueError when there is none."""
    position = _column(fields, "keys").index(key)
    for name in ("keys", "paths", "modes"):
        del _column(fields, name)[position]


def secret_names(row: Row) -> set[str]:
    """The names under which the vault has secrets of this volume."""
    return {
        ak_secret_name(row["key"]),
        *(config_file_name(row["key"], file[0]) for file in config_files(row["fields"])),
    }
