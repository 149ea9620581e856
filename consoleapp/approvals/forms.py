"""What is typed with a decision."""

from typing import Final

from django import forms

from consoleapp.approvals.models import Verdict
from consoleapp.approvals.services import TEXT_MAX

SEEN_MAX: Final = 64


class DecisionForm(forms.Form):
    """A verdict, what was seen when it was made, and a word to the requester."""

    verdict = forms.ChoiceField(choices=Verdict.choices)
    seen = forms.CharField(max_length=SEEN_MAX)
    comment = forms.CharField(max_length=TEXT_MAX, required=False)
