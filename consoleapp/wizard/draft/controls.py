"""The control of a path in a draft: its name and id, its step, and what it is called.

A control is named by the keys on its path and what follows the last of them: `c1-image`, `c1-r5-value`,
`c1-liveness_probe-http_get-port`, `active_deadline_seconds`. No two controls of a draft share such a name.
"""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext

from consoleapp.domain.errors import DomainError
from consoleapp.domain.kinds import Many
from consoleapp.web.domain_words import said
from consoleapp.wizard.draft.paths import Path, at_path, label_of, steps_of
from consoleapp.wizard.draft.problems import FieldError
from consoleapp.wizard.layout import OTHER, SECTIONS
from consoleapp.wizard.shape import CONTAINER_LISTS, CREDENTIALS


def control_name(path: Path) -> str:
    """Return the name of the control of a path."""
    if path[0] == CREDENTIALS:
        # The key is a host that somebody typed: without the list's name it could be taken for another key.
        return "-".join(path)
    is_key = [step.is_key for step in steps_of(path)]
    last = max((place for place, known in enumerate(is_key) if known), default=-1)
    return "-".join((*(path[place] for place in range(last + 1) if is_key[place]), *path[last + 1 :]))


def control_id(path: Path) -> str:
    """Return the id of the control of a path."""
    return f"id_{control_name(path)}"


def step_of(path: Path) -> str:
    """Return the step that the control is on."""
    first = next(steps_of(path), None)
    at = first.field.at if first and first.field else first.choice.at if first and first.choice else ""
    return SECTIONS.get(at, OTHER)


def problem_at(path: Path, error: DomainError, spec: Mapping[str, Any]) -> FieldError:
    """Return the problem of a control, called by its label and what it belongs to."""
    key = path[1] if path[0] in CONTAINER_LISTS and len(path) > 1 else ""
    last = [*steps_of(path)][-1:]
    is_many = any(step.field is not None and isinstance(step.field.kind, Many) for step in last)
    place = step_of(path), control_id(path)
    return FieldError(*place, error, said(label_of(path)), key, owners_of(path, spec), is_many)


def owners_of(path: Path, spec: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the name of the container or volume that a control belongs to, and that of the variable."""
    match path:
        case (("containers" | "init_containers"), key, *rest):
            name = _name(at_path(spec, path[:2])) or gettext("Container %(number)d") % {"number": _number(key, spec)}
            if len(rest) > 2 and rest[0] == "environment_vars":
                variable = str((at_path(spec, path[:4]) or {}).get("key") or "").strip()[:64]
                return (name, variable) if variable else (name,)
            return (name,)
        case ("volumes", _, *_):
            return (_name(at_path(spec, path[:2])) or gettext("Volume"),)
    return ()


def _name(raw: Mapping[str, Any] | None) -> str:
    return str((raw or {}).get("name") or "").strip()


def _number(key: str, spec: Mapping[str, Any]) -> int:
    """Return the place of a container among all, from 1."""
    keys = [item["_key"] for name in CONTAINER_LISTS for item in spec.get(name, [])]
    return keys.index(key) + 1 if key in keys else len(keys)
