"""How a template governs the fields of a draft, and the one function that puts back what it fixes.

A draft's data is a tree (wizard/shape.py): a leaf for each field, an object for a record, a list of objects with a
`_key` for rows. `fields` of a version maps paths of that tree, written with slashes, to how they are governed.
Nothing here asks a database or knows a request.
"""

import copy
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Final

from consoleapp.domain.group import ContainerGroupSpec
from consoleapp.domain.kinds import ImageAddress, Many, MaybeSecretText, One, SecretFile, SecretText
from consoleapp.domain.schema import Field, Record, fields_of

Tree = dict[str, Any]
Path = tuple[str, ...]


class Mode(StrEnum):
    """How a field is governed. The first two are asked in the short form; the last two are fixed."""

    OPEN = "open"
    REQUIRED = "required"
    DEFAULT = "default"
    LOCKED = "locked"
    HIDDEN = "hidden"


class Rows(StrEnum):
    """How a list of rows is governed."""

    OPEN = "open"
    GROW = "grow"
    FIXED = "fixed"


FIXED: Final = frozenset({Mode.LOCKED, Mode.HIDDEN})
ASKED: Final = frozenset({Mode.OPEN, Mode.REQUIRED})
# Stands for every field that a version says nothing of: they are open, or locked.
REST: Final = ("*",)
# What a draft keeps beside the tree of the request.
VPC: Final = ("vpc_id",)
QUANTITY: Final = ("quantity",)
BESIDE: Final = (VPC[0], QUANTITY[0])
# What stays open although the rest is locked: a name of its own, where it runs, and logins, which are never stored.
_NEVER_REST: Final = frozenset(
    {"container_group_name", "region_id", "vswitch_ids", "security_group_id", "image_registry_credentials"}
)
_CONTAINERS: Final = frozenset({"containers", "init_containers"})
# Its rows are found by their host, which is their key: nobody gets around a lock with another row.
_LOGINS: Final = "image_registry_credentials"
# What a page keeps of an image's version, see wizard/draft/images.py.
_VERSION: Final = frozenset({"image_version", "image_version_shown", "image_pinned"})
# The fields that count instead of others where they are filled in.
_INSTEAD: Final[Mapping[str, tuple[str, ...]]] = {"instance_type": ("cpu", "memory_gib")}


def written(path: Path) -> str:
    """Return a path as the fields of a version have it."""
    return "/".join(path)


def is_rows(declared: Field | None) -> bool:
    """Tell whether a field is a list of rows."""
    return declared is not None and isinstance(declared.kind, Many) and declared.kind.is_rows


def apply(data: Tree, tree: Tree, fields: Mapping[str, Mapping[str, Any]]) -> None:
    """Put what the template fixes back into a draft's data, whatever was posted into it."""
    locks = Locks.of(tree, fields)
    locks.put_back(data["spec"])
    if locks.is_fixed(VPC):
        _restore(tree["page"], data["page"], VPC[0], frozenset())
    if locks.is_fixed(QUANTITY, default=locks.is_rest_locked):
        _restore(tree, data, QUANTITY[0], frozenset())
    if locks.is_fixed(("container_group_name",)):
        data.pop("given_name", None)
    removed = data.get("removed")
    if removed is not None and removed["container"]["_key"] in locks.keys_of(tree["spec"]):
        del data["removed"]


@dataclass(frozen=True)
class Leaf:
    """One field of a draft's tree: where it is, its declaration (none for a choice), and whether it is fixed."""

    path: Path
    declared: Field | None
    value: Any
    is_fixed: bool
    # Of a list: whether the rows of the template stay.
    is_kept: bool = False


