"""FieldError: something in a draft that keeps it from being ordered, and the control where it is mended.

Problems carry the domain's error; the sentence in the reader's language is made when it is shown.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import StrEnum
from functools import reduce
from typing import TypeVar

from django.utils.translation import gettext

from consoleapp.domain.errors import DomainError, Reason
from consoleapp.domain.policy import Finding
from consoleapp.web.domain_words import in_words, thing_of

T = TypeVar("T")


class Kind(StrEnum):
    """What is said at a control: a mistake, or what a rule of the team denies, leaves to an approver, or warns of."""

    MISTAKE = "mistake"
    DENIED = "denied"
    APPROVAL = "approval"
    WARNING = "warning"


@dataclass(frozen=True)
class Help:
    """What is beside the words of a rule: the exception to be asked for, or taken back once it has a reason, by its
    key and the name of its control; the page on which the quota is told."""

    key: str = ""
    name: str = ""
    reason: str = ""
    is_open: bool = False
    url: str = ""


@dataclass(frozen=True)
class FieldError:
    """What is wrong, at which step, and the id of the control that mends it.

    `name` says what the control is called, `owners` what it belongs to, the outermost first; `is_many`: it is a list.
    `container_key` names the card that must be open to see it. `finding` is what a policy says, if it is one that does;
    `is_choice`: it is about what could be chosen, not what is. `help` is what the page offers beside it.
    """

    step: str
    field_id: str
    error: DomainError
    name: str = ""
    container_key: str = ""
    owners: tuple[str, ...] = ()
    is_many: bool = False
    kind: Kind = Kind.MISTAKE
    finding: Finding | None = None
    is_choice: bool = False
    help: Help | None = None

    @property
    def is_wrong(self) -> bool:
        """Tell whether it keeps the draft from being ordered."""
        return self.kind in (Kind.MISTAKE, Kind.DENIED) and not self.is_choice

    @property
    def label(self) -> str:
        """Return what the control is called where nothing around it says what it belongs to."""
        return gettext(": ").join((*self.owners, self.name))

    @property
    def message(self) -> str:
        """Return the sentence for people."""
        owner = reduce(lambda outer, inner: thing_of(inner, outer), self.owners, "")
        said = in_words(self.error, self.name, owner, is_many=self.is_many)
        return gettext("%(policy)s: %(rule)s") % {"policy": self.said_by, "rule": said} if self.finding else said

    @property
    def look(self) -> str:
        """Return how it looks: bad, warn, or quiet for what could be chosen."""
        return "quiet" if self.is_choice else "bad" if self.is_wrong else "warn"

    @property
    def word(self) -> str:
        """Return what stands before the sentence of a rule, so that not the colour alone says what it means."""
        if self.kind != Kind.MISTAKE and self.finding is None:
            return gettext("No room") if self.kind == Kind.DENIED else gettext("No room yet")
        words = {
            Kind.DENIED: gettext("Not allowed"),
            Kind.APPROVAL: gettext("Needs approval"),
            Kind.WARNING: gettext("Take care"),
        }
        return words.get(self.kind, "")

    @property
    def said_by(self) -> str:
        """Return whose rule it is; "" for what is no rule."""
        if self.finding is None:
            return ""
        policy = self.finding.policy
        return gettext("%(policy)s of the site") % {"policy": policy.name} if policy.is_site else policy.name

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
