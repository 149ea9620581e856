"""The forms of the open container card, except its rows (rows.py).

All are over the same stored fields of one container; which fold of the card shows which is in wizard/_container.html.
"""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from consoleapp.web.crispy import ConsoleHelper, Row, Segmented, Show
from consoleapp.wizard.forms.stored import StoredForm
from consoleapp.wizard.mapping.containers import DEFAULTS, LABELS
from consoleapp.wizard.mapping.problems import Problem
from consoleapp.wizard.shape import Fields

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

# What the values are called, here and on Confirm.
PULL_POLICIES = {"IfNotPresent": _("If not present"), "Always": _("Always"), "Never": _("Never")}
COMMAND_HINT = _("As in a shell, with quotes around what belongs together; or a JSON list.")
_NUMERIC = {"inputmode": "numeric"}
_DECIMAL = {"inputmode": "decimal"}


def _text(
    name: str, *, hint: "str | _StrPromise" = "", attrs: dict[str, str] | None = None, required: bool = False
) -> forms.CharField:
    return forms.CharField(
        label=LABELS[name], required=required, help_text=hint, widget=forms.TextInput(attrs=attrs or {})
    )


def _lines(name: str, hint: "str | _StrPromise", rows: int = 2) -> forms.CharField:
    return forms.CharField(
        label=LABELS[name],
        required=False,
        help_text=hint,
        widget=forms.Textarea(attrs={"rows": rows, "spellcheck": "false"}),
    )


class ContainerForm(StoredForm):
    """Name, image, version, pull policy. Image and version are rows written by hand, they have buttons beside them."""

    defaults = DEFAULTS

    name = _text("name", required=True, hint=_("Up to 63 characters: a–z, 0–9, hyphen inside. Unique in the group."))
    image = _text(
        "image",
        required=True,
        attrs={
            "spellcheck": "false",
            "autocapitalize": "none",
            "autocomplete": "off",
            "placeholder": "registry.example.com/team/app",
        },
    )
    image_version = _text(
        "image_version",
        attrs={"spellcheck": "false", "autocapitalize": "none", "autocomplete": "off", "placeholder": "latest"},
    )
    image_pull_policy = forms.ChoiceField(
        label=LABELS["image_pull_policy"],
        widget=forms.RadioSelect,
        choices=[*PULL_POLICIES.items()],
    )

    def __init__(self, stored: Fields, problems: Iterable[Problem] = (), **named: Any) -> None:
        super().__init__(stored, problems, **named)
        self.head = ConsoleHelper(Show("name", width="m"))
        self.policy = ConsoleHelper(Segmented("image_pull_policy"))


class SizeForm(StoredForm):
    """The container's own share of the group's size."""

    cpu = _text("cpu", attrs=_DECIMAL)
    memory_gib = _text("memory_gib", attrs=_DECIMAL)

    def __init__(self, stored: Fields, problems: Iterable[Problem] = (), **named: Any) -> None:
        super().__init__(stored, problems, **named)
        self.helper = ConsoleHelper(
            Row(
                _("Limits"),
                Show("cpu", width="s", unit=_("vCPU")),
                Show("memory_gib", width="s", unit="GiB"),
                hint=_("Empty: the container may use the whole group. All together not more than the group has."),
            )
        )


class ProcessForm(StoredForm):
    """What is started, where, and with which terminal."""

    working_dir = _text("working_dir", attrs={"placeholder": "/app", "spellcheck": "false"})
    commands = _lines("commands", _("As in a shell; replaces the image's entry point. Empty: the image decides."))
    args = _lines("args", COMMAND_HINT)
    stdin = forms.BooleanField(label=LABELS["stdin"], required=False)
    stdin_once = forms.BooleanField(label=LABELS["stdin_once"], required=False)
    tty = forms.BooleanField(label=LABELS["tty"], required=False)

    def __init__(
        self, stored: Fields, problems: Iterable[Problem] = (), *, is_init: bool = False, **named: Any
    ) -> None:
        super().__init__(stored, problems, **named)
        self.line = ConsoleHelper(Show("commands", width="l"), Show("args", width="l"))
        own: list[object] = [
            Show("stdin", unit=_("Keep standard input open")),
            Show("stdin_once", unit=_("Close it after the first client")),
            Show("tty", unit=_("Allocate a terminal (needed by /bin/bash)")),
        ]
        self.place = ConsoleHelper(Show("working_dir", width="m"), *([] if is_init else own))


