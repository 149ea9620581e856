"""The row for a new log to collect. What becomes of it is in mapping/logs.py."""

from collections.abc import Iterable

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from consoleapp.wizard.forms.stored import StoredForm
from consoleapp.wizard.mapping.logs import LABELS, PREFIX, STORED_AS
from consoleapp.wizard.mapping.problems import Problem
from consoleapp.wizard.shape import Data, Fields


class LogForm(StoredForm):
    """Container, logstore, and what is collected."""

    container = forms.CharField(label=LABELS["container"], required=False, widget=forms.Select)
    logstore = forms.CharField(
        label=LABELS["logstore"],
        required=False,
        widget=forms.TextInput(attrs={"placeholder": "web_access", "spellcheck": "false", "autocapitalize": "off"}),
    )
    path = forms.CharField(
        label=LABELS["path"],
        required=False,
        widget=forms.TextInput(attrs={"placeholder": "stdout", "spellcheck": "false", "autocapitalize": "off"}),
        help_text=_("stdout, or files inside the container such as /var/log/app/*.log"),
    )

    def __init__(self, data: Data, problems: Iterable[Problem] = ()) -> None:
        super().__init__(data["other"]["fields"], problems, prefix=PREFIX, stored_as=STORED_AS)
        names = [(each["key"], str(each["fields"].get("name") or each["key"])) for each in data["containers"]]
        self.fields["container"].widget.choices = names


def collect_log(post: QueryDict, fields: Fields) -> None:
    """Takes what was typed into the row into the draft."""
    LogForm.collect(post, fields, prefix=PREFIX, stored_as=STORED_AS)
