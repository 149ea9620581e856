"""What rules and quotas say on the pages of the wizard: which choices they bar, exceptions asked for at a field, the
forecast of the quota.

What is judged is in services/judgement.py, how it stands at a control in forms/found.py.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from types import MappingProxyType
from typing import Any

from django.urls import NoReverseMatch, reverse

from consoleapp.domain.policy import Verdict
from consoleapp.domain.quota import LABELS, Room, said
from consoleapp.domain.secret import Secret
from consoleapp.teams.actors import actor_of
from consoleapp.teams.models import Team
from consoleapp.web.domain_words import said as translated
from consoleapp.web.formats import amount
from consoleapp.web.http import ConsoleRequest
from consoleapp.wizard import steps
from consoleapp.wizard.draft import raw
from consoleapp.wizard.draft.marks import (
    Barred,
    choice_marks,
    drop_exception,
    exceptions_of,
    room_left_mark,
    size_mark,
)
from consoleapp.wizard.draft.problems import FieldError, Help
from consoleapp.wizard.forms.basic import SizeChip, SizePicker
from consoleapp.wizard.forms.found import name_of
from consoleapp.wizard.services.judgement import Judgement, judge
from consoleapp.wizard.services.network import NetworkChoices
from consoleapp.wizard.services.pricing import Quote, quote
from consoleapp.wizard.shape import Data
from consoleapp.wizard.views.submission import Action, Submission


@dataclass(frozen=True)
class Judged:
    """A draft as a page shows it: its mistakes, what rules say besides, and what it costs."""

    mistakes: steps.Evaluation
    judgement: Judgement
    quote: Quote | None
    team: Team | None = None

    @property
    def evaluation(self) -> steps.Evaluation:
        """Return all that is wrong with the draft."""
        return self.mistakes.judged(self.judgement.marks)

    @property
    def has_rules(self) -> bool:
        """Tell whether there is anything that what is typed is judged by."""
        return bool(self.judgement.book.policies or self.judgement.rooms)


def account_name(request: ConsoleRequest) -> str:
    """Return a name for the actor's account, for what is remembered of it."""
    return request.place.key


def judged(
    request: ConsoleRequest,
    data: Data,
    secrets: Mapping[str, Secret],
    network: NetworkChoices | None,
    *,
    is_last: bool = False,
) -> Judged:
    """Return what a draft describes and what is said against it; `is_last`: nothing may be unknown any more."""
    evaluation, told = steps.evaluate(data, secrets, network), quoted(request, data, network)
    team = actor_of(request).team
    judgement = judge(team, data, evaluation.group, told, is_last=is_last)
    return Judged(evaluation, judgement, told, team)


def evaluated(
    request: ConsoleRequest, data: Data, secrets: Mapping[str, Secret], network: NetworkChoices | None
) -> steps.Evaluation:
    """Return the same without the price where no rule asks for it: for a press, which leads to a page that does."""
    if actor_of(request).team is None:
        return steps.evaluate(data, secrets, network)
    return judged(request, data, secrets, network).evaluation


def quoted(request: ConsoleRequest, data: Data, network: NetworkChoices | None) -> Quote | None:
    """Return the price of what the draft asks for, the cloud's where it answers and knows the region."""
    region_id = raw.word(data["spec"], "region_id")
    is_known = network is not None and region_id in {region.region_id for region in network.regions}
    port = request.cloud.container_groups if is_known and network and network.error is None else None
    return quote(port, account_name(request), region_id, data["spec"])


# --- exceptions


def _ask(change: Submission, key: str) -> None:
    """Stay where the exception is asked for; its reason was taken with the page, see found.bind_exceptions."""
    if key not in exceptions_of(change.data):
        policy, _slash, rule = key.partition("/")
        change.at = f"exception-{policy}-{rule}"


def _drop(change: Submission, key: str) -> None:
    drop_exception(change.data, key)


ACTIONS: dict[str, Action] = {"exception-ask": _ask, "exception-drop": _drop}


# --- what stands at the controls


def barred(judgement: Judgement, network: NetworkChoices) -> Barred:
    """Return which of the choices that the page shows rules speak against."""
    if not judgement.book.policies:
        return {}
    offered = {
        "region_id": [each.region_id for each in network.regions],
        "security_group_id": [each.security_group_id for each in network.security_groups],
        "compute_categories": ["general", "economy"],
        "vswitch_ids": [each.vswitch_id for each in network.vswitches],
    }
    found = {
        name: {value: judgement.of_choice(name, **{name: _as_field(name, value)}) for value in values}
        for name, values in offered.items()
    }
    found["vpc_id"] = {
        vpc.vpc_id: judgement.of_choice("vswitch_ids", vpc.vpc_id, vswitch_ids=()) for vpc in network.vpcs
    }
    return {name: {value: each for value, each in values.items() if each} for name, values in found.items()}


