"""What a GatewayError means for somebody who reads a page, and what to do about it."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from consoleapp.gateways.errors import (
    AccessDenied,
    GatewayError,
    NotFound,
    OutcomeUnknown,
    Throttled,
    Unavailable,
    Unreachable,
)
from consoleapp.web.missing_permission import lacking


@dataclass(frozen=True)
class Trouble:
    """What happened, what to do, and what the cloud said, for those who ask its support."""

    title: str
    text: str
    code: str
    request_id: str


_SILENT = gettext_lazy("The cloud does not answer.")
_TITLES: tuple[tuple[type[GatewayError], str | Promise], ...] = (
    (Unreachable, _SILENT),
    (OutcomeUnknown, _SILENT),
    (Throttled, gettext_lazy("The cloud is asked too often at the moment.")),
    (AccessDenied, gettext_lazy("The account may not see this list.")),
    (NotFound, gettext_lazy("This does not exist any more.")),
)
_WAYS_ON: tuple[tuple[type[GatewayError], str | Promise], ...] = (
    (Throttled, gettext_lazy("Wait a few seconds and try again.")),
    (NotFound, gettext_lazy("Choose something else, or try again.")),
)


def trouble_of(error: GatewayError) -> Trouble:
    """Return the error in words."""
    if isinstance(error, Unavailable | OutcomeUnknown) and error.http_status:
        title = _("The cloud gave no usable answer (HTTP %(status)d).") % {"status": error.http_status}
    else:
        known = (text for kind, text in _TITLES if isinstance(error, kind))
        title = str(next(known, _("The cloud refused to answer this.")))
    way_on = next((text for kind, text in _WAYS_ON if isinstance(error, kind)), _("Try again."))
    return Trouble(title, lacking(error) or str(way_on), error.code, error.request_id)
