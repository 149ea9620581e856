"""ImageReference, its strict parser, and what a registry host tells about an image.

    reference = [host "/"] repository [":" tag] ["@" digest]
    host      = name or IPv4 address [":" port]
    repository = component ("/" component)*      component = [a-z0-9]+ (("." | "_" | "__" | "-"+) [a-z0-9]+)*
    tag       = [A-Za-z0-9_] [A-Za-z0-9_.-]{0,127}
    digest    = ("sha256" | "sha384" | "sha512") ":" its number of lower-case hex digits

The first component is a host if it is ``localhost``, contains ``.`` or ``:``, or has an upper-case letter. The grammar
is that of the distribution project (``reference.go``, ``normalize.go``); stricter here: no algorithm that registries do
not know, no IPv6 host, no host that only some resolvers read as an address (``0x7f.1``), no port outside 1-65535, no
address that no registry can have. Defaults (docker.io, library/, latest) are added by ``normalised()`` only, never by
the parser. Not here: hosts of Container Registry (``acr.py``), which image needs which credential (``credentials.py``).
"""

import ipaddress
import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from types import MappingProxyType
from typing import ClassVar, Final

from consoleapp.domain.acr import AcrEdition, AcrHost, AcrNetwork, acr_host, vpc_host_of
from consoleapp.domain.errors import DomainError, _

__all__ = [
    "AcrEdition",
    "AcrHost",
    "AcrNetwork",
    "ImageReference",
    "ImageReferenceError",
    "ImageReferenceReason",
    "ImageSource",
    "acr_host",
    "join_image",
    "parse_image_reference",
    "parse_registry_host",
    "source_of",
    "split_image",
    "vpc_host_of",
]

PATH_MAX: Final = 255  # characters of the repository
TAG_MAX: Final = 128  # characters
TEXT_MAX: Final = 4096  # characters; more is not even looked at
HOST_MAX: Final = 253  # characters, RFC 1035
PORT_MAX: Final = 65_535

COMPONENT: Final = re.compile(r"[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*")
TAG: Final = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}")
DIGEST: Final = re.compile(
    r"(?P<algorithm>[A-Za-z][A-Za-z0-9]*(?:[-_+.][A-Za-z][A-Za-z0-9]*)*):(?P<hex>[0-9A-Fa-f]{32,})"
)
DIGEST_LENGTHS: Final = MappingProxyType({"sha256": 64, "sha384": 96, "sha512": 128})
LABEL: Final = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?")
BARE_HEX: Final = re.compile(r"[0-9a-f]{64}")
BARE_DIGEST: Final = re.compile(r"sha256:[0-9a-f]{64}")
# A host whose last label is one of these is read as an IPv4 address by some resolver (WHATWG: "ends in a number").
NUMBER: Final = re.compile(r"[0-9]+|0[xX][0-9A-Fa-f]*")

DOCKER_HUB: Final = "docker.io"
DOCKER_HUB_ALIASES: Final = frozenset({DOCKER_HUB, "index.docker.io"})
DOCKER_HUB_HOSTS: Final = DOCKER_HUB_ALIASES | {"registry-1.docker.io", "registry.hub.docker.com"}

# Metadata services of clouds, next to what ipaddress calls link-local, multicast, reserved and unspecified. The check
# of access has its own, wider guard; these stand here because no container group can pull from them.
FORBIDDEN_NETWORKS: Final = tuple(
    ipaddress.IPv4Network(block)
    for block in ("0.0.0.0/8", "100.100.100.200/32", "100.100.2.0/24", "168.63.129.16/32", "169.254.0.0/16")
)


class ImageReferenceReason(StrEnum):
    EMPTY = "empty"
    TEXT_TOO_LONG = "text_too_long"
    WHITESPACE = "whitespace"
    CONTROL_CHARACTER = "control_character"
    NOT_ASCII = "not_ascii"
    INVALID_CHARACTER = "invalid_character"
    SCHEME = "scheme"
    USER_INFO = "user_info"
    IPV6_HOST = "ipv6_host"
    HOST_FORMAT = "host_format"
    HOST_TOO_LONG = "host_too_long"
    NUMERIC_HOST = "numeric_host"
    FORBIDDEN_HOST = "forbidden_host"
    PORT = "port"
    REPOSITORY_MISSING = "repository_missing"
    EMPTY_COMPONENT = "empty_component"
    UPPER_CASE = "upper_case"
    COMPONENT_FORMAT = "component_format"
    PATH_TOO_LONG = "path_too_long"
    BARE_HEX = "bare_hex"
    BARE_DIGEST = "bare_digest"
    EMPTY_TAG = "empty_tag"
    TAG_TOO_LONG = "tag_too_long"
    TAG_FORMAT = "tag_format"
    DIGEST_FORMAT = "digest_format"
    PATH_AFTER_HOST = "path_after_host"


