"""Whose request is this: verification of both signature schemes, time stamp included.

`verify` proves the signature and returns who signed; that the nonce is new is checked by the caller inside its
transaction. Scheme V3 (ACS3-HMAC-SHA256) serves RPC and ROA paths, the older RPC scheme (HMAC-SHA1) RPC only.
Sources: the vendor's pages "V3 request structure and signature" and "RPC mechanism"
(https://www.alibabacloud.com/help/en/sdk/product-overview/v3-request-structure-and-signature).
"""

import base64
import hashlib
import hmac
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Protocol
from urllib.parse import quote

from consoleapp.simulator import params
from consoleapp.simulator.errors import ApiError

ALGORITHM: Final = "ACS3-HMAC-SHA256"
# The vendor's page names 31 minutes (an older list 15).
CLOCK_WINDOW_SECONDS: Final = 31 * 60
_MUST_SIGN: Final = frozenset(("host", "x-acs-date", "x-acs-signature-nonce", "x-acs-content-sha256"))


class KeyRing(Protocol):
    """The access keys that exist."""

    def secret_of(self, access_key_id: str) -> str | None:
        """The secret of the access key, None when there is no such key."""


class FixedKeys:
    """A key ring over a mapping of access key ids to secrets."""

    def __init__(self, secrets: Mapping[str, str]) -> None:
        self._secrets = dict(secrets)

    def secret_of(self, access_key_id: str) -> str | None:
        return self._secrets.get(access_key_id)


class DerivedKeys:
    """A key ring that knows every access key id: its secret is HMAC-SHA256 of the id under one key, in hexadecimal."""

    def __init__(self, key: str) -> None:
        if not key:
            raise ValueError("secrets cannot be derived from an empty key")
        self._key = key.encode()

    def secret_of(self, access_key_id: str) -> str | None:
        return hmac.digest(self._key, access_key_id.encode(), "sha256").hex()


@dataclass(frozen=True, slots=True)
class Request:
    """The parts of an HTTP request that a signature covers. Header names are in lower case."""

    method: str
    path: str
    query: str
    headers: Mapping[str, str]
    body: bytes
    # Query and, if it is a form, body: decoded.
    parameters: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Identity:
    """Who signed the request, and the nonce that may not come a second time."""

    account: str
    secret: str
    nonce: str
    expires: float


def verify(request: Request, keys: KeyRing, *, now: float) -> Identity:
    """The signer of the request; raises ApiError with the vendor's code when anything is wrong."""
    if request.headers.get("authorization", "").startswith(ALGORITHM):
        return _verify_v3(request, keys, now=now)
    if request.path != "/":
        raise ApiError("IncompleteSignature", "Authorization header of the scheme ACS3-HMAC-SHA256 is mandatory.")
    return _verify_v1(request, keys, now=now)


def _verify_v3(request: Request, keys: KeyRing, *, now: float) -> Identity:
    headers = request.headers
    fields = _authorization_fields(headers["authorization"])
    account, signed, signature = fields["Credential"], fields["SignedHeaders"].split(";"), fields["Signature"]
    absent = [name for name in _MUST_SIGN if name not in headers]
    if absent:
        raise ApiError("IncompleteSignature", f"The header {sorted(absent)[0]} is mandatory.")
    unsigned = _MUST_SIGN.union(name for name in headers if name.startswith("x-acs-")).difference(signed)
    if unsigned:
        raise ApiError("IncompleteSignature", f"The header {sorted(unsigned)[0]} is not among the signed headers.")
    secret = _secret(keys, account)
    stamp = _check_clock(headers["x-acs-date"], now)
    to_sign = ""
    for query in _canonical_queries(request.query):
        to_sign = string_to_sign_v3(canonical_request(request, query, signed))
        if hmac.compare_digest(signature_v3(secret, to_sign).encode(), signature.encode()):
            return Identity(account, secret, headers["x-acs-signature-nonce"], stamp + CLOCK_WINDOW_SECONDS)
    raise _mismatch(to_sign)


def _authorization_fields(header: str) -> dict[str, str]:
    fields = {}
    for part in header[len(ALGORITHM) :].split(","):
        name, _, value = part.strip().partition("=")
        fields[name] = value
    for name in ("Credential", "SignedHeaders", "Signature"):
        if not fields.get(name):
            raise ApiError("IncompleteSignature", f"The Authorization header lacks {name}.")
    return fields


