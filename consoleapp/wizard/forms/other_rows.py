"""Rows of Other Settings that can be added and removed: tags, and instances to pull from without a secret."""

from collections.abc import Iterable
from typing import ClassVar

from django.http import QueryDict

from consoleapp.domain import limits
from consoleapp.domain.host import Tag
from consoleapp.domain.registry import AcrRegistryInfo
from consoleapp.wizard.draft.problems import FieldError
from consoleapp.wizard.forms.declared import DeclaredForm, Part, form_of
from consoleapp.wizard.shape import Data, Fields, new_key, rows_of


class RowForm(DeclaredForm):
    """A row; its controls are named by its key."""

    most: ClassVar[int]

    def __init__(self, row: Fields, problems: Iterable[FieldError] = ()) -> None:
        super().__init__(row, problems, prefix=row["_key"])
        self.row_key = row["_key"]


class _TagForm(RowForm):
    most = limits.OWN_TAGS_MAX


class _AcrForm(RowForm):
    most = limits.ACR_REGISTRY_INFOS_MAX


TagForm = form_of(Part(Tag), base=_TagForm)
# An instance of Container Registry Enterprise Edition that is named in the request, or roles of two accounts.
AcrForm = form_of(Part(AcrRegistryInfo), base=_AcrForm)
FORMS: dict[str, type[RowForm]] = {"tags": TagForm, "acr_registry_infos": AcrForm}


def bind_other_rows(post: QueryDict, spec: Fields) -> None:
    """Take the rows that are in the page into the draft's."""
    for name, form in FORMS.items():
        for row in spec.get(name, []):
            form.bind(post, row, prefix=row["_key"])


def add_other_row(data: Data, name: str, fields: Fields | None = None) -> Fields:
    """Add a row at the end and return it; the caller knows that there is such a list with room in it."""
    row: Fields = {"_key": new_key(data, name[0]), **(fields or {})}
    rows_of(data["spec"], name).append(row)
    return row
