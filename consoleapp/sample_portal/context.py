"""What the top bar of every page knows of the sample portal: as whom one can act."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from consoleapp.accounts.personas import ACTS_AS, guest_behind
from consoleapp.sample_portal.services import Sample, sample_of


def is_there() -> bool:
    """Tell whether there are sample portals at all: in the demo, where guests are welcome and nothing is real."""
    return settings.CLOUD == "simulator" and settings.SIGN_IN == "guest"


def acting(request: HttpRequest) -> dict[str, Any]:
    """Return `sample` for templates: that of the guest who looks, found when it is first asked for; empty without."""
    return {"has_samples": is_there(), "sample": SimpleLazyObject(lambda: _sample(request))}


def _sample(request: HttpRequest) -> Sample | str:
    # Guests without a sample are asked for nothing.
    # What is refused before anything else has no session.
    if not is_there() or ACTS_AS not in getattr(request, "session", {}):
        return ""
    guest = guest_behind(request.user)
    return (sample_of(guest) if guest else None) or ""
