"""Logins that are kept for the session: offered to its own person, host and user name, to nobody and nothing else."""

import re
from datetime import timedelta
from typing import Any
from unittest import mock

import pytest
from django.contrib.sessions.models import Session
from django.core.management import call_command
from django.db import OperationalError
from django.test import Client, override_settings
from django.urls import reverse
from django.utils import timezone

from consoleapp.accounts.models import User
from consoleapp.audit.models import AuditRow
from consoleapp.domain.secret import Secret
from consoleapp.domain.spec import Container, ContainerGroupSpec, ImageRegistryCredential
from consoleapp.orders.models import Order, OrderState
from consoleapp.web import periodic, sealing
from consoleapp.wizard import vault
from consoleapp.wizard.models import Draft, DraftSecret, KeptLogin
from consoleapp.wizard.services import logins, ordering
from tests.accounts.browsers import password_of, sign_in
from tests.wizard import complete
from tests.wizard.page_form import open_step

pytestmark = pytest.mark.django_db
CANARY = "canary-%41 пароль😀-kept"
HOST, OTHER = "registry.example.com", "registry.example.net"
NAME = vault.credential_name(HOST)


def spec(host: str = HOST, user_name: str = "demo", password: str = CANARY, **changed: Any) -> ContainerGroupSpec:
    """A group with one image from this registry."""
    return complete.spec(
        containers=(Container(name="api", image=f"{host}/team/api:1.4.2"),),
        image_registry_credentials=(ImageRegistryCredential(host, user_name, Secret(password)),),
        **changed,
    )


def order(browser: Client, owner: User, of: ContainerGroupSpec | None = None) -> Order:
    """What a press of *Confirm Order* in this browser makes; it has a group, so that its secrets are wiped."""
    made = complete.draft(owner, of or spec())
    sent = {"do": "order", "terms": "on", "anyway": "on", "form_key": ordering.form_key(made)}
    assert browser.post(reverse("wizard:confirm", args=[made.pk]), sent).status_code == 303
    found = Order.objects.get(draft_id=made.pk)
    assert found.state == OrderState.CREATED
    assert not found.sealed_secrets
    assert not made.secrets.exists()
    return found


def similar(browser: Client, of: Order, action: str = "similar", **told: str) -> Draft:
    """The draft that *Create similar* makes in this browser."""
    answer = browser.post(reverse(f"groups:{action}", args=[of.container_group_id]), told)
    return Draft.objects.get(pk=answer["Location"].split("/")[2])


def offered(draft: Draft) -> str:
    """The password that the draft was given."""
    secret = vault.get_all(draft).get(NAME)
    return secret.reveal() if secret else ""


def test_the_next_order_of_the_session_does_not_ask_again(alice: User, alice_client: Client) -> None:
    draft = similar(alice_client, order(alice_client, alice))
    assert offered(draft) == CANARY
    page = alice_client.get(reverse("wizard:basic", args=[draft.pk])).content.decode()
    assert f"The login for {HOST} is the one that you ordered with in this session." in page
    assert 'id="again"' not in page
    assert open_step(alice_client, f"/buy/{draft.pk}/confirm/").url.endswith("/confirm/")


def test_another_session_of_the_same_person_is_asked(alice: User, alice_client: Client) -> None:
    made = order(alice_client, alice)
    elsewhere = Client()
    elsewhere.force_login(alice)
    draft = similar(elsewhere, made)
    assert offered(draft) == ""
    assert 'id="again"' in elsewhere.get(reverse("wizard:basic", args=[draft.pk])).content.decode()
    assert 'id="logins"' in alice_client.get("/buy/drafts/").content.decode()
    assert 'id="logins"' not in elsewhere.get("/buy/drafts/").content.decode()
    elsewhere.post(reverse("wizard:forget-login"), {"host": HOST})
    assert KeptLogin.objects.count() == 1


