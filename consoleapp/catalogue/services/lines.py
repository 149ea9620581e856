"""The fields of a template as lines for people: what each is called, what it is set to, and how it is governed."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from consoleapp.domain.group import ContainerGroupSpec
from consoleapp.domain.kinds import Choice, Many
from consoleapp.domain.schema import Alternatives, Field, Record
from consoleapp.launch_templates.locks import BESIDE, REST, Leaf, Locks, Mode, Path, Rows, is_rows, written
from consoleapp.web.domain_words import region_name, said
from consoleapp.web.formats import first_few
from consoleapp.wizard.draft.controls import control_name, owners_of
from consoleapp.wizard.draft.images import image_text
from consoleapp.wizard.draft.paths import at_path, label_of, steps_of
from consoleapp.wizard.draft.quantity import LABEL as QUANTITY_LABEL
from consoleapp.wizard.draft.template import is_secret
from consoleapp.wizard.shape import CONTAINER_LISTS, CREDENTIALS, Data, Fields, containers_of


@dataclass(frozen=True)
class Line:
    """One field of a template, or one list of rows. `section` is the container that it is of, "" for the group."""

    path: Path
    label: str
    value: str
    said: Mapping[str, Any] = field(default_factory=dict)
    section: str = ""
    is_list: bool = False
    is_secret: bool = False
    is_number: bool = False
    has_choice: bool = False
    # How it is governed where the version says nothing of it by itself.
    otherwise: str = Mode.DEFAULT

    @property
    def key(self) -> str:
        """Return the path as the fields of a version have it."""
        return written(self.path)

    @property
    def control(self) -> str:
        """Return the name of its control in the wizard."""
        return control_name(self.path) if self.path[0] not in BESIDE else self.path[0]

    @property
    def mode(self) -> str:
        """Return how it is governed."""
        return str(self.said.get("mode") or self.otherwise)


def record_at(path: Path) -> tuple[type[Record], ...]:
    """Return the records that the last word of a path is a field of."""
    records: tuple[type[Record], ...] = (ContainerGroupSpec,)
    *above, _last = steps_of(path) if path[-1] != "image_version" else (*steps_of(path), None)
    for step in above:
        if step is not None and step.records:
            records = step.records
    return records


def choice_at(path: Path) -> Alternatives | None:
    """Return the choice among fields that a path is; None where it is a field."""
    last = [*steps_of(path)][-1]
    return last.choice if len([*steps_of(path)]) == len(path) else None


def lines_of(data: Data, fields: Mapping[str, Mapping[str, Any]]) -> list[Line]:
    """Return the fields of a template that are set or governed, those of the group first."""
    spec, found = data["spec"], []
    for leaf in Locks.of(dict(data), fields).leaves(spec):
        said_of = fields.get(written(leaf.path), {})
        if said_of or _is_told(data, leaf):
            found.append(_line(data, leaf, said_of))
    for name, label in (("vpc_id", _("VPC")), ("quantity", str(QUANTITY_LABEL))):
        value = str((data["page"] if name == "vpc_id" else data).get(name) or "")
        if value or name in fields:
            found.append(Line((name,), label, value, fields.get(name, {})))
    return sorted(found, key=lambda line: line.section != "")


def _is_told(data: Data, leaf: Leaf) -> bool:
    """Tell whether a field was set: more than what every draft begins with, and no part of a row that is one line."""
    name, value = leaf.path[-1], leaf.value
    if name == "container_group_name":
        return True
    if is_rows(leaf.declared):
        return bool(value) and (name not in CONTAINER_LISTS or leaf.path == (name,)) and name != CREDENTIALS
    if is_secret(data, leaf.path):
        return leaf.path[0] != CREDENTIALS
    if leaf.declared is None and name != "image_version":
        return False
    if leaf.declared is not None and not leaf.declared.label:
        return False
    if _is_in_row(leaf.path):
        # The name of a variable or tag stands for the row, its value is a field of its own.
        return name == "value" and "key" in (at_path(data["spec"], leaf.path[:-1]) or {})
    is_as_begun = leaf.declared is not None and leaf.declared.initial == value
    return value not in ("", None, [], False) and (name in ("cpu", "memory_gib") or not is_as_begun)


def _is_in_row(path: Path) -> bool:
    """Tell whether a path leads into a row that is no container."""
    keys = [place for place, step in enumerate(steps_of(path)) if step.is_key]
    return any(not (path[0] in CONTAINER_LISTS and place == 1) for place in keys)


def _line(data: Data, leaf: Leaf, said_of: Mapping[str, Any]) -> Line:
    spec, path = data["spec"], leaf.path
    owners = owners_of(path, spec)
    label = said(label_of(path)) or path[-1]
    row = at_path(spec, path[:-1]) if _is_in_row(path) else None
    if row is not None and path[-1] == "value" and "key" in row:
        named = {"name": str(row.get("key") or label)}
        label = named["name"] if path[0] in CONTAINER_LISTS else _("Tag %(name)s") % named
    elif len(owners) > 1 or (owners and path[0] not in CONTAINER_LISTS):
        label = _("%(label)s of %(owner)s") % {"label": label, "owner": owners[-1]}
    secret = not is_rows(leaf.declared) and is_secret(data, path)
    return Line(
        path,
        label,
        _("secret, never stored with a template") if secret else words(leaf.declared, leaf.value, path),
        said_of,
        section=owners[0] if owners and path[0] in CONTAINER_LISTS else "",
        is_list=is_rows(leaf.declared),
        is_secret=secret,
        is_number=path[-1] in ("cpu", "memory_gib") or path == ("quantity",),
        has_choice=leaf.declared is not None and bool(_choices(leaf.declared)),
        otherwise=_otherwise(leaf),
    )


def _otherwise(leaf: Leaf) -> str:
    if is_rows(leaf.declared):
        return Rows.FIXED if leaf.is_fixed else Rows.GROW if leaf.is_kept else Rows.OPEN
    return Mode.LOCKED if leaf.is_fixed else Mode.DEFAULT


def words(declared: Field | None, value: Any, path: Path) -> str:
    """Return a raw value as people read it."""
    if isinstance(value, list) and value and isinstance(value[0], dict):
        return first_few([_row_words(row, path[-1]) for row in value], 4)
    if value is True:
        return (said(declared.says) if declared else "") or _("yes")
    if path == ("container_group_name",) and not value:
        return _("made of the image's name")
    if value in ("", None, [], False):
        return _("nothing")
    if path == ("region_id",):
        return region_name(str(value))
    if path in (("cpu",), ("memory_gib",)):
        return f"{value} vCPU" if path == ("cpu",) else f"{value} GiB"
    texts = [str(each) for each in value] if isinstance(value, list) else [str(value)]
    labels = _choices(declared) if declared else {}
    text = ", ".join(said(labels[each]) if each in labels else each for each in texts)
    return f"{text} {said(declared.unit)}" if declared is not None and declared.unit else text


def _choices(declared: Field) -> Mapping[str, str]:
    kind = declared.kind.item if isinstance(declared.kind, Many) else declared.kind
    return kind.labels() if isinstance(kind, Choice) else {}


def _row_words(row: Fields, name: str) -> str:
    if name in CONTAINER_LISTS:
        return f"{row.get('name') or row['_key']} ({image_text(row) or '–'})"
    told = [str(row[word]) for word in ("key", "name", "port", "protocol", "mount_path", "path") if row.get(word)]
    return " ".join(told[:2]) if name != "environment_vars" else str(row.get("key") or "–")


def rest_of(fields: Mapping[str, Mapping[str, Any]]) -> str:
    """Return how what a version says nothing of is governed."""
    return str(fields.get(written(REST), {}).get("mode") or Mode.OPEN)


def changed_lines(old: Iterable[Line], new: Iterable[Line]) -> list[tuple[str, str, str]]:
    """Return what a newer version does otherwise: label, what it was, what it is."""
    before = {line.key: line for line in old}
    after = {line.key: line for line in new}
    rows = []
    for key in dict.fromkeys((*before, *after)):
        one, other = before.get(key), after.get(key)
        told = [_told(line) if line is not None else _("nothing") for line in (one, other)]
        if told[0] != told[1]:
            line = other or one
            assert line is not None  # noqa: S101  # for the type checker: one of both has the key
            label = f"{line.section}: {line.label}" if line.section else line.label
            rows.append((label, told[0], told[1]))
    return rows


def _told(line: Line) -> str:
    told: dict[str, str] = {
        Mode.OPEN: "" if line.is_list else _("asked"),
        Mode.REQUIRED: _("must be filled in"),
        Mode.LOCKED: _("locked"),
        Mode.HIDDEN: _("hidden"),
        Rows.FIXED: _("fixed"),
        Rows.GROW: _("may grow"),
    }
    how = told.get(line.mode, "")
    bounds = [", ".join(line.said.get("choices") or []), line.said.get("min"), line.said.get("max")]
    allowed = " – ".join(str(each) for each in bounds if each)
    return " · ".join(filter(None, (line.value, how, allowed)))


def containers_in_words(data: Data) -> list[str]:
    """Return the images of a template's containers."""
    return [image_text(card) or "–" for card in containers_of(data)]
