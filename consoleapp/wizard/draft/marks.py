"""What the rules of a team say of a draft, as marks at its controls; see FieldError in problems.py.

What is judged, and by which rules, is in services/judgement.py.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any, ClassVar, Final

from consoleapp.domain.errors import DomainError, _
from consoleapp.domain.policy import Finding, Verdict
from consoleapp.domain.policy_rules import RULES
from consoleapp.domain.quota import FIELDS, Room, Unit, said
from consoleapp.web.domain_words import said as translated
from consoleapp.web.formats import amount
from consoleapp.wizard.draft.controls import problem_at
from consoleapp.wizard.draft.decoding import Reading, read_group
from consoleapp.wizard.draft.paths import Path
from consoleapp.wizard.draft.places import Place, place_at
from consoleapp.wizard.draft.problems import FieldError, Kind
from consoleapp.wizard.shape import Data, Fields

# What rules say about what could be chosen: by field and value.
Barred = Mapping[str, Mapping[str, Finding]]
REASON_MAX: Final = 500
EXCEPTIONS_MAX: Final = 50
KINDS: Final = {Verdict.DENY: Kind.DENIED, Verdict.APPROVE: Kind.APPROVAL, Verdict.WARN: Kind.WARNING}
# Rules about what is beside the request: the control that they mean, and its step's label.
_BESIDE: Final[Mapping[str, tuple[str, str]]] = {"vpcs": ("vpc_id", _("VPC"))}
# The choice that a value of the request is made by.
_CHOICES: Final[Mapping[str, str]] = {"auto_create_eip": "eip"}


class Ruled(DomainError):
    """A value that a rule does not allow; the reason is the rule's name."""

    sentences: ClassVar[Mapping[str, str]] = MappingProxyType({rule.name: rule.says for rule in RULES})


class TooLittleRoom(DomainError):
    """What does not fit into a quota; the reason is its unit."""

    sentences: ClassVar[Mapping[str, str]] = MappingProxyType(
        {
            Unit.GROUPS: _("This takes {takes} groups, and {left} of the team's {limit} are left."),
            Unit.VCPU: _("This takes {takes} vCPU, and {left} of the team's {limit} are left."),
            Unit.MEMORY: _("This takes {takes} GiB of memory, and {left} of the team's {limit} are left."),
            Unit.PRICE: _("This costs {takes} an hour, and {left} of the team's {limit} are left."),
        }
    )


class RoomLeft(DomainError):
    """What is left of a quota, where some choices are more; the reason is its unit."""

    sentences: ClassVar[Mapping[str, str]] = MappingProxyType(
        {
            Unit.VCPU: _("{left} of the team's {limit} vCPU are left."),
            Unit.MEMORY: _("{left} of the team's {limit} GiB of memory are left."),
        }
    )


def room_left_mark(room: Room, spec: Fields) -> FieldError:
    """Return what is said at a field some of whose choices do not fit into what is left."""
    error = RoomLeft(room.unit, FIELDS[room.unit], **_numbers(room))
    return replace(_at((FIELDS[room.unit],), error, spec), kind=Kind.DENIED, is_choice=True)


def _numbers(room: Room) -> dict[str, str]:
    return {name: amount(said(getattr(room, name), room.unit)) for name in ("takes", "left", "limit")}


def exceptions_of(data: Data) -> dict[str, str]:
    """Return the exceptions that the draft asks for: the reason of each, by its finding's key."""
    kept = data["page"].get("exceptions")
    return {str(key): str(reason) for key, reason in kept.items()} if isinstance(kept, dict) else {}


def ask_exception(data: Data, key: str, reason: str) -> None:
    """Have the draft ask for an exception; without a reason it does not."""
    kept = exceptions_of(data)
    text = " ".join(reason.replace("\x00", "").split())[:REASON_MAX]
    if text and (key in kept or len(kept) < EXCEPTIONS_MAX):
        kept[key] = text
        data["page"]["exceptions"] = kept


def drop_exception(data: Data, key: str) -> None:
    """Take an exception back."""
    kept = exceptions_of(data)
    kept.pop(key, None)
    if kept:
        data["page"]["exceptions"] = kept
    else:
        data["page"].pop("exceptions", None)


def marks_of(data: Data, findings: Iterable[Finding], rooms: Iterable[Room], *, is_held: bool) -> list[FieldError]:
    """Return a mark for each finding and each quota without room. What is held for an approval waits for room, too."""
    found, spec = list(findings), data["spec"]
    lacking = [room for room in rooms if not room.fits]
    if not found and not lacking:
        return []
    reading = Reading({})
    read_group(spec, reading, {})
    return [
        *(_mark(reading, finding, spec) for finding in found),
        *(_room_mark(room, spec, Kind.WARNING if is_held else Kind.DENIED) for room in lacking),
    ]


def size_mark(name: str, finding: Finding, spec: Fields) -> FieldError:
    """Return what is said at vCPU or memory where a rule speaks against some of the sizes."""
    return choice_marks({name: {"": finding}}, spec)[0]


def choice_marks(barred: Barred, spec: Fields) -> list[FieldError]:
    """Return a mark at each field some of whose choices rules speak against, for each of those rules."""
    found = {(name, finding.key): finding for name, values in barred.items() for finding in values.values()}
    marks = []
    for (name, _key), finding in found.items():
        mark = _at(("vswitch_ids" if name == "vpc_id" else name,), _error(finding), spec)
        marks.append(replace(mark, field_id=f"id_{name}", kind=KINDS[finding.verdict], finding=finding, is_choice=True))
    return marks


def _error(finding: Finding) -> Ruled:
    return Ruled(finding.rule.name, finding.path, value=finding.value)


def _mark(reading: Reading, finding: Finding, spec: Fields) -> FieldError:
    rule = finding.rule
    error = _error(finding)
    if rule.name in _BESIDE:
        name, label = _BESIDE[rule.name]
        mark = replace(_at((finding.path,), error, spec), field_id=f"id_{name}", name=translated(label))
    else:
        mark = _at(reading.raw_path(_CHOICES.get(finding.path, finding.path)), error, spec)
    return replace(mark, kind=KINDS[finding.verdict], finding=finding)


def _room_mark(room: Room, spec: Fields, kind: Kind) -> FieldError:
    return replace(
        _at((FIELDS[room.unit],), TooLittleRoom(room.unit, FIELDS[room.unit], **_numbers(room)), spec), kind=kind
    )


def place_of(mark: FieldError) -> Place:
    """Return where a mark stands."""
    return Place(mark.step, mark.container_key, mark.field_id)


def _at(path: Path, error: DomainError, spec: Mapping[str, Any]) -> FieldError:
    place = place_at(path)
    # A volume as a whole stands at its name.
    named = (*path, "name") if path[0] == "volumes" and len(path) == len(("volumes", "key")) else path
    told = problem_at(named, error, spec)
    return replace(told, step=place.step, field_id=place.field_id, container_key=place.container_key)
