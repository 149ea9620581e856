"""What an order's state means, in words: what happened, what to do about it. The table of answers is in retries.py."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from consoleapp.orders import clock, delivery, payload, retries, services
from consoleapp.orders.models import AttemptOutcome, Order, OrderState

Text = str | Promise


@dataclass(frozen=True)
class Outcome:
    """The head of an order's page. `again` labels the button that sends it, `mend` the one that opens the field."""

    kind: str
    title: Text
    text: Text
    again: Text = ""
    mend: Text = ""
    is_busy: bool = False


CREATED: Final = Outcome("ok", _("Created"), _("The container group exists."))
HELD: Final = Outcome(
    "",
    _("Waits for approval"),
    _("Nothing is sent and nothing is billed before somebody has approved it."),
)
SENDING: Final = Outcome(
    "", _("Being sent"), _("The cloud has not answered yet. This page tells you when it has."), is_busy=True
)
LEFT_BEHIND: Final = Outcome(
    "warn",
    _("Sent, but no answer was kept"),
    _(
        "The console was interrupted while it waited. Asking again is safe: the cloud recognises this order and makes "
        "one container group of it at most."
    ),
    again=_("Ask again"),
)
NOT_SENT: Final = Outcome(
    "warn",
    _("Not sent yet"),
    _("Your order is recorded. Nothing has reached the cloud."),
    again=_("Send it now"),
)
TRIED: Final = Outcome(
    "warn",
    _("Recorded, not accepted yet"),
    _("The last attempt did not get through; nothing was created and nothing is billed."),
    again=_("Try again"),
)
WAITING: Final = Outcome(
    "",
    _("Waiting for its turn"),
    _(
        "More orders were confirmed at once than the cloud takes in a moment. "
        "Yours is sent by itself when its turn comes."
    ),
)
CLOCK: Final = Outcome(
    "bad",
    _("The console's clock is wrong"),
    _(
        "The cloud refuses what is signed with a wrong time; nothing was created. Tell your administrator: "
        "the clock of the console's server has to be set right. Your order waits for it."
    ),
    again=_("Try again"),
)
LOOKED_UP: Final = Outcome(
    "warn",
    _("Sent, no answer, and not found"),
    _(
        "No usable answer came back, and the cloud shows no container group with the mark of this order: probably none "
        "was made. "
        "Asking again is safe: the cloud recognises this order and makes one container group of it at most."
    ),
    again=_("Ask again"),
)
UNMARKED: Final = Outcome(
    "warn",
    _("Sent, no answer, and nothing that proves which group is yours"),
    _(
        "No usable answer came back, and the order is of before container groups were marked. A group of this name may "
        "be yours or somebody else's: look at the cloud's own console, at when it was created and what it runs. Ask "
        "again only if there is none: if the cloud does not remember this order any more, it would make another one."
    ),
    again=_("Ask again"),
)
GIVEN_UP: Final = Outcome(
    "bad",
    _("Closed after a week without an answer"),
    _(
        "Nobody knows whether the container group was made: look at the cloud's own console for its name, and for the "
        "tag that the request shows. "
        "The stored passwords are wiped, so this order cannot be sent any more."
    ),
)
NO_ANSWER: Final = Outcome(
    "warn",
    _("Sent, no answer yet"),
    _(
        "The order went out, but no usable answer came back: the container group may exist. Asking again is safe: the "
        "cloud recognises this order and makes one container group of it at most."
    ),
    again=_("Ask again"),
)
ELSEWHERE: Final = Outcome(
    "bad",
    _("Sent, no answer, and the cloud account is another one by now"),
    _(
        "The order went out to the account with the number %s, where the container group may exist. The console's "
        "cloud account leads elsewhere now, where the order would make a second group: nothing more is sent until a "
        "site admin has put that right."
    ),
    again=_("Ask again"),
)
HALTED: Final = Outcome(
    "bad",
    _("Stopped"),
    _(
        "The cloud says that it knows this order with other contents. That is a fault of the console: nothing more is "
        "sent. Tell your administrator the request id, and look at the cloud's own console for the container group, by "
        "its name and by the tag that the request shows."
    ),
)

# What each kind of refusal means: text, and what the button that opens the field says.
REFUSALS: Final[Mapping[str, tuple[Text, Text]]] = {
    "invalid_parameter": (_("The cloud does not take one of the values. Nothing was created."), _("Change this value")),
    "unknown_region": (
        _("The console knows no such region, so nothing was sent. An administrator can add one by hand."),
        _("Choose another region"),
    ),
    "missing_credential": (_("A registry asks who pulls the image. Nothing was created."), _("Enter the credential")),
    "access_denied": (
        _("The cloud account may not do this. Nothing was created; an administrator has to grant the permission."),
        _("Back to the draft"),
    ),
    "quota_exceeded": (
        _("The account has used up what it may use here. Delete something, ask for more, or choose a smaller size."),
        _("Choose another size"),
    ),
    "out_of_stock": (
        _("The cloud has none of this size here at the moment. Another vSwitch, zone or size may do."),
        _("Choose another place or size"),
    ),
    "not_found": (
        _("Something that the order names does not exist any more. Nothing was created."),
        _("Choose another"),
    ),
    "account_changed": (
        _(
            "The cloud account of this order is another one by now, so nothing was sent. Order anew, or "
            "ask a site admin."
        ),
        _("Back to the draft"),
    ),
    "not_granted": (
        _("The cloud account was taken from your team before the order was sent. Order anew, or ask a site admin."),
        _("Back to the draft"),
    ),
    "stopped": (_("The order was stopped before anything was sent. Nothing was created."), _("Back to the draft")),
    "expired": (
        _("The order could not be sent for a week and was closed. Nothing was created."),
        _("Back to the draft"),
    ),
    "rejected": (
        _("Your order was not approved. Nothing was sent, and the stored passwords are wiped."),
        _("Change and ask again"),
    ),
    "withdrawn": (_("Who had asked for it took it back. Nothing was sent."), _("Change and ask again")),
    "approval_expired": (
        _("Nobody decided in time, so the order has ended. Nothing was sent, and the stored passwords are wiped."),
        _("Change and ask again"),
    ),
    "requester_gone": (
        _("Who had asked may not order for the team any more. Nothing was sent, and the stored passwords are wiped."),
        _("Change and ask again"),
    ),
    "refused": (_("The cloud refuses the order. Nothing was created."), _("Back to the draft")),
}

