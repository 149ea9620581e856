"""Why a container group does not run: one cause, its evidence, and what mends it. Pure functions.

The wording of a failed pull is not documented by the vendor; these patterns are those of containerd, of the registries
(distribution project, Docker Hub, Container Registry) and of the kubelet, whose events ECI passes on.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from consoleapp.domain.image import ImageReferenceError, parse_image_reference
from consoleapp.gateways.ports.container_groups import FINAL_STATUSES, ContainerGroup, ContainerStatus, Event

PULL_REASONS: Final = frozenset(
    {
        "ErrImagePull",
        "ImagePullBackOff",
        "ImageInspectError",
        "ErrImageNeverPull",
        "RegistryUnavailable",
        "InvalidImageName",
    }
)


class Cause(StrEnum):
    """What is wrong."""

    WRONG_PASSWORD = "wrong_password"  # noqa: S105
    MISSING_CREDENTIAL = "missing_credential"
    NOT_ALLOWED = "not_allowed"
    TAG_NOT_FOUND = "tag_not_found"
    REPOSITORY_NOT_FOUND = "repository_not_found"
    NO_ARCHITECTURE = "no_architecture"
    PLAIN_HTTP = "plain_http"
    NOT_PLAIN_HTTP = "not_plain_http"
    CERTIFICATE = "certificate"
    NO_WAY_OUT = "no_way_out"
    UNKNOWN_HOST = "unknown_host"
    RATE_LIMITED = "rate_limited"
    INVALID_NAME = "invalid_name"
    NEVER_PULLED = "never_pulled"
    PULL_FAILED = "pull_failed"
    KEEPS_ENDING = "keeps_ending"
    ENDED_BADLY = "ended_badly"
    NO_STOCK = "no_stock"
    NOT_SCHEDULED = "not_scheduled"


class Remedy(StrEnum):
    """What a new draft must change."""

    CREDENTIAL = "credential"
    IMAGE = "image"
    PLAIN_HTTP = "plain_http"
    NOT_PLAIN_HTTP = "not_plain_http"
    INSECURE = "insecure"
    EIP = "eip"
    COMMAND = "command"
    PLACE = "place"
    RUN_ONCE = "run_once"
    VERSION = "version"


REMEDIES: Final[Mapping[Cause, Remedy]] = {
    Cause.WRONG_PASSWORD: Remedy.CREDENTIAL,
    Cause.MISSING_CREDENTIAL: Remedy.CREDENTIAL,
    Cause.NOT_ALLOWED: Remedy.CREDENTIAL,
    Cause.TAG_NOT_FOUND: Remedy.IMAGE,
    Cause.REPOSITORY_NOT_FOUND: Remedy.IMAGE,
    Cause.NO_ARCHITECTURE: Remedy.IMAGE,
    Cause.UNKNOWN_HOST: Remedy.IMAGE,
    Cause.INVALID_NAME: Remedy.IMAGE,
    Cause.NEVER_PULLED: Remedy.IMAGE,
    Cause.PULL_FAILED: Remedy.IMAGE,
    Cause.PLAIN_HTTP: Remedy.PLAIN_HTTP,
    Cause.NOT_PLAIN_HTTP: Remedy.NOT_PLAIN_HTTP,
    Cause.CERTIFICATE: Remedy.INSECURE,
    Cause.NO_WAY_OUT: Remedy.EIP,
    Cause.KEEPS_ENDING: Remedy.COMMAND,
    Cause.ENDED_BADLY: Remedy.COMMAND,
    Cause.NO_STOCK: Remedy.PLACE,
    Cause.NOT_SCHEDULED: Remedy.PLACE,
}

# What helps where the first remedy is not the right one.
SECOND_REMEDIES: Final[Mapping[Cause, Remedy]] = {
    Cause.WRONG_PASSWORD: Remedy.IMAGE,
    Cause.MISSING_CREDENTIAL: Remedy.IMAGE,
    Cause.NOT_ALLOWED: Remedy.IMAGE,
    Cause.REPOSITORY_NOT_FOUND: Remedy.CREDENTIAL,
    Cause.PULL_FAILED: Remedy.CREDENTIAL,
    Cause.PLAIN_HTTP: Remedy.IMAGE,
    Cause.NOT_PLAIN_HTTP: Remedy.IMAGE,
    Cause.CERTIFICATE: Remedy.IMAGE,
    Cause.NO_WAY_OUT: Remedy.IMAGE,
    Cause.UNKNOWN_HOST: Remedy.EIP,
}

_NEEDS_LOGIN = "login"
# The cloud's words are read so far from both of their ends: what happened stands first, the cause of it last.
READ_AT_EACH_END: Final = 8 * 1024
# Each of these takes time in proportion to the text: between two of their words stands no more than one other word.
# The first pattern that is found counts; `login` becomes one of two causes, see _pull_cause.
_PULL_TEXTS: Final[tuple[tuple[re.Pattern[str], str], ...]] = tuple(
    (re.compile(pattern, re.IGNORECASE), cause)
    for pattern, cause in (
        (r"couldn't parse image name|invalid reference format", Cause.INVALID_NAME),
        (r"server gave HTTP response to HTTPS client", Cause.PLAIN_HTTP),
        (r"HEAD request to http://\S+: 400|HTTP request to an HTTPS server", Cause.NOT_PLAIN_HTTP),
        (r"x509:|failed to verify certificate|certificate (?:is|has)", Cause.CERTIFICATE),
        (r"no such host|server misbehaving", Cause.UNKNOWN_HOST),
        (
            r"i/o timeout|network is unreachable|no route to host|Client\.Timeout exceeded|deadline exceeded"
            r"|connection timed out",
            Cause.NO_WAY_OUT,
        ),
        (r"toomanyrequests|429 Too Many|rate limit", Cause.RATE_LIMITED),
        (r"incorrect username or password", Cause.WRONG_PASSWORD),
        (r"no match(?:ing manifest| for platform)", Cause.NO_ARCHITECTURE),
        (r"manifest unknown|manifest for \S+ not found", Cause.TAG_NOT_FOUND),
        (r"name unknown|name_unknown|repository \S+ not found", Cause.REPOSITORY_NOT_FOUND),
        (r"insufficient_scope", Cause.REPOSITORY_NOT_FOUND),
        (r"denied: requested access|AssumeRole", Cause.NOT_ALLOWED),
        (r"unauthorized|401|authentication required|access denied|403 Forbidden", _NEEDS_LOGIN),
        (r"not found", Cause.TAG_NOT_FOUND),
        (r"pull policy of Never", Cause.NEVER_PULLED),
    )
)
_STOCK_REASONS: Final = frozenset({"NoStock", "StockExhaust", "StockClose"})
_SCHEDULING_REASONS: Final = frozenset({"FailedScheduling", "QuotaExceeded", "InsufficientBalance", "StartingFailed"})


@dataclass(frozen=True)
class Diagnosis:
    """The cause, where it is, and the words of the cloud that show it. `host` is the registry's as it was sent."""

    cause: Cause
    container_name: str = ""
    image: str = ""
    host: str = ""
    evidence: str = ""
    exit_code: int | None = None
    failures: int = 0

    @property
    def remedy(self) -> Remedy | None:
        """Return what a new draft must change; None where only time or somebody else helps."""
        return REMEDIES.get(self.cause)

    @property
    def second_remedy(self) -> Remedy | None:
        """Return what else may be wrong; None where it can be nothing else."""
        return SECOND_REMEDIES.get(self.cause)


