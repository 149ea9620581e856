"""How much a draft and a person may keep: said at the page, and nothing that was typed is lost."""

import html
from typing import Any

import pytest
from django.test import Client
from pytest_django import Settings

from consoleapp.accounts.models import User
from consoleapp.orders.models import Order
from consoleapp.teams.actors import Actor
from consoleapp.wizard.models import Draft
from consoleapp.wizard.services import draft_limits, drafts, ordering
from consoleapp.wizard.shape import as_data, empty_data
from tests.wizard.complete import draft, private_spec
from tests.wizard.page_form import StepForm, open_step, read

pytestmark = pytest.mark.django_db


def stored() -> Draft:
    return Draft.objects.get()


def fill(characters: int) -> None:
    """Has the draft hold a second container with so long a text, which its page does not show."""
    of = stored()
    of.typed["spec"]["containers"].append({"_key": "c9", "args": "x" * characters})
    of.save()


def test_a_draft_that_grows_beyond_its_size_is_said_to_be_too_large_and_stays_in_the_page(started: StepForm) -> None:
    fill(draft_limits.DRAFT_BYTES_MAX - 5_000)
    form = open_step(started.client, started.url)
    answer = form.press("save", c1__commands="y" * 6_000)
    assert answer.status_code == 413
    assert "a draft holds 512 kB at the most" in answer.content.decode()
    assert read(started.client, answer).sent["c1-commands"] == ["y" * 6_000]
    assert "yyy" not in str(stored().data)


def test_secrets_count_among_what_a_draft_holds(started: StepForm) -> None:
    fill(draft_limits.DRAFT_BYTES_MAX - 5_000)
    answer = open_step(started.client, started.url).press("save", c1__environment_vars_paste="PASSWORD=" + "y" * 6_000)
    assert answer.status_code == 413
    assert "a draft holds 512 kB at the most" in answer.content.decode()


def test_a_draft_of_older_days_that_is_too_large_may_be_saved_when_it_does_not_grow(started: StepForm) -> None:
    fill(draft_limits.DRAFT_BYTES_MAX + 5_000)
    form = open_step(started.client, started.url).go("save", container_group_name="a")
    assert form.press("save", container_group_name="longer").status_code == 413
    assert form.press("container-remove:c9").status_code == 303


@pytest.mark.parametrize("verb", ["row-add:c1:ports", "volume-add:NasVolume", "container-copy:c1"])
def test_a_row_too_many_is_said_to_be_one(started: StepForm, verb: str) -> None:
    of = stored()
    rows: Any = [{"_key": f"r{number}", "key": f"V{number}"} for number in range(draft_limits.ROWS_MAX)]
    of.typed["spec"]["containers"][0]["environment_vars"] = rows
    of.save()
    answer = open_step(started.client, started.url).press(verb, container_group_name="kept")
    assert answer.status_code == 413
    assert "a draft holds 250 rows at the most" in answer.content.decode()
    assert read(started.client, answer).sent["container_group_name"] == ["kept"]
    assert len(stored().typed["spec"]["containers"]) == 1


def test_a_first_save_that_is_too_large_makes_no_guest(client: Client) -> None:
    form = open_step(client, "/buy/")
    pasted = "\n".join(f"V{number}=1" for number in range(240))
    assert form.press("container-copy:c1", c1__environment_vars_paste=pasted).status_code == 413
    assert not User.objects.exists()


def many(owner: User, count: int, image: str = "") -> list[Draft]:
    """Drafts of the owner, the oldest first; without an image they are empty."""
    data = {**empty_data(), "spec": {"containers": [{"_key": "c1", "name": "c", "image": image}]}}
    return [Draft.objects.create(owner=owner, data=data) for _ in range(count)]


