"""One registry, asked about one repository: requests, the login it offers, the token for it.

A login is only ever sent as the answer to a challenge: Basic to the registry itself, Bearer to the token server that
``realm.py`` allows, with a scope of our own. What the answers mean for the user is not here (``visit.py``).
"""

from __future__ import annotations

import base64
import re
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Final
from urllib.parse import urljoin, urlsplit

from consoleapp.gateways.oci import documents
from consoleapp.gateways.oci.budget import Budget, OutOfTime
from consoleapp.gateways.oci.challenge import Challenge, parse_challenges
from consoleapp.gateways.oci.dial import Answer, BadAnswer, BadCertificate, Line, NoAnswer, Origin, Request
from consoleapp.gateways.oci.policy import AccessPolicy
from consoleapp.gateways.oci.realm import RealmRefused, TokenRequest, token_request
from consoleapp.gateways.proof import (
    Cause,
    Credential,
    Evidence,
    Fault,
    FaultEvidence,
    LoginEvidence,
    PolicyEvidence,
    Refusal,
    Stage,
    StatusEvidence,
)

ACCEPT_MANIFEST: Final = ", ".join((*documents.INDEXES, *documents.MANIFESTS))
JSON: Final = "application/json"
AUTHORIZATION: Final = "Authorization"
TOKEN_HEADER_MAX: Final = 16 * 1024
PAGE_SIZE: Final = 200
LINK_MAX: Final = 2048
# A server that has trouble gets this much time when it asks for none.
PAUSE_SECONDS: Final = 0.5

_link = re.compile(r'<([^<>]*)>[^,"]*;\s*rel="?next"?', re.IGNORECASE)
_is_link = re.compile(r"[!-~]+").fullmatch
# What the servers of Go, nginx and Apache say over plain HTTP at a port that speaks TLS.
_speaks_tls = re.compile(rb"HTTPS (?:server|port)|SSL-enabled server", re.IGNORECASE)
_seconds = re.compile(r"[0-9]{1,6}")


class Finding(Exception):
    """The check ends here, with this cause."""

    def __init__(self, cause: Cause, evidence: Evidence | None = None) -> None:
        super().__init__(cause.value)
        self.cause = cause
        self.evidence = evidence


@dataclass(frozen=True)
class Offer:
    """A login that the registry offers and that may be used; ``token`` is None for Basic."""

    token: TokenRequest | None

    @property
    def scheme(self) -> str:
        return "basic" if self.token is None else "bearer"


@dataclass(frozen=True)
class Login:
    """What goes into Authorization; ``scheme`` and the user name it stands for, "" for anonymous."""

    header: str = field(repr=False)
    scheme: str
    user_name: str = ""


