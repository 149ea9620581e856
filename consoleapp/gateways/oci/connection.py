"""The one module that opens connections to addresses that a user typed.

A name is resolved once a check, every answer must pass the guard, and the connection goes to the very address that
passed; the name stays for SNI, the certificate and the Host header. One request a connection, no redirects, no
cookies, no proxies, nothing from the environment, nothing compressed. Every wait has what is left of the check's
deadline, and a watchdog ends what does not come back. What may be connected to is decided in ``guard.py``.
"""

from __future__ import annotations

import contextlib
import hashlib
import http.client
import io
import ipaddress
import logging
import re
import socket
import ssl
from collections.abc import Callable, Collection
from functools import lru_cache
from typing import Any, Final

from requests.utils import DEFAULT_CA_BUNDLE_PATH

from consoleapp.gateways.oci.budget import Budget, OutOfBytes, OutOfTime, Watchdog
from consoleapp.gateways.oci.certificate_evidence import certificate_evidence, certificate_problem
from consoleapp.gateways.oci.dial import (
    NOT_PINNED,
    Answer,
    BadAnswer,
    BadCertificate,
    DialError,
    HostNotFound,
    NoAnswer,
    NotTls,
    Origin,
    Refused,
    Request,
)
from consoleapp.gateways.oci.guard import Guard, address_of
from consoleapp.gateways.oci.policy import AccessPolicy
from consoleapp.gateways.oci.resolver import NotResolved, Resolver, own_addresses, resolve
from consoleapp.gateways.proof import Fault, Refusal, Stage

logger = logging.getLogger(__name__)

USER_AGENT: Final = "container-console"
ADDRESSES_TRIED: Final = 3
# What a buffered reader may have read beyond the headers.
READ_AHEAD: Final = io.DEFAULT_BUFFER_SIZE

_is_target = re.compile(r"/[!-~]*").fullmatch
_is_value = re.compile(r"[\x20-\x7e]*").fullmatch


class SocketDial:
    """Lines over the network.

    ``resolver`` and ``guard`` are arguments for tests, and so is ``ca_file``: in the product it is the list of
    authorities that comes with requests, and none of the machine's own, because the cloud does not have those either.
    """

    def __init__(
        self,
        policy: AccessPolicy,
        *,
        resolver: Resolver = resolve,
        guard: Guard | None = None,
        ca_file: str | None = None,
        own: Callable[[], Collection[str]] = own_addresses,
    ) -> None:
        self.policy = policy
        self.guard = guard or Guard(policy, own)
        self.resolver = resolver
        self.verified = _tls(ca_file or DEFAULT_CA_BUNDLE_PATH)
        self.unverified = _tls(None)
        self.trusted = {host: _tls(path) for host, path in policy.authorities}

    def refusal(self, origin: Origin) -> Refusal | None:
        return self.guard.refusal(origin)

    def is_listed(self, origin: Origin) -> bool:
        return self.guard.is_listed(origin)

    def start(self, budget: Budget) -> SocketLine:
        return SocketLine(self, budget)


@lru_cache(maxsize=8)  # reading the authorities takes longer than a check
def _tls(ca_file: str | None) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.set_alpn_protocols(["http/1.1"])
    if ca_file is None:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    else:
        context.load_verify_locations(ca_file)
    return context


