"""The versions of one image: from the cloud's own lists where they tell size and date, else from the registry itself.

A registry gives names only; what is behind a name takes a check of its own, so that is asked for a few of a page.
"""

import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Final, TypeVar

from django.views.decorators.debug import sensitive_variables

from consoleapp.domain.image import ImageReference, ImageSource, acr_host, source_of
from consoleapp.domain.image_tags import LATEST, by_image, newest_first
from consoleapp.domain.registry import ImageRegistryCredential
from consoleapp.gateways.errors import GatewayError
from consoleapp.gateways.oci.near import near_tags
from consoleapp.gateways.ports.images import ImageAccess, Page, Tag
from consoleapp.gateways.proof import AccessResult, Cause, TagList
from consoleapp.web.asking import in_parallel, remembered
from consoleapp.web.buffering import lend_place
from consoleapp.wizard.access.answers import Question
from consoleapp.wizard.services.images import Shelf

PAGE_SIZE: Final = 20
# Versions of a page whose size and date are asked for, and how long that may take in all.
DETAILS: Final = 6
DETAILS_SECONDS: Final = 6
SIDE_BY_SIDE: Final = 2
LIST_SECONDS: Final = 30
DETAIL_SECONDS: Final = 300
# Pages of the Container Registry's list that are read.
SHELF_PAGES: Final = 5

T = TypeVar("T")


