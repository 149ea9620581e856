"""What can go wrong between us and the cloud, sorted by what the user can do about it.

Services and views catch these and nothing else: no adapter lets an exception of its HTTP library through.
Which vendor code becomes which kind is not here but in ``alibaba/error_codes.py``; how often to try again is the
business of the caller. A text that stands in one of these errors never holds an address, a parameter value that the
caller named as secret, or a signature.
"""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar, TypedDict, Unpack


class Told(TypedDict, total=False):
    """What every kind can carry besides its sentence; see ``GatewayError``."""

    code: str
    request_id: str
    http_status: int
    action: str
    response_date: datetime | None


class GatewayError(Exception):
    """The cloud did not do what was asked.

    ``code`` is the vendor's code ("" when no answer came), ``message`` one sentence in English, ``request_id`` what the
    vendor's support asks for ("" when unknown), ``http_status`` 0 when no answer came, ``action`` the API action.
    ``response_date`` is the cloud's own clock as its answer told it, for callers that must mend a wrong local clock.
    """

    kind: ClassVar[str] = "error"

    def __init__(self, message: str, **told: Unpack[Told]) -> None:
        super().__init__(message)
        self.message = message
        self.code = told.get("code", "")
        self.request_id = told.get("request_id", "")
        self.http_status = told.get("http_status", 0)
        self.action = told.get("action", "")
        self.response_date = told.get("response_date")

    def __str__(self) -> str:
        told = f"{self.code}: {self.message}" if self.code else self.message
        return f"{told} (request id {self.request_id})" if self.request_id else told


class InvalidParameter(GatewayError):
    """A value was refused. ``field`` is the wire name it was sent under ("Container.1.Image"), "" when not told."""

    kind = "invalid_parameter"

    def __init__(self, message: str, *, field: str = "", **told: Unpack[Told]) -> None:
        super().__init__(message, **told)
        self.field = field


class UnknownRegion(InvalidParameter):
    """No region that the console knows, so nothing was sent. Says nothing about what was sent to it before."""

    kind = "unknown_region"

    def __init__(self) -> None:
        super().__init__("The console knows no such region.", field="RegionId")


class MissingCredential(GatewayError):
    """A registry wants to know who pulls. ``host`` is the registry's host[:port], "" when not told."""

    kind = "missing_credential"

    def __init__(self, message: str, *, host: str = "", **told: Unpack[Told]) -> None:
        super().__init__(message, **told)
        self.host = host


class AccessDenied(GatewayError):
    """The account, its key or its role may not do this. ``permission`` is the missing RAM action where it is known."""

    kind = "access_denied"

    def __init__(self, message: str, *, permission: str = "", **told: Unpack[Told]) -> None:
        super().__init__(message, **told)
        self.permission = permission


class QuotaExceeded(GatewayError):
    """The account has used up what it may use; another try needs a new client token."""

    kind = "quota_exceeded"


class OutOfStock(GatewayError):
    """The cloud has none of this size here; another zone or size may do, with a new client token."""

    kind = "out_of_stock"


class Conflict(GatewayError):
    """The client token was used before with other parameters. A bug on our side: stop, never take a new token."""

    kind = "conflict"


class NotFound(GatewayError):
    """What was asked for does not exist (any more)."""

    kind = "not_found"


class Throttled(GatewayError):
    """Too many calls; surely not executed. The same call, same client token, may be made again after a wait."""

    kind = "throttled"


class Refused(GatewayError):
    """Any other definite no: arrears, a state in which this cannot be done, a feature that is not enabled."""

    kind = "refused"


class Unreachable(GatewayError):
    """No connection came about: surely not executed, the same call may be made again."""

    kind = "unreachable"


class CircuitOpen(Unreachable):
    """Not even tried: the cloud has not answered for a while. ``retry_after_seconds`` tells when it is worth a try."""

    kind = "circuit_open"

    def __init__(self, message: str, *, retry_after_seconds: float, **told: Unpack[Told]) -> None:
        super().__init__(message, **told)
        self.retry_after_seconds = retry_after_seconds


class Unavailable(Unreachable):
    """A read was sent, but no usable answer came back (late, cut off, not JSON, 5xx). Asking again is harmless."""

    kind = "unavailable"


class OutcomeUnknown(GatewayError):
    """A change was sent and no usable answer came back: it may or may not have happened.

    To be asked again with the same client token only, or to be looked up.
    """

    kind = "outcome_unknown"
