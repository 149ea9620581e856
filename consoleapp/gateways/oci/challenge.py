"""What WWW-Authenticate offers, from a header that may hold anything.

The grammar is that of RFC 9110, section 11: challenges and their parameters share one comma-separated list. One pass,
no back-tracking. Whatever breaks the grammar ends the reading of that header; a challenge that names a parameter twice
is dropped, because two readers could take it for different things. Where a login may go is not decided here
(``realm.py``).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

HEADERS_MAX: Final = 16
HEADER_LENGTH_MAX: Final = 8192
CHALLENGES_MAX: Final = 8
PARAMETERS_MAX: Final = 16
VALUE_LENGTH_MAX: Final = 2048

_token = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_blanks = re.compile(r"[ \t]*+")
_separators = re.compile(r"[ \t,]*+")
_quoted = re.compile(r'"((?:[^"\\]|\\.)*+)"')
_token68 = re.compile(r"[A-Za-z0-9._~+/-]+=*+(?=[ \t]*+(?:,|\Z))")
_pair = re.compile(r"\\(.)")
_unprintable = re.compile(r"[^\t\x20-\x7e]")


@dataclass(frozen=True)
class Challenge:
    """One offered scheme, both it and the names of its parameters in lower case."""

    scheme: str
    parameters: Mapping[str, str] = field(default_factory=dict)


def parse_challenges(values: Iterable[str]) -> tuple[Challenge, ...]:
    """The challenges of all WWW-Authenticate headers of an answer, in order; never raises."""
    found: list[Challenge] = []
    for index, value in enumerate(values):
        if index >= HEADERS_MAX or len(found) >= CHALLENGES_MAX:
            break
        if len(value) <= HEADER_LENGTH_MAX and not _unprintable.search(value):
            found.extend(_Reader(value).challenges())
    return tuple(found[:CHALLENGES_MAX])


class _Broken(Exception):
    """The text does not follow the grammar from here on."""


class _Reader:
    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0

    def challenges(self) -> list[Challenge]:
        found: list[Challenge] = []
        try:
            while len(found) < CHALLENGES_MAX:
                self._skip(_separators)
                if self._at == len(self._text):
                    break
                challenge = self._challenge()
                if challenge is not None:
                    found.append(challenge)
                self._skip(_blanks)
                if self._text[self._at : self._at + 1] not in {"", ","}:
                    break
        except _Broken:
            pass
        return found

    def _challenge(self) -> Challenge | None:
        scheme = self._take(_token).lower()
        if self._at < len(self._text) and self._text[self._at] not in " \t,":
            raise _Broken
        self._skip(_blanks)
        if self._peek(_token68) and not self._peek_parameter():
            self._take(_token68)
            return Challenge(scheme)
        parameters, is_ambiguous = self._parameters()
        return None if is_ambiguous else Challenge(scheme, parameters)

    def _parameters(self) -> tuple[dict[str, str], bool]:
        parameters: dict[str, str] = {}
        is_ambiguous = False
        while self._peek_parameter():
            name = self._take(_token).lower()
            self._skip(_blanks)
            self._at += 1  # the equals sign
            self._skip(_blanks)
            value = self._value()
            is_ambiguous = is_ambiguous or name in parameters
            parameters[name] = value
            if len(parameters) > PARAMETERS_MAX:
                raise _Broken
            self._skip(_blanks)
            if self._at < len(self._text) and self._text[self._at] != ",":
                raise _Broken
            end = self._at
            self._skip(_separators)
            if not self._peek_parameter():
                self._at = end
                break
        return parameters, is_ambiguous

    def _value(self) -> str:
        quoted = _quoted.match(self._text, self._at)
        if quoted:
            self._at = quoted.end()
            value = _pair.sub(r"\1", quoted[1])
        else:
            value = self._take(_token)
        if len(value) > VALUE_LENGTH_MAX:
            raise _Broken
        return value

    def _peek_parameter(self) -> bool:
        token = _token.match(self._text, self._at)
        if token is None:
            return False
        end = _blanks.match(self._text, token.end())
        at = end.end() if end else token.end()
        if self._text[at : at + 1] != "=":
            return False
        # "abc=" and "abc==" before a comma or the end are a token68, not a parameter without a value.
        return not re.fullmatch(r"=+[ \t]*", self._text[at:].partition(",")[0])

    def _peek(self, pattern: re.Pattern[str]) -> bool:
        return pattern.match(self._text, self._at) is not None

    def _skip(self, pattern: re.Pattern[str]) -> None:
        found = pattern.match(self._text, self._at)
        self._at = found.end() if found else self._at

    def _take(self, pattern: re.Pattern[str]) -> str:
        found = pattern.match(self._text, self._at)
        if found is None:
            raise _Broken
        self._at = found.end()
        return found[0]
