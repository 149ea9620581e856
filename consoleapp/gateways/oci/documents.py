"""The JSON documents of registries and token servers, read without trusting them.

Depth and number of structures are counted before anything is parsed; every value is checked for its type; texts that
go further are short and printable. Which request brings which document is in ``client.py``. Source: OCI image and
distribution specifications, image manifest version 2 schema 2.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice
from typing import Any, Final

from consoleapp.gateways.oci.certificate_evidence import printable
from consoleapp.gateways.proof import Fault, ImageFacts

DEPTH_MAX: Final = 32
STRUCTURES_MAX: Final = 50_000
ITEMS_MAX: Final = 64
# Paths, and values of labels, characters.
PATH_MAX: Final = 256
LABEL_MAX: Final = 256
SIZE_MAX: Final = 2**50
TAG_MAX: Final = 128

INDEXES: Final = (
    "application/vnd.oci.image.index.v1+json",
    "application/vnd.docker.distribution.manifest.list.v2+json",
)
MANIFESTS: Final = (
    "application/vnd.oci.image.manifest.v1+json",
    "application/vnd.docker.distribution.manifest.v2+json",
)
CONFIGURATIONS: Final = frozenset(
    {
        "application/vnd.oci.image.config.v1+json",
        "application/vnd.docker.container.image.v1+json",
        "application/octet-stream",
    }
)

_strings = re.compile(rb'"[^"\\]*+(?:\\.[^"\\]*+)*+"?', re.DOTALL)
_no_structure = bytes(set(range(256)) - set(b"[]{}"))
_digest = re.compile(r"sha256:[0-9a-f]{64}|sha512:[0-9a-f]{128}")
_tag = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}")
_architecture = re.compile(r"[a-z0-9_]{1,32}")
_port = re.compile(r"[0-9]{1,5}(?:/(?:tcp|udp|sctp))?")
_signal = re.compile(r"(?:SIG)?[A-Z][A-Z0-9+-]{0,15}|[0-9]{1,2}")
# What labels were called before the specification, where that is another word.
_ELDER: Final[Mapping[str, str]] = {"title": "name", "source": "vcs-url"}
_variable = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]{0,127}")


class BadDocument(Exception):
    """The document is not what it should be."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault.value)
        self.fault = fault


@dataclass(frozen=True)
class Platform:
    architecture: str
    digest: str


@dataclass(frozen=True)
class Index:
    """An image for several architectures; only those for Linux are kept."""

    platforms: tuple[Platform, ...]

    @property
    def architectures(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(platform.architecture for platform in self.platforms))


@dataclass(frozen=True)
class Manifest:
    """An image for one architecture; ``total_size_bytes`` is that of layers and configuration."""

    configuration_digest: str
    configuration_size_bytes: int
    total_size_bytes: int


def read_json(body: bytes) -> dict[str, Any]:
    """Return the JSON object in the body; raise BadDocument."""
    bare = _strings.sub(b"", body).translate(None, _no_structure)
    if len(bare) > 2 * STRUCTURES_MAX:
        raise BadDocument(Fault.TOO_LARGE)
    depth = 0
    for sign in bare:
        depth += 1 if sign in b"[{" else -1
        if depth > DEPTH_MAX:
            raise BadDocument(Fault.TOO_DEEP)
    try:
        document = json.loads(body.decode("utf-8"))
    except (ValueError, RecursionError) as error:
        raise BadDocument(Fault.NOT_JSON) from error
    if not isinstance(document, dict):
        raise BadDocument(Fault.NOT_JSON)
    return document


def digest_of(body: bytes, algorithm: str = "sha256") -> str:
    """Return the digest of the bytes as an image address carries it."""
    return f"{algorithm}:{hashlib.new(algorithm, body).hexdigest()}"


def has_digest(body: bytes, digest: str) -> bool:
    """Tell whether the bytes are those the digest names; False for an algorithm that is not registered."""
    return _digest.fullmatch(digest) is not None and digest_of(body, digest.partition(":")[0]) == digest


def read_manifest(body: bytes) -> Index | Manifest:
    """Return an index or a manifest; raise BadDocument, also for what is no image (a chart, a signature)."""
    document = read_json(body)
    if isinstance(document.get("manifests"), list):
        return Index(tuple(_platforms(document["manifests"])))
    configuration, layers = document.get("config"), document.get("layers")
    if not isinstance(configuration, dict) or not isinstance(layers, list):
        raise BadDocument(Fault.NOT_AN_IMAGE)
    if configuration.get("mediaType", "application/octet-stream") not in CONFIGURATIONS:
        raise BadDocument(Fault.NOT_AN_IMAGE)
    sizes = [_size(item) for item in (configuration, *layers)]
    return Manifest(_digest_in(configuration), sizes[0], sum(sizes))


