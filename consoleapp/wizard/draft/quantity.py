"""How many container groups a draft asks for, and what each of them is called. Pure functions.

The number is no part of the request: each group is an order of its own, see services/ordering.py.
"""

from typing import Final

from django.utils.translation import gettext_lazy as _

from consoleapp.domain import limits
from consoleapp.domain.errors import DomainError, Reason
from consoleapp.domain.group import ContainerGroupSpec
from consoleapp.domain.schema import fields_of
from consoleapp.web.domain_words import said_later
from consoleapp.wizard.draft import naming, raw
from consoleapp.wizard.draft.problems import ErrorCollector, FieldError
from consoleapp.wizard.layout import BASIC
from consoleapp.wizard.shape import Data

FIELD: Final = "quantity"
LABEL: Final = _("Quantity")
_LABELS: Final = {FIELD: LABEL, naming.FIELD: said_later(fields_of(ContainerGroupSpec)[naming.FIELD].label)}
# Ours: as many as a page of the list, and as the cloud tells the states of at once.
MOST: Final = 20
_TAIL: Final = "-{number:03}"
_NAME_MAX: Final = limits.GROUP_NAME_MAX - len(_TAIL.format(number=MOST))


def typed(data: Data) -> str:
    """Return the text of the control."""
    return data.get("quantity", "1")


def quantity_of(data: Data) -> int:
    """Return how many groups are asked for; 1 where nothing was typed, or nothing that counts."""
    try:
        return _read(data)
    except DomainError:
        return 1


def _read(data: Data) -> int:
    number = raw.whole_number({FIELD: typed(data)}, FIELD)
    if number is None:
        return 1
    if not 1 <= number <= MOST:
        raise DomainError(Reason.OUT_OF_RANGE, FIELD, least=1, most=MOST)
    return number


def names_of(name: str, quantity: int) -> tuple[str, ...]:
    """Return what the groups are called: the name itself for one, numbered names for several."""
    if quantity == 1:
        return (name,)
    return tuple(name + _TAIL.format(number=number) for number in range(1, quantity + 1))


def quantity_problems(data: Data, name: str) -> tuple[FieldError, ...]:
    """Return what is wrong with the number, or with a name that has no room for one."""
    findings = ErrorCollector(BASIC, labels=_LABELS)
    with findings.noting():
        is_numbered = _read(data) > 1
        # A longer one is wrong by itself.
        if is_numbered and _NAME_MAX < len(name) <= limits.GROUP_NAME_MAX:
            raise DomainError(Reason.TOO_LONG, naming.FIELD, limit=_NAME_MAX, length=len(name))
    return tuple(findings.problems)
