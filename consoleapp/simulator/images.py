"""Repositories and their tags, expanded from the compact rows of data/*.json.

A row lists versions and variants; here they become tags with size, platforms and date, always the same ones. The
digests are those of the documents in manifests.py. Where the repositories are served is hosts.py; what a container of
an image does is Behaviour, from behaviours.json.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from typing import Any, Final

from consoleapp.simulator.manifests import DOCKER, OCI, Document, Image, MediaTypes, Settings

MEGABYTE: Final = 1_000_000
DAY: Final = 86_400
# 2025-11-20T06:00:00Z: the newest version of every image was made in the weeks before.
NEWEST: Final = 1_763_618_400
# A list of more versions than this is one of nightly builds.
FEW_VERSIONS: Final = 60
_PLAIN_VERSION: Final = re.compile(r"v?\d+(?:\.\d+)+")
_RANGE: Final = re.compile(r"(.*)\{(\d+)\.\.(\d+)\}")


@dataclass(frozen=True, slots=True)
class Behaviour:
    """What a container does when it is given no command; the log lines still hold {name} and {version}."""

    exits_at_once: bool
    exit_code: int
    log_lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Tag:
    """A name for an image; several tags may name the same one."""

    name: str
    image: Image

    @property
    def version(self) -> str:
        return self.image.version

    @property
    def digest(self) -> str:
        """Return the digest of the index over all platforms, or of the manifest where there is only one."""
        return self.image.digest

    @property
    def size_bytes(self) -> int:
        """Return the sum of the compressed layers for one platform."""
        return self.image.size_bytes

    @property
    def platforms(self) -> tuple[str, ...]:
        return self.image.platforms

    @property
    def created(self) -> int:
        """Return when it was built and pushed, in seconds."""
        return self.image.created

    def digest_of(self, platform: str) -> str:
        """Return the digest of the manifest for one platform."""
        return self.image.digest_of(platform)

    @property
    def config_digest(self) -> str:
        """Return the digest of the configuration for the first platform, which Docker calls the image's id."""
        return self.image.config(self.platforms[0]).digest

    def log_lines(self, name: str, behaviour: Behaviour) -> tuple[str, ...]:
        """Return the first lines that a container of this tag writes."""
        number = self.version.lstrip("v").split("-", 1)[0]
        return tuple(line.replace("{name}", name).replace("{version}", number) for line in behaviour.log_lines)


