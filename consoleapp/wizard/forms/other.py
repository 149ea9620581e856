"""The forms of the optional part of Other Settings, a fold each.

What was typed is judged in mapping/other.py. The credentials are in credentials.py, rows that can be added in
other_rows.py.
"""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from consoleapp.domain import limits
from consoleapp.domain.network import Eip
from consoleapp.domain.spec import DnsPolicy
from consoleapp.web.controls import Option
from consoleapp.web.crispy import ConsoleHelper, Segmented, Show
from consoleapp.wizard.forms.stored import StoredForm
from consoleapp.wizard.mapping.other import DEFAULTS, EIP_CREATE, EIP_EXISTING, EIP_NONE, LABELS
from consoleapp.wizard.mapping.problems import Problem
from consoleapp.wizard.shape import Fields

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

PREFIX = "other"
# What the values are called, here and on Confirm.
DNS_POLICIES = {"": _("Of the VPC"), DnsPolicy.NONE.value: _("Only the servers below")}


def _text(name: str, placeholder: str = "", hint: "StrOrPromise" = "") -> forms.CharField:
    attrs = {"placeholder": placeholder, "spellcheck": "false", "autocapitalize": "off"}
    return forms.CharField(label=LABELS[name], required=False, help_text=hint, widget=forms.TextInput(attrs=attrs))


def _number(name: str, placeholder: str = "", hint: "StrOrPromise" = "") -> forms.CharField:
    attrs = {"inputmode": "numeric", "placeholder": placeholder, "autocomplete": "off"}
    return forms.CharField(label=LABELS[name], required=False, help_text=hint, widget=forms.TextInput(attrs=attrs))


def _lines(name: str, placeholder: str = "", hint: "StrOrPromise" = "", rows: int = 3) -> forms.CharField:
    attrs = {"rows": str(rows), "placeholder": placeholder, "spellcheck": "false", "class": "mono"}
    return forms.CharField(label=LABELS[name], required=False, help_text=hint, widget=forms.Textarea(attrs=attrs))


class OtherForm(StoredForm):
    """What the forms of this page share: their prefix and the defaults."""

    defaults = DEFAULTS
    shown: tuple[object, ...] = ()

    def __init__(self, stored: Fields, problems: Iterable[Problem] = ()) -> None:
        super().__init__(stored, problems, prefix=PREFIX)
        self.helper = ConsoleHelper(*self.shown)

    @property
    def has_errors(self) -> bool:
        """Whether the fold must stand open."""
        return bool(self.errors)


class EipForm(OtherForm):
    """Elastic IP: none, a new one, or one of the account's that is bound to nothing. `eips` is None where the cloud
    would not list them; then an id can be typed."""

    eip = forms.ChoiceField(
        label=LABELS["eip"],
        required=False,
        widget=forms.RadioSelect,
        choices=[
            (EIP_NONE, _("None")),
            (EIP_CREATE, _("Create one")),
            (EIP_EXISTING, _("Use an unbound one")),
        ],
        help_text=_("A new one is made with the group, billed by traffic, and goes with the group."),
    )
    eip_bandwidth_mbps = _number("eip_bandwidth_mbps", hint=_("For a new Elastic IP."))
    eip_instance_id = forms.CharField(label=LABELS["eip_instance_id"], required=False, widget=forms.Select)

    def __init__(self, stored: Fields, problems: Iterable[Problem] = (), *, eips: Sequence[Eip] | None = ()) -> None:
        super().__init__(stored, problems)
        chosen = str(stored.get("eip_instance_id") or "")
        if eips is None:
            self.fields["eip_instance_id"].widget = forms.TextInput(attrs={"placeholder": "eip-…"})
            self.fields["eip_instance_id"].help_text = gettext("The list cannot be had at the moment; type an id.")
        else:
            self.fields["eip_instance_id"].widget.choices = _eip_choices(eips, chosen)
            if not eips:
                self.fields["eip_instance_id"].help_text = gettext("This region has no unbound Elastic IP.")
        self.helper = ConsoleHelper(
            Segmented("eip"),
            Show("eip_bandwidth_mbps", width="s", unit=_("Mbit/s")),
            Show("eip_instance_id", width="l"),
        )