def canonical_request(request: Request, query: str, signed_headers: Iterable[str]) -> str:
    """The canonical request of scheme V3, over the body as it arrived whatever its hash header claims."""
    names = sorted(signed_headers)
    block = "".join(f"{name}:{request.headers.get(name, '').strip()}\n" for name in names)
    body_hash = hashlib.sha256(request.body).hexdigest()
    return f"{request.method}\n{request.path}\n{query}\n{block}\n{';'.join(names)}\n{body_hash}"


def string_to_sign_v3(canonical: str) -> str:
    """The string to sign of scheme V3."""
    return f"{ALGORITHM}\n{hashlib.sha256(canonical.encode()).hexdigest()}"


def signature_v3(secret: str, to_sign: str) -> str:
    """The signature of scheme V3 in hexadecimal digits."""
    return hmac.digest(secret.encode(), to_sign.encode(), "sha256").hex()


def _canonical_queries(query: str) -> Iterable[str]:
    """The query sorted as it came, then decoded and encoded anew: most clients send what they signed."""
    pairs = params.split_pairs(query)
    sorted_pairs = sorted(pairs)
    yield _joined(sorted_pairs)
    decoded = sorted(params.decode([pair]).popitem() for pair in pairs)
    encoded = [(percent_encode(name), percent_encode(value)) for name, value in decoded]
    if encoded != sorted_pairs:
        yield _joined(encoded)


def _joined(pairs: Iterable[tuple[str, str]]) -> str:
    return "&".join([f"{name}={value}" for name, value in pairs])


def _verify_v1(request: Request, keys: KeyRing, *, now: float) -> Identity:
    given = request.parameters
    for name in ("AccessKeyId", "Signature", "SignatureNonce", "Timestamp"):
        if not given.get(name):
            raise ApiError(f"Missing{name}")
    scheme = (given.get("SignatureMethod", "HMAC-SHA1").upper(), given.get("SignatureVersion", "1.0"))
    if scheme != ("HMAC-SHA1", "1.0"):
        raise ApiError("InvalidSignatureMethod")
    secret = _secret(keys, given["AccessKeyId"])
    stamp = _check_clock(given["Timestamp"], now)
    to_sign = string_to_sign_v1(request.method, given)
    if not hmac.compare_digest(signature_v1(secret, to_sign).encode(), given["Signature"].encode()):
        raise _mismatch(to_sign)
    return Identity(given["AccessKeyId"], secret, given["SignatureNonce"], stamp + CLOCK_WINDOW_SECONDS)


def string_to_sign_v1(method: str, parameters: Mapping[str, str]) -> str:
    """The string to sign of the older RPC scheme: every parameter but Signature, the empty ones too."""
    pairs = sorted(item for item in parameters.items() if item[0] != "Signature")
    canonical = _joined([(percent_encode(name), percent_encode(value)) for name, value in pairs])
    return f"{method}&%2F&{percent_encode(canonical)}"


def signature_v1(secret: str, to_sign: str) -> str:
    """The signature of the older RPC scheme in Base64; its key is the secret with an ampersand."""
    return base64.b64encode(hmac.digest(f"{secret}&".encode(), to_sign.encode(), "sha1")).decode()


def percent_encode(text: str) -> str:
    """RFC 3986 encoding of everything but letters, digits and `-_.~`."""
    return quote(text, safe="~")


def _secret(keys: KeyRing, account: str) -> str:
    secret = keys.secret_of(account)
    if secret is None:
        raise ApiError("InvalidAccessKeyId.NotFound")
    return secret


def _check_clock(text: str, now: float) -> float:
    try:
        stamp = datetime.fromisoformat(text).timestamp()
    except ValueError:
        raise ApiError("InvalidTimeStamp.Format") from None
    # fromisoformat takes more forms than the one with seconds and Z.
    if len(text) != 20 or text[-1] != "Z":
        raise ApiError("InvalidTimeStamp.Format")
    if abs(now - stamp) > CLOCK_WINDOW_SECONDS:
        raise ApiError("InvalidTimeStamp.Expired")
    return stamp


def _mismatch(to_sign: str) -> ApiError:
    # The older official SDK reads the part after the first colon and breaks when there is none.
    return ApiError(
        "SignatureDoesNotMatch",
        f"Specified signature is not matched with our calculation. server string to sign is:{to_sign}",
    )
