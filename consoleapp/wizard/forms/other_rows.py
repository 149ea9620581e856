"""Rows of Other Settings that can be added and removed: tags, and instances to pull from without a secret."""

from collections.abc import Iterable
from typing import ClassVar

from django.http import QueryDict

from consoleapp.domain import limits
from consoleapp.domain.host import Tag
from consoleapp.domain.registry import AcrRegistryInfo
from consoleapp.wizard.forms.declared import DeclaredForm, Part, form_of
from consoleapp.wizard.forms.other import PREFIX
from consoleapp.wizard.mapping.problems import Problem
from consoleapp.wizard.shape import Data, Fields, Row, new_key


class RowForm(DeclaredForm):
    """A row; its controls are `other-<kind>-<row key>-<name>`."""

    kind: ClassVar[str]
    most: ClassVar[int]

    def __init__(self, row: Row, problems: Iterable[Problem] = ()) -> None:
        super().__init__(row["fields"], problems, prefix=f"{PREFIX}-{self.kind}-{row['key']}")
        self.row_key = row["key"]


class _TagForm(RowForm):
    kind, most = "tags", limits.OWN_TAGS_MAX


class _AcrForm(RowForm):
    kind, most = "acr", limits.ACR_REGISTRY_INFOS_MAX


TagForm = form_of(Part(Tag), base=_TagForm)
# An instance of Container Registry Enterprise Edition that is named in the request, or roles of two accounts.
AcrForm = form_of(Part(AcrRegistryInfo), base=_AcrForm)
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
