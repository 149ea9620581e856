"""The address of `/buy/` that fills in what a draft says, and what does not fit into it. What such an address may say
is in links.py."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from consoleapp.domain.group import ContainerGroupSpec
from consoleapp.domain.image import join_image
from consoleapp.domain.kinds import Many, MaybeSecretText, One, OneOf
from consoleapp.domain.schema import Field, Record, fields_of
from consoleapp.domain.secret import sounds_secret
from consoleapp.wizard.draft import naming, raw
from consoleapp.wizard.draft.decoding import is_blank_row
from consoleapp.wizard.draft.links import (
    BEGUN,
    IS_SECRET,
    KIND,
    NAMES_MAX,
    NEVER,
    QUANTITY,
    SHORT,
    carried,
    is_too_long,
)
from consoleapp.wizard.draft.new import PREFILLED_MAX
from consoleapp.wizard.draft.paths import Path, is_single, secret_name
from consoleapp.wizard.shape import CREDENTIALS, SAVED, Data, Fields

ROWS_MAX: Final = 50
_SHORT_OF: Final = {path: name for name, path in SHORT.items()}
# A path, with the text that a link says there; None for what no link says.
Said = tuple[Path, str | None]


@dataclass(frozen=True)
class LinkOf:
    """A draft as a query: its names, and the paths of what no link says; those of rows with their places."""

    names: Mapping[str, str]
    lost: tuple[str, ...]

    @property
    def query(self) -> str:
        return carried(self.names)

    @property
    def fits(self) -> bool:
        """Tell whether a link may be as long."""
        return len(self.names) <= NAMES_MAX and not is_too_long(self.query)


def link_of(data: Data, secrets: Collection[str] = ()) -> LinkOf:
    """Return the link of a draft; ``secrets`` are the names of those that it has in the vault."""
    names, lost = {}, []
    if vpc_id := raw.word(data["page"], "vpc_id"):
        names["vpc"] = vpc_id
    for path, text in _Walk(secrets).record(ContainerGroupSpec, data["spec"], (), ()):
        if text is None:
            lost.append(".".join(path))
        elif path != (naming.FIELD,) or text != data.get("given_name"):
            # A name that was given after the image is given anew.
            names[_name(path, text)] = text
    if data.get(QUANTITY, "1") not in ("", "1"):
        names[QUANTITY] = data[QUANTITY]
    return LinkOf(names, tuple(lost))


def _name(path: Path, text: str) -> str:
    short = _SHORT_OF.get(path)
    return short if short in BEGUN and text and text == text.strip()[:PREFILLED_MAX] else ".".join(path)


@dataclass(frozen=True)
class _Walk:
    """Goes through what was typed in the order of the catalogue; ``path`` has places where ``keyed`` has keys."""

    secrets: Collection[str]

    def record(self, record: type[Record], typed: Mapping[str, Any], path: Path, keyed: Path) -> Iterator[Said]:
        left_out: set[str] = set()
        if record.one_of is not None:
            case = record.one_of.chosen(typed)
            if case is None or (path and case.is_nothing):
                return
            if case != record.one_of.cases[0]:
                yield (*path, record.one_of.name), case.word
            left_out = {name for each in record.one_of.cases for name in each.own} - case.own
        for name, declared in fields_of(record).items():
            if declared.label and name not in left_out:
                yield from self._field(declared, typed, (*path, name), (*keyed, name))

    def _field(self, declared: Field, typed: Mapping[str, Any], path: Path, keyed: Path) -> Iterator[Said]:
        kind, value = declared.kind, typed.get(path[-1])
        if path[0] in NEVER:
            if path[0] == CREDENTIALS:
                value = [row for row in value or () if self._has_login(row)]
            if value:
                yield path, None
        elif isinstance(kind, One):
            if isinstance(value, dict):
                without = kind.without
                below = self.record(kind.record, value, path, keyed)
                yield from (said for said in below if said[0][len(path)] not in without)
        elif isinstance(kind, Many) and not is_single(declared):
            yield from self._rows(kind, value or [], path, keyed)
        else:
            yield from self._leaf(declared, typed, path, keyed)

    def _leaf(self, declared: Field, typed: Mapping[str, Any], path: Path, keyed: Path) -> Iterator[Said]:
        if isinstance(declared.kind, MaybeSecretText):
            yield from self._maybe_secret(typed, path)
        elif declared.kind.holds_secret:
            if secret_name(keyed) in self.secrets:
                yield path, None
        elif path[-1] in typed:
            text = _text(typed, path[-1], typed[path[-1]])
            initial = bool(declared.initial) if declared.kind.is_box else declared.initial
            is_usual = text == _text({}, "", initial)
            # What the group itself begins with was chosen by the last order of who follows the link.
            if not is_usual or (text and len(path) == 1 and not declared.kind.is_box):
                yield path, text

    def _has_login(self, row: Fields) -> bool:
        is_stored = secret_name((CREDENTIALS, str(row["_key"]), "password")) in self.secrets
        return is_stored or bool(row.get("user_name") or row.get(SAVED))

    def _rows(self, kind: Many, rows: list[Fields], path: Path, keyed: Path) -> Iterator[Said]:
        place = 0
        for row in rows:
            record = kind.records().get(str(row.get("_kind"))) if isinstance(kind.item, OneOf) else None
            record = record or next(iter(kind.records().values()))
            if kind.drops_blank and is_blank_row(record, row):
                continue
            here = (*path, str(place))
            if place >= ROWS_MAX:
                yield here, None
                place += 1
                continue
            said = list(self.record(record, row, here, (*keyed, str(row["_key"]))))
            if "_kind" in row:
                said.insert(0, ((*here, KIND), str(row["_kind"])))
            # A row of which nothing can be said would be a gap.
            place += any(text is not None for _path, text in said)
            yield from said

    def _maybe_secret(self, typed: Mapping[str, Any], path: Path) -> Iterator[Said]:
        name, text = path[-1], str(typed.get(path[-1]) or "")
        is_secret = bool(typed.get(f"{name}_secret"))
        if is_secret or (text and sounds_secret(str(typed.get("key") or ""))):
            # Who follows it has to enter it.
            yield (*path[:-1], IS_SECRET), "true"
            yield path, None
        elif text:
            yield path, text


def _text(typed: Mapping[str, Any], name: str, value: Any) -> str:
    """Return a raw value as a link says it; nothing is no."""
    if name == "image":
        return join_image(*(str(typed.get(each) or "").strip() for each in ("image", "image_version")))
    if isinstance(value, list):
        return ",".join(map(str, value))
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value or "")
