"""From a draft's raw data to the container group it describes, and to all that is wrong with it. Pure functions.

Each section of a draft has its module; here they are put together. Where the problems lead is in steps.py.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from consoleapp.domain.errors import DomainError
from consoleapp.domain.secret import Secret
from consoleapp.domain.spec import ContainerGroupSpec
from consoleapp.wizard.mapping.containers import LABELS as CONTAINER_LABELS
from consoleapp.wizard.mapping.containers import MappedContainer, control_name, map_containers
from consoleapp.wizard.mapping.group import LABELS, STEP, group_parts
from consoleapp.wizard.mapping.other import other_parts, other_problem
from consoleapp.wizard.mapping.problems import Findings, Problem
from consoleapp.wizard.mapping.volumes import LABELS as VOLUME_LABELS
from consoleapp.wizard.mapping.volumes import volume_parts
from consoleapp.wizard.shape import Data

__all__ = ["to_spec"]

_LISTS = {"containers": _("Containers"), "init_containers": _("Init containers"), "volumes": _("Volumes")}
# The first words of the paths of errors that belong to Basic Settings.
_BASIC = frozenset({*LABELS, "containers", "init_containers", "volumes"})


def to_spec(data: Data, secrets: Mapping[str, Secret]) -> tuple[ContainerGroupSpec | None, tuple[Problem, ...]]:
    """The container group as it will be sent, or None and what is wrong, in the order of the pages."""
    group = group_parts(data["basic"])
    volumes = volume_parts(data["volumes"], secrets)
    cards = map_containers(data["containers"], secrets)
    other = other_parts(data, secrets)
    basic_problems = (*group.problems, *volumes.problems, *(each for card in cards for each in card.problems))
    values: dict[str, Any] = {
        **group.values,
        **volumes.values,
        "containers": tuple(card.container for card in cards if card.container and not card.init),
        "init_containers": tuple(card.container for card in cards if card.container and card.init),
        **other.values,
    }
    try:
        spec = ContainerGroupSpec(**values)
    except DomainError as error:
        found = tuple(_located(error, data, cards, known=bool(basic_problems or other.problems)))
        return None, _in_order((*basic_problems, *other.problems, *found))
    if basic_problems or other.problems:
        return None, (*basic_problems, *other.problems)
    return spec, ()


def _in_order(problems: tuple[Problem, ...]) -> tuple[Problem, ...]:
    """Each control once, its first problem; those of Basic Settings first."""
    first: dict[str, Problem] = {}
    for problem in problems:
        first.setdefault(problem.field_id, problem)
    return tuple(sorted(first.values(), key=lambda problem: problem.step != STEP))


def _located(error: DomainError, data: Data, cards: tuple[MappedContainer, ...], *, known: bool) -> Iterator[Problem]:
    """The errors of the group as a whole, each at its control.

    `known`: parts are missing because something is wrong with them; then an error about what is missing or about
    positions in the lists would mislead, and only those of single fields count.
    """
    for each in error.all_errors:
        first = each.path.split(".")[0]
        if first in ("containers", "init_containers", "volumes"):
            if not known:
                yield _of_list(each, data, cards)
        elif first in _BASIC:
            findings = Findings(STEP, labels=LABELS)
            findings.add(first, each)
            yield findings.problems[0]
        else:
            yield other_problem(each, data)


def _of_list(error: DomainError, data: Data, cards: tuple[MappedContainer, ...]) -> Problem:
    """The problem for an error such as `containers.2.cpu` or `volumes.0.name`."""
    first, *rest = error.path.split(".")
    if not rest or not rest[0].isdigit():
        findings = Findings(STEP, labels=_LISTS)
        findings.add(first, error)
        return findings.problems[0]
    index, tail = int(rest[0]), ".".join(rest[1:])
    if first == "volumes":
        row = data["volumes"][index]
        subject = str(row["fields"].get("name") or "")
        findings = Findings(STEP, prefix=row["key"], subject=subject, labels=VOLUME_LABELS)
        findings.add(tail.split(".")[0], error)
        return findings.problems[0]
    card = [each for each in cards if each.init == (first == "init_containers")][index]
    name = card.container.name if card.container else ""
    findings = Findings(STEP, prefix=card.key, container_key=card.key, subject=name, labels=CONTAINER_LABELS)
    findings.add(control_name(tail), error)
    return findings.problems[0]
