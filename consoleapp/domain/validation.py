"""Validation: ``Problems`` collects what is wrong with one part of a spec, so that a form marks all its fields at once.

The numbers and patterns are not here (``limits.py``), nor the fields they belong to (``container.py`` and siblings).
"""

import ipaddress
import re
from collections.abc import Callable, Collection, Hashable, Iterable, Sequence
from decimal import Decimal
from enum import StrEnum

from consoleapp.domain import limits
from consoleapp.domain.errors import DomainError, Reason
from consoleapp.domain.secret import Secret

LINE_BREAKS = "\t\n\r"
CONTROLS = "".join(map(chr, (*range(0x20), *range(0x7F, 0xA0))))


class Problems:
    """Errors found so far, in field order; ``raise_any`` raises the first, with the rest in its ``others``.

    ``unread`` are the paths whose text could not be read: nothing is known of their values.
    """

    def __init__(self, unread: Collection[str] = ()) -> None:
        self.errors: list[DomainError] = []
        self.unread = unread
        self.prefix = ""

    def below(self, path: str) -> "Problems":
        """Return a view of the same errors, for what stands below the path."""
        other = Problems(self.unread)
        other.errors, other.prefix = self.errors, f"{self.prefix}{path}."
        return other

    def add(self, reason: Reason, path: str, **params: str | int) -> None:
        self.errors.append(DomainError(reason, f"{self.prefix}{path}".removesuffix("."), **params))

    def is_unread(self, path: str) -> bool:
        """Tell whether the text of this field could not be read."""
        return f"{self.prefix}{path}" in self.unread

    def raise_any(self) -> None:
        if self.errors:
            first = self.errors[0]
            first.others = tuple(self.errors[1:])
            raise first

    def attempt(self, path: str, action: Callable[[], object]) -> None:
        """Run a parser and keep its error, put under ``path``."""
        try:
            action()
        except DomainError as error:
            error.move_under(f"{self.prefix}{path}")
            self.errors.append(error)

    def required(self, path: str, value: object) -> bool:
        """Tell whether there is a value; mark the field where there is none."""
        if is_blank(value):
            self.add(Reason.REQUIRED, path)
            return False
        return True

    def text(self, path: str, value: str, *, longest: int = limits.TEXT_MAX, lines: bool = False) -> bool:
        """Tell whether the text can be sent; ``lines`` admits tabs and line breaks. Empty is fine."""
        if len(value) > longest:
            self.add(Reason.TOO_LONG, path, limit=longest, length=len(value))
            return False
        position = forbidden_position(value, lines=lines)
        if position is not None:
            self.add(Reason.FORBIDDEN_CHARACTER, path, position=position)
            return False
        return True

    def matches(self, path: str, value: str, pattern: re.Pattern[str], reason: Reason) -> None:
        """Mark a value that does not match as a whole; empty means not sent."""
        if value and not pattern.fullmatch(value):
            self.add(reason, path)

    def choice(self, path: str, value: str, choices: type[StrEnum]) -> None:
        """Mark a value outside the enum; empty means not sent."""
        if value and value not in [item.value for item in choices]:
            self.add(Reason.NOT_A_CHOICE, path, choices=", ".join(item.value for item in choices if item.value))

    def whole_number(self, path: str, value: int | None, least: int, most: int) -> None:
        if value is not None and not least <= value <= most:
            self.add(Reason.OUT_OF_RANGE, path, least=least, most=most)

    def decimal(
        self, path: str, value: Decimal | None, most: Decimal | None = None, places: int = limits.DECIMAL_PLACES
    ) -> bool:
        """Tell whether there is a finite, positive number that is not over ``most``; None means not sent."""
        if value is None:
            return False
        reason, params = _fault_of_number(value, most, places)
        if reason:
            self.add(reason, path, **params)
        return reason is None

    def count(self, path: str, items: Sequence[object], most: int) -> None:
        if len(items) > most:
            self.add(Reason.TOO_MANY, path, limit=most, count=len(items))

    def unique(self, items: Iterable[tuple[str, Hashable]]) -> None:
        """Mark every (path, value) whose value came before."""
        seen: set[Hashable] = set()
        for path, value in items:
            if value in seen:
                self.add(Reason.DUPLICATE, path, name=str(value))
            seen.add(value)

    def absolute_path(self, path: str, value: str) -> None:
        """Mark a file path that does not start with a slash; empty means not sent."""
        if self.text(path, value) and value and not value.startswith("/"):
            self.add(Reason.ABSOLUTE_PATH, path)

    def relative_path(self, path: str, value: str) -> None:
        """Mark a file path that leaves its directory; empty means not sent."""
        if self.text(path, value) and (value.startswith("/") or ".." in value.split("/")):
            self.add(Reason.RELATIVE_PATH, path)

    def ip_address(self, path: str, value: str, *, version: int | None = None) -> None:
        """Mark what is no IP address (of that version); empty means not sent."""
        if not value:
            return
        try:
            address = ipaddress.ip_address(value)
        except ValueError:
            self.add(Reason.IP_ADDRESS_FORMAT, path)
            return
        if "%" in value or (version is not None and address.version != version):
            self.add(Reason.IP_ADDRESS_FORMAT, path)


def is_blank(value: object) -> bool:
    """Tell whether there is nothing of a value: None, an empty text, list or secret."""
    return value is None or value == "" or value == () or (isinstance(value, Secret) and not value)


# Written with escapes, not with the characters: half a surrogate pair is no text.
_FORBIDDEN = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]")
_FORBIDDEN_IN_LINES = re.compile(rf"(?![{LINE_BREAKS}]){_FORBIDDEN.pattern}")


def forbidden_position(value: str, *, lines: bool = False) -> int | None:
    """Return the position of the first character that cannot be sent: controls and lone surrogates."""
    found = (_FORBIDDEN_IN_LINES if lines else _FORBIDDEN).search(value)
    return found.start() if found else None


def _fault_of_number(value: Decimal, most: Decimal | None, places: int) -> tuple[Reason | None, dict[str, str | int]]:
    if not value.is_finite():
        return Reason.NOT_A_NUMBER, {}
    if value <= 0:
        return Reason.NOT_POSITIVE, {}
    if most is not None and value > most:
        return Reason.OUT_OF_RANGE, {"least": 0, "most": f"{most:f}"}
    if decimal_places(value) > places:
        return Reason.TOO_PRECISE, {"limit": places}
    return None, {}


def decimal_places(value: Decimal) -> int:
    """Return how many digits stand behind the point, trailing zeros left out."""
    _, digits, exponent = value.as_tuple()
    if not value or not isinstance(exponent, int):
        return 0
    # Not value.normalize(): that rounds to the precision of the decimal context first.
    zeros = next((count for count, digit in enumerate(reversed(digits)) if digit), 0)
    return max(0, -(exponent + zeros))
