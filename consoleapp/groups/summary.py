"""What the pages of a container group show: its state, its cause, its events and containers, as template contexts."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from consoleapp.domain.image import ImageReferenceError, ImageSource, parse_image_reference, source_of
from consoleapp.gateways.ports.container_groups import ContainerGroup, Event
from consoleapp.groups.services import words
from consoleapp.groups.services.detail import DELETED, RESTARTABLE, ActivityEntry, Detail, activity_of, press_of
from consoleapp.groups.services.diagnosis import Cause, Diagnosis
from consoleapp.groups.services.listing import Row
from consoleapp.groups.services.progress import not_ready, started_last, wait_of
from consoleapp.orders.billing import GOES_ON, cost_of
from consoleapp.orders.models import Order
from consoleapp.orders.summary import duration, outcome_of
from consoleapp.web.formats import STATUS_KINDS, ago, clock, money, short_image
from consoleapp.wizard.forms.basic import region_name
from consoleapp.wizard.views.cards import SOURCES

GOOD_REASONS: Final = frozenset({"Pulled", "Created", "Started", "SuccessfulHitImageCache", "SuccessfulMountVolume"})
# Events that are warnings to the cloud but no trouble.
HARMLESS: Final = frozenset({"ImageCacheMissed", "ImageCacheNotFound"})
SOURCE_ICONS: Final = {
    ImageSource.COMMON: "bolt",
    ImageSource.DOCKER_OFFICIAL: "hub",
    ImageSource.DOCKER_HUB: "hub",
    ImageSource.ACR_PERSONAL: "layers",
    ImageSource.ACR_ENTERPRISE: "layers",
    ImageSource.PRIVATE: "globe",
}
TROUBLE_REASONS: Final = frozenset({"BackOff"})


@dataclass(frozen=True)
class Status:
    """A state as a dot and a word; `detail` is a second line."""

    text: str
    kind: str
    busy: bool = False
    detail: str = ""


def status_of(detail: Detail) -> Status:
    """Return the state of one group, in the colour of what is wrong with it."""
    if detail.order.delete_requested_at and detail.group is None and detail.trouble is None:
        return Status(_("Deleted"), "")
    if detail.trouble is not None:
        return Status(_("State not known"), "warn")
    if detail.group is None:
        return Status(_("No longer known to the cloud"), "")
    return _status(detail.group.status, detail.diagnosis)


def status_of_row(row: Row) -> Status:
    """Return the state of one line of the list."""
    if not row.order.container_group_id:
        outcome = outcome_of(row.order)
        detail = row.order.error_code if outcome.kind == "bad" else ""
        return Status(str(outcome.title), outcome.kind or "info", outcome.is_busy, detail)
    if row.group is not None:
        status = _status(row.group.status, row.diagnosis)
        if row.diagnosis is None:
            return replace(status, detail=_going_on(row.group))
        # Pending, says the cloud of a group whose image never comes.
        return status if row.has_ended else replace(status, text=_("Failing"))
    if row.is_forgotten:
        return Status(_("Deleted") if row.order.delete_requested_at else _("No longer known to the cloud"), "")
    return Status(_("State not known"), "warn")


def _status(status: str, diagnosis: Diagnosis | None) -> Status:
    if diagnosis is not None:
        return Status(status, "bad", detail=str(words.CAUSE_LABELS[diagnosis.cause]))
    kind = STATUS_KINDS.get(status, "")
    return Status(status, kind, busy=kind == "info")


def sentence_of_status(detail: Detail) -> str:
    """Return what is going on, in one sentence; empty where there is nothing to say beside the cause."""
    if detail.trouble is not None:
        return _("The cloud does not tell the state at the moment. What was ordered is below.")
    if detail.group is None:
        if detail.order.delete_requested_at:
            return _("It was deleted. What was ordered stays here.")
        return _("The cloud has forgotten it: ended groups are kept for about an hour. What was ordered stays here.")
    if detail.diagnosis is not None:
        return ""
    return _progress(detail.group) or str(words.STATUS_SENTENCES.get(detail.group.status, ""))


def _going_on(group: ContainerGroup) -> str:
    """Return what is going on in a group with which nothing is wrong, for a line of the list."""
    if group.status == "Running" and group.containers and not not_ready(group):
        started = started_last(group)
        return format_html(_("Ready, started {time}"), time=ago(started)) if started else _("Ready")
    return _progress(group) or str(words.STATUS_SENTENCES.get(group.status, ""))


NAMES_SHOWN: Final = 3


def _progress(group: ContainerGroup) -> str:
    """Return what its containers wait for, or whether they are ready; "" where the state says it all."""
    if group.status == "Pending" and (wait := wait_of(group)):
        text = ngettext(
            "%(name)s has been running for %(time)s; %(others)s waits for it.",
            "%(name)s has been running for %(time)s; %(others)s wait for it.",
            len(wait.waiting),
        )
        time = _elapsed(wait.since) if wait.since else _("some time")
        return text % {"name": wait.init_container.name, "time": time, "others": _listed(wait.waiting)}
    if group.status != "Running" or not group.containers:
        return ""
    if names := not_ready(group):
        text = ngettext(
            "Running, but %(names)s is not ready yet.", "Running, but %(names)s are not ready yet.", len(names)
        )
        return text % {"names": _listed(names)}
    started = started_last(group)
    if started is None:
        return _("Running and ready.")
    return format_html(_("Running and ready since {time}."), time=clock(started))


def _listed(names: Sequence[str]) -> str:
    """Return the names as a sentence has them: "a", "a and b", "a, b, c and 4 more"."""
    if len(names) > NAMES_SHOWN:
        more = _("%(count)d more") % {"count": len(names) - NAMES_SHOWN}
        names = (*names[:NAMES_SHOWN], more)
    if len(names) < 2:
        return "".join(names)
    return _("%(names)s and %(last)s") % {"names": ", ".join(names[:-1]), "last": names[-1]}


def _elapsed(since: datetime) -> str:
    seconds = max(0, int((timezone.now() - since).total_seconds()))
    if seconds < 90:
        return _("%(count)d s") % {"count": seconds}
    if seconds < 90 * 60:
        return _("%(count)d min") % {"count": seconds // 60}
    return _("%(count)d h") % {"count": seconds // 3600}


def billing_of(detail: Detail) -> str:
    """Return the line below the sentence: that money runs; "" where none does, or where the cause says it."""
    if detail.group is None or detail.diagnosis is not None or detail.group.status not in ("Pending", "Running"):
        return ""
    return _("It is billed until it has ended or is deleted.")


def note_of(detail: Detail) -> dict[str, Any] | None:
    """Return the cause in one sentence with its remedy; None where nothing is wrong."""
    diagnosis = detail.diagnosis
    if diagnosis is None:
        return None
    remedy = diagnosis.remedy
    return {
        "title": words.sentence_of(diagnosis),
        "text": _consequence(detail, diagnosis),
        "evidence": diagnosis.evidence,
        "container": diagnosis.container_name,
        "remedy": remedy.value if remedy else "",
        "action": words.REMEDY_LABELS[remedy] if remedy else "",
    }


def _consequence(detail: Detail, diagnosis: Diagnosis) -> str:
    said = []
    if diagnosis.cause == Cause.KEEPS_ENDING:
        count = diagnosis.failures
        times = ngettext("It was started again %(count)d time.", "It was started again %(count)d times.", count)
        said.append(times % {"count": count})
        if diagnosis.exit_code is not None:
            said.append(_("Its last exit code was %(code)d.") % {"code": diagnosis.exit_code})
    elif diagnosis.failures:
        said.append(
            ngettext("%(count)d attempt failed.", "%(count)d attempts failed.", diagnosis.failures)
            % {"count": diagnosis.failures}
        )
    if detail.group is not None and detail.group.status in ("Pending", "Running"):
        said.append(_billed(detail))
    return " ".join(said)


def _billed(detail: Detail) -> str:
    if detail.cost is None:
        return _("It is being billed while it waits.")
    sum_so_far = money(detail.cost.amount, detail.cost.currency)
    return _("It is being billed while it waits: %s so far.") % sum_so_far


def event_rows(detail: Detail, owner_label: str) -> list[dict[str, Any]]:
    """Return everything that happened in the cloud and was done from here, newest first, our own order last."""
    rows = [_event_row(event) for event in reversed(detail.group.events if detail.group else ())]
    rows += [_activity_row(entry, owner_label) for entry in activity_of(detail.order)]
    # The cloud tells whole seconds: what it did in the second of a press came after the press.
    rows.sort(key=lambda row: row["moment"].replace(microsecond=0), reverse=True)
    press = press_of(detail.order)
    if press is not None:
        times = ngettext("once", "%(count)d times", press.count) % {"count": press.count}
        rows.append(
            {
                "moment": press.ended_at,
                "kind": "ok",
                "reason": _("Ordered"),
                "source": owner_label,
                "message": _("Sent %(times)s, answered in %(time)s")
                % {"times": times, "time": duration(press.seconds)},
                "request_id": press.request_id,
            }
        )
    return rows


def _activity_row(entry: ActivityEntry, owner_label: str) -> dict[str, Any]:
    return {
        "moment": entry.at,
        "kind": "",
        "reason": _("Delete") if entry.action == DELETED else _("Restart"),
        "source": owner_label,
        "message": _("Asked for in this console."),
    }


def _event_row(event: Event) -> dict[str, Any]:
    kind = "ok" if event.reason in GOOD_REASONS else ""
    if event.reason in TROUBLE_REASONS or (event.type == "Warning" and event.reason not in HARMLESS):
        kind = "bad"
    times = ""
    if event.count > 1:
        times = ngettext("%(count)d time", "%(count)d times", event.count) % {"count": event.count}
    return {
        "moment": event.last_timestamp,
        "kind": kind,
        "reason": event.reason,
        "source": ", ".join(part for part in (event.source, times) if part),
        "message": event.message,
    }


def container_rows(detail: Detail) -> list[dict[str, Any]]:
    """Return every container with its state in words, init containers first."""
    rows = []
    for container, is_init in detail.containers:
        state = container.state
        kind = {"Running": "ok" if container.ready else "info", "Waiting": "info"}.get(state.state, "")
        is_cause = detail.diagnosis is not None and detail.diagnosis.container_name == container.name
        if is_cause or (state.state == "Terminated" and state.exit_code):
            kind = "bad"
        rows.append(
            {
                "container": container,
                "is_init": is_init,
                "kind": kind,
                "busy": state.state == "Waiting" and kind != "bad",
                "text": _state_word(state.state, container.ready, is_init),
                "exit_code": state.exit_code,
                "reason": state.reason,
                "message": state.message,
                "since": state.finish_time or state.start_time,
            }
        )
    return rows


def _state_word(state: str, ready: bool, is_init: bool) -> str:
    if state == "Running":
        return _("Running") if ready or is_init else _("Running, not ready yet")
    return {"Waiting": _("Waiting"), "Terminated": _("Ended")}.get(state, state or _("Not told"))


def changes_by_itself(row: Row) -> bool:
    """Tell whether the line may say something else before long without anybody's doing."""
    if not row.order.container_group_id:
        return row.order.next_try_at is not None and not row.order.is_final
    if row.group is None:
        return not row.is_forgotten
    return row.diagnosis is None and STATUS_KINDS.get(row.group.status) == "info"