# What stands above them; of all others: refused.
TITLES: Final[Mapping[str, Text]] = {
    services.STOPPED: _("Stopped"),
    "rejected": _("Rejected"),
    "withdrawn": _("Withdrawn"),
    "approval_expired": _("Nobody approved it"),
    "requester_gone": _("Ended"),
}


def outcome_of(order: Order, now: datetime | None = None) -> Outcome:
    """Return what the order's page says first."""
    if order.state == OrderState.CREATED:
        return CREATED
    if order.is_halted:
        return GIVEN_UP if order.error_kind == services.EXPIRED else HALTED
    if order.state == OrderState.REFUSED:
        text, mend = REFUSALS.get(order.error_kind, REFUSALS["refused"])
        title = TITLES.get(order.error_kind, _("Refused"))
        return Outcome("bad", title, text, mend=mend)
    if order.state == OrderState.HELD:
        return HELD
    if order.state == OrderState.UNKNOWN:
        return _not_known(order)
    if order.state == OrderState.SENDING:
        return LEFT_BEHIND if services.may_ask_again(order, now or clock.now()) else SENDING
    return _not_sent(order)


def _not_known(order: Order) -> Outcome:
    if order.error_kind == delivery.AccountChanged.kind:
        return replace(ELSEWHERE, text=ELSEWHERE.text % order.account_uid)
    if order.next_try_at is None and not payload.is_marked(order):
        return UNMARKED
    return LOOKED_UP if order.error_kind == delivery.NOT_THERE else NO_ANSWER


def _not_sent(order: Order) -> Outcome:
    if order.slot_at is not None:
        return WAITING
    if order.error_code in retries.CLOCK.codes and order.next_try_at is None:
        return CLOCK
    return TRIED if order.error_kind else NOT_SENT


def seconds_to_next_try(order: Order, now: datetime | None = None) -> int | None:
    """Return the whole seconds until something is done about the order by itself.

    None when nothing is, when it is being done, and when it waits for its turn: nobody can tell.
    """
    if order.next_try_at is None or order.is_final or order.state == OrderState.SENDING or order.slot_at:
        return None
    wait = order.next_try_at - (now or clock.now())
    return max(0, math.ceil(wait.total_seconds())) if wait <= delivery.FARTHEST else 0


def duration(seconds: float) -> str:
    """Return how long an answer took: "12 ms" or "3.4 s"."""
    return f"{seconds * 1000:.0f} ms" if seconds < 1 else f"{seconds:.1f} s"


@dataclass(frozen=True)
class Step:
    """One line of the order's history, the newest last; `kind` is its colour."""

    moment: datetime
    kind: str
    title: Text
    text: Text = ""
    code: str = ""
    request_id: str = ""
    seconds: float | None = None

    @property
    def took(self) -> str:
        """Return how long the answer took, in words."""
        return "" if self.seconds is None else _("after %s") % duration(self.seconds)


_ATTEMPTS: Final[Mapping[str, tuple[str, Text]]] = {
    AttemptOutcome.OPEN: ("warn", _("Sent, no answer kept")),
    AttemptOutcome.CREATED: ("ok", _("Created")),
    AttemptOutcome.REFUSED: ("bad", _("Refused")),
    AttemptOutcome.NOT_SENT: ("warn", _("Not sent")),
    AttemptOutcome.SLOW_DOWN: ("warn", _("Asked to slow down")),
    AttemptOutcome.UNKNOWN: ("warn", _("No usable answer")),
    AttemptOutcome.MISMATCH: ("bad", _("Stopped")),
    AttemptOutcome.FOUND: ("ok", _("Looked up: found")),
    AttemptOutcome.NOT_THERE: ("warn", _("Looked up: not there")),
}


def history_of(order: Order) -> list[Step]:
    """Return the press and every attempt, oldest first."""
    steps = [Step(order.created_at, "", _("Confirmed"), _("The order was recorded with all it sends."))]
    for attempt in order.attempts.all():
        kind, title = _ATTEMPTS[attempt.outcome]
        seconds = (attempt.ended_at - attempt.started_at).total_seconds() if attempt.ended_at else None
        if attempt.outcome == AttemptOutcome.OPEN and outcome_of(order).is_busy:
            kind, title = "info now", _("Being sent")
        steps.append(Step(attempt.started_at, kind, title, attempt.message, attempt.code, attempt.request_id, seconds))
    return steps
