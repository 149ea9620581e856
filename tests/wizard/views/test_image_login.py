"""The login under an image: when it is shown, what it says, and that it is the very row of Other Settings."""

import re
from typing import Any

import pytest
from django.test import Client, override_settings

from consoleapp.accounts.models import User
from consoleapp.domain.image import parse_image_reference
from consoleapp.gateways.proof import AccessResult, Cause, PolicyEvidence, Refusal
from consoleapp.wizard import vault
from consoleapp.wizard.models import Draft
from consoleapp.wizard.services import access_checks, logins
from consoleapp.wizard.shape import credential_prefix
from tests.wizard.page_form import StepForm, open_step
from tests.wizard.registries import result
from tests.wizard.test_logins import order, similar, spec

pytestmark = pytest.mark.django_db
HOST = "registry.example.com"
PRIVATE = f"{HOST}/team/api:1.4.2"
PASSWORD = "demo-password"


def typed(host: str = HOST, user_name: str = "demo", password: str = PASSWORD) -> dict[str, str]:
    """What somebody types into the login for this host."""
    prefix = credential_prefix(host)
    return {f"{prefix}-user_name": user_name, f"{prefix}-password": password}


def checked(client: Client, image: str) -> StepForm:
    return open_step(client, f"/buy/?image={image}").go("check:c1")


def strip(form: StepForm) -> str:
    """What stands under the image of the login, as words."""
    under = form.html.partition('<div id="login-c1"')[2].partition('<section class="card" id="containers"')[0]
    html = under.partition(">")[2]
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


def stored() -> Draft:
    return Draft.objects.get()


@pytest.mark.parametrize(
    ("image", "is_shown"),
    [
        (PRIVATE, True),
        ("harbor.example.com/shop/cart:1.8.0", True),
        ("acme/private-api:1.0.1", True),
        ("silent.example.com/public/web:1.0.0", True),
        ("open.example.com/public/web:1.0.0", False),
        ("open.example.com/public/web:1.0.1", False),
        ("nowhere.example.com/team/api:1.0.0", False),
        ("busy.example.com/public/web:1.0.0", False),
        ("nginx:1.92", False),
        ("registry-vpc.cn-hangzhou.aliyuncs.com/acme/order-api:1.12.0", False),
    ],
)
def test_a_login_is_shown_where_the_registry_asked_for_one_or_cannot_be_asked_and_only_then(
    alice_client: Client, image: str, is_shown: bool
) -> None:
    form = checked(alice_client, image)
    host = parse_image_reference(image).registry_host
    assert (f'name="{credential_prefix(host)}-password"' in form.html) is is_shown


def test_an_image_that_nobody_has_asked_about_shows_no_login(alice_client: Client) -> None:
    assert strip(open_step(alice_client, f"/buy/?image={PRIVATE}").go("save")) == ""


def test_a_good_login_folds_to_one_line_and_goes_to_the_order_without_other_settings(alice_client: Client) -> None:
    form = checked(alice_client, PRIVATE).go("check-login:c1", **typed())
    assert "/basic/" in form.url
    assert strip(form).startswith("Logged in as demo Change")
    assert '<details id="logged-in-c1-demo">' in form.html
    assert PASSWORD not in form.html
    assert vault.get_all(stored())[vault.credential_name(HOST)].reveal() == PASSWORD
    assert PASSWORD not in str(stored().data)
    assert "/confirm/" in form.go("confirm").url


def test_a_wrong_login_stays_open_and_the_right_one_is_tried_next(alice_client: Client) -> None:
    form = checked(alice_client, PRIVATE).go("check-login:c1", **typed(password="not-it"))
    assert "Wrong user or password." in form.html
    assert "Logged in" not in form.html
    assert 'id="logged-in-' not in form.html
    assert "Correct the credential" not in form.html
    form = form.go("check-login:c1", **typed())
    assert "Logged in as" in strip(form)
    # And a wrong one after a right one is what counts then.
    form = form.go("check-login:c1", **typed(password="not-it"))
    assert "Logged in" not in form.html


def test_a_login_that_was_typed_and_never_tried_is_not_said_to_be_good(alice_client: Client) -> None:
    form = checked(alice_client, PRIVATE).go("save", **typed())
    assert strip(form).startswith("Login of demo , not checked yet Change")
    assert "is-proved" not in form.html


def test_a_repository_that_this_user_may_not_read_is_said_and_another_user_mends_it(alice_client: Client) -> None:
    form = checked(alice_client, f"{HOST}/billing/payments:3.1.0")
    form = form.go("check-login:c1", **typed(user_name="viewer", password="viewer-password"))
    assert "viewer may not read billing/payments." in form.html
    assert 'id="logged-in-' not in form.html
    assert "Logged in as" in strip(form.go("check-login:c1", **typed()))


