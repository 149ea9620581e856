"""What WWW-Authenticate offers, from a header that may hold anything.

The grammar is that of RFC 9110, section 11: challenges and their parameters share one comma-separated list. One pass,
no back-tracking. Whatever breaks the grammar ends the reading of that header; a challenge that names a parameter twice
is dropped, because two readers could take it for different things. Where a login may go is not decided here
(``realm.py``).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice
from typing import Final

HEADERS_MAX: Final = 16
HEADER_LENGTH_MAX: Final = 8192
CHALLENGES_MAX: Final = 8
PARAMETERS_MAX: Final = 16
VALUE_LENGTH_MAX: Final = 2048

_WORD: Final = r"[!#$%&'*+.^_`|~0-9A-Za-z-]++"
_END: Final = r"[ \t]*+(?:,[ \t,]*+|\Z)"
_scheme = re.compile(rf"({_WORD})(?=[ \t,]|\Z)[ \t]*+")
# What a scheme without parameters may have behind it: nothing, or one token68.
_alone = re.compile(rf"(?:[A-Za-z0-9._~+/-]++=*+)?+{_END}")
# "abc=" and "abc==" before a comma or the end are a token68, not a parameter without a value.
_name = re.compile(rf"({_WORD})[ \t]*+=(?!=*+{_END})[ \t]*+")
_value = re.compile(rf'(?:"((?:[^"\\]|\\.)*+)"|({_WORD})){_END}')
_pair = re.compile(r"\\(.)")
_unprintable = re.compile(r"[^\t\x20-\x7e]")


@dataclass(frozen=True)
class Challenge:
    """One offered scheme, both it and the names of its parameters in lower case."""

    scheme: str
    parameters: Mapping[str, str] = field(default_factory=dict)


def parse_challenges(values: Iterable[str]) -> tuple[Challenge, ...]:
    """Return the challenges of all WWW-Authenticate headers of an answer, in order; never raise."""
    found: list[Challenge] = []
    for value in islice(values, HEADERS_MAX):
        if len(value) <= HEADER_LENGTH_MAX and not _unprintable.search(value):
            found.extend(islice(_challenges(value.lstrip(" \t,")), CHALLENGES_MAX - len(found)))
    return tuple(found)


def _challenges(text: str) -> Iterator[Challenge]:
    at = 0
    while scheme := _scheme.match(text, at):
        name = scheme[1].lower()
        if alone := _alone.match(text, scheme.end()):
            at = alone.end()
            yield Challenge(name)
            continue
        read = _parameters(text, scheme.end())
        if read is None:
            return
        parameters, at = read
        if len(dict(parameters)) == len(parameters):
            yield Challenge(name, dict(parameters))
        if not parameters:
            return


def _parameters(text: str, at: int) -> tuple[list[tuple[str, str]], int] | None:
    """Return the parameters from here on and where they end; None if they break the grammar or a limit."""
    found: list[tuple[str, str]] = []
    while name := _name.match(text, at):
        value = _value.match(text, name.end())
        if value is None:
            return None
        plain = value[2] if value[1] is None else _pair.sub(r"\1", value[1])
        found.append((name[1].lower(), plain))
        if len(plain) > VALUE_LENGTH_MAX or len(found) > PARAMETERS_MAX:
            return None
        at = value.end()
    return found, at
