"""The pages of a team's saved credentials, by role: the list, save, check, replace, delete."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from consoleapp.accounts.models import User
from consoleapp.credentials import services as credentials
from consoleapp.credentials.models import RegistryCredential
from consoleapp.domain.image import parse_image_reference
from consoleapp.domain.roles import Role
from consoleapp.domain.secret import Secret
from consoleapp.gateways.proof import Cause
from consoleapp.orders import services as orders
from consoleapp.teams.actors import Actor
from tests.orders.builders import PARAMETERS, SECRET_KEYS
from tests.queries import count_of
from tests.teams.people import People, browser_of, team
from tests.wizard.test_saved_logins import draft_with, order

pytestmark = pytest.mark.django_db
HOST = "registry.example.com"
IMAGE = f"{HOST}/team/api:1.4.2"
PASSWORD = "demo-password"
NEW = {"host": HOST, "path_prefix": "team", "name": "Harbor", "user_name": "demo", "password": PASSWORD}


def saved(people: People, role: Role = Role.OPERATOR, name: str = "Harbor", **changed: str) -> RegistryCredential:
    told = {**NEW, **changed}
    secret = Secret(told["password"])
    return credentials.save(
        people[role], people.team, name, told["host"], told["path_prefix"], told["user_name"], secret
    )


def url(name: str, credential: RegistryCredential | None = None, slug: str = "qa") -> str:
    return reverse(f"credentials:{name}", args=[slug, *([credential.pk] if credential else [])])


def opens(credential: RegistryCredential, image: str = IMAGE) -> str:
    found = credentials.password(credential, parse_image_reference(image))
    return found.reveal() if found else ""


# --- who may what: viewer, operator (not the maker), approver, admin, the maker, another team's admin, a site admin

WHO = {
    ("get", "list"): (200, 200, 200, 200, 200, 404, 404),
    ("get", "add"): (403, 200, 200, 200, 200, 404, 404),
    ("post", "add"): (403, 422, 422, 422, 422, 404, 404),
    ("get", "check"): (403, 200, 200, 200, 200, 404, 404),
    ("post", "check"): (403, 422, 422, 422, 422, 404, 404),
    ("get", "replace"): (403, 403, 403, 200, 200, 404, 404),
    ("post", "replace"): (403, 403, 403, 422, 422, 404, 404),
    ("get", "delete"): (403, 403, 403, 200, 200, 404, 404),
}


@pytest.mark.parametrize("asked", WHO, ids=" ".join)
def test_each_role_gets_the_status_of_the_table(
    asked: tuple[str, str], people: People, mallory: User, carol: User
) -> None:
    from consoleapp.teams import services as teams

    dave = User.objects.create_user(username="dave", password="dave-and-a-long-password")
    teams.add_member(people[Role.ADMIN], people.team, dave, Role.OPERATOR)
    credential = credentials.save(dave, people.team, "Harbor", HOST, "team", "demo", Secret(PASSWORD))
    team("other", admin=mallory)
    method, name = asked
    at = url(name, None if name in ("list", "add") else credential)
    persons = [*(people[role] for role in Role), dave, mallory, carol]
    assert tuple(getattr(browser_of(person), method)(at).status_code for person in persons) == WHO[asked]
    assert RegistryCredential.objects.count() == 1


def test_only_its_maker_and_the_admin_delete_it(people: People, mallory: User) -> None:
    credential = saved(people)
    for who in (people[Role.VIEWER], people[Role.APPROVER], mallory):
        assert browser_of(who).post(url("delete", credential), {"do": "delete"}).status_code in (403, 404)
    assert RegistryCredential.objects.exists()
    assert browser_of(people[Role.OPERATOR]).post(url("delete", credential), {"do": "delete"}).status_code == 302
    assert not RegistryCredential.objects.exists()


def test_one_that_an_order_waits_with_is_not_deleted(people: People, alice_client: Client) -> None:
    credential = saved(people)
    actor = Actor(people[Role.OPERATOR], people.team)
    credential.orders.add(orders.record_order(actor, PARAMETERS, SECRET_KEYS, orders.Press("key", is_held=True)))
    page = alice_client.post(url("delete", credential), {"do": "delete"}, follow=True).content.decode()
    assert "An order with this login waits for approval." in page
    assert RegistryCredential.objects.exists()


def test_a_credential_below_another_teams_address_is_not_there(people: People, mallory: User) -> None:
    credential = saved(people)
    team("other", admin=mallory)
    for name in ("check", "replace", "delete"):
        at = url(name, credential, "other")
        assert browser_of(mallory).get(at).status_code == 404
        assert browser_of(mallory).post(at, {"do": "delete"}).status_code == 404
    assert RegistryCredential.objects.exists()


# --- the list


def test_a_viewer_sees_name_host_and_check_and_an_operator_the_user_name(people: People) -> None:
    saved(people, user_name="robot$ci")
    seen = browser_of(people[Role.VIEWER]).get(url("list")).content.decode()
    assert "Harbor" in seen
    assert HOST in seen
    assert "Not checked yet" in seen
    assert "robot$ci" not in seen
    assert "Replace" not in seen
    assert "robot$ci" in browser_of(people[Role.OPERATOR]).get(url("list")).content.decode()


def test_no_page_shows_a_password(people: People, alice_client: Client) -> None:
    credential = saved(people)
    for at in (url("list"), *(url(name, credential) for name in ("check", "replace", "delete"))):
        assert PASSWORD not in alice_client.get(at).content.decode()
    assert PASSWORD not in alice_client.post(url("add"), {**NEW, "host": "no host"}).content.decode()
    assert PASSWORD not in alice_client.get("/audit/").content.decode()


def test_the_list_says_what_the_registry_said_and_when(people: People, alice_client: Client) -> None:
    credential = saved(people)
    told: dict[str, Any] = {"checked_at": timezone.now() - timedelta(hours=3), "image": IMAGE}
    for cause, words in (
        (Cause.CAN_BE_PULLED, "Let in"),
        (Cause.TAG_NOT_FOUND, "Let in"),
        (Cause.WRONG_CREDENTIAL, "Wrong user or password"),
        (Cause.NOT_ALLOWED, "Not allowed to read the image"),
    ):
        RegistryCredential.objects.filter(pk=credential.pk).update(cause=cause, **told)
        page = alice_client.get(url("list")).content.decode()
        assert words in page
        assert "3 hours ago" in page
        assert ('class="status warn"' in page) is (cause in (Cause.WRONG_CREDENTIAL, Cause.NOT_ALLOWED))


@pytest.mark.parametrize(
    ("host", "user_name", "hours"),
    [
        ("123456789012.dkr.ecr.eu-central-1.amazonaws.com", "AWS", 12),
        ("acme-registry.cn-hangzhou.cr.aliyuncs.com", "cr_temp_user", 1),
        ("europe-docker.pkg.dev", "oauth2accesstoken", 1),
    ],
)
def test_a_temporary_login_says_when_it_ends_and_that_it_has_ended(
    people: People, alice_client: Client, host: str, user_name: str, hours: int
) -> None:
    saved(people, host=host, user_name=user_name)
    assert "A temporary login: it ends on" in alice_client.get(url("list")).content.decode()
    RegistryCredential.objects.update(saved_at=timezone.now() - timedelta(hours=hours, minutes=1))
    assert "it ended on" in alice_client.get(url("list")).content.decode()


@pytest.mark.parametrize(
    ("host", "user_name"),
    [(HOST, "AWS"), ("acme-registry.cn-hangzhou.cr.aliyuncs.com", "alice"), ("europe-docker.pkg.dev", "_json_key")],
)
def test_a_lasting_login_says_nothing_of_an_end(
    people: People, alice_client: Client, host: str, user_name: str
) -> None:
    saved(people, host=host, user_name=user_name)
    assert "temporary" not in alice_client.get(url("list")).content.decode()


def test_the_list_links_ones_own_drafts_and_the_orders_that_use_it(people: People, alice_client: Client) -> None:
    credential = saved(people)
    bob = browser_of(people[Role.OPERATOR])
    made = order(bob, draft_with(people, credential))
    draft = draft_with(people, credential)
    seen = bob.get(url("list")).content.decode()
    assert f"/orders/{made.pk}/" in seen
    assert f"/buy/{draft.pk}/basic/" in seen
    others = alice_client.get(url("list")).content.decode()
    assert f"/orders/{made.pk}/" in others
    assert f"/buy/{draft.pk}/" not in others
    assert "a draft of bob-of-qa" in others
    assert "a draft of bob-of-qa" in alice_client.get(url("delete", credential)).content.decode()


def test_an_order_of_long_ago_is_no_use(people: People, alice_client: Client) -> None:
    credential = saved(people)
    made = order(browser_of(people[Role.OPERATOR]), draft_with(people, credential))
    type(made).objects.update(created_at=timezone.now() - timedelta(days=31))
    assert f"/orders/{made.pk}/" not in alice_client.get(url("list")).content.decode()


def test_the_list_takes_the_same_queries_however_long_it_is(people: People, alice_client: Client) -> None:
    draft_with(people, saved(people))
    before = count_of(alice_client, url("list"))
    for number in range(8):
        draft_with(people, saved(people, name=f"Harbor {number}"))
    assert count_of(alice_client, url("list")) == before


def test_an_empty_list_says_how_to_begin(people: People, alice_client: Client) -> None:
    page = alice_client.get(url("list")).content.decode()
    assert "No login is saved yet" in page
    assert url("add") in page
    assert url("add") not in browser_of(people[Role.VIEWER]).get(url("list")).content.decode()


# --- save


def test_a_saved_login_leads_to_its_check(people: People) -> None:
    answer = browser_of(people[Role.OPERATOR]).post(url("add"), NEW)
    credential = RegistryCredential.objects.get()
    assert answer["Location"] == url("check", credential)
    assert opens(credential) == PASSWORD
    assert (credential.by, credential.team) == (people[Role.OPERATOR], people.team)


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"host": "https://registry.example.com"}, "id_host_error"),
        ({"host": "word"}, "id_host_error"),
        ({"host": ""}, "id_host_error"),
        ({"path_prefix": "Team"}, "id_path_prefix_error"),
        ({"path_prefix": "team:1"}, "id_path_prefix_error"),
        ({"name": ""}, "id_name_error"),
        ({"user_name": "a:b"}, "id_user_name_error"),
        ({"password": ""}, "id_password_error"),
        ({"password": "two\nlines"}, "id_password_error"),
    ],
)
def test_what_can_be_no_login_is_said_at_its_field(
    people: People, alice_client: Client, changed: dict[str, str], said: str
) -> None:
    answer = alice_client.post(url("add"), {**NEW, **changed})
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert not RegistryCredential.objects.exists()


def test_a_name_is_there_once_and_a_host_is_kept_in_small_letters(people: People, alice_client: Client) -> None:
    alice_client.post(url("add"), {**NEW, "host": "Registry.Example.com", "path_prefix": "/team/"})
    credential = RegistryCredential.objects.get()
    assert credential.where == f"{HOST}/team"
    answer = alice_client.post(url("add"), NEW)
    assert answer.status_code == 422
    assert "Another login of the team has this name." in answer.content.decode()


def test_the_bytes_of_a_password_are_kept_as_they_were_typed(people: People, alice_client: Client) -> None:
    typed = "  %41 &=?#/ пароль😀 "
    alice_client.post(url("add"), {**NEW, "password": typed})
    assert opens(RegistryCredential.objects.get()) == typed


# --- check


def test_a_check_proves_it_and_the_list_checks_it_again_about_the_same_image(
    people: People, alice_client: Client
) -> None:
    credential = saved(people)
    answer = alice_client.post(url("check", credential), {"image": IMAGE}, follow=True)
    assert "can be pulled with Harbor." in answer.content.decode()
    credential.refresh_from_db()
    assert (credential.cause, credential.image) == (Cause.CAN_BE_PULLED, IMAGE)
    assert f'name="image" value="{IMAGE}"' in alice_client.get(url("list")).content.decode()


def test_a_wrong_password_is_said_and_kept(people: People, alice_client: Client) -> None:
    credential = saved(people, password="not-it")
    answer = alice_client.post(url("check", credential), {"image": IMAGE}, follow=True)
    assert "wrong user or password" in answer.content.decode()
    credential.refresh_from_db()
    assert credential.is_refused


@pytest.mark.parametrize("image", [f"{HOST}/other/api:1", "harbor.example.com/team/api:1", "Not An Image", ""])
def test_no_image_that_it_is_not_for_is_asked_about(people: People, alice_client: Client, image: str) -> None:
    credential = saved(people)
    assert alice_client.post(url("check", credential), {"image": image}).status_code == 422
    credential.refresh_from_db()
    assert credential.checked_at is None


def test_an_image_for_everybody_says_nothing_of_the_login(people: People, alice_client: Client) -> None:
    credential = saved(people, host="open.example.com", path_prefix="", password="not-it")
    answer = alice_client.post(url("check", credential), {"image": "open.example.com/public/web:1.0.0"}, follow=True)
    assert "says nothing of the login" in answer.content.decode()
    credential.refresh_from_db()
    assert credential.checked_at is None


def test_a_registry_that_does_not_answer_says_nothing_of_the_login(people: People, alice_client: Client) -> None:
    credential = saved(people, host="silent.example.com", path_prefix="")
    before = {"checked_at": timezone.now(), "cause": Cause.CAN_BE_PULLED.value}
    RegistryCredential.objects.update(**before)
    image = "silent.example.com/public/web:1.0.0"
    page = alice_client.post(url("check", credential), {"image": image}, follow=True).content.decode()
    assert "Nothing is known of the login now." in page
    credential.refresh_from_db()
    assert credential.cause == Cause.CAN_BE_PULLED


# --- replace


def test_an_empty_password_keeps_the_stored_one(people: People, alice_client: Client) -> None:
    credential = saved(people)
    page = alice_client.get(url("replace", credential)).content.decode()
    assert "by bob-of-qa. Leave the password empty to keep it." in page
    told = {"name": "Harbor 2", "user_name": "other", "password": ""}
    assert alice_client.post(url("replace", credential), told).status_code == 302
    credential.refresh_from_db()
    assert (credential.name, credential.user_name, opens(credential)) == ("Harbor 2", "other", PASSWORD)


def test_another_name_alone_leaves_the_proof(people: People, alice_client: Client) -> None:
    credential = saved(people)
    RegistryCredential.objects.update(cause=Cause.CAN_BE_PULLED, checked_at=timezone.now())
    alice_client.post(url("replace", credential), {"name": "Harbor 2", "user_name": "demo", "password": ""})
    credential.refresh_from_db()
    assert (credential.name, credential.cause) == ("Harbor 2", Cause.CAN_BE_PULLED)
    assert credential.by == people[Role.OPERATOR]


def test_host_and_path_never_change(people: People, alice_client: Client) -> None:
    credential = saved(people)
    told = {**NEW, "host": "evil.example.com", "path_prefix": "evil", "password": "another"}
    alice_client.post(url("replace", credential), told)
    credential.refresh_from_db()
    assert (credential.where, opens(credential)) == (f"{HOST}/team", "another")
    assert (credential.by, credential.cause) == (people[Role.ADMIN], "")


def test_a_password_that_cannot_be_opened_is_to_be_typed_again(people: People, alice_client: Client) -> None:
    credential = saved(people)
    RegistryCredential.objects.update(user_name="mallory")
    answer = alice_client.post(url("replace", credential), {"name": "Harbor", "user_name": "demo", "password": ""})
    assert answer.status_code == 422
    assert "cannot be opened any more" in answer.content.decode()
    assert alice_client.post(url("replace", credential), NEW).status_code == 302
    assert opens(RegistryCredential.objects.get()) == PASSWORD