def test_a_user_whom_the_registry_knows_is_logged_in_though_the_version_is_missing(alice_client: Client) -> None:
    form = checked(alice_client, f"{HOST}/team/api:9.9.9").go("check-login:c1", **typed())
    assert "has no version 9.9.9" in form.html
    assert "Logged in as" in strip(form)


def test_one_login_has_every_image_of_its_host_checked(alice_client: Client) -> None:
    form = checked(alice_client, PRIVATE).go("container-add")
    form = form.go("check:c2", **{"c2-name": "web", "c2-image": f"{HOST}/team/web:2.0.0"})
    form.go("check-login:c2", **typed())
    causes = {row.image: (row.result or {})["cause"] for row in stored().checks.all()}
    assert set(causes.values()) == {Cause.CAN_BE_PULLED.value}
    assert len(causes) == 2


def test_a_login_is_the_same_row_in_other_settings(alice_client: Client) -> None:
    basic = checked(alice_client, PRIVATE).go("save", **typed())
    other = basic.go("next")
    assert other.sent[f"{credential_prefix(HOST)}-user_name"] == ["demo"]
    assert "Stored. Leave empty to keep it." in other.html
    changed = other.go("check:c1", **typed(user_name="viewer", password="viewer-password")).go("goto:basic")
    assert changed.sent[f"{credential_prefix(HOST)}-user_name"] == ["viewer"]


def test_a_login_for_another_host_than_the_image_s_is_not_looked_at(alice_client: Client) -> None:
    form = checked(alice_client, PRIVATE)
    form.go("check:c1", **typed(), **{"c1-image": "harbor.example.com/shop/cart", "c1-image_version": "1.8.0"})
    assert vault.names(stored()) == frozenset()
    assert "demo" not in str(stored().data["spec"].get("image_registry_credentials"))


def test_confirming_without_the_login_leads_to_it_where_the_press_was(alice_client: Client) -> None:
    form = open_step(alice_client, f"/buy/?image={PRIVATE}").go("confirm")
    assert "/basic/" in form.url
    assert f'data-focus="id_{credential_prefix(HOST)}-user_name"' in form.html
    assert "User name and password are missing." in form.html
    half = form.go("confirm", **typed(password=""))
    assert "The password is missing." in half.html
    assert f'data-focus="id_{credential_prefix(HOST)}-password"' in half.html


def test_what_lacks_of_a_login_is_one_line_beside_the_page(alice_client: Client) -> None:
    form = checked(alice_client, PRIVATE)
    aside = form.html.partition('<aside class="aside')[2].partition("</aside>")[0]
    assert aside.count(f"Login for {HOST}") == 1
    assert "User name" not in aside


# --- a registry that cannot be asked from here


def refused(*_asked: Any, **_told: Any) -> AccessResult:
    """What a check says that the policy of the console does not let go out."""
    return result(Cause.REFUSED_BY_POLICY, evidence=PolicyEvidence("10.0.0.9:5000", Refusal.ADDRESS))


