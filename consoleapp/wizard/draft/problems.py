"""FieldError: something in a draft that keeps it from being ordered, and the control where it is mended.

Problems carry the domain's error; the sentence in the reader's language is made when it is shown.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TypeVar

from django.utils.translation import gettext

from consoleapp.domain.errors import DomainError
from consoleapp.web.domain_words import in_words

T = TypeVar("T")


@dataclass(frozen=True)
class FieldError:
    """What is wrong, at which step, and the id of the control that mends it.

    `label` says what the control is called; `container_key` names the card that must be open to see it.
    """

    step: str
    field_id: str
    error: DomainError
    label: str = ""
    container_key: str = ""

    @property
    def message(self) -> str:
        """Return the sentence for people."""
        return in_words(self.error)


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
        shown = gettext("%(subject)s: %(field)s") % {"subject": self.subject, "field": label} if self.subject else label
        self.problems.append(FieldError(self.step, field_id, error, shown, self.container_key))

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
