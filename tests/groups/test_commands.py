"""The list behind Ctrl+K: what it holds, for whom, as a page and as a dialog; and the images of the demo."""

import json
from pathlib import Path

import pytest
from django.test import Client, override_settings
from pytest_django import DjangoAssertNumQueries

from consoleapp.accounts.models import User
from consoleapp.accounts.services import create_guest
from consoleapp.groups.services import places
from consoleapp.groups.views.examples import EXAMPLES, LOGINS
from consoleapp.orders.models import Order, OrderState
from consoleapp.teams.actors import Actor
from consoleapp.wizard.models import Draft
from consoleapp.wizard.services import drafts
from consoleapp.wizard.shape import empty_data
from tests.orders.builders import record

pytestmark = pytest.mark.django_db

SEEDS = Path(__file__).resolve().parents[2] / "consoleapp" / "simulator" / "data"


def group(owner: User, name: str) -> Order:
    order = record(owner, f"key-of-{name}")
    order.group_name, order.state, order.container_group_id = name, OrderState.CREATED, f"eci-{name}"
    order.save()
    return order


def draft(owner: User, name: str) -> Draft:
    return Draft.objects.create(owner=owner, data={**empty_data(), "spec": {"container_group_name": name}})


def named(owner: User, query: str = "") -> list[str]:
    return [command.text for command in places.commands_of(Actor(owner), query)]


def test_the_list_holds_my_groups_and_drafts_and_nobody_elses(
    alice: User, mallory: User, alice_client: Client, mallory_client: Client
) -> None:
    group(alice, "shop")
    draft(alice, "half-done")
    page = alice_client.get("/go/").content.decode()
    assert 'href="/groups/eci-shop/"' in page
    assert "half-done" in page
    theirs = mallory_client.get("/go/").content.decode()
    assert "shop" not in theirs
    assert "half-done" not in theirs


def test_deleted_groups_and_discarded_drafts_are_not_in_it(alice: User) -> None:
    gone = group(alice, "gone")
    Order.objects.filter(pk=gone.pk).update(delete_requested_at=gone.created_at)
    drafts.discard_drafts([draft(alice, "thrown-away")])
    assert not {"gone", "thrown-away"} & set(named(alice))


def test_a_visitor_sees_where_to_begin_and_nothing_to_sign_out_of(client: Client) -> None:
    page = client.get("/go/").content.decode()
    assert 'href="/buy/"' in page
    assert "Sign out" not in page
    assert "/audit/" not in page.split("<main")[1]


def test_only_who_has_a_name_can_sign_out_and_only_a_site_admin_sees_the_administration(
    alice: User, carol: User
) -> None:
    guest = create_guest()
    with override_settings(SIGN_IN="required"):
        assert "Site administration" in named(carol)
        assert "Site administration" not in named(alice)
        assert "Sign out" in named(alice)
        assert "Sign out" not in named(guest)


def test_words_find_names_beyond_those_that_are_listed(alice: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(places, "GROUPS_MAX", 1)
    monkeypatch.setattr(places, "DRAFTS_MAX", 1)
    for name in ("shop-front", "cart"):
        group(alice, name)
    for name in ("blue-shop", "green"):
        draft(alice, name)
    assert "shop-front" not in named(alice)
    assert named(alice, "SHOP") == ["shop-front", "blue-shop"]
    assert named(alice, "fron shop") == ["shop-front"]
    assert named(alice, "nothing like that") == []


def test_it_takes_the_same_queries_however_much_there_is(
    alice: User, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(5):
        group(alice, f"group-{number}")
        draft(alice, f"draft-{number}")
    with django_assert_max_num_queries(2):
        assert len(named(alice)) >= 13


def test_htmx_gets_a_dialog_and_everybody_else_a_page(alice_client: Client) -> None:
    dialog = alice_client.get("/go/", headers={"HX-Request": "true"})
    assert dialog.content.decode().lstrip().startswith("<dialog")
    page = alice_client.get("/go/?q=draf")
    assert "<html" in page.content.decode()
    assert "HX-Request" in page["Vary"]


def test_the_images_to_try_are_those_that_the_simulator_has_with_its_logins() -> None:
    causes = json.loads((SEEDS / "causes.json").read_text(encoding="utf-8"))["causes"]
    assert {example.image for example in EXAMPLES} <= {cause["image"] for cause in causes}
    users = json.loads((SEEDS / "registry_hosts.json").read_text(encoding="utf-8"))["users"]
    assert {user: password for user, password, _may in LOGINS} == users
    assert {example.user for example in EXAMPLES} <= {"", *users}


def test_there_are_no_images_to_try_where_the_cloud_is_a_real_one(alice: User, alice_client: Client) -> None:
    assert "registry.example.com/team/api:1.4.2" in alice_client.get("/demo/").content.decode()
    with override_settings(CLOUD="alibaba"):
        assert "Images to try" not in named(alice)
