"""What happens to what nobody comes back to: secrets of drafts go, guests without an order with all that they have."""

import logging
from datetime import datetime, timedelta
from typing import Final

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from consoleapp.accounts.models import User
from consoleapp.orders.models import Order
from consoleapp.wizard.models import Draft, DraftSecret

logger = logging.getLogger(__name__)

IDLE: Final = timedelta(days=7)
# How long the press of Undo has for a draft that was discarded.
DISCARDED: Final = timedelta(hours=1)
# As long as a guest's session lasts.
GUESTS_IDLE: Final = timedelta(seconds=settings.SESSION_COOKIE_AGE)
# Guests in one transaction, and transactions of one turn of the periodic tasks.
PIECE: Final = 100
PIECES: Final = 20


def wipe_idle_secrets(now: datetime | None = None, **_told: object) -> int:
    """Wipe secrets and return how many: those of drafts saved last a week ago, unless typed into them since."""
    before = (now or timezone.now()) - IDLE
    wiped, _by_model = DraftSecret.objects.filter(draft__saved_at__lt=before, saved_at__lt=before).delete()
    if wiped:
        logger.info("%d secrets of idle drafts were wiped", wiped)
    return wiped


def drop_discarded(now: datetime | None = None, **_told: object) -> int:
    """Delete the drafts that were discarded an hour ago, and return how many; their secrets went at once."""
    before = (now or timezone.now()) - DISCARDED
    dropped, _by_model = Draft.objects.filter(discarded_at__lt=before).delete()
    return dropped


def drop_idle_guests(now: datetime | None = None, **_told: object) -> int:
    """Delete guests with their drafts and return how many: those made 30 days ago, nothing saved since, no order.

    Their sessions have ended by then, and their simulated accounts never held a container group.
    """
    before, dropped = (now or timezone.now()) - GUESTS_IDLE, 0
    ordered = Order.objects.filter(owner=OuterRef("pk"))
    active = Draft.objects.filter(owner=OuterRef("pk"), saved_at__gte=before)
    # A sample portal goes first, see sample_portal/services.py.
    sampled = User.objects.filter(persona_of=OuterRef("pk"))
    nothing = (~Exists(ordered), ~Exists(active), ~Exists(sampled))
    idle = User.objects.filter(*nothing, is_guest=True, date_joined__lt=before)
    for _piece in range(PIECES):
        with transaction.atomic():
            found = list(idle.order_by("pk").values_list("pk", flat=True)[:PIECE])
            User.objects.filter(pk__in=found).delete()
        dropped += len(found)
        if len(found) < PIECE:
            break
    if dropped:
        logger.info("%d guests without an order were deleted", dropped)
    return dropped


def forget_guest(guest: User) -> None:
    """Delete the guest's drafts with their secrets, those in their sample portal too. Orders stay, and the trail of
    what was made."""
    Draft.objects.filter(Q(owner=guest) | Q(owner__persona_of=guest)).delete()
