"""Which images are meant: a registry and the beginning of a path on it.

Images are compared by their parsed parts, never as text: the host must be equal and the path fit by whole segments, and
the public and the VPC host of one Container Registry are one host.
"""

from dataclasses import dataclass
from typing import Final

from consoleapp.domain.acr import vpc_host_of
from consoleapp.domain.errors import DomainError, Reason
from consoleapp.domain.image import ImageReference, parse_image_reference, parse_registry_host

ANY: Final = "*"


@dataclass(frozen=True)
class ImagePattern:
    """A registry and the beginning of a path on it, by whole segments: ``registry.example.com/team`` covers
    ``registry.example.com/team/api`` and not ``registry.example.com/teams``; ``*`` is any one segment."""

    host: str
    segments: tuple[str, ...] = ()

    def __str__(self) -> str:
        return "/".join((self.host, *self.segments))

    def covers(self, image: ImageReference) -> bool:
        """Tell whether the image is from there."""
        if _one_host(image.registry_host) != _one_host(self.host):
            return False
        path = image.path.split("/")
        wanted = self.segments
        return len(path) >= len(wanted) and all(one in (ANY, other) for one, other in zip(wanted, path, strict=False))


def _one_host(host: str) -> str:
    """Return the host in the form in which two names of one registry are equal."""
    name = host.lower()
    name = name.removesuffix(":443")
    return vpc_host_of(name) or name


def read_pattern(text: str) -> ImagePattern:
    """Return the pattern. Raise ImageReferenceError for what can be no registry, DomainError for a wrong segment."""
    host, _slash, path = text.strip().removesuffix("/").partition("/")
    segments = tuple(path.split("/")) if path else ()
    for segment in segments:
        if segment != ANY:
            parse_image_reference(f"registry.invalid/{segment}")
            if ":" in segment or "@" in segment:
                raise DomainError(Reason.FORBIDDEN_CHARACTER, position=text.find(segment))
    return ImagePattern(parse_registry_host(host), segments)


def is_below(reference: ImageReference, host: str, path_prefix: str) -> bool:
    """Tell whether the image is of this very registry host, its path beginning with these whole segments."""
    wanted = path_prefix.split("/") if path_prefix else []
    return reference.registry_host == host and reference.path.split("/")[: len(wanted)] == wanted
