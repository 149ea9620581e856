"""consoleapp/wizard/services/versions.py: a page that waits for a registry keeps no other page waiting."""

import asyncio
import threading
from dataclasses import dataclass, field
from typing import Any, cast
from unittest import mock

import pytest

from consoleapp.domain.image import ImageReference, parse_image_reference
from consoleapp.gateways.proof import AccessResult, Cause, TagList
from consoleapp.web.buffering import Places
from consoleapp.wizard.access.answers import Question
from consoleapp.wizard.services.images import Shelf
from consoleapp.wizard.services.versions import Asker
from tests.wizard.registries import can_be_pulled


@dataclass
class WaitingAccess:
    """Answers the one question or the other only once another page was made."""

    waits: str
    other_page: threading.Event = field(default_factory=threading.Event)
    was_made: list[bool] = field(default_factory=list)

    def tags(self, reference: ImageReference, **_asked: Any) -> TagList:
        self._wait("tags")
        return TagList(Cause.CAN_BE_PULLED, ("1.0", "1.1"))

    def check(self, reference: ImageReference, **_asked: Any) -> AccessResult:
        self._wait("check")
        return can_be_pulled(f"sha256:{reference.tag}")

    def _wait(self, asked: str) -> None:
        if asked == self.waits:
            self.was_made.append(self.other_page.wait(10))


@pytest.mark.parametrize("waits", ["tags", "check"])
def test_another_page_is_made_while_a_registry_is_asked(waits: str) -> None:
    access = WaitingAccess(waits)
    question = Question(parse_image_reference(f"registry.example.com/team/{waits}:1"))
    asker = Asker(access, cast(Shelf, mock.Mock(account=waits)), question, "cn-hangzhou")

    async def two_pages() -> Any:
        places = Places(1, 1)
        return await asyncio.gather(places.run(asker.versions), places.run(access.other_page.set))

    found, _other = asyncio.run(two_pages())

    assert access.was_made
    assert all(access.was_made)
    assert [version.name for version in found.items] == ["1.1", "1.0"]
