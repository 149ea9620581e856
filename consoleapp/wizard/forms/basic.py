"""The forms of Basic Settings except the containers: region and network, container group, advanced settings.

What may be chosen comes in as arguments (services/network.py asks the cloud); sizes are the domain's.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from types import MappingProxyType
from typing import Any

from django import forms
from django.utils.text import format_lazy
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from consoleapp.domain.errors import DomainError
from consoleapp.domain.group import ContainerGroupSpec
from consoleapp.domain.policy import Finding, Verdict
from consoleapp.domain.schema import initial_of
from consoleapp.domain.sizes import (
    COMMON_CPU,
    COMMON_MEMORY,
    CURRENCY,
    DEFAULT_CPU,
    Size,
    billed_size,
    price_per_hour,
    sold_sizes,
)
from consoleapp.web.controls import Option
from consoleapp.web.crispy import ConsoleHelper, Show
from consoleapp.web.domain_words import region_name
from consoleapp.web.formats import amount, money
from consoleapp.wizard.draft import quantity, raw
from consoleapp.wizard.draft.marks import Barred
from consoleapp.wizard.draft.problems import FieldError, Kind
from consoleapp.wizard.draft.sizes import asked_size, instance_types, is_spot
from consoleapp.wizard.forms import locked
from consoleapp.wizard.forms.declared import DeclaredForm, Part, field_of, form_of, label_of, words_of
from consoleapp.wizard.forms.found import written
from consoleapp.wizard.forms.stored import StoredForm
from consoleapp.wizard.services.network import NetworkChoices
from consoleapp.wizard.shape import Data, Fields

# A picker with more sizes folds away those that are not common.
UNFOLDED_MAX = 9
# Characters that are shown of a size that cannot be read.
SHOWN_MAX = 20


class NetworkForm(StoredForm):
    """Region, VPC, vSwitches and security group. The VPC is no part of the request: it stands with the page."""

    region_id = forms.ChoiceField(label=label_of(ContainerGroupSpec, "region_id"))
    vpc_id = forms.ChoiceField(label=_("VPC"), required=False)
    vswitch_ids = field_of(ContainerGroupSpec, "vswitch_ids")
    security_group_id = forms.ChoiceField(label=label_of(ContainerGroupSpec, "security_group_id"))

    def __init__(
        self,
        data: Data,
        choices: NetworkChoices,
        problems: Iterable[FieldError] = (),
        barred: Barred = MappingProxyType({}),
    ) -> None:
        stored = {**data["spec"], "vpc_id": data["page"].get("vpc_id")}
        super().__init__(stored, problems)
        self.choices = choices
        region = self.fields["region_id"]
        known: list[tuple[str, str]] = [
            (each.region_id, Option(region_name(each.region_id), each.region_id)) for each in choices.regions
        ]
        limits = choices.limits
        self._offer(region, known, stored.get("region_id"), limits.has_region)
        self._offer(self.fields["vpc_id"], self._vpcs(), stored.get("vpc_id"), limits.has_vpc)
        self._offer(self.fields["security_group_id"], self._groups(), stored.get("security_group_id"))
        self.fields["vswitch_ids"].widget.choices = self._vswitches()
        for name, findings in barred.items():
            if name in self.fields:
                _bar(self.fields[name], findings, stored.get(name))
        self.helper = ConsoleHelper(
            Show("region_id", width="m"),
            Show("vpc_id", width="m"),
            Show("vswitch_ids"),
            Show("security_group_id", width="m"),
        )
        self.helper.form_show_errors = True

    @staticmethod
    def _offer(
        field: forms.Field,
        known: list[tuple[str, str]],
        chosen: object,
        is_granted: Callable[[str], bool] = bool,
    ) -> None:
        """Offer what is known; what was chosen and is not known, or not granted, stays visible, marked as such."""
        if isinstance(chosen, str) and chosen and chosen not in {value for value, _label in known}:
            why = gettext("not found") if is_granted(chosen) else gettext("not granted")
            known = [*known, (chosen, Option(chosen, why, off=True))]
        field.widget.choices = known or [("", "–")]

    def _vpcs(self) -> list[tuple[str, str]]:
        return [
            (
                vpc.vpc_id,
                Option(f"{vpc.name or vpc.vpc_id} ({vpc.cidr_block})", gettext("default") if vpc.is_default else ""),
            )
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
            zone = gettext("Zone %(letter)s") % {"letter": vswitch.zone_id.rsplit("-", 1)[-1].upper()}
            detail = " · ".join((zone, vswitch.cidr_block, gettext("no free address") if vswitch.is_full else free))
            rows.append(
                (vswitch.vswitch_id, Option(vswitch.name or vswitch.vswitch_id, detail, disabled=vswitch.is_full))
            )
        return rows


def _bar(field: forms.Field, findings: Mapping[str, Finding], chosen: object) -> None:
    """Mark the choices that rules speak against. What they deny cannot be chosen; what is chosen stays."""
    options = []
    for value, label in field.widget.choices:
        finding = findings.get(value)
        if finding is None:
            options.append((value, label))
            continue
        is_denied = finding.verdict == Verdict.DENY
        word = gettext("not allowed") if is_denied else gettext("needs approval")
        detail = " · ".join(filter(None, (getattr(label, "detail", ""), word)))
        is_chosen = value in chosen if isinstance(chosen, list | tuple) else value == chosen
        is_off = getattr(label, "disabled", False) or (is_denied and not is_chosen)
        options.append((value, Option(str(label), detail, disabled=is_off)))
    field.widget.choices = options


class GroupBase(DeclaredForm):
    """Name, size, restart policy, category, architecture. The size pickers are a template's, see `size_pickers`."""

    def __init__(
        self,
        stored: Fields,
        problems: Iterable[FieldError] = (),
        *,
        barred: Barred = MappingProxyType({}),
        **named: Any,
    ) -> None:
        super().__init__(stored, problems, **named)
        details = {"economy": gettext("0.25 to 8 vCPU, lower bandwidth"), "general": gettext("1 to 64 vCPU")}
        words = words_of(ContainerGroupSpec, "compute_categories")
        self.fields["compute_categories"].widget.choices = [
            (value, Option(str(word), " · ".join(filter(None, (details[value], _hourly(stored, value))))))
            for value, word in words.items()
        ]
        if findings := barred.get("compute_categories"):
            _bar(self.fields["compute_categories"], findings, stored.get("compute_categories"))


