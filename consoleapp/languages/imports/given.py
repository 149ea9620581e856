"""Parameters of CreateContainerGroup as a text gives them, and the container group that they ask for.

What cannot be read is left out with a note and nothing is checked: ``wire.from_parameters`` is the strict reader. The
raw parameters, the CLI and Terraform all end here.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from consoleapp.domain import flat
from consoleapp.domain.container import EnvironmentVar
from consoleapp.domain.errors import DomainError, Reason, _
from consoleapp.domain.group import ContainerGroupSpec
from consoleapp.domain.schema import Record, fields_of, part, unchecked
from consoleapp.domain.secret import Secret, sounds_secret
from consoleapp.domain.volume import FlexVolume, from_flex_volume
from consoleapp.languages.imports.imported import Note, NotReadable

CREATE: Final = "CreateContainerGroup"
UPDATE: Final = "UpdateContainerGroup"
# [ours] Far above what a group of 20 containers needs.
GIVEN_MAX: Final = 10_000
KEY_MAX: Final = 128  # [ours] characters; the longest key of the catalogue has about 80
LEFT_OUT_MAX: Final = 1_000  # [ours]
SUBJECT_MAX: Final = 80  # [ours] characters
# What goes with every call (the vendor's RPC style), and what is ours to make anew for each order.
OF_THE_CALL: Final = frozenset(
    {
        "Format", "AccessKeyId", "Signature", "SignatureMethod", "SignatureNonce", "SignatureVersion", "SignatureType",
        "Timestamp", "SecurityToken", "ClientToken", "DryRun",
    }
)  # fmt: skip

_GROUP: Final = part(ContainerGroupSpec)
# What stands where a secret has to be put: `<NAME>` of our own exports, the masks of our pages.
_BLANK: Final = re.compile(r"<[A-Z_][A-Z0-9_]*>|•{3,}|\*{3,}")
# In the place of a password people write `<your password>` too.
_ANY_BLANK: Final = re.compile(r"<[^<>]*>|•{3,}|\*{3,}|")
# Neither can be stored: half a character, which JSON can spell, and NUL.
_UNSTORABLE: Final = re.compile("[\0\ud800-\udfff]")


@dataclass(frozen=True)
class Given:
    """One parameter. ``subject`` is how the text calls it, "" for its key; ``line`` counts from 1.

    ``is_asked``: the text only names where the value comes from, so that it has to be typed.
    """

    value: str = field(repr=False)
    subject: str = ""
    line: int | None = None
    is_asked: bool = False


@dataclass
class Notes:
    """What became of things, as it is found out."""

    changed: list[Note] = field(default_factory=list)
    left_out: list[Note] = field(default_factory=list)

    def change(self, subject: str, says: str, line: int | None = None, **params: str | int) -> None:
        self.changed.append(Note(shown(subject), says, params, line))

    def leave(self, subject: str, says: str, line: int | None = None, **params: str | int) -> None:
        """Note what is not taken. Raise NotReadable where that is so much that the text must be something else."""
        if len(self.left_out) >= LEFT_OUT_MAX:
            raise NotReadable(_("More than {limit} things in it cannot be taken over."), line, limit=LEFT_OUT_MAX)
        self.left_out.append(Note(shown(subject), says, params, line))


def shown(text: str) -> str:
    """Return a text of somebody else's as it may stand in a note: one line, not long, nothing that cannot be stored."""
    plain = _UNSTORABLE.sub("\ufffd", " ".join(text[: 2 * SUBJECT_MAX].split()))
    return plain if len(plain) <= SUBJECT_MAX else f"{plain[: SUBJECT_MAX - 1]}…"


def add(found: dict[str, Given], key: str, given: Given) -> None:
    """Put a parameter to the others. Raise NotReadable for one that stands twice, and where there are too many."""
    if key in found:
        raise NotReadable(_("{name} stands twice."), given.line, name=shown(given.subject or key))
    if len(found) >= GIVEN_MAX:
        raise NotReadable(_("It has more than {limit} parameters."), given.line, limit=GIVEN_MAX)
    found[key] = given


def read_group(found: Mapping[str, Given], notes: Notes) -> ContainerGroupSpec:
    """Return the group of these parameters, unchecked; what is not taken is told in ``notes``."""
    reading = _Reading({key: given for key, given in found.items() if len(key) <= KEY_MAX}, notes)
    values = {**_GROUP.blanks, **_record_values(_GROUP, "", reading)}
    for key, given in found.items():
        if key in OF_THE_CALL:
            notes.leave(given.subject or key, _("It belongs to the call, not to the container group."), given.line)
        elif key not in reading.taken:
            notes.leave(given.subject or key, _("This console has no place for it."), given.line)
    group: ContainerGroupSpec = _tidied(unchecked(ContainerGroupSpec, values))
    return group


