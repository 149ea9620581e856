"""Whose request is this: verification of the three signature schemes, time stamp included.

`verify` proves the signature and returns who signed; that the nonce is new is checked by the caller inside its
transaction. Scheme V3 (ACS3-HMAC-SHA256) serves RPC and ROA paths; the older schemes (HMAC-SHA1) are one for RPC, with
everything in parameters, and one for ROA paths, with everything in headers.
Sources: the vendor's pages "V3 request structure and signature", "RPC mechanism" and "ROA mechanism"
(https://www.alibabacloud.com/help/en/sdk/product-overview/v3-request-structure-and-signature), and for what they leave
open (a query without a value, a request without a nonce) the official SDKs' own composers.
"""

import base64
import hashlib
import hmac
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from email.utils import formatdate, parsedate_to_datetime
from typing import Final, Protocol
from urllib.parse import quote

from consoleapp.simulator import params
from consoleapp.simulator.errors import ApiError

ALGORITHM: Final = "ACS3-HMAC-SHA256"
# Of the older schemes: the only algorithm, and the word that an Authorization header begins with.
OLDER_METHOD: Final = "HMAC-SHA1"
OLDER_SCHEME: Final = "acs"
# The vendor's page names 31 minutes (an older list 15).
CLOCK_WINDOW_SECONDS: Final = 31 * 60
_MUST_SIGN: Final = frozenset(("host", "x-acs-date", "x-acs-signature-nonce", "x-acs-content-sha256"))


class KeyRing(Protocol):
    """The access keys that exist."""

    def secret_of(self, access_key_id: str) -> str | None:
        """Return the secret of the access key, None when there is no such key."""


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
    """The access key that signed the request, and the nonce that may not come a second time; "" where none was sent."""

    account: str
    nonce: str
    expires: float


def verify(request: Request, keys: KeyRing, *, now: float) -> Identity:
    """Return the signer of the request. Raise ApiError with the vendor's code when anything is wrong."""
    scheme = request.headers.get("authorization", "").partition(" ")[0]
    if scheme == ALGORITHM:
        return _verify_v3(request, keys, now=now)
    if scheme not in ("", OLDER_SCHEME):
        raise _other_method(scheme, ALGORITHM)
    return _verify_v1(request, keys, now=now) if request.path == "/" else _verify_roa(request, keys, now=now)


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
            return Identity(account, headers["x-acs-signature-nonce"], stamp + CLOCK_WINDOW_SECONDS)
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
    """Return the canonical request of scheme V3, over the body as it arrived whatever its hash header claims."""
    names = sorted(signed_headers)
    block = "".join(f"{name}:{request.headers.get(name, '').strip()}\n" for name in names)
    body_hash = hashlib.sha256(request.body).hexdigest()
    return f"{request.method}\n{request.path}\n{query}\n{block}\n{';'.join(names)}\n{body_hash}"


def string_to_sign_v3(canonical: str) -> str:
    """Return the string to sign of scheme V3."""
    return f"{ALGORITHM}\n{hashlib.sha256(canonical.encode()).hexdigest()}"


def signature_v3(secret: str, to_sign: str) -> str:
    """Return the signature of scheme V3 in hexadecimal digits."""
    return hmac.digest(secret.encode(), to_sign.encode(), "sha256").hex()


def _canonical_queries(query: str) -> Iterable[str]:
    """Return the query sorted as it came, then decoded and encoded anew: most clients send what they signed."""
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
    _check_method(given.get("SignatureMethod", OLDER_METHOD), given.get("SignatureVersion", "1.0"))
    secret = _secret(keys, given["AccessKeyId"])
    stamp = _check_clock(given["Timestamp"], now)
    to_sign = string_to_sign_v1(request.method, given)
    if not hmac.compare_digest(signature_v1(secret, to_sign).encode(), given["Signature"].encode()):
        raise _mismatch(to_sign)
    return Identity(given["AccessKeyId"], given["SignatureNonce"], stamp + CLOCK_WINDOW_SECONDS)


def string_to_sign_v1(method: str, parameters: Mapping[str, str]) -> str:
    """Return the string to sign of the older RPC scheme: every parameter but Signature, the empty ones too."""
    pairs = sorted(item for item in parameters.items() if item[0] != "Signature")
    canonical = _joined([(percent_encode(name), percent_encode(value)) for name, value in pairs])
    return f"{method}&%2F&{percent_encode(canonical)}"


def signature_v1(secret: str, to_sign: str) -> str:
    """Return the signature of the older RPC scheme in Base64; its key is the secret with an ampersand."""
    return _sha1(f"{secret}&", to_sign)


