"""The kinds of values that fields have: each judges a value and says how it stands on the wire.

The numbers and patterns are not here (``limits.py``), nor the fields (``group.py``, ``container.py`` and siblings).
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property
from typing import Any, Final

from consoleapp.domain import flat, limits
from consoleapp.domain.choices import Word
from consoleapp.domain.errors import DomainError, Reason
from consoleapp.domain.image import join_image, parse_image_reference, parse_registry_host, split_image
from consoleapp.domain.schema import Kind, Record, part
from consoleapp.domain.secret import Secret
from consoleapp.domain.typed import COMMAND, Typed, decimal_number, whole_number
from consoleapp.domain.validation import Problems


@dataclass(frozen=True)
class Text(Kind):
    """A free text; ``lines`` admits tabs and line breaks, ``is_exact`` keeps the blanks around it."""

    longest: int = limits.TEXT_MAX
    lines: bool = False
    is_exact: bool = False
    codec = flat.TEXT

    def parse(self, text: str) -> str:
        return text if self.is_exact else text.strip()

    def check(self, problems: Problems, path: str, value: str) -> None:
        problems.text(path, value, longest=self.longest, lines=self.lines)


@dataclass(frozen=True)
class Matching(Kind):
    """A text that matches a pattern as a whole."""

    pattern: re.Pattern[str]
    reason: Reason
    codec = flat.TEXT

    def check(self, problems: Problems, path: str, value: str) -> None:
        problems.matches(path, value, self.pattern, self.reason)


@dataclass(frozen=True)
class AbsolutePath(Kind):
    """A file path that begins with a slash."""

    codec = flat.TEXT

    def check(self, problems: Problems, path: str, value: str) -> None:
        problems.absolute_path(path, value)


@dataclass(frozen=True)
class RelativePath(Kind):
    """A file path that stays in its directory."""

    codec = flat.TEXT

    def check(self, problems: Problems, path: str, value: str) -> None:
        problems.relative_path(path, value)


@dataclass(frozen=True)
class IpAddress(Kind):
    """An IP address; of one version where it is given."""

    version: int | None = None
    codec = flat.TEXT

    def check(self, problems: Problems, path: str, value: str) -> None:
        problems.ip_address(path, value, version=self.version)


@dataclass(frozen=True)
class RegistryHost(Kind):
    """The host[:port] of a registry, without scheme."""

    codec = flat.TEXT

    def check(self, problems: Problems, path: str, value: str) -> None:
        problems.attempt(path, lambda: parse_registry_host(value))


@dataclass(frozen=True)
class ImageAddress(Kind):
    """The address of an image, as it will be sent. It is typed as two: the address, and its tag or digest."""

    codec = flat.TEXT

    def check(self, problems: Problems, path: str, value: str) -> None:
        if len(value) > limits.IMAGE_MAX:
            problems.add(Reason.TOO_LONG, path, limit=limits.IMAGE_MAX, length=len(value))
        else:
            problems.attempt(path, lambda: parse_image_reference(value))

    def read(self, raw: Mapping[str, Any], name: str, secret: Secret | None = None) -> str:
        address, version = (str(raw.get(each) or "").strip() for each in (name, f"{name}_version"))
        return join_image(address, version)

    def write(self, raw: dict[str, Any], name: str, value: str) -> None:
        raw[name], raw[f"{name}_version"] = split_image(value)


@dataclass(frozen=True)
class Choice(Kind):
    """One of the words of an enum.

    On a page: ``nothing`` is what the choice that sends nothing is called, "" where there is none; ``offered`` are the
    words that stand there beside it, all where it is None. ``is_folded``: a list that opens, not a bar.
    """

    words: type[Word]
    nothing: str = ""
    offered: tuple[Word, ...] | None = None
    is_folded: bool = False
    codec = flat.TEXT

    def labels(self) -> dict[str, str]:
        """Return what the page offers: each word with its label."""
        named = {word.value: word.label for word in (self.words if self.offered is None else self.offered)}
        return {"": self.nothing, **named} if self.nothing else named

    def check(self, problems: Problems, path: str, value: str) -> None:
        problems.choice(path, value, self.words)


@dataclass(frozen=True)
class Whole(Kind):
    """A whole number."""

    least: int
    most: int
    codec = flat.WHOLE

    def check(self, problems: Problems, path: str, value: int) -> None:
        problems.whole_number(path, value, self.least, self.most)

    def parse(self, text: str) -> int | None:
        return whole_number(text)


@dataclass(frozen=True)
class Number(Kind):
    """A decimal number above zero."""

    most: Decimal | None = None
    places: int = limits.DECIMAL_PLACES
    codec = flat.DECIMAL

    def check(self, problems: Problems, path: str, value: Decimal) -> None:
        problems.decimal(path, value, self.most, self.places)

    def parse(self, text: str) -> Decimal | None:
        return decimal_number(text)

    def show(self, value: Decimal) -> str:
        return flat.decimal_text(value)


@dataclass(frozen=True)
class Flag(Kind):
    """Yes or no; no is not sent."""

    codec = flat.FLAG
    is_box = True

    def check(self, problems: Problems, path: str, value: bool) -> None:
        """Mark nothing: both are fine."""

    def read(self, raw: Mapping[str, Any], name: str, secret: Secret | None = None) -> bool:
        return raw.get(name) is True

    def write(self, raw: dict[str, Any], name: str, value: bool) -> None:
        raw[name] = value


@dataclass(frozen=True)
class SecretText(Kind):
    """A text that is never shown and stands in the vault only. ``forbidden`` characters would cut it on the way."""

    longest: int
    forbidden: str
    codec = flat.SECRET
    holds_secret = True

    def read(self, raw: Mapping[str, Any], name: str, secret: Secret | None = None) -> Secret | None:
        return secret or None

    def write(self, raw: dict[str, Any], name: str, value: Secret | None) -> None:
        """Write nothing: it belongs into the vault."""

    def check(self, problems: Problems, path: str, value: Secret) -> None:
        text = value.reveal()
        if len(text) > self.longest:
            problems.add(Reason.TOO_LONG, path, limit=self.longest, length=len(text))
        for position, character in enumerate(text):
            if character in self.forbidden or "\ud800" <= character <= "\udfff":
                problems.add(Reason.FORBIDDEN_CHARACTER, path, position=position)
                return


@dataclass(frozen=True)
class MaybeSecretText(Kind):
    """A text that is a Secret where its user said so."""

    longest: int = limits.TEXT_MAX
    lines: bool = False
    codec = flat.TEXT_OR_SECRET
    holds_secret = True

    def read(self, raw: Mapping[str, Any], name: str, secret: Secret | None = None) -> str | Secret | None:
        if raw.get(f"{name}_secret"):
            # A secret that is no longer stored must not silently be sent as an empty value.
            if not secret:
                raise DomainError(Reason.REQUIRED)
            return secret
        if raw.get(f"{name}_retype"):
            raise DomainError(Reason.RETYPE)
        return str(raw.get(name) or "").replace("\r\n", "\n")

    def write(self, raw: dict[str, Any], name: str, value: str | Secret | None) -> None:
        raw[name] = value if isinstance(value, str) else ""
        raw[f"{name}_secret"] = isinstance(value, Secret)

    def check(self, problems: Problems, path: str, value: str | Secret) -> None:
        text = value.reveal() if isinstance(value, Secret) else value
        problems.text(path, text, longest=self.longest, lines=self.lines)


@dataclass(frozen=True)
class SecretFile(Kind):
    """The content of a file, bounded in bytes, Base64 on the wire."""

    most_bytes: int
    codec = flat.SECRET_BASE64
    holds_secret = True

    def read(self, raw: Mapping[str, Any], name: str, secret: Secret | None = None) -> Secret:
        # Wiped or never typed: a file that is meant to be empty cannot be told from it.
        if not secret:
            raise DomainError(Reason.REQUIRED)
        return secret

    def write(self, raw: dict[str, Any], name: str, value: Secret) -> None:
        """Write nothing: it belongs into the vault."""

    def check(self, problems: Problems, path: str, value: Secret) -> None:
        text = value.reveal()
        if problems.text(path, text, longest=self.most_bytes, lines=True):
            size = len(text.encode())
            if size > self.most_bytes:
                problems.add(Reason.TOO_LARGE, path, limit=self.most_bytes, size=size)


@dataclass(frozen=True)
class One(Kind):
    """A record. ``joint`` stands between its key and those of its fields; ``without`` are fields it lacks here."""

    record: type[Record]
    joint: str = "."
    without: tuple[str, ...] = ()

    @cached_property
    def codec(self) -> flat.Codec:  # type: ignore[override]
        return part(self.record, joint=self.joint, without=self.without)

    def check(self, problems: Problems, path: str, value: Record) -> None:
        """Mark nothing: a record that exists has been checked."""

    def records(self) -> Mapping[str, type[Record]]:
        return {"": self.record}

    def items(self, value: Any) -> Iterator[tuple[str, Record]]:
        yield "", value


@dataclass(frozen=True)
class OneOf(Kind):
    """One of several kinds of record; the parameter ``selector`` says which by its word."""

    selector: str
    choices: Mapping[str, type[Record]]

    @cached_property
    def codec(self) -> flat.Codec:  # type: ignore[override]
        return flat.OneOf(self.selector, {word: part(record) for word, record in self.choices.items()})

    def check(self, problems: Problems, path: str, value: Record) -> None:
        """Mark nothing: a record that exists has been checked."""

    def records(self) -> Mapping[str, type[Record]]:
        return self.choices


@dataclass(frozen=True)
class Many(Kind):
    """A list. ``unique`` names the fields that together differ in every item, () for the item itself.

    ``typed``: it is one text on a page, otherwise rows, or boxes to tick.
    ``commas``: all in one parameter. ``empty_items``: an item may be empty. ``ignores_case``: capitals do not differ.
    ``drops_blank``: a row into which nothing was typed is not there.
    """

    item: Kind
    most: int | None = None
    typed: Typed | None = None
    unique: tuple[str, ...] | None = None
    commas: bool = False
    empty_items: bool = False
    ignores_case: bool = False
    drops_blank: bool = False
    is_list = True

    @property
    def is_rows(self) -> bool:
        """Tell whether its items are rows of a page, each with a key and fields of its own."""
        return self.typed is None and bool(self.item.records())

    @cached_property
    def codec(self) -> flat.Codec:  # type: ignore[override]
        return flat.COMMA_LIST if self.commas else flat.ListOf(self.item.codec)

    def check(self, problems: Problems, path: str, value: tuple[Any, ...]) -> None:
        if self.most is not None:
            problems.count(path, value, self.most)
        for index, item in enumerate(value):
            place = f"{path}.{index}"
            if self.empty_items or problems.required(place, item):
                self.item.check(problems, place, item)
        if self.unique is not None:
            below = f".{self.unique[0]}" if self.unique else ""
            keys = ((index, self._key(item)) for index, item in enumerate(value))
            problems.unique((f"{path}.{index}{below}", key) for index, key in keys if key)

    def read(self, raw: Mapping[str, Any], name: str, secret: Secret | None = None) -> tuple[Any, ...]:
        """Return the items of what was typed or ticked; rows are read one by one, elsewhere."""
        typed = raw.get(name)
        if self.typed is not None:
            return self.typed.parse(typed if isinstance(typed, str) else "")
        return tuple(typed) if isinstance(typed, list) else ()

    def write(self, raw: dict[str, Any], name: str, value: tuple[Any, ...]) -> None:
        raw[name] = self.typed.show(value) if self.typed is not None else list(value)

    def items(self, value: Any) -> Iterator[tuple[str, Record]]:
        if self.item.records():
            yield from ((f".{index}", item) for index, item in enumerate(value))

    def _key(self, item: Any) -> str:
        """Return what must differ in every item."""
        text = "/".join(str(getattr(item, name)) for name in self.unique) if self.unique else str(item)
        return text.lower() if self.ignores_case else text

    def records(self) -> Mapping[str, type[Record]]:
        return self.item.records()


@dataclass(frozen=True)
class JsonPairs(Many):
    """A list of records with ``name`` and ``value`` as one JSON object; ``make`` builds a record of the two."""

    make: Callable[[str, str], Any] = field(kw_only=True)

    @cached_property
    def codec(self) -> flat.Codec:  # type: ignore[override]
        return flat.json_pairs(self.make)


ID: Final = Matching(limits.ID, Reason.ID_FORMAT)
REGION: Final = Matching(limits.REGION, Reason.REGION_FORMAT)
HOST_NAME: Final = Matching(limits.HOST_NAME, Reason.HOST_NAME_FORMAT)
LABEL: Final = Matching(limits.CONTAINER_NAME, Reason.CONTAINER_NAME_FORMAT)
PORT: Final = Whole(limits.PORT_MIN, limits.PORT_MAX)
SECONDS: Final = Whole(1, limits.SECONDS_MAX)
SECONDS_OR_NONE: Final = Whole(0, limits.SECONDS_MAX)
TEXT: Final = Text()
LINES: Final = Text(lines=True)
FLAG: Final = Flag()


def words(longest: int, most: int) -> Many:
    """Return the words of a command: each may be empty and have several lines."""
    return Many(Text(longest, lines=True), most, COMMAND, empty_items=True)
