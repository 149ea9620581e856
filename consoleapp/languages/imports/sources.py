"""The kinds of text that can be brought in, and which of them a text most likely is."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Final

from consoleapp.languages.imports import compose
from consoleapp.languages.imports.imported import Imported


@dataclass(frozen=True)
class Source:
    """``word`` stands in forms, ``label`` on pages (marked for translation).

    ``recognizes`` tells quickly whether a text looks like one, never failing; ``read`` takes the text and the keys of
    the choices that somebody made, None before anybody chose, and raises NotReadable and nothing else.
    """

    word: str
    label: str
    recognizes: Callable[[str], bool]
    read: Callable[[str, Collection[str] | None], Imported]


# The first that recognizes a text reads it unless somebody chooses another.
SOURCES: Final[tuple[Source, ...]] = (Source("compose", "Compose", compose.recognizes, compose.read),)


def recognize(text: str) -> Source | None:
    """Return the kind of text that this looks like; None for none of them."""
    return next((source for source in SOURCES if source.recognizes(text)), None)
