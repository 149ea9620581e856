"""A guest's way out."""

from django.test import Client

from consoleapp.accounts.models import User
from consoleapp.wizard.models import Draft, DraftSecret
from tests.groups.test_commands import group
from tests.wizard import complete


def as_guest(alice: User) -> None:
    User.objects.filter(pk=alice.pk).update(is_guest=True)


def test_a_guest_forgets_drafts_with_their_secrets_and_goes_on_as_somebody_new(
    alice: User, alice_client: Client
) -> None:
    as_guest(alice)
    complete.draft(alice, complete.private_spec())
    assert "cannot be undone" in alice_client.get("/buy/forget/").content.decode()
    assert Draft.objects.exists()
    answer = alice_client.post("/buy/forget/", follow=True)
    assert "You begin anew" in answer.content.decode()
    assert not Draft.objects.exists()
    assert not DraftSecret.objects.exists()
    assert "_auth_user_id" not in alice_client.session


def test_a_guest_is_told_of_what_goes_on_running(alice: User, alice_client: Client) -> None:
    as_guest(alice)
    group(alice, "shop")
    assert "1 container group goes on running" in alice_client.get("/buy/forget/").content.decode()
    alice_client.post("/buy/forget/")
    assert alice.orders.count() == 1


def test_the_menu_of_a_guest_leads_there_and_that_of_people_to_the_sign_out(alice: User, alice_client: Client) -> None:
    page = alice_client.get("/").content.decode()
    assert "Sign out" in page
    assert "/buy/forget/" not in page
    as_guest(alice)
    page = alice_client.get("/").content.decode()
    assert "Sign out" not in page
    assert "/buy/forget/" in page
    assert "/audit/" in page


def test_it_is_not_there_for_people_with_a_name(alice: User, alice_client: Client) -> None:
    complete.draft(alice)
    assert alice_client.post("/buy/forget/").status_code == 404
    assert Draft.objects.exists()
