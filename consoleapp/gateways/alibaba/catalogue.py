"""``ports.Catalogue``: the Common Images that ECI offers, and Docker's official images.

No public API lists the Common Images, so ``data/common_images.json`` holds those named in the vendor's documentation.
Docker's images come from Docker Hub's public HTTP API, through the same transport as every call to the cloud but
without a signature: no key of ours ever goes there.
"""

from __future__ import annotations

import json
import logging
import re
import time
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from consoleapp.gateways import errors
from consoleapp.gateways.alibaba import answers
from consoleapp.gateways.alibaba.answers import Json
from consoleapp.gateways.alibaba.client import USER_AGENT
from consoleapp.gateways.alibaba.cr import page_of
from consoleapp.gateways.alibaba.endpoints import Endpoints
from consoleapp.gateways.alibaba.transport import Failure, Transport, prepared
from consoleapp.gateways.ports.images import CatalogueImage, Page, Tag

logger = logging.getLogger(__name__)

ALI_HUB = "ALI_HUB"
DOCKER_HUB = "DOCKER_HUB"

_LIST_SECONDS = 600
_LARGE_PAGE = 100
_PAGES_AT_MOST = 10
_is_official_name = re.compile(r"[a-z0-9]+(?:[._-]+[a-z0-9]+)*").fullmatch


