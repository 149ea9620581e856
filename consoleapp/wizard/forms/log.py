"""The row for a new log to collect. What becomes of it is in draft/logs.py."""

from collections.abc import Iterable

from django import forms
from django.utils.translation import gettext_lazy as _

from consoleapp.wizard.draft.logs import LABELS
from consoleapp.wizard.draft.problems import FieldError
from consoleapp.wizard.forms.stored import StoredForm
from consoleapp.wizard.shape import Data, containers_of


class LogForm(StoredForm):
    """Container, logstore, and what is collected."""

    log_container = forms.CharField(label=LABELS["log_container"], required=False, widget=forms.Select)
    log_logstore = forms.CharField(
        label=LABELS["log_logstore"],
        required=False,
        widget=forms.TextInput(attrs={"placeholder": "web_access", "spellcheck": "false", "autocapitalize": "off"}),
    )
    log_path = forms.CharField(
        label=LABELS["log_path"],
        required=False,
        widget=forms.TextInput(attrs={"placeholder": "stdout", "spellcheck": "false", "autocapitalize": "off"}),
        help_text=_("stdout, or files inside the container such as /var/log/app/*.log"),
    )

    def __init__(self, data: Data, problems: Iterable[FieldError] = ()) -> None:
        super().__init__(data["page"], problems)
        names = [(each["_key"], str(each.get("name") or each["_key"])) for each in containers_of(data)]
        self.fields["log_container"].widget.choices = names