@dataclass(frozen=True)
class Locks:
    """What a version of a template fixes."""

    tree: Tree
    modes: Mapping[Path, str]
    # Every path above one that is governed in a way that its row must not be lost.
    above: frozenset[Path] = field(default_factory=frozenset)

    @classmethod
    def of(cls, tree: Tree, fields: Mapping[str, Mapping[str, Any]]) -> "Locks":
        """Return the locks of a version's data and fields."""
        modes = {tuple(path.split("/")): str(said.get("mode", "")) for path, said in fields.items()}
        kept = [path for path, mode in modes.items() if mode in (*FIXED, Mode.REQUIRED, Rows.FIXED, Rows.GROW)]
        return cls(tree, modes, frozenset(path[:end] for path in kept for end in range(1, len(path))))

    @property
    def is_rest_locked(self) -> bool:
        """Tell whether what the version says nothing of is locked."""
        return self.modes.get(REST) in FIXED

    def is_fixed(self, path: Path, *, default: bool = False) -> bool:
        """Tell whether a field is locked or hidden; `default` counts where the version says nothing of it."""
        mode = self.modes.get(path)
        return mode in FIXED if mode is not None else default

    def shown_as(self, path: Path) -> Mode:
        """Return whether a fixed field is shown."""
        return Mode.HIDDEN if Mode.HIDDEN in (self.modes.get(path), self.modes.get(REST)) else Mode.LOCKED

    def rows_mode(self, path: Path, *, default: bool = False) -> Rows:
        """Return how a list is governed; one with a fixed or required field in a row keeps that row."""
        said = self.modes.get(path)
        if said is None and path == ("init_containers",):
            # What runs is what runs, be it before the others.
            said = self.modes.get(("containers",))
        mode = Rows(said or (Rows.FIXED if default else Rows.OPEN))
        holds_fixed = path in self.above or (self.is_rest_locked and path[-1] in _CONTAINERS)
        return Rows.GROW if mode == Rows.OPEN and holds_fixed else mode

    def keys_of(self, spec: Tree) -> frozenset[str]:
        """Return the keys of all containers of a tree."""
        return frozenset(row["_key"] for name in _CONTAINERS for row in spec.get(name, []))

    def put_back(self, spec: Tree) -> None:
        """Put back what is fixed in the tree of the request."""
        self._record((ContainerGroupSpec,), self.tree["spec"], spec, (), self.is_rest_locked)

    def leaves(self, spec: Tree) -> Iterator[Leaf]:
        """Yield every field of a draft's tree, whether anything was typed into it or not, and lists with their rows."""
        yield from self._leaves((ContainerGroupSpec,), self.tree["spec"], spec, (), self.is_rest_locked)

    # --- what is fixed where

    def _defaults(
        self, records: tuple[type[Record], ...], path: Path, default: bool
    ) -> Iterator[tuple[str, Any, bool]]:
        """Yield the names in records, each with its declaration (none for a choice) and whether it is fixed."""
        for record in records:
            for name, declared in fields_of(record).items():
                yield name, declared, self._is_fixed_in(path, name, declared, default)
            if record.one_of is not None:
                yield record.one_of.name, None, self._is_choice_fixed(record, path, default)

    def _is_fixed_in(self, path: Path, name: str, declared: Field, default: bool) -> bool:
        if not path and name in _NEVER_REST:
            default = False
        if isinstance(declared.kind, SecretText | SecretFile):
            # No template holds a secret: it is asked for.
            return False
        if not path and (instead := _INSTEAD.get(name)):
            default = default or any(self.is_fixed((each,)) for each in instead)
        return self.is_fixed((*path, name), default=default)

    def _is_choice_fixed(self, record: type[Record], path: Path, default: bool) -> bool:
        """Tell whether a choice is fixed: also where a field is that another choice would leave out."""
        choice = record.one_of
        if choice is None:
            return False
        own = {name for case in choice.cases for name in case.own}
        is_needed = any(self.is_fixed((*path, name)) or (*path, name) in self.above for name in own)
        return is_needed or self.is_fixed((*path, choice.name), default=default)

    # --- putting back

    def _record(self, records: tuple[type[Record], ...], tree: Tree, raw: Tree, path: Path, default: bool) -> None:
        known = {name for record in records for name in fields_of(record)} | _VERSION
        for name, declared, is_fixed in self._defaults(records, path, default):
            at = (*path, name)
            if is_rows(declared):
                self._rows(declared, tree, raw, at, is_fixed if not path and name in _NEVER_REST else default)
            elif declared is not None and isinstance(declared.kind, One):
                below = raw[name] = raw.get(name) or {}
                self._record((declared.kind.record,), tree.get(name) or {}, below, at, default)
                if not below and name not in tree:
                    del raw[name]
            elif is_fixed:
                _restore(tree, raw, name, known)
            elif declared is not None and isinstance(declared.kind, MaybeSecretText) and tree.get(f"{name}_secret"):
                # It stays a secret, and none stands in the data in clear.
                raw[f"{name}_secret"], raw[name] = True, ""
            if declared is not None and isinstance(declared.kind, ImageAddress):
                self._version(tree, raw, at, is_fixed, default)

    def _version(self, tree: Tree, raw: Tree, image: Path, is_image_fixed: bool, default: bool) -> None:
        """Put the version of an image back: a fixed one, and one that would make another address of a fixed image."""
        name = f"{image[-1]}_version"
        is_fixed = self.is_fixed((*image[:-1], name), default=default)
        if is_fixed or (is_image_fixed and "/" in str(raw.get(name) or "")):
            for word in _VERSION:
                _restore(tree, raw, word, _VERSION)

    def _rows(self, declared: Field, tree: Tree, raw: Tree, path: Path, default: bool) -> None:
        name, kind = path[-1], declared.kind
        theirs, ours = tree.get(name) or [], _once(raw.get(name) or [])
        mode = Rows.OPEN if name == _LOGINS else self.rows_mode(path, default=default)
        rows = ours
        if mode != Rows.OPEN:
            posted: dict[str, Tree] = {row["_key"]: row for row in ours}
            rows = [posted.pop(row["_key"], {}) or copy.deepcopy(row) for row in theirs]
            rows += posted.values() if mode == Rows.GROW else ()
        if mode == Rows.FIXED:
            for word in [word for word in raw if word.startswith(f"{name}_") and word not in tree]:
                del raw[word]
        known = {row["_key"]: row for row in theirs}
        for row in rows:
            if (their := known.get(row["_key"])) is not None:
                if "_kind" in their:
                    row["_kind"] = their["_kind"]
                inside = self._row_default(name, mode, default)
                self._record(_records(kind, row), their, row, (*path, row["_key"]), inside)
        if rows or name in raw:
            raw[name] = rows

    def _row_default(self, name: str, mode: Rows, default: bool) -> bool:
        """Tell whether what the version says nothing of is fixed in a row of the template."""
        if name == _LOGINS:
            return False
        return default if name in _CONTAINERS else mode != Rows.OPEN

    # --- looking

    def _leaves(
        self, records: tuple[type[Record], ...], tree: Tree, raw: Tree, path: Path, default: bool
    ) -> Iterator[Leaf]:
        for name, declared, is_fixed in self._defaults(records, path, default):
            at = (*path, name)
            if is_rows(declared):
                is_list_default = is_fixed if not path and name in _NEVER_REST else default
                mode = Rows.OPEN if name == _LOGINS else self.rows_mode(at, default=is_list_default)
                yield Leaf(at, declared, raw.get(name) or [], mode == Rows.FIXED, mode != Rows.OPEN)
                known = {row["_key"]: row for row in tree.get(name) or []}
                for row in raw.get(name) or []:
                    their = known.get(row["_key"])
                    inside = their is not None and self._row_default(name, mode, is_list_default)
                    yield from self._leaves(_records(declared.kind, row), their or {}, row, (*at, row["_key"]), inside)
            elif declared is not None and isinstance(declared.kind, One):
                below = tree.get(name) or {}
                yield from self._leaves((declared.kind.record,), below, raw.get(name) or {}, at, default)
            else:
                yield Leaf(at, declared, raw.get(name), is_fixed)
            if declared is not None and isinstance(declared.kind, ImageAddress):
                version = (*path, f"{name}_version")
                yield Leaf(version, None, raw.get(version[-1]), self.is_fixed(version, default=default))


def _records(kind: Any, row: Tree) -> tuple[type[Record], ...]:
    """Return the record that a row is of."""
    choices = kind.records()
    found = choices.get(str(row.get("_kind", "")))
    return (found,) if found is not None else tuple(choices.values())[:1]


def _once(rows: list[Tree]) -> list[Tree]:
    """Return the rows without those whose key an earlier one has."""
    found: dict[str, Tree] = {}
    for row in rows:
        found.setdefault(row["_key"], row)
    return list(found.values())


def _restore(tree: Tree, raw: Tree, name: str, known: frozenset[str] | set[str]) -> None:
    """Make a field what it is in the template, with what the page keeps beside it."""
    others = [other for other in known if len(other) > len(name)]
    words = {word for word in (*tree, *raw) if word.startswith(f"{name}_")}
    beside = {word for word in words if not any(word == other or word.startswith(f"{other}_") for other in others)}
    for word in {name, *beside}:
        if word in tree:
            raw[word] = copy.deepcopy(tree[word])
        else:
            raw.pop(word, None)