def diagnose(group: ContainerGroup, sent: Mapping[str, str]) -> Diagnosis | None:
    """Return why the group does not run as asked; None where nothing is wrong or nothing can be told yet.

    `sent` are the parameters of the request; a password may be missing from them.
    """
    for container in group.all_containers:
        if container.state.reason in PULL_REASONS:
            return _pull_diagnosis(container, group.events, sent)
    if group.status in ("ScheduleFailed", "Scheduling"):
        return _scheduling_diagnosis(group)
    for container in group.all_containers:
        if found := _process_diagnosis(container, group):
            return found
    return _timed_out_pull(group, sent) if group.status == "Failed" else None


def _pull_diagnosis(container: ContainerStatus, events: Iterable[Event], sent: Mapping[str, str]) -> Diagnosis:
    evidence, failures = _pull_evidence(container, events)
    host = registry_host(container.image)
    cause = _pull_cause(evidence, host, sent)
    return Diagnosis(cause, container.name, container.image, host, evidence, failures=failures)


def _timed_out_pull(group: ContainerGroup, sent: Mapping[str, str]) -> Diagnosis | None:
    """Diagnose a group that the system ended because an image never came."""
    for container in group.all_containers:
        evidence, failures = _pull_evidence(container, group.events)
        if failures:
            host = registry_host(container.image)
            cause = _pull_cause(evidence, host, sent)
            return Diagnosis(cause, container.name, container.image, host, evidence, failures=failures)
    return None


