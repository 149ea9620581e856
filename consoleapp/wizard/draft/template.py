"""The template that a draft was made of: joined into the draft's data, put back, its bounds, and what of it is fixed.

`data["template"]` has the name of the template and what its version says. Like the answers of registries it is joined
in when a draft is loaded, and never stored with it. What a lock means is in launch_templates/locks.py.
"""

import copy
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any, cast

from consoleapp.domain.errors import DomainError, Reason
from consoleapp.domain.kinds import MaybeSecretText
from consoleapp.launch_templates.locks import BESIDE, REST, Locks, Mode, Path, apply, is_rows
from consoleapp.launch_templates.models import LaunchTemplateVersion
from consoleapp.wizard.draft import naming, raw
from consoleapp.wizard.draft.controls import control_name
from consoleapp.wizard.draft.paths import at_path, steps_of
from consoleapp.wizard.shape import Data, as_data
from consoleapp.wizard.upgrades import upgraded


def join(data: Data, version: LaunchTemplateVersion | None) -> None:
    """Put what the version says into a draft's data; without one nothing is there."""
    data.pop("template", None)
    if version is not None:
        data["template"] = {
            "name": version.template.name,
            "slug": version.template.slug,
            "number": version.number,
            "tree": upgraded(version.data),
            "fields": version.fields,
        }


def put_back(data: Data) -> None:
    """Put back what the joined template fixes."""
    if (told := data.get("template")) is not None:
        apply(cast(dict[str, Any], data), told["tree"], told["fields"])


def new_data(version: LaunchTemplateVersion) -> Data:
    """Return the data of a new draft of the template; its group has a name of its own unless the version says one."""
    data = as_data(copy.deepcopy(upgraded(version.data)))
    if not raw.word(data["spec"], naming.FIELD):
        naming.give_name(data, naming.new_suffix())
    join(data, version)
    return data


def moved(mine: Data, old: LaunchTemplateVersion, new: LaunchTemplateVersion) -> Data:
    """Return a draft of the old version as one of the new: what somebody has changed stays, the rest is the new one's.
    What the new version fixes counts in any case."""
    before, after = upgraded(old.data), upgraded(new.data)
    data = copy.deepcopy(mine)
    for part in ("spec", "page"):
        _merge(data[part], before[part], after[part])
    data["next_key"] = max(mine["next_key"], after["next_key"])
    join(data, new)
    put_back(data)
    return data


def _merge(mine: dict[str, Any], old: Mapping[str, Any], new: Mapping[str, Any]) -> None:
    for name in [*dict.fromkeys((*old, *new))]:
        here, before, after = mine.get(name), old.get(name), new.get(name)
        if isinstance(after, dict) or isinstance(before, dict):
            _merge(mine.setdefault(name, {}), before or {}, after or {})
        elif _are_rows(here) or _are_rows(before) or _are_rows(after):
            mine[name] = _merged_rows(here or [], before or [], after or [])
        elif here == before:
            mine.pop(name, None)
            if name in new:
                mine[name] = copy.deepcopy(after)