def test_another_person_is_given_nothing(alice: User, alice_client: Client, mallory: User) -> None:
    order(alice_client, alice)
    key = alice_client.session.session_key
    assert logins.password(alice, key, HOST, "demo") == Secret(CANARY)
    assert logins.password(mallory, key, HOST, "demo") is None
    # Not even where somebody writes another owner into the row.
    KeptLogin.objects.update(owner=mallory)
    assert logins.password(mallory, key, HOST, "demo") is None


@pytest.mark.parametrize("of", [spec(OTHER), spec(user_name="somebody-else"), spec(f"{HOST}:5000")])
def test_another_host_or_user_name_is_given_nothing(alice: User, alice_client: Client, of: ContainerGroupSpec) -> None:
    made = order(alice_client, alice, of)
    KeptLogin.objects.all().delete()
    order(alice_client, alice)
    draft = similar(alice_client, made)
    assert not DraftSecret.objects.filter(draft=draft).exists()
    # Not even where somebody writes the host into the row.
    login = of.image_registry_credentials[0]
    KeptLogin.objects.update(host=login.server, user_name=login.user_name)
    assert not DraftSecret.objects.filter(draft=similar(alice_client, made)).exists()


def test_a_row_of_another_session_does_not_open_here(alice: User, alice_client: Client) -> None:
    made = order(alice_client, alice)
    elsewhere = Client()
    elsewhere.force_login(alice)
    KeptLogin.objects.update(session_id=elsewhere.session.session_key)
    assert offered(similar(elsewhere, made)) == ""


@pytest.mark.parametrize("listed", ["plain_http_registries", "insecure_registries"])
def test_a_registry_whose_way_may_be_listened_to_is_asked_for_again(
    alice: User, alice_client: Client, listed: str
) -> None:
    lists: dict[str, Any] = {listed: (HOST,)}
    assert offered(similar(alice_client, order(alice_client, alice, spec(**lists)))) == ""
    made = order(alice_client, alice, spec(container_group_name="other"))
    remedy = {"plain_http_registries": "plain_http", "insecure_registries": "insecure"}[listed]
    assert offered(similar(alice_client, made, "retry", remedy=remedy, container="api")) == ""


def test_a_login_that_is_to_be_changed_is_not_offered_again(alice: User, alice_client: Client) -> None:
    made = order(alice_client, alice)
    assert offered(similar(alice_client, made, "retry", remedy="image", container="api")) == CANARY
    assert offered(similar(alice_client, made, "retry", remedy="credential", container="api")) == ""


def test_a_newer_login_takes_the_place_of_the_older(alice: User, alice_client: Client) -> None:
    made = order(alice_client, alice)
    order(alice_client, alice, spec(password="canary-newer"))
    assert offered(similar(alice_client, made)) == "canary-newer"
    assert KeptLogin.objects.count() == 1


def test_signing_out_wipes_them(alice: User, alice_client: Client) -> None:
    order(alice_client, alice)
    alice_client.post(reverse("accounts:sign-out"))
    assert not KeptLogin.objects.exists()


def test_they_go_with_a_sign_in_that_is_ended_elsewhere_or_by_a_new_password(alice: User) -> None:
    with override_settings(SIGN_IN="required"):
        here, there = sign_in(alice), sign_in(alice)
        order(there, alice)
        here.post(reverse("accounts:sign-ins"), {"end": "others"})
        assert not KeptLogin.objects.exists()
        there = sign_in(alice)
        order(there, alice)
        new = "another-and-a-long-password"
        here.post(
            reverse("accounts:password"), {"oldpassword": password_of("alice"), "password1": new, "password2": new}
        )
        assert not KeptLogin.objects.exists()


def test_they_go_with_a_session_whose_time_is_over(alice: User, alice_client: Client) -> None:
    order(alice_client, alice)
    Session.objects.update(expire_date=timezone.now() - timedelta(seconds=1))
    periodic.run_periodic_tasks()
    assert not KeptLogin.objects.exists()