_R = ImageReferenceReason
SENTENCES: Final[Mapping[str, str]] = MappingProxyType(
    {
        _R.EMPTY: _("Enter an address."),
        _R.TEXT_TOO_LONG: _("The address is too long."),
        _R.WHITESPACE: _("The address contains a blank at position {position}."),
        _R.CONTROL_CHARACTER: _("The address contains an invisible character at position {position}."),
        _R.NOT_ASCII: _("The character at position {position} is not a plain letter, digit or sign."),
        _R.INVALID_CHARACTER: _("The character at position {position} cannot stand in an address."),
        _R.SCHEME: _("Leave out the scheme (http://, https://, docker://)."),
        _R.USER_INFO: _("Leave out the user name before the @; credentials have fields of their own."),
        _R.IPV6_HOST: _("An IPv6 address cannot be used as a registry host."),
        _R.HOST_FORMAT: _("The registry host is not a host name."),
        _R.HOST_TOO_LONG: _("The registry host is longer than 253 characters."),
        _R.NUMERIC_HOST: _("Write an IPv4 address as four decimal numbers."),
        _R.FORBIDDEN_HOST: _("No registry can be at this address."),
        _R.PORT: _("The port is not a number from 1 to 65535."),
        _R.REPOSITORY_MISSING: _("The repository is missing."),
        _R.EMPTY_COMPONENT: _("There is nothing between two slashes, or a slash at the start or end."),
        _R.UPPER_CASE: _("The repository must be in lower case (position {position})."),
        _R.COMPONENT_FORMAT: _(
            "Use lower-case letters and digits, separated by a dot, one or two underscores or hyphens "
            "(position {position})."
        ),
        _R.PATH_TOO_LONG: _("The repository is longer than 255 characters."),
        _R.BARE_HEX: _("64 hexadecimal digits alone are an image id, not an address."),
        _R.BARE_DIGEST: _("A digest alone is not an address; put the repository and an @ before it."),
        _R.EMPTY_TAG: _("The version after the colon is missing."),
        _R.TAG_TOO_LONG: _("The version is longer than 128 characters."),
        _R.TAG_FORMAT: _("The version contains a character that is not allowed (position {position})."),
        _R.DIGEST_FORMAT: _("The digest is not of the form sha256:<64 lower-case hexadecimal digits>."),
        _R.PATH_AFTER_HOST: _("Give the host and port only, nothing after them."),
    }
)


class ImageReferenceError(DomainError):
    """An address outside the grammar; ``position`` counts characters from 0."""

    sentences: ClassVar[Mapping[str, str]] = SENTENCES

    def __init__(self, reason: ImageReferenceReason, position: int = 0) -> None:
        self.position = position
        # People count from 1.
        super().__init__(reason, "", position=position + 1)


@dataclass(frozen=True)
class ImageReference:
    """An image address as written: ``str()`` gives back exactly the text that was parsed.

    Made by ``parse_image_reference``; ``host`` is None when the first component is no host.
    """

    host: str | None
    repository: str
    tag: str | None = None
    digest: str | None = None

    def __str__(self) -> str:
        host = f"{self.host}/" if self.host is not None else ""
        tag = f":{self.tag}" if self.tag is not None else ""
        digest = f"@{self.digest}" if self.digest is not None else ""
        return f"{host}{self.repository}{tag}{digest}"

    def normalised(self) -> "ImageReference":
        """Return the reference with docker.io, library/ and latest filled in, as Docker would."""
        host = self.host or DOCKER_HUB
        if host.lower() in DOCKER_HUB_ALIASES:
            host = DOCKER_HUB
        repository = self.repository
        if host == DOCKER_HUB and "/" not in repository:
            repository = f"library/{repository}"
        tag = self.tag
        if tag is None and self.digest is None:
            tag = "latest"
        return ImageReference(host, repository, tag, self.digest)

    @property
    def registry_host(self) -> str:
        """Return the host[:port] that serves the image, docker.io when none is written."""
        return self.normalised().host or DOCKER_HUB

    @property
    def path(self) -> str:
        """Return the repository on that host, library/ included."""
        return self.normalised().repository

    @property
    def address(self) -> str:
        """Return the reference as written, without tag and digest."""
        return f"{self.host}/{self.repository}" if self.host is not None else self.repository

    @property
    def version(self) -> str:
        """Return what is written behind the address: a tag, a digest, "tag@digest", or ""."""
        return "@".join(part for part in (self.tag, self.digest) if part is not None)


