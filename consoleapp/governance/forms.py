"""The forms of governance: a policy, an exemption, the limits of a team, a booking that is given back by hand."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from decimal import Decimal
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from consoleapp.domain.errors import DomainError
from consoleapp.domain.policy import PolicyRule, Rule, Takes
from consoleapp.domain.policy_rules import RULES, SUBJECTS, read_rule, subject_of, written
from consoleapp.domain.quota import WHOLE, Room, Unit
from consoleapp.domain.quota import said as said_amount
from consoleapp.governance.models import Mode
from consoleapp.governance.policies import EXEMPTION_MAX
from consoleapp.web.crispy import ConsoleHelper, Segmented
from consoleapp.web.domain_words import around_value, in_words, said
from consoleapp.web.formats import amount

# Longer than all values that a rule may have.
_TYPED_MAX = 40_000


class HeadForm(forms.Form):
    """What a policy is called, and whether it is obeyed."""

    name = forms.CharField(label=_("Name"), max_length=80, help_text=_("Stands beside each refusal: who said so."))
    mode = forms.ChoiceField(
        label=_("Mode"),
        choices=[(Mode.WARN, _("Warn")), (Mode.ENFORCE, _("Enforce"))],
        widget=forms.RadioSelect,
        help_text=_("A policy that warns says at the field what it would do, and holds nobody up."),
    )

    @property
    def helper(self) -> ConsoleHelper:
        return ConsoleHelper("name", Segmented("mode"))


@dataclass
class RuleRow:
    """The row of a rule in the form of a policy, as it was stored or typed."""

    rule: Rule
    is_on: bool = False
    value: str = ""
    verdict: str = ""
    error: str = ""

    @property
    def takes(self) -> Takes:
        return self.rule.takes

    @property
    def before(self) -> str:
        return around_value(self.rule.says)[0]

    @property
    def after(self) -> str:
        return around_value(self.rule.says)[1]

    @property
    def name(self) -> str:
        """Return the sentence with a gap for its value."""
        return f"{self.before}…{self.after}" if self.takes != Takes.NOTHING else self.before

    def read(self) -> PolicyRule | None:
        """Return the rule, or None and say at the row what is wrong with it."""
        try:
            return read_rule(self.rule.name, self.value, self.verdict)
        except DomainError as error:
            self.error = in_words(error, gettext("The value"))
            return None


class PolicyForm:
    """The form of a policy: its head, and a row for each rule that a policy can have."""

    def __init__(self, head: HeadForm, rows: Sequence[RuleRow], version: int) -> None:
        self.head, self.rows, self.version = head, rows, version
        self.rules: list[PolicyRule] = []
        self.error = ""

    @classmethod
    def of(cls, name: str, mode: str, sentences: Sequence[PolicyRule], version: int) -> "PolicyForm":
        """Return the form of a policy as it is stored."""
        stored = {row["rule"]: row for row in written(sentences)}
        rows = [
            RuleRow(rule, True, stored[rule.name]["value"], stored[rule.name]["verdict"])
            if rule.name in stored
            else RuleRow(rule, verdict=rule.usual.value)
            for rule in RULES
        ]
        return cls(HeadForm(initial={"name": name, "mode": mode}), rows, version)

    @classmethod
    def posted(cls, post: Mapping[str, Any]) -> "PolicyForm":
        """Return the form as it was typed."""
        rows = [
            RuleRow(
                rule,
                f"{rule.name}-on" in post,
                str(post.get(f"{rule.name}-value", ""))[:_TYPED_MAX],
                str(post.get(f"{rule.name}-verdict", rule.usual.value)),
            )
            for rule in RULES
        ]
        typed = str(post.get("version", ""))
        return cls(HeadForm(post), rows, int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 9 else 0)

    def is_valid(self) -> bool:
        """Read what was typed; say at each row what is wrong with it."""
        on = [row for row in self.rows if row.is_on]
        self.rules = [rule for row in on if (rule := row.read()) is not None]
        if not on:
            self.error = gettext("A policy without a rule says nothing. Tick one at least.")
        return self.head.is_valid() and len(self.rules) == len(on) > 0

    @property
    def subjects(self) -> list[tuple[str, list[RuleRow]]]:
        """Return the rows under their headings."""
        headings = [heading for _first, heading in SUBJECTS]
        return [(said(heading), [row for row in self.rows if subject_of(row.rule) == heading]) for heading in headings]

    @property
    def wrong(self) -> list[RuleRow]:
        """Return the rows with a mistake."""
        return [row for row in self.rows if row.error]

    @property
    def warns(self) -> bool:
        """Tell whether the policy as it is typed is told only."""
        return self.head.data.get("mode") == Mode.WARN


class ExemptionForm(forms.Form):
    """A standing exception to one rule of a policy."""

    rule = forms.ChoiceField(label=_("Rule"))
    values = forms.CharField(
        label=_("Only for"),
        max_length=2000,
        required=False,
        help_text=_("The values that are let through, such as an image or a size; empty for any."),
    )
    until = forms.DateField(
        label=_("Until"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=_("At most 90 days from today; it ends with that day."),
    )
    reason = forms.CharField(label=_("Reason"), max_length=500)

    def __init__(self, rules: Sequence[tuple[str, str]], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["rule"].choices = rules  # type: ignore[attr-defined]

    @property
    def helper(self) -> ConsoleHelper:
        return ConsoleHelper(*self.fields)

    def clean_until(self) -> datetime:
        """Return the end of the day, which lies ahead and at most 90 days."""
        day = self.cleaned_data["until"]
        today = timezone.localdate()
        if not today <= day < today + EXEMPTION_MAX:
            raise forms.ValidationError(
                _("From %(first)s to %(last)s."),
                params={"first": today.isoformat(), "last": (today + EXEMPTION_MAX - timedelta(days=1)).isoformat()},
            )
        return timezone.make_aware(datetime.combine(day, time(23, 59, 59)))

    def clean_values(self) -> list[str]:
        """Return the values, which are separated by commas, blanks or lines."""
        return list(dict.fromkeys(str(self.cleaned_data["values"]).replace(",", " ").split()))


class LimitsForm(forms.Form):
    """How much a team may have at once, as people say it; empty for no limit."""

    groups = forms.IntegerField(label=_("Container groups"), min_value=0, max_value=1_000_000, required=False)
    vcpu_milli = forms.DecimalField(label=_("vCPU"), min_value=0, max_value=1_000_000, decimal_places=3, required=False)
    memory_mib = forms.DecimalField(
        label=_("GiB of memory"), min_value=0, max_value=1_000_000, decimal_places=2, required=False
    )
    price_micro_per_hour = forms.DecimalField(
        label=_("Price an hour"),
        min_value=0,
        max_value=1_000_000,
        decimal_places=4,
        required=False,
        help_text=_("In the currency of the list prices. An order whose price is not known counts nothing."),
    )

    @classmethod
    def of(cls, rooms: Sequence[Room]) -> "LimitsForm":
        """Return the form with the limits that there are."""
        return cls(initial={room.unit.value: amount(said_amount(room.limit, room.unit)) for room in rooms})

    @property
    def helper(self) -> ConsoleHelper:
        return ConsoleHelper(*self.fields)

    @property
    def limits(self) -> dict[Unit, int | None]:
        """Return the limits in whole units."""
        typed = self.cleaned_data
        return {
            unit: None if typed[unit.value] is None else int(Decimal(typed[unit.value]) * WHOLE[unit]) for unit in Unit
        }


class ReleaseForm(forms.Form):
    """Why a booking is given back by hand."""

    reason = forms.CharField(label=_("Reason"), max_length=500)
