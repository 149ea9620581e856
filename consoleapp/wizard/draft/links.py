"""What the address of `/buy/` fills in: fields of the group and of its first container, each by its path or, of the
ten most used, by a short name. Nothing is stored.

Secrets are never taken from an address, nor whether a registry is trusted without encryption or certificate: who writes
links must not decide that for who follows them.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Final

from consoleapp.domain.group import ContainerGroupSpec
from consoleapp.domain.kinds import Many, One
from consoleapp.domain.schema import Alternatives, Field, Record, fields_of
from consoleapp.wizard.draft.controls import control_name
from consoleapp.wizard.draft.new import PREFILLED, PREFILLED_MAX, move_version
from consoleapp.wizard.draft.paths import Path, is_single
from consoleapp.wizard.shape import CONTAINERS, Data, Fields, record_of

# What else the address says.
RESERVED: Final = frozenset({"team", "return_to", "state", "external_ref", "open", "at", "dialog"})
NEVER: Final = frozenset({"plain_http_registries", "insecure_registries"})
# The key of a new draft's container, which is the first.
FIRST: Final = "c1"
QUANTITY: Final = "quantity"
SHORT: Final[Mapping[str, Path]] = {
    "image": (CONTAINERS, FIRST, "image"),
    "version": (CONTAINERS, FIRST, "image_version"),
    **{name: (field,) for name, field in PREFILLED.items()},
    QUANTITY: (QUANTITY,),
}
# What new.first_data puts into the data itself.
BEGUN: Final = frozenset({*PREFILLED, "image"})
NAME_SHOWN: Final = 60


@dataclass(frozen=True)
class Linked:
    """What a link filled in, by the names of the controls, and the names that it left out."""

    controls: tuple[str, ...] = ()
    ignored: tuple[str, ...] = ()


def fill(data: Data, query: Mapping[str, str]) -> Linked:
    """Put what the address says into the data that new.first_data began, and return what both have filled in."""
    controls, ignored = [], []
    for name, value in query.items():
        text = str(value).replace("\x00", "").strip()[:PREFILLED_MAX]
        if name in RESERVED or not text:
            continue
        path, declared = _named(name)
        if not path or (isinstance(declared, Alternatives) and text not in [case.word for case in declared.cases]):
            ignored.append(name[:NAME_SHOWN])
            continue
        if name not in BEGUN:
            _put(data, path, declared, text)
        controls.append(control_name(path))
    return Linked(tuple(controls), tuple(ignored))


def _named(name: str) -> tuple[Path, Field | Alternatives | None]:
    """Return what a name of a link is of; an empty path for what nobody knows."""
    if name in SHORT:
        return SHORT[name], None
    return fillable().get(name, ((), None))


@cache
def fillable() -> Mapping[str, tuple[Path, Field | Alternatives]]:
    """Return the fields that a link may fill in by their paths: `region_id`, `containers.0.working_dir`."""
    return {".".join("0" if word == FIRST else word for word in path): (path, declared) for path, declared in _walk()}


def _walk(record: type[Record] = ContainerGroupSpec, above: Path = ()) -> Iterator[tuple[Path, Field | Alternatives]]:
    if record.one_of is not None:
        yield (*above, record.one_of.name), record.one_of
    for name, declared in fields_of(record).items():
        path, kind = (*above, name), declared.kind
        if not declared.label or kind.holds_secret or name in NEVER:
            continue
        if isinstance(kind, One):
            if kind.record.one_of is None:
                yield from _walk(kind.record, path)
        elif is_single(declared):
            yield path, declared
        elif path == (CONTAINERS,):
            for each in kind.records().values():
                yield from _walk(each, (*path, FIRST))


def _put(data: Data, path: Path, declared: Field | Alternatives | None, text: str) -> None:
    if path == (QUANTITY,):
        data["quantity"] = text
        return
    if path == ("vpc_id",):
        data["page"]["vpc_id"] = text
        return
    fields: Fields = data["spec"]
    for word in path[:-1]:
        fields = data["spec"][CONTAINERS][0] if word in (CONTAINERS, FIRST) else _below(fields, word)
    kind = declared.kind if isinstance(declared, Field) else None
    if kind is not None and kind.is_box:
        fields[path[-1]] = text.lower() in ("1", "true", "on", "yes")
    elif isinstance(kind, Many) and kind.typed is None:
        fields[path[-1]] = [each for each in text.split(",") if each]
    else:
        fields[path[-1]] = text
    if path[-1] == "image":
        move_version(fields)


def _below(fields: Fields, word: str) -> Fields:
    fields[word] = {**record_of(fields, word)}
    below: Fields = fields[word]
    return below
