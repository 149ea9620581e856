"""My drafts: resume, copy, discard and undo that."""

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from consoleapp.accounts.models import User
from consoleapp.teams.actors import Actor
from consoleapp.wizard.draft.new import first_data
from consoleapp.wizard.models import Draft, DraftSecret
from consoleapp.wizard.services import draft_limits, drafts
from consoleapp.wizard.shape import is_empty
from tests.wizard import complete
from tests.wizard.page_form import StepForm, open_step

pytestmark = pytest.mark.django_db


def test_a_draft_that_is_ordered_as_it_is_waits_for_nobody(alice: User, alice_client: Client) -> None:
    draft = complete.draft(alice)
    confirm = open_step(alice_client, f"/buy/{draft.pk}/confirm/")
    confirm.press("order", terms="on")
    assert str(draft.pk) not in alice_client.get("/buy/drafts/").content.decode()
    assert "Resume" not in alice_client.get("/buy/").content.decode()
    open_step(alice_client, f"/buy/{draft.pk}/basic/").go("save", container_group_name="another")
    assert str(draft.pk) in alice_client.get("/buy/drafts/").content.decode()


def test_a_visitor_has_no_drafts_and_is_told_how_to_begin(client: Client) -> None:
    answer = client.get("/buy/drafts/")
    assert answer.status_code == 200
    assert b"No drafts" in answer.content
    assert b'href="/buy/"' in answer.content


def test_the_list_holds_mine_and_nobody_elses(started: StepForm, mallory_client: Client) -> None:
    mine = started.client.get("/buy/drafts/").content.decode()
    assert started.url in mine
    assert "eci_open/nginx:1.14.2" in mine
    assert started.url not in mallory_client.get("/buy/drafts/").content.decode()