def _are_rows(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and isinstance(value[0], dict)


def _merged_rows(mine: list[Any], old: list[Any], new: list[Any]) -> list[Any]:
    here, before, after = ({row["_key"]: row for row in rows} for rows in (mine, old, new))
    rows = []
    for key, row in after.items():
        if key in here:
            _merge(here[key], before.get(key, {}), row)
            rows.append(here[key])
        elif key not in before:
            rows.append(copy.deepcopy(row))
    return [*rows, *(row for key, row in here.items() if key not in after and row != before.get(key))]


# --- bounds


def bound_errors(data: Data) -> Iterator[tuple[Path, DomainError]]:
    """Yield what the values of a draft are against the bounds of its template: missing, no choice, out of range."""
    told = data.get("template")
    for written, said in told["fields"].items() if told else ():
        path = tuple(written.split("/"))
        if path == REST or path[0] in BESIDE or (len(path) > 1 and at_path(data["spec"], path[:-1]) is None):
            continue
        if is_secret(data, path):
            continue
        if error := _error(at_path(data["spec"], path), said, str(told["name"]) if told else ""):
            yield path, error


def is_secret(data: Data, path: Path) -> bool:
    """Tell whether what is typed there goes to the vault; that a secret is missing its own kind says."""
    last = [*steps_of(path)][-1]
    if last.field is None or not last.field.kind.holds_secret:
        return False
    beside = at_path(data["spec"], (*path[:-1], f"{path[-1]}_secret"))
    return bool(beside) or not isinstance(last.field.kind, MaybeSecretText)


def _error(value: Any, said: Mapping[str, Any], name: str) -> DomainError | None:
    if isinstance(value, bool | list):
        return None
    text = str(value or "").strip()
    if not text:
        return DomainError(Reason.REQUIRED) if said.get("mode") == Mode.REQUIRED else None
    choices = said.get("choices") or []
    if choices and not any(_is_same(text, choice) for choice in choices):
        return DomainError(Reason.TEMPLATE_CHOICES, template=name, choices=", ".join(choices))
    if not _is_within(text, said):
        least, most = said.get("min") or "", said.get("max") or ""
        reason = Reason.TEMPLATE_RANGE if least and most else Reason.TEMPLATE_LEAST if least else Reason.TEMPLATE_MOST
        return DomainError(reason, template=name, least=least, most=most)
    pattern = said.get("pattern")
    if pattern and not matches(pattern, text):
        return DomainError(Reason.TEMPLATE_PATTERN, template=name, pattern=pattern)
    return None


def _is_same(text: str, choice: str) -> bool:
    one, other = number_of(text), number_of(choice)
    return text == choice or (one is not None and one == other)


def _is_within(text: str, said: Mapping[str, Any]) -> bool:
    least, most = number_of(said.get("min") or ""), number_of(said.get("max") or "")
    if least is None and most is None:
        return True
    number = number_of(text)
    return number is not None and (least is None or number >= least) and (most is None or number <= most)


def number_of(text: str) -> Decimal | None:
    """Return the number that a text is; None for what is none."""
    try:
        number = Decimal(text)
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


def matches(pattern: str, text: str) -> bool:
    """Tell whether a text is as a pattern of stars says: `1.*` is every text that begins with `1.`."""
    return re.fullmatch(".*".join(map(re.escape, pattern.split("*"))), text) is not None


# --- what pages show of it


@dataclass(frozen=True)
class Marks:
    """What a template fixes among the controls of a draft, by their names; nothing without a template."""

    name: str = ""
    modes: Mapping[str, Mode] = field(default_factory=dict)
    fields: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    # The lists to which nothing can be added, and what the controls of rows that stay begin with.
    full: frozenset[str] = frozenset()
    kept: frozenset[str] = frozenset()
    # What a link has filled in.
    linked: frozenset[str] = frozenset()


def marks_of(data: Data) -> Marks:
    """Return what the template of the draft fixes among its controls, and what a link has filled in."""
    told, linked = data.get("template"), frozenset(data.get("from_link", ()))
    if told is None:
        return Marks(linked=linked)
    locks = Locks.of(told["tree"], told["fields"])
    modes, full, kept = {}, set(), set()
    for leaf in locks.leaves(data["spec"]):
        if is_rows(leaf.declared):
            if leaf.is_fixed:
                full.add(control_name(leaf.path))
            if leaf.is_kept:
                kept |= {
                    control_name((*leaf.path, row["_key"])) for row in at_path(told["tree"]["spec"], leaf.path) or []
                }
        elif leaf.is_fixed:
            modes[control_name(leaf.path)] = locks.shown_as(leaf.path)
    for name in BESIDE:
        if locks.is_fixed((name,), default=name == "quantity" and locks.is_rest_locked):
            modes[name] = locks.shown_as((name,))
    fields = {control_name(tuple(path.split("/"))): said for path, said in told["fields"].items() if path != "*"}
    return Marks(told["name"], modes, fields, frozenset(full), frozenset(kept), linked)
