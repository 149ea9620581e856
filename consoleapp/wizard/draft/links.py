"""What the address of `/buy/` fills in: any field of the group by its path, rows of lists by their place
(`containers.1.image`), the ten most used by short names. Nothing is stored. How a draft becomes such an address is in
link_of.py.

Secrets are never taken from an address, nor logins, nor whether a registry is trusted without encryption or
certificate: who writes links must not decide that for who follows them.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import urlencode

from consoleapp.domain.kinds import Many, MaybeSecretText
from consoleapp.domain.schema import Alternatives, Field
from consoleapp.domain.secret import sounds_secret
from consoleapp.domain.volume import VOLUME_LABELS
from consoleapp.wizard.draft.controls import control_name
from consoleapp.wizard.draft.encoding import LETTERS
from consoleapp.wizard.draft.new import PREFILLED, PREFILLED_MAX, add_container, move_version
from consoleapp.wizard.draft.paths import Path, is_single, steps_of
from consoleapp.wizard.shape import (
    CONTAINER_LISTS,
    CONTAINERS,
    CREDENTIALS,
    INIT_CONTAINERS,
    Data,
    Fields,
    new_key,
    record_of,
    rows_of,
)

# What else the address says.
RESERVED: Final = frozenset({"team", "return_to", "state", "external_ref", "open", "at", "dialog"})
NEVER: Final = frozenset({"plain_http_registries", "insecure_registries", CREDENTIALS})
QUANTITY: Final = "quantity"
SHORT: Final[Mapping[str, Path]] = {
    "image": (CONTAINERS, "0", "image"),
    "version": (CONTAINERS, "0", "image_version"),
    **{name: (field,) for name, field in PREFILLED.items()},
    QUANTITY: (QUANTITY,),
}
# What new.first_data puts into the data itself.
BEGUN: Final = frozenset({*PREFILLED, "image"})
NAME_SHOWN: Final = 60
# Ours: a link has at most so many names and bytes, a list so many rows. Browsers and servers take 8 kB for sure.
NAMES_MAX: Final = 200
QUERY_MAX: Final = 8 * 1024
_INDEX: Final = re.compile(r"[0-9]|[1-4][0-9]", re.ASCII)
# What pages keep beside fields: of a row with several kinds which it is, of a variable that its value is a secret.
KIND: Final = "type"
IS_SECRET: Final = "value_secret"  # noqa: S105


@dataclass(frozen=True)
class Linked:
    """What a link filled in, by the names of the controls, and the names that it left out."""

    controls: tuple[str, ...] = ()
    ignored: tuple[str, ...] = ()


def fill(data: Data, query: Mapping[str, str]) -> Linked:
    """Put what the address says into the data that new.first_data began, and return what both have filled in."""
    read = _read(query)
    rows = _Rows(data)
    rows.make(path for path, _declared, _text in read.said.values())
    for name, (path, declared, text) in read.said.items():
        if name not in BEGUN or not text:
            _put(data, rows, path, declared, text)
    for path in read.kept_back & {(*row, "value") for row in rows.made}:
        # Who follows the link is asked for it.
        rows.made[path[:-1]][IS_SECRET] = True
    controls = (control_name(rows.keyed(path)) for path, _declared, _text in read.said.values())
    return Linked(tuple(controls), tuple(name[:NAME_SHOWN] for name in read.ignored))


def is_too_long(query: str) -> bool:
    """Tell whether the query of an address is longer than any of ours."""
    return len(query) > QUERY_MAX


def told(query: Mapping[str, str]) -> dict[str, str]:
    """Return what of the address is about fields: the form of a new draft says it on, nothing was stored yet."""
    return {name: query[name] for name in _read(query).said}


@dataclass
class _Read:
    """What an address says: each name with its path, declaration and text; names that do not count; values of
    variables that are kept back."""

    said: dict[str, tuple[Path, Field | Alternatives | None, str]] = field(default_factory=dict)
    ignored: list[str] = field(default_factory=list)
    kept_back: set[Path] = field(default_factory=set)


def _read(query: Mapping[str, str]) -> _Read:
    read = _Read()
    for name, value in query.items():
        found, text = named(name), str(value).replace("\x00", "")
        if name in SHORT:
            text = text.strip()[:PREFILLED_MAX]
        if name in RESERVED or (not text and not (found and _may_be_empty(found[1]))):
            continue
        if found is None or len(read.said) == NAMES_MAX or not _is_choice(*found, text):
            read.ignored.append(name)
        else:
            read.said[name] = (*found, text)
    _drop_values_of_secrets(read)
    _drop_behind_gaps(read)
    return read


def _drop_values_of_secrets(read: _Read) -> None:
    """Leave out the value of a variable whose name is not there, or sounds like that of a secret."""
    keys = {path[:-1]: text for path, _declared, text in read.said.values() if path[-1] == "key"}
    for name, (path, _declared, _text) in list(read.said.items()):
        if path[-1] != "value" or "environment_vars" not in path:
            continue
        key = keys.get(path[:-1], "")
        if not key or sounds_secret(key):
            read.kept_back.add(path)
            read.ignored.append(name)
            del read.said[name]


def _drop_behind_gaps(read: _Read) -> None:
    """Leave out rows with none before them; the first container is always there."""
    rows: set[Path] = {(CONTAINERS, "0")}
    wanted = {row for path, _declared, _text in read.said.values() for row in _rows_in(path)}
    for row in sorted(wanted, key=lambda each: (len(each), int(each[-1]))):
        before = (*row[:-1], str(int(row[-1]) - 1))
        is_below = all(above in rows for above in _rows_in(row[:-1]))
        if is_below and (row[-1] == "0" or before in rows):
            rows.add(row)
    for name, (path, _declared, _text) in list(read.said.items()):
        if not all(row in rows for row in _rows_in(path)):
            read.ignored.append(name)
            del read.said[name]


def _may_be_empty(declared: Field | Alternatives | None) -> bool:
    """Tell whether an empty text says something: that a field is not what it begins with."""
    return isinstance(declared, Field) and bool(declared.initial)


def _is_choice(path: Path, declared: Field | Alternatives | None, text: str) -> bool:
    if isinstance(declared, Alternatives):
        return text in [case.word for case in declared.cases]
    return path[-1] != KIND or text in VOLUME_LABELS


def named(name: str) -> tuple[Path, Field | Alternatives | None] | None:
    """Return the path that a name of a link is of, rows by their places, and its declaration; None for what no link
    may say. Without declaration is what pages keep beside the fields."""
    path = SHORT.get(name) or tuple(name.split("."))
    if (name in SHORT and path in ((QUANTITY,), ("vpc_id",))) or name == "version":
        return path, None
    if path[0] in NEVER:
        return None
    beside = {KIND: ("name",), IS_SECRET: ("value",)}.get(path[-1])
    steps = list(steps_of((*path[:-1], *beside) if beside else path))
    if len(steps) != len(path) or any(step.is_key and not _INDEX.fullmatch(step.word) for step in steps):
        return None
    if any(step.field is not None and not step.field.label for step in steps):
        return None
    last = steps[-1]
    if beside:
        is_there = len(path) == 3 and path[0] == "volumes" if path[-1] == KIND else _is_maybe_secret(last.field)
        return (path, None) if is_there else None
    if last.choice is not None:
        return path, last.choice
    if last.field is None or not is_single(last.field):
        return None
    if last.field.kind.holds_secret and not _is_maybe_secret(last.field):
        return None
    return path, last.field


def _is_maybe_secret(declared: Field | None) -> bool:
    return declared is not None and isinstance(declared.kind, MaybeSecretText)


@dataclass
class _Rows:
    """The rows of the data by their paths with places in the stead of keys."""

    data: Data
    made: dict[Path, Fields] = field(default_factory=dict)

    def make(self, paths: Iterable[Path]) -> None:
        """Make every row that the paths are in; there are no gaps among them."""
        wanted = {row for path in paths for row in _rows_in(path)}
        for row in sorted(wanted, key=lambda each: (len(each), int(each[-1]))):
            *above, name, place = row
            rows = rows_of(self.record(tuple(above)), name)
            if int(place) == len(rows):
                self._add(rows, name)
            self.made[row] = rows[int(place)]

    def _add(self, rows: list[Fields], name: str) -> None:
        if name in CONTAINER_LISTS:
            add_container(self.data, is_init=name == INIT_CONTAINERS)
        else:
            rows.append({"_key": new_key(self.data, LETTERS.get(name, "r"))})

    def record(self, path: Path) -> Fields:
        """Return the record at a path; it is made where it is no row."""
        fields: Fields = self.data["spec"]
        for place, word in enumerate(path):
            if word.isdecimal():
                fields = self.made[path[: place + 1]]
            elif path[place + 1 : place + 2] == () or not path[place + 1].isdecimal():
                fields[word] = {**record_of(fields, word)}
                fields = fields[word]
        return fields

    def keyed(self, path: Path) -> Path:
        """Return the path with the keys of its rows."""
        return tuple(
            self.made[path[: place + 1]]["_key"] if word.isdecimal() else word for place, word in enumerate(path)
        )


def _rows_in(path: Path) -> Iterator[Path]:
    return (path[: place + 1] for place, word in enumerate(path) if word.isdecimal())


def _put(data: Data, rows: _Rows, path: Path, declared: Field | Alternatives | None, text: str) -> None:
    if path == (QUANTITY,):
        data["quantity"] = text
        return
    fields = rows.record(path[:-1])
    name, kind = path[-1], declared.kind if isinstance(declared, Field) else None
    if name == IS_SECRET or (kind is not None and kind.is_box):
        fields[name] = text.lower() in ("1", "true", "on", "yes")
    elif name == KIND and declared is None:
        fields["_kind"] = text
    elif isinstance(kind, Many) and kind.typed is None:
        fields[name] = [each for each in text.split(",") if each]
    else:
        fields[name] = text
    if name == "image":
        move_version(fields)


def carried(names: Mapping[str, str]) -> str:
    """Return names of a link as a query."""
    return urlencode(names, errors="replace")