def _hourly(stored: Fields, category: str) -> str:
    """Tell the list price of the chosen size in a compute category; "" where it has none."""
    typed = {**initial_of(ContainerGroupSpec), **stored, "compute_categories": [category]}
    asked = asked_size(typed)
    price = _list_price(typed, raw.word(typed, "region_id"), *asked) if asked else None
    return gettext("%(price)s an hour") % {"price": money(price, CURRENCY, 2)} if price is not None else ""


class QuantityForm(StoredForm):
    """How many groups are made."""

    quantity = forms.CharField(
        label=quantity.LABEL,
        required=False,
        help_text=format_lazy(
            _("1 to {most} container groups; several are numbered: name-001, name-002 …"), most=quantity.MOST
        ),
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )
    helper = ConsoleHelper(Show("quantity", width="s"))


GroupForm = form_of(Part(ContainerGroupSpec, ("group", "sizes", "policy", "architecture")), base=GroupBase)
AdvancedForm = form_of(Part(ContainerGroupSpec, ("advanced",)), base=DeclaredForm)
EXPERT = Part(ContainerGroupSpec, ("expert",))
ExpertForm = form_of(EXPERT, base=DeclaredForm)


@dataclass(frozen=True)
class SizeChip:
    """One chip of a size picker: what it sends, what it says, whether it is the exception that is not sold, and the
    list price of an hour; none where the list has none. `stop` is what speaks against it: "rule", "room" or "approval",
    and `why` says it."""

    value: str
    label: str
    is_chosen: bool = False
    is_off: bool = False
    per_hour: Decimal | None = None
    stop: str = ""
    why: str = ""

    @property
    def is_barred(self) -> bool:
        """Tell whether it cannot be chosen; what is chosen stays so, marked at its field."""
        return self.stop in ("rule", "room") and not self.is_chosen


@dataclass(frozen=True)
class SizePicker:
    """The chips of vCPU or memory; those in `more` are folded away unless the chosen one is among them."""

    name: str
    label: object
    chips: tuple[SizeChip, ...]
    more: tuple[SizeChip, ...]
    error: str = ""
    # What rules say, as HTML, and whether they or a mistake make it wrong.
    found: str = ""
    is_wrong: bool = False

    @property
    def is_locked(self) -> bool:
        """Tell whether the draft's template fixes it."""
        return locked.is_locked(self.name)

    @property
    def is_hidden(self) -> bool:
        """Tell whether the draft's template hides it."""
        return locked.is_hidden(self.name)

    @property
    def note(self) -> str:
        """Return what the draft's template says about it."""
        return locked.note_of(self.name)

    @property
    def is_more_open(self) -> bool:
        return any(chip.is_chosen for chip in self.more)