def test_the_list_takes_the_same_queries_however_long_it_is(
    started: StepForm, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    draft = Draft.objects.get()
    for _number in range(12):
        Draft.objects.create(owner=draft.owner, data=draft.data)
    # The session, its person, the drafts with their secrets and checks, the logins that are kept.
    with django_assert_max_num_queries(6):
        started.client.get("/buy/drafts/")


def test_a_copy_is_a_second_draft_with_the_same_texts_and_secrets(started: StepForm) -> None:
    owner = Draft.objects.get().owner
    draft = complete.draft(owner, complete.private_spec())
    answer = started.client.post(f"/buy/{draft.pk}/copy/")
    assert answer.status_code == 303
    twin = Draft.objects.exclude(pk=draft.pk).get(pk=answer["Location"].split("/")[2])
    assert (draft.name, twin.name) == ("shop-frontend", "shop-frontend-2")
    assert twin.data == {**draft.data, "spec": {**draft.data["spec"], "container_group_name": twin.name}}
    assert twin.secrets.count() == draft.secrets.count() > 0


def test_every_copy_has_a_name_of_its_own(started: StepForm) -> None:
    draft = complete.draft(Draft.objects.get().owner)
    for _number in range(2):
        started.client.post(f"/buy/{draft.pk}/copy/")
    names = {each.name for each in Draft.objects.filter(data__page__vpc_id=complete.VPC)}
    assert names >= {"shop-frontend", "shop-frontend-2", "shop-frontend-3"}


@pytest.fixture
def discarded(started: StepForm) -> tuple[Draft, str]:
    """A draft with a login that alice has discarded, and the page that she sees then."""
    draft = complete.draft(Draft.objects.get().owner, complete.private_spec())
    answer = started.client.post(f"/buy/{draft.pk}/discard/")
    assert answer.status_code == 303
    return draft, started.client.get(answer["Location"]).content.decode()


def test_a_discarded_draft_is_found_nowhere_and_its_secrets_are_wiped_at_once(
    started: StepForm, discarded: tuple[Draft, str]
) -> None:
    draft, page = discarded
    assert not DraftSecret.objects.exists()
    assert f"/buy/{draft.pk}/basic/" not in page
    assert f"/buy/{draft.pk}/restore/" in page
    for verb in ("basic", "other", "confirm"):
        assert started.client.get(f"/buy/{draft.pk}/{verb}/").status_code == 404
    for verb in ("basic", "confirm", "copy", "discard"):
        assert started.client.post(f"/buy/{draft.pk}/{verb}/").status_code == 404
    assert draft.name not in started.client.get("/").content.decode()


def test_undo_brings_a_discarded_draft_back_and_says_which_secret_to_type_again(
    started: StepForm, discarded: tuple[Draft, str]
) -> None:
    draft, _page = discarded
    assert started.client.post(f"/buy/{draft.pk}/restore/")["Location"] == "/buy/drafts/"
    assert f"/buy/{draft.pk}/basic/" in started.client.get("/buy/drafts/").content.decode()
    back = Draft.objects.get(pk=draft.pk)
    assert (back.name, back.data["wiped"]) == (draft.name, ["credential/registry.example.com", "env/c1/r2"])
    assert "the password for registry.example.com" in started.client.get(f"/buy/{draft.pk}/basic/").content.decode()


def test_undo_twice_and_undo_of_nothing_find_nothing(started: StepForm, discarded: tuple[Draft, str]) -> None:
    draft, _page = discarded
    started.client.post(f"/buy/{draft.pk}/restore/")
    assert started.client.post(f"/buy/{draft.pk}/restore/").status_code == 404
    assert started.client.get("/buy/drafts/?discarded=nonsense").status_code == 200


def test_undo_needs_a_place_among_the_drafts(
    started: StepForm, discarded: tuple[Draft, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    draft, _page = discarded
    complete.draft(draft.owner)
    monkeypatch.setattr(draft_limits, "DRAFTS_MAX", 1)
    answer = started.client.post(f"/buy/{draft.pk}/restore/", follow=True)
    assert "Discard one first" in answer.content.decode()
    assert Draft.objects.get(pk=draft.pk).discarded_at


def test_only_the_newest_discarded_drafts_are_kept(started: StepForm, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(draft_limits, "DISCARDED_MAX", 2)
    owner = Draft.objects.get().owner
    made = [complete.draft(owner) for _number in range(4)]
    for draft in made:
        started.client.post(f"/buy/{draft.pk}/discard/")
    assert set(Draft.objects.filter(discarded_at__isnull=False)) == set(made[2:])


@pytest.mark.parametrize("verb", ["copy", "discard", "restore"])
def test_strangers_and_visitors_can_do_neither(
    started: StepForm, mallory_client: Client, client: Client, verb: str
) -> None:
    address = started.url.replace("basic", verb)
    assert mallory_client.post(address).status_code == 404
    assert client.post(address).status_code == 404
    assert Draft.objects.count() == 1


def test_copying_by_get_is_refused(started: StepForm) -> None:
    assert started.client.get(started.url.replace("basic", "copy")).status_code == 405


def test_a_draft_is_resumed_from_the_list(started: StepForm) -> None:
    form = open_step(started.client, started.url)
    assert form.sent["c1-name"] == ["container-1"]


def test_a_line_tells_the_step_what_is_missing_and_how_many_groups_it_is_for(started: StepForm) -> None:
    owner = Draft.objects.get().owner
    draft = complete.draft(owner, complete.private_spec())
    Draft.objects.filter(pk=draft.pk).update(data={**draft.data, "quantity": "3"})
    page = started.client.get("/buy/drafts/").content.decode()
    assert "3 ×" in page
    assert "complete, not ordered yet" in page
    assert f'href="/buy/{draft.pk}/confirm/"' in page


def test_ticked_drafts_are_discarded_and_no_others_and_come_back_together(started: StepForm) -> None:
    owner = Draft.objects.get().owner
    chosen = [complete.draft(owner, complete.private_spec()) for _number in range(2)]
    kept = complete.draft(owner, complete.private_spec())
    foreign = complete.draft(User.objects.create(username="bob"), complete.private_spec())
    ticked = {"draft": [str(draft.pk) for draft in (*chosen, foreign)]}

    answer = started.client.post("/buy/drafts/discard/", ticked, follow=True)

    assert "2 drafts are discarded" in answer.content.decode()
    left = Draft.objects.filter(discarded_at=None)
    assert {kept.pk, foreign.pk} <= set(left.values_list("pk", flat=True))
    assert not left.filter(pk__in=[draft.pk for draft in chosen]).exists()
    undo = f"/buy/{answer.request['QUERY_STRING'].partition('=')[2]}/restore/"
    assert "2 drafts are back." in started.client.post(undo, follow=True).content.decode()
    assert left.filter(pk__in=[draft.pk for draft in chosen]).count() == 2


def test_nothing_ticked_discards_nothing(started: StepForm) -> None:
    answer = started.client.post("/buy/drafts/discard/", {}, follow=True)
    assert "No draft was ticked." in answer.content.decode()
    assert Draft.objects.count() == 1


def test_all_empty_drafts_go_with_one_press(started: StepForm) -> None:
    owner = Draft.objects.get().owner
    typed = complete.draft(owner, complete.private_spec())
    drafts.create_draft(Actor(owner), first_data({}))
    drafts.create_draft(Actor(owner), first_data({}))
    assert "Discard all empty (" in started.client.get("/buy/drafts/").content.decode()

    started.client.post("/buy/drafts/discard/", {"do": "empty"})

    left = Draft.objects.filter(discarded_at=None)
    assert typed.pk in set(left.values_list("pk", flat=True))
    assert not any(is_empty(draft.typed) for draft in left)