def list_rows(rows: Sequence[Row]) -> list[dict[str, Any]]:
    """Return the lines of the list."""
    return [_list_row(row) for row in rows]


def _list_row(row: Row) -> dict[str, Any]:
    order, group = row.order, row.group
    # Without the group's events it may not be known why an image is not pulled: then its page must be read first.
    is_known = row.diagnosis is not None and row.diagnosis.cause != Cause.PULL_FAILED
    remedy = row.diagnosis.remedy if row.diagnosis and is_known else None
    is_there = bool(order.container_group_id) and not row.is_forgotten
    return {
        "order": order,
        "group": group,
        "status": status_of_row(row),
        "is_to_be_read": row.diagnosis is not None and not is_known,
        "remedy": remedy.value if remedy else "",
        "container": row.diagnosis.container_name if row.diagnosis else "",
        "action": words.REMEDY_LABELS[remedy] if remedy else "",
        "created": group.creation_time if group and group.creation_time else order.created_at,
        "image": image_of_list(order.first_image),
        "region": region_name(order.region_id),
        "zone": group.zone_id.removeprefix(f"{order.region_id}-") if group else "",
        "addresses": [each for each in (group.internet_ip, group.intranet_ip) if each] if group else [],
        "is_billed": group is not None and group.status in GOES_ON - {"Scheduling"},
        "may_restart": group is not None and group.status in RESTARTABLE,
        "may_delete": is_there and order.delete_requested_at is None,
    }


