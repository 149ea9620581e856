"""The forms of Basic Settings except the containers: region and network, container group, advanced settings.

What may be chosen comes in as arguments (services/network.py asks the cloud); sizes are the domain's.
"""

from collections.abc import Iterable, Mapping
from decimal import Decimal

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from consoleapp.domain.sizes import billed_size, is_sold, sold_sizes
from consoleapp.domain.errors import DomainError
from consoleapp.web.controls import Option
from consoleapp.web.crispy import ConsoleHelper, Segmented, Show, Sizes
from consoleapp.web.templatetags.console import amount
from consoleapp.wizard.forms.stored import StoredForm
from consoleapp.wizard.mapping.group import DEFAULTS, LABELS, asked_size
from consoleapp.wizard.mapping.problems import Problem
from consoleapp.wizard.services.network import NetworkChoices
from consoleapp.wizard.shape import Fields

# What people call the regions. Source: the vendor's list of regions.
REGION_NAMES: Mapping[str, object] = {
    "cn-hangzhou": _("China (Hangzhou)"),
    "cn-shanghai": _("China (Shanghai)"),
    "cn-beijing": _("China (Beijing)"),
    "cn-shenzhen": _("China (Shenzhen)"),
    "cn-guangzhou": _("China (Guangzhou)"),
    "cn-chengdu": _("China (Chengdu)"),
    "cn-qingdao": _("China (Qingdao)"),
    "cn-zhangjiakou": _("China (Zhangjiakou)"),
    "cn-huhehaote": _("China (Hohhot)"),
    "cn-wulanchabu": _("China (Ulanqab)"),
    "cn-heyuan": _("China (Heyuan)"),
    "cn-hongkong": _("China (Hong Kong)"),
    "ap-southeast-1": _("Singapore"),
    "ap-southeast-3": _("Malaysia (Kuala Lumpur)"),
    "ap-southeast-5": _("Indonesia (Jakarta)"),
    "ap-northeast-1": _("Japan (Tokyo)"),
    "us-west-1": _("US (Silicon Valley)"),
    "us-east-1": _("US (Virginia)"),
    "eu-central-1": _("Germany (Frankfurt)"),
    "eu-west-1": _("UK (London)"),
}
COMMON_CPU = tuple(map(Decimal, ("0.25", "0.5", "1", "2", "4", "8", "16", "32")))


def region_name(region_id: str) -> str:
    """What the region is called, or its id."""
    return str(REGION_NAMES.get(region_id, region_id))


class NetworkForm(StoredForm):
    """Region, VPC, vSwitches and security group."""

    region_id = forms.ChoiceField(label=LABELS["region_id"])
    vpc_id = forms.ChoiceField(label=LABELS["vpc_id"], required=False)
    vswitch_ids = forms.MultipleChoiceField(
        label=LABELS["vswitch_ids"],
        widget=forms.CheckboxSelectMultiple,
        help_text=_("One or more of the VPC, in different zones if you like. The group runs in one of them."),
    )
    security_group_id = forms.ChoiceField(label=LABELS["security_group_id"])

    def __init__(self, stored: Fields, choices: NetworkChoices, problems: Iterable[Problem] = ()) -> None:
        super().__init__(stored, problems)
        self.choices = choices
        region = self.fields["region_id"]
        known = [(each.region_id, Option(region_name(each.region_id), each.region_id)) for each in choices.regions]
        self._offer(region, known, stored.get("region_id"))
        self._offer(self.fields["vpc_id"], self._vpcs(), stored.get("vpc_id"))
        self._offer(self.fields["security_group_id"], self._groups(), stored.get("security_group_id"))
        self.fields["vswitch_ids"].widget.choices = self._vswitches()  # type: ignore[attr-defined]
        self.helper = ConsoleHelper(
            Show("region_id", width="m"),
            Show("vpc_id", width="m"),
            Show("vswitch_ids"),
            Show("security_group_id", width="m"),
        )
        self.helper.form_show_errors = True

    @staticmethod
    def _offer(field: forms.Field, known: list[tuple[str, str]], chosen: object) -> None:
        """Offers what is known; what was chosen and is not known stays visible, marked as such."""
        if isinstance(chosen, str) and chosen and chosen not in {value for value, _label in known}:
            known = [*known, (chosen, Option(chosen, _now("not found"), off=True))]
        field.widget.choices = known or [("", "–")]  # type: ignore[attr-defined]

    def _vpcs(self) -> list[tuple[str, str]]:
        return [
            (vpc.vpc_id, Option(f"{vpc.name or vpc.vpc_id} ({vpc.cidr_block})", _now("default") if vpc.is_default else ""))
            for vpc in self.choices.vpcs
        ]

    def _groups(self) -> list[tuple[str, str]]:
        return [
            (group.security_group_id, Option(group.name or group.security_group_id, group.description))
            for group in self.choices.security_groups
        ]

    def _vswitches(self) -> list[tuple[str, str]]:
        rows: list[tuple[str, str]] = []
        for vswitch in self.choices.vswitches:
            count = vswitch.available_ip_address_count
            free = ngettext("%(count)d address free", "%(count)d addresses free", count) % {"count": count}
            zone = _now("Zone %(letter)s") % {"letter": vswitch.zone_id.rsplit("-", 1)[-1].upper()}
            detail = " · ".join((zone, vswitch.cidr_block, _now("no free address") if vswitch.is_full else free))
            rows.append(
                (vswitch.vswitch_id, Option(vswitch.name or vswitch.vswitch_id, detail, disabled=vswitch.is_full))
            )
        return rows


