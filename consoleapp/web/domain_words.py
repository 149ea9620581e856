"""What the domain says, in the reader's language: its errors (domain/errors.py), what its fields declare, values."""

from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from django.utils.translation import gettext, gettext_lazy, ngettext

from consoleapp.domain.choices import Word
from consoleapp.domain.errors import DomainError, Reason
from consoleapp.domain.group import ContainerGroupSpec
from consoleapp.domain.kinds import Choice, Many
from consoleapp.domain.region import NAMES as REGION_NAMES
from consoleapp.domain.schema import Field, Record, fields_of
from consoleapp.domain.secret import Secret
from consoleapp.domain.typed import COMMAND, join_line
from consoleapp.domain.validation import is_blank
from consoleapp.web.formats import amount
from consoleapp.web.request_text import MASK

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


# What pages ask for by a choice of their own, so that its declaration has no label.
_CHOSEN: Final = {"auto_create_eip": gettext_lazy("New Elastic IP")}


def label_of_field(name: str, declared: Field) -> str:
    """Return what a field is called; its own name where no page asks for it."""
    return said(declared.label) or str(_CHOSEN.get(name, name))


def label_of_path(path: str) -> str:
    """Return what the forms call the field at a path of the spec, such as containers.0.image."""
    label = ""
    records: tuple[type[Record], ...] = (ContainerGroupSpec,)
    for part in path.split("."):
        field = next((known[part] for record in records if part in (known := fields_of(record))), None)
        if field is not None:
            label, records = field.label or label, tuple(field.kind.records().values())
    return said(label) or str(_CHOSEN.get(path, path))


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