def split_image(text: str) -> tuple[str, str]:
    """Return an image's address and its version ("" when it has none); a text that is no image address stays whole.

    The only place that takes image addresses apart; ``join_image`` puts them together again.
    """
    try:
        reference = parse_image_reference(text)
    except ImageReferenceError:
        return text, ""
    return reference.address, reference.version


def join_image(address: str, version: str) -> str:
    """Return the image address with this version behind it: a tag, a digest or "tag@digest"."""
    if not address or not version:
        return address
    is_digest = ":" in version and "@" not in version
    return f"{address}{'@' if is_digest else ':'}{version}"


@lru_cache(maxsize=1024)
def parse_image_reference(text: str) -> ImageReference:
    """Return the parts of an image address as written. Raise ImageReferenceError and nothing else."""
    _check_characters(text)
    _check_not_bare(text)
    name, digest = _split_digest(text)
    head, slash, rest = name.partition("/")
    if not slash or not _is_host(head):
        host, remainder, offset = None, name, 0
    else:
        _check_host(head, text)
        host, remainder, offset = head, rest, len(head) + 1
    repository, tag = _split_tag(remainder, offset)
    _check_repository(repository, offset)
    return ImageReference(host, repository, tag, digest)


def parse_registry_host(text: str) -> str:
    """Return the text itself when it is host[:port] as an image address can carry it. Raise ImageReferenceError.

    A single lower-case word without port is refused: in an image address it would be part of the repository.
    """
    _check_characters(text)
    if "@" in text:
        raise ImageReferenceError(ImageReferenceReason.USER_INFO, text.index("@"))
    if "/" in text:
        raise ImageReferenceError(ImageReferenceReason.PATH_AFTER_HOST, text.index("/"))
    if not _is_host(text):
        raise ImageReferenceError(ImageReferenceReason.HOST_FORMAT, 0)
    _check_host(text, text)
    return text


def _check_characters(text: str) -> None:
    reason = ImageReferenceReason
    if not text:
        raise ImageReferenceError(reason.EMPTY)
    if len(text) > TEXT_MAX:
        raise ImageReferenceError(reason.TEXT_TOO_LONG, TEXT_MAX)
    for position, character in enumerate(text):
        if character.isspace():
            raise ImageReferenceError(reason.WHITESPACE, position)
        if character < " " or "\x7f" <= character <= "\x9f":
            raise ImageReferenceError(reason.CONTROL_CHARACTER, position)
        if character > "\x7f":
            raise ImageReferenceError(reason.NOT_ASCII, position)
    if "://" in text:
        raise ImageReferenceError(reason.SCHEME, text.index("://"))
    if "[" in text.partition("/")[0]:
        raise ImageReferenceError(reason.IPV6_HOST, text.index("["))
    odd = re.search(r"[^A-Za-z0-9._:/@+-]", text)
    if odd:
        raise ImageReferenceError(reason.INVALID_CHARACTER, odd.start())


def _check_not_bare(text: str) -> None:
    if BARE_HEX.fullmatch(text):
        raise ImageReferenceError(ImageReferenceReason.BARE_HEX)
    if BARE_DIGEST.fullmatch(text):
        raise ImageReferenceError(ImageReferenceReason.BARE_DIGEST)


def _split_digest(text: str) -> tuple[str, str | None]:
    name, at, digest = text.partition("@")
    if not at:
        return text, None
    if "/" in digest:
        raise ImageReferenceError(ImageReferenceReason.USER_INFO, len(name))
    if not name:
        raise ImageReferenceError(ImageReferenceReason.REPOSITORY_MISSING)
    found = DIGEST.fullmatch(digest)
    if not found:
        raise ImageReferenceError(ImageReferenceReason.DIGEST_FORMAT, len(name) + 1)
    # An algorithm that no registry knows would be sent and never found.
    if len(found["hex"]) != DIGEST_LENGTHS.get(found["algorithm"]) or found["hex"] != found["hex"].lower():
        raise ImageReferenceError(ImageReferenceReason.DIGEST_FORMAT, len(name) + 1)
    return name, digest


