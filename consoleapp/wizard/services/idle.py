"""What happens to drafts that nobody comes back to: their secrets go, what was typed beside them stays."""

import logging
from datetime import datetime, timedelta
from typing import Final

from django.utils import timezone

from consoleapp.wizard.models import DraftSecret

logger = logging.getLogger(__name__)

IDLE: Final = timedelta(days=7)


def wipe_idle_secrets(now: datetime | None = None, **_told: object) -> int:
    """How many secrets were wiped: those of drafts saved last a week ago, unless typed into them since."""
    before = (now or timezone.now()) - IDLE
    wiped, _by_model = DraftSecret.objects.filter(draft__saved_at__lt=before, saved_at__lt=before).delete()
    if wiped:
        logger.info("%d secrets of idle drafts were wiped", wiped)
    return wiped
