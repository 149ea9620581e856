"""The seam below the client: one request, one bounded answer, or an error that says how far it came.

``connection.SocketDial`` goes over the network and ``embedded.EmbeddedDial`` to a WSGI application in this process;
nothing above this module knows which. A line is opened for one check and forgets everything afterwards.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final, Protocol

from consoleapp.gateways.oci.budget import Budget
from consoleapp.gateways.proof import CertificateEvidence, Fault, Refusal, Stage

DEFAULT_PORTS = {"https": 443, "http": 80}
# The problem of a certificate that is to be proved by its fingerprint, and has another one.
NOT_PINNED: Final = "not_pinned"


@dataclass(frozen=True)
class Origin:
    """Scheme, host and port; the host is lower case and has passed the grammar of registry hosts."""

    scheme: str
    host: str
    port: int

    @classmethod
    def of(cls, netloc: str, scheme: str) -> Origin:
        """Make one from host[:port]; the port is the scheme's own when none is written."""
        host, _, port = netloc.lower().partition(":")
        return cls(scheme, host, int(port) if port else DEFAULT_PORTS[scheme])

    @property
    def netloc(self) -> str:
        """Return it as in the Host header: the port only when it is not the scheme's own."""
        return self.host if self.port == DEFAULT_PORTS[self.scheme] else f"{self.host}:{self.port}"

    def __str__(self) -> str:
        return f"{self.scheme}://{self.netloc}"


@dataclass(frozen=True)
class Request:
    """A GET or HEAD. ``target`` is path and query, ASCII and encoded; ``limit`` the bytes of a body at most.

    ``verify`` False leaves the certificate unchecked; then ``pin``, where it is not None, is the SHA-256 fingerprint in
    hexadecimal that it must have (unless an admin trusts its authority), or nothing is sent. ``is_probe`` marks the one
    request without a login that finds out whether a host speaks plain HTTP.
    """

    method: str
    origin: Origin
    target: str
    limit: int
    headers: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    verify: bool = True
    pin: str | None = None
    is_probe: bool = False


@dataclass(frozen=True)
class Answer:
    """Status, headers with names in lower case, and the whole body."""

    status: int
    headers: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    body: bytes = field(default=b"", repr=False)

    def all(self, name: str) -> tuple[str, ...]:
        """Return every value of a header, in order."""
        return tuple(value for key, value in self.headers if key == name)

    def first(self, name: str) -> str:
        """Return the first value of a header, "" when there is none."""
        return next(iter(self.all(name)), "")


class Line(Protocol):
    """What one check sends its requests over."""

    def send(self, request: Request) -> Answer:
        """Return the answer as it came, redirects included; raise DialError and nothing else."""
        ...

    def close(self) -> None: ...


class Dial(Protocol):
    """Where the lines of checks come from."""

    def refusal(self, origin: Origin) -> Refusal | None:
        """Return which rule forbids the origin, judged by its text alone; None when it may be tried."""
        ...

    def is_listed(self, origin: Origin) -> bool:
        """Tell whether an admin has listed the origin."""
        ...

    def start(self, budget: Budget) -> Line: ...


class DialError(Exception):
    """There is no answer; ``origin`` is the server that was asked. The text holds nothing of the request."""

    def __init__(self, origin: Origin) -> None:
        super().__init__(f"{type(self).__name__}: {origin}")
        self.origin = origin


class Refused(DialError):
    """The rules forbid this connection."""

    def __init__(self, origin: Origin, refusal: Refusal) -> None:
        super().__init__(origin)
        self.refusal = refusal


class HostNotFound(DialError):
    """The name has no address that may be connected to."""


class NoAnswer(DialError):
    """Nothing usable came in time; ``stage`` is how far it came."""

    def __init__(self, origin: Origin, stage: Stage) -> None:
        super().__init__(origin)
        self.stage = stage


class NotTls(DialError):
    """The server is there, but speaks no TLS that we understand."""


class BadCertificate(DialError):
    """The certificate does not hold; ``problem`` is not_trusted, wrong_name, expired, or NOT_PINNED."""

    def __init__(self, origin: Origin, problem: str, certificate: CertificateEvidence) -> None:
        super().__init__(origin)
        self.problem = problem
        self.certificate = certificate


class BadAnswer(DialError):
    """An answer came and cannot be used."""

    def __init__(self, origin: Origin, fault: Fault) -> None:
        super().__init__(origin)
        self.fault = fault
