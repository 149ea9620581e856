"""Sorting the tags of an image as people count versions: newest first, 1.29 before 1.9, finals before candidates."""

import re
from collections.abc import Iterable, Mapping
from typing import Final

# What stands for "the newest" wherever it is used.
LATEST: Final = "latest"
# Tags are a stranger's texts; longer runs of digits are no version numbers.
DIGITS_MAX: Final = 18

_version = re.compile(r"[vV]?([0-9]+(?:\.[0-9]+)*)(.*)", re.DOTALL)
_number = re.compile(r"[0-9]+")
_before_final = re.compile(r"[-_.]?(?:alpha|beta|rc|pre|preview|dev|snapshot|nightly|m[0-9])", re.IGNORECASE)

Numbers = tuple[int, ...]
Key = tuple[bool, Numbers, bool, bool, tuple[tuple[int, str], ...], int]


def newest_first(tags: Iterable[str]) -> list[str]:
    """Return the tags, each once: versions from the newest on, then all others.

    1.29 and 1 stand right behind the newest version of their line, and `latest` behind the newest of all: none of
    them ever above the version that it stands for. Behind a version stand its candidates and variants.
    """
    names = set(tags)
    parsed = {name: _parsed(name) for name in names - {LATEST}}
    lines = _newest_of_lines(parsed.values())
    keys = {name: _key(*split, lines) for name, split in parsed.items()}
    ordered = sorted(sorted(keys), key=keys.__getitem__, reverse=True)
    if LATEST in names:
        plain = [parsed[name][0] and not parsed[name][1] for name in ordered]
        newest = keys[ordered[plain.index(True)]][:2] if True in plain else None
        same = [at for at, name in enumerate(ordered) if plain[at] and keys[name][:2] == newest]
        ordered.insert(same[-1] + 1 if same else 1, LATEST)
    return ordered


def by_image(tags: Mapping[str, str]) -> list[list[str]]:
    """Return the names of one and the same image together, newest first: 1.29.3, 1.29, 1, latest.

    The digest of each tag is told, or "": only what is proved to be the same counts as the same.
    """
    found: dict[str, list[str]] = {}
    for name in newest_first(tags):
        found.setdefault(tags[name] or f"/{name}", []).append(name)
    return list(found.values())


def _parsed(tag: str) -> tuple[Numbers, str]:
    found = _version.fullmatch(tag)
    return (tuple(_int(part) for part in found[1].split(".")), found[2]) if found else ((), tag)


def _newest_of_lines(parsed: Iterable[tuple[Numbers, str]]) -> dict[Numbers, Numbers]:
    """Return what 1.29 and 1 stand for by their numbers: the newest version that begins with them."""
    lines: dict[Numbers, Numbers] = {}
    for numbers, rest in parsed:
        if _before_final.match(rest):
            continue
        for length in range(1, len(numbers) + 1):
            lines[numbers[:length]] = max(numbers, lines.get(numbers[:length], ()))
    return lines


def _key(numbers: Numbers, rest: str, lines: Mapping[Numbers, Numbers]) -> Key:
    """Return a key that grows with the version. A plain version is newer than the same with anything behind it."""
    is_final = not _before_final.match(rest)
    stands_for = lines.get(numbers, numbers) if is_final else numbers
    return bool(numbers), stands_for, is_final, not rest, _natural(rest), len(numbers)


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
