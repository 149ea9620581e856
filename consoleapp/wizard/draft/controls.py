"""A path of a draft as the pages spell it today: the id of its control, its step, and what the control is called.

The pages still have spellings of their own for some fields (`env` for environment_vars ...); they are here alone.
"""

from collections.abc import Mapping
from typing import Any, Final

from django.utils.translation import gettext

from consoleapp.domain.errors import DomainError
from consoleapp.web.domain_words import said
from consoleapp.wizard.draft.paths import CONTAINERS, Path, at_path, label_of, steps_of
from consoleapp.wizard.layout import OTHER, SECTIONS
from consoleapp.wizard.mapping.problems import Problem

_LISTS: Final = {"environment_vars": "env", "volume_mounts": "mounts", "acr_registry_infos": "acr"}
_CELLS: Final[Mapping[str, Mapping[str, str]]] = {
    "environment_vars": {"key": "name"},
    "volume_mounts": {"name": "volume", "mount_propagation": "propagation"},
}
_RECORDS: Final = {
    "liveness_probe": "liveness",
    "readiness_probe": "readiness",
    "lifecycle_post_start": "post_start",
    "lifecycle_pre_stop": "pre_stop",
}
_LEAVES: Final = {
    "exec_commands": "command",
    "http_headers": "headers",
    "environment_vars_paste": "env_paste",
}


def control_id(path: Path) -> str:
    """Return the id of the control."""
    match path:
        case ("image_registry_credentials", host, name):
            return f"id_credential-{host}-{name}"
        case ("volumes", *rest):
            return "id_" + "-".join(word for word in rest if word != "config_files" or rest[-1] == word)
        case (("containers" | "init_containers"), key, *rest):
            return "id_" + "-".join((key, *_in_card(tuple(rest))))
        case (("tags" | "acr_registry_infos") as name, key, leaf):
            return f"id_other-{_LISTS.get(name, name)}-{key}-{leaf}"
        case (("tags" | "acr_registry_infos") as name, *_):
            return f"id_other-{_LISTS.get(name, name)}-add"
        case ("dns_config",):
            return "id_other-name_servers"
    return f"id_other-{path[-1]}" if step_of(path) == OTHER else f"id_{path[-1]}"


def _in_card(path: Path) -> Path:
    match path:
        case (name, row, leaf) if name in (*_LISTS, "ports"):
            return (_LISTS.get(name, name), row, _CELLS.get(name, {}).get(leaf, leaf))
        case (name, *_) if name in (*_LISTS, "ports"):
            return (_LISTS.get(name, name),)
        case (record, *rest) if record in _RECORDS:
            leaf = rest[-1] if rest else "kind"
            return (_RECORDS[record], _LEAVES.get(leaf, leaf))
        case ("security_context", leaf):
            return (leaf,)
    return (_LEAVES.get(path[-1], path[-1]),)


def step_of(path: Path) -> str:
    """Return the step that the control is on."""
    first = next(steps_of(path), None)
    at = first.field.at if first and first.field else first.choice.at if first and first.choice else ""
    return SECTIONS.get(at, OTHER)


def problem_at(path: Path, error: DomainError, spec: Mapping[str, Any]) -> Problem:
    """Return the problem of a control, called by its label and what it belongs to."""
    label = said(label_of(path))
    subject = _subject(path, spec)
    shown = gettext("%(subject)s: %(field)s") % {"subject": subject, "field": label} if subject else label
    key = path[1] if path[0] in CONTAINERS and len(path) > 1 else ""
    return Problem(step_of(path), control_id(path), error, shown, key)


def _subject(path: Path, spec: Mapping[str, Any]) -> str:
    """Return the name of the container or volume that a control belongs to, with that of the variable."""
    match path:
        case (("containers" | "init_containers"), key, *rest):
            name = _name(at_path(spec, path[:2])) or gettext("Container %(number)d") % {"number": _number(key, spec)}
            if len(rest) > 2 and rest[0] == "environment_vars":
                variable = str((at_path(spec, path[:4]) or {}).get("key") or "").strip()[:64]
                return f"{name}: {variable}" if variable else name
            return name
        case ("volumes", _, *_):
            return _name(at_path(spec, path[:2])) or gettext("Volume")
    return ""


def _name(raw: Mapping[str, Any] | None) -> str:
    return str((raw or {}).get("name") or "").strip()


def _number(key: str, spec: Mapping[str, Any]) -> int:
    """Return the place of a container among all, from 1."""
    keys = [item["_key"] for name in reversed(CONTAINERS) for item in spec.get(name, [])]
    return keys.index(key) + 1 if key in keys else len(keys)
