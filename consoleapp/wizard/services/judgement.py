"""What the rules and quotas of its team say of a draft, while it is filled in and at the last press. The one place that
judges drafts.

Who acts for themselves is judged by nobody, and no query is made for them. For a team it is two: its policies with the
exemptions from them, its quotas with what waits.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal
from functools import cached_property
from typing import Any, Final

from django.utils import timezone

from consoleapp.domain import policy as rules
from consoleapp.domain.group import ContainerGroupSpec
from consoleapp.domain.policy import Facts, Finding, ImageProof, Verdict
from consoleapp.domain.quota import Amounts, Room, Unit, amounts_of
from consoleapp.domain.sizes import size_of_pair
from consoleapp.governance import policies, quotas
from consoleapp.teams.models import Team
from consoleapp.wizard.access.images import checked_images
from consoleapp.wizard.draft import raw
from consoleapp.wizard.draft.marks import exceptions_of, marks_of
from consoleapp.wizard.draft.problems import FieldError
from consoleapp.wizard.draft.quantity import quantity_of
from consoleapp.wizard.draft.sizes import instance_types
from consoleapp.wizard.services.pricing import Quote
from consoleapp.wizard.shape import Data

# What the approver reads at the most: see approvals/models.py.
TEXT_MAX: Final = 1000


@dataclass(frozen=True)
class Book:
    """The rules by which a draft is judged: those of its team now, and the exceptions that it asks for."""

    now: datetime
    policies: Sequence[rules.Policy] = ()
    exemptions: Sequence[rules.Exemption] = ()
    asked: Mapping[str, str] = field(default_factory=dict)

    def judge(self, group: ContainerGroupSpec, facts: Facts, about: str = "") -> tuple[Finding, ...]:
        """Return what is found in the group."""
        told: dict[str, Any] = {"exemptions": self.exemptions, "asked": self.asked, "about": about}
        return rules.judge(group, self.policies, facts, self.now, **told)


@dataclass(frozen=True)
class Judgement:
    """What was judged, what was known beside it, and what came of it. `rooms` are for all groups of the press."""

    data: Data
    group: ContainerGroupSpec
    facts: Facts
    book: Book
    findings: tuple[Finding, ...] = ()
    rooms: tuple[Room, ...] = ()

    @property
    def denied(self) -> list[Finding]:
        """Return what is denied and no exception is asked for."""
        return [finding for finding in self.findings if finding.verdict == Verdict.DENY]

    @property
    def needs_approval(self) -> bool:
        """Tell whether an order of the draft waits for somebody's approval."""
        return any(finding.verdict == Verdict.APPROVE for finding in self.findings)

    @property
    def lacking(self) -> list[Room]:
        """Return the quotas without room. What waits for approval takes none before it is approved."""
        return [] if self.needs_approval else [room for room in self.rooms if not room.fits]

    @cached_property
    def marks(self) -> tuple[FieldError, ...]:
        """Return what is said at the controls of the draft."""
        return tuple(marks_of(self.data, self.findings, self.rooms, is_held=self.needs_approval))

    def of_choice(self, about: str, vpc_id: str | None = None, **chosen: Any) -> Finding | None:
        """Return the hardest that the rules about a field would find if this were chosen."""
        return self._worst(replace_unchecked(self.group, **chosen), replace(self.facts, vpc_id=vpc_id), about)

    def of_size(self, about: str, size: Decimal, per_hour: Decimal | None) -> tuple[Finding | None, Room | None]:
        """Return what the rules would find in this vCPU or memory, and the quota that has no room for it."""
        cpu, memory_gib = (size, self.facts.memory_gib) if about == "cpu" else (self.facts.cpu, size)
        takes = _times(amounts_of(cpu, memory_gib, per_hour), quantity_of(self.data))
        rooms = [replace(room, takes=takes.of(room.unit)) for room in self.rooms]
        sized = replace(self.facts, cpu=cpu, memory_gib=memory_gib)
        facts = replace(sized, price_per_hour=per_hour, quota_percent=_fullest(rooms))
        unit = Unit.VCPU if about == "cpu" else Unit.MEMORY
        without = next((room for room in rooms if room.unit == unit and not room.fits), None)
        return self._worst(replace_unchecked(self.group, **{about: size}), facts, about), without

    def _worst(self, group: ContainerGroupSpec, facts: Facts, about: str) -> Finding | None:
        return next(iter(self.book.judge(group, facts, about)), None)

    def text_with_reasons(self, text: str) -> str:
        """Return what the approver reads: the text, and the reason of each exception that is asked for."""
        asked = {finding.key for finding in self.findings if finding.is_asked}
        reasons = (reason for key, reason in self.book.asked.items() if key in asked)
        return "\n".join(filter(None, (text.strip(), *dict.fromkeys(reasons))))[:TEXT_MAX]


def replace_unchecked(group: ContainerGroupSpec, **changed: Any) -> ContainerGroupSpec:
    """Return a group with other values that nobody has checked."""
    made = object.__new__(ContainerGroupSpec)
    for name, value in {**vars(group), **changed}.items():
        object.__setattr__(made, name, value)
    return made


def judge(
    team: Team | None, data: Data, group: ContainerGroupSpec, quote: Quote | None, *, is_last: bool = False
) -> Judgement:
    """Return what the rules of the draft's team say of its group, which may be half filled in."""
    now = timezone.now()
    if team is None:
        return Judgement(data, group, Facts(), Book(now))
    facts = facts_of(data, quote, is_last=is_last)
    each = amounts_of(facts.cpu or group.cpu, facts.memory_gib or group.memory_gib, facts.price_per_hour)
    rooms = tuple(quotas.rooms_for(team, _times(each, quantity_of(data))))
    facts = replace(facts, quota_percent=_fullest(rooms))
    book = Book(now, *policies.rulebook(team, now), exceptions_of(data))
    return Judgement(data, group, facts, book, book.judge(group, facts), rooms)


def facts_of(data: Data, quote: Quote | None, *, is_last: bool = False) -> Facts:
    """Return what is known beside the group of a draft."""
    types = instance_types(data["spec"])
    size = quote.size if quote else size_of_pair(types[0]) if types else None
    return Facts(
        vpc_id=raw.word(data["page"], "vpc_id") or None,
        cpu=size.cpu if size else None,
        memory_gib=size.memory_gib if size else None,
        price_per_hour=quote.price.per_hour if quote else None,
        currency=quote.price.currency if quote else "",
        template=str(data.get("template", {}).get("name", "")),
        proofs=_proofs(data),
        is_last=is_last,
    )


def _proofs(data: Data) -> dict[str, ImageProof]:
    """Return what registries have said, by the images as they are sent; nothing of those that nobody asked about."""
    proofs = {}
    for checked in checked_images(data):
        answer = checked.answer
        if answer is not None and answer.is_current:
            proved_at = answer.result.checked_at if answer.result.can_be_pulled else None
            proofs[checked.need.text] = ImageProof(proved_at, was_overridden=answer.is_continued)
    return proofs


def _times(amounts: Amounts, quantity: int) -> Amounts:
    return Amounts(**{unit.value: amounts.of(unit) * quantity for unit in Unit})


def _fullest(rooms: Sequence[Room]) -> int | None:
    return max((room.percent for room in rooms), default=None)
