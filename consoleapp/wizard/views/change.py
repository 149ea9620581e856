"""What one press of a step does to its draft, before it is saved: see step.py."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from django.http import QueryDict

from consoleapp.domain.secret import Secret
from consoleapp.wizard.shape import Data


@dataclass
class Change:
    """One POST at work: the draft's data as it will be saved, and where to go then. Verbs alter it."""

    data: Data
    post: QueryDict
    # The secrets that are in the vault, those typed now, and the names of those to be wiped.
    stored: Mapping[str, Secret] = field(default_factory=dict)
    secrets: dict[str, Secret] = field(default_factory=dict)
    forgotten: set[str] = field(default_factory=set)
    # The card to be open, and the part of it that gets the focus, on the page that follows.
    open: str = ""
    at: str = ""
    # The step to go to ("" stays), or a whole address instead.
    target: str = ""
    url: str = ""
    # The step that `open` and `at` are about, where that is another one than the page's.
    place: str = ""
    # Keys of the containers whose images are to be checked once this is saved, and of those to be pinned after it.
    checks: list[str] = field(default_factory=list)
    pins: list[str] = field(default_factory=list)
    # Keys of those whose registries are asked before it is known where the press leads.
    asks: list[str] = field(default_factory=list)
    # What a registry has said against an image: True where it keeps this press from going on, and where the press says
    # that it should go on in spite of it.
    is_held: bool = False
    goes_on: bool = False
    # True: something was chosen on which the page's choices depend, so the page is shown again before anything else.
    stays: bool = False
    # False: nothing is stored, so that what was posted makes no row that the next press would not find.
    is_saving: bool = True

    @property
    def all_secrets(self) -> dict[str, Secret]:
        """The secrets as they will be in the vault."""
        kept = {name: secret for name, secret in self.stored.items() if name not in self.forgotten}
        return {**kept, **self.secrets}

    def drop_known_secrets(self) -> None:
        """Takes out what was typed as it is stored already."""
        known = {name for name, secret in self.secrets.items() if self.stored.get(name) == secret} - self.forgotten
        for name in known:
            del self.secrets[name]


Verb = Callable[..., None]