def _eip_choices(eips: Sequence[Eip], chosen: str) -> list[tuple[str, str]]:
    choices = [("", gettext("Choose one"))]
    choices += [(eip.allocation_id, Option(eip.ip_address, _eip_detail(eip))) for eip in eips]
    if chosen and chosen not in {eip.allocation_id for eip in eips}:
        choices.append((chosen, Option(chosen, gettext("bound or gone"))))
    return choices


def _eip_detail(eip: Eip) -> str:
    bandwidth = gettext("%(mbps)d Mbit/s") % {"mbps": eip.bandwidth_mbps}
    return " · ".join(part for part in (eip.name, eip.allocation_id, bandwidth) if part)


class PlainHttpForm(OtherForm):
    """Self-managed registries that speak plain HTTP."""

    plain_http_registries = _lines(
        "plain_http_registries",
        "registry.example.com:5000",
        _("Host, with its port when the image address has one; one a line. Passwords travel unencrypted."),
    )
    shown = (Show("plain_http_registries", width="l"),)


class InsecureForm(OtherForm):
    """Self-managed registries with a certificate that no authority vouches for."""

    insecure_registries = _lines(
        "insecure_registries",
        "registry.example.com:5000",
        _("Host, with its port when the image address has one; one a line. Their certificate is not checked."),
    )
    shown = (Show("insecure_registries", width="l"),)


class RoleForm(OtherForm):
    """Whose permissions the containers have, and whose bill they are on."""

    ram_role_name = _text(
        "ram_role_name", "my-instance-role", _("Lets the containers call the cloud without an AccessKey.")
    )
    resource_group_id = _text("resource_group_id", "rg-…", _("The account's default group when left empty."))
    shown = (Show("ram_role_name", width="m"), Show("resource_group_id", width="m"))


class NamesForm(OtherForm):
    """How the containers find others by name, and the time."""

    dns_policy = forms.ChoiceField(
        label=LABELS["dns_policy"],
        required=False,
        widget=forms.RadioSelect,
        choices=[*DNS_POLICIES.items()],
    )
    name_servers = _lines("name_servers", "100.100.2.136", _("One a line, at most 20."), rows=2)
    searches = _lines("searches", "svc.example.com", rows=2)
    options = _lines("options", "ndots:2", _("As in resolv.conf: name:value or a bare name, one a line."), rows=2)
    host_aliases = _lines(
        "host_aliases",
        "10.0.0.8 db db.internal",
        _("As in /etc/hosts: an address, then its names; one address a line."),
    )
    ntp_servers = _lines("ntp_servers", "ntp.cloud.aliyuncs.com", _("One a line, at most 20."), rows=2)
    shown = (
        Segmented("dns_policy"),
        Show("name_servers", width="l"),
        Show("searches", width="l"),
        Show("options", width="l"),
        Show("host_aliases", width="l"),
        Show("ntp_servers", width="l"),
    )


class TimesForm(OtherForm):
    """How long things may take."""

    termination_grace_period_seconds = _number(
        "termination_grace_period_seconds", "30", _("Between the request to stop and the kill.")
    )
    active_deadline_seconds = _number(
        "active_deadline_seconds", "", _("The group is ended after this time, whatever it does. Empty: never.")
    )
    max_pending_minutes = _number(
        "max_pending_minutes",
        str(limits.PENDING_MINUTES_DEFAULT),
        _("How long it may wait, billed, for example for an image that cannot be pulled. 10 to 1440."),
    )
    shown = (
        Show("termination_grace_period_seconds", width="s", unit=_("seconds")),
        Show("active_deadline_seconds", width="s", unit=_("seconds")),
        Show("max_pending_minutes", width="s", unit=_("minutes")),
    )


FORMS: tuple[type[OtherForm], ...] = (EipForm, PlainHttpForm, InsecureForm, RoleForm, NamesForm, TimesForm)


def collect_other(post: QueryDict, fields: Fields) -> None:
    """Takes the single fields of the page into the draft's."""
    for form in FORMS:
        form.collect(post, fields, prefix=PREFIX)