def test_after_some_hours_they_are_neither_offered_nor_kept(alice: User, alice_client: Client) -> None:
    made = order(alice_client, alice)
    KeptLogin.objects.update(kept_at=timezone.now() - logins.KEPT_FOR)
    assert offered(similar(alice_client, made)) == ""
    assert HOST not in alice_client.get("/buy/drafts/").content.decode().partition('id="logins"')[2]
    periodic.run_periodic_tasks()
    assert not KeptLogin.objects.exists()


def test_each_can_be_forgotten(alice: User, alice_client: Client, mallory_client: Client) -> None:
    made = order(alice_client, alice)
    order(alice_client, alice, spec(OTHER))
    page = alice_client.get("/buy/drafts/").content.decode().partition('id="logins"')[2]
    assert HOST in page
    assert OTHER in page
    address = reverse("wizard:forget-login")
    mallory_client.post(address, {"host": HOST})
    assert KeptLogin.objects.count() == 2
    answer = alice_client.post(address, {"host": HOST}, follow=True)
    assert f"The login for {HOST} is forgotten." in answer.content.decode()
    assert [login.host for login in KeptLogin.objects.all()] == [OTHER]
    assert offered(similar(alice_client, made)) == ""


def test_the_button_that_forgets_works_in_a_browser(alice: User) -> None:
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(alice)
    login = ImageRegistryCredential(HOST, "demo", Secret(CANARY))
    logins.keep(alice, browser.session.session_key or "", (login,))
    form = browser.get("/buy/drafts/").content.decode().partition('id="logins"')[2]
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', form)
    assert token
    browser.post(reverse("wizard:forget-login"), {"host": HOST, "csrfmiddlewaretoken": token[1]})
    assert not KeptLogin.objects.exists()


def test_forgetting_what_is_not_kept_says_nothing(client: Client, alice_client: Client) -> None:
    for browser in (client, alice_client):
        answer = browser.post(reverse("wizard:forget-login"), {"host": HOST}, follow=True)
        assert answer.status_code == 200
        assert b"is forgotten" not in answer.content


def test_few_are_kept(alice: User, alice_client: Client) -> None:
    key = alice_client.session.session_key or ""
    for number in range(logins.KEPT_MAX + 3):
        login = ImageRegistryCredential(f"r{number}.example.com", "demo", Secret("canary-many"))
        logins.keep(alice, key, (login,))
    assert KeptLogin.objects.count() == logins.KEPT_MAX
    assert not KeptLogin.objects.filter(host__in=["r0.example.com", "r1.example.com", "r2.example.com"]).exists()


def test_an_order_goes_through_where_its_login_cannot_be_kept(alice: User, alice_client: Client) -> None:
    with mock.patch.object(logins, "keep", side_effect=OperationalError("canary")):
        made = order(alice_client, alice)
    assert offered(similar(alice_client, made)) == ""


def test_a_login_whose_key_is_gone_is_asked_for_again(alice: User, alice_client: Client) -> None:
    made = order(alice_client, alice)
    assert sealing.missing_keys() == {}
    with override_settings(STORED_SECRET_KEYS=["d2hhdC1pcy1ub3QtdGhlLWtleS1vZi1hbnktdGhpbmc="]):
        assert list(sealing.missing_keys().values()) == [1]
        assert offered(similar(alice_client, made)) == ""


def test_a_kept_login_is_sealed_and_in_no_row_page_or_log(
    alice: User, alice_client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    made = order(alice_client, alice)
    pages = [
        alice_client.post(reverse("groups:similar", args=[made.container_group_id]), follow=True),
        alice_client.get("/buy/drafts/"),
        alice_client.get("/audit/"),
    ]
    call_command("rotate_secrets")
    assert all(CANARY not in page.content.decode() for page in pages)
    assert CANARY not in caplog.text
    assert CANARY not in str(list(AuditRow.objects.values()))
    assert CANARY not in str(list(KeptLogin.objects.values())) + str(dict(alice_client.session))
