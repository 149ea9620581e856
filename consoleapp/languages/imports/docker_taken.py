"""What was understood of a `docker run` so far, and what is told about it.

What each option becomes is not here (``docker_readers.py``, ``docker_mounts.py``, ``docker_health.py``).
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final

from consoleapp.domain.errors import _
from consoleapp.domain.secret import Secret
from consoleapp.languages.imports.docker_options import Option
from consoleapp.languages.imports.docker_words import Mount
from consoleapp.languages.imports.imported import Note

ASKED: Final = _("Holds {variables} of a shell, which the console does not know: write what it stands for.")

# [ours] variables that one note names
_FEW: Final = 5


def first_few(asked: tuple[str, ...]) -> str:
    """Return the variables and substitutions as a text, the first few of many."""
    return ", ".join((*asked[:_FEW], *(["…"] if len(asked) > _FEW else [])))


@dataclass
class Taken:
    """Values by the names of fields; those of the container's security context apart."""

    group: dict[str, Any] = field(default_factory=dict)
    container: dict[str, Any] = field(default_factory=dict)
    security: dict[str, Any] = field(default_factory=dict)
    variables: dict[str, str | Secret] = field(default_factory=dict)
    ports: dict[tuple[int, str], None] = field(default_factory=dict)
    # By the option's name, or a name of ours: what can be given several times.
    lists: dict[str, list[str]] = field(default_factory=dict)
    mounts: list[Mount] = field(default_factory=list)
    health: dict[str, Option] = field(default_factory=dict)
    named: Option | None = None
    # The options that say a size.
    sizes: list[Option] = field(default_factory=list)
    changed: list[Note] = field(default_factory=list)
    left_out: list[Note] = field(default_factory=list)
    seen: set[str] = field(default_factory=set)

    def change(self, option: Option, says: str, **params: str | int) -> None:
        self.changed.append(Note(option.subject, says, params, option.line))

    def leave(self, option: Option, says: str, **params: str | int) -> None:
        self.left_out.append(Note(option.subject, says, params, option.line))

    def ask(self, option: Option, says: str = ASKED) -> None:
        """Ask for what the variables and substitutions in the option's value stand for."""
        self.change(option, says, variables=first_few(option.asked))

    def add(self, name: str, value: str) -> None:
        self.lists.setdefault(name, []).append(value)


# Takes an option in, or tells why not.
Reader = Callable[[Taken, Option], None]
