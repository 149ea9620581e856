"""The forms of the open container card, except its rows (rows.py).

All are over the same stored fields of one container; which fold of the card shows which is in wizard/_container.html.
What a field is called and looks like is declared in domain/container.py and domain/probe.py.
"""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from consoleapp.domain.container import NOT_OF_INIT, Container, InitContainer, SecurityContext
from consoleapp.domain.probe import HttpGet, LifecycleHandler, Probe
from consoleapp.web.crispy import ConsoleHelper, Row, Segmented, Show
from consoleapp.wizard.forms.declared import DeclaredForm, Part, choice_of, field_of, form_of
from consoleapp.wizard.forms.stored import StoredForm
from consoleapp.wizard.layout import CARD_SECTIONS, LINES
from consoleapp.wizard.mapping.problems import Problem
from consoleapp.wizard.shape import Fields

TIMES = ("initial_delay_seconds", "period_seconds", "timeout_seconds", "success_threshold", "failure_threshold")


class CardForm(DeclaredForm):
    """All single fields of a card. Image and version are rows written by hand, they have buttons beside them."""

    image_version = forms.CharField(
        label=_("Image version"),
        required=False,
        widget=forms.TextInput(
            attrs={"spellcheck": "false", "autocapitalize": "none", "autocomplete": "off", "placeholder": "latest"}
        ),
    )


ContainerForm = form_of(Part(Container, CARD_SECTIONS), Part(SecurityContext, ("security",)), base=CardForm)
InitContainerForm = form_of(
    Part(InitContainer, CARD_SECTIONS), Part(SecurityContext, ("security",), NOT_OF_INIT), base=CardForm
)


def card_form(*, is_init: bool) -> type[DeclaredForm]:
    """Return the form of a container or of an init container."""
    return InitContainerForm if is_init else ContainerForm


class ProbeForm(StoredForm):
    """A liveness or readiness probe."""

    kind = choice_of(Probe.one_of)
    path = field_of(HttpGet, "path")
    port = field_of(HttpGet, "port", is_required=False)
    scheme = field_of(HttpGet, "scheme")
    command = field_of(Probe, "exec_commands")
    initial_delay_seconds = field_of(Probe, "initial_delay_seconds")
    period_seconds = field_of(Probe, "period_seconds")
    timeout_seconds = field_of(Probe, "timeout_seconds")
    success_threshold = field_of(Probe, "success_threshold")
    failure_threshold = field_of(Probe, "failure_threshold")

    def __init__(self, stored: Fields, title: object, problems: Iterable[Problem] = (), **named: Any) -> None:
        super().__init__({f"{named.get('stored_as', '')}kind": "", **stored}, problems, **named)
        timing = LINES["timing"]
        self.helper = ConsoleHelper(
            Segmented("kind", label=title),
            Row(LINES["request"].label, Show("path"), Show("port", width="s"), Show("scheme", width="s")),
            Show("command", width="l"),
            Row(timing.label, *map(Show, TIMES), hint=timing.hint),
        )


class HandlerForm(StoredForm):
    """What runs after the start or before the stop."""

    kind = choice_of(LifecycleHandler.one_of)
    command = field_of(LifecycleHandler, "exec_commands")
    host = field_of(HttpGet, "host")
    port = field_of(HttpGet, "port", is_required=False)
    path = field_of(HttpGet, "path")
    scheme = field_of(HttpGet, "scheme")
    headers = field_of(HttpGet, "http_headers")

    def __init__(self, stored: Fields, title: object, problems: Iterable[Problem] = (), **named: Any) -> None:
        super().__init__({f"{named.get('stored_as', '')}kind": "", **stored}, problems, **named)
        self.helper = ConsoleHelper(
            Segmented("kind", label=title),
            Show("command", width="l"),
            Row(
                LINES["connection"].label,
                Show("host"),
                Show("port", width="s"),
                Show("path"),
                Show("scheme", width="s"),
            ),
            Show("headers", width="l"),
        )


class PasteForm(StoredForm):
    """Lines of a .env file that become variables."""

    env_paste = forms.CharField(
        label=_("Paste a .env file"),
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
        self.helper = ConsoleHelper(Show("env_paste", width="l"))


# The forms of probes and handlers, which init containers have not, with what their fields begin with.
CARD_PARTS: tuple[tuple[type[StoredForm], str], ...] = (
    (ProbeForm, "liveness"),
    (ProbeForm, "readiness"),
    (HandlerForm, "post_start"),
    (HandlerForm, "pre_stop"),
)
