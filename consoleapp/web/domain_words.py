"""What the domain says, in the reader's language: its errors (domain/errors.py) and what its fields declare."""

from typing import TYPE_CHECKING, TypeAlias

from django.utils.translation import gettext, gettext_lazy, ngettext

from consoleapp.domain.errors import DomainError, Reason
from consoleapp.domain.region import NAMES as REGION_NAMES

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

Words: TypeAlias = "str | _StrPromise"


def in_words(error: DomainError, name: str = "", owner: str = "", *, is_many: bool = False) -> str:
    """Return the error's sentence, translated, with its particulars filled in. What is missing is told by its name,
    and whose it is, where these are known."""
    if error.reason == Reason.REQUIRED and name:
        thing = thing_of(name, owner)
        return ngettext("%(thing)s is missing.", "%(thing)s are missing.", 2 if is_many else 1) % {"thing": thing}
    sentence = error.sentences.get(error.reason)
    return gettext(sentence).format(**error.params) if sentence else error.message


def thing_of(name: str, owner: str) -> str:
    """Return what a field is called together with what it belongs to: "Image of web"."""
    return gettext("%(name)s of %(owner)s") % {"name": name, "owner": owner} if owner else name


def said(sentence: str) -> str:
    """Return a label, hint or unit of a declaration in the reader's language; nothing stays nothing."""
    return gettext(sentence) if sentence else ""


def said_later(sentence: str) -> Words:
    """Return the same, translated once it is shown: for what is made while a module is imported."""
    return gettext_lazy(sentence) if sentence else ""


def around_value(sentence: str) -> tuple[str, str]:
    """Return what a rule's sentence says before and after its value."""
    before, _value, after = gettext(sentence).partition("{value}")
    return before, after


def region_name(region_id: str) -> str:
    """Return what the region is called, or its id."""
    return said(REGION_NAMES.get(region_id, "")) or region_id
