"""The forms of governance: a policy, a row a sentence; an exception from one of its rules; the limits of a quota."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from decimal import Decimal
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from consoleapp.domain.errors import DomainError
from consoleapp.domain.policy import PolicyRule, Rule, Takes, Verdict
from consoleapp.domain.policy_rules import BY_NAME, BY_SUBJECT, VALUE_MAX, VALUES_MAX, read_rule
from consoleapp.domain.quota import WHOLE, Unit
from consoleapp.governance.models import Mode
from consoleapp.governance.policies import EXEMPTION_MAX
from consoleapp.web.crispy import ConsoleHelper
from consoleapp.web.domain_words import in_words, said

VERDICTS = {Verdict.DENY: _("not allowed"), Verdict.APPROVE: _("needs approval"), Verdict.WARN: _("told only")}
MODES = {Mode.ENFORCE: _("Enforced"), Mode.WARN: _("Told only")}
_VALUE_LONGEST = VALUES_MAX * (VALUE_MAX + 1)


@dataclass(frozen=True)
class RuleRow:
    """A rule in the form: its sentence in two parts, around the value, and what was posted or is stored."""

    rule: Rule
    is_on: bool
    value: str
    verdict: str
    error: str = ""

    @property
    def before(self) -> str:
        """Return the sentence up to the value."""
        return said(self.rule.says).partition("{value}")[0].strip()

    @property
    def after(self) -> str:
        """Return the sentence after the value."""
        return said(self.rule.says).partition("{value}")[2].strip()

    @property
    def takes_value(self) -> bool:
        """Tell whether the sentence has a value."""
        return self.rule.takes != Takes.NOTHING

    @property
    def is_number(self) -> bool:
        """Tell whether the value is a number."""
        return self.rule.takes == Takes.NUMBER


class PolicyForm(forms.Form):
    """A policy. `stored` are the rows of the version that counts, as policy_rules.written returns them."""

    name = forms.CharField(label=_("Name"), max_length=80)
    mode = forms.ChoiceField(label=_("Mode"), choices=list(MODES.items()))
    version = forms.IntegerField(required=False, min_value=0, widget=forms.HiddenInput)

    def __init__(self, *args: Any, stored: list[dict[str, str]] | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._stored = {row["rule"]: row for row in stored or ()}
        self._errors_of_rules: dict[str, str] = {}
        self.rules: tuple[PolicyRule, ...] = ()

    def clean(self) -> dict[str, Any]:
        """Read the rules that are ticked; a value that cannot be read is told at its row."""
        found = []
        for rule in BY_NAME.values():
            row = self._row(rule)
            if row.is_on:
                try:
                    found.append(read_rule(rule.name, row.value[:_VALUE_LONGEST], row.verdict))
                except DomainError as error:
                    self._errors_of_rules[rule.name] = in_words(error)
        self.rules = tuple(found)
        if self._errors_of_rules:
            raise forms.ValidationError(_("A rule is not complete: see below."))
        if not found:
            raise forms.ValidationError(_("Tick at least one rule."))
        return self.cleaned_data

    def subjects(self) -> Iterator[tuple[str, list[RuleRow]]]:
        """Yield the headings, each with its rows."""
        for subject, rules in BY_SUBJECT:
            yield said(subject), [self._row(rule) for rule in rules]

    def _row(self, rule: Rule) -> RuleRow:
        if self.is_bound:
            told: Mapping[str, Any] = self.data
            is_on, value = bool(told.get(f"on-{rule.name}")), str(told.get(f"value-{rule.name}", ""))
            verdict = str(told.get(f"verdict-{rule.name}", rule.usual))
        else:
            stored = self._stored.get(rule.name, {})
            is_on, value = bool(stored), stored.get("value", "")
            verdict = stored.get("verdict", rule.usual)
        return RuleRow(rule, is_on, value, verdict, self._errors_of_rules.get(rule.name, ""))


class ExemptionForm(forms.Form):
    """An exception: from which rule, for which values, until when, and why."""

    rule = forms.ChoiceField(label=_("Rule"))
    values = forms.CharField(
        label=_("For"),
        required=False,
        max_length=1000,
        help_text=_("Values that are admitted, separated by blanks. Empty: any."),
    )
    until = forms.DateField(
        label=_("Until"), help_text=_("The last day; 90 days at the most."), widget=forms.DateInput({"type": "date"})
    )
    reason = forms.CharField(label=_("Reason"), max_length=500)

    def __init__(self, *args: Any, rules: list[tuple[str, str]], teams: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["rule"].choices = rules  # type: ignore[attr-defined]
        if teams:
            self.fields["team"] = forms.ChoiceField(label=_("Team"), choices=teams)
            self.order_fields(["team"])

    @property
    def helper(self) -> ConsoleHelper:
        """Return the layout."""
        return ConsoleHelper(*self.fields)

    def clean_values(self) -> list[str]:
        """Return the values one by one."""
        return list(dict.fromkeys(self.cleaned_data["values"].split()))

    def clean_until(self) -> datetime:
        """Return the end of that day."""
        end = timezone.make_aware(datetime.combine(self.cleaned_data["until"], time.max))
        if end < timezone.now():
            raise forms.ValidationError(_("That day is over."))
        if end > timezone.now() + EXEMPTION_MAX + timedelta(days=1):
            raise forms.ValidationError(_("90 days from now at the most."))
        return min(end, timezone.now() + EXEMPTION_MAX)


class LimitsForm(forms.Form):
    """The limits of a team as people say them; empty: no limit."""

    groups = forms.IntegerField(label=_("Container groups"), required=False, min_value=0, max_value=1_000_000)
    vcpu_milli = forms.DecimalField(label=_("vCPU"), required=False, min_value=0, max_digits=9, decimal_places=3)
    memory_mib = forms.DecimalField(
        label=_("Memory (GiB)"), required=False, min_value=0, max_digits=9, decimal_places=2
    )
    price_micro_per_hour = forms.DecimalField(
        label=_("Price an hour"),
        required=False,
        min_value=0,
        max_digits=12,
        decimal_places=4,
        help_text=_("In the currency in which the cloud bills."),
    )

    @property
    def helper(self) -> ConsoleHelper:
        """Return the layout."""
        return ConsoleHelper(*self.fields)

    def limits(self) -> dict[Unit, int | None]:
        """Return the limit of each unit in whole units; None for none."""
        return {unit: _in_whole_units(self.cleaned_data[unit], unit) for unit in Unit}


def _in_whole_units(number: Decimal | None, unit: Unit) -> int | None:
    return None if number is None else int(number * WHOLE[unit])
