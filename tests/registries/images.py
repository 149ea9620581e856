"""Small images, made here and pushed to a registry with plain HTTP requests."""

import gzip
import hashlib
import json
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urljoin

import requests

OCI = "application/vnd.oci.image"
MANIFEST = f"{OCI}.manifest.v1+json"
INDEX = f"{OCI}.index.v1+json"
CONFIGURATION = f"{OCI}.config.v1+json"
LAYER = f"{OCI}.layer.v1.tar+gzip"


def digest_of(body: bytes) -> str:
    return f"sha256:{hashlib.sha256(body).hexdigest()}"


@dataclass(frozen=True)
class Image:
    """One architecture: its manifest and the blobs that it names."""

    architecture: str
    manifest: bytes
    blobs: tuple[bytes, ...]

    @property
    def digest(self) -> str:
        return digest_of(self.manifest)

    @property
    def total_size_bytes(self) -> int:
        return sum(map(len, self.blobs))


def make_image(architecture: str = "amd64", *, text: str = "hello") -> Image:
    """An image with one layer, an entry point, a command, a port and a user."""
    layer = gzip.compress(text.encode() * 100, mtime=0)
    configuration = json.dumps(
        {
            "architecture": architecture,
            "os": "linux",
            "created": "2026-01-02T03:04:05.123456789Z",
            "config": {
                "Entrypoint": ["/entry.sh"],
                "Cmd": ["serve", "--port", "80"],
                "ExposedPorts": {"80/tcp": {}},
                "User": "www",
            },
            "rootfs": {"type": "layers", "diff_ids": [digest_of(gzip.decompress(layer))]},
        }
    ).encode()
    manifest = {
        "schemaVersion": 2,
        "mediaType": MANIFEST,
        "config": _descriptor(CONFIGURATION, configuration),
        "layers": [_descriptor(LAYER, layer)],
    }
    return Image(architecture, json.dumps(manifest).encode(), (configuration, layer))


def make_index(*images: Image) -> bytes:
    """An OCI index over the images, with the attestation that build tools add."""
    entries: list[dict[str, Any]] = [
        {**_descriptor(MANIFEST, image.manifest), "platform": {"os": "linux", "architecture": image.architecture}}
        for image in images
    ]
    entries.append(
        {**_descriptor(MANIFEST, images[0].manifest), "platform": {"os": "unknown", "architecture": "unknown"}}
    )
    return json.dumps({"schemaVersion": 2, "mediaType": INDEX, "manifests": entries}).encode()


def _descriptor(media_type: str, body: bytes) -> dict[str, Any]:
    return {"mediaType": media_type, "digest": digest_of(body), "size": len(body)}


@dataclass
class Pusher:
    """Pushes to one registry; ``headers`` carry the login."""

    base: str
    headers: dict[str, str] = field(default_factory=dict)
    ca_file: str | None = None

    def push(self, repository: str, tag: str, *images: Image) -> str:
        """The digest the tag points to: of the index when there are several images, else of the image."""
        for image in images:
            for blob in image.blobs:
                self._blob(repository, blob)
            self._manifest(repository, image.digest, MANIFEST, image.manifest)
        if len(images) == 1:
            return self._manifest(repository, tag, MANIFEST, images[0].manifest)
        return self._manifest(repository, tag, INDEX, make_index(*images))

    def _blob(self, repository: str, body: bytes) -> None:
        started = self._send("POST", f"/v2/{repository}/blobs/uploads/", 202)
        location = urljoin(self.base, started.headers["Location"])
        separator = "&" if "?" in location else "?"
        self._send("PUT", f"{location}{separator}digest={digest_of(body)}", 201, body, "application/octet-stream")

    def _manifest(self, repository: str, reference: str, media_type: str, body: bytes) -> str:
        self._send("PUT", f"/v2/{repository}/manifests/{reference}", 201, body, media_type)
        return digest_of(body)

    def _send(
        self, method: str, address: str, status: int, body: bytes = b"", media_type: str = ""
    ) -> requests.Response:
        headers = {**self.headers, **({"Content-Type": media_type} if media_type else {})}
        answer = requests.request(
            method, urljoin(self.base, address), data=body, headers=headers, verify=self.ca_file or True, timeout=10
        )
        assert answer.status_code == status, f"{method} {address}: {answer.status_code} {answer.text[:500]}"
        return answer