class Client:
    """The registry at one origin.

    With a ``pin`` that is not None its certificate need not hold. It is asked without a login then, and with one only
    where the certificate has that SHA-256 fingerprint ("" is none's). The certificate of another host always must.
    """

    def __init__(
        self,
        line: Line,
        origin: Origin,
        repository: str,
        *,
        policy: AccessPolicy,
        budget: Budget,
        pin: str | None = None,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.origin = origin
        self.repository = repository
        self._line = line
        self._policy = policy
        self._budget = budget
        self._pin = pin
        self._is_verified = True
        self._sleep = sleep

    @property
    def host(self) -> str:
        return self.origin.netloc

    # --- what can be asked for

    def manifest(self, reference: str, login: Login | None) -> Answer:
        """Return the manifest or index of a tag or digest. HEAD goes first: many registries only count GET."""
        target = f"/v2/{self.repository}/manifests/{reference}"
        head = self._send("HEAD", target, login, accept=ACCEPT_MANIFEST)
        # A proxy may leave the challenge out of the answer to HEAD.
        has_challenge = head.status != 401 or bool(head.first("www-authenticate"))
        if has_challenge and (head.status in {401, 403, 429} or 300 <= head.status < 400):
            return head
        return self._send("GET", target, login, accept=ACCEPT_MANIFEST)

    def blob(self, digest: str, login: Login | None) -> Answer:
        """Return a configuration; most registries redirect to another host for it, and then that is the answer."""
        return self._send("GET", f"/v2/{self.repository}/blobs/{digest}", login)

    def tag_page(self, login: Login | None, target: str = "") -> Answer:
        """Return one page of tags, the first one without ``target``."""
        return self._send("GET", target or f"/v2/{self.repository}/tags/list?n={PAGE_SIZE}", login)

    def next_page(self, answer: Answer, current: str) -> str:
        """Return the target of the next page; "" when there is none, raise Finding when it is at another origin."""
        for value in answer.all("link"):
            found = _link.search(value[:LINK_MAX])
            if found:
                return self._same_origin(found[1], current)
        return ""

    # --- the login

    def offer(self, answer: Answer) -> Offer:
        """Return the first login of the challenge that may be used, Bearer before Basic; raise Finding."""
        challenges = parse_challenges(answer.all("www-authenticate"))
        refused: RealmRefused | None = None
        for challenge in challenges:
            if challenge.scheme == "bearer":
                try:
                    return Offer(self._token_request(challenge))
                except RealmRefused as error:
                    refused = refused or error
        if any(challenge.scheme == "basic" for challenge in challenges):
            return Offer(None)
        if refused is not None:
            raise Finding(Cause.REFUSED_BY_POLICY, PolicyEvidence(refused.host, Refusal.TOKEN_SERVER))
        raise Finding(Cause.MALFORMED_ANSWER, FaultEvidence(self.host, Fault.NO_LOGIN_OFFERED))

    def log_in(self, offer: Offer, credential: Credential | None) -> Login | None:
        """Return what the offer gives this user; None when it gives nothing to nobody. Raise Finding."""
        if offer.token is None:
            return _basic(credential) if credential else None
        basic = _basic(credential) if credential else None
        answer = self._ask_token(offer.token, basic)
        host = offer.token.origin.netloc
        if answer.status == 200:
            return Login(self._bearer(answer, host), "bearer", credential.user_name if credential else "")
        if answer.status in {401, 403} and credential is None:
            return None
        if answer.status == 401:
            raise Finding(Cause.WRONG_CREDENTIAL, LoginEvidence(host, "bearer"))
        if answer.status == 403:
            raise Finding(Cause.NOT_ALLOWED, LoginEvidence(host, "bearer"))
        raise status_finding(answer, host)

    def _token_request(self, challenge: Challenge) -> TokenRequest:
        return token_request(challenge, self.repository, self.origin, self._policy)

    def _ask_token(self, token: TokenRequest, basic: Login | None) -> Answer:
        return self._exchange(self._request("GET", token.origin, token.target, self._policy.token_bytes, basic))

    def _bearer(self, answer: Answer, host: str) -> str:
        try:
            token = documents.read_token(answer.body)
        except documents.BadDocument as error:
            raise Finding(Cause.MALFORMED_ANSWER, FaultEvidence(host, error.fault)) from error
        if len(token) > TOKEN_HEADER_MAX:
            raise Finding(Cause.MALFORMED_ANSWER, FaultEvidence(host, Fault.TOKEN))
        return f"Bearer {token}"

    # --- requests

    def _send(self, method: str, target: str, login: Login | None, *, accept: str = JSON) -> Answer:
        answer = self._exchange(self._request(method, self.origin, target, self._policy.document_bytes, login, accept))
        if answer.status == 400 and self.origin.scheme == "http" and _speaks_tls.search(answer.body):
            raise Finding(Cause.SPEAKS_TLS, StatusEvidence(self.host, 400))
        return answer

    def _request(
        self, method: str, origin: Origin, target: str, limit: int, login: Login | None, accept: str = JSON
    ) -> Request:
        verify = self._is_verified or origin != self.origin
        return Request(
            method=method,
            origin=origin,
            target=target,
            limit=limit,
            headers=(("Accept", accept), *_authorization(login)),
            verify=verify,
            pin=self._pin if not verify and login and login.user_name else None,
        )

    def _exchange(self, request: Request) -> Answer:
        """Return the answer; a registry whose certificate need not hold and does not is asked without verifying it."""
        try:
            return self._exchange_once(request)
        except BadCertificate:
            if self._pin is None or not request.verify or request.origin != self.origin:
                raise
            self._is_verified = False
            pin = self._pin if dict(request.headers).get(AUTHORIZATION) else None
            return self._exchange_once(replace(request, verify=False, pin=pin))

    def _exchange_once(self, request: Request) -> Answer:
        """Return the answer, with the check's one second try when it is worth it."""
        try:
            answer = self._line.send(request)
        except NoAnswer as error:
            if error.stage is not Stage.ANSWER or not self._may_try_again(0):
                raise
            return self._line.send(request)
        pause = self._pause_of(answer)
        if pause is None or not self._may_try_again(pause):
            return answer
        self._sleep(pause)
        return self._line.send(request)

    def _may_try_again(self, pause: float) -> bool:
        try:
            return self._budget.remaining() > pause and self._budget.take_second_try()
        except OutOfTime:
            return False

    def _pause_of(self, answer: Answer) -> float | None:
        if answer.status not in {429, 502, 503, 504}:
            return None
        asked = retry_after(answer)
        if asked is None:
            return None if answer.status == 429 else PAUSE_SECONDS
        return asked if asked <= self._policy.retry_after_seconds else None

    def _same_origin(self, link: str, current: str) -> str:
        base = f"{self.origin}{current}"
        if not _is_link(link) or "\\" in link or "#" in link:
            raise self._elsewhere("")
        try:
            parts = urlsplit(urljoin(base, link))
            is_same = "@" not in parts.netloc and Origin.of(parts.netloc, parts.scheme) == self.origin
        except (ValueError, KeyError) as error:
            raise self._elsewhere("") from error
        if not is_same:
            raise self._elsewhere(link)
        return f"{parts.path}?{parts.query}" if parts.query else parts.path

    def _elsewhere(self, link: str) -> Finding:
        return Finding(Cause.REDIRECTED, StatusEvidence(self.host, 200, location_host=location_host(link)))


def status_finding(answer: Answer, host: str) -> Finding:
    """Return the cause of a status that says nothing about the image itself."""
    if 300 <= answer.status < 400:
        where = location_host(answer.first("location"))
        return Finding(Cause.REDIRECTED, StatusEvidence(host, answer.status, location_host=where))
    if answer.status == 429:
        return Finding(Cause.RATE_LIMITED, StatusEvidence(host, 429, retry_after_seconds=retry_after(answer)))
    return Finding(Cause.REGISTRY_ERROR, StatusEvidence(host, answer.status))


def retry_after(answer: Answer) -> int | None:
    """Return the seconds that the server asks to wait; None when it does not say, or says a date."""
    text = answer.first("retry-after")
    return int(text) if _seconds.fullmatch(text) else None


def location_host(address: str) -> str:
    """Return the host[:port] that an address points to, for showing; "" when it is not a plain one."""
    found = re.match(r"(?:https?:)?//([A-Za-z0-9.-]{1,253}(?::[0-9]{1,5})?)(?:[/?]|\Z)", address)
    return found[1].lower() if found else ""


def bad_answer(error: BadAnswer) -> Finding:
    """Return the finding of an answer that cannot be used."""
    return Finding(Cause.MALFORMED_ANSWER, FaultEvidence(error.origin.netloc, error.fault))


def _basic(credential: Credential) -> Login:
    text = f"{credential.user_name}:{credential.password.reveal()}"
    encoded = base64.b64encode(text.encode("utf-8")).decode("ascii")
    return Login(f"Basic {encoded}", "basic", credential.user_name)


def _authorization(login: Login | None) -> tuple[tuple[str, str], ...]:
    return ((AUTHORIZATION, login.header),) if login else ()
