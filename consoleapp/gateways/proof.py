"""What the check of an image can find: its causes, the evidence of each, the result.

Only data: the page words a cause and offers what mends it. Nothing of an answer's body is in here but the facts of an
image that may be pulled, and each text among them is short and printable. How the check works is in ``oci/``; the
protocol that callers see is ``ports.ImageAccess``.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from consoleapp.domain.registry import ImageRegistryCredential

Credential = ImageRegistryCredential


class Cause(StrEnum):
    """Why an image can be pulled or not."""

    CAN_BE_PULLED = "can_be_pulled"
    NEEDS_LOGIN = "needs_login"
    WRONG_CREDENTIAL = "wrong_credential"
    # The login was accepted (or none is offered), this repository is not for it.
    NOT_ALLOWED = "not_allowed"
    REPOSITORY_NOT_FOUND = "repository_not_found"
    TAG_NOT_FOUND = "tag_not_found"
    NO_SUCH_ARCHITECTURE = "no_such_architecture"
    # A part of the image that its manifest names is not there: every pull fails.
    INCOMPLETE = "incomplete"
    # No address that the console may connect to: the name does not resolve, or one of its addresses is refused. Told
    # as one, because the difference would tell strangers which names exist inside the console's own network.
    HOST_NOT_FOUND = "host_not_found"
    NO_ANSWER = "no_answer"
    SPEAKS_PLAIN_HTTP = "speaks_plain_http"
    # Declared as plain HTTP, so the cloud would ask it without TLS.
    SPEAKS_TLS = "speaks_tls"
    CERTIFICATE_NOT_TRUSTED = "certificate_not_trusted"
    CERTIFICATE_WRONG_NAME = "certificate_wrong_name"
    CERTIFICATE_EXPIRED = "certificate_expired"
    # Of a registry that is listed as one whose certificate is not verified: it shows another one than the user took, or
    # the user has taken none yet. It was asked without a login, and shows the image to nobody without one.
    CERTIFICATE_NOT_PINNED = "certificate_not_pinned"
    RATE_LIMITED = "rate_limited"
    # By what was typed alone, or because a listed host has an address outside its listed networks.
    REFUSED_BY_POLICY = "refused_by_policy"
    ONLY_INSIDE_VPC = "only_inside_vpc"
    REDIRECTED = "redirected"
    MALFORMED_ANSWER = "malformed_answer"
    # 5xx, or another status that says nothing about the image.
    REGISTRY_ERROR = "registry_error"
    # The console's own cap: this user, or all together, have too many checks running.
    TOO_MANY_CHECKS = "too_many_checks"

    @property
    def is_answer(self) -> bool:
        """Tell whether the registry itself said so, rather than the network, the console's rules or a broken answer."""
        return self in _ANSWERS


_ANSWERS = frozenset(
    {
        Cause.CAN_BE_PULLED,
        Cause.NEEDS_LOGIN,
        Cause.WRONG_CREDENTIAL,
        Cause.NOT_ALLOWED,
        Cause.REPOSITORY_NOT_FOUND,
        Cause.TAG_NOT_FOUND,
        Cause.NO_SUCH_ARCHITECTURE,
        Cause.INCOMPLETE,
    }
)


class Refusal(StrEnum):
    """Which rule of where the console may connect was broken."""

    HOST_NOT_LISTED = "host_not_listed"
    PORT = "port"
    PLAIN_HTTP = "plain_http"
    ADDRESS = "address"
    # The registry sends logins to an address that is neither its own nor a known one.
    TOKEN_SERVER = "token_server"  # noqa: S105


class Stage(StrEnum):
    """How far a connection came before it fell silent."""

    CONNECT = "connect"
    TLS = "tls"
    ANSWER = "answer"


class Fault(StrEnum):
    """What is wrong with an answer that cannot be used."""

    NOT_HTTP = "not_http"
    NOT_A_REGISTRY = "not_a_registry"
    NOT_JSON = "not_json"
    NOT_AN_IMAGE = "not_an_image"
    NO_LOGIN_OFFERED = "no_login_offered"
    TOKEN = "token"  # noqa: S105
    DIGEST = "digest"
    TOO_LARGE = "too_large"
    TOO_DEEP = "too_deep"
    CUT_OFF = "cut_off"
    ENCODED = "encoded"


# --- evidence; ``host`` is host[:port] of the server it is about: the registry, or its token server


@dataclass(frozen=True)
class LoginEvidence:
    """With NEEDS_LOGIN, WRONG_CREDENTIAL, NOT_ALLOWED. ``scheme`` is bearer or basic.

    NEEDS_LOGIN and NOT_ALLOWED may also mean that the repository does not exist: many registries hide which do.
    """

    host: str
    scheme: str


@dataclass(frozen=True)
class TagEvidence:
    """With TAG_NOT_FOUND: the tag or digest asked for, and up to five tags that look like it, best first."""

    wanted: str
    near: tuple[str, ...] = ()


