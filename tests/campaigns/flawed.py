"""The console with a defect, for campaigns that must find it: as functions that patch this process, and as an
application for a server (CAMPAIGN_DEFECT names the defect).
"""

import os
import threading
import uuid
from collections.abc import Callable, Mapping
from contextlib import nullcontext
from dataclasses import replace
from typing import Any


def fresh_token() -> None:
    """Every attempt has a client token of its own."""
    from consoleapp.gateways.alibaba.eci import ElasticContainerInstance

    create = ElasticContainerInstance.create

    def careless(self: Any, parameters: Mapping[str, str], *, client_token: str, **kwargs: Any) -> Any:
        return create(self, parameters, client_token=uuid.uuid4().hex, **kwargs)

    ElasticContainerInstance.create = careless  # type: ignore[method-assign]


def fresh_order() -> None:
    """Every press is an order of its own."""
    from consoleapp.orders import services

    record = services.record_order

    def careless(actor: Any, parameters: Any, secret_keys: Any, press: Any) -> Any:
        return record(actor, parameters, secret_keys, replace(press, form_key=uuid.uuid4().hex))

    services.record_order = careless
    from consoleapp.wizard.services import ordering
    from consoleapp.wizard.views import confirm

    ordering.presses_of = lambda draft: ordering.Presses(draft, ())
    confirm._earlier_result = lambda request: None


def no_turns() -> None:
    """Every order goes at once, whatever the cloud says."""
    from consoleapp.orders import rate_limit

    rate_limit.take_turn = lambda account, now: True
    rate_limit.slow_down = lambda account, now, seconds: None


def own_clock() -> None:
    """Orders go by this server's clock, and what it is told of the future is believed."""
    from datetime import timedelta

    from django.utils import timezone

    from consoleapp.orders import clock, delivery

    clock.now = lambda: timezone.now()
    delivery.FARTHEST = timedelta(days=365)  # type: ignore[misc]


def kept_places() -> None:
    """A page that waits for a registry lends its place to nobody."""
    from consoleapp.web import buffering

    buffering.Places._lend = lambda self, loop: nullcontext()  # type: ignore


def no_limits() -> None:
    """Every password that somebody types is tried, as many at once as there are threads."""
    from django.conf import settings

    from consoleapp.accounts import adapter, views

    settings.ACCOUNT_RATE_LIMITS = False
    adapter._hashing = nullcontext()  # type: ignore[assignment]
    views._turns = threading.BoundedSemaphore(1000)


def saved_anyway() -> None:
    """A save that the database refuses is taken for one that it has taken."""
    from django.db import DatabaseError

    from consoleapp.wizard.services import drafts

    save = drafts.save_draft

    def careless(draft: Any, *arguments: Any, **named: Any) -> Any:
        try:
            return save(draft, *arguments, **named)
        except DatabaseError:
            return draft

    drafts.save_draft = careless


def believed_forecast() -> None:
    """What the page has said of the quota is believed when the order is let through."""
    from django.db.models import F

    from consoleapp.domain.quota import Unit
    from consoleapp.governance import quotas
    from consoleapp.governance.models import Booking, Quota

    def careless(order: Any) -> None:
        takes = quotas.amounts_of_order(order)
        for quota in Quota.objects.filter(team=order.team_id):
            Quota.objects.filter(pk=quota.pk).update(used=F("used") + takes.of(Unit(quota.unit)))
        Booking.objects.create(order=order, team_id=order.team_id, **quotas._columns(takes))

    quotas.book = careless


def loose_decision() -> None:
    """Whether an approval is open is looked at by the page, and taken for granted after."""
    import time

    from consoleapp.approvals import services
    from consoleapp.approvals.models import Approval
    from consoleapp.orders import clock

    def changed(approval: Any, state: Any) -> None:
        Approval.objects.filter(pk=approval.pk).update(state=state, decided_at=clock.now())
        approval.state = state

    def believed(approval: Any) -> Any:
        # So long that whoever comes at the same time has looked as well.
        time.sleep(0.2)
        return approval

    services._locked = believed
    services._move = changed


def early_release() -> None:
    """An order is let go in a transaction of its own, and booked after."""
    from django.db import transaction

    from consoleapp.approvals import services
    from consoleapp.approvals.models import State
    from consoleapp.governance import quotas
    from consoleapp.orders.services import let_go

    def apart(user: Any, approval: Any, seen: str, comment: str = "") -> Any:
        with transaction.atomic():
            locked = services._locked(approval)
            services._move(locked, State.APPROVED)
            let_go(locked.order_id)
        quotas.book(locked.order)
        return locked

    services.approve = apart


DEFECTS: dict[str, Callable[[], None]] = {
    "fresh-token": fresh_token,
    "fresh-order": fresh_order,
    "no-turns": no_turns,
    "own-clock": own_clock,
    "kept-places": kept_places,
    "saved-anyway": saved_anyway,
    "no-limits": no_limits,
    "believed-forecast": believed_forecast,
    "loose-decision": loose_decision,
}

if defect := os.environ.get("CAMPAIGN_DEFECT"):
    from consoleapp.asgi import application as application

    DEFECTS[defect]()