def _verify_roa(request: Request, keys: KeyRing, *, now: float) -> Identity:
    headers = request.headers
    scheme, _, credential = headers.get("authorization", "").partition(" ")
    account, _, signature = credential.strip().partition(":")
    if scheme != OLDER_SCHEME or not account or not signature:
        raise ApiError("IncompleteSignature", "The Authorization header has to be: acs AccessKeyId:signature.")
    _check_method(headers.get("x-acs-signature-method", OLDER_METHOD), headers.get("x-acs-signature-version", "1.0"))
    if request.body and headers.get("content-md5") != _md5(request.body):
        raise ApiError("IncompleteSignature", "The header content-md5 has to be the MD5 sum of the body, in Base64.")
    secret = _secret(keys, account)
    stamp = _check_date(headers.get("date", ""), now)
    to_sign = ""
    for resource in _canonical_resources(request):
        to_sign = string_to_sign_roa(request, resource)
        if hmac.compare_digest(signature_roa(secret, to_sign).encode(), signature.encode()):
            return Identity(account, headers.get("x-acs-signature-nonce", ""), stamp + CLOCK_WINDOW_SECONDS)
    raise _mismatch(to_sign)


def string_to_sign_roa(request: Request, resource: str) -> str:
    """Return the string to sign of the older ROA scheme; `resource` is the path with its sorted query, not encoded."""
    headers = request.headers
    plain = [headers.get(name, "") for name in ("accept", "content-md5", "content-type", "date")]
    own = [f"{name}:{value}" for name, value in sorted(headers.items()) if name.startswith("x-acs-")]
    return "\n".join([request.method, *plain, *own, resource])


def signature_roa(secret: str, to_sign: str) -> str:
    """Return the signature of the older ROA scheme in Base64; its key is the bare secret."""
    return _sha1(secret, to_sign)


def _canonical_resources(request: Request) -> Iterable[str]:
    """Return the resource with `name=` for a parameter without a value, as the older SDK signs it, and with `name`."""
    pairs = sorted(params.decode(params.split_pairs(request.query)).items())
    if not pairs:
        return (request.path,)
    bare = "&".join([f"{name}={value}" if value else name for name, value in pairs])
    return dict.fromkeys((f"{request.path}?{_joined(pairs)}", f"{request.path}?{bare}"))


def _sha1(key: str, text: str) -> str:
    return base64.b64encode(hmac.digest(key.encode(), text.encode(), "sha1")).decode()


def _md5(body: bytes) -> str:
    return base64.b64encode(hashlib.md5(body, usedforsecurity=False).digest()).decode()


def percent_encode(text: str) -> str:
    """Encode everything but letters, digits and `-_.~` (RFC 3986)."""
    return quote(text, safe="~")


def _secret(keys: KeyRing, account: str) -> str:
    secret = keys.secret_of(account)
    if secret is None:
        raise ApiError("InvalidAccessKeyId.NotFound")
    return secret


def _check_method(method: str, version: str) -> None:
    if method.upper() != OLDER_METHOD:
        raise _other_method(method, OLDER_METHOD)
    if version != "1.0":
        raise ApiError("InvalidSignatureMethod", f'The signature version "{version}" is not supported; it is 1.0.')


def _other_method(method: str, instead: str) -> ApiError:
    return ApiError("InvalidSignatureMethod", f'The signature method "{method}" is not supported; sign with {instead}.')


def _check_clock(text: str, now: float) -> float:
    try:
        stamp = datetime.fromisoformat(text).timestamp()
    except ValueError:
        raise ApiError("InvalidTimeStamp.Format") from None
    # fromisoformat takes more forms than the one with seconds and Z.
    if len(text) != 20 or text[-1] != "Z":
        raise ApiError("InvalidTimeStamp.Format")
    return _check_window(stamp, now)


def _check_date(text: str, now: float) -> float:
    if not text:
        raise ApiError("IncompleteSignature", "The header date is mandatory.")
    try:
        stamp = parsedate_to_datetime(text).timestamp()
    except ValueError:
        raise ApiError("InvalidTimeStamp.Format") from None
    # The reader is lenient, the vendor's form is one: Mon, 12 Oct 2026 08:00:00 GMT.
    if formatdate(stamp, usegmt=True) != text:
        raise ApiError("InvalidTimeStamp.Format")
    return _check_window(stamp, now)


def _check_window(stamp: float, now: float) -> float:
    if abs(now - stamp) > CLOCK_WINDOW_SECONDS:
        raise ApiError("InvalidTimeStamp.Expired")
    return stamp


def _mismatch(to_sign: str) -> ApiError:
    # The older official SDK reads the part after the first colon and breaks when there is none.
    return ApiError(
        "SignatureDoesNotMatch",
        f"Specified signature is not matched with our calculation. server string to sign is:{to_sign}",
    )