@dataclass(frozen=True)
class ArchitectureEvidence:
    """With NO_SUCH_ARCHITECTURE, and INCOMPLETE: the architecture whose part is missing."""

    wanted: str
    available: tuple[str, ...]


@dataclass(frozen=True)
class CertificateEvidence:
    """With the CERTIFICATE_ causes; the fingerprint is lower-case hexadecimal, texts are RFC 4514 names.

    All but the host are empty when the server did not show its certificate a second time.
    """

    host: str
    subject: str = ""
    issuer: str = ""
    not_before: datetime | None = None
    not_after: datetime | None = None
    sha256_fingerprint: str = ""
    names: tuple[str, ...] = ()


@dataclass(frozen=True)
class PlainHttpEvidence:
    """With SPEAKS_PLAIN_HTTP. ``is_declared``: it is in PlainHttpRegistry already; the console may not look further,
    because only hosts that an admin has listed are asked over plain HTTP."""

    host: str
    is_declared: bool


@dataclass(frozen=True)
class SilenceEvidence:
    """With NO_ANSWER."""

    host: str
    stage: Stage


@dataclass(frozen=True)
class PolicyEvidence:
    """With REFUSED_BY_POLICY; for a token server ``host`` is that server, "" when its address cannot be read."""

    host: str
    refusal: Refusal


@dataclass(frozen=True)
class StatusEvidence:
    """With RATE_LIMITED, REDIRECTED, REGISTRY_ERROR, SPEAKS_TLS, and NOT_ALLOWED without a login being offered."""

    host: str
    http_status: int
    location_host: str = ""
    retry_after_seconds: int | None = None


@dataclass(frozen=True)
class FaultEvidence:
    """With MALFORMED_ANSWER."""

    host: str
    fault: Fault


@dataclass(frozen=True)
class VpcEvidence:
    """With ONLY_INSIDE_VPC."""

    host: str
    region_id: str


Evidence = (
    LoginEvidence
    | TagEvidence
    | ArchitectureEvidence
    | CertificateEvidence
    | PlainHttpEvidence
    | SilenceEvidence
    | PolicyEvidence
    | StatusEvidence
    | FaultEvidence
    | VpcEvidence
)


@dataclass(frozen=True)
class ImageFacts:
    """What an image that can be read says about itself; empty where it was not told or could not be read.

    ``digest`` is that of the manifest or index the reference names, ``total_size_bytes`` of the layers and the
    configuration for the architecture asked for, compressed. ``exposed_ports`` are written "80/tcp", ``volumes`` are
    absolute paths. Of environment variables only the names are here, also of those that everybody knows: whoever built
    the image may have put a password into any of them. ``title`` and what follows it are the image's own labels.
    """

    digest: str = ""
    total_size_bytes: int = 0
    architectures: tuple[str, ...] = ()
    created: datetime | None = None
    entrypoint: tuple[str, ...] = ()
    command: tuple[str, ...] = ()
    exposed_ports: tuple[str, ...] = ()
    user: str = ""
    volumes: tuple[str, ...] = ()
    stop_signal: str = ""
    working_dir: str = ""
    variables: tuple[str, ...] = ()
    title: str = ""
    description: str = ""
    version: str = ""
    source: str = ""


@dataclass(frozen=True)
class AccessResult:
    """What a check found. ``registry`` is the host[:port] as an image address carries it.

    ``checked_as`` is the user name the deciding answer was given to, "" for anonymous. ``proved_anonymous``: the
    manifest, or the repository's list of tags, could be read without a login. ``checked_at`` is UTC.
    """

    cause: Cause
    registry: str
    checked_at: datetime
    duration: timedelta
    evidence: Evidence | None = None
    image: ImageFacts = ImageFacts()
    checked_as: str = ""
    proved_anonymous: bool = False

    @property
    def can_be_pulled(self) -> bool:
        return self.cause is Cause.CAN_BE_PULLED

    @property
    def digest(self) -> str:
        return self.image.digest

    @property
    def total_size_bytes(self) -> int:
        return self.image.total_size_bytes

    @property
    def architectures(self) -> tuple[str, ...]:
        return self.image.architectures

    @property
    def created(self) -> datetime | None:
        return self.image.created

    @property
    def entrypoint(self) -> tuple[str, ...]:
        return self.image.entrypoint

    @property
    def command(self) -> tuple[str, ...]:
        return self.image.command

    @property
    def exposed_ports(self) -> tuple[str, ...]:
        return self.image.exposed_ports

    @property
    def user(self) -> str:
        return self.image.user


@dataclass(frozen=True)
class TagList:
    """The tags of a repository in the registry's order, at most 1,000; ``is_complete`` False when there are more.

    ``cause`` CAN_BE_PULLED means that the list could be read; any other cause comes with its evidence and what was got
    before.
    """

    cause: Cause
    names: tuple[str, ...] = ()
    is_complete: bool = True
    evidence: Evidence | None = None
    checked_as: str = ""
