"""How values of Python become the flat parameters of the RPC style, and back; knows no parameter by name.

A list counts from 1 (``Tag.1.Key``), a part is joined with a dot, a boolean is ``true``, a decimal has no exponent.
What is None, empty or False is not written. The names are not here (``wire.py``).
"""

import base64
import binascii
import json
import re
from abc import ABC, abstractmethod
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import MISSING, dataclass, fields
from decimal import Decimal
from typing import Any

from consoleapp.domain.errors import DomainError, Reason, located
from consoleapp.domain.secret import Secret


class Writing:
    """Parameters written so far, in clear text, the values they were written from, and which of them are secret."""

    def __init__(self) -> None:
        self.parameters: dict[str, str] = {}
        self.values: dict[str, Any] = {}
        self.secret_keys: set[str] = set()


class Reading:
    """Parameters to be read; remembers which were."""

    def __init__(self, parameters: Mapping[str, str], secret_keys: Collection[str] = ()) -> None:
        self.parameters = dict(parameters)
        self.secret_keys = frozenset(secret_keys)
        self.unread = set(self.parameters)
        self._prefixes = {prefix for key in self.parameters for prefix in _prefixes(key)}

    def take(self, key: str) -> str | None:
        self.unread.discard(key)
        return self.parameters.get(key)

    def has(self, key: str) -> bool:
        """Tell whether there is a parameter of this name or below it."""
        return key in self._prefixes


def _prefixes(key: str) -> Iterator[str]:
    yield key
    position = key.find(".")
    while position >= 0:
        yield key[:position]
        position = key.find(".", position + 1)


class Codec(ABC):
    """One kind of value: writes it under a key, reads it back, and translates between keys and field paths.

    Values are ``Any`` here and nowhere above: what goes in and comes out is typed by the dataclasses of the spec.
    """

    # What an absent value reads as where the dataclass has no default of its own.
    blank: Any = None

    @abstractmethod
    def write(self, key: str, value: Any, out: Writing) -> None: ...

    @abstractmethod
    def read(self, key: str, reading: Reading) -> Any:
        """Return the value, or None when nothing of it is there."""

    @abstractmethod
    def patterns(self, key: str) -> Iterator[str]:
        """Return every key that can be written, with N for an index."""

    def key_of(self, key: str, parts: list[str]) -> str:
        """Return the key of a field path, given in parts."""
        return key

    def path_of(self, key: str, wanted: str) -> str | None:
        """Return the field path of the wanted key; None when it is not below ``key``, "" when it is ``key``."""
        return "" if key == wanted else None


class Leaf(Codec):
    """A value that is one parameter."""

    def __init__(
        self,
        to_text: Callable[[Any], str],
        from_text: Callable[[str], Any],
        blank: Any,
        *,
        is_secret: Callable[[Any], bool] | None = None,
    ) -> None:
        self.to_text = to_text
        self.from_text = from_text
        self.blank = blank
        self.is_secret = is_secret

    def write(self, key: str, value: Any, out: Writing) -> None:
        out.parameters[key] = self.to_text(value)
        out.values[key] = value
        if self.is_secret is not None and self.is_secret(value):
            out.secret_keys.add(key)

    def read(self, key: str, reading: Reading) -> Any:
        text = reading.take(key)
        return None if text is None else self.from_text(text)

    def patterns(self, key: str) -> Iterator[str]:
        yield key


class TextOrSecret(Leaf):
    """A text that is a Secret when it was written from one: the key says so when it is read."""

    def __init__(self) -> None:
        super().__init__(clear_text, str, "", is_secret=lambda value: isinstance(value, Secret))

    def read(self, key: str, reading: Reading) -> Any:
        text = reading.take(key)
        return Secret(text) if text is not None and key in reading.secret_keys else text


