"""The check itself: from an image address to one named cause, within its caps, in the time it may take.

This is what implements ``ports.ImageAccess``. A refusal, a name without an address and silence share one minimum
delay, so that the time tells nobody which names and ports exist inside the console's own network.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Final

from consoleapp.domain.image import AcrNetwork, ImageReference, acr_host
from consoleapp.gateways.oci.budget import Budget, OutOfTime
from consoleapp.gateways.oci.client import Client, Finding, bad_answer
from consoleapp.gateways.oci.dial import (
    NOT_PINNED,
    BadAnswer,
    BadCertificate,
    Dial,
    DialError,
    HostNotFound,
    Line,
    NoAnswer,
    NotTls,
    Origin,
    Refused,
    Request,
)
from consoleapp.gateways.oci.known import API_HOSTS
from consoleapp.gateways.oci.limiter import Limiter
from consoleapp.gateways.oci.policy import AccessPolicy
from consoleapp.gateways.oci.visit import Visit
from consoleapp.gateways.proof import (
    AccessResult,
    Cause,
    Credential,
    Evidence,
    ImageFacts,
    PlainHttpEvidence,
    PolicyEvidence,
    SilenceEvidence,
    Stage,
    TagList,
    VpcEvidence,
)

logger = logging.getLogger(__name__)

DELAYED: Final = frozenset({Cause.REFUSED_BY_POLICY, Cause.HOST_NOT_FOUND, Cause.NO_ANSWER})
CERTIFICATE_CAUSES: Final = {
    "expired": Cause.CERTIFICATE_EXPIRED,
    "wrong_name": Cause.CERTIFICATE_WRONG_NAME,
    "not_trusted": Cause.CERTIFICATE_NOT_TRUSTED,
    NOT_PINNED: Cause.CERTIFICATE_NOT_PINNED,
}
# What a registry may say to "GET /v2/" over plain HTTP. 400 is what a server of HTTPS says to it.
PLAIN_HTTP_STATUSES: Final = frozenset({200, 401, 403, 404, 429})
PROBE_BYTES: Final = 64 * 1024


def _now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True)
class Timing:
    """Clock and sleep, as arguments for tests."""

    clock: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep
    now: Callable[[], datetime] = _now


@dataclass(frozen=True)
class _Question:
    reference: ImageReference
    credential: Credential | None
    plain_http: frozenset[str]
    # By host the fingerprint of the certificate that may be sent a login.
    insecure: Mapping[str, str]
    registry: str = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "registry", self.reference.registry_host.lower())
        if self.credential is not None and _named(self.credential.server) != _named(self.registry):
            raise ValueError("the credential belongs to another registry")

    @property
    def netloc(self) -> str:
        """Return what is dialled."""
        return _named(self.registry)


@dataclass
class _Found:
    cause: Cause
    evidence: Evidence | None = None
    image: ImageFacts = field(default_factory=ImageFacts)
    names: tuple[str, ...] = ()
    is_complete: bool = True
    visit: Visit | None = None


def _named(server: str) -> str:
    return API_HOSTS.get(server.lower(), server.lower())


class Access:
    """Checks for one user; ``limiter`` is shared by all users of the process, ``actor`` tells them apart."""

    def __init__(
        self,
        policy: AccessPolicy,
        dial: Dial,
        *,
        limiter: Limiter | None = None,
        actor: str = "",
        timing: Timing = Timing(),
    ) -> None:
        self._policy = policy
        self._dial = dial
        self._limiter = limiter or Limiter(policy.checks_per_user, policy.checks)
        self._actor = actor
        self._timing = timing

    def check(
        self,
        reference: ImageReference,
        *,
        credential: Credential | None,
        architecture: str = "amd64",
        plain_http: Collection[str] = (),
        insecure: Mapping[str, str] | None = None,
    ) -> AccessResult:
        """Tell why exactly this image can be pulled, or not; see ``ports.ImageAccess``."""
        question = _Question(reference, credential, _lower(plain_http), _by_host(insecure))
        started, checked_at = self._timing.clock(), self._timing.now()
        found = self._ask(question, lambda visit: self._check(visit, reference.normalised(), architecture))
        duration = timedelta(seconds=self._timing.clock() - started)
        logger.info("Checked %s: %s in %d ms", question.registry, found.cause, duration.total_seconds() * 1000)
        return AccessResult(
            cause=found.cause,
            registry=question.registry,
            checked_at=checked_at,
            duration=duration,
            evidence=found.evidence,
            image=found.image,
            checked_as=found.visit.checked_as if found.visit else "",
            proved_anonymous=found.visit.proved_anonymous if found.visit else False,
        )

    def tags(
        self,
        reference: ImageReference,
        *,
        credential: Credential | None,
        plain_http: Collection[str] = (),
        insecure: Mapping[str, str] | None = None,
    ) -> TagList:
        """Return the versions of the repository; see ``ports.ImageAccess``."""
        question = _Question(reference, credential, _lower(plain_http), _by_host(insecure))
        found = self._ask(question, self._tags)
        checked_as = found.visit.checked_as if found.visit else ""
        return TagList(found.cause, found.names, found.is_complete, found.evidence, checked_as)

    # --- around the conversation

    def _ask(self, question: _Question, talk: Callable[[Visit], _Found]) -> _Found:
        with self._limiter.slot(self._actor) as has_room:
            if not has_room:
                return _Found(Cause.TOO_MANY_CHECKS)
            started = self._timing.clock()
            found = self._within_budget(question, talk)
            if found.cause in DELAYED:
                # The slot is kept meanwhile: refusals are no faster way to ask many questions.
                self._timing.sleep(max(0.0, self._policy.minimum_seconds - (self._timing.clock() - started)))
            return found

    def _within_budget(self, question: _Question, talk: Callable[[Visit], _Found]) -> _Found:
        budget = Budget(self._policy.total_seconds, self._policy.total_bytes, clock=self._timing.clock)
        line = self._dial.start(budget)
        found = _Found(Cause.NO_ANSWER)
        try:
            origin = self._route(question, line)
            found.visit = self._visit(question, origin, line, budget)
            found = talk(found.visit)
        except Finding as finding:
            found.cause, found.evidence = finding.cause, finding.evidence
        except NotTls as error:
            found.cause, found.evidence = self._after_tls_failure(error.origin, question, line)
        except DialError as error:
            found.cause, found.evidence = _from_error(error)
        except OutOfTime:
            found.evidence = SilenceEvidence(question.registry, Stage.ANSWER)
        finally:
            line.close()
        return found

    def _visit(self, question: _Question, origin: Origin, line: Line, budget: Budget) -> Visit:
        client = Client(
            line,
            origin,
            question.reference.path,
            policy=self._policy,
            budget=budget,
            pin=question.insecure.get(question.registry),
            sleep=self._timing.sleep,
        )
        return Visit(client, self._policy, question.credential)

    def _check(self, visit: Visit, reference: ImageReference, architecture: str) -> _Found:
        return _Found(Cause.CAN_BE_PULLED, image=visit.check(reference, architecture), visit=visit)

    def _tags(self, visit: Visit) -> _Found:
        names, is_complete, stopped = visit.tags()
        cause = stopped.cause if stopped else Cause.CAN_BE_PULLED
        evidence = stopped.evidence if stopped else None
        return _Found(cause, evidence, names=names, is_complete=is_complete, visit=visit)

    # --- which way to the registry

    def _route(self, question: _Question, line: Line) -> Origin:
        """Return where the registry is asked; raise Finding or DialError when it may not be."""
        secure = Origin.of(question.netloc, "https")
        plain = Origin.of(question.netloc, "http")
        acr = acr_host(question.netloc)
        if acr is not None and acr.network is not AcrNetwork.PUBLIC and not self._dial.is_listed(secure):
            raise Finding(Cause.ONLY_INSIDE_VPC, VpcEvidence(question.registry, acr.region_id))
        if question.registry in question.plain_http:
            return self._plain_route(question, plain, line)
        refusal = self._dial.refusal(secure)
        if refusal is None:
            return secure
        if self._dial.refusal(plain) is None and self._speaks_plain_http(plain, line):
            raise Finding(Cause.SPEAKS_PLAIN_HTTP, PlainHttpEvidence(question.registry, is_declared=False))
        raise Finding(Cause.REFUSED_BY_POLICY, PolicyEvidence(question.registry, refusal))

    def _plain_route(self, question: _Question, plain: Origin, line: Line) -> Origin:
        refusal = self._dial.refusal(plain)
        if refusal is None:
            return plain
        # Not listed for plain HTTP: no more may be found out than whether it speaks it.
        if self._speaks_plain_http(plain, line):
            raise Finding(Cause.SPEAKS_PLAIN_HTTP, PlainHttpEvidence(question.registry, is_declared=True))
        raise Finding(Cause.REFUSED_BY_POLICY, PolicyEvidence(question.registry, refusal))

    def _speaks_plain_http(self, origin: Origin, line: Line) -> bool:
        """Tell by one anonymous request. Raise DialError only when the host cannot be reached at all."""
        try:
            answer = line.send(Request("GET", origin, "/v2/", PROBE_BYTES, is_probe=True))
        except (Refused, BadAnswer):
            return False
        except NoAnswer as error:
            if error.stage is Stage.CONNECT:
                raise
            return False
        return answer.status in PLAIN_HTTP_STATUSES

    def _after_tls_failure(self, origin: Origin, question: _Question, line: Line) -> tuple[Cause, Evidence]:
        silence = SilenceEvidence(origin.netloc, Stage.TLS)
        if origin.netloc != Origin.of(question.netloc, "https").netloc:
            return Cause.NO_ANSWER, silence  # a token server: its TLS is not for the user to mend
        try:
            is_plain = self._speaks_plain_http(Origin("http", origin.host, origin.port), line)
        except DialError:
            is_plain = False
        if is_plain:
            return Cause.SPEAKS_PLAIN_HTTP, PlainHttpEvidence(question.registry, is_declared=False)
        return Cause.NO_ANSWER, silence


def _from_error(error: DialError) -> tuple[Cause, Evidence | None]:
    host = error.origin.netloc
    match error:
        case HostNotFound():
            return Cause.HOST_NOT_FOUND, None
        case Refused():
            return Cause.REFUSED_BY_POLICY, PolicyEvidence(host, error.refusal)
        case BadCertificate():
            return CERTIFICATE_CAUSES[error.problem], error.certificate
        case BadAnswer():
            finding = bad_answer(error)
            return finding.cause, finding.evidence
        case NoAnswer():
            return Cause.NO_ANSWER, SilenceEvidence(host, error.stage)
    return Cause.NO_ANSWER, SilenceEvidence(host, Stage.CONNECT)


def _lower(hosts: Collection[str]) -> frozenset[str]:
    return frozenset(host.lower() for host in hosts)


def _by_host(pins: Mapping[str, str] | None) -> dict[str, str]:
    return {host.lower(): pin.lower() for host, pin in (pins or {}).items()}
