"""What the configuration of its images lets one expect of a group, before it is ordered. Pure functions over a draft.

The configuration is known of an image whose registry has shown it, by an answer that still holds; of the others the
name says what it can. The words are in expectation_words.py; what mends it on the page is in views/image_card.py.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from consoleapp.domain.choices import RestartPolicy
from consoleapp.gateways.proof import ImageFacts
from consoleapp.web.formats import first_few
from consoleapp.wizard.access.answers import answer_about
from consoleapp.wizard.access.wanted_variables import wanted_by, well_known_name
from consoleapp.wizard.draft import raw
from consoleapp.wizard.draft.images import image_text, reference_of
from consoleapp.wizard.shape import CONTAINERS, Data, Fields, containers_of, record_of


class Reason(StrEnum):
    """Why a group may not do what its owner thinks."""

    ENDS_AT_ONCE = "ends_at_once"
    SAME_PORT = "same_port"
    RUNS_AS_ROOT = "runs_as_root"
    WANTS_VARIABLE = "wants_variable"


@dataclass(frozen=True)
class Expectation:
    """One reason, and the containers that it is about. `what` is the ports of SAME_PORT as "80/TCP, 443/TCP", and the
    variable of WANTS_VARIABLE, with `others` that would do as well."""

    reason: Reason
    keys: tuple[str, ...]
    names: tuple[str, ...]
    what: str = ""
    others: tuple[str, ...] = ()


# Programs that end at once where nobody types anything.
INTERACTIVE: Final = frozenset(
    {"ash", "bash", "dash", "fish", "ghci", "iex", "irb", "jshell", "julia", "ksh", "node", "php", "psql", "pypy3"}
    | {"python", "python3", "R", "sh", "swipl", "zsh"}
)
# Docker's own images of which everybody knows that they only say something, or wait for somebody to type.
ONE_SHOTS: Final = frozenset(
    {"almalinux", "alpine", "amazonlinux", "archlinux", "bash", "busybox", "centos", "debian", "fedora"}
    | {"hello-world", "oraclelinux", "rockylinux", "ubuntu"}
)
_ROOT: Final = frozenset({"", "0", "root"})


def expectations_of(data: Data) -> tuple[Expectation, ...]:
    """Return all that is to be expected, the gravest first; containers that share a fate stand in one."""
    facts = {card["_key"]: facts_about(data, card) for card in containers_of(data)}
    running = list(data["spec"].get(CONTAINERS, []))
    found = [
        _together(Reason.ENDS_AT_ONCE, [card for card in running if _ends_at_once(data, card, facts[card["_key"]])]),
        *_same_ports(running, facts),
        _together(Reason.RUNS_AS_ROOT, [card for card in running if _runs_as_root(card, facts[card["_key"]])]),
        *(each for card in containers_of(data) for each in _wanted(card)),
    ]
    return tuple(each for each in found if each.keys)


def facts_about(data: Data, container: Fields) -> ImageFacts | None:
    """Return what the container's image says of itself, as far as an answer that still holds has shown it."""
    answer = answer_about(data, image_text(container))
    if answer is None or not answer.is_current or not answer.result.can_be_pulled:
        return None
    return answer.result.image


def port_of(text: str) -> tuple[int, str] | None:
    """Return number and protocol of an exposed port such as 80/tcp; None for one that cannot be declared."""
    number, _slash, protocol = text.partition("/")
    protocol = (protocol or "tcp").upper()
    return (int(number), protocol) if 0 < int(number) < 65_536 and protocol in ("TCP", "UDP") else None


def declared_ports(container: Fields) -> set[tuple[int, str]]:
    """Return the ports that were typed, as far as they can be read."""
    rows = ((raw.word(row, "port"), raw.word(row, "protocol", "TCP")) for row in container.get("ports", []))
    return {(int(port), protocol) for port, protocol in rows if port.isascii() and port.isdigit() and len(port) < 6}


def _together(reason: Reason, cards: list[Fields]) -> Expectation:
    return Expectation(reason, tuple(card["_key"] for card in cards), tuple(_name(card) for card in cards))


def _name(card: Fields) -> str:
    return raw.word(card, "name") or "–"


def _has_command(card: Fields) -> bool:
    return bool(raw.word(card, "commands") or raw.word(card, "args"))


def _ends_at_once(data: Data, card: Fields, facts: ImageFacts | None) -> bool:
    policy = raw.word(data["spec"], "restart_policy") or RestartPolicy.ALWAYS
    if policy != RestartPolicy.ALWAYS or _has_command(card) or raw.flag(card, "stdin"):
        return False
    reference = reference_of(card)
    name = well_known_name(reference) if reference is not None else ""
    # Where entry point and command could not be read, the name has to do.
    started = (*facts.entrypoint, *facts.command) if facts is not None else ()
    if not started or name == "hello-world":
        return name in ONE_SHOTS
    # An entry point script starts what follows it.
    words = [word.rpartition("/")[2] for word in started if "entrypoint" not in word]
    return len(words) == 1 and words[0] in INTERACTIVE


def _same_ports(running: list[Fields], facts: Mapping[str, ImageFacts | None]) -> Iterator[Expectation]:
    """Yield the ports that several containers listen on: they share one address, so the second one fails."""
    listening: dict[tuple[int, str], list[Fields]] = {}
    for card in running:
        told = facts[card["_key"]]
        exposed = (
            port_of(text) for text in (told.exposed_ports if told is not None and not _has_command(card) else ())
        )
        for port in sorted(declared_ports(card) | {port for port in exposed if port is not None}):
            listening.setdefault(port, []).append(card)
    shared: dict[tuple[str, ...], list[tuple[int, str]]] = {}
    for port, cards in sorted(listening.items()):
        if len(cards) > 1:
            shared.setdefault(tuple(card["_key"] for card in cards), []).append(port)
    for keys, ports in shared.items():
        names = tuple(_name(card) for card in running if card["_key"] in keys)
        what = first_few([f"{number}/{protocol}" for number, protocol in ports])
        yield Expectation(Reason.SAME_PORT, keys, names, what)


def _runs_as_root(card: Fields, facts: ImageFacts | None) -> bool:
    security = record_of(card, "security_context")
    if facts is None or not raw.flag(security, "run_as_non_root") or raw.word(security, "run_as_user"):
        return False
    return facts.user.partition(":")[0] in _ROOT


def _wanted(card: Fields) -> Iterator[Expectation]:
    # What the image sets itself does not count: these are its defaults, such as a database at the name `mongo`.
    reference = reference_of(card)
    if reference is None or _has_command(card):
        return
    given = {raw.word(row, "key") for row in card.get("environment_vars", [])}
    for names in wanted_by(reference):
        if given.isdisjoint(names):
            yield Expectation(Reason.WANTS_VARIABLE, (card["_key"],), (_name(card),), names[0], names[1:])