class _Reading:
    """The parameters, what lies below each beginning of a key, and which of them were taken."""

    def __init__(self, found: Mapping[str, Given], notes: Notes) -> None:
        self.found, self.notes = found, notes
        self.taken: set[str] = set()
        self._numbers: dict[str, set[int]] = {}
        self._beginnings = {beginning for key in found for beginning in self._noted(key)}

    def _noted(self, key: str) -> Iterator[str]:
        """Yield every beginning of the key that ends at a dot, and the key; note the numbers behind them."""
        words = key.split(".")
        beginning = ""
        for word in words:
            if beginning and re.fullmatch(r"[1-9][0-9]{0,4}", word, re.ASCII):
                self._numbers.setdefault(beginning, set()).add(int(word))
            beginning = f"{beginning}.{word}" if beginning else word
            yield beginning

    def has(self, key: str) -> bool:
        return key in self._beginnings

    def numbers(self, key: str) -> list[int]:
        return sorted(self._numbers.get(key, ()))

    def take(self, key: str) -> Given | None:
        given = self.found.get(key)
        if given is not None:
            self.taken.add(key)
        return given


def _read(codec: flat.Codec, key: str, reading: _Reading) -> Any:
    """Return the value at the key; None where there is none that can be read."""
    if isinstance(codec, flat.Leaf):
        return _leaf(codec, key, reading)
    if isinstance(codec, flat.ListOf):
        return _list(codec, key, reading)
    if isinstance(codec, flat.OneOf):
        return _one_of(codec, key, reading)
    if isinstance(codec, flat.Part):
        values = _record_values(codec, key, reading)
        return unchecked(codec.kind, values) if values else None
    raise TypeError(type(codec))


def _record_values(codec: flat.Part, key: str, reading: _Reading) -> dict[str, Any]:
    values = {}
    for each in codec.fields:
        below = codec.key_below(key, each)
        # Handlers and rights of a container go on without a dot behind the key.
        if not (reading.has(below) or (isinstance(each.codec, flat.Part) and each.codec.joint == "")):
            continue
        value = _read(each.codec, below, reading)
        if value is not None and (each.keeps_empty or value != ""):
            values[each.attribute] = value
    return {**codec.blanks, **values} if values else {}


def _list(codec: flat.ListOf, key: str, reading: _Reading) -> Any:
    numbers = reading.numbers(key)
    if numbers and numbers != list(range(1, len(numbers) + 1)):
        reading.notes.change(key, _("Numbers were missing: it is numbered anew from 1."))
    items = (_read(codec.item, f"{key}.{number}", reading) for number in numbers)
    return tuple(item for item in items if item is not None) or None


def _one_of(codec: flat.OneOf, key: str, reading: _Reading) -> Any:
    chosen = reading.take(f"{key}.{codec.selector}")
    kind = codec.kinds.get(chosen.value) if chosen else None
    if kind is None:
        subject, line = (chosen.subject, chosen.line) if chosen else ("", None)
        says = _("Its type is none of: {choices}.")
        reading.notes.leave(subject or f"{key}.{codec.selector}", says, line, choices=", ".join(codec.kinds))
        return None
    made: Any = unchecked(kind.kind, {**kind.blanks, **_record_values(kind, key, reading)})
    return from_flex_volume(made) if isinstance(made, FlexVolume) else made


def _leaf(codec: flat.Leaf, key: str, reading: _Reading) -> Any:
    given = reading.take(key)
    if given is None:
        return None
    subject = given.subject or key
    may_be_secret = codec in (flat.SECRET, flat.SECRET_BASE64, flat.TEXT_OR_SECRET)
    blank = _BLANK if codec is flat.TEXT_OR_SECRET else _ANY_BLANK
    if given.is_asked or (may_be_secret and blank.fullmatch(given.value)):
        if may_be_secret:
            reading.notes.change(subject, _("Type it: the text does not hold it."), given.line)
            return Secret("")
        reading.notes.leave(subject, _("The text does not hold the value: fill it in."), given.line)
        return None
    try:
        return codec.from_text(given.value)
    except DomainError as error:
        says = DomainError.sentences[Reason.MALFORMED] if error.reason == Reason.MALFORMED else _("It cannot be read.")
        reading.notes.leave(subject, says, given.line, **error.params)
        return None


# --- what is done to the whole


def _tidied(record: Any) -> Any:
    """Return the record with secrets as such, empty where a blank stood, and nothing in it that cannot be stored."""
    values = {name: _tidy(getattr(record, name)) for name in fields_of(type(record))}
    if isinstance(record, EnvironmentVar) and record.value and sounds_secret(record.key):
        values["value"] = Secret(flat.clear_text(values["value"]))
    return unchecked(type(record), values)


def _tidy(value: Any) -> Any:
    if isinstance(value, str):
        return _UNSTORABLE.sub("\ufffd", value)
    if isinstance(value, Secret):
        text = value.reveal()
        return Secret("") if _BLANK.fullmatch(text) else Secret(_UNSTORABLE.sub("\ufffd", text))
    if isinstance(value, tuple):
        return tuple(map(_tidy, value))
    return _tidied(value) if isinstance(value, Record) else value
