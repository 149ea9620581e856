"""The names that the form of a step may post: those of its controls, and a few of the page's own.

A name that is none of them comes from a page of another version of the console, or from nobody's page at all. It is
refused as a whole rather than passed over: what was typed there would be lost without a word.
"""

import re
from collections.abc import Iterator
from functools import cache
from typing import Final

from django import forms
from django.http import QueryDict

from consoleapp.wizard.draft import quantity
from consoleapp.wizard.draft.new import PASSED_OVER, VERSION_SHOWN
from consoleapp.wizard.forms import basic, container, other, other_rows, rows, volumes
from consoleapp.wizard.forms.credentials import CredentialForm, NoLoginForm, PrivateHubForm
from consoleapp.wizard.forms.env_text import TEXT
from consoleapp.wizard.forms.found import EXCEPTION
from consoleapp.wizard.forms.log import LogForm
from consoleapp.wizard.forms.stored import StoredForm
from consoleapp.wizard.shape import CREDENTIALS

_KEYS: Final = re.compile(r"(?:[a-z][0-9]+-)+")
# What the pages say of themselves, and the script with them.
_PAGE: Final = frozenset(
    {"csrfmiddlewaretoken", "do", "version", "page", "turn", "open", "given_name", "pasted"}
    | {"network_kept", "shown_region_id", "shown_vpc_id", quantity.FIELD}
)
_PLAIN_FORMS: Final[tuple[type[StoredForm], ...]] = (
    basic.NetworkForm,
    basic.GroupForm,
    basic.AdvancedForm,
    basic.ExpertForm,
    *other.FORMS,
    LogForm,
)
_KEYED_FORMS: Final[tuple[type[StoredForm], ...]] = (
    container.ContainerForm,
    container.InitContainerForm,
    container.PasteForm,
    *volumes.FORMS.values(),
    *other_rows.FORMS.values(),
)


def _names_below_keys() -> Iterator[str]:
    for form in _KEYED_FORMS:
        yield from form.base_fields
    for name, action in container.ACTION_FORMS.items():
        yield from (f"{name}-{field}" for field in action.base_fields)
    for name in rows.ROWS:
        yield from (cell.name for cell in rows.cells_of(name))
    yield from (*volumes.FILE_FIELDS, PASSED_OVER, VERSION_SHOWN, TEXT)


@cache
def _known() -> tuple[frozenset[str], frozenset[str], frozenset[str], re.Pattern[str]]:
    """Return the names without a key, those that follow keys, the choices of several values, and credentials."""
    plain = {name: field for form in _PLAIN_FORMS for name, field in form.base_fields.items()}
    several = (name for name, field in plain.items() if isinstance(field.widget, forms.CheckboxSelectMultiple))
    fields = (name for form in (CredentialForm, PrivateHubForm, NoLoginForm) for name in form.base_fields)
    login = "|".join(("asks", "says", *fields))
    credential = re.compile(f"{CREDENTIALS}-.+-(?:{login})")
    return _PAGE | set(plain), frozenset(_names_below_keys()), frozenset(several), credential


def unknown_names(post: QueryDict) -> list[str]:
    """Return the names that no page of this version has; whether the draft has such a row does not matter."""
    plain, keyed, _several, credential = _known()

    def is_known(name: str) -> bool:
        keys = _KEYS.match(name)
        if keys:
            return name[keys.end() :] in keyed
        return name in plain or EXCEPTION.fullmatch(name) is not None or credential.fullmatch(name) is not None

    return [name for name in post if not is_known(name)]


def doubled_names(post: QueryDict) -> list[str]:
    """Return the names that stand there more than once though each can have one value only."""
    _plain, _keyed, several, _credential = _known()
    return [name for name, values in post.lists() if len(values) > 1 and name not in several]
