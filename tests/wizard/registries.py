"""The seeded registries as the tests of the check meet them, and a port that answers as it is told."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from consoleapp.domain.image import ImageReference
from consoleapp.gateways.proof import AccessResult, Cause, Credential, Evidence, ImageFacts, TagList
from consoleapp.simulator.registries.causes import LOG_INS, SeededCause, seeded_causes

OPEN = "open.example.com/public/web:1.0.0"
PRIVATE = "registry.example.com/team/api:1.4.2"

# One row a cause is enough where the way through the page is the same.
ONE_A_CAUSE = tuple({row.cause: row for row in reversed(seeded_causes())}.values())


def named(row: SeededCause) -> str:
    """For the ids of parametrised tests."""
    return f"{row.cause}-{row.image}-{row.login or 'nobody'}"


def log_in(name: str) -> tuple[str, str]:
    return LOG_INS[name]


def result(cause: Cause, registry: str = "registry.example.com", **changed: Any) -> AccessResult:
    return AccessResult(cause, registry, datetime.now(UTC), timedelta(milliseconds=5), **changed)


@dataclass
class FakeAccess:
    """Gives the next of `results`; calls `meanwhile` while it is being asked."""

    results: list[AccessResult] = field(default_factory=list)
    meanwhile: Callable[[], None] = lambda: None
    asked: list[tuple[str, str]] = field(default_factory=list)

    def check(
        self,
        reference: ImageReference,
        *,
        credential: Credential | None,
        architecture: str = "amd64",
        plain_http: Collection[str] = (),
        insecure: Mapping[str, str] | None = None,
    ) -> AccessResult:
        answer = self.results.pop(0)
        self.asked.append((str(reference), credential.user_name if credential else ""))
        self.meanwhile()
        return answer

    def tags(self, reference: ImageReference, **_asked: Any) -> TagList:
        raise NotImplementedError


def can_be_pulled(digest: str = "sha256:" + "a" * 64, **changed: Any) -> AccessResult:
    return result(Cause.CAN_BE_PULLED, image=ImageFacts(digest, 1000, ("amd64",)), **changed)


def refused(cause: Cause, evidence: Evidence | None = None) -> AccessResult:
    return result(cause, evidence=evidence)