@dataclass(frozen=True)
class Version:
    """One version; what is not known is empty. `aliases` are the other names that are proved to mean it."""

    name: str
    created: datetime | None = None
    size_bytes: int = 0
    architectures: tuple[str, ...] = ()
    digest: str = ""
    aliases: tuple[str, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        return self.name, *self.aliases

    def called(self, name: str) -> "Version":
        """Return the same under another of its names."""
        return replace(self, name=name, aliases=tuple(each for each in self.names if each != name))

    def matching(self, query: str) -> "Version | None":
        """Return the version under a name that has the text in it, its first one if that has; None for no name."""
        found = next((name for name in self.names if query.lower() in name.lower()), None)
        return None if found is None else self.called(found)


def grouped(versions: Iterable[Version]) -> tuple[Version, ...]:
    """Return each image once, with all its names, newest first; what is known of one name is known of all."""
    named = {version.name: version for version in versions}
    rows = by_image({name: version.digest for name, version in named.items()})
    return tuple(replace(named[first], aliases=tuple(others)) for first, *others in rows)


def newest(versions: Iterable[Version]) -> str:
    """Return the name of the version to take where none was asked for: the one proved to be the latest, else the
    first; "" where there is none."""
    rows = tuple(versions)
    return next((row.name for row in (*(row for row in rows if LATEST in row.aliases), *rows)), "")


@dataclass(frozen=True)
class Versions:
    """A page of the versions that match. `stopped` is why there are none, or not all; `total` counts the names."""

    items: tuple[Version, ...] = ()
    page: int = 1
    pages: int = 1
    total: int = 0
    is_complete: bool = True
    stopped: AccessResult | None = None
    near: tuple[str, ...] = ()

    @property
    def previous_page(self) -> int:
        return self.page - 1

    @property
    def next_page(self) -> int:
        return self.page + 1


@dataclass(frozen=True)
class Asker:
    """Who asks and with what: the ports, the question of the access check, the credential that belongs to it."""

    access: ImageAccess
    shelf: Shelf
    question: Question
    region_id: str
    credential: ImageRegistryCredential | None = field(default=None, repr=False)

    def versions(self, query: str = "", page: int = 1, *, asked: str = "", size: int = PAGE_SIZE) -> Versions:
        """Return the page of the versions one of whose names contains the text; `near` are those that look like the
        asked one where that does not exist."""
        # Lists of the cloud tell size and date, but not everything is in them.
        listed = self._from_shelf()
        told = self._names() if listed is None else TagList(Cause.CAN_BE_PULLED, tuple(listed.tags), listed.is_complete)
        known = listed.tags if listed is not None else {}
        every = grouped(known.get(name, Version(name)) for name in newest_first(told.names))
        rows = [row for row in (version.matching(query) for version in every) if row is not None]
        pages = max(1, -(-len(rows) // size))
        page = min(max(1, page), pages)
        shown = rows[(page - 1) * size : page * size]
        if listed is None:
            found = self._details(row.name for row in shown)
            shown = list(grouped(found.get(row.name, row) for row in shown))
        is_missing = bool(asked) and told.is_complete and asked not in told.names
        return Versions(
            items=tuple(row.called(asked) if asked in row.names else row for row in shown),
            page=page,
            pages=pages,
            total=sum(query.lower() in name.lower() for name in told.names),
            is_complete=told.is_complete,
            stopped=None if told.cause is Cause.CAN_BE_PULLED else self._stopped(told),
            near=near_tags(asked, told.names) if is_missing else (),
        )

    def _stopped(self, told: TagList) -> AccessResult:
        registry = self.question.host
        return AccessResult(
            told.cause, registry, datetime.now(UTC), timedelta(), told.evidence, checked_as=told.checked_as
        )

    # --- the cloud's own lists

    def _from_shelf(self) -> "Listed | None":
        """Return what the cloud lists; None where it does not, or cannot be asked."""
        reference = self.question.reference
        acr = acr_host(reference.registry_host)
        source = source_of(reference)
        namespace, _slash, name = reference.path.partition("/")
        try:
            if source is ImageSource.COMMON:
                tags = self.shelf.common_tags(acr.region_id if acr else self.region_id, name).items
                listed = Listed({tag.name: version_of(tag) for tag in tags})
            elif source is ImageSource.DOCKER_OFFICIAL:
                listed = _pages(partial(self.shelf.docker_tags, name))
            elif source is ImageSource.ACR_PERSONAL and acr is not None and not acr.instance:
                listed = _pages(partial(self.shelf.repository_tags, acr.region_id, namespace, name))
            else:
                return None
        except GatewayError:
            return None
        return listed if listed.tags else None

    # --- the registry itself

    def _names(self) -> TagList:
        return self._remember("names", LIST_SECONDS, self._ask_names, lambda told: told.cause is Cause.CAN_BE_PULLED)

    @sensitive_variables()
    def _ask_names(self) -> TagList:
        question = self.question
        with lend_place():
            return self.access.tags(
                question.reference,
                credential=self.credential,
                plain_http={question.host} if question.is_plain_http else (),
                insecure=question.insecure,
            )

    def _details(self, names: Iterable[str]) -> dict[str, Version]:
        """Return what is behind the first names of a page, as far as the time allows."""
        until = time.monotonic() + DETAILS_SECONDS
        with lend_place():
            found = in_parallel([partial(self._detail, name, until) for name in list(names)[:DETAILS]], SIDE_BY_SIDE)
        return {version.name: version for version in found if version is not None}

    def _detail(self, name: str, until: float) -> Version | None:
        if time.monotonic() >= until:
            return None
        result = self._remember(
            f"tag/{name}", DETAIL_SECONDS, partial(self._ask_detail, name), lambda told: told.cause.is_answer
        )
        if not result.can_be_pulled:
            return None
        return Version(name, result.created, result.total_size_bytes, result.architectures, result.digest)

    @sensitive_variables()
    def _ask_detail(self, name: str) -> AccessResult:
        question = self.question
        return self.access.check(
            replace(question.reference, tag=name, digest=None),
            credential=self.credential,
            architecture=question.architecture,
            plain_http={question.host} if question.is_plain_http else (),
            insecure=question.insecure,
        )

    def _remember(self, what: str, seconds: int, ask: Callable[[], T], is_worth: Callable[[T], bool]) -> T:
        about = ("versions", self.shelf.account, self.question.fingerprint, what)
        # No page waits for the check of another one.
        return remembered(about, seconds, ask, is_worth=is_worth, waits=False)


@dataclass(frozen=True)
class Listed:
    """The versions of a list of the cloud, by name."""

    tags: Mapping[str, Version]
    is_complete: bool = True


def _pages(ask: Callable[[int], Page[Tag]]) -> Listed:
    found: dict[str, Version] = {}
    for number in range(1, SHELF_PAGES + 1):
        page = ask(number)
        found |= {tag.name: version_of(tag) for tag in page.items}
        if number >= page.pages:
            return Listed(found)
    return Listed(found, is_complete=False)


def version_of(tag: Tag) -> Version:
    """Return a tag of the cloud's lists as a version."""
    return Version(tag.name, tag.updated or tag.created, tag.size_bytes or 0, tuple(tag.architectures), tag.digest)


def repository_of(reference: ImageReference) -> str:
    """Return the image without its version, as the Image field has it."""
    return str(replace(reference, tag=None, digest=None))
