"""The forms of the optional part of Other Settings, a fold each.

What a field is called and looks like is declared in domain/group.py. The credentials are in credentials.py, rows that
can be added in other_rows.py.
"""

from collections.abc import Iterable, Sequence

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext

from consoleapp.domain.group import ContainerGroupSpec
from consoleapp.domain.host import DnsConfig
from consoleapp.domain.network import Eip
from consoleapp.domain.schema import initial_of
from consoleapp.web.controls import Option
from consoleapp.web.crispy import ConsoleHelper, Segmented
from consoleapp.wizard.draft.problems import FieldError
from consoleapp.wizard.forms.declared import DeclaredForm, Part, choice_of, field_of, form_of, label_of, show
from consoleapp.wizard.shape import Fields


class EipForm(DeclaredForm):
    """Elastic IP: none, a new one, or one of the account's that is bound to nothing. `eips` is None where the cloud
    would not list them; then an id can be typed."""

    defaults = {"eip": "none", "eip_isp": "", **initial_of(ContainerGroupSpec)}

    eip = choice_of(ContainerGroupSpec.one_of)
    eip_bandwidth_mbps = field_of(ContainerGroupSpec, "eip_bandwidth_mbps")
    eip_isp = field_of(ContainerGroupSpec, "eip_isp")
    eip_common_bandwidth_package = field_of(ContainerGroupSpec, "eip_common_bandwidth_package")
    eip_instance_id = forms.CharField(
        label=label_of(ContainerGroupSpec, "eip_instance_id"), required=False, widget=forms.Select
    )

    def __init__(self, stored: Fields, problems: Iterable[FieldError] = (), *, eips: Sequence[Eip] | None = ()) -> None:
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
            show(ContainerGroupSpec, "eip_bandwidth_mbps"),
            show(ContainerGroupSpec, "eip_isp"),
            show(ContainerGroupSpec, "eip_common_bandwidth_package"),
            show(ContainerGroupSpec, "eip_instance_id"),
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


ROLE, TIMES, SYSTEM = (Part(ContainerGroupSpec, (section,)) for section in ("role", "times", "system"))
NAMES = (Part(ContainerGroupSpec, ("names",)), Part(DnsConfig, ("names",), below="dns_config"))
PlainHttpForm = form_of(Part(ContainerGroupSpec, ("plain_http",)), base=DeclaredForm)
InsecureForm = form_of(Part(ContainerGroupSpec, ("insecure",)), base=DeclaredForm)
RoleForm = form_of(ROLE, base=DeclaredForm)
NamesForm = form_of(*NAMES, base=DeclaredForm)
TimesForm = form_of(TIMES, base=DeclaredForm)
SystemForm = form_of(SYSTEM, base=DeclaredForm)

FORMS: tuple[type[DeclaredForm], ...] = (
    EipForm,
    PlainHttpForm,
    InsecureForm,
    RoleForm,
    NamesForm,
    TimesForm,
    SystemForm,
)


def bind_other(post: QueryDict, spec: Fields) -> None:
    """Take the single fields of the page into the draft's."""
    for form in FORMS:
        form.bind(post, spec)
