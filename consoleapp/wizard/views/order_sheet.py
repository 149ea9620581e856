"""What stands on the sheet of the Confirm page: the verdict with what mends it, containers in the order in which they
run, what differs from the group that it came from, and the price.

What a press does is in confirm.py.
"""

import uuid
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby
from typing import Any, Final

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_variables

from consoleapp.cloud_accounts.models import AccountGrant
from consoleapp.domain import limits, wire
from consoleapp.domain.errors import DomainError
from consoleapp.domain.reachability import WayOutReason
from consoleapp.domain.spec import ContainerGroupSpec
from consoleapp.orders import payload
from consoleapp.orders import services as orders
from consoleapp.orders.billing import Bill, runs_well
from consoleapp.orders.models import Order
from consoleapp.teams.actors import Actor
from consoleapp.web.changes import Change, changes_of
from consoleapp.web.request_in import Asked
from consoleapp.wizard import steps
from consoleapp.wizard.access.images import Checked, checked_images
from consoleapp.wizard.draft import raw
from consoleapp.wizard.draft.quantity import LABEL as QUANTITY
from consoleapp.wizard.models import Draft
from consoleapp.wizard.services import similar
from consoleapp.wizard.services.network import NetworkChoices
from consoleapp.wizard.services.ordering import Presses
from consoleapp.wizard.services.pricing import Quote
from consoleapp.wizard.summary import ImageLine, Notice, Section
from consoleapp.wizard.summary.parts import Row
from consoleapp.wizard.views import access_check, sidebar
from consoleapp.wizard.views.access_panel import Remedy, note_of
from consoleapp.wizard.views.judging import Judged
from consoleapp.wizard.views.order_feedback import address_of
from consoleapp.wizard.views.page_context import rail

SLUG = "confirm"
REMEDIES_SHOWN: Final = 2
# The key of the tick, in the form and in the draft: "on" or "".
DELETE_REPLACED: Final = "delete_replaced"


@dataclass(frozen=True)
class Confirmable:
    """A complete draft and what it will send: one group, or several that differ in name and mark alone."""

    draft: Draft
    groups: tuple[ContainerGroupSpec, ...]
    found: Judged
    network: NetworkChoices
    presses: Presses

    @property
    def evaluation(self) -> steps.Evaluation:
        """Return what the draft describes; what rules say stands on the sheet by itself."""
        return self.found.mistakes

    @property
    def quote(self) -> Quote | None:
        """Return the price of one group."""
        return self.found.quote

    @property
    def spec(self) -> ContainerGroupSpec:
        """Return the first group."""
        return self.groups[0]


def unchecked_url(draft: Draft) -> str:
    """Return where the page has the images checked by itself that nobody has checked yet; "" where there are none."""
    keys = [item.container_key for item in checked_images(draft.typed) if item.is_worth_asking]
    return access_check.address_of(draft, keys, SLUG) if keys else ""


def rail_of(ready: Confirmable) -> list[dict[str, Any]]:
    """Return the rail: nothing is missing here, so Basic Settings are done; *Other Settings* only if somebody was
    there."""
    rows = rail(SLUG, ready.draft, ready.draft.typed, ready.evaluation)
    return [{**row, "state": "done"} if row["slug"] == "basic" else row for row in rows]


@sensitive_variables()
def asked_of(draft: Draft, spec: ContainerGroupSpec) -> Asked:
    """Return the request of a draft's group as pages show it in each language."""

    def address(word: str) -> str:
        return reverse("wizard:request", args=[draft.pk, word])

    return Asked(*wire.written(spec), lambda: spec, address)


def linked(draft: Draft, section: Section) -> dict[str, Any]:
    """Return a group of lines with the address where they are edited."""
    return {"title": section.title, "rows": section.rows, "url": address_of(draft, section.place)}


def number_rows(names: Sequence[str]) -> Iterator[Row]:
    """Yield several groups as lines; nothing for one."""
    if len(names) > 1:
        yield Row(QUANTITY, _("%(count)d container groups, each an order of its own") % {"count": len(names)})
        yield Row(_("Names"), ", ".join(names))


def account_rows(grant: AccountGrant | None) -> Iterator[Row]:
    """Yield the cloud account that the team was granted as a line; nothing for the configured one."""
    if grant is not None:
        yield Row(_("Cloud account"), grant.account.name)


def containers(draft: Draft, spec: ContainerGroupSpec, lines: Iterable[ImageLine]) -> list[dict[str, Any]]:
    """Return the lines in the order in which the containers run, those with the same image and proof as one."""
    known = {item.container_key: item for item in checked_images(draft.typed)}
    ports = {container.name: {port.port for port in container.ports} for _path, container in spec.all_containers}
    in_order = sorted(lines, key=lambda line: not line.is_init)
    found = []
    for _same, members in groupby(in_order, key=lambda line: (line.is_init, line.image, line.kind, str(line.proof))):
        rows = [_row(draft, line, known.get(line.place.container_key)) for line in members]
        names = [row["line"].name for row in rows]
        found.append({"rows": rows, "first": rows[0], "last": rows[-1], "note": _shared_port(names, ports)})
    return found


