"""What stands beside and below every step: the checklist of what was decided, and the price."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from consoleapp.domain.group import ContainerGroupSpec
from consoleapp.domain.schema import initial_of
from consoleapp.web.domain_words import region_name
from consoleapp.web.formats import amount
from consoleapp.wizard.draft import raw
from consoleapp.wizard.draft.problems import FieldError, Kind
from consoleapp.wizard.draft.quantity import quantity_of
from consoleapp.wizard.draft.sizes import instance_types, is_spot
from consoleapp.wizard.forms.declared import words_of
from consoleapp.wizard.services.network import NetworkChoices, has_eip
from consoleapp.wizard.services.pricing import Quote
from consoleapp.wizard.shape import Data
from consoleapp.wizard.steps import Evaluation
from consoleapp.wizard.summary.parts import word_of
from consoleapp.wizard.views.cards import Card
from consoleapp.wizard.views.page_context import error_line

# How the checklist marks what rules say.
_KINDS = {Kind.DENIED: "bad", Kind.APPROVAL: "ask"}
# A month of 30 days.
MONTH_HOURS = 720


@dataclass(frozen=True)
class Line:
    """A decision of the checklist: what stands about it, and the way to its place, in this page or by a verb."""

    # "bad" fails, "todo" is missing, "ask" needs approval, "ok" is proved; "" is done, and nobody has proved it.
    kind: str
    label: str
    text: str = ""
    href: str = ""
    verb: str = ""


def aside(
    slug: str, data: Data, cards: list[Card], evaluation: Evaluation, network: NetworkChoices | None, open_key: str = ""
) -> dict[str, Any]:
    """Return the checklist of what was decided: what fails, what is missing, what is done; then size and place."""
    failing, done = [], []
    lacking = {problem.container_key for problem in evaluation.problems}
    for card in cards:
        text, kind = card.chip
        line = Line(kind if kind in ("bad", "ok") else "", card.name or "–", text, **_way_to(slug, card.key, open_key))
        if kind == "bad":
            failing.append(line)
        elif card.key not in lacking:
            done.append(line)
    approvals = {mark.field_id: mark for mark in evaluation.marks if mark.kind == Kind.APPROVAL}
    # A field of which rules say several things has one line.
    told: dict[object, FieldError] = {}
    for problem in evaluation.problems:
        told.setdefault(problem.field_id if problem.kind != Kind.MISTAKE else problem, problem)
    missing = [_line_of(problem, slug, open_key) for problem in told.values()]
    return {
        "failing": failing,
        "missing": missing,
        "needed": [_line_of(mark, slug, open_key) for mark in approvals.values()],
        "done": done,
        "is_ready": not failing and not missing,
        "size_line": Line("", _size_text(data), "", **_way_to_section(slug, "size")),
        "network_line": Line("", _network_text(data, network), "", **_way_to_section(slug, "network")),
    }


def _line_of(problem: FieldError, slug: str, open_key: str) -> Line:
    """Return the line of what is missing, not allowed, or needs approval."""
    line, kind = error_line(problem, slug, open_key), _KINDS.get(problem.kind, "todo")
    said = problem.word.lower() if problem.kind != Kind.MISTAKE else ""
    return Line(kind, line["label"] or line["text"], said, line["href"], line["verb"])


def _way_to(slug: str, key: str, open_key: str) -> dict[str, str]:
    place = f"{key}-image"
    if slug != "basic":
        return {"verb": f"goto:basic:{key}:{place}"}
    return {"href": f"#id_{place}"} if key == open_key else {"verb": f"container-open:{key}:{place}"}


def _way_to_section(slug: str, section: str) -> dict[str, str]:
    return {"href": f"#{section}"} if slug == "basic" else {"verb": f"goto:basic::{section}"}


def _size_text(data: Data) -> str:
    basic = {**initial_of(ContainerGroupSpec), **data["spec"]}
    size = ", ".join(instance_types(basic))[:80] or _("%(cpu)s vCPU · %(memory)s GiB") % {
        "cpu": raw.word(basic, "cpu")[:12] or "–",
        "memory": raw.word(basic, "memory_gib")[:12] or "–",
    }
    quantity = quantity_of(data)
    restart = word_of(words_of(ContainerGroupSpec, "restart_policy"), raw.word(basic, "restart_policy"))
    restarts = _("restart: %(policy)s") % {"policy": restart}
    return f"{quantity} × {size} · {restarts}" if quantity > 1 else f"{size} · {restarts}"


def _network_text(data: Data, network: NetworkChoices | None) -> str:
    vpc = network.vpc if network else None
    count = len(raw.words(data["spec"], "vswitch_ids"))
    parts = [
        region_name(raw.word(data["spec"], "region_id")),
        (vpc.name or vpc.vpc_id) if vpc else raw.word(data["page"], "vpc_id"),
        ngettext("%(count)d vSwitch", "%(count)d vSwitches", count) % {"count": count},
    ]
    return " · ".join(part or "–" for part in parts)


def price(told: Quote | None, data: Data) -> dict[str, Any]:
    """Return what the foot bar says about money."""
    if told is None:
        return {"price_note": no_price_note(data) or _("The price shows once region and size are chosen.")}
    billed = told.instance_type
    if told.is_rounded and told.size:
        billed = f"{amount(told.size.cpu)} vCPU · {amount(told.size.memory_gib)} GiB"
    with_traffic = has_eip(data["spec"])
    return {**figures(told, quantity_of(data)), "billed": billed, "with_traffic": with_traffic}


def figures(told: Quote, quantity: int) -> dict[str, Any]:
    """Return the price of so many groups as every page's foot shows it, and what it is of."""
    price = told.of(quantity)
    return {
        "quantity": quantity,
        "each_per_hour": told.price.per_hour,
        "per_hour": price.per_hour,
        "per_month": price.per_hour * MONTH_HOURS,
        "per_second": price.per_second,
        "currency": price.currency,
        "price_note": _price_note(told),
    }


def _price_note(told: Quote) -> str:
    """Return what a price is that is not simply the cloud's for this size."""
    parts = [
        _("list price") if told.is_list_price else "",
        _("market price of the moment") if told.is_market_price else "",
        _("the other types have prices of their own") if told.is_first_of_several else "",
    ]
    return ", ".join(filter(None, parts))


def no_price_note(data: Data) -> str:
    """Tell why there is no price of what has none in the public list; "" where it has one."""
    if is_spot(data["spec"]):
        return _("A preemptible instance is billed at the market price, which the cloud does not tell at the moment.")
    if instance_types(data["spec"]):
        return _("The price depends on the instance type, and the cloud does not tell it at the moment.")
    return ""
