"""Signature V3 (ACS3-HMAC-SHA256) of a request: three pure stages, and an ``AuthBase`` that runs them.

Each stage is a function of its arguments, so that a test can compare it with a vector and a failure names the stage.
Nothing here is logged: the canonical request holds every parameter, passwords included. Endpoints and parameters are
chosen in ``client.py``. Source: Alibaba Cloud, "V3 request structure and signature"; the vectors in
``tests/vectors/signatures.json`` were computed by the vendor's own libraries.
"""

from __future__ import annotations

import hmac
import os
import re
import time
from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from hashlib import sha256
from typing import TYPE_CHECKING
from urllib.parse import quote, urlsplit

from requests.auth import AuthBase

if TYPE_CHECKING:
    from requests import PreparedRequest

    from consoleapp.gateways.alibaba.account import Account

ALGORITHM = "ACS3-HMAC-SHA256"
EMPTY_BODY_SHA256 = sha256(b"").hexdigest()

_is_unreserved = re.compile(r"[A-Za-z0-9\-_.~]*").fullmatch
_ASCII = {code: quote(chr(code), safe="~") for code in range(128)}


def percent_encode(text: str) -> str:
    """Encode by RFC 3986: UTF-8, all but letters, digits, ``-_.~`` as upper-case %XX; a blank is %20, never ``+``."""
    if _is_unreserved(text):
        return text
    return text.translate(_ASCII) if text.isascii() else quote(text, safe="~")


# The names of parameters come back in every call, their values do not.
_encoded_name = lru_cache(maxsize=4096)(percent_encode)


def canonical_query(parameters: Mapping[str, str]) -> str:
    """Return the parameters sorted by name and encoded: the very string that is both signed and sent."""
    name, value = _encoded_name, percent_encode
    return "&".join([f"{name(key)}={value(parameters[key])}" for key in sorted(parameters)])


def canonical_request(method: str, path: str, query: str, headers: Iterable[tuple[str, str]], body_sha256: str) -> str:
    """Build the first stage. ``query`` is canonical; ``headers`` are the signed ones, names in lower case, sorted."""
    lines = [f"{name}:{value.strip()}\n" for name, value in headers]
    return f"{method}\n{path}\n{query}\n{''.join(lines)}\n{signed_headers(headers)}\n{body_sha256}"


def signed_headers(headers: Iterable[tuple[str, str]]) -> str:
    """Return the names of the signed headers as the Authorization header lists them."""
    return ";".join([name for name, _ in headers])


def string_to_sign(canonical: str) -> str:
    """Build the second stage."""
    return f"{ALGORITHM}\n{sha256(canonical.encode()).hexdigest()}"


def signature(access_key_secret: str, to_sign: str) -> str:
    """Build the third stage: hexadecimal, lower case. The key is the bare secret (the older scheme appends ``&``)."""
    return hmac.digest(access_key_secret.encode(), to_sign.encode(), "sha256").hex()


def timestamp(epoch_seconds: float) -> str:
    """Return the time as ``2026-10-12T08:00:00Z``, always UTC."""
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(epoch_seconds))


def new_nonce() -> str:
    return os.urandom(16).hex()


class V3Auth(AuthBase):
    """Signs a prepared request in place; ``x-acs-action`` and ``x-acs-version`` must stand in its headers.

    The query must be percent-encoded as ``canonical_query`` does it; its order is free. Every call takes a new
    timestamp from ``clock`` (seconds since 1970) and a new ``nonce``, so a request may be signed again for a retry.
    """

    def __init__(
        self,
        account: Account,
        *,
        clock: Callable[[], float] = time.time,
        nonce: Callable[[], str] = new_nonce,
    ) -> None:
        self._account = account
        self._clock = clock
        self._nonce = nonce

    def __call__(self, request: PreparedRequest) -> PreparedRequest:
        url = urlsplit(str(request.url))
        headers = request.headers
        # Set, not left to the HTTP library: what is signed is what is sent, default ports included.
        headers["host"] = url.netloc
        headers["x-acs-date"] = timestamp(self._clock())
        headers["x-acs-signature-nonce"] = self._nonce()
        headers["x-acs-content-sha256"] = body_sha256 = _body_sha256(request.body)
        if self._account.security_token:
            headers["x-acs-security-token"] = self._account.security_token.reveal()
        signed = sorted((name, value) for name, value in _lower(headers) if _is_signed(name))
        canonical = canonical_request(str(request.method), url.path or "/", _sorted(url.query), signed, body_sha256)
        digest = signature(self._account.access_key_secret.reveal(), string_to_sign(canonical))
        headers["Authorization"] = (
            f"{ALGORITHM} Credential={self._account.access_key_id},"
            f"SignedHeaders={signed_headers(signed)},Signature={digest}"
        )
        return request


def _lower(headers: Mapping[str, str]) -> Iterable[tuple[str, str]]:
    return ((name.lower(), value) for name, value in headers.items())


def _is_signed(name: str) -> bool:
    return name.startswith("x-acs-") or name in {"host", "content-type"}


def _sorted(query: str) -> str:
    # By name, not by the whole pair: "=" sorts after ".", so "A=1" would end up behind "A.1=1".
    pairs = query.replace("=", "\0").split("&")
    return "&".join(sorted(pairs)).replace("\0", "=")


def _body_sha256(body: object) -> str:
    if not body:
        return EMPTY_BODY_SHA256
    if isinstance(body, str):
        return sha256(body.encode()).hexdigest()
    if isinstance(body, bytes):
        return sha256(body).hexdigest()
    raise TypeError("only a body that lies in memory can be signed")
