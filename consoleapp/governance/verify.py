"""Whether quotas add up: what is used is the sum of the open bookings, and these are what orders take."""

import logging
from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

from consoleapp.governance import quotas
from consoleapp.teams.models import Team

logger = logging.getLogger(__name__)

_verified_on: date | None = None


def differences(*, repair: bool = False) -> Iterator[str]:
    """Yield a sentence for each difference, in English: for the log and for whoever looks after the site."""
    for quota, booked in quotas.differences(Team.objects.order_by("pk")):
        told = f"{quota.team.slug}: {quota.used} {quota.unit} used, {booked} booked"
        if repair:
            told += ", set to that" if quotas.repair(quota, booked) else ", has changed meanwhile"
        yield told
    for booking in quotas.without_group():
        yield f"{booking.team.slug}: order {booking.order_id} has no group any more and is still booked"
    for booking in quotas.booked_otherwise():
        yield f"{booking.team.slug}: order {booking.order_id} has booked something else than it takes"
    for order in quotas.not_booked():
        yield f"{order.team.slug if order.team else ''}: order {order.pk} may have a group and has booked nothing"


def verify_nightly(**_told: Any) -> None:
    """Write every difference into the log, once a day and worker."""
    global _verified_on
    today = datetime.now(UTC).date()
    if _verified_on != today:
        found = list(differences())
        for told in found:
            logger.error("The quotas do not add up: %s", told)
        if not found:
            logger.info("The quotas add up.")
        _verified_on = today
