"""The one door to Alibaba Cloud's OpenAPI: ``Client.call``.

It flattens nothing and knows no product: parameters arrive flat from ``domain.wire`` or an adapter, answers leave as
parsed JSON. Signing, transport, the table of codes and masking have files of their own. Retries are the caller's
business: every call is one attempt, with a nonce and a timestamp of its own.
"""

from __future__ import annotations

import logging
import re
import time
from collections.abc import Callable, Collection, Mapping
from datetime import datetime
from email.utils import parsedate_to_datetime
from enum import Enum
from typing import TYPE_CHECKING, Any

from consoleapp.gateways import errors
from consoleapp.gateways.alibaba import answers, error_codes, redaction, signing
from consoleapp.gateways.alibaba.account import Account, Keys
from consoleapp.gateways.alibaba.answers import Json
from consoleapp.gateways.alibaba.clock import CloudClock
from consoleapp.gateways.alibaba.endpoints import ECI, Endpoints, Product
from consoleapp.gateways.alibaba.transport import Answer, Failure, Transport, prepared
from consoleapp.gateways.breaker import Breaker
from consoleapp.gateways.errors import GatewayError, Told

if TYPE_CHECKING:
    import requests

logger = logging.getLogger(__name__)

USER_AGENT = "container-console"
# The cloud refuses our timestamp and tells its own time.
CLOCK_CODES = frozenset({"InvalidTimeStamp.Expired", "IllegalTimestamp"})
# The cloud does not know the key (any more).
_LOST_KEY = ("InvalidSecurityToken", "InvalidAccessKeyId")
# In which a clock that is told may be: what we sign with it must be a date, too.
_YEARS = range(2020, 2200)
_LOGGED_REASON = 300
_FORM = "application/x-www-form-urlencoded"
_SURROGATE = re.compile("[\ud800-\udfff]")
_is_plain_code = re.compile(r"[A-Za-z0-9._-]{1,100}").fullmatch


class Idempotency(Enum):
    """What a call without a usable answer leaves behind."""

    READ = "nothing: it changes nothing"
    CHANGE = "a change that may or may not have happened"