def _row(draft: Draft, line: ImageLine, checked: Checked | None) -> dict[str, Any]:
    """Return an image with the buttons that mend what its registry said; `is_asked`: an answer is there or on its way,
    so that its place is kept free; `digest`: what a moving tag points to now."""
    note = note_of(checked) if checked is not None and checked.is_failure else None
    answer = checked.answer if checked is not None else None
    is_proved = answer is not None and answer.is_current and answer.result.can_be_pulled
    return {
        "line": line,
        "url": address_of(draft, line.place),
        "remedies": note.remedies[:REMEDIES_SHOWN] if note else (),
        "is_asked": (settings.CHECK_ON_INPUT and checked is not None and checked.is_worth_asking)
        or line.checked_at is not None,
        "digest": answer.result.digest if answer and is_proved and "@" not in line.image else "",
    }


def _shared_port(names: Sequence[str], ports: Mapping[str, set[int]]) -> str:
    """Tell a port that several of these containers declare: all of a group have one address."""
    counts = Counter(port for name in names for port in ports.get(name, ()))
    port, count = max(counts.items(), key=lambda each: each[1], default=(0, 0))
    if count < 2:
        return ""
    return _("%(count)d containers share port %(port)d") % {"count": count, "port": port}


def first_remedy(rows: Iterable[dict[str, Any]]) -> Remedy | None:
    """Return the button that mends the first image that cannot be pulled, for the head of the sheet."""
    found = (remedy for each in rows for row in each["rows"] for remedy in row["remedies"])
    return next(found, None)


def path_out(spec: ContainerGroupSpec, network: NetworkChoices) -> str:
    """Tell how the group reaches the Internet, in a few words; "" where the cloud does not tell."""
    if network.error is not None:
        return ""
    way = network.way_out(spec.vswitch_ids, eip=spec.has_eip)
    if not way.is_open:
        return _("no way to the Internet")
    if way.reason == WayOutReason.EIP:
        return _("out by its Elastic IP")
    vpc = network.vpc
    return _("out by NAT of VPC %(name)s") % {"name": vpc.name or vpc.vpc_id} if vpc else _("out by NAT")


def source_order(draft: Draft) -> Order | None:
    """Return the order that the draft was copied from, while there is one."""
    try:
        return orders.find_order(Actor.behind(draft), uuid.UUID(raw.word(draft.typed["page"], similar.COPIED_FROM)))
    except (ValueError, Order.DoesNotExist):
        return draft.replaces


def changes(ready: Confirmable) -> dict[str, Any]:
    """Return what differs from the group that the draft came from; nothing for a draft that came from none."""
    source = source_order(ready.draft)
    if source is None:
        return {"changes": None}
    try:
        before = similar.spec_of_order(source)
    except DomainError:
        return {"changes": None}
    after = ready.evaluation.spec
    found: list[Change] = changes_of(before, after, payload.is_gone) if after is not None else []
    return {"changes": found, "changed_from": source}


def deletes_replaced(draft: Draft, bills: Sequence[Bill], posted: Mapping[str, Any]) -> bool:
    """Tell whether the tick for deleting what is replaced is on: as posted, as kept, else where the old one fails."""
    if DELETE_REPLACED in posted:
        return bool(posted[DELETE_REPLACED])
    kept = draft.typed["page"].get(DELETE_REPLACED)
    return any(is_failing(bill) for bill in bills) if kept is None else bool(kept)


def is_failing(bill: Bill) -> bool:
    """Tell whether the group of a bill is known not to run as it should."""
    return bill.group is not None and not runs_well(bill.group)


def warned(draft: Draft, notice: Notice) -> dict[str, Any]:
    """Return a warning with the address where its cause is changed."""
    return {"notice": notice, "url": address_of(draft, notice.place)}


def hours_pending(spec: ContainerGroupSpec) -> Decimal:
    """Return for how long, in hours, a group that cannot start is billed before the cloud gives it up."""
    return Decimal(spec.max_pending_minutes or limits.PENDING_MINUTES_DEFAULT) / 60


def price(ready: Confirmable) -> dict[str, Any]:
    """Return what the groups cost, or why that is not known."""
    told = ready.quote
    if told is None:
        return {"price_note": sidebar.no_price_note(ready.draft.typed) or _("no price could be told")}
    figures = sidebar.figures(told, len(ready.groups))
    return {
        **figures,
        "at_worst": figures["per_hour"] * hours_pending(ready.spec),
        "billed_size": told.size,
        "billed_type": told.instance_type,
        "is_rounded": told.is_rounded,
        "has_eip": ready.spec.has_eip,
    }
