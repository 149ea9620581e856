"""What the domain says, in the reader's language: its errors (domain/errors.py) and what its fields declare."""

from typing import TYPE_CHECKING, TypeAlias

from django.utils.translation import gettext, gettext_lazy

from consoleapp.domain.errors import DomainError

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

Words: TypeAlias = "str | _StrPromise"


def in_words(error: DomainError) -> str:
    """Return the error's sentence, translated, with its particulars filled in."""
    sentence = error.sentences.get(error.reason)
    return gettext(sentence).format(**error.params) if sentence else error.message


def said(sentence: str) -> str:
    """Return a label, hint or unit of a declaration in the reader's language; nothing stays nothing."""
    return gettext(sentence) if sentence else ""


def said_later(sentence: str) -> Words:
    """Return the same, translated once it is shown: for what is made while a module is imported."""
    return gettext_lazy(sentence) if sentence else ""