class ListOf(Codec):
    """A list: one index a value, from 1."""

    blank = ()

    def __init__(self, item: Codec) -> None:
        self.item = item

    def write(self, key: str, value: Any, out: Writing) -> None:
        for number, item in enumerate(value, 1):
            self.item.write(f"{key}.{number}", item, out)

    def read(self, key: str, reading: Reading) -> Any:
        found: list[Any] = []
        while reading.has(f"{key}.{len(found) + 1}"):
            with located(str(len(found))):
                item = self.item.read(f"{key}.{len(found) + 1}", reading)
            if item is None:
                break
            found.append(item)
        return tuple(found) or None

    def patterns(self, key: str) -> Iterator[str]:
        yield from self.item.patterns(f"{key}.N")

    def key_of(self, key: str, parts: list[str]) -> str:
        if not parts or not parts[0].isdecimal():
            return key
        return self.item.key_of(f"{key}.{int(parts[0]) + 1}", parts[1:])

    def path_of(self, key: str, wanted: str) -> str | None:
        if key == wanted:
            return ""
        index = re.match(r"\.([1-9][0-9]{0,5})(?![0-9])", wanted[len(key) :])
        if not wanted.startswith(key) or not index:
            return None
        rest = self.item.path_of(key + index.group(), wanted)
        return None if rest is None else _joined(str(int(index[1]) - 1), rest)


@dataclass(frozen=True)
class Field:
    """One attribute of a part and its key. ``keeps_empty`` writes an empty text too."""

    attribute: str
    key: str
    codec: Codec
    keeps_empty: bool = False

    def is_written(self, value: Any) -> bool:
        if value:
            return True
        # Zero is written, nothing is not.
        return value is not None and value is not False and (self.keeps_empty or (value != "" and value != ()))


class Part(Codec):
    """A dataclass: its fields stand below the key, joined by ``joint``."""

    def __init__(self, kind: type, *parts: Field, joint: str = ".") -> None:
        self.kind = kind
        self.fields = parts
        self.joint = joint
        self.blanks = {
            field.attribute: field.codec.blank
            for field in parts
            for own in fields(kind)
            if own.name == field.attribute and own.default is MISSING and own.default_factory is MISSING
        }

    def write(self, key: str, value: Any, out: Writing) -> None:
        prefix = key + self.joint if key else ""
        for field in self.fields:
            item = getattr(value, field.attribute)
            # Most of what stands in a group is not set: told apart without a call.
            if item is not None and item is not False and field.is_written(item):
                field.codec.write(prefix + field.key, item, out)

    def read(self, key: str, reading: Reading) -> Any:
        values = self.read_values(key, reading)
        return self.kind(**{**self.blanks, **values}) if values else None

    def read_values(self, key: str, reading: Reading) -> dict[str, Any]:
        values: dict[str, Any] = {}
        for field in self.fields:
            with located(field.attribute):
                value = field.codec.read(self.key_below(key, field), reading)
            if value is not None and (field.keeps_empty or value != ""):
                values[field.attribute] = value
        return values

    def patterns(self, key: str) -> Iterator[str]:
        for field in self.fields:
            yield from field.codec.patterns(self.key_below(key, field))

    def key_of(self, key: str, parts: list[str]) -> str:
        for field in self.fields:
            if parts and field.attribute == parts[0]:
                return field.codec.key_of(self.key_below(key, field), parts[1:])
        return key

    def path_of(self, key: str, wanted: str) -> str | None:
        if key and key == wanted:
            return ""
        for field in self.fields:
            below = self.key_below(key, field)
            rest = field.codec.path_of(below, wanted) if wanted.startswith(below) else None
            if rest is not None:
                return _joined(field.attribute, rest)
        return None

    def key_below(self, key: str, field: Field) -> str:
        """Return the key of one of its fields, where the part itself stands at ``key``."""
        return f"{key}{self.joint}{field.key}" if key else field.key


