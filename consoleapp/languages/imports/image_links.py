"""The image that a text names: by its address, or by the link to its page.

Source of the links: the pages of Docker Hub, Quay and GitHub, and the distribution API.
"""

import re
from typing import Final
from urllib.parse import parse_qs, unquote, urlsplit

from consoleapp.domain.errors import DomainError, Reason
from consoleapp.domain.image import ImageReferenceError, ImageReferenceReason, parse_image_reference

LINK: Final = re.compile(r"https?://|(?:hub\.docker\.com|quay\.io/repository|github\.com)/", re.IGNORECASE)


def image_address(text: str) -> str:
    """Return the address with its repository in lower case, which it must be in. Raise ImageReferenceError."""
    try:
        return str(parse_image_reference(text))
    except ImageReferenceError as error:
        if error.reason != ImageReferenceReason.UPPER_CASE:
            raise
    name, at, digest = text.partition("@")
    end = name.find(":", name.rfind("/") + 1)
    path, tag = (name, "") if end < 0 else (name[:end], name[end:])
    return str(parse_image_reference(f"{path.lower()}{tag}{at}{digest}"))


def image_of_link(text: str) -> str:
    """Return the image that the page is about."""
    try:
        url = urlsplit(text if "://" in text else f"https://{text}")
        host, query = url.netloc.lower(), parse_qs(url.query, max_num_fields=20)
    except ValueError as error:
        raise DomainError(Reason.NO_IMAGE) from error
    parts = [part for part in unquote(url.path).split("/") if part]
    if host == "hub.docker.com":
        return image_address(_of_docker_hub(parts))
    tag = query.get("tag", [""])[0]
    if host == "quay.io" and parts[:1] == ["repository"] and len(parts) >= 3:
        digest = parts[4] if parts[3:4] == ["manifest"] and len(parts) > 4 else ""
        return image_address(_versioned("/".join(("quay.io", *parts[1:3])), tag, digest))
    if host == "github.com":
        return image_address(_versioned(_of_github(parts), tag))
    # A name without a dot would be taken for a user of Docker Hub.
    if not any(mark in host for mark in ".:") and host != "localhost":
        raise DomainError(Reason.NO_IMAGE)
    return image_address(_of_registry(url.netloc, parts))


def _of_docker_hub(parts: list[str]) -> str:
    match parts:
        case ["_", name, *_] | ["r" | "layers", "library", name] | ["r", "library", name, "tags", *_]:
            return name
        case ["r", user, name, *_] | ["repository", "docker", user, name, *_]:
            return f"{user}/{name}"
        case ["layers", user, name, tag, *_]:
            return f"{name if user == 'library' else f'{user}/{name}'}:{tag}"
        case ["layers", user, name]:
            return f"{user}/{name}"
    raise DomainError(Reason.NO_IMAGE)


def _of_github(parts: list[str]) -> str:
    """Return the package of the Container Registry of GitHub that the page is about."""
    match parts:
        case [owner, _, "pkgs", "container", *rest] if rest:
            return _without_id(owner, rest)
        case ["orgs" | "users", owner, "packages", "container", "package", *rest] if rest:
            return _without_id(owner, rest)
        case ["orgs" | "users", owner, "packages", "container", *rest] if rest:
            return _without_id(owner, rest)
    raise DomainError(Reason.NO_IMAGE)


def _without_id(owner: str, rest: list[str]) -> str:
    """Return the address; the number of a version behind its name is none that a registry knows."""
    named = rest[:-1] if len(rest) > 1 and rest[-1].isdigit() else rest
    named = [part for part in named if part not in ("versions", "settings")]
    return "/".join(("ghcr.io", owner, *named)).lower()


def _of_registry(host: str, parts: list[str]) -> str:
    """Return the image of an address of the distribution API, or of a plain address behind a scheme."""
    if parts[:1] == ["v2"]:
        match parts[1:]:
            case [*name, "manifests", version]:
                is_digest = ":" in version
                return _versioned("/".join((host, *name)), "" if is_digest else version, version if is_digest else "")
            case [*name, "tags", "list"]:
                return "/".join((host, *name))
    if not parts:
        raise DomainError(Reason.NO_IMAGE)
    return "/".join((host, *parts))


def _versioned(address: str, tag: str, digest: str = "") -> str:
    return f"{address}@{digest}" if digest else f"{address}:{tag}" if tag else address
