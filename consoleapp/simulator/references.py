"""Splitting an image reference into host, repository path, tag and digest, as a container runtime does.

Source: https://github.com/distribution/reference (grammar and the rules for docker.io and library/).
The rest of the project has a parser of its own; the two are written apart so that each can judge the other.
"""

import re
from dataclasses import dataclass
from typing import Final

DOCKER_HUB: Final = "docker.io"
_COMPONENT: Final = re.compile(r"[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*")
_TAG: Final = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}")
_DIGEST: Final = re.compile(r"sha256:[0-9a-f]{64}")
_HOST: Final = re.compile(
    r"(?:[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?(?:\.[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?)*|\[[0-9a-fA-F:]+\])"
    r"(?::[0-9]{1,5})?"
)
_BARE_IDENTIFIER: Final = re.compile(r"[0-9a-f]{64}")
MAX_PATH: Final = 255


@dataclass(frozen=True, slots=True)
class Reference:
    """A complete reference: host and path are filled in, and a tag unless there is a digest."""

    host: str
    path: str
    tag: str
    digest: str

    def __str__(self) -> str:
        tag = f":{self.tag}" if self.tag else ""
        digest = f"@{self.digest}" if self.digest else ""
        return f"{self.host}/{self.path}{tag}{digest}"


def split_reference(image: str) -> Reference | None:
    """Return the parts of the image name, completed; None when a runtime could not read it."""
    name, at, digest = image.partition("@")
    if at and not _DIGEST.fullmatch(digest):
        return None
    head, slash, last = name.rpartition("/")
    last, colon, tag = last.partition(":")
    if colon and not _TAG.fullmatch(tag):
        return None
    host, path = _host_and_path(f"{head}{slash}{last}")
    if not _is_valid(host, path):
        return None
    return Reference(host, path, tag or ("" if digest else "latest"), digest)


def _host_and_path(name: str) -> tuple[str, str]:
    first, slash, rest = name.partition("/")
    if not slash or not (first == "localhost" or "." in first or ":" in first or first != first.lower()):
        first, rest = DOCKER_HUB, name
    if first == "index.docker.io":
        first = DOCKER_HUB
    if first == DOCKER_HUB and "/" not in rest:
        rest = f"library/{rest}"
    return first, rest


def _is_valid(host: str, path: str) -> bool:
    if not _HOST.fullmatch(host) or len(path) > MAX_PATH or _BARE_IDENTIFIER.fullmatch(path.removeprefix("library/")):
        return False
    return all(_COMPONENT.fullmatch(part) for part in path.split("/"))
