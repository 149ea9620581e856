"""Sorting the tags of an image as people count versions: newest first, 1.29 before 1.9, finals before candidates."""

import re
from collections.abc import Iterable
from typing import Final

# What stands for "the newest" wherever it is used; always first.
LATEST: Final = "latest"
# Tags are a stranger's texts; longer runs of digits are no version numbers.
DIGITS_MAX: Final = 18

_version = re.compile(r"[vV]?([0-9]+(?:\.[0-9]+)*)(.*)", re.DOTALL)
_number = re.compile(r"[0-9]+")
_before_final = re.compile(r"[-_.]?(?:alpha|beta|rc|pre|preview|dev|snapshot|nightly|m[0-9])", re.IGNORECASE)

Key = tuple[bool, bool, tuple[int, ...], bool, bool, tuple[tuple[int, str], ...]]


def newest_first(tags: Iterable[str]) -> list[str]:
    """Return the tags, each once: `latest`, then versions from the newest on, then all others."""
    return sorted(sorted(set(tags)), key=version_key, reverse=True)


def version_key(tag: str) -> Key:
    """Return a key that grows with the version. A plain version is newer than the same with anything behind it."""
    found = _version.fullmatch(tag)
    numbers = tuple(_int(part) for part in found[1].split(".")) if found else ()
    rest = found[2] if found else tag
    return (
        tag == LATEST,
        bool(numbers),
        _padded(numbers),
        not _before_final.match(rest),
        not rest,
        _natural(rest),
    )


def _padded(numbers: tuple[int, ...]) -> tuple[int, ...]:
    # 1.29 stands for the newest of its line, so before 1.29.3.
    return (*numbers, 10**DIGITS_MAX) if numbers else ()


def _natural(text: str) -> tuple[tuple[int, str], ...]:
    """Return a text in which 10 comes after 9."""
    parts: list[tuple[int, str]] = []
    at = 0
    for found in _number.finditer(text):
        parts += [(-1, text[at : found.start()]), (_int(found[0]), "")]
        at = found.end()
    parts.append((-1, text[at:]))
    return tuple(parts)


def _int(digits: str) -> int:
    return int(digits[:DIGITS_MAX])