@dataclass(frozen=True, eq=False)
class Repository:
    """One repository; `origin` decides the digests, so that two hosts of one repository serve the same bytes."""

    origin: str
    path: str
    summary: str
    behaviour: Behaviour
    settings: Settings
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
    media_types: MediaTypes = OCI

    @property
    def namespace(self) -> str:
        return self.path.rpartition("/")[0]

    @property
    def name(self) -> str:
        return self.path.rpartition("/")[2]

    @cached_property
    def serial(self) -> int:
        """Return a number of twelve digits that is always the same for this repository."""
        return int(sha256(self.origin.encode()).hexdigest()[:12], 16) % 900_000_000_000 + 100_000_000_000

    @property
    def updated(self) -> int:
        """Return when the newest tag was pushed, in seconds."""
        return self.tags[0].created

    @cached_property
    def tags(self) -> tuple[Tag, ...]:
        """Return all tags, those of the newest version first."""
        flags = self.versions[: len(self.versions) - len(self.versions.lstrip("!="))]
        versions = [version for word in self.versions[len(flags) :].split() for version in _expanded(word)]
        names: dict[str, tuple[int, str, str]] = {}
        for variant in ("", *self.variants.split()):
            suffix = f"-{variant}" if variant else ""
            if "!" not in flags or variant:
                names.setdefault(variant or "latest", (0, versions[0], variant))
            for age, version in enumerate(versions):
                for short in _shortened(version) if "=" not in flags else (version,):
                    names.setdefault(short + suffix, (age, version, variant))
        rows = sorted(names.items(), key=lambda item: item[1][0])
        step = 38 * DAY if len(versions) < FEW_VERSIONS else DAY
        images = {place: self._image(place[0] * step, *place[1:]) for place in names.values()}
        return tuple(Tag(name, images[place]) for name, place in rows)

    @cached_property
    def _tags_by_name(self) -> dict[str, Tag]:
        return {tag.name: tag for tag in self.tags}

    def tag(self, name: str) -> Tag | None:
        return self._tags_by_name.get(name)

    def tag_of_digest(self, digest: str) -> Tag | None:
        """Return the first tag whose index, or whose manifest for one platform, has this digest."""
        found = self._by_digest.get(digest)
        return found[0] if found and not found[1] else None

    def document(self, digest: str) -> Document | None:
        """Return the index, manifest or configuration with this digest."""
        found = self._by_digest.get(digest)
        return next((item for item in found[0].image.documents() if item.digest == digest), None) if found else None

    @cached_property
    def _by_digest(self) -> dict[str, tuple[Tag, bool]]:
        """Return digest → the tag it belongs to, and whether it is that of a configuration."""
        found: dict[str, tuple[Tag, bool]] = {}
        for tag in {id(tag.image): tag for tag in reversed(self.tags)}.values():
            for item in tag.image.documents():
                found[item.digest] = (tag, item.media_type == OCI.config)
        return found

    def _image(self, age: int, version: str, variant: str) -> Image:
        seed = sha256(f"{self.origin}:{version}/{variant}".encode()).hexdigest()
        noise = int(seed[:4], 16)
        factor = self.variant_sizes.get(variant or version, 1.0) * (0.97 + noise / 0xFFFF * 0.06)
        return Image(
            seed=seed,
            name=self.name,
            version=version,
            size_bytes=max(1, int(self.size_bytes * factor)),
            platforms=self.platforms,
            created=NEWEST - age - (self.serial % 21) * DAY - self.serial % DAY,
            settings=self.settings,
            native=self.media_types,
            summary=self.summary,
        )


def _expanded(word: str) -> tuple[str, ...]:
    """Return the versions of a word: build-{3..1} is build-3, build-2 and build-1, anything else itself."""
    found = _RANGE.fullmatch(word)
    if not found:
        return (word,)
    prefix, newest, oldest = found.groups()
    return tuple(f"{prefix}{number}" for number in range(int(newest), int(oldest) - 1, -1))


def _shortened(version: str) -> tuple[str, ...]:
    """Return the version and its leading parts: 1.29.3, 1.29, 1."""
    if not _PLAIN_VERSION.fullmatch(version):
        return (version,)
    parts = version.split(".")
    return tuple(".".join(parts[:count]) for count in range(len(parts), 0, -1))


class ImageReader:
    """Makes repositories from rows; holds the tables that all rows share."""

    def __init__(self, behaviours: dict[str, Any], settings: dict[str, Any], docker_official: dict[str, Any]) -> None:
        self._behaviours = {
            kind: Behaviour(row.get("exits_at_once", False), row.get("exit_code", 0), tuple(row["log"]))
            for kind, row in behaviours["kinds"].items()
        }
        self._settings = {kind: _settings(row) for kind, row in settings["kinds"].items()}
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
        media_types: MediaTypes = OCI,
    ) -> Repository:
        """Return the repository of a row: summary, behaviour, size in MB, platforms, versions, variants."""
        summary, kind, size, platforms, versions, variants = row
        return Repository(
            origin=origin,
            path=path,
            summary=summary,
            behaviour=self._behaviours[kind],
            settings=self._settings[kind],
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
            media_types=media_types,
        )

    def docker_official(self, document: dict[str, Any]) -> tuple[Repository, ...]:
        """Return the official images of Docker Hub, most pulled first."""
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
        """Return the images under eci_open, in the order of the file; they are old enough to be in Docker's formats."""
        return tuple(
            self.repository(f"eci_open/{name}", f"eci_open/{name}", tuple(row), media_types=DOCKER)
            for name, *row in document["images"]
        )


def _settings(row: dict[str, Any]) -> Settings:
    lists: dict[str, Any] = {
        name: tuple(row.get(name, ())) for name in ("entrypoint", "cmd", "ports", "volumes", "env")
    }
    texts = {name: row.get(name, "") for name in ("user", "working_dir", "stop_signal", "source")}
    return Settings(**lists, **texts)
