"""Values of declared fields in words, as their forms call them: what most lines of the Confirm page consist of.

A field needs nothing but its declaration to stand there; the modules beside this one name those with words of their
own.
"""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext

from consoleapp.domain.choices import Word
from consoleapp.domain.kinds import Choice, Many
from consoleapp.domain.schema import Field, Record, fields_of
from consoleapp.domain.secret import Secret
from consoleapp.domain.typed import COMMAND, join_line
from consoleapp.domain.validation import is_blank
from consoleapp.web.domain_words import said
from consoleapp.web.formats import amount
from consoleapp.web.request_text import MASK
from consoleapp.wizard.draft.paths import is_single
from consoleapp.wizard.summary.parts import Row


def value_text(declared: Field, value: Any) -> str:
    """Return the value in the words of its form; "" where nothing is set."""
    kind = declared.kind
    if is_blank(value) or value is False:
        return ""
    if isinstance(value, Secret):
        return MASK
    if kind.is_box:
        return said(declared.says) or gettext("yes")
    if isinstance(kind, Many) and kind.typed is COMMAND:
        return join_line(value)
    if isinstance(kind, Many):
        shown = kind.typed.show(value).split("\n") if kind.typed is not None and kind.typed.rows else map(str, value)
        return ", ".join(_word(kind.item, each) for each in shown)
    text = amount(value) if isinstance(value, Decimal) else _word(kind, str(kind.show(value)))
    return f"{text} {said(declared.unit)}" if declared.unit else text


def _word(kind: Any, text: str) -> str:
    """Return what a word of a choice is called; any other text is itself."""
    if not isinstance(kind, Choice):
        return text
    words: dict[str, Word] = {word.value: word for word in kind.words}
    return said(words[text].label) if text in words else text


def singles(record: Record, *told: str) -> Iterator[str]:
    """Yield the names of the single fields that a page asks for, but of those told otherwise."""
    for name, declared in fields_of(type(record)).items():
        if declared.label and is_single(declared) and name not in told:
            yield name


def rows_of(record: Record, *names: str) -> Iterator[Row]:
    """Yield a line for each of these fields that is set."""
    declared = fields_of(type(record))
    for name in names:
        if text := value_text(declared[name], getattr(record, name)):
            yield Row(said(declared[name].label), text)


def named_text(record: Record, name: str) -> str:
    """Return label and value of a field in one; "" where nothing is set, a ticked box without its label."""
    declared = fields_of(type(record))[name]
    text = value_text(declared, getattr(record, name))
    if not text or declared.kind.is_box:
        return text
    return f"{said(declared.label)} {text}"


def named_texts(record: Record, *told: str) -> Iterator[str]:
    """Yield label and value of every single field that is set, but of those told otherwise."""
    return filter(None, (named_text(record, name) for name in singles(record, *told)))


def with_details(text: str, record: Record, *told: str) -> str:
    """Return the text with all that is set in the record behind it, but for what the text tells."""
    details = ", ".join(named_texts(record, *told))
    return f"{text} ({details})" if details else text