class DockerHub:
    """The official images of Docker Hub. The list is kept for ten minutes and shared by all who hold this object."""

    def __init__(
        self, transport: Transport, endpoints: Endpoints, *, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self._transport = transport
        self._base = endpoints.docker_hub
        self._monotonic = monotonic
        self._images: tuple[CatalogueImage, ...] = ()
        self._expires = 0.0

    def images(self) -> tuple[CatalogueImage, ...]:
        """Return all of them, the most pulled first."""
        if self._images and self._monotonic() < self._expires:
            return self._images
        # Who comes meanwhile asks too: waiting for this answer, they would wait as long for each that does not come.
        images = self._fetch_images()
        self._images, self._expires = images, self._monotonic() + _LIST_SECONDS
        return images

    def tags(self, name: str, page: int) -> Page[Tag]:
        if not _is_official_name(name):
            raise errors.NotFound("Docker Hub has no such official image.")
        path = f"/v2/repositories/library/{name}/tags/?page_size={_LARGE_PAGE}&page={page}"
        answer = self._get("ListTags", path)
        tags = tuple(_tag(item) for item in answers.objects(answer, "results"))
        return Page(tags, page, _LARGE_PAGE, answers.integer(answer, "count", len(tags)))

    def _fetch_images(self) -> tuple[CatalogueImage, ...]:
        found: list[Json] = []
        for page in range(1, _PAGES_AT_MOST + 1):
            answer = self._get("ListRepositories", f"/v2/repositories/library/?page_size={_LARGE_PAGE}&page={page}")
            items = answers.objects(answer, "results")
            found += items
            if not items or len(found) >= answers.integer(answer, "count"):
                break
        found.sort(key=lambda item: (-answers.integer(item, "pull_count"), answers.text(item, "name")))
        return tuple(
            CatalogueImage(
                name=answers.text(item, "name"),
                description=answers.text(item, "description"),
                address_prefix=answers.text(item, "name"),
                tag_names=(),
                source=DOCKER_HUB,
                stars=answers.integer(item, "star_count"),
                updated=answers.moment(item, "last_updated"),
            )
            for item in found
        )

    def _get(self, action: str, path: str) -> Mapping[str, Any]:
        request = prepared("GET", self._base + path, {"Accept": "application/json", "User-Agent": USER_AGENT})
        started = time.monotonic()
        outcome = self._transport.exchange(self._base, request)
        status = 0 if isinstance(outcome, Failure) else outcome.status
        level = logging.INFO if status == 200 else logging.WARNING
        reason = outcome.reason if isinstance(outcome, Failure) else "-"
        milliseconds = (time.monotonic() - started) * 1000
        logger.log(level, "docker-hub %s %s status=%s ms=%.0f reason=%s", action, path, status, milliseconds, reason)
        if isinstance(outcome, Failure):
            kind = errors.Unavailable if outcome.was_sent else errors.Unreachable
            raise kind(f"Docker Hub: {outcome.reason}.", action=action)
        if status == 404:
            raise errors.NotFound("Docker Hub has no such official image.", http_status=status, action=action)
        if status == 429:
            raise errors.Throttled("Docker Hub takes no more questions for now.", http_status=status, action=action)
        parsed = answers.parsed(outcome.body)
        if status != 200 or parsed is None:
            raise errors.Unavailable(
                f"Docker Hub gave no usable answer (HTTP {status}).", http_status=status, action=action
            )
        return parsed


class ImageCatalogue:
    """Both lists, searched and paged. ``common_images_address`` says where a region's Common Images lie."""

    def __init__(self, docker_hub: DockerHub, common_images_address: Callable[[str], str]) -> None:
        self._docker_hub = docker_hub
        self._common_images_address = common_images_address

    def common_images(self, region_id: str, query: str = "", page: int = 1) -> Page[CatalogueImage]:
        address = self._common_images_address(region_id)
        images = tuple(
            CatalogueImage(
                name=item["name"],
                description=item["description"],
                address_prefix=f"{address}/{item['name']}",
                tag_names=tuple(item["tags"]),
                source=ALI_HUB,
            )
            for item in _common_images()
        )
        return page_of(_matching(images, query), page)

    def common_tags(self, region_id: str, name: str) -> tuple[Tag, ...]:
        for item in _common_images():
            if item["name"] == name:
                return tuple(Tag(tag) for tag in item["tags"])
        raise errors.NotFound("ECI offers no such common image.")

    def docker_official_images(self, query: str = "", page: int = 1) -> Page[CatalogueImage]:
        return page_of(_matching(self._docker_hub.images(), query), page)

    def docker_official_tags(self, name: str, page: int = 1) -> Page[Tag]:
        return self._docker_hub.tags(name, max(1, page))


def _matching(images: tuple[CatalogueImage, ...], query: str) -> tuple[CatalogueImage, ...]:
    """Return those with the query in their name, whole words first, then those that speak of a word beginning so."""
    wanted = query.strip().lower()
    if not wanted:
        return images
    ranked = [(rank, image) for image in images if (rank := _rank(image, wanted)) is not None]
    return tuple(image for _, image in sorted(ranked, key=lambda pair: pair[0]))


def _rank(image: CatalogueImage, wanted: str) -> int | None:
    name = image.name.lower()
    if wanted in name:
        return 0 if name == wanted else 1 if wanted in _words(name) else 2 if name.startswith(wanted) else 3
    description = image.description.lower()
    begins = re.search(rf"(?<![^\W_]){re.escape(wanted)}", description)
    if begins is None:
        return None
    return 4 if re.search(rf"(?<![^\W_]){re.escape(wanted)}(?![^\W_])", description) else 5


def _words(name: str) -> list[str]:
    return re.split(r"[-_.]+", name)


@cache
def _common_images() -> tuple[dict[str, Any], ...]:
    data = Path(__file__).parent / "data" / "common_images.json"
    return tuple(json.loads(data.read_text(encoding="utf-8")))


def _tag(item: Json) -> Tag:
    images = answers.objects(item, "images")
    architectures = [answers.text(image, "architecture") for image in images]
    return Tag(
        name=answers.text(item, "name"),
        digest=answers.text(item, "digest"),
        size_bytes=answers.integer(item, "full_size"),
        # "unknown" marks attestations, which are no image.
        architectures=tuple(dict.fromkeys(known for known in architectures if known not in {"", "unknown"})),
        updated=answers.moment(item, "last_updated"),
    )
