"""What one press of a step does to its draft, before it is saved: see step.py."""

import contextlib
import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from urllib.parse import urlencode

from django.http import QueryDict
from django.urls import reverse

from consoleapp.domain.secret import Secret
from consoleapp.wizard.models import Draft
from consoleapp.wizard.shape import Data, Fields, find_container
from consoleapp.wizard.views.page_context import anchor


@dataclass(frozen=True)
class Way:
    """A page of the draft and a place in it; an address once the draft has one. `name` is that of its URL pattern."""

    name: str
    arguments: tuple[str, ...] = ()
    open: str = ""
    at: str = ""
    is_held: bool = False

    def address(self, draft: Draft) -> str:
        """Return the address of the page for this draft."""
        told = {"open": self.open, "at": self.at, "held": "1" * self.is_held}
        query = urlencode({name: value for name, value in told.items() if value})
        url = reverse(f"wizard:{self.name}", args=[draft.pk, *self.arguments])
        return f"{url}?{query}{anchor(self.at)}" if query else url


@dataclass
class Submission:
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
    # The step to go to ("" stays), or whatever page instead.
    target: str = ""
    way: Way | None = None
    # The step that `open` and `at` are about, where that is another one than the page's.
    place: str = ""
    # Keys of the containers whose images are to be checked once this is saved, and of those to be pinned after it.
    checks: list[str] = field(default_factory=list)
    pins: list[str] = field(default_factory=list)
    # The key of one whose image's own settings are to be taken over once its registry has told them; "" for none.
    takes: str = ""
    # The registry whose login is taken from those that are kept for the session.
    takes_login: str = ""
    # The registry for which a saved credential of the team is taken, and its number; the one whose login is saved.
    takes_saved: tuple[str, int] | None = None
    saves_login: str = ""
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
        """Return the secrets as they will be in the vault."""
        kept = {name: secret for name, secret in self.stored.items() if name not in self.forgotten}
        return {**kept, **self.secrets}

    def drop_known_secrets(self) -> None:
        """Take out what was typed as it is stored already."""
        known = {name for name, secret in self.secrets.items() if self.stored.get(name) == secret} - self.forgotten
        for name in known:
            del self.secrets[name]


class Gone(Exception):
    """What a pressed button is about is not there any more, or has no room any more."""


Action = Callable[..., None]


def press(change: Submission, actions: Mapping[str, Action], do: str) -> bool:
    """Do what the pressed button says; False where it is none of these actions.

    A button of an outdated page changes nothing: one with other arguments than the verb takes, or about something that
    is gone. Any other error is one of ours.
    """
    name, *arguments = do.split(":")
    if name not in actions:
        return False
    try:
        inspect.signature(actions[name]).bind(change, *arguments)
    except TypeError:
        return True
    with contextlib.suppress(Gone):
        actions[name](change, *arguments)
    return True


def container_of(change: Submission, key: str) -> Fields:
    """Return the container with this key; raise Gone."""
    container = find_container(change.data, key)
    if container is None:
        raise Gone
    return container
