"""A draft's raw data and the container group it describes: from one to the other, and what is wrong. Pure functions."""

from collections.abc import Mapping

from consoleapp.domain.group import ContainerGroupSpec
from consoleapp.domain.secret import Secret
from consoleapp.wizard import rules
from consoleapp.wizard.draft import template
from consoleapp.wizard.draft.controls import problem_at
from consoleapp.wizard.draft.decoding import Reading, first_errors, judge, read_group
from consoleapp.wizard.draft.logs import log_problems
from consoleapp.wizard.draft.paths import order_of
from consoleapp.wizard.draft.problems import FieldError
from consoleapp.wizard.draft.quantity import quantity_of, quantity_problems
from consoleapp.wizard.layout import BASIC
from consoleapp.wizard.shape import Data

__all__ = ["read", "to_spec"]


def to_spec(data: Data, secrets: Mapping[str, Secret]) -> tuple[ContainerGroupSpec | None, tuple[FieldError, ...]]:
    """Return the container group as it will be sent, or None and what is wrong, in the order of the pages."""
    group, problems = read(data, secrets)
    return (None, problems) if problems else (group, ())


def read(data: Data, secrets: Mapping[str, Secret]) -> tuple[ContainerGroupSpec, tuple[FieldError, ...]]:
    """Return what the draft asks for, as far as it can be read, and what is wrong with it."""
    reading = Reading(secrets)
    credentials, told = rules.credentials(data, secrets)
    spec = data["spec"]
    group = read_group(spec, reading, {"image_registry_credentials": credentials, **rules.size_said(spec)})
    rules.note_early(spec, group, reading)
    if quantity_of(data) > 1:
        rules.note_single(group, reading)
    judge(group, reading)
    for path, error in template.bound_errors(data):
        reading.note(path, error)
    errors = sorted(first_errors(reading), key=lambda each: order_of(each[0], spec))
    found = [problem_at(path, error, spec) for path, error in errors]
    problems = (*quantity_problems(data, group.container_group_name), *found, *told, *log_problems(data))
    return group, tuple(sorted(problems, key=lambda each: each.step != BASIC))
