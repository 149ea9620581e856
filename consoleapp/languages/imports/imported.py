"""What an importer gives: a container group as far as the text says one, and what became of the rest.

Nothing is dropped in silence: each word of the text is in the group, in ``changed`` or in ``left_out``.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from consoleapp.domain.errors import _
from consoleapp.domain.group import ContainerGroupSpec

TEXT_BYTES_MAX: Final = 256 * 1024  # [ours]


class NotReadable(ValueError):
    """The text cannot be read: a sentence (marked for translation, with {names}), and the line, None where unknown.

    ``params`` never holds a secret.
    """

    def __init__(self, says: str, line: int | None = None, **params: str | int) -> None:
        super().__init__(says)
        self.says, self.line, self.params = says, line, params


def refuse_large(text: str) -> None:
    """Raise NotReadable for a text of more than TEXT_BYTES_MAX bytes: called before anything is walked."""
    if len(text.encode("utf-8", "surrogatepass")) > TEXT_BYTES_MAX:
        raise NotReadable(_("Use at most {limit} bytes."), limit=TEXT_BYTES_MAX)


@dataclass(frozen=True)
class Note:
    """What became of one thing. ``subject`` is how the text calls it (`services.web.ports`, `--volume`), with a value
    where it holds no secret; ``says`` a sentence (marked for translation, with {names}); ``line`` counts from 1."""

    subject: str
    says: str
    params: Mapping[str, str | int] = field(default_factory=dict)
    line: int | None = None


@dataclass(frozen=True)
class Choice:
    """One of several things in the text that could be taken: services of a Compose file, workloads of a manifest."""

    key: str
    label: str
    is_chosen: bool


@dataclass(frozen=True)
class Imported:
    """What was read. ``spec`` is unchecked (``schema.unchecked``): its values have the right types, but may be wrong,
    which is marked at the field as always. Its secrets are Secret; an empty Secret has to be typed.

    ``choices``: several can be taken together where ``takes_several``, else one of them.
    """

    spec: ContainerGroupSpec = field(repr=False)
    changed: tuple[Note, ...] = ()
    left_out: tuple[Note, ...] = ()
    choices: tuple[Choice, ...] = ()
    takes_several: bool = False
