"""What the card of an image says beside the verdict: what the image says of itself, what of it was or can be taken
over, and what it lets one expect. The verdict is in access_panel.py."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from django.utils.translation import gettext as _

from consoleapp.domain.typed import join_line
from consoleapp.gateways.proof import ImageFacts
from consoleapp.wizard.access.expectation_words import words_of
from consoleapp.wizard.access.expectations import Expectation, Reason, expectations_of, facts_about
from consoleapp.wizard.shape import Data, find_container
from consoleapp.wizard.views.access_panel import Remedy
from consoleapp.wizard.views.take_over import offer_of, taken_by

# So much of a line is sure to be seen on one line; what is longer stands in the fold as a whole.
LINE_MAX: Final = 34


@dataclass(frozen=True)
class Fact:
    """One line about the image; `value` is in typewriter letters where it stands in the image's own words."""

    label: str
    value: str
    mono: bool = True


@dataclass(frozen=True)
class Warned:
    """Something to expect, and the button that mends it where one press can."""

    title: str
    text: str
    remedy: Remedy | None


def facts_context(key: str, data: Data) -> dict[str, object]:
    """Return what the card of this container says: `facts` in view, `more` folded, `offer` and `taken`, `warned`."""
    warned = [_warned(each, key) for each in expectations_of(data) if key in each.keys]
    container = find_container(data, key)
    facts = facts_about(data, container) if container is not None else None
    if container is None or facts is None or not _is_told(facts):
        return {"warned": warned}
    return {
        "warned": warned,
        "facts": _facts(facts),
        "more": list(_more(facts)),
        "offer": offer_of(data, container, facts),
        "taken": taken_by(data, container),
    }


def _is_told(facts: ImageFacts) -> bool:
    """Tell whether the configuration could be read: it says something of every image."""
    return bool(facts.entrypoint or facts.command or facts.exposed_ports or facts.volumes or facts.variables)


def _facts(facts: ImageFacts) -> tuple[Fact, ...]:
    """Return the four lines that are always there, so that the card is of one height."""
    return (
        _fact(_("Listens on"), _ports(facts), _("no port that it names")),
        _fact(_("Runs"), _started(facts), _("nothing of its own")),
        _fact(_("As user"), facts.user, _("root")),
        _fact(_("Data in"), ", ".join(facts.volumes), _("no volume")),
    )


def _fact(label: str, value: str, otherwise: str) -> Fact:
    return Fact(label, value or otherwise, mono=bool(value))


def _ports(facts: ImageFacts) -> str:
    return ", ".join(port.upper() if "/" in port else f"{port}/TCP" for port in facts.exposed_ports)


def _started(facts: ImageFacts) -> str:
    return join_line((*facts.entrypoint, *facts.command)).replace("\n", " ")


def _more(facts: ImageFacts) -> Iterator[Fact]:
    """Yield what is folded: what was too long for its line, and what few people look for."""
    for fact in _facts(facts):
        if fact.mono and len(fact.value) > LINE_MAX:
            yield fact
    told: Sequence[tuple[str, str, bool]] = (
        (_("Stops on"), facts.stop_signal, True),
        (_("Works in"), facts.working_dir, True),
        # Names only: their values may be secrets, and are not kept.
        (_("Variables"), ", ".join(facts.variables), True),
        (_("Title"), " ".join(part for part in (facts.title, facts.version) if part), False),
        (_("About"), facts.description, False),
        (_("Source"), facts.source, True),
    )
    yield from (Fact(label, value, is_mono) for label, value, is_mono in told if value)


def _warned(expected: Expectation, key: str) -> Warned:
    title, text = words_of(expected, is_named=False)
    remedies = {
        Reason.ENDS_AT_ONCE: Remedy(_("Set restart policy to Never"), f"never-restart:{key}"),
        Reason.RUNS_AS_ROOT: Remedy(_("Let it run as root"), f"allow-root:{key}"),
        Reason.WANTS_VARIABLE: Remedy(_("Add"), f"variable-add:{key}:{expected.what}", expected.what),
    }
    return Warned(title, text, remedies.get(expected.reason))
