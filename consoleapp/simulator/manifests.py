"""The documents of an image as a registry serves them: index, manifests, configurations, each with its true digest.

Every byte follows from the seeded image, so that a digest is the SHA-256 of what is served and stays the same for ever.
Only the layers are made up: their digests belong to no bytes, since there is nothing to download.
Where the images come from is images.py; serving the documents is registries/.
Source of the shapes: https://github.com/opencontainers/image-spec (manifest, index, config) and
https://distribution.github.io/distribution/spec/manifest-v2-2/ for the Docker media types.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from hashlib import sha256
from typing import Any, Final

_PATH: Final = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
_to_json: Final = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), check_circular=False).encode


@dataclass(frozen=True, slots=True)
class MediaTypes:
    """One family of media types; a document is written in one of them throughout."""

    index: str
    manifest: str
    config: str
    layer: str


OCI: Final = MediaTypes(
    "application/vnd.oci.image.index.v1+json",
    "application/vnd.oci.image.manifest.v1+json",
    "application/vnd.oci.image.config.v1+json",
    "application/vnd.oci.image.layer.v1.tar+gzip",
)
DOCKER: Final = MediaTypes(
    "application/vnd.docker.distribution.manifest.list.v2+json",
    "application/vnd.docker.distribution.manifest.v2+json",
    "application/vnd.docker.container.image.v1+json",
    "application/vnd.docker.image.rootfs.diff.tar.gzip",
)
FAMILIES: Final = (OCI, DOCKER)


@dataclass(frozen=True)
class Document:
    """Bytes that a registry serves, and what they are."""

    media_type: str
    body: bytes

    @cached_property
    def digest(self) -> str:
        return f"sha256:{sha256(self.body).hexdigest()}"

    @property
    def descriptor(self) -> dict[str, Any]:
        """Return how another document refers to this one."""
        return {"mediaType": self.media_type, "digest": self.digest, "size": len(self.body)}


@dataclass(frozen=True, slots=True)
class Settings:
    """What the configuration says about running the image; texts may hold {name} and {version}."""

    entrypoint: tuple[str, ...] = ()
    cmd: tuple[str, ...] = ()
    ports: tuple[str, ...] = ()
    user: str = ""
    working_dir: str = ""
    volumes: tuple[str, ...] = ()
    env: tuple[str, ...] = ()
    stop_signal: str = ""
    source: str = ""


@dataclass(frozen=True, eq=False)
class Image:
    """What a tag points to.

    `seed` decides whatever is made up; `size_bytes` is the sum of the layers, the same for every platform; `native` is
    the family that the image was pushed in, in which its digests are reported.
    """

    seed: str
    name: str
    version: str
    size_bytes: int
    platforms: tuple[str, ...]
    created: int
    settings: Settings
    native: MediaTypes = OCI
    summary: str = ""

    @cached_property
    def digest(self) -> str:
        """Return the digest that a registry reports for a tag of this image: of the index, or of the only manifest."""
        return self.top(self.native).digest

    def digest_of(self, platform: str) -> str:
        """Return the digest of the manifest for one platform."""
        return self._digests[platform]

    @cached_property
    def _digests(self) -> dict[str, str]:
        return {platform: self.manifest(platform, self.native).digest for platform in self.platforms}

    def platforms_of(self, digest: str) -> tuple[str, ...]:
        """Return the one platform whose manifest this is; all, when it is the index."""
        own = tuple(
            platform
            for platform in self.platforms
            if any(self.manifest(platform, types).digest == digest for types in FAMILIES)
        )
        return own or self.platforms

    def top(self, types: MediaTypes) -> Document:
        """Return what a tag leads to: the index over all platforms, or the manifest where there is only one."""
        return self.index(types) if len(self.platforms) > 1 else self.manifest(self.platforms[0], types)

    def index(self, types: MediaTypes) -> Document:
        """Return the index over all platforms; Docker calls it a manifest list."""
        manifests = [
            self.manifest(platform, types).descriptor | {"platform": _platform(platform)} for platform in self.platforms
        ]
        return _document(types.index, {"schemaVersion": 2, "mediaType": types.index, "manifests": manifests})

    def manifest(self, platform: str, types: MediaTypes) -> Document:
        """Return the manifest for one platform."""
        layers = [
            {"mediaType": types.layer, "digest": f"sha256:{self._made_up('layer', platform, number)}", "size": size}
            for number, size in enumerate(self._layer_sizes)
        ]
        config = self.config(platform).descriptor | {"mediaType": types.config}
        return _document(
            types.manifest, {"schemaVersion": 2, "mediaType": types.manifest, "config": config, "layers": layers}
        )

    def config(self, platform: str) -> Document:
        """Return the configuration for one platform, the same bytes in both families."""
        moment = datetime.fromtimestamp(self.created, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        count = len(self._layer_sizes)
        diff_ids = [f"sha256:{self._made_up('diff', platform, number)}" for number in range(count)]
        value = {
            "created": moment,
            **_platform(platform),
            "config": self._run_config(),
            "rootfs": {"type": "layers", "diff_ids": diff_ids},
            "history": [
                {"created": moment, "created_by": f"layer {number} of {count}"} for number in range(1, count + 1)
            ],
        }
        return _document(OCI.config, value)

    def documents(self) -> Iterator[Document]:
        """Return everything that can be asked for by digest, in both families."""
        for platform in self.platforms:
            yield self.config(platform)
            for types in FAMILIES:
                yield self.manifest(platform, types)
        if len(self.platforms) > 1:
            for types in FAMILIES:
                yield self.index(types)

    def _run_config(self) -> dict[str, Any]:
        settings, variable = self.settings, self.name.upper().replace("-", "_").replace(".", "_")
        config: dict[str, Any] = {
            "User": settings.user,
            "ExposedPorts": {port: {} for port in settings.ports},
            "Env": [_PATH, f"{variable}_VERSION={self.version}", *map(self._filled, settings.env)],
            "Entrypoint": [self._filled(word) for word in settings.entrypoint],
            "Cmd": [self._filled(word) for word in settings.cmd],
            "WorkingDir": self._filled(settings.working_dir),
            "Volumes": {self._filled(path): {} for path in settings.volumes},
            "StopSignal": settings.stop_signal,
            "Labels": {f"org.opencontainers.image.{name}": text for name, text in self._labels().items() if text},
        }
        return {name: value for name, value in config.items() if value}

    def _labels(self) -> dict[str, str]:
        source = self._filled(self.settings.source)
        return {"title": self.name, "description": self.summary, "version": self.version, "source": source}

    def _filled(self, text: str) -> str:
        return text.replace("{name}", self.name).replace("{version}", self.version)

    @cached_property
    def _layer_sizes(self) -> tuple[int, ...]:
        """Return one to six sizes that add up to the size of the image."""
        noise = bytes.fromhex(self.seed)
        shares = [32 + byte for byte in noise[3 : 5 + noise[2] % 5]] if self.size_bytes > 1_000_000 else [1]
        sizes = [self.size_bytes * share // sum(shares) for share in shares]
        return (self.size_bytes - sum(sizes[1:]), *sizes[1:])

    def _made_up(self, kind: str, platform: str, number: int) -> str:
        return sha256(f"{self.seed} {kind} {platform} {number}".encode()).hexdigest()


def _platform(platform: str) -> dict[str, str]:
    architecture, _, variant = platform.partition("/")
    return {"architecture": architecture, "os": "linux"} | ({"variant": variant} if variant else {})


def _document(media_type: str, value: dict[str, Any]) -> Document:
    return Document(media_type, _to_json(value).encode())
