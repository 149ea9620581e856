"""What the page of an approval says: who asks for what, what is found in it, what differs, what it costs and takes."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from itertools import groupby
from typing import Any, Final

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from consoleapp.accounts.models import User
from consoleapp.approvals import deciders, services
from consoleapp.approvals.deciders import Sides
from consoleapp.approvals.models import Approval
from consoleapp.approvals.signals import reading_template
from consoleapp.domain import policy as rules
from consoleapp.domain.container import ContainerParts
from consoleapp.domain.errors import DomainError
from consoleapp.domain.group import ContainerGroupSpec
from consoleapp.domain.policy_rules import BY_NAME
from consoleapp.domain.quota import LABELS, Room, Unit, said
from consoleapp.domain.sizes import size_of_pair
from consoleapp.gateways.errors import GatewayError
from consoleapp.gateways.ports.container_groups import ContainerGroups, Price
from consoleapp.governance.models import PolicyVersion
from consoleapp.orders import payload
from consoleapp.orders import services as orders
from consoleapp.orders.models import Order, OrderState
from consoleapp.teams.actors import Actor
from consoleapp.web.asking import remembered
from consoleapp.web.changes import Change, changes_of, defaults_of
from consoleapp.web.domain_words import label_of_path, thing_of
from consoleapp.web.domain_words import said as in_language
from consoleapp.web.formats import amount, listed, money
from consoleapp.web.request_text import request_rows, request_text

PRICE_SECONDS: Final = 300


@dataclass(frozen=True)
class Reason:
    """A finding in words: the rule's sentence, at which value, in which policy, and who wrote that."""

    sentence: str
    where: str
    found: str
    policy: str
    is_site: bool
    author: str
    verdict: str
    is_asked: bool


# What is found where no value of the form is.
_FOUND: Final = {
    "price_at_most": gettext_lazy("Price of an hour"),
    "quota_at_most": gettext_lazy("Share of the quota, in %"),
    "template_required": gettext_lazy("Template"),
}


@dataclass(frozen=True)
class Block:
    """What differs in one container; without a name, in the group itself."""

    name: str
    is_new: bool
    lines: tuple[tuple[str, Change], ...]


def reasons_of(findings: Sequence[rules.Finding], spec: ContainerGroupSpec) -> list[Reason]:
    """Return the findings in words; one query for who wrote the rules."""
    wanted = {(finding.policy.id, finding.policy.version) for finding in findings}
    either = Q(pk__in=())
    for policy, number in wanted:
        either |= Q(policy=policy, number=number)
    written = PolicyVersion.objects.filter(either).select_related("by") if wanted else ()
    authors = {(version.policy_id, version.number): version.by.label for version in written}
    return [
        Reason(
            in_language(finding.rule.says).format(value=finding.value),
            *_where(finding, spec),
            finding.policy.name,
            finding.policy.is_site,
            authors.get((finding.policy.id, finding.policy.version), ""),
            finding.verdict.value,
            finding.is_asked,
        )
        for finding in findings
    ]


def frozen_reasons(approval: Approval) -> list[Reason]:
    """Return in words what the approval was asked for, as it was then."""
    return [
        Reason(
            in_language(BY_NAME[reason["rule"]].says).format(value=reason["value"]),
            str(_FOUND.get(reason["rule"]) or label_of_path(reason["path"])),
            reason["found"],
            reason["policy_name"],
            reason["is_site"],
            "",
            rules.Verdict.APPROVE.value,
            reason["is_asked"],
        )
        for reason in approval.reasons
        if reason["rule"] in BY_NAME
    ]


def _where(finding: rules.Finding, spec: ContainerGroupSpec) -> tuple[str, str]:
    """Return what the value is called that was found, and whose it is; and the value, where that says more."""
    if finding.rule.name in _FOUND:
        return str(_FOUND[finding.rule.name]), finding.found
    first, *rest = finding.path.split(".")
    rows = getattr(spec, first, None)
    owner = ""
    if rest and rest[0].isdecimal() and isinstance(rows, tuple) and int(rest[0]) < len(rows):
        owner = getattr(rows[int(rest[0])], "name", "") or ""
    return thing_of(label_of_path(finding.path), owner), finding.found if finding.found != owner else ""


def waits_for(approval: Approval) -> str:
    """Return in a few words whose word is missing; "" where nobody could say it."""
    sides = deciders.open_sides_of(approval)
    team, site = (
        _one_of(deciders.deciders_of(approval, side)) for side in (Sides(sides.team, False), Sides(False, sides.site))
    )
    if team and site:
        return _("%(team)s, and for the site %(site)s") % {"team": team, "site": site}
    return team or site


def _one_of(people: Sequence[User]) -> str:
    names = listed([person.label for person in people])
    return _("one of %(names)s") % {"names": names} if len(people) > 1 else names


def earlier_order(order: Order) -> Order | None:
    """Return the newest order of this name that the team has made a group of; None without."""
    mine = orders.orders_of(Actor.behind(order)).filter(group_name=order.group_name, state=OrderState.CREATED)
    return mine.exclude(pk=order.pk).first()


def template_of(order: Order) -> ContainerGroupSpec | None:
    """Return what the version of the template asks for that the order comes of; None without one."""
    if order.template_version is None:
        return None
    answers: Any = reading_template.send(sender=Order, version=order.template_version)
    return next((group for _receiver, group in answers if isinstance(group, ContainerGroupSpec)), None)