class Client:
    """Calls actions with the key of one account, or of a role. Safe to share by threads."""

    def __init__(
        self,
        transport: Transport,
        account: Keys,
        *,
        endpoints: Endpoints,
        parameters_in: str = "query",
        clock: Callable[[], float] = time.time,
        nonce: Callable[[], str] = signing.new_nonce,
        breaker_of: Callable[[str], Breaker] | None = None,
    ) -> None:
        if parameters_in not in {"query", "body"}:
            raise ValueError("parameters travel in the query or in the body")
        self._transport = transport
        self._account = account
        self._clock = clock
        self._nonce = nonce
        self._breaker_of = breaker_of
        self._endpoints = endpoints
        self._parameters_in = parameters_in

    def call(
        self,
        product: Product,
        action: str,
        params: Mapping[str, str],
        *,
        region_id: str,
        idempotency: Idempotency = Idempotency.READ,
        secret_keys: Collection[str] = (),
        method: str = "POST",
        path: str = "/",
    ) -> Json:
        """Return the answer's JSON object; raise ``GatewayError`` for everything else.

        ``region_id`` chooses the host only ("" the central one), and ``UnknownRegion`` is raised where it is none.
        ``secret_keys`` names the parameters whose values are masked in the log and in errors. A read without a usable
        answer raises ``Unavailable``, a change ``OutcomeUnknown``. Numbers with a fraction arrive as ``Decimal``.
        """
        self._look_up(region_id)
        base = self._endpoints.of(product, region_id)
        if unsendable := _unsendable(params):
            raise errors.InvalidParameter("The value holds characters that cannot be sent.", field=unsendable)
        key = self._account.current()
        request = self._request(base + path, product, action, params, method, key)
        started = time.monotonic()
        outcome = self._exchange(base, request)
        milliseconds = (time.monotonic() - started) * 1000
        told = _Told(outcome)
        if told.code in CLOCK_CODES and told.date and isinstance(self._clock, CloudClock):
            self._clock.learn(told.date)
        if told.code.startswith(_LOST_KEY):
            self._account.forget(key)
        error = (
            None
            if told.is_success
            else self._failure(outcome, told, product, action, params, idempotency, secret_keys, key)
        )
        is_wanted = error is None or isinstance(error, error_codes.DryRunPassed)
        if logger.isEnabledFor(level := logging.INFO if is_wanted else logging.WARNING):
            shown = redaction.redacted(params, secret_keys)
            logger.log(
                level,
                "%s region=%s request_id=%s status=%s ms=%.0f code=%s reason=%s parameters=%s",
                *(action, region_id, told.request_id, told.status, milliseconds, told.code),
                *(_one_line(error.message) if error else "-", shown),
            )
        if error:
            raise error
        return told.body

    def _failure(
        self,
        outcome: Answer | Failure,
        told: _Told,
        product: Product,
        action: str,
        params: Mapping[str, str],
        idempotency: Idempotency,
        secret_keys: Collection[str],
        key: Account,
    ) -> GatewayError:
        """Return what an answer that is no success means; no text in it holds a secret."""
        unusable = errors.OutcomeUnknown if idempotency is Idempotency.CHANGE else errors.Unavailable
        if isinstance(outcome, Failure):
            kind = unusable if outcome.was_sent else errors.Unreachable
            return kind(f"{action}: {outcome.reason}.", action=action)
        told.message = redaction.scrubbed(told.message, _secrets(params, secret_keys, key))
        return _error(told, product, action, params, unusable)

    def regions(self) -> list[Json]:
        """Return the cloud's own list of regions, from the central address: their hosts may be asked from then on."""
        told = answers.told_objects(self.call(ECI, "DescribeRegions", {}, region_id=""), "Regions")
        self._endpoints.learn(answers.text(item, "RegionId") for item in told)
        return told

    def common_images_address(self, region_id: str) -> str:
        """Return where ECI's own images lie, see ``Endpoints.common_images``."""
        self._look_up(region_id)
        return self._endpoints.common_images(region_id)

    def _look_up(self, region_id: str) -> None:
        """Ask for the cloud's list where nothing else can say whether this is a region.

        While the cloud does not answer nobody can say, and the call that needs to know was surely not sent.
        """
        if not region_id or not self._endpoints.may_be_told_of(region_id):
            return
        try:
            self.regions()
        except (errors.CircuitOpen, errors.Throttled):
            raise
        except errors.Unreachable as error:
            raise errors.Unreachable("The cloud's list of regions cannot be had.", action=error.action) from error
        except GatewayError:
            return  # no list: what the shipped one does not have is no region

    def _exchange(self, base: str, request: requests.PreparedRequest) -> Answer | Failure:
        """Make one attempt; raise CircuitOpen if the address has not answered for a while."""
        if self._breaker_of is None:
            return self._transport.exchange(base, request)
        breaker = self._breaker_of(base)
        is_watched = breaker.admit()
        outcome = self._transport.exchange(base, request)
        if isinstance(outcome, Failure) or outcome.status >= 500:
            breaker.failed()
        elif is_watched:
            breaker.succeeded()
        return outcome

    def _request(
        self, url: str, product: Product, action: str, params: Mapping[str, str], method: str, key: Account
    ) -> Any:
        # The string that is signed is the string that is sent; requests would write a blank as "+".
        encoded = signing.canonical_query(params)
        headers = {
            "Accept": "application/json",
            "User-Agent": USER_AGENT,
            "x-acs-action": action,
            "x-acs-version": product.version,
        }
        body = b""
        if self._parameters_in == "body" and method == "POST":
            headers["Content-Type"] = _FORM
            body = encoded.encode("ascii")
        elif encoded:
            url = f"{url}?{encoded}"
        auth = signing.V3Auth(key, clock=self._clock, nonce=self._nonce)
        return auth(prepared(method, url, headers, body))