def _as_field(name: str, value: str) -> Any:
    return (value,) if name in ("vswitch_ids", "compute_categories") else value


def beside(
    slug: str,
    judged: Judged,
    choices: Barred = MappingProxyType({}),
    sizes: Iterable[FieldError] = (),
    *,
    open_key: str = "",
    at: str = "",
) -> tuple[FieldError, ...]:
    """Return what rules say at this step ("" for all): what is wrong, what is not, and what is said of choices that
    nobody has chosen; each with the exception that may be asked for, once a page."""
    marks = [mark for mark in judged.judgement.marks if slug in ("", mark.step)]
    said = {(mark.field_id, mark.finding and mark.finding.key) for mark in marks}
    hints = [*choice_marks(choices, judged.judgement.data["spec"]), *sizes]
    marks += [mark for mark in hints if (mark.field_id, mark.finding and mark.finding.key) not in said]
    asked, begun, dressed = judged.judgement.book.asked, set[str](), []
    for mark in marks:
        finding, is_seen = mark.finding, not slug or mark.container_key in ("", open_key)
        if finding is None:
            dressed.append(replace(mark, help=Help(url=quota_url(judged.team))))
        elif is_seen and finding.key not in begun and (finding.may_ask or finding.is_asked):
            begun.add(finding.key)
            name = name_of(finding)
            help = Help(finding.key, name, asked.get(finding.key, "") if finding.is_asked else "", at == name)
            dressed.append(replace(mark, help=help))
        else:
            dressed.append(mark)
    return tuple(dressed)


def sized(pickers: Iterable[SizePicker], judgement: Judgement) -> tuple[list[SizePicker], list[FieldError]]:
    """Return the pickers with what speaks against their sizes, and what is said of that at them."""
    if not judgement.book.policies and not judgement.rooms:
        return list(pickers), []
    marks: dict[tuple[str, str], FieldError] = {}
    done = [
        replace(
            picker,
            chips=_stopped(picker.name, picker.chips, judgement, marks),
            more=_stopped(picker.name, picker.more, judgement, marks),
        )
        for picker in pickers
    ]
    return done, list(marks.values())


def _stopped(
    name: str, chips: Iterable[SizeChip], judgement: Judgement, marks: dict[tuple[str, str], FieldError]
) -> tuple[SizeChip, ...]:
    spec, done = judgement.data["spec"], []
    for chip in chips:
        size = Decimal(chip.value) if not chip.is_off else None
        finding, room = judgement.of_size(name, size, chip.per_hour) if size is not None else (None, None)
        is_held = judgement.needs_approval or (finding is not None and finding.verdict == Verdict.APPROVE)
        if finding is not None and finding.verdict != Verdict.WARN:
            mark = marks.setdefault((name, finding.key), size_mark(name, finding, spec))
            stop = "rule" if finding.verdict == Verdict.DENY else "approval"
        elif room is not None and not is_held:
            mark, stop = marks.setdefault((name, room.unit), room_left_mark(room, spec)), "room"
        else:
            done.append(chip)
            continue
        done.append(replace(chip, stop=stop, why=mark.message))
    return tuple(done)


def forecast(judged: Judged) -> dict[str, Any] | None:
    """Return what the order takes of the team's quotas, the fullest first; None for a team without."""
    rooms = sorted(judged.judgement.rooms, key=lambda room: -room.percent)
    if not rooms:
        return None
    lines = [_line(room) for room in rooms]
    is_held = judged.judgement.needs_approval
    return {"lines": lines, "first": lines[0], "is_held": is_held, "url": quota_url(judged.team)}


def _line(room: Room) -> dict[str, Any]:
    takes, left, limit = (amount(said(number, room.unit)) for number in (room.takes, room.left, room.limit))
    used = min(100, 100 * room.used // room.limit) if room.limit else 100
    return {
        "label": translated(LABELS[room.unit]),
        "takes": takes,
        "left": left,
        "limit": limit,
        "waiting": amount(said(room.waiting, room.unit)) if room.waiting else "",
        "fits": room.fits,
        "used_percent": used,
        "takes_percent": min(100 - used, room.percent - used) if room.limit else 0,
    }


def quota_url(team: Team | None) -> str:
    """Return where the team's quota is told."""
    try:
        return reverse("governance:quota", args=[team.slug]) if team else ""
    except NoReverseMatch:
        return ""