def test_a_registry_that_cannot_be_asked_is_said_to_need_no_login_and_confirm_says_so(
    alice_client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    host = "10.0.0.9:5000"
    monkeypatch.setattr(access_checks, "_ask", refused)
    form = checked(alice_client, f"{host}/team/api:1")
    prefix = credential_prefix(host)
    assert f'name="{prefix}-no_login"' in form.html
    stopped = form.go("confirm")
    assert "/basic/" in stopped.url
    confirm = stopped.go("confirm", **{f"{prefix}-no_login": "on"})
    assert "/confirm/" in confirm.url
    assert "You said that it needs no login; that could not be proved from here." in confirm.html
    assert 'class="chip ok"' not in confirm.html
    # Other Settings has the same switch, and takes it back.
    other = open_step(alice_client, f"/buy/{stored().pk}/other/")
    assert other.sent[f"{prefix}-no_login"] == ["on"]
    assert "/other/" in other.go("confirm", **{f"{prefix}-no_login": None}).url


def test_a_copy_of_the_order_remembers_that_no_login_is_needed_until_the_cloud_is_asked_for_one(
    alice_client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    host = "10.0.0.9:5000"
    monkeypatch.setattr(access_checks, "_ask", refused)
    prefix = credential_prefix(host)
    said = {f"{prefix}-says": "1", f"{prefix}-no_login": "on"}
    confirm = checked(alice_client, f"{host}/team/api:1").go("confirm", **said)
    group = confirm.press("order", terms="on", anyway="on")["Location"]

    similar = alice_client.post(f"{group}similar/")["Location"]
    assert "/confirm/" in open_step(alice_client, similar).go("confirm").url
    retried = alice_client.post(f"{group}retry/", {"remedy": "command", "container": "container-1"})["Location"]
    assert "/confirm/" in open_step(alice_client, retried).go("confirm").url

    asked = alice_client.post(f"{group}retry/", {"remedy": "credential", "container": "container-1"})["Location"]
    assert "/confirm/" not in open_step(alice_client, asked).go("confirm").url


def test_who_says_that_no_login_is_needed_sends_none(alice_client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    host = "10.0.0.9:5000"
    monkeypatch.setattr(access_checks, "_ask", refused)
    form = checked(alice_client, f"{host}/team/api:1").go("save", **typed(host))
    assert vault.names(stored())
    form.go("save", **{f"{credential_prefix(host)}-no_login": "on"})
    assert not vault.names(stored())


@pytest.mark.parametrize("image", [PRIVATE, "acme/private-api:1.0.1", "harbor.example.com/shop/cart:1.8.0"])
def test_a_registry_that_asked_for_a_login_is_never_said_to_need_none(alice_client: Client, image: str) -> None:
    form = checked(alice_client, image)
    prefix = credential_prefix(parse_image_reference(image).registry_host)
    assert f"{prefix}-no_login" not in form.html
    assert f"{prefix}-no_login" not in form.go("goto:other").html
    # Not even by a page that says so all the same.
    said = form.go("confirm", **{f"{prefix}-says": "1", f"{prefix}-no_login": "on"})
    assert "/confirm/" not in said.url


def test_a_login_that_a_registry_asks_for_later_is_asked_for_whatever_was_said(
    alice_client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patched:
        patched.setattr(access_checks, "_ask", refused)
        form = checked(alice_client, PRIVATE).go("save", **{f"{credential_prefix(HOST)}-no_login": "on"})
    form = form.go("check:c1")
    assert "asks for a login" in form.html
    assert f"{credential_prefix(HOST)}-no_login" not in form.html
    assert "/confirm/" not in form.go("confirm").url


# --- logins that are kept for the session


def test_a_login_that_was_ordered_with_is_offered_to_another_draft(alice: User, alice_client: Client) -> None:
    order(alice_client, alice, spec(password=PASSWORD))
    form = checked(alice_client, PRIVATE)
    assert "Use the login of demo" in strip(form)
    assert PASSWORD not in form.html
    form = form.go("take-login:c1")
    assert strip(form).startswith("Logged in as demo the login that you ordered with in this session Change")
    assert "/confirm/" in form.go("confirm").url


def test_a_kept_login_is_not_offered_where_somebody_may_listen(alice: User, alice_client: Client) -> None:
    order(alice_client, alice, spec(password=PASSWORD))
    other = checked(alice_client, PRIVATE).go("goto:other").go("save", **{"insecure_registries": HOST})
    form = other.go("goto:basic")
    assert "Use the login of" not in form.html
    form.go("take-login:c1")
    assert not vault.names(Draft.objects.latest("saved_at"))


def test_a_kept_login_of_another_person_is_not_taken(alice: User, mallory: User, client: Client) -> None:
    client.force_login(mallory)
    form = checked(client, PRIVATE)
    assert not logins.kept(mallory, client.session.session_key).exists()
    form.go("take-login:c1")
    assert vault.names(stored()) == frozenset()


def test_another_login_than_the_kept_one_is_no_longer_called_that(alice: User, alice_client: Client) -> None:
    draft = similar(alice_client, order(alice_client, alice, spec(password=PASSWORD)))
    form = open_step(alice_client, f"/buy/{draft.pk}/basic/")
    assert "the login that you ordered with in this session" in strip(form)
    form = form.go("check-login:c1", **typed(password="not-it"))
    assert "ordered with in this session" not in strip(form)


def test_a_copy_without_its_password_begins_there(alice: User, alice_client: Client) -> None:
    made = order(alice_client, alice, spec(password=PASSWORD))
    elsewhere = Client()
    elsewhere.force_login(alice)
    answer = elsewhere.post(f"/groups/{made.container_group_id}/similar/")
    form = open_step(elsewhere, answer["Location"])
    assert f'data-focus="id_{credential_prefix(HOST)}-password"' in form.html
    assert form.sent[f"{credential_prefix(HOST)}-user_name"] == ["demo"]
    assert "/confirm/" in form.go("confirm", **typed()).url


@override_settings(CHECK_ON_INPUT=False)
def test_a_login_is_checked_on_a_press_where_nothing_is_checked_by_itself(alice_client: Client) -> None:
    form = checked(alice_client, PRIVATE).go("check-login:c1", **typed())
    assert "Logged in as" in strip(form)


def test_what_was_said_of_a_registry_stays_where_nothing_is_stored_yet(alice_client: Client) -> None:
    host = "silent.example.com"
    form = open_step(alice_client, f"/buy/?image={host}/public/web:1.0.0")
    prefix = credential_prefix(host)
    answer = form.press("refresh", **{f"{prefix}-says": "1", f"{prefix}-no_login": "on"})
    assert re.search(f'name="{prefix}-no_login" checked', answer.content.decode())
    assert not Draft.objects.exists()