def _pull_evidence(container: ContainerStatus, events: Iterable[Event]) -> tuple[str, int]:
    """Return the newest words about a failed pull of this image, and how often it failed."""
    quoted = f'"{container.image}"'
    about = [event for event in events if quoted in event.message and event.reason in ("Failed", "InspectFailed")]
    about += [event for event in events if quoted in event.message and event.reason == "ErrImageNeverPull"]
    if about:
        return about[-1].message, about[-1].count
    return container.state.message, 0


def _pull_cause(evidence: str, host: str, sent: Mapping[str, str]) -> Cause:
    read = evidence
    if len(evidence) > 2 * READ_AT_EACH_END:
        read = f"{evidence[:READ_AT_EACH_END]}\n{evidence[-READ_AT_EACH_END:]}"
    for pattern, cause in _PULL_TEXTS:
        if pattern.search(read):
            if cause == _NEEDS_LOGIN:
                return Cause.WRONG_PASSWORD if login_key(host, sent) else Cause.MISSING_CREDENTIAL
            return Cause(cause)
    return Cause.PULL_FAILED


def login_key(host: str, sent: Mapping[str, str]) -> str:
    """Return what the parameters of the login for this host begin with; "" where none was sent."""
    servers = (key for key in sent if key.startswith("ImageRegistryCredential.") and key.endswith(".Server"))
    return next((key.removesuffix("Server") for key in servers if sent[key].lower() == host.lower()), "")


def registry_host(image: str) -> str:
    """Return the registry's host of an image address, docker.io where none is written; "" for a mistaken address."""
    try:
        return parse_image_reference(image).registry_host
    except ImageReferenceError:
        return ""


def _scheduling_diagnosis(group: ContainerGroup) -> Diagnosis | None:
    for event in reversed(group.events):
        if event.reason in _STOCK_REASONS:
            return Diagnosis(Cause.NO_STOCK, evidence=event.message)
        if event.reason in _SCHEDULING_REASONS:
            return Diagnosis(Cause.NOT_SCHEDULED, evidence=event.message)
    return Diagnosis(Cause.NOT_SCHEDULED) if group.status == "ScheduleFailed" else None


def _process_diagnosis(container: ContainerStatus, group: ContainerGroup) -> Diagnosis | None:
    state, previous = container.state, container.previous_state
    ended_badly = state.state == "Terminated" and bool(state.exit_code)
    # In a living group a process that ended is started again, unless the restart policy forbids it.
    is_restarted = group.status not in FINAL_STATUSES and group.restart_policy != "Never"
    if state.reason == "CrashLoopBackOff" or (ended_badly and is_restarted):
        code = state.exit_code if ended_badly else previous.exit_code if previous else None
        return Diagnosis(
            Cause.KEEPS_ENDING,
            container.name,
            container.image,
            evidence=state.message or state.reason,
            exit_code=code,
            failures=container.restart_count,
        )
    if ended_badly:
        return Diagnosis(
            Cause.ENDED_BADLY,
            container.name,
            container.image,
            evidence=state.message or state.reason,
            exit_code=state.exit_code,
        )
    return None
