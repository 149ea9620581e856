"""What the pages of container groups show: states and containers in words, as template contexts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _

from consoleapp.domain.image import ImageReferenceError, ImageSource, parse_image_reference, source_of
from consoleapp.gateways.ports.container_groups import ContainerGroup, ContainerStatus
from consoleapp.groups.services import words
from consoleapp.groups.services.detail import RESTARTABLE, Detail
from consoleapp.groups.services.diagnosis import PULL_REASONS, Cause, Diagnosis
from consoleapp.groups.services.headline import Button, buttons_of, going_on
from consoleapp.groups.services.listing import Row
from consoleapp.groups.services.progress import Wait, not_ready, started_last, wait_of
from consoleapp.orders.billing import GOES_ON, IS_BILLED, cost_of
from consoleapp.orders.models import Order
from consoleapp.orders.summary import outcome_of
from consoleapp.web.domain_words import region_name
from consoleapp.web.formats import STATUS_KINDS, ago, elapsed, short_image
from consoleapp.wizard.views.cards import SOURCES

SOURCE_ICONS: Final = {
    ImageSource.COMMON: "bolt",
    ImageSource.DOCKER_OFFICIAL: "hub",
    ImageSource.DOCKER_HUB: "hub",
    ImageSource.ACR_PERSONAL: "layers",
    ImageSource.ACR_ENTERPRISE: "layers",
    ImageSource.PRIVATE: "globe",
}


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


def _going_on(group: ContainerGroup) -> str:
    """Return what is going on in a group with which nothing is wrong, for a line of the list."""
    if group.status == "Running" and group.containers and not not_ready(group):
        started = started_last(group)
        return format_html(_("Ready, started {time}"), time=ago(started)) if started else _("Ready")
    said = going_on(group)
    return " · ".join((said.title, *said.facts))


def container_rows(detail: Detail) -> list[dict[str, Any]]:
    """Return every container with its state in words, init containers first."""
    now = detail.last_look.at if detail.last_look else timezone.now()
    wait = wait_of(detail.seen) if detail.seen else None
    rows = []
    for container, is_init in detail.containers:
        state = container.state
        kind = {"Running": "ok" if container.ready else "info", "Waiting": "info"}.get(state.state, "")
        is_cause = detail.diagnosis is not None and detail.diagnosis.container_name == container.name
        if is_cause or (state.state == "Terminated" and state.exit_code):
            kind = "bad"
        if detail.group is None and kind != "bad":
            kind = ""
        rows.append(
            {
                "container": container,
                "is_init": is_init,
                "kind": kind,
                "busy": state.state == "Waiting" and kind == "info",
                "text": _doing(container, is_init, wait, now),
                "has_log": state.state in ("Running", "Terminated") or container.restart_count > 0,
                "exit_code": state.exit_code,
                "reason": state.reason,
                "message": state.message,
            }
        )
    return rows


def _doing(container: ContainerStatus, is_init: bool, wait: Wait | None, now: datetime) -> str:
    """Return what the container is doing, in words: "running 12 min", "done in 4 s", "waits for init-1"."""
    state, previous = container.state, container.previous_state
    if state.state == "Running":
        time = elapsed(state.start_time, now)
        running = _("running %s") % time if time else _("running")
        return running if container.ready or is_init else _("%s, not ready yet") % running
    if state.state == "Terminated":
        time = elapsed(state.start_time, state.finish_time)
        if state.exit_code:
            ended = _("ended with code %d") % state.exit_code
            return _("%(ended)s after %(time)s") % {"ended": ended, "time": time} if time else ended
        return _("done in %s") % time if time else _("done")
    if state.reason in PULL_REASONS:
        return _("its image cannot be pulled")
    if state.reason == "CrashLoopBackOff":
        if previous is None or previous.exit_code is None:
            return _("waits to be started again")
        return _("ended with code %d, waits to be started again") % previous.exit_code
    if wait is not None and container.name in wait.waiting:
        return _("waits for %s") % wait.init_container.name
    if state.state == "Waiting":
        return _("not started yet")
    return state.state or _("not told")


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


def _list_row(row: Row, near: Sequence[str] = ()) -> dict[str, Any]:
    order, group = row.order, row.group
    is_there = bool(order.container_group_id) and not row.is_forgotten
    return {
        "order": order,
        "group": group,
        "status": status_of_row(row),
        "is_to_be_read": row.diagnosis is not None and row.diagnosis.cause == Cause.PULL_FAILED,
        "button": _button(row, near),
        "created": group.creation_time if group and group.creation_time else order.created_at,
        "image": image_of_list(order.first_image),
        "region": region_name(order.region_id),
        "zone": group.zone_id.removeprefix(f"{order.region_id}-") if group else "",
        "addresses": [each for each in (group.internet_ip, group.intranet_ip) if each] if group else [],
        "is_billed": group is not None and group.status in IS_BILLED,
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


def _button(row: Row, near: Sequence[str]) -> Button | None:
    """Return what the group's own page offers first; None where that page must be read before.

    Without the group's events it may not be known why an image is not pulled.
    """
    if row.group is None or row.diagnosis is None or row.diagnosis.cause == Cause.PULL_FAILED:
        return None
    return next(iter(buttons_of(row.group, row.diagnosis, near)), None)


def failing_first(living: Sequence[Row]) -> list[Row]:
    """Return what fails, what is billed in vain first."""
    failing = [row for row in living if row.diagnosis is not None]
    return sorted(failing, key=lambda row: row.group is None or row.group.status not in GOES_ON)


def attention_rows(
    failing: Sequence[Row], near: Mapping[Any, Sequence[str]], unmade: Sequence[Order]
) -> list[dict[str, Any]]:
    """Return what needs somebody, each with its cause in a sentence and its remedy; `near` are versions by order."""
    shown = []
    for row in failing:
        line = _list_row(row, near.get(row.order.pk, ()))
        line["title"] = words.sentence_of(row.diagnosis) if row.diagnosis else ""
        line["cost"] = cost_of(row.order, row.group) if row.group and line["is_billed"] else None
        shown.append(line)
    for order in unmade:
        outcome = outcome_of(order)
        shown.append({"order": order, "title": outcome.title, "text": outcome.text, "kind": outcome.kind})
    return shown
