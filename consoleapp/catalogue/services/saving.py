"""From a draft or an order to a template: what is taken of its data, how its fields are proposed to be governed, and
what was said of each."""

import copy
from collections.abc import Mapping, Sequence
from typing import Any, Final

from django.utils.translation import gettext as _

from consoleapp.catalogue.services.lines import Line
from consoleapp.launch_templates.locks import REST, Mode, Rows, written
from consoleapp.orders.models import Order
from consoleapp.wizard.draft.encoding import to_draft
from consoleapp.wizard.draft.naming import FIELD as NAME
from consoleapp.wizard.draft.template import number_of
from consoleapp.wizard.services.similar import spec_of_order
from consoleapp.wizard.shape import CREDENTIALS, FROM_SESSION, Data, Fields, as_data, containers_of, empty_data

# Above so many, a short form is no short one.
REQUIRED_ADVISED: Final = 5
HELP_MAX: Final = 200
CHOICES_MAX: Final = 20
BOUND_MAX: Final = 100
# What a page keeps of a container while it is filled in.
_PASSING: Final = ("image_passed_over", "image_version_shown")
_TEXTS: Final = ("_paste", "_waiting", "_text", "_view", "_changes")
_SOUNDS_ASKED: Final = frozenset({("cpu",), ("memory_gib",)})


def data_of_draft(data: Data) -> Data:
    """Return what a template takes of a draft: what is ordered, without name and secrets, which are asked."""
    return _clean({"shape": data["shape"], "spec": data["spec"], "page": data["page"], **_kept(data)})


def data_of_order(order: Order) -> Data:
    """Return the same of an order. Raise DomainError for one that cannot be read any more."""
    return data_of_draft(to_draft(spec_of_order(order), order.vpc_id).data)


def _kept(data: Data) -> dict[str, Any]:
    kept: dict[str, Any] = {"next_key": data["next_key"]}
    if data.get("quantity"):
        kept["quantity"] = data["quantity"]
    return kept


def _clean(taken: Mapping[str, Any]) -> Data:
    data = as_data({**empty_data(), **copy.deepcopy(dict(taken)), "shown_errors": []})
    data["page"] = {"vpc_id": data["page"].get("vpc_id") or ""}
    data["spec"].pop(NAME, None)
    for card in containers_of(data):
        for word in [word for word in card if word in _PASSING or _is_passing(word)]:
            del card[word]
        for row in card.get("environment_vars", []):
            row.pop("value_retype", None)
            if row.get("value_secret"):
                row["value"] = ""
    for row in data["spec"].get(CREDENTIALS, []):
        row.pop(FROM_SESSION, None)
    return data


def _is_passing(word: str) -> bool:
    return word.startswith("environment_vars_") and word.endswith(_TEXTS)


def proposed(lines: Sequence[Line]) -> dict[str, Fields]:
    """Return how the fields of a new template are governed unless told otherwise: what runs is locked, its version and
    the size are asked, secrets must be filled in, lists keep their rows."""
    return {line.key: {"mode": _proposed(line)} for line in lines}


def _proposed(line: Line) -> str:
    if line.is_list:
        return Rows.FIXED if line.path == ("containers",) else Rows.GROW
    if line.is_secret:
        return Mode.REQUIRED
    if line.path[-1] == "image":
        return Mode.LOCKED
    return Mode.OPEN if line.path[-1] == "image_version" or line.path in _SOUNDS_ASKED else Mode.DEFAULT


def modes_for(line: Line) -> list[tuple[str, str]]:
    """Return the ways in which a field can be governed, each with its words."""
    if line.is_list:
        return [
            (Rows.FIXED, _("Fixed: these rows, as they are")),
            (Rows.GROW, _("May grow: these stay, others can be added")),
            (Rows.OPEN, _("Open: can be changed and removed")),
        ]
    if line.is_secret:
        return [(Mode.REQUIRED, _("Must be filled in"))]
    asked: list[tuple[str, str]] = [
        (Mode.OPEN, _("Asked, with this value")),
        (Mode.REQUIRED, _("Asked, must be filled in")),
        (Mode.DEFAULT, _("Set, can be changed under All settings")),
    ]
    if line.path == (NAME,):
        return asked
    return [*asked, (Mode.LOCKED, _("Locked: shown, cannot be changed")), (Mode.HIDDEN, _("Hidden: cannot be changed"))]


def read_fields(post: Mapping[str, str], lines: Sequence[Line]) -> tuple[dict[str, Fields], dict[str, str]]:
    """Return how each field is governed as it was posted, and what is wrong, by the names of the controls."""
    fields: dict[str, Fields] = {}
    wrong: dict[str, str] = {}
    for line in lines:
        known = {mode for mode, _words in modes_for(line)}
        mode = post.get(f"mode-{line.control}", "")
        if mode not in known:
            wrong[f"mode-{line.control}"] = _("Choose one of these.")
            continue
        fields[line.key] = {"mode": mode, **_bounds(post, line, wrong)}
    fields[written(REST)] = {"mode": Mode.LOCKED if post.get("rest") == Mode.LOCKED else Mode.OPEN}
    return fields, wrong


def _bounds(post: Mapping[str, str], line: Line, wrong: dict[str, str]) -> Fields:
    said: Fields = {}
    if text := _typed(post, "help", line)[:HELP_MAX]:
        said["help"] = text
    if line.is_list or line.is_secret:
        return said
    if choices := [text.strip()[:BOUND_MAX] for text in _typed(post, "choices", line).split(",") if text.strip()]:
        said["choices"] = choices[:CHOICES_MAX]
    for name in ("min", "max"):
        if text := _typed(post, name, line):
            if number_of(text) is None:
                wrong[f"{name}-{line.control}"] = _("This is not a number.")
            said[name] = text[:BOUND_MAX]
    if text := _typed(post, "pattern", line):
        said["pattern"] = text[:BOUND_MAX]
    return said


def _typed(post: Mapping[str, str], name: str, line: Line) -> str:
    return post.get(f"{name}-{line.control}", "").replace("\x00", "").strip()


def emptied(data: Data, fields: Mapping[str, Fields]) -> Data:
    """Return the data without the values of fields that must be filled in: they are asked, and begin empty."""
    made = copy.deepcopy(data)
    for key, said in fields.items():
        *above, name = key.split("/")
        if said.get("mode") != Mode.REQUIRED:
            continue
        record: Any = made["spec"]
        for word in above:
            if isinstance(record, list):
                record = next((row for row in record if row["_key"] == word), {})
            else:
                record = record.get(word) or {}
        if isinstance(record, dict) and isinstance(record.get(name), str):
            record[name] = ""
    return made


def required_count(fields: Mapping[str, Fields]) -> int:
    """Return the number of fields that must be filled in."""
    return sum(said.get("mode") == Mode.REQUIRED for said in fields.values())
