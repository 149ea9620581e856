"""What was ordered, in a language: a part of the order's page, a page of its own, a file."""

import pytest
from django.test import Client
from django.urls import reverse

from consoleapp.accounts.models import User
from consoleapp.languages.exports.languages import LANGUAGES
from consoleapp.orders.models import Order
from consoleapp.web import request_in
from tests.orders.builders import CANARY, created, record
from tests.web.languages import WITH_SPOKEN

pytestmark = pytest.mark.django_db


@pytest.fixture
def order(alice: User) -> Order:
    return record(alice)


def address(order: Order, word: str) -> str:
    return reverse("orders:request", args=[order.pk, word])


def test_the_page_of_an_order_offers_every_language(order: Order, alice_client: Client) -> None:
    page = alice_client.get(reverse("orders:detail", args=[order.pk])).content.decode()
    for language in LANGUAGES:
        assert f'href="{address(order, language.word)}"' in page
    assert "RegionId" in page


def test_the_page_of_a_group_does_the_same(alice: User, alice_client: Client) -> None:
    order = created(alice, "eci-sim-1")
    page = alice_client.get(reverse("groups:detail", args=["eci-sim-1"]), {"tab": "request"}).content.decode()
    for language in LANGUAGES:
        assert f'href="{address(order, language.word)}"' in page


@pytest.mark.parametrize("is_final", [False, True])
@pytest.mark.parametrize("word", ["lines", *(each.word for each in LANGUAGES)])
def test_a_language_is_a_page_and_a_part_and_has_no_secret(
    order: Order, alice_client: Client, word: str, is_final: bool
) -> None:
    if is_final:
        Order.objects.update(sealed_secrets="", state="created", container_group_id="eci-sim-1")
    page = alice_client.get(address(order, word))
    part = alice_client.get(address(order, word), headers={"HX-Request": "true"})
    assert (page.status_code, part.status_code) == (200, 200)
    assert b"<!doctype html" in page.content
    assert b"<!doctype html" not in part.content
    assert 'id="request-in"' in part.content.decode()
    assert f'id="in-{word}"' in page.content.decode()
    for answer in (page, part, alice_client.get(f"{address(order, word)}?download")):
        assert CANARY not in answer.content.decode()
        assert answer["Cache-Control"] == "no-store"


def test_a_download_is_a_text_file(order: Order, alice_client: Client) -> None:
    answer = alice_client.get(f"{address(order, 'parameters')}?download")
    assert answer["Content-Disposition"] == 'attachment; filename="create-container-group.json"'
    assert answer["Content-Type"] == "text/plain; charset=utf-8"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert '"ContainerGroupName": "shop-api"' in answer.content.decode()


def test_what_a_language_says_is_text_on_the_page(
    order: Order, alice_client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(request_in, "LANGUAGES", WITH_SPOKEN)
    page = alice_client.get(address(order, "spoken")).content.decode()
    assert "runs &lt;api&gt;" in page
    assert "To be filled in" in page
    assert "<code>REGISTRY_PASSWORD_1</code>" in page


def test_an_unknown_language_and_another_owners_order_are_not_there(
    order: Order, alice_client: Client, mallory_client: Client
) -> None:
    assert alice_client.get(address(order, "klingon")).status_code == 404
    assert mallory_client.get(address(order, "parameters")).status_code == 404
    assert alice_client.post(address(order, "parameters")).status_code == 405
