"""The verdict over a draft's images, and the order that waits for it."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from consoleapp.accounts.models import User
from consoleapp.domain.image import ImageReference
from consoleapp.domain.spec import Container
from consoleapp.gateways.proof import AccessResult, Cause, TagEvidence
from consoleapp.orders.models import Order
from consoleapp.wizard.models import Draft, DraftCheck
from consoleapp.wizard.services import access_checks
from consoleapp.wizard.views import access_check
from tests.wizard.complete import COMMON, draft, spec
from tests.wizard.page_form import open_step
from tests.wizard.registries import can_be_pulled, result
from tests.wizard.test_confirm import address, key_on, press

pytestmark = pytest.mark.django_db

WRONG = "nginx:1.92"
# The images of containers, the last of which has no such version.
IMAGES = ("nginx:1.29", "redis:8", "postgres:17", "nginx:1.27", "nginx:1.28", WRONG)


class Registry:
    """Has all versions but those that are `missing`; with `full` no check has room so many times."""

    def __init__(self, full: int = 0, missing: tuple[str, ...] = ("1.92",)) -> None:
        self.full, self.missing = full, missing

    def check(self, reference: ImageReference, **_asked: Any) -> AccessResult:
        if self.full:
            self.full -= 1
            return result(Cause.TOO_MANY_CHECKS)
        if reference.tag in self.missing:
            return result(Cause.TAG_NOT_FOUND, evidence=TagEvidence(reference.tag))
        return can_be_pulled()


@pytest.fixture
def registry(monkeypatch: pytest.MonkeyPatch) -> Callable[..., Registry]:
    """Has all checks answered by a registry as it is told."""

    def put(**told: Any) -> Registry:
        made = Registry(**told)
        monkeypatch.setattr(access_check, "image_access_of", lambda user: made)
        return made

    monkeypatch.setattr(access_checks, "PAUSE_SECONDS", 0.01)
    return put


def group_of(*images: str, **changed: Any) -> Any:
    containers = tuple(Container(name=f"web-{number}", image=image) for number, image in enumerate(images, start=1))
    return spec(containers=containers, **changed)


def pressed(client: Client, made: Draft, **changed: str) -> Any:
    """The answer to a press at once, whatever the page's own check has found by then."""
    return press(client, made, key_on(client.get(address(made)).content.decode()), **changed)


@pytest.mark.parametrize("image", [COMMON, COMMON.replace("1.14.2", "9.99")])
def test_an_image_that_nobody_could_check_is_not_called_proved(alice: User, alice_client: Client, image: str) -> None:
    page = open_step(alice_client, address(draft(alice, group_of(image))))
    assert "1 image could not be proved from here." in page.html
    assert "Everything was proved." not in page.html


def assert_not_ordered(answer: Any, why: str) -> None:
    assert answer.status_code == 422
    assert why in answer.content.decode()
    assert not Order.objects.exists()


def test_an_order_waits_for_the_answer_about_every_image(
    alice: User, alice_client: Client, registry: Callable[..., Registry]
) -> None:
    registry()
    answer = pressed(alice_client, draft(alice, group_of(*IMAGES)))
    assert_not_ordered(answer, "web-6 cannot be pulled")


def test_an_init_container_and_several_groups_are_no_way_around_the_verdict(
    alice: User, alice_client: Client, registry: Callable[..., Registry]
) -> None:
    registry()
    made = draft(alice, group_of("nginx:1.29", init_containers=(Container(name="first", image=WRONG),)))
    made.typed["quantity"] = "3"
    made.save()
    answer = pressed(alice_client, made)
    assert_not_ordered(answer, "first cannot be pulled")


def test_an_order_waits_while_other_checks_take_the_room(
    alice: User, alice_client: Client, registry: Callable[..., Registry]
) -> None:
    registry(full=3)
    answer = pressed(alice_client, draft(alice, group_of(WRONG)))
    assert_not_ordered(answer, "web-1 cannot be pulled")


def test_an_order_whose_images_could_not_be_asked_about_is_not_sent_and_says_so(
    alice: User, alice_client: Client, registry: Callable[..., Registry], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(access_checks, "PATIENCE_SECONDS", 0.05)
    busy = registry(full=1_000_000)
    made = draft(alice, group_of(WRONG))
    answer = pressed(alice_client, made)
    assert answer.status_code == 409
    assert "Nothing was ordered: not every registry has answered yet." in answer.content.decode()
    assert not Order.objects.exists()
    busy.full = 0
    assert pressed(alice_client, made).status_code == 422
    assert pressed(alice_client, made, anyway="on").status_code == 303


def test_an_old_answer_is_asked_for_again_before_an_order(
    alice: User, alice_client: Client, registry: Callable[..., Registry]
) -> None:
    told = registry(missing=())
    made = draft(alice, group_of(WRONG))
    page = open_step(alice_client, address(made)).go("check:all")
    assert "Everything was proved." in page.html
    told.missing = ("1.92",)
    row = DraftCheck.objects.get()
    row.result = {**(row.result or {}), "checked_at": (timezone.now() - timedelta(hours=2)).isoformat()}
    row.save()

    answer = press(alice_client, made, key_on(page.html))

    assert_not_ordered(answer, "web-1 cannot be pulled")