class GroupForm(StoredForm):
    """Name, size, restart policy and compute category."""

    defaults = DEFAULTS

    container_group_name = forms.CharField(
        label=LABELS["container_group_name"], help_text=_("2 to 128 characters: a–z, 0–9, hyphen inside.")
    )
    cpu = forms.ChoiceField(label=LABELS["cpu"], widget=forms.RadioSelect)
    memory_gib = forms.ChoiceField(label=LABELS["memory_gib"], widget=forms.RadioSelect)
    restart_policy = forms.ChoiceField(
        label=LABELS["restart_policy"],
        widget=forms.RadioSelect,
        choices=[("Always", _("Always")), ("OnFailure", _("On failure")), ("Never", _("Never"))],
        help_text=_("What happens to a container that has ended."),
    )
    compute_categories = forms.MultipleChoiceField(
        label=LABELS["compute_categories"],
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("None chosen: the cloud decides. Both: economy is tried first."),
        choices=[
            ("economy", Option(_("Economy"), _("0.25 to 8 vCPU, cheaper, lower bandwidth"))),
            ("general", Option(_("General purpose"), _("1 to 64 vCPU"))),
        ],
    )

    def __init__(self, stored: Fields, region_id: str, problems: Iterable[Problem] = ()) -> None:
        super().__init__(stored, problems)
        cpu, memory = size_options({**DEFAULTS, **stored}, region_id)
        self.fields["cpu"].widget.choices = cpu  # type: ignore[attr-defined]
        self.fields["memory_gib"].widget.choices = memory  # type: ignore[attr-defined]
        self.helper = ConsoleHelper(
            Show("container_group_name", width="m"),
            Sizes("cpu"),
            Sizes("memory_gib"),
            Segmented("restart_policy"),
            "compute_categories",
        )


def size_options(stored: Fields, region_id: str) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    """The chips for vCPU and memory: what is sold in the region for this vCPU, and the asked value where it is not."""
    sold = sold_sizes(region_id)
    cpu_text, memory_text = str(stored.get("cpu") or ""), str(stored.get("memory_gib") or "")
    cpu_options = [(amount(cpu), amount(cpu)) for cpu in sold]
    asked = asked_size(stored)
    billed = None
    if asked is not None:
        cpu_text, memory_text = amount(asked[0]), amount(asked[1])
        try:
            billed = billed_size(*asked, region_id)
        except DomainError:
            billed = None
    if cpu_text and cpu_text not in dict(cpu_options):
        arrow = f" → {amount(billed.cpu)}" if billed else ""
        cpu_options.append((str(stored.get("cpu")), Option(f"{cpu_text}{arrow}", off=True)))
    steps = sold.get(asked[0]) if asked is not None else None
    steps = steps or (sold.get(billed.cpu, ()) if billed else next(iter(sold.values())))
    memory_options = [(amount(step), f"{amount(step)} GiB") for step in steps]
    if memory_text and memory_text not in dict(memory_options):
        arrow = f" → {amount(billed.memory_gib)}" if billed and billed.memory_gib != (asked or (0, 0))[1] else ""
        memory_options.append((str(stored.get("memory_gib")), Option(f"{memory_text} GiB{arrow}", off=True)))
    return cpu_options, memory_options


def canonical_sizes(stored: Fields) -> None:
    """Writes sizes as the pickers do ("2", not "2.0"), so that what was prefilled is found among the chips."""
    asked = asked_size(stored)
    if asked is not None:
        stored["cpu"], stored["memory_gib"] = amount(asked[0]), amount(asked[1])


def size_note(stored: Fields, region_id: str) -> dict[str, str] | None:
    """What will be billed instead of the asked pair; None where the pair is sold or cannot be read."""
    asked = asked_size(stored)
    if asked is None or is_sold(*asked, region_id):
        return None
    size = _now("%(cpu)s vCPU · %(memory)s GiB")
    try:
        billed = billed_size(*asked, region_id)
    except DomainError:
        return None
    return {
        "asked": size % {"cpu": amount(asked[0]), "memory": amount(asked[1])},
        "billed": size % {"cpu": amount(billed.cpu), "memory": amount(billed.memory_gib)},
    }


class AdvancedForm(StoredForm):
    """What most people leave as it is."""

    defaults = DEFAULTS

    auto_match_image_cache = forms.BooleanField(label=LABELS["auto_match_image_cache"], required=False)
    ephemeral_storage_gib = forms.CharField(
        label=LABELS["ephemeral_storage_gib"],
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
        help_text=_("Added to the 30 GiB that cost nothing; up to 5000. An image needs about twice its size."),
    )
    schedule_strategy = forms.ChoiceField(
        label=LABELS["schedule_strategy"],
        required=False,
        widget=forms.RadioSelect,
        choices=[("", _("Cloud's default")), ("VSwitchOrdered", _("In order")), ("VSwitchRandom", _("Best stock"))],
    )

    def __init__(self, stored: Fields, problems: Iterable[Problem] = ()) -> None:
        super().__init__({"schedule_strategy": "", **stored}, problems)
        self.helper = ConsoleHelper(
            Show("auto_match_image_cache", unit=_("Match an image cache automatically")),
            Show("ephemeral_storage_gib", width="s", unit="GiB"),
            Segmented("schedule_strategy"),
        )
