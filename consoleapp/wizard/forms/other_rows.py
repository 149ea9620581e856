"""Rows of Other Settings that can be added and removed: tags, and instances to pull from without a secret."""

from collections.abc import Iterable

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from consoleapp.domain import limits
from consoleapp.web.crispy import ConsoleHelper, Show
from consoleapp.wizard.forms.other import PREFIX
from consoleapp.wizard.forms.stored import StoredForm
from consoleapp.wizard.mapping.other import LABELS
from consoleapp.wizard.mapping.problems import Problem
from consoleapp.wizard.shape import Data, Fields, Row, new_key


def _text(name: str, placeholder: str = "") -> forms.CharField:
    attrs = {"placeholder": placeholder, "spellcheck": "false", "autocapitalize": "off"}
    return forms.CharField(label=LABELS[name], required=False, widget=forms.TextInput(attrs=attrs))


class RowForm(StoredForm):
    """A row; its controls are `other-<kind>-<row key>-<name>`."""

    kind = ""
    most = 0

    def __init__(self, row: Row, problems: Iterable[Problem] = ()) -> None:
        super().__init__(row["fields"], problems, prefix=f"{PREFIX}-{self.kind}-{row['key']}")
        self.row_key = row["key"]


class TagForm(RowForm):
    """One tag of the container group."""

    kind, most = "tags", limits.OWN_TAGS_MAX

    key = _text("key")
    value = _text("value")


class AcrForm(RowForm):
    """An instance of Container Registry Enterprise Edition that is named in the request, or roles of two accounts."""

    kind, most = "acr", limits.ACR_REGISTRY_INFOS_MAX

    instance_id = _text("instance_id", "cri-…")
    instance_name = _text("instance_name")
    region_id = _text("region_id", "cn-hangzhou")
    domains = forms.CharField(
        label=LABELS["domains"],
        required=False,
        help_text=_("One a line; empty: all of the instance. Images of a domain named here need no credential."),
        widget=forms.Textarea(attrs={"rows": "2", "spellcheck": "false", "class": "mono"}),
    )
    arn_service = _text("arn_service", "acs:ram::1234567890123456:role/eci-pulls")
    arn_user = _text("arn_user", "acs:ram::6543210987654321:role/acr-reader")

    def __init__(self, row: Row, problems: Iterable[Problem] = ()) -> None:
        super().__init__(row, problems)
        self.fields["arn_user"].help_text = _("Both roles, when the registry belongs to another account.")
        self.helper = ConsoleHelper(
            Show("instance_id", width="m"),
            Show("instance_name", width="m"),
            Show("region_id", width="m"),
            Show("domains", width="l"),
            Show("arn_service", width="l"),
            Show("arn_user", width="l"),
        )


FORMS: dict[str, type[RowForm]] = {"tags": TagForm, "acr": AcrForm}


def rows_of(data: Data, kind: str) -> list[Row]:
    """The rows of this kind, empty ones too."""
    return data["other"]["rows"].get(kind, [])


def collect_other_rows(post: QueryDict, data: Data) -> None:
    """Takes the rows that are in the page into the draft's."""
    for kind, form in FORMS.items():
        for row in rows_of(data, kind):
            form.collect(post, row["fields"], prefix=f"{PREFIX}-{kind}-{row['key']}")


def add_other_row(data: Data, kind: str, fields: Fields | None = None) -> Row:
    """A new row at the end; raises KeyError for a kind there is none of, ValueError when there are enough."""
    rows = data["other"]["rows"].setdefault(kind, []) if kind in FORMS else []
    if len(rows) >= FORMS[kind].most:
        raise ValueError(f"{FORMS[kind].most} rows of {kind} are the most")
    row: Row = {"key": new_key(data, kind[0]), "fields": fields or {}}
    rows.append(row)
    return row


def remove_other_row(data: Data, kind: str, key: str) -> None:
    """Takes the row out."""
    data["other"]["rows"][kind] = [row for row in rows_of(data, kind) if row["key"] != key]