def read_configuration(body: bytes) -> tuple[str, ImageFacts]:
    """Return the architecture, "" when not told, and what the image says about itself; raise BadDocument."""
    document = read_json(body)
    architecture = document.get("architecture")
    told = document.get("config")
    settings: dict[str, Any] = told if isinstance(told, dict) else {}
    labels = _object(settings.get("Labels"))
    signal = settings.get("StopSignal")
    facts = ImageFacts(
        created=_moment(document.get("created")),
        entrypoint=_texts(settings.get("Entrypoint")),
        command=_texts(settings.get("Cmd")),
        exposed_ports=_ports(_object(settings.get("ExposedPorts"))),
        user=_text(settings.get("User")),
        volumes=_paths(_object(settings.get("Volumes"))),
        stop_signal=signal if isinstance(signal, str) and _signal.fullmatch(signal) else "",
        working_dir=next(iter(_paths([settings.get("WorkingDir")])), ""),
        variables=_names(settings.get("Env")),
        title=_label(labels, "title"),
        description=_label(labels, "description"),
        version=_label(labels, "version"),
        source=_label(labels, "source"),
    )
    is_name = isinstance(architecture, str) and _architecture.fullmatch(architecture)
    return (str(architecture) if is_name else ""), facts


def read_tags(body: bytes) -> tuple[str, ...]:
    """Return the tag names of one page; what is no tag is left out. Raise BadDocument."""
    tags = read_json(body).get("tags")
    if tags is None:
        return ()
    if not isinstance(tags, list):
        raise BadDocument(Fault.NOT_JSON)
    return tuple(tag for tag in tags if isinstance(tag, str) and _tag.fullmatch(tag))


def read_error_codes(body: bytes) -> frozenset[str] | None:
    """Return the codes of a registry's error; None when the body is not one of a registry."""
    try:
        errors = read_json(body).get("errors")
    except BadDocument:
        return None
    if not isinstance(errors, list):
        return None
    codes = (error.get("code") for error in errors[:ITEMS_MAX] if isinstance(error, dict))
    return frozenset(code[:64] for code in codes if isinstance(code, str))


def read_token(body: bytes) -> str:
    """Return the token; raise BadDocument when there is none that a header could carry."""
    document = read_json(body)
    token = document.get("token") or document.get("access_token")
    if not isinstance(token, str) or not re.fullmatch(r"[!-~]{1,65536}", token):
        raise BadDocument(Fault.TOKEN)
    return token


def _platforms(items: list[Any]) -> list[Platform]:
    found = []
    for item in items[: ITEMS_MAX * 4]:
        platform = item.get("platform") if isinstance(item, dict) else None
        if not isinstance(platform, dict) or platform.get("os") != "linux":
            continue  # Windows, or the attestation of another entry
        architecture = platform.get("architecture")
        if isinstance(architecture, str) and _architecture.fullmatch(architecture):
            found.append(Platform(architecture, _digest_in(item)))
    return found


def _digest_in(item: dict[str, Any]) -> str:
    digest = item.get("digest")
    if not isinstance(digest, str) or not _digest.fullmatch(digest):
        raise BadDocument(Fault.DIGEST)
    return digest


def _size(item: object) -> int:
    size = item.get("size") if isinstance(item, dict) else None
    if not isinstance(size, int) or isinstance(size, bool) or not 0 <= size <= SIZE_MAX:
        raise BadDocument(Fault.NOT_AN_IMAGE)
    return size


def _texts(value: object) -> tuple[str, ...]:
    if not isinstance(value, list):
        return ()
    return tuple(printable(item) for item in value[:ITEMS_MAX] if isinstance(item, str))


def _text(value: object) -> str:
    return printable(value) if isinstance(value, str) else ""


def _object(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _ports(ports: dict[str, Any]) -> tuple[str, ...]:
    return tuple(port for port in list(ports)[:ITEMS_MAX] if _port.fullmatch(port))


def _paths(values: Iterable[object]) -> tuple[str, ...]:
    """Return absolute paths; one that would have to be cut or changed is none any more, and is left out."""
    whole = (path for path in islice(values, ITEMS_MAX) if isinstance(path, str) and path.startswith("/"))
    return tuple(path for path in whole if len(path) <= PATH_MAX and path.isprintable())


def _names(variables: object) -> tuple[str, ...]:
    """Return the names of NAME=value; a value is never kept, it may be a secret."""
    listed = variables[:ITEMS_MAX] if isinstance(variables, list) else []
    names = (each.partition("=")[0] for each in listed if isinstance(each, str) and "=" in each)
    return tuple(dict.fromkeys(name for name in names if _variable.fullmatch(name)))


def _label(labels: dict[str, Any], name: str) -> str:
    """Return one of the labels that the specification knows, or its elder sister; "" where there is neither."""
    told = labels.get(f"org.opencontainers.image.{name}") or labels.get(f"org.label-schema.{_ELDER.get(name, name)}")
    return " ".join(printable(told, LABEL_MAX).split()) if isinstance(told, str) else ""


def _moment(value: object) -> datetime | None:
    if not isinstance(value, str) or len(value) > 64:
        return None
    # Go writes nanoseconds; Python reads microseconds.
    text = re.sub(r"(\.[0-9]{6})[0-9]+", r"\1", value)
    try:
        moment = datetime.fromisoformat(text)
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None
