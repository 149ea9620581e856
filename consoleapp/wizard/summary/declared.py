"""Values of declared fields in words, as their forms call them: what most lines of the Confirm page consist of.

A field needs nothing but its declaration to stand there; the modules beside this one name those with words of their
own.
"""

from collections.abc import Iterator

from consoleapp.domain.schema import Record, fields_of
from consoleapp.web.domain_words import said, value_text
from consoleapp.wizard.draft.paths import is_single
from consoleapp.wizard.summary.parts import Row


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
