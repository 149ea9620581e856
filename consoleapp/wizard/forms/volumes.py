"""The forms of the volumes, one a kind, and the files of a config file volume."""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, cast

from django import forms
from django.http import QueryDict
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.debug import sensitive_variables

from consoleapp.domain.secret import Secret
from consoleapp.web.crispy import ConsoleHelper, Segmented, Show
from consoleapp.wizard.forms.stored import StoredForm, clean_text, secret_hint
from consoleapp.wizard.mapping.problems import Problem
from consoleapp.wizard.mapping.volumes import LABELS, config_files
from consoleapp.wizard.shape import Data, Fields, Row, ak_secret_name, config_file_name, new_key

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

VOLUMES_MAX = 20
# What the values are called, here and on Confirm.
MEDIA = {"": _("Disk"), "Memory": _("Memory"), "LocalRaid0": _("Local RAID 0")}


def _text(
    name: str, placeholder: str = "", *, required: bool = False, hint: "str | _StrPromise" = ""
) -> forms.CharField:
    return forms.CharField(
        label=LABELS[name],
        required=required,
        help_text=hint,
        widget=forms.TextInput(attrs={"placeholder": placeholder, "spellcheck": "false"} if placeholder else {}),
    )


class VolumeForm(StoredForm):
    """What every volume has: its name. `hint` says what became of the secret of an OSS volume."""

    name = _text("name", required=True)
    shown: tuple[object, ...] = ()

    def __init__(self, stored: Fields, problems: Iterable[Problem] = (), *, prefix: str, hint: str = "") -> None:
        super().__init__(stored, problems, prefix=prefix)
        if hint and "ak_secret" in self.fields:
            self.fields["ak_secret"].widget.attrs["placeholder"] = hint
        self.helper = ConsoleHelper(Show("name", width="m"), *self.shown)


class EmptyDirForm(VolumeForm):
    """Scratch space that lives as long as the group."""

    medium = forms.ChoiceField(
        label=LABELS["medium"],
        required=False,
        widget=forms.RadioSelect,
        choices=[*MEDIA.items()],
    )
    size_limit = _text("size_limit", "256Mi")
    shown = (Segmented("medium"), Show("size_limit", width="s"))

    def __init__(self, stored: Fields, problems: Iterable[Problem] = (), *, prefix: str, hint: str = "") -> None:
        super().__init__({"medium": "", **stored}, problems, prefix=prefix)


class NfsForm(VolumeForm):
    """A file system of the same VPC."""

    server = _text("server", "xxx.cn-hangzhou.nas.aliyuncs.com", required=True)
    path = _text("path", "/", required=True)
    read_only = forms.BooleanField(label=_("Access"), required=False)
    shown = (Show("server", width="l"), Show("path", width="m"), Show("read_only", unit=_("Read only")))


class ConfigFileForm(VolumeForm):
    """Files whose content is typed here; the files themselves are rows in wizard/_volume.html."""

    default_mode = _text("default_mode", "0644")
    shown = (Show("default_mode", width="s"),)


class OssForm(VolumeForm):
    """A bucket of Object Storage Service."""

    bucket = _text("bucket", required=True)
    url = _text("url", "oss-cn-hangzhou-internal.aliyuncs.com", required=True)
    path = _text("path", "/")
    other_opts = _text("other_opts", "-o max_stat_cache_size=0")
    ram_role = _text("ram_role", hint=_("A role that may read the bucket; or an AccessKey below."))
    ak_id = _text("ak_id")
    ak_secret = forms.CharField(
        label=LABELS["ak_secret"],
        required=False,
        widget=forms.PasswordInput(render_value=False, attrs={"autocomplete": "new-password"}),
    )
    shown = (
        Show("bucket", width="m"),
        Show("url", width="l"),
        Show("path", width="m"),
        Show("other_opts", width="l"),
        Show("ram_role", width="m"),
        Show("ak_id", width="m"),
        Show("ak_secret", width="m"),
    )


class NasForm(VolumeForm):
    """A NAS file system through its driver."""

    server = _text("server", "xxx.cn-hangzhou.nas.aliyuncs.com", required=True)
    path = _text("path", "/", required=True)
    vers = _text("vers", "3")
    options = _text("options", "nolock,tcp,noresvport")
    shown = (
        Show("server", width="l"),
        Show("path", width="m"),
        Show("vers", width="s"),
        Show("options", width="l"),
    )


class DiskForm(VolumeForm):
    """A disk that exists, or a new one of a size."""

    volume_id = _text("volume_id", "d-…", hint=_("A disk of the group's zone; or a size below for a new one."))
    size = _text("size")
    performance_level = _text("performance_level", "PL1")
    fs_type = _text("fs_type", "ext4")
    shown = (
        Show("volume_id", width="m"),
        Show("size", width="s", unit="GiB"),
        Show("performance_level", width="s"),
        Show("fs_type", width="s"),
    )


FORMS: Mapping[str, type[VolumeForm]] = {
    "EmptyDirVolume": EmptyDirForm,
    "NFSVolume": NfsForm,
    "ConfigFileVolume": ConfigFileForm,
    "oss": OssForm,
    "nas": NasForm,
    "disk": DiskForm,
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
        elif form is OssForm and not fields.get("ak_id"):
            forgotten.add(ak_secret_name(key))
        if form is ConfigFileForm:
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