class ProbeForm(StoredForm):
    """A liveness or readiness probe."""

    kind = forms.ChoiceField(
        label=LABELS["kind"],
        required=False,
        widget=forms.RadioSelect,
        choices=[("", _("None")), ("http", _("HTTP request")), ("tcp", _("TCP connection")), ("exec", _("Command"))],
    )
    path = _text("path", attrs={"placeholder": "/healthz"})
    port = _text("port", attrs=_NUMERIC)
    scheme = forms.ChoiceField(label=LABELS["scheme"], required=False, choices=[("HTTP", "HTTP"), ("HTTPS", "HTTPS")])
    command = _lines("command", COMMAND_HINT)
    initial_delay_seconds = _text("initial_delay_seconds", attrs=_NUMERIC)
    period_seconds = _text("period_seconds", attrs={**_NUMERIC, "placeholder": "10"})
    timeout_seconds = _text("timeout_seconds", attrs={**_NUMERIC, "placeholder": "1"})
    success_threshold = _text("success_threshold", attrs={**_NUMERIC, "placeholder": "1"})
    failure_threshold = _text("failure_threshold", attrs={**_NUMERIC, "placeholder": "3"})

    def __init__(self, stored: Fields, title: object, problems: Iterable[Problem] = (), **named: Any) -> None:
        super().__init__({f"{named.get('stored_as', '')}kind": "", **stored}, problems, **named)
        self.helper = ConsoleHelper(
            Segmented("kind", label=title),
            Row(
                _("Request"),
                Show("path"),
                Show("port", width="s"),
                Show("scheme", width="s"),
            ),
            Show("command", width="l"),
            Row(
                _("Timing"),
                Show("initial_delay_seconds"),
                Show("period_seconds"),
                Show("timeout_seconds"),
                Show("success_threshold"),
                Show("failure_threshold"),
                hint=_("Times in seconds. What is left empty is the cloud's default."),
            ),
        )


class HandlerForm(StoredForm):
    """What runs after the start or before the stop."""

    kind = forms.ChoiceField(
        label=_("Does"),
        required=False,
        widget=forms.RadioSelect,
        choices=[("", _("Nothing")), ("exec", _("Command")), ("http", _("HTTP request")), ("tcp", _("TCP connection"))],
    )
    command = _lines("command", COMMAND_HINT)
    host = _text("host", attrs={"placeholder": "127.0.0.1"})
    port = _text("port", attrs=_NUMERIC)
    path = _text("path")
    scheme = forms.ChoiceField(label=LABELS["scheme"], required=False, choices=[("HTTP", "HTTP"), ("HTTPS", "HTTPS")])
    headers = _lines("headers", _("One header a line, as in Name: value."))

    def __init__(self, stored: Fields, title: object, problems: Iterable[Problem] = (), **named: Any) -> None:
        super().__init__({f"{named.get('stored_as', '')}kind": "", **stored}, problems, **named)
        self.helper = ConsoleHelper(
            Segmented("kind", label=title),
            Show("command", width="l"),
            Row(_("Connection"), Show("host"), Show("port", width="s"), Show("path"), Show("scheme", width="s")),
            Show("headers", width="l"),
        )


class SecurityForm(StoredForm):
    """The container's rights."""

    capabilities_add = _text(
        "capabilities_add", attrs={"placeholder": "NET_ADMIN NET_RAW"}, hint=_("Separated by blanks or commas.")
    )
    run_as_user = _text("run_as_user", attrs=_NUMERIC)
    run_as_group = _text("run_as_group", attrs=_NUMERIC)
    read_only_root_filesystem = forms.BooleanField(label=_("Root file system"), required=False)
    run_as_non_root = forms.BooleanField(label=LABELS["run_as_non_root"], required=False)
    privileged = forms.BooleanField(label=LABELS["privileged"], required=False)

    def __init__(
        self, stored: Fields, problems: Iterable[Problem] = (), *, is_init: bool = False, **named: Any
    ) -> None:
        super().__init__(stored, problems, **named)
        shown: list[object] = [
            Show("run_as_user", width="s"),
            Show("read_only_root_filesystem", unit=_("Read only")),
            Show("capabilities_add", width="m"),
        ]
        own: list[object] = [
            Show("run_as_group", width="s"),
            Show("run_as_non_root", unit=_("Refuse to start as root")),
            Show("privileged", unit=_("All rights of the host")),
        ]
        self.helper = ConsoleHelper(*shown, *([] if is_init else own))


class EnvironmentForm(StoredForm):
    """What belongs to all environment variables of the card."""

    environment_var_hide = forms.BooleanField(label=_("In the cloud"), required=False)
    env_paste = forms.CharField(
        label=LABELS["env_paste"],
        required=False,
        widget=forms.Textarea(
            attrs={"rows": 3, "spellcheck": "false", "placeholder": "NAME=value", "autocomplete": "off"}
        ),
        help_text=_(
            "NAME=value or NAME: value. Names that sound secret, and lines that cannot be read, become secrets."
        ),
    )

    def __init__(self, stored: Fields, problems: Iterable[Problem] = (), **named: Any) -> None:
        super().__init__(stored, problems, **named)
        self.helper = ConsoleHelper(
            Show("environment_var_hide", unit=_("Hide the variables in what the cloud tells about the group")),
            Show("env_paste", width="l"),
        )


# Every form of a card, with what its fields begin with, in the control's name and in the draft.
CARD_FORMS: tuple[tuple[type[StoredForm], str, bool], ...] = (
    (ContainerForm, "", True),
    (SizeForm, "", True),
    (ProcessForm, "", True),
    (SecurityForm, "", True),
    (EnvironmentForm, "", True),
    (ProbeForm, "liveness", False),
    (ProbeForm, "readiness", False),
    (HandlerForm, "post_start", False),
    (HandlerForm, "pre_stop", False),
)
