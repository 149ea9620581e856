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
from consoleapp.domain.image_tags import newest_first
from consoleapp.domain.registry import ImageRegistryCredential
from consoleapp.gateways.errors import GatewayError
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
    """One version; what is not known is empty."""

    name: str
    created: datetime | None = None
    size_bytes: int = 0
    architectures: tuple[str, ...] = ()
    digest: str = ""


@dataclass(frozen=True)
class Versions:
    """A page of the versions that match. `stopped` is why there are none, or not all."""

    items: tuple[Version, ...] = ()
    page: int = 1
    total: int = 0
    is_complete: bool = True
    stopped: AccessResult | None = None

    @property
    def pages(self) -> int:
        return max(1, -(-self.total // PAGE_SIZE))

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

    def versions(self, query: str = "", page: int = 1) -> Versions:
        """Return the page of the versions whose name contains the text."""
        # Lists of the cloud tell size and date, but not everything is in them.
        listed = self._from_shelf()
        told = self._names() if listed is None else TagList(Cause.CAN_BE_PULLED, tuple(listed))
        wanted = [name for name in newest_first(told.names) if query.lower() in name.lower()]
        page = min(max(1, page), max(1, -(-len(wanted) // PAGE_SIZE)))
        names = wanted[(page - 1) * PAGE_SIZE : page * PAGE_SIZE]
        known = listed if listed is not None else self._details(names)
        return Versions(
            items=tuple(known.get(name, Version(name)) for name in names),
            page=page,
            total=len(wanted),
            is_complete=told.is_complete,
            stopped=None if told.cause is Cause.CAN_BE_PULLED else self._stopped(told),
        )

    def _stopped(self, told: TagList) -> AccessResult:
        registry = self.question.host
        return AccessResult(
            told.cause, registry, datetime.now(UTC), timedelta(), told.evidence, checked_as=told.checked_as
        )

    # --- the cloud's own lists

    def _from_shelf(self) -> Mapping[str, Version] | None:
        """Return the versions by name as the cloud lists them; None where it does not, or cannot be asked."""
        reference, tags = self.question.reference, list[Tag]()
        acr = acr_host(reference.registry_host)
        source = source_of(reference)
        namespace, _slash, name = reference.path.partition("/")
        try:
            if source is ImageSource.COMMON:
                tags += self.shelf.common_tags(acr.region_id if acr else self.region_id, name).items
            elif source is ImageSource.ACR_PERSONAL and acr is not None and not acr.instance:
                tags += self._pages(partial(self.shelf.repository_tags, acr.region_id, namespace, name))
        except GatewayError:
            return None
        found = {tag.name: _version(tag) for tag in tags}
        return found or None

    def _pages(self, ask: Callable[[int], Page[Tag]]) -> Iterable[Tag]:
        for number in range(1, SHELF_PAGES + 1):
            page = ask(number)
            yield from page.items
            if number >= page.pages:
                return

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


def _version(tag: Tag) -> Version:
    return Version(tag.name, tag.updated or tag.created, tag.size_bytes or 0, tuple(tag.architectures), tag.digest)


def repository_of(reference: ImageReference) -> str:
    """Return the image without its version, as the Image field has it."""
    return str(replace(reference, tag=None, digest=None))