class _Told:
    """The envelope of an answer, parsed once: request id, code, message, and whether it is a success."""

    def __init__(self, outcome: Answer | Failure) -> None:
        self.status = 0
        self.body: Json = {}
        self.is_readable = False
        self.request_id = self.code = self.message = ""
        self.date: datetime | None = None
        if isinstance(outcome, Answer):
            self._read(outcome)

    def _read(self, answer: Answer) -> None:
        self.status = answer.status
        self.date = _date(answer.headers.get("Date", ""))
        parsed = answers.parsed(answer.body)
        if parsed is not None:
            self.is_readable = True
            self.body = parsed
        get = self.body.get
        request_id = get("RequestId") or get("requestId") or answer.headers.get("x-acs-request-id")
        self.request_id = answers.plain_id(request_id)
        self.code = _plain_code(get("Code") or get("code"))
        self.message = str(get("Message") or get("message") or "")

    @property
    def is_success(self) -> bool:
        # Container Registry Enterprise answers some failures with status 200 and IsSuccess false.
        return self.is_readable and 200 <= self.status < 300 and self.body.get("IsSuccess") is not False


def _secrets(params: Mapping[str, str], secret_keys: Collection[str], key: Account) -> tuple[str, ...]:
    revealed = [secret.reveal() for secret in (key.access_key_secret, key.security_token) if secret]
    return (*redaction.secret_values(params, secret_keys), *revealed)


def _one_line(text: str) -> str:
    # The other side's words must not make log lines of their own, nor colour a terminal.
    return "".join(letter if letter.isprintable() else " " for letter in text[:_LOGGED_REASON])


def _plain_code(value: object) -> str:
    # Goes into log lines: a text of the other side must not make lines of its own there.
    return value if isinstance(value, str) and _is_plain_code(value) else ""


def _date(header: str) -> datetime | None:
    try:
        told = parsedate_to_datetime(header) if header else None
    except (ValueError, TypeError, OverflowError):
        return None
    return told if told and told.year in _YEARS else None


def _unsendable(params: Mapping[str, str]) -> str:
    """Return the name of a parameter with half a surrogate pair, which no UTF-8 can say; "" when there is none."""
    try:
        "".join(params.values()).encode()
    except UnicodeEncodeError:
        return next(name for name, value in params.items() if _SURROGATE.search(value))
    return ""


def _error(
    told: _Told, product: Product, action: str, params: Mapping[str, str], unusable: type[GatewayError]
) -> GatewayError:
    message = _own_words(told)
    known: Told = {
        "code": told.code,
        "request_id": told.request_id,
        "http_status": told.status,
        "action": action,
        "response_date": told.date,
    }
    meaning = error_codes.meaning_of(told.code)
    if meaning is None:
        return _unlisted(told, unusable)(message, **known)
    if meaning.kind is errors.OutcomeUnknown:
        return unusable(message, **known)
    if meaning.kind is errors.InvalidParameter:
        return errors.InvalidParameter(message, field=error_codes.field_of(told.code, message, params), **known)
    if meaning.kind is errors.AccessDenied:
        permission = f"{product.ram}:{action}" if meaning.permission == "*" else meaning.permission
        return errors.AccessDenied(message, permission=permission, **known)
    return meaning.kind(message, **known)


def _unlisted(told: _Told, unusable: type[GatewayError]) -> type[GatewayError]:
    """Return the kind of an answer without a code that we know: after a change nobody can say what happened."""
    if told.status == 429:
        return errors.Throttled
    is_change = unusable is errors.OutcomeUnknown
    return errors.Refused if told.code and 400 <= told.status < 500 and not is_change else unusable


def _own_words(told: _Told) -> str:
    if not told.code:
        return f"The cloud gave no usable answer (HTTP {told.status})."
    if told.code == "SignatureDoesNotMatch":
        return told.message.partition(":")[0]  # the rest repeats the signed text
    return told.message or "The cloud gave no reason."
