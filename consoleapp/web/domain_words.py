"""What the domain says, in the reader's language: its errors (domain/errors.py), what its fields declare, values."""

import re
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from django.utils.translation import gettext, gettext_lazy, ngettext

from consoleapp.domain.choices import Word
from consoleapp.domain.errors import DomainError, Reason
from consoleapp.domain.group import ContainerGroupSpec
from consoleapp.domain.kinds import Choice, Many, One
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


# What rows are called that are things of their own.
_THINGS: Final = {
    "containers": gettext_lazy("Container %(name)s"),
    "init_containers": gettext_lazy("Init container %(name)s"),
    "volumes": gettext_lazy("Volume %(name)s"),
}
_GIVEN_NAME: Final = re.compile(r"(container|init)-[0-9]+", re.ASCII)
# What tells rows of one list apart, the first that a row has.
_ROW_NAMES: Final = ("name", "key", "server", "path", "mount_path", "port", "instance_id")


def where_in_words(group: Record, path: str) -> str:
    """Return what stands at a path of this group, with what it belongs to: "Container web: Working directory"."""
    value: Any = group
    owner, parts = "", [""]
    words = path.split(".")
    for place, word in enumerate(words):
        if word.isdecimal():
            value = value[int(word)] if isinstance(value, tuple) and int(word) < len(value) else None
            name = _row_name(value) or str(int(word) + 1)
            thing = _THINGS.get(words[place - 1]) if place == 1 else None
            parts[-1] = f"{parts[-1]} {name}".strip()
            if thing is not None:
                # The names that the wizard gives say what they are.
                owner = name if _GIVEN_NAME.fullmatch(name) else str(thing) % {"name": name}
                parts = [""]
            continue
        if word == "value" and parts[-1]:
            # A variable's value is the variable.
            continue
        declared = _declared(value, words[:place], word)
        value = getattr(value, word, None)
        parts.append(_part_label(declared, is_last=place == len(words) - 1) if declared else "")
    named = ", ".join(filter(None, parts)) or ("" if owner else label_of_path(path))
    return gettext("%(owner)s: %(name)s") % {"owner": owner, "name": named} if owner and named else owner or named


def _row_name(row: Any) -> str:
    if isinstance(row, str | int):
        return str(row)
    return next((str(value) for name in _ROW_NAMES if (value := getattr(row, name, ""))), "")


def _declared(value: Any, above: Iterable[str], word: str) -> Field | None:
    """Return the declaration of a word below a value; where there is no value, below any record that stands there."""
    if isinstance(value, Record):
        return fields_of(type(value)).get(word)
    return next((known[word] for record in _records_at(above) if word in (known := fields_of(record))), None)


def _records_at(path: Iterable[str]) -> tuple[type[Record], ...]:
    records: tuple[type[Record], ...] = (ContainerGroupSpec,)
    for part in path:
        field = next((known[part] for record in records if part in (known := fields_of(record))), None)
        if field is not None:
            records = tuple(field.kind.records().values())
    return records


def _part_label(declared: Field, *, is_last: bool) -> str:
    """Return what a field is called on the way to what it holds; "" for a record that says nothing on the way."""
    kind, label = declared.kind, said(declared.label)
    if isinstance(kind, One) and kind.record.one_of is None and not is_last:
        return ""
    return f"{label} ({said(declared.says)})" if kind.is_box and declared.says else label


def is_box(path: str) -> bool:
    """Tell whether a path of the spec is that of a box to tick."""
    *above, last = path.split(".")
    declared = _declared(None, above, last)
    return declared is not None and declared.kind.is_box


def translated(sentence: str, params: Mapping[str, str]) -> str:
    """Return a sentence of the domain or of a language, translated, with its particulars filled in."""
    return gettext(sentence).format(**params)


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