class SocketLine:
    """One check's connections: what a name resolved to is kept for its length, and nothing else is."""

    def __init__(self, dial: SocketDial, budget: Budget) -> None:
        self._dial = dial
        self._budget = budget
        self._addresses: dict[str, tuple[str, ...]] = {}
        self._watchdog = Watchdog(budget.remaining())

    def close(self) -> None:
        self._watchdog.stop()

    def send(self, request: Request) -> Answer:
        """Return the answer; every way in which there is none is a DialError."""
        origin = request.origin
        try:
            return self._exchange(request)
        except OutOfTime as error:
            raise NoAnswer(origin, Stage.ANSWER) from error
        except OutOfBytes as error:
            raise BadAnswer(origin, Fault.TOO_LARGE) from error

    def _exchange(self, request: Request) -> Answer:
        message = _message(request)
        sock = self._open(request)
        try:
            self._send_all(sock, message)
            return self._receive(sock, request)
        except (http.client.HTTPException, ValueError) as error:
            raise _unusable(request.origin, error) from error
        except OSError as error:
            raise NoAnswer(request.origin, Stage.ANSWER) from error
        finally:
            self._close(sock)

    # --- the connection

    def _open(self, request: Request) -> socket.socket:
        origin = request.origin
        guard = self._dial.guard
        refusal = guard.probe_refusal(origin) if request.is_probe else guard.refusal(origin)
        if refusal is not None:
            raise Refused(origin, refusal)
        started = self._budget.elapsed_seconds
        addresses = self._permitted(origin, is_probe=request.is_probe)
        # Looking up the name and connecting share one limit: taken together they must not tell which of them failed.
        limit = self._dial.policy.dial_seconds - (self._budget.elapsed_seconds - started)
        sock = self._connect(origin, addresses, limit)
        if origin.scheme == "http":
            return sock
        return self._wrap(sock, request)

    def _permitted(self, origin: Origin, *, is_probe: bool) -> tuple[str, ...]:
        """Return the addresses of the origin's name, every one of which passed."""
        asked = Origin("https", origin.host, origin.port) if is_probe and not self._dial.is_listed(origin) else origin
        for text in (addresses := self._resolved(origin)):
            address = address_of(text)
            if address is None or not self._dial.guard.permits(asked, address):
                logger.info("The addresses of %s are refused: %s is among them", origin, text)
                if self._dial.is_listed(asked) or address_of(origin.host) is not None:
                    raise Refused(origin, Refusal.ADDRESS)
                raise HostNotFound(origin)
        return addresses

    def _resolved(self, origin: Origin) -> tuple[str, ...]:
        if address_of(origin.host) is not None:
            return (origin.host,)
        if origin.host not in self._addresses:
            try:
                seconds = self._budget.remaining(self._dial.policy.resolve_seconds)
                self._addresses[origin.host] = self._dial.resolver(origin.host, seconds)
            except NotResolved as error:
                raise HostNotFound(origin) from error
        return self._addresses[origin.host]

    def _connect(self, origin: Origin, addresses: tuple[str, ...], seconds: float) -> socket.socket:
        tried = addresses[:ADDRESSES_TRIED]
        failure: OSError = TimeoutError()
        for index, text in enumerate(tried):
            # What is left is shared out, so that one silent address does not use up the time of the others.
            share = max(seconds, 0.05) / (len(tried) - index)
            started = self._budget.elapsed_seconds
            try:
                return self._connect_to(text, origin.port, share)
            except OSError as error:
                failure = error
            seconds -= self._budget.elapsed_seconds - started
        raise NoAnswer(origin, Stage.CONNECT) from failure

    def _connect_to(self, text: str, port: int, seconds: float) -> socket.socket:
        address = ipaddress.ip_address(text)
        family = socket.AF_INET if address.version == 4 else socket.AF_INET6
        sock = socket.socket(family, socket.SOCK_STREAM)
        self._watchdog.watch(sock)
        try:
            sock.settimeout(self._budget.remaining(seconds))
            sock.connect((str(address), port))
        except BaseException:
            self._close(sock)
            raise
        return sock

    def _wrap(self, sock: socket.socket, request: Request) -> ssl.SSLSocket:
        origin = request.origin
        try:
            if not request.verify and request.pin is not None:
                return self._pinned(sock, origin, request.pin)
            return self._handshake(sock, origin, self._dial.verified if request.verify else self._dial.unverified)
        except ssl.SSLCertVerificationError as error:
            raise self._bad_certificate(origin, error) from error
        except ssl.SSLError as error:
            raise NotTls(origin) from error
        except TimeoutError as error:
            raise NoAnswer(origin, Stage.TLS) from error
        except OSError as error:
            # A server of plain HTTP may hang up on what it cannot read.
            raise NotTls(origin) from error

    def _handshake(self, sock: socket.socket, origin: Origin, context: ssl.SSLContext) -> ssl.SSLSocket:
        tls: ssl.SSLSocket | None = None
        try:
            tls = context.wrap_socket(sock, server_hostname=origin.host, do_handshake_on_connect=False)
            self._watchdog.watch(tls)
            tls.settimeout(self._budget.remaining())
            tls.do_handshake()
        except BaseException:
            self._close(tls or sock)
            raise
        finally:
            self._watchdog.forget(sock)
        return tls

    def _pinned(self, sock: socket.socket, origin: Origin, pin: str) -> ssl.SSLSocket:
        """Connect to the very certificate with this fingerprint, or to one whose authority an admin trusts."""
        tls = self._handshake(sock, origin, self._dial.unverified)
        der = tls.getpeercert(binary_form=True)
        if der and hashlib.sha256(der).hexdigest() == pin:
            return tls
        self._close(tls)
        if origin.netloc in self._dial.trusted:
            again = self._connect(origin, self._permitted(origin, is_probe=False), self._dial.policy.dial_seconds)
            with contextlib.suppress(ssl.SSLCertVerificationError):
                return self._handshake(again, origin, self._dial.trusted[origin.netloc])
        raise BadCertificate(origin, NOT_PINNED, certificate_evidence(origin.netloc, der))

    def _bad_certificate(self, origin: Origin, error: ssl.SSLCertVerificationError) -> BadCertificate:
        """Return the problem with the certificate, which a second, unverified handshake shows; no request is sent."""
        der: bytes | None = None
        try:
            addresses = self._permitted(origin, is_probe=False)
            sock = self._connect(origin, addresses, self._dial.policy.dial_seconds)
            tls = self._handshake(sock, origin, self._dial.unverified)
            der = tls.getpeercert(binary_form=True)
            self._close(tls)
        except (DialError, OSError, OutOfTime):
            der = None
        return BadCertificate(origin, certificate_problem(error.verify_code), certificate_evidence(origin.netloc, der))

    def _close(self, sock: socket.socket) -> None:
        self._watchdog.forget(sock)
        sock.close()

    # --- one request, one answer

    def _send_all(self, sock: socket.socket, message: bytes) -> None:
        view = memoryview(message)
        while view:
            sock.settimeout(self._budget.remaining())
            view = view[sock.send(view) :]

    def _receive(self, sock: socket.socket, request: Request) -> Answer:
        reader = _Reader(sock, self._budget, self._dial.policy.headers_bytes + READ_AHEAD)
        response = http.client.HTTPResponse(_AsSocket(reader), method=request.method)  # type: ignore[arg-type]
        response.begin()
        reader.allow_everything()
        headers = tuple((name.lower(), value.strip()) for name, value in response.getheaders())
        _check_headers(request.origin, response.status, headers)
        if request.method == "HEAD":
            return Answer(response.status, headers)
        if response.length is not None and response.length > request.limit:
            raise BadAnswer(request.origin, Fault.TOO_LARGE)
        body = response.read(request.limit + 1)
        if len(body) > request.limit:
            raise BadAnswer(request.origin, Fault.TOO_LARGE)
        if response.length:
            raise BadAnswer(request.origin, Fault.CUT_OFF)
        return Answer(response.status, headers, body)