def differences_of(spec: ContainerGroupSpec, before: ContainerGroupSpec) -> list[Block]:
    """Return what differs, in the group itself and in each container."""
    found = changes_of(before, spec, payload.is_gone, in_full=True)
    return list(_blocks(found, {each.name for each in _containers(before)}, {each.name for each in _containers(spec)}))


def _compared(order: Order, spec: ContainerGroupSpec) -> dict[str, Any]:
    """Return what differs from the template, else from the team's last group of the name, else from the forms."""
    before, earlier = template_of(order), None
    if before is None and (earlier := earlier_order(order)) is not None:
        try:
            before = payload.spec_of(earlier)
        except DomainError:
            earlier = None
    against_forms = before is None
    return {
        "blocks": differences_of(spec, before or defaults_of(ContainerGroupSpec)),
        "earlier": earlier,
        "against_forms": against_forms,
    }


def _containers(spec: ContainerGroupSpec) -> tuple[ContainerParts, ...]:
    # What the forms begin with has none.
    return (*(spec.init_containers or ()), *(spec.containers or ()))


def _blocks(found: Iterable[Change], before: set[str], after: set[str]) -> Iterator[Block]:
    """Yield the group's own changes, then those of each container, of which these are the names."""

    def name_of(change: Change) -> str:
        return change.where[0] if change.where and change.where[0] in before | after else ""

    names = dict.fromkeys(map(name_of, found))
    in_order = sorted(found, key=lambda change: ("", *names).index(name_of(change)))
    for name, changes in groupby(in_order, key=name_of):
        lines = ((change.label.removeprefix(name).strip() or _("Container"), change) for change in changes)
        yield Block(name, name not in before, tuple(lines))


@dataclass(frozen=True)
class Proof:
    """An image, when a registry has proved that it can be pulled, and whether somebody went on without."""

    container: str
    image: str
    proved_at: datetime | None
    was_overridden: bool


def proofs_of(approval: Approval, spec: ContainerGroupSpec) -> list[Proof]:
    """Return the images in the order in which they start, each with its proof."""
    known = rules.read_facts(approval.facts).proofs
    nothing = rules.ImageProof()
    found = []
    for container in _containers(spec):
        proof = known.get(container.image, nothing)
        found.append(Proof(container.name, container.image, proof.proved_at, proof.was_overridden))
    return found


def quota_rows(rooms: Iterable[Room]) -> list[dict[str, Any]]:
    """Return each quota before and after in words; `lacks` is what there is no room for."""
    return [
        {
            "label": _("price") if room.unit == Unit.PRICE else in_language(LABELS[room.unit]),
            "before": amount(said(room.used, room.unit)),
            "after": amount(said(room.used + room.takes, room.unit)),
            "limit": amount(said(room.limit, room.unit)),
            "lacks": "" if room.fits else amount(said(room.takes - room.left, room.unit)),
        }
        for room in rooms
    ]


def no_room_text(room: Room, currency: str) -> str:
    """Return why there is no room, with how much is missing."""
    lacks = said(room.takes - room.left, room.unit)
    if room.unit == Unit.PRICE:
        return _("The quota lacks %(lacks)s an hour.") % {"lacks": money(lacks, currency)}
    return _("The quota lacks %(lacks)s %(unit)s.") % {"lacks": amount(lacks), "unit": in_language(LABELS[room.unit])}


def price_now(order: Order, spec: ContainerGroupSpec, port: ContainerGroups) -> Decimal | None:
    """Return what the cloud says that an hour costs now; None where it says nothing, and of what is preemptible, whose
    price is the market's."""
    types = [each for each in spec.instance_type.split(",") if each]
    if spec.is_spot or order.cpu is None or order.memory_gib is None or (types and size_of_pair(types[0]) is None):
        return None
    cpu, memory_gib = order.cpu, order.memory_gib
    category = next(iter(spec.compute_categories), "")

    def ask() -> Price:
        return port.price(
            order.region_id,
            cpu,
            memory_gib,
            zone_id=spec.zone_id,
            compute_category=category,
            ephemeral_storage_gib=spec.ephemeral_storage_gib or 0,
        )

    about = ("price", order.world, order.region_id, cpu, memory_gib, spec.zone_id, category, spec.ephemeral_storage_gib)
    try:
        return remembered(about, PRICE_SECONDS, ask).per_hour
    except GatewayError:
        return None


def page_of(approval: Approval, port: ContainerGroups) -> dict[str, Any]:
    """Return what the page says about the order; without a spec where this version of the console cannot read it."""
    order = approval.order
    rows = request_rows(order.public_parameters, order.secret_keys)
    shown: dict[str, Any] = {
        "request_rows": rows,
        "request_text": request_text(rows, "CreateContainerGroup"),
        "quota": quota_rows(services.rooms_of(order)) if approval.is_open else [],
    }
    try:
        spec = payload.spec_of(order)
        findings = services.findings_now(approval) if approval.is_open else ()
    except DomainError:
        return {**shown, "is_unreadable": True, "reasons": frozen_reasons(approval)}
    return {
        **shown,
        **_compared(order, spec),
        "reasons": reasons_of(findings, spec) if approval.is_open else frozen_reasons(approval),
        "is_denied": any(finding.verdict == rules.Verdict.DENY for finding in findings),
        "seen": services.seen_hash(order, findings),
        "proofs": proofs_of(approval, spec),
        "price_now": price_now(order, spec, port) if approval.is_open else None,
    }