def image_of_list(image: str) -> dict[str, str]:
    """Return an image as the list shows it: the icon of its source with the word for it, its host, and the rest."""
    try:
        reference = parse_image_reference(image)
    except ImageReferenceError:
        return {"icon": "box", "source": "", "host": "", "path": image}
    source = source_of(reference)
    host = reference.host or ""
    return {
        "icon": SOURCE_ICONS[source],
        "source": str(SOURCES[source]),
        "host": host,
        "path": short_image(image),
    }


def attention_rows(living: Sequence[Row], unmade: Sequence[Order]) -> list[dict[str, Any]]:
    """Return what needs somebody, what is billed in vain first: each with its cause in a sentence and its remedy."""
    failing = [row for row in living if row.diagnosis is not None]
    failing.sort(key=lambda row: row.group is None or row.group.status not in GOES_ON)
    shown = []
    for row in failing:
        cost = cost_of(row.order, row.group) if row.group else None
        line = _list_row(row)
        line["title"] = words.sentence_of(row.diagnosis) if row.diagnosis else ""
        line["cost"] = cost if line["is_billed"] else None
        shown.append(line)
    for order in unmade:
        outcome = outcome_of(order)
        shown.append({"order": order, "title": outcome.title, "text": outcome.text, "kind": outcome.kind})
    return shown
