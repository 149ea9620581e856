"""The registries of a simulated world, asked without a socket: the application of the world answers in this process.

Whether a host exists, speaks HTTPS or plain HTTP and with which certificate is told by the world, because a WSGI
application sees none of it. A host that the world does not know is not found; nothing is ever dialled.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from consoleapp.gateways import wsgi
from consoleapp.gateways.oci.addresses import is_never_allowed
from consoleapp.gateways.oci.budget import Budget, OutOfBytes, OutOfTime
from consoleapp.gateways.oci.dial import (
    NOT_PINNED,
    Answer,
    BadAnswer,
    BadCertificate,
    HostNotFound,
    NoAnswer,
    NotTls,
    Origin,
    Request,
)
from consoleapp.gateways.oci.guard import address_of
from consoleapp.gateways.proof import CertificateEvidence, Fault, Refusal, Stage

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

SchemeOf = Callable[[str], str | None]
CertificateOf = Callable[[str], Mapping[str, Any] | None]
ContactOf = Callable[[str], str]


class EmbeddedDial:
    """Lines into one WSGI application.

    ``scheme_of(host[:port])`` is https, http, or None for a host that does not exist. ``certificate_of(host[:port])``
    is None for a certificate that everybody trusts, else a mapping with the keys subject, issuer, not_before,
    not_after (aware datetimes or ISO 8601), sha256_fingerprint, names, and problem: not_trusted (the default),
    wrong_name or expired. ``contact_of(host[:port])`` is answers, silent, refused (nobody at that port) or unknown.
    """

    def __init__(
        self,
        application: WSGIApplication,
        *,
        scheme_of: SchemeOf,
        certificate_of: CertificateOf = lambda host: None,
        contact_of: ContactOf | None = None,
    ) -> None:
        self.application = application
        self.scheme_of = scheme_of
        self.certificate_of = certificate_of
        self.contact_of = contact_of or (lambda host: "answers" if scheme_of(host) else "unknown")

    def refusal(self, origin: Origin) -> Refusal | None:
        """Refuse as the real check does; otherwise a simulated network has no inside that could be reached."""
        literal = address_of(origin.host)
        return Refusal.ADDRESS if literal is not None and is_never_allowed(literal) else None

    def is_listed(self, origin: Origin) -> bool:
        return False

    def start(self, budget: Budget) -> EmbeddedLine:
        return EmbeddedLine(self, budget)


class EmbeddedLine:
    """One check's way into the application."""

    def __init__(self, dial: EmbeddedDial, budget: Budget) -> None:
        self._dial = dial
        self._budget = budget

    def send(self, request: Request) -> Answer:
        """Return what the application answers, or what the world says about reaching the host."""
        origin = request.origin
        # A probe asks for plain HTTP at the port of HTTPS.
        netloc = origin.host if origin.port in {80, 443} else origin.netloc
        scheme = self._dial.scheme_of(netloc)
        contact = self._dial.contact_of(netloc)
        if contact in {"silent", "refused"}:
            raise NoAnswer(origin, Stage.CONNECT)
        if scheme is None or contact != "answers":
            raise HostNotFound(origin)
        if scheme != origin.scheme:
            if origin.scheme == "https":
                raise NotTls(origin)
            # As servers of TLS say it.
            return Answer(400, (), b"Client sent an HTTP request to an HTTPS server.\n")
        certificate = self._dial.certificate_of(netloc) if scheme == "https" else None
        if certificate is not None:
            _judge(request, certificate)
        url = f"{origin}{request.target}"
        try:
            status, headers, body = wsgi.ask(self._dial.application, request.method, url, request.headers)
        except (TimeoutError, ConnectionError) as error:
            raise NoAnswer(origin, Stage.ANSWER) from error
        try:
            self._budget.spend(len(body))
        except OutOfTime as error:
            raise NoAnswer(origin, Stage.ANSWER) from error
        except OutOfBytes as error:
            raise BadAnswer(origin, Fault.TOO_LARGE) from error
        if len(body) > request.limit:
            raise BadAnswer(origin, Fault.TOO_LARGE)
        return Answer(int(status[:3]), tuple((name.lower(), value) for name, value in headers), body)

    def close(self) -> None:
        """Do nothing: nothing is kept open."""


def _judge(request: Request, certificate: Mapping[str, Any]) -> None:
    """Raise BadCertificate where the request does not take this certificate, which no authority vouches for."""
    shown = _certificate(request.origin, certificate)
    if request.verify:
        raise BadCertificate(request.origin, str(certificate.get("problem") or "not_trusted"), shown)
    if request.pin is not None and shown.sha256_fingerprint != request.pin:
        raise BadCertificate(request.origin, NOT_PINNED, shown)


def _certificate(origin: Origin, told: Mapping[str, Any]) -> CertificateEvidence:
    return CertificateEvidence(
        host=origin.netloc,
        subject=str(told.get("subject", "")),
        issuer=str(told.get("issuer", "")),
        not_before=_moment(told.get("not_before")),
        not_after=_moment(told.get("not_after")),
        sha256_fingerprint=str(told.get("sha256_fingerprint", "")).replace(":", "").lower(),
        names=tuple(str(name) for name in told.get("names", ())),
    )


def _moment(value: object) -> datetime | None:
    if isinstance(value, str) and value:
        value = datetime.fromisoformat(value)
    if isinstance(value, datetime):
        return value if value.tzinfo else value.replace(tzinfo=UTC)
    return None
