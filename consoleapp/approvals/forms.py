"""What is typed with a decision."""

from typing import Final

from django import forms

from consoleapp.approvals.models import Verdict
from consoleapp.approvals.services import TEXT_MAX
from consoleapp.web.formats import readable

SEEN_MAX: Final = 64


class DecisionForm(forms.Form):
    """A verdict, what was seen when it was made, a word to the requester, and whether it counts for all orders of the
    press."""

    verdict = forms.ChoiceField(choices=Verdict.choices)
    seen = forms.CharField(max_length=SEEN_MAX)
    together = forms.BooleanField(required=False)
    comment = forms.CharField(max_length=TEXT_MAX, required=False)

    def clean_comment(self) -> str:
        """Return what can be read of it."""
        return readable(self.cleaned_data["comment"], TEXT_MAX)
