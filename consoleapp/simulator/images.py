"""Repositories and their tags, expanded from the compact rows of data/*.json.

A row lists versions and variants; here they become tags with digest, size, platforms and date, always the same ones.
Where the repositories are served is hosts.py; what a container of an image does is Behaviour, from behaviours.json.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from typing import Any, Final

MEGABYTE: Final = 1_000_000
DAY: Final = 86_400
# 2025-11-20T06:00:00Z: the newest version of every image was made in the weeks before.
NEWEST: Final = 1_763_618_400
_PLAIN_VERSION: Final = re.compile(r"v?\d+(?:\.\d+)+")


@dataclass(frozen=True, slots=True)
class Behaviour:
    """What a container does when it is given no command; the log lines still hold {name} and {version}."""

    exits_at_once: bool
    exit_code: int
    log_lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Tag:
    name: str
    version: str
    digest: str
    size_bytes: int
    platforms: tuple[str, ...]
    created: int

    def digest_of(self, platform: str) -> str:
        """The digest of the image for one platform; `digest` is that of the index over all of them."""
        return "sha256:" + sha256(f"{self.digest} {platform}".encode()).hexdigest()

    def log_lines(self, name: str, behaviour: Behaviour) -> tuple[str, ...]:
        """The first lines that a container of this tag writes."""
        number = self.version.lstrip("v").split("-", 1)[0]
        return tuple(line.replace("{name}", name).replace("{version}", number) for line in behaviour.log_lines)


@dataclass(frozen=True, eq=False)
class Repository:
    """One repository; `origin` decides the digests, so that two hosts of one repository serve the same bytes."""

    origin: str
    path: str
    summary: str
    behaviour: Behaviour
    size_bytes: int
    platforms: tuple[str, ...]
    versions: str
    variants: str
    variant_sizes: Mapping[str, float]
    is_private: bool = False
    account_id: str = ""
    readers: tuple[str, ...] = ()
    pull_count: int = 0
    star_count: int = 0

    @property
    def namespace(self) -> str:
        return self.path.rpartition("/")[0]

    @property
    def name(self) -> str:
        return self.path.rpartition("/")[2]

    @cached_property
    def serial(self) -> int:
        """A number of twelve digits that is always the same for this repository."""
        return int(sha256(self.origin.encode()).hexdigest()[:12], 16) % 900_000_000_000 + 100_000_000_000

    @property
    def updated(self) -> int:
        """When the newest tag was pushed, in seconds."""
        return self.tags[0].created

    @cached_property
    def tags(self) -> tuple[Tag, ...]:
        """All tags, those of the newest version first."""
        flags = self.versions[: len(self.versions) - len(self.versions.lstrip("!="))]
        versions = self.versions[len(flags) :].split()
        names: dict[str, tuple[int, str, str]] = {}
        for variant in ("", *self.variants.split()):
            suffix = f"-{variant}" if variant else ""
            if "!" not in flags or variant:
                names.setdefault(variant or "latest", (0, versions[0], variant))
            for age, version in enumerate(versions):
                for short in _shortened(version) if "=" not in flags else (version,):
                    names.setdefault(short + suffix, (age, version, variant))
        rows = sorted(names.items(), key=lambda item: item[1][0])
        return tuple(self._tag(name, *place) for name, place in rows)

    @cached_property
    def _tags_by_name(self) -> dict[str, Tag]:
        return {tag.name: tag for tag in self.tags}

    def tag(self, name: str) -> Tag | None:
        return self._tags_by_name.get(name)

    def tag_of_digest(self, digest: str) -> Tag | None:
        """The tag whose index, or whose image for one platform, has this digest."""
        for tag in self.tags:
            if digest == tag.digest or any(digest == tag.digest_of(platform) for platform in tag.platforms):
                return tag
        return None

    def _tag(self, name: str, age: int, version: str, variant: str) -> Tag:
        digest = sha256(f"{self.origin}:{version}/{variant}".encode()).hexdigest()
        noise = int(digest[:4], 16)
        factor = self.variant_sizes.get(variant or version, 1.0) * (0.97 + noise / 0xFFFF * 0.06)
        return Tag(
            name=name,
            version=version,
            digest=f"sha256:{digest}",
            size_bytes=max(1, int(self.size_bytes * factor)),
            platforms=self.platforms,
            created=NEWEST - age * 38 * DAY - (self.serial % 21) * DAY - self.serial % DAY,
        )


def _shortened(version: str) -> tuple[str, ...]:
    """The version and its leading parts: 1.29.3, 1.29, 1."""
    if not _PLAIN_VERSION.fullmatch(version):
        return (version,)
    parts = version.split(".")
    return tuple(".".join(parts[:count]) for count in range(len(parts), 0, -1))


class ImageReader:
    """Makes repositories from rows; holds the tables that all rows share."""

    def __init__(self, behaviours: dict[str, Any], docker_official: dict[str, Any]) -> None:
        self._behaviours = {
            kind: Behaviour(row.get("exits_at_once", False), row.get("exit_code", 0), tuple(row["log"]))
            for kind, row in behaviours["kinds"].items()
        }
        self._platforms = {name: tuple(items) for name, items in docker_official["platforms"].items()}
        self._variant_sizes: Mapping[str, float] = docker_official["variant_sizes"]

    def repository(
        self,
        origin: str,
        path: str,
        row: tuple[str, str, float, str, str, str],
        *,
        is_private: bool = False,
        account_id: str = "",
        readers: tuple[str, ...] = (),
        pull_count: int = 0,
        star_count: int = 0,
    ) -> Repository:
        """The repository of a row: summary, behaviour, size in MB, platforms, versions, variants."""
        summary, kind, size, platforms, versions, variants = row
        return Repository(
            origin=origin,
            path=path,
            summary=summary,
            behaviour=self._behaviours[kind],
            size_bytes=int(size * MEGABYTE),
            platforms=self._platforms[platforms],
            versions=versions,
            variants=variants,
            variant_sizes=self._variant_sizes,
            is_private=is_private,
            account_id=account_id,
            readers=readers,
            pull_count=pull_count,
            star_count=star_count,
        )

    def docker_official(self, document: dict[str, Any]) -> tuple[Repository, ...]:
        """The official images of Docker Hub, most pulled first."""
        images = [
            self.repository(
                f"docker.io/library/{name}",
                f"library/{name}",
                (summary, kind, size, platforms, versions, variants),
                pull_count=pulls * 1_000_000 + stars,
                star_count=stars,
            )
            for name, summary, kind, size, pulls, stars, platforms, versions, variants in document["images"]
        ]
        return tuple(sorted(images, key=lambda item: -item.pull_count))

    def common_images(self, document: dict[str, Any]) -> tuple[Repository, ...]:
        """The images under eci_open, in the order of the file."""
        return tuple(
            self.repository(f"eci_open/{name}", f"eci_open/{name}", tuple(row)) for name, *row in document["images"]
        )
