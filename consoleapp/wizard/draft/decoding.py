"""From a draft's raw data to the container group it describes, and to all that is wrong with it.

Three passes, so that a mistake in one field never hides or invents one in another: all texts are read, the whole is put
together unchecked, then it is judged at once. What draws on more than the fields themselves is in rules.py.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from consoleapp.domain.errors import DomainError, Reason
from consoleapp.domain.group import ContainerGroupSpec
from consoleapp.domain.kinds import Choice, Flag, Many, One, OneOf
from consoleapp.domain.schema import Field, Record, check, fields_of, unchecked
from consoleapp.domain.secret import Secret
from consoleapp.domain.validation import Problems, is_blank
from consoleapp.wizard.draft.paths import Path, secret_name, steps_of

Error = tuple[Path, DomainError]


@dataclass
class Reading:
    """What was read so far: errors with the paths of their controls, and where the rows of a list stand in the raw
    data, by their path in the spec."""

    secrets: Mapping[str, Secret]
    errors: list[Error] = field(default_factory=list)
    unread: set[str] = field(default_factory=set)
    rows: dict[str, Path] = field(default_factory=dict)

    def note(self, path: Path, error: DomainError) -> None:
        """Keep the error; it must not keep the variables of the call that raised it, secrets among them."""
        error.__traceback__ = error.__context__ = error.__cause__ = None
        self.errors.append((path, error))

    def raw_path(self, spec_path: str) -> Path:
        """Return the path of the control that a path in the spec is about; below a leaf it is the leaf."""
        words = spec_path.split(".") if spec_path else []
        for count in range(len(words), 0, -1):
            known = self.rows.get(".".join(words[:count]))
            if known is not None:
                return _as_control((*known, *words[count:]))
        return _as_control(tuple(words))


def _as_control(path: Path) -> Path:
    steps = list(steps_of(path))
    last = steps[-1] if steps else None
    words = tuple(step.word for step in steps)
    # At a record with a choice the choice is meant.
    if last is not None and len(last.records) == 1 and last.records[0].one_of is not None and not _is_rows(last.field):
        return (*words, last.records[0].one_of.name)
    # A record as a whole is no control: its first field stands for it.
    if last is not None and last.field is not None and isinstance(last.field.kind, One):
        return (*words, *_first_of(last.field.kind.record))
    return words


def _first_of(record: type[Record]) -> Path:
    """Return the path of the first field of a record that a page asks for."""
    return next(((name,) for name, declared in fields_of(record).items() if declared.label), ())


def _is_rows(declared: Field | None) -> bool:
    return declared is not None and isinstance(declared.kind, Many) and declared.kind.is_rows


def raw_path(raw: Mapping[str, Any], spec_path: str) -> Path:
    """Return where a path of the spec stands in the raw data of its group."""
    reading = Reading({})
    read_group(raw, reading, {})
    return reading.raw_path(spec_path)


def read_group(raw: Mapping[str, Any], reading: Reading, extra: Mapping[str, Any]) -> ContainerGroupSpec:
    """Return the group of the raw data, unchecked; ``extra`` are values that count instead of those read from it."""
    group = _record(ContainerGroupSpec, raw, (), "", reading, tuple(extra))
    assert isinstance(group, ContainerGroupSpec)  # noqa: S101  # for the type checker: a group is never nothing
    for name, value in extra.items():
        object.__setattr__(group, name, value)
    return group


def judge(group: ContainerGroupSpec, reading: Reading) -> None:
    """Note all that is wrong with the group as a whole."""
    problems = Problems(reading.unread)
    check(group, problems, deep=True)
    for error in problems.errors:
        reading.note(reading.raw_path(error.path), error)


def first_errors(reading: Reading) -> list[Error]:
    """Return the first error of every control; one of a record as a whole only where no field of it has one."""
    first: dict[Path, DomainError] = {}
    for path, error in reading.errors:
        first.setdefault(path, error)
    return [(path, error) for path, error in first.items() if not _is_said_below(path, first)]


def _is_said_below(path: Path, marked: Mapping[Path, DomainError]) -> bool:
    if len(path) == 1 or not any(step.choice is not None for step in steps_of(path)):
        return False
    return any(other != path and other[: len(path) - 1] == path[:-1] for other in marked)


def _record(
    record: type[Record], raw: Mapping[str, Any], path: Path, spec_path: str, reading: Reading, without: tuple[str, ...]
) -> Record | None:
    """Return the record of the raw data, None where its choice says that there is none."""
    values: dict[str, Any] = {}
    left_out = set(without)
    case = None
    if record.one_of is not None:
        case = record.one_of.chosen(raw)
        if case is None:
            words = ", ".join(each.word for each in record.one_of.cases if each.word)
            reading.note((*path, record.one_of.name), DomainError(Reason.NOT_A_CHOICE, choices=words))
        if path and (case is None or case.is_nothing):
            return None
        for each in record.one_of.cases:
            left_out |= each.own - (case.own if case else frozenset())
        values |= dict(case.values) if case else {}
    for name, declared in fields_of(record).items():
        if name not in left_out and name not in values:
            values[name] = _value(declared, name, raw, path, f"{spec_path}{name}", reading)
            if case is not None and name in case.fields and not declared.keeps_empty and is_blank(values[name]):
                reading.note((*path, name), DomainError(Reason.REQUIRED))
    return unchecked(record, {name: value for name, value in values.items() if value is not _ABSENT})


_ABSENT = object()


def _value(declared: Field, name: str, raw: Mapping[str, Any], path: Path, spec_path: str, reading: Reading) -> Any:
    kind = declared.kind
    if isinstance(kind, One):
        below = raw.get(name)
        if below is None and kind.record.one_of is not None:
            return _ABSENT
        return _record(kind.record, below or {}, (*path, name), f"{spec_path}.", reading, kind.without)
    if isinstance(kind, Many) and kind.is_rows:
        return tuple(_rows(kind, raw.get(name) or [], (*path, name), spec_path, reading))
    return _leaf(declared, name, raw, (*path, name), spec_path, reading)


def _rows(kind: Many, raw: list[Mapping[str, Any]], path: Path, spec_path: str, reading: Reading) -> Iterator[Record]:
    index = 0
    for item in raw:
        record = _kind_of(kind.item, item)
        key = (*path, str(item["_key"]))
        if record is None:
            reading.note((*key, "name"), DomainError(Reason.NOT_A_CHOICE, choices=", ".join(kind.records())))
            continue
        if kind.drops_blank and is_blank_row(record, item):
            continue
        reading.rows[f"{spec_path}.{index}"] = key
        without = kind.item.without if isinstance(kind.item, One) else ()
        made = _record(record, item, key, f"{spec_path}.{index}.", reading, without)
        if made is not None:
            index += 1
            yield made


def _kind_of(kind: Any, item: Mapping[str, Any]) -> type[Record] | None:
    if isinstance(kind, OneOf):
        return kind.choices.get(str(item.get("_kind")))
    return kind.record if isinstance(kind, One) else None


def is_blank_row(record: type[Record], raw: Mapping[str, Any]) -> bool:
    """Tell whether nothing was typed into a row; what was chosen does not count."""
    return not any(
        str(raw.get(name) or "").strip()
        for name, declared in fields_of(record).items()
        if not isinstance(declared.kind, Choice | Flag)
    )


def _leaf(declared: Field, name: str, raw: Mapping[str, Any], path: Path, spec_path: str, reading: Reading) -> Any:
    kind = declared.kind
    if name not in raw or (declared.otherwise and not str(raw[name]).strip()):
        raw = {**raw, name: declared.otherwise or declared.initial}
    secret = reading.secrets.get(secret_name(path)) if kind.holds_secret else None
    try:
        value = kind.read(raw, name, secret)
    except DomainError as error:
        for each in error.all_errors:
            reading.note(path, each)
        reading.unread.add(spec_path)
        return None
    if declared.wanted and is_blank(value):
        reading.note(path, DomainError(Reason.REQUIRED))
    return value