class OneOf(Codec):
    """One of several dataclasses; the parameter ``selector`` says which."""

    def __init__(self, selector: str, kinds: Mapping[str, Part]) -> None:
        self.selector = selector
        self.kinds = kinds

    def write(self, key: str, value: Any, out: Writing) -> None:
        word, part = next((word, part) for word, part in self.kinds.items() if type(value) is part.kind)
        out.parameters[f"{key}.{self.selector}"] = out.values[f"{key}.{self.selector}"] = word
        part.write(key, value, out)

    def read(self, key: str, reading: Reading) -> Any:
        part = self.kinds.get(reading.take(f"{key}.{self.selector}") or "")
        if part is None:
            raise DomainError(Reason.NOT_A_CHOICE, choices=", ".join(self.kinds))
        return part.kind(**{**part.blanks, **part.read_values(key, reading)})

    def patterns(self, key: str) -> Iterator[str]:
        yield f"{key}.{self.selector}"
        for part in self.kinds.values():
            yield from part.patterns(key)

    def key_of(self, key: str, parts: list[str]) -> str:
        # A path does not tell the kind: where two kinds have the attribute, the key of the whole is all that is known.
        found = {part.key_of(key, parts) for part in self.kinds.values()} - {key}
        return found.pop() if len(found) == 1 else key

    def path_of(self, key: str, wanted: str) -> str | None:
        if wanted in (key, f"{key}.{self.selector}"):
            return ""
        found = (part.path_of(key, wanted) for part in self.kinds.values())
        return next((path for path in found if path is not None), None)


def _joined(head: str, rest: str) -> str:
    return f"{head}.{rest}" if rest else head


def clear_text(value: object) -> str:
    """Return the text itself, also out of a Secret: for the wire only."""
    return value.reveal() if isinstance(value, Secret) else str(value)


def decimal_text(value: Decimal) -> str:
    """Return the number without exponent and without trailing zeros."""
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _malformed(kind: str) -> DomainError:
    return DomainError(Reason.MALFORMED, kind=kind)


def _read_whole(text: str) -> int | None:
    if not text:
        return None
    if not re.fullmatch(r"-?[0-9]{1,19}", text, re.ASCII):
        raise _malformed("a whole number")
    return int(text)


def _read_decimal(text: str) -> Decimal | None:
    if not text:
        return None
    if not re.fullmatch(r"[0-9]{1,9}(?:\.[0-9]{1,18})?", text, re.ASCII):
        raise _malformed("a number")
    return Decimal(text)


def _read_flag(text: str) -> bool | None:
    # Older SDKs write True, the vendor's own answers true.
    known = {"": None, "true": True, "false": False}
    if text.lower() not in known:
        raise _malformed("true or false")
    return known[text.lower()]


def _read_base64(text: str) -> Secret:
    try:
        return Secret(base64.b64decode(text, validate=True).decode())
    except (binascii.Error, ValueError) as error:
        raise _malformed("Base64 text") from error


def _write_pairs(options: Any) -> str:
    return json.dumps({item.name: clear_text(item.value) for item in options}, ensure_ascii=False)


def read_json_pairs(text: str) -> tuple[tuple[str, str], ...]:
    """Return the entries of a JSON object of texts, in order; numbers and booleans are taken as text."""
    try:
        found = json.loads(text, object_pairs_hook=tuple, parse_int=str, parse_float=str, parse_constant=str)
    except (ValueError, RecursionError) as error:
        raise _malformed("a JSON object") from error
    if not text.lstrip().startswith("{"):
        raise _malformed("a JSON object")
    pairs = tuple((name, str(value).lower() if isinstance(value, bool) else value) for name, value in found)
    if not all(isinstance(value, str) for _, value in pairs):
        raise _malformed("a JSON object of texts")
    return pairs


TEXT = Leaf(str, str, "")
WHOLE = Leaf(str, _read_whole, 0)
DECIMAL = Leaf(decimal_text, _read_decimal, None)
FLAG = Leaf(lambda value: "true", _read_flag, False)
COMMA_LIST = Leaf(",".join, lambda text: tuple(text.split(",")) if text else None, ())
SECRET = Leaf(clear_text, Secret, Secret(""), is_secret=lambda value: True)
TEXT_OR_SECRET = TextOrSecret()
SECRET_BASE64 = Leaf(
    lambda value: base64.b64encode(value.reveal().encode()).decode("ascii"),
    _read_base64,
    Secret(""),
    is_secret=lambda value: True,
)


def json_pairs(make: Callable[[str, str], Any]) -> Leaf:
    """Declare a JSON object of texts; ``make`` builds an item with ``name`` and ``value``."""
    return Leaf(
        _write_pairs,
        lambda text: tuple(make(name, value) for name, value in read_json_pairs(text)) if text else None,
        (),
        is_secret=lambda options: any(isinstance(item.value, Secret) for item in options),
    )
