"""The sheet of the Confirm page: what differs, what is deleted when this runs, the terms, containers as they run."""

import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from consoleapp.accounts.models import User
from consoleapp.domain.secret import Secret
from consoleapp.domain.spec import Container, ContainerPort
from consoleapp.orders import payload
from consoleapp.orders.models import DeleteReplaced, Order
from consoleapp.teams.actors import Actor
from consoleapp.wizard.models import Draft
from consoleapp.wizard.services import similar
from consoleapp.wizard.summary.changes import changes_of
from tests.wizard.complete import COMMON, draft, private_spec, spec

pytestmark = pytest.mark.django_db


def address(of: Draft) -> str:
    return reverse("wizard:confirm", args=[of.pk])


def shown(client: Client, of: Draft) -> str:
    return client.get(address(of)).content.decode()


def press(client: Client, of: Draft, **changed: str) -> Any:
    key = re.search(r'name="form_key" value="([0-9a-f]{64})"', shown(client, of))
    assert key
    return client.post(address(of), {"do": "order", "terms": "on", "form_key": key[1], **changed})


@pytest.fixture
def ordered(alice: User, alice_client: Client) -> Order:
    """An order of alice's with a group."""
    press(alice_client, draft(alice))
    return Order.objects.get()


def copy_of(order: Order, owner: User, *, replaces: bool) -> Draft:
    made, _place = similar.draft_of_order(Actor(owner), order, replaces=order if replaces else None)
    return made


def test_the_terms_are_agreed_to_once_in_a_session(alice: User, alice_client: Client, ordered: Order) -> None:
    another = copy_of(ordered, alice, replaces=False)

    page = shown(alice_client, another)
    assert 'name="terms"' not in page
    assert "You agreed to the" in page
    answer = press(alice_client, another, terms="")

    assert answer.status_code == 303
    assert Order.objects.count() == 2


def test_the_terms_can_be_read(alice: User, alice_client: Client, settings: Any) -> None:
    settings.SERVICE_TERMS_URL = "https://terms.example.com/"
    assert 'href="https://terms.example.com/"' in shown(alice_client, draft(alice))


def test_what_differs_from_the_group_that_it_came_from_is_told(
    alice: User, alice_client: Client, ordered: Order
) -> None:
    another = copy_of(ordered, alice, replaces=False)
    another.data["spec"]["restart_policy"] = "Never"
    another.save()

    page = shown(alice_client, another)

    assert f"Changes against {ordered.group_name}" in page
    assert re.search(r"<dt>Restart policy</dt><dd><del>.*?Always.*?</del>.*?<ins>.*?Never", page)


def test_a_draft_that_came_from_no_group_has_no_changes(alice: User, alice_client: Client) -> None:
    assert 'id="changes"' not in shown(alice_client, draft(alice))


def test_a_new_version_is_told_without_the_rest_of_the_address() -> None:
    old = spec(containers=(Container(name="web", image="nginx:1.92"),))
    new = spec(containers=(Container(name="web", image="nginx:1.29"),))

    (change,) = changes_of(old, new, payload.is_gone)

    assert (change.label, change.before, change.after) == ("web version", "1.92", "1.29")
    assert changes_of(old, old, payload.is_gone) == []


def test_a_container_that_was_added_or_taken_away_is_told() -> None:
    one = spec(containers=(Container(name="web", image=COMMON),))
    two = spec(containers=(Container(name="web", image=COMMON), Container(name="log", image=COMMON)))

    assert [(each.label, each.before, each.after) for each in changes_of(one, two, payload.is_gone)] == [
        ("log", "–", "is there")
    ]
    assert [(each.before, each.after) for each in changes_of(two, one, payload.is_gone)] == [("is there", "–")]


@pytest.mark.parametrize(("gone", "word"), [(False, "changed"), (True, "entered anew")])
def test_of_a_secret_only_that_it_differs_is_told(gone: bool, word: str) -> None:
    old = private_spec()
    credential = old.image_registry_credentials[0]
    changed = type(credential)(credential.server, credential.user_name, Secret("other-canary"))
    new = type(old)(**{**vars(old), "image_registry_credentials": (changed, *old.image_registry_credentials[1:])})

    found = changes_of(old, new, lambda _secret: gone)

    assert word in [each.after for each in found]
    assert "canary" not in str(found)


def test_the_tick_is_taken_into_the_order(alice: User, alice_client: Client, ordered: Order) -> None:
    another = copy_of(ordered, alice, replaces=True)
    assert 'name="delete_replaced" id="id_delete_replaced"' in shown(alice_client, another)

    press(alice_client, another, delete_replaced="on")

    assert Order.objects.get(replaces=ordered).delete_replaced == DeleteReplaced.WAITING


def test_without_the_tick_the_replaced_group_stays(alice: User, alice_client: Client, ordered: Order) -> None:
    another = copy_of(ordered, alice, replaces=True)

    press(alice_client, another, delete_replaced="")

    assert Order.objects.get(replaces=ordered).delete_replaced == DeleteReplaced.NO


@pytest.mark.parametrize("ticked", ["on", ""])
def test_the_tick_is_kept_with_the_draft(alice: User, alice_client: Client, ordered: Order, ticked: str) -> None:
    another = copy_of(ordered, alice, replaces=True)

    alice_client.post(address(another), {"do": "goto:basic", "delete_replaced": ticked})

    another.refresh_from_db()
    assert another.typed["page"]["delete_replaced"] == ticked
    box = re.search(r'id="id_delete_replaced"[^>]*>', shown(alice_client, another))
    assert box
    assert ("checked" in box[0]) is bool(ticked)


def test_old_and_new_group_tell_what_will_be_deleted(alice: User, alice_client: Client, ordered: Order) -> None:
    press(alice_client, copy_of(ordered, alice, replaces=True), delete_replaced="on")
    new = Order.objects.get(replaces=ordered)

    def page_of(order: Order) -> str:
        return alice_client.get(reverse("groups:detail", args=[order.container_group_id])).content.decode()

    assert "This will be deleted when" in page_of(ordered)
    page = page_of(new)
    assert "It will be deleted when this runs." in page
    assert page.count(f">{ordered.group_name}<") == 1
    Order.objects.filter(pk=new.pk).update(delete_replaced="given_up", delete_replaced_why="failed")
    assert "was not deleted: this one has failed." in " ".join(page_of(new).split())


def test_containers_stand_in_the_order_in_which_they_run_and_the_same_in_one_line(
    alice: User, alice_client: Client
) -> None:
    many = tuple(Container(name=f"web-{number}", image=COMMON, ports=(ContainerPort(80),)) for number in range(3))
    group = spec(containers=many, init_containers=(Container(name="first", image=COMMON),))

    page = shown(alice_client, draft(alice, group))
    checked = page[page.index('id="checked"') :]

    assert checked.index(">first<") < checked.index("3 × <code>")
    assert "web-0 … web-2 · 3 containers share port 80" in checked


def test_how_the_group_reaches_the_internet_is_told(alice: User, alice_client: Client) -> None:
    assert "out by NAT of VPC default" in shown(alice_client, draft(alice))


def test_other_settings_that_nobody_has_opened_are_not_ticked(alice: User, alice_client: Client) -> None:
    page = shown(alice_client, draft(alice))
    rail = page[page.index('id="rail"') : page.index("</nav>", page.index('id="rail"'))]

    assert rail.count("Done:") == 1