def _message(request: Request) -> bytes:
    lines = [f"{request.method} {request.target} HTTP/1.1", f"Host: {request.origin.netloc}"]
    lines += [f"User-Agent: {USER_AGENT}", "Accept-Encoding: identity", "Connection: close"]
    lines += [f"{name}: {value}" for name, value in request.headers]
    is_clean = _is_target(request.target) and all(_is_value(line) for line in lines)
    if not is_clean or request.method not in {"GET", "HEAD"}:
        raise ValueError("the request holds what cannot be sent")
    if request.is_probe and request.headers:
        raise ValueError("a probe carries nothing")
    return ("\r\n".join(lines) + "\r\n\r\n").encode("ascii")


def _check_headers(origin: Origin, status: int, headers: tuple[tuple[str, str], ...]) -> None:
    if not 200 <= status <= 599:
        raise BadAnswer(origin, Fault.NOT_HTTP)
    for name, value in headers:
        if name == "content-encoding" and value.lower() not in {"", "identity"}:
            raise BadAnswer(origin, Fault.ENCODED)
        if name == "transfer-encoding" and value.lower() != "chunked":
            raise BadAnswer(origin, Fault.ENCODED)


def _unusable(origin: Origin, error: Exception) -> DialError:
    if isinstance(error, http.client.RemoteDisconnected):
        return NoAnswer(origin, Stage.ANSWER)
    if isinstance(error, http.client.IncompleteRead):
        return BadAnswer(origin, Fault.CUT_OFF)
    if isinstance(error, http.client.LineTooLong) or "more than" in str(error):
        return BadAnswer(origin, Fault.TOO_LARGE)
    return BadAnswer(origin, Fault.NOT_HTTP)


class _Reader(io.RawIOBase):
    """What comes from the socket, each wait within the deadline, each byte paid for."""

    def __init__(self, sock: socket.socket, budget: Budget, limit: int) -> None:
        super().__init__()
        self._sock = sock
        self._budget = budget
        self._left: int | None = limit

    def allow_everything(self) -> None:
        """Note that the headers are over; from here on only the budget counts."""
        self._left = None

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        self._sock.settimeout(self._budget.remaining())
        size = self._sock.recv_into(buffer)
        self._budget.spend(size)
        if self._left is not None:
            self._left -= size
            if self._left < 0:
                raise OutOfBytes
        return size


class _AsSocket:
    """As much of a socket as HTTPResponse asks for."""

    def __init__(self, reader: _Reader) -> None:
        self._reader = reader

    def makefile(self, mode: str) -> io.BufferedReader:
        return io.BufferedReader(self._reader)