def _split_tag(remainder: str, offset: int) -> tuple[str, str | None]:
    """Return repository and tag; the tag starts at the first colon after the last slash."""
    start = remainder.rfind("/") + 1
    colon = remainder.find(":", start)
    if colon < 0:
        return remainder, None
    tag, position = remainder[colon + 1 :], offset + colon + 1
    if not tag:
        raise ImageReferenceError(ImageReferenceReason.EMPTY_TAG, position)
    if len(tag) > TAG_MAX:
        raise ImageReferenceError(ImageReferenceReason.TAG_TOO_LONG, position + TAG_MAX)
    if not TAG.fullmatch(tag):
        odd = re.search(r"[^A-Za-z0-9_.-]", tag)
        raise ImageReferenceError(ImageReferenceReason.TAG_FORMAT, position + (odd.start() if odd else 0))
    return remainder[:colon], tag


def _check_repository(repository: str, offset: int) -> None:
    reason = ImageReferenceReason
    if not repository:
        raise ImageReferenceError(reason.REPOSITORY_MISSING, offset)
    position = offset
    for component in repository.split("/"):
        if not component:
            raise ImageReferenceError(reason.EMPTY_COMPONENT, position)
        upper = re.search(r"[A-Z]", component)
        if upper:
            raise ImageReferenceError(reason.UPPER_CASE, position + upper.start())
        if not COMPONENT.fullmatch(component):
            valid = COMPONENT.match(component)
            raise ImageReferenceError(reason.COMPONENT_FORMAT, position + (valid.end() if valid else 0))
        position += len(component) + 1
    if len(repository) > PATH_MAX:
        raise ImageReferenceError(reason.PATH_TOO_LONG, offset + PATH_MAX)


def _is_host(component: str) -> bool:
    return component == "localhost" or "." in component or ":" in component or component.lower() != component


def _check_host(host: str, text: str) -> None:
    """Raise unless ``host`` is name[:port] or IPv4[:port]; it stands at the start of ``text``."""
    reason = ImageReferenceReason
    name, colon, port = host.partition(":")
    if colon and not _is_port(port):
        raise ImageReferenceError(reason.PORT, len(name) + 1)
    if len(name) > HOST_MAX:
        raise ImageReferenceError(reason.HOST_TOO_LONG, HOST_MAX)
    position = 0
    for label in name.split("."):
        if not LABEL.fullmatch(label):
            raise ImageReferenceError(reason.HOST_FORMAT, min(position, len(text) - 1))
        position += len(label) + 1
    if NUMBER.fullmatch(name.rpartition(".")[2]):
        _check_address(name)


def _is_port(text: str) -> bool:
    return re.fullmatch(r"[1-9][0-9]{0,4}", text) is not None and int(text) <= PORT_MAX


def _check_address(name: str) -> None:
    try:
        address = ipaddress.IPv4Address(name)
    except ValueError as error:
        raise ImageReferenceError(ImageReferenceReason.NUMERIC_HOST) from error
    if address.is_multicast or address.is_reserved or any(address in block for block in FORBIDDEN_NETWORKS):
        raise ImageReferenceError(ImageReferenceReason.FORBIDDEN_HOST)


class ImageSource(StrEnum):
    """Where an image comes from, as far as its address tells."""

    COMMON = "common"
    DOCKER_OFFICIAL = "docker_official"
    DOCKER_HUB = "docker_hub"
    ACR_PERSONAL = "acr_personal"
    ACR_ENTERPRISE = "acr_enterprise"
    # Any other host. An Enterprise Edition custom domain looks like this too.
    PRIVATE = "private"


COMMON_NAMESPACE: Final = "eci_open/"


@lru_cache(maxsize=1024)
def source_of(reference: ImageReference) -> ImageSource:
    """Return the source of the image, judged by host and path alone."""
    host, path = reference.registry_host, reference.path
    if host.lower() in DOCKER_HUB_HOSTS:
        return ImageSource.DOCKER_OFFICIAL if path.startswith("library/") else ImageSource.DOCKER_HUB
    acr = acr_host(host)
    if acr is None:
        return ImageSource.PRIVATE
    if acr.edition is AcrEdition.ENTERPRISE:
        return ImageSource.ACR_ENTERPRISE
    # Only the shared hosts carry ECI's own images; a personal instance may use the namespace for its own.
    is_common = not acr.instance and path.startswith(COMMON_NAMESPACE)
    return ImageSource.COMMON if is_common else ImageSource.ACR_PERSONAL
