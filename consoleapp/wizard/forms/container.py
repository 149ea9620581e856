"""The forms of the open container card, except its rows (rows.py).

All are over the same stored fields of one container; which fold of the card shows which is in wizard/_container.html.
What a field is called and looks like is declared in domain/container.py and domain/probe.py.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from consoleapp.domain.container import NOT_OF_INIT, Container, InitContainer, SecurityContext
from consoleapp.domain.kinds import One
from consoleapp.domain.probe import TIMES, LifecycleHandler, Probe
from consoleapp.domain.schema import Record, fields_of
from consoleapp.web.crispy import ConsoleHelper, Row, Segmented, Show
from consoleapp.wizard.draft.problems import FieldError
from consoleapp.wizard.forms.declared import DeclaredForm, Part, choice_of, form_of
from consoleapp.wizard.forms.stored import StoredForm
from consoleapp.wizard.layout import CARD_SECTIONS, LINES
from consoleapp.wizard.shape import Fields


class CardForm(DeclaredForm):
    """All single fields of a card. Image and version are rows written by hand, they have buttons beside them."""

    image_version = forms.CharField(
        label=_("Image version"),
        required=False,
        widget=forms.TextInput(attrs={"spellcheck": "false", "autocapitalize": "none", "autocomplete": "off"}),
    )


SECURITY = Part(SecurityContext, ("security",), below="security_context")
ContainerForm = form_of(Part(Container, CARD_SECTIONS), SECURITY, base=CardForm)
InitContainerForm = form_of(Part(InitContainer, CARD_SECTIONS), replace(SECURITY, without=NOT_OF_INIT), base=CardForm)


def card_form(*, is_init: bool) -> type[DeclaredForm]:
    """Return the form of a container or of an init container."""
    return InitContainerForm if is_init else ContainerForm


class ActionForm(DeclaredForm):
    """A probe or handler: what it does, and for each choice what that needs."""

    defaults = {"kind": ""}
    lines: ClassVar[tuple[object, ...]] = ()

    def __init__(self, stored: Fields, title: object, problems: Iterable[FieldError] = (), **named: Any) -> None:
        super().__init__(stored, problems, **named)
        self.helper = ConsoleHelper(Segmented("kind", label=title), *self.lines)


class _ProbeForm(ActionForm):
    kind = choice_of(Probe.one_of)
    lines = (
        Row(
            LINES["request"].label,
            Show("http_get-path"),
            Show("http_get-port", width="s"),
            Show("http_get-scheme", width="s"),
        ),
        Row(LINES["connection"].label, Show("tcp_socket-port", width="s")),
        Show("exec_commands", width="l"),
        Row(LINES["timing"].label, *map(Show, TIMES), hint=LINES["timing"].hint),
    )


class _HandlerForm(ActionForm):
    kind = choice_of(LifecycleHandler.one_of)
    lines = (
        Show("exec_commands", width="l"),
        Row(
            LINES["connection"].label,
            Show("http_get-host"),
            Show("http_get-port", width="s"),
            Show("http_get-path"),
            Show("http_get-scheme", width="s"),
        ),
        Show("http_get-http_headers", width="l"),
        Row(LINES["connection"].label, Show("tcp_socket-host"), Show("tcp_socket-port", width="s")),
    )


def _action_form(record: type[Record], base: type[ActionForm]) -> type[ActionForm]:
    parts = [
        Part(declared.kind.record, without=declared.kind.without, below=name)
        for name, declared in fields_of(record).items()
        if isinstance(declared.kind, One)
    ]
    return form_of(Part(record), *parts, base=base)


ProbeForm = _action_form(Probe, _ProbeForm)
HandlerForm = _action_form(LifecycleHandler, _HandlerForm)


class PasteForm(StoredForm):
    """Lines of a .env file that become variables."""

    environment_vars_paste = forms.CharField(
        label=_("Paste a .env file"),
        required=False,
        widget=forms.Textarea(
            attrs={"rows": 3, "spellcheck": "false", "placeholder": "NAME=value", "autocomplete": "off"}
        ),
        help_text=_(
            "NAME=value or NAME: value. Names that sound secret, and lines that cannot be read, become secrets."
        ),
    )

    def __init__(self, stored: Fields, problems: Iterable[FieldError] = (), **named: Any) -> None:
        super().__init__(stored, problems, **named)
        self.helper = ConsoleHelper(Show("environment_vars_paste", width="l"))


# The forms of probes and handlers, which init containers have not, by the names of their fields.
ACTION_FORMS: Mapping[str, type[ActionForm]] = {
    "liveness_probe": ProbeForm,
    "readiness_probe": ProbeForm,
    "lifecycle_post_start": HandlerForm,
    "lifecycle_pre_stop": HandlerForm,
}