def test_the_oldest_empty_draft_makes_room_for_a_new_one_and_its_owner_is_told(
    alice: User, alice_client: Client
) -> None:
    full = many(alice, 10, "nginx")
    empty = many(alice, draft_limits.DRAFTS_MAX - 10)
    form = open_step(alice_client, "/buy/").go("save")
    assert "was removed to make room" in form.html
    left = set(Draft.objects.values_list("pk", flat=True))
    assert len(left) == draft_limits.DRAFTS_MAX
    assert empty[0].pk not in left
    assert {each.pk for each in full} < left


def test_an_ordered_draft_makes_room_too(alice: User, alice_client: Client) -> None:
    ordered = draft(alice, private_spec())
    confirm = f"/buy/{ordered.pk}/confirm/"
    alice_client.post(confirm, {"do": "order", "terms": "on", "form_key": ordering.form_key(ordered)})
    assert Order.objects.get().container_group_id
    many(alice, draft_limits.DRAFTS_MAX - 1, "nginx")
    open_step(alice_client, "/buy/").go("save")
    assert not Draft.objects.filter(pk=ordered.pk).exists()


def test_who_has_as_many_drafts_as_there_may_be_is_told_the_limit_and_keeps_what_was_typed(
    alice: User, alice_client: Client
) -> None:
    many(alice, draft_limits.DRAFTS_MAX, "nginx")
    answer = open_step(alice_client, "/buy/").press("save", container_group_name="kept")
    assert answer.status_code == 422
    assert "You have 100 drafts, which is the most that is kept." in answer.content.decode()
    assert read(alice_client, answer).sent["container_group_name"] == ["kept"]
    assert Draft.objects.count() == draft_limits.DRAFTS_MAX


def test_copies_have_the_same_limit(alice: User, alice_client: Client) -> None:
    found = many(alice, draft_limits.DRAFTS_MAX, "nginx")
    page = alice_client.post(f"/buy/{found[0].pk}/copy/", follow=True).content.decode()
    assert "You have 100 drafts" in page
    assert Draft.objects.count() == draft_limits.DRAFTS_MAX


def test_a_guest_has_room_for_fewer(client: Client) -> None:
    open_step(client, "/buy/").go("save")
    guest = User.objects.get()
    many(guest, draft_limits.GUEST_DRAFTS_MAX - 1, "nginx")
    assert open_step(client, "/buy/").go("save").url
    Draft.objects.filter(owner=guest).delete()
    many(guest, draft_limits.GUEST_DRAFTS_MAX, "nginx")
    assert open_step(client, "/buy/").press("save").status_code == 422


def test_another_ones_drafts_make_no_room(alice: User, mallory: User) -> None:
    many(alice, draft_limits.DRAFTS_MAX)
    drafts.create_draft(Actor(mallory), as_data(empty_data()))
    assert Draft.objects.filter(owner=alice).count() == draft_limits.DRAFTS_MAX


def test_the_list_shows_as_many_drafts_as_there_may_be(alice: User, alice_client: Client) -> None:
    found = many(alice, draft_limits.DRAFTS_MAX, "nginx")
    page = alice_client.get("/buy/drafts/").content.decode()
    assert all(str(each.pk) in page for each in found)


def test_visitors_of_one_address_become_so_many_guests_in_an_hour_and_others_still_may(settings: Settings) -> None:
    settings.GUESTS_PER_SOURCE = 3

    def save(address: str) -> Any:
        client = Client(REMOTE_ADDR=address)
        return open_step(client, "/buy/").press("save", container_group_name="kept")

    assert [save("203.0.113.7").status_code for _ in range(4)] == [303, 303, 303, 429]
    refused = save("203.0.113.7").content.decode()
    assert "too many people began here within the hour" in html.unescape(refused)
    assert "kept" in refused
    assert save("203.0.113.8").status_code == 303
    assert User.objects.count() == 4


def test_all_addresses_together_have_a_limit_too(settings: Settings) -> None:
    settings.GUESTS_PER_HOUR = 3
    answers = [open_step(Client(REMOTE_ADDR=f"203.0.113.{n}"), "/buy/").press("save").status_code for n in range(5)]
    assert answers == [303, 303, 303, 429, 429]