def size_pickers(stored: Fields, region_id: str) -> tuple[SizePicker, SizePicker]:
    """Return the pickers of vCPU and memory: what is sold in the region, memory for the chosen vCPU, and the asked
    value where it is not sold."""
    typed = {**initial_of(ContainerGroupSpec), **stored}
    sold, asked = sold_sizes(region_id, spot=is_spot(typed)), asked_size(typed)
    billed = billed_for(typed, region_id)
    row_cpu = asked[0] if asked and asked[0] in sold else billed.cpu if billed else DEFAULT_CPU
    cpu = _chips(str(typed.get("cpu") or ""), sold, asked[0] if asked else None, billed.cpu if billed else None, "")
    steps = sold[row_cpu]
    if asked is not None:
        cpu = [replace(chip, per_hour=_list_price(typed, region_id, chip.value, asked[1])) for chip in cpu]
    memory = _chips(
        str(typed.get("memory_gib") or ""),
        steps,
        asked[1] if asked else None,
        billed.memory_gib if billed else None,
        " GiB",
    )
    memory = [replace(chip, per_hour=_list_price(typed, region_id, row_cpu, chip.value)) for chip in memory]
    return (
        SizePicker("cpu", label_of(ContainerGroupSpec, "cpu"), *_folded(cpu, COMMON_CPU)),
        SizePicker("memory_gib", label_of(ContainerGroupSpec, "memory_gib"), *_folded(memory, COMMON_MEMORY)),
    )


def with_problems(picker: SizePicker, problems: Iterable[FieldError]) -> SizePicker:
    """Return the picker with what is wrong with its value, and what rules say of it and of its choices."""
    mine = [problem for problem in problems if problem.field_id == f"id_{picker.name}"]
    marks = [problem for problem in mine if problem.kind != Kind.MISTAKE]
    error = next((problem.message for problem in mine if problem.kind == Kind.MISTAKE), "")
    is_wrong = any(problem.is_wrong for problem in mine)
    return replace(
        picker, error=error, found=written(marks, f"id_{picker.name}", has_error=bool(error)), is_wrong=is_wrong
    )


def _list_price(typed: Fields, region_id: str, cpu: Decimal | str, memory_gib: Decimal | str) -> Decimal | None:
    """Return the list price of what would be billed for the pair; None for what the list has no price of."""
    if is_spot(typed) or instance_types(typed):
        return None
    is_economy = next(iter(raw.words(typed, "compute_categories")), "") == "economy"
    try:
        return price_per_hour(billed_size(Decimal(cpu), Decimal(memory_gib), region_id), is_economy)
    except (DomainError, ArithmeticError):
        return None


def _chips(
    typed: str, sold: Iterable[Decimal], asked: Decimal | None, billed: Decimal | None, unit: str
) -> list[SizeChip]:
    chips = [SizeChip(amount(step), f"{amount(step)}{unit}", is_chosen=step == asked) for step in sold]
    if typed.strip() and not any(chip.is_chosen for chip in chips):
        shown = amount(asked) if asked is not None else typed[:SHOWN_MAX]
        arrow = f" → {amount(billed)}" if billed is not None and billed != asked else ""
        chips.append(SizeChip(typed, f"{shown}{unit}{arrow}", is_chosen=True, is_off=True))
    return chips


def _folded(chips: list[SizeChip], common: tuple[Decimal, ...]) -> tuple[tuple[SizeChip, ...], tuple[SizeChip, ...]]:
    """Return the chips that are always in view, and the others; a short list is not folded."""
    if len(chips) <= UNFOLDED_MAX:
        return tuple(chips), ()
    names = set(map(amount, common))
    always = tuple(chip for chip in chips if chip.is_off or chip.value in names)
    return always, tuple(chip for chip in chips if chip not in always)


def billed_for(stored: Fields, region_id: str) -> Size | None:
    """Return the size that is billed for the one that was typed; None where none can be told."""
    asked = asked_size(stored)
    try:
        return billed_size(*asked, region_id, spot=is_spot(stored)) if asked is not None else None
    except DomainError:
        return None


def canonical_sizes(stored: Fields) -> None:
    """Write sizes as the pickers do ("2", not "2.0"), so that what was prefilled is found among the chips."""
    asked = asked_size(stored)
    if asked is not None:
        stored["cpu"], stored["memory_gib"] = amount(asked[0]), amount(asked[1])


def size_note(stored: Fields, region_id: str) -> dict[str, str] | None:
    """Return what will be billed instead of the asked pair; None where the pair is sold or cannot be read."""
    asked, billed = asked_size(stored), billed_for(stored, region_id)
    if asked is None or billed is None or asked == (billed.cpu, billed.memory_gib):
        return None
    size = gettext("%(cpu)s vCPU · %(memory)s GiB")
    return {
        "asked": size % {"cpu": amount(asked[0]), "memory": amount(asked[1])},
        "billed": size % {"cpu": amount(billed.cpu), "memory": amount(billed.memory_gib)},
    }
