"""FieldError: something in a draft that keeps it from being ordered, and the control where it is mended.

Problems carry the domain's error; the sentence in the reader's language is made when it is shown.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import reduce
from typing import TypeVar

from django.utils.translation import gettext

from consoleapp.domain.errors import DomainError, Reason
from consoleapp.web.domain_words import in_words, thing_of

T = TypeVar("T")


@dataclass(frozen=True)
class FieldError:
    """What is wrong, at which step, and the id of the control that mends it.

    `name` says what the control is called, `owners` what it belongs to, the outermost first; `is_many`: it is a list.
    `container_key` names the card that must be open to see it.
    """

    step: str
    field_id: str
    error: DomainError
    name: str = ""
    container_key: str = ""
    owners: tuple[str, ...] = ()
    is_many: bool = False

    @property
    def label(self) -> str:
        """Return what the control is called where nothing around it says what it belongs to."""
        return gettext(": ").join((*self.owners, self.name))

    @property
    def message(self) -> str:
        """Return the sentence for people."""
        owner = reduce(lambda outer, inner: thing_of(inner, outer), self.owners, "")
        return in_words(self.error, self.name, owner, is_many=self.is_many)

    @property
    def is_missing(self) -> bool:
        """Tell whether all that is wrong is that there is nothing; the message names the control then."""
        return self.error.reason == Reason.REQUIRED and bool(self.name)


@dataclass
class ErrorCollector:
    """Problems found so far below one prefix of control ids.

    `labels` maps the name of a control (what follows the prefix in its id) to what it is called.
    """

    step: str
    prefix: str = ""
    container_key: str = ""
    subject: str = ""
    labels: Mapping[str, object] = field(default_factory=dict)
    problems: list[FieldError] = field(default_factory=list)

    def add(self, name: str, error: DomainError) -> None:
        """Mark the control with this name."""
        field_id = "id_" + "-".join(part for part in (self.prefix, name) if part)
        label = str(self.labels.get(name) or self.labels.get(name.rsplit("-", 1)[-1]) or "")
        owners = (self.subject,) if self.subject else ()
        self.problems.append(FieldError(self.step, field_id, error, label, self.container_key, owners))

    def attempt(self, make: Callable[[], T], name_of: Callable[[str], str] = str) -> T | None:
        """Return what `make` does; on a DomainError None, and put each error at the control that `name_of` says."""
        # Not with `noting`: a large draft comes here hundreds of times a page.
        try:
            return make()
        except DomainError as error:
            self._note(error, name_of)
            return None

    @contextmanager
    def noting(self, name_of: Callable[[str], str] = str) -> Iterator[None]:
        """Note the DomainErrors that are raised inside, each at the control that `name_of` makes of its path."""
        try:
            yield
        except DomainError as error:
            self._note(error, name_of)

    def _note(self, error: DomainError, name_of: Callable[[str], str]) -> None:
        for each in error.all_errors:
            # Kept for longer than the call that raised it: it must not keep that call's variables, secrets among them.
            each.__traceback__ = each.__context__ = each.__cause__ = None
            self.add(name_of(each.path), each)
