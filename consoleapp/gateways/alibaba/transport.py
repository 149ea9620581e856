"""One exchange with a server: send a prepared request once, read a bounded answer, or say why there is none.

Everything that requests and urllib3 can raise ends here as a ``Failure``, because their texts and their ``request``
attribute repeat the URL. Not here: signing (``signing.py``), what an answer means (``client.py``). No retries, no
redirects, no cookies, no .netrc: the adapter is called directly, without the session's own handling around it.
"""

from __future__ import annotations

import ssl
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast

import requests
from requests.adapters import BaseAdapter, HTTPAdapter
from requests.structures import CaseInsensitiveDict
from requests.utils import select_proxy
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.exceptions import (
    ConnectTimeoutError,
    HTTPError,
    LocationValueError,
    MaxRetryError,
    NewConnectionError,
    SSLError,
)

from consoleapp.gateways.alibaba.redaction import guard_urllib3_logs

MAX_ANSWER_BYTES = 4 * 1024 * 1024
_CHUNK_BYTES = 64 * 1024


@dataclass(frozen=True)
class Answer:
    """What came back, whole."""

    status: int
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True)
class Failure:
    """No answer. ``was_sent`` is False only when surely not a byte of the request left."""

    was_sent: bool
    reason: str


def http_session(adapter: BaseAdapter | None = None) -> requests.Session:
    """Make a session for all threads of the process; ``adapter`` takes every request instead of the network."""
    guard_urllib3_logs()
    session = requests.Session()
    session.adapters.clear()
    for scheme in ("https://", "http://"):
        session.mount(scheme, adapter or VerbatimAdapter(pool_connections=20, pool_maxsize=40, max_retries=0))
    return session


# A header of ours that the connection takes out again before it writes any.
_TARGET = "x-console-request-target"


class VerbatimAdapter(HTTPAdapter):
    """Sends the request target byte for byte as it was signed, and keeps its query string to itself.

    urllib3 decodes and encodes every target again (half of the time a call takes), and it and requests repeat the
    target in log lines and exception texts. Here both see the bare path; the connection writes the whole.
    """

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = {"http": _Pool, "https": _TlsPool}

    def request_url(self, request: requests.PreparedRequest, proxies: Mapping[str, str] | None) -> str:
        target = super().request_url(request, proxies)
        path, question_mark, _ = target.partition("?")
        if not question_mark or select_proxy(str(request.url), proxies):  # proxies have connections of another class
            return target
        request.headers[_TARGET] = target
        return path


class _Connection(HTTPConnection):
    def request(self, method: str, url: str, body: Any = None, headers: Any = None, **options: Any) -> None:
        super().request(method, headers.pop(_TARGET, url), body, headers, **options)


class _NoSecureConnection(NewConnectionError):
    """The TLS handshake failed or did not end in time: nothing of the request has been sent."""


class _TlsConnection(HTTPSConnection):
    def connect(self) -> None:
        try:
            super().connect()
        except ConnectTimeoutError:  # no connection at all
            raise
        except (OSError, HTTPError) as err:
            raise _NoSecureConnection(self, "TLS") from err

    def request(self, method: str, url: str, body: Any = None, headers: Any = None, **options: Any) -> None:
        super().request(method, headers.pop(_TARGET, url), body, headers, **options)


class _Pool(HTTPConnectionPool):
    ConnectionCls = _Connection


class _TlsPool(HTTPSConnectionPool):
    ConnectionCls = _TlsConnection


class Transport:
    """Sends prepared requests over one session with one pair of time-outs (seconds)."""

    def __init__(self, session: requests.Session, *, connect_timeout: float, read_timeout: float) -> None:
        self._session = session
        self._timeout = (connect_timeout, read_timeout)
        self._settings_by_base: dict[str, dict[str, Any]] = {}

    def exchange(self, base: str, request: requests.PreparedRequest) -> Answer | Failure:
        """Return the answer to one attempt. ``base`` is scheme and host of the request's URL. Raise nothing."""
        try:
            settings = self._settings(base)
            adapter = self._session.get_adapter(base)
            with adapter.send(request, stream=True, timeout=self._timeout, **settings) as response:
                body = _read(response, time.monotonic() + self._timeout[1])
                return Answer(response.status_code, response.headers, body)
        except _Unreadable as err:
            return Failure(was_sent=True, reason=str(err))
        except (requests.RequestException, HTTPError, OSError, ValueError) as err:
            return _failure(err)

    def _settings(self, base: str) -> dict[str, Any]:
        # Proxies and the CA bundle of the environment, worked out once a host: requests does it for every request.
        if base not in self._settings_by_base:
            merged = self._session.merge_environment_settings(base, {}, None, None, None)
            self._settings_by_base[base] = {name: merged[name] for name in ("proxies", "verify", "cert")}
        return self._settings_by_base[base]


def prepared(method: str, url: str, headers: Mapping[str, str], body: bytes = b"") -> requests.PreparedRequest:
    """Return a request whose URL is sent as it is: requests' own preparation would parse and quote it anew."""
    request = requests.PreparedRequest()
    request.method = method
    request.url = url
    request.headers = CaseInsensitiveDict(headers)
    if body or method != "GET":
        request.headers["Content-Length"] = str(len(body))
    request.body = body or None
    return request


class _Unreadable(Exception):
    """The answer is larger or slower than we read."""


def _read(response: requests.Response, deadline: float) -> bytes:
    # The read time-out counts between two reads; the deadline keeps one byte a second from holding a worker for hours.
    raw = cast(Any, response.raw)
    chunks: list[bytes] = []
    size = 0
    while chunk := raw.read1(_CHUNK_BYTES, decode_content=True):
        chunks.append(chunk)
        size += len(chunk)
        if size > MAX_ANSWER_BYTES:
            raise _Unreadable("the answer is larger than 4 MiB")
        if time.monotonic() > deadline:
            raise _Unreadable("the answer did not end in time")
    return b"".join(chunks)


def _failure(err: Exception) -> Failure:
    reason = _reason(err)
    if isinstance(reason, _NoSecureConnection) or _is_about_certificate(reason):
        return Failure(was_sent=False, reason="no secure connection (TLS)")
    if isinstance(reason, NewConnectionError):
        return Failure(was_sent=False, reason="no connection: host name not found or connection refused")
    if isinstance(reason, ConnectTimeoutError):
        return Failure(was_sent=False, reason="no connection in time")
    if isinstance(err, requests.exceptions.ProxyError):
        return Failure(was_sent=False, reason="the proxy refused the connection")
    if isinstance(err, (requests.exceptions.InvalidURL, LocationValueError, UnicodeError)):
        return Failure(was_sent=False, reason="the host name is not usable")
    if isinstance(err, requests.ReadTimeout):
        return Failure(was_sent=True, reason="no answer in time")
    return Failure(was_sent=True, reason="the connection broke off")


def _reason(err: Exception) -> object:
    """Return what urllib3 reported, unwrapped."""
    cause = err.args[0] if err.args else err
    return cause.reason if isinstance(cause, MaxRetryError) else cause


def _is_about_certificate(reason: object) -> bool:
    # Behind a proxy the connections are not ours; a refused certificate is the one failure that is surely an early one.
    return isinstance(reason, SSLError) and any(isinstance(arg, ssl.SSLCertVerificationError) for arg in reason.args)
