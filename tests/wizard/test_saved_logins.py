"""Saved credentials of a team in the wizard: offered where a registry says no, opened for their own host alone."""

from datetime import timedelta
from typing import Any
from unittest import mock

import pytest
from django.db import connection
from django.test import Client, override_settings
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from consoleapp.audit.models import AuditRow
from consoleapp.credentials import services as credentials
from consoleapp.credentials.models import RegistryCredential
from consoleapp.domain.roles import Role
from consoleapp.domain.secret import Secret
from consoleapp.domain.spec import Container
from consoleapp.gateways.proof import Cause
from consoleapp.orders import services as orders
from consoleapp.orders.models import Order, OrderState
from consoleapp.simulator.registries.causes import LOG_INS
from consoleapp.teams.actors import Actor
from consoleapp.wizard import vault
from consoleapp.wizard.access.answers import question_about
from consoleapp.wizard.draft.encoding import to_draft
from consoleapp.wizard.models import Draft, DraftSecret, KeptLogin
from consoleapp.wizard.services import access_checks, drafts, ordering, saved_logins
from consoleapp.wizard.shape import CREDENTIALS, SAVED, credential_prefix
from tests.queries import count_of
from tests.teams.people import People, browser_of, team
from tests.wizard import complete
from tests.wizard.page_form import StepForm, open_step
from tests.wizard.views.test_image_login import strip, typed

pytestmark = pytest.mark.django_db
HOST = "registry.example.com"
PRIVATE = f"{HOST}/team/api:1.4.2"
USER, PASSWORD = LOG_INS["demo"]
NAME = "Harbor read-only"


@pytest.fixture
def browser(people: People) -> Client:
    return browser_of(people[Role.OPERATOR])


def saved(people: People, name: str = NAME, host: str = HOST, path: str = "team", **changed: str) -> RegistryCredential:
    login = {"user_name": USER, "password": PASSWORD, **changed}
    by = people[Role.ADMIN]
    return credentials.save(by, people.team, name, host, path, login["user_name"], Secret(login["password"]))


def checked(browser: Client, image: str = PRIVATE) -> StepForm:
    """Basic Settings once the registry was asked."""
    return open_step(browser, f"/buy/?image={image}").go("check:c1")


def row_of(draft: Draft) -> dict[str, Any]:
    """What the draft stores of the login for the host."""
    rows: list[dict[str, Any]] = draft.data["spec"].get(CREDENTIALS, [])
    return next((row for row in rows if row["_key"] == HOST), {})


def used(browser: Client, credential: RegistryCredential, image: str = PRIVATE) -> StepForm:
    return checked(browser, image).go(f"use-saved:c1:{credential.pk}")


# --- offered, used


def test_a_saved_login_is_offered_where_the_registry_says_no_and_one_press_proves_the_pull(
    people: People, browser: Client
) -> None:
    credential = saved(people)
    form = checked(browser)
    assert f"Use {NAME} saved by alice · not checked yet" in strip(form)
    form = form.go(f"use-saved:c1:{credential.pk}")
    assert strip(form).startswith(f"Logged in with {NAME}")
    assert "let in" in strip(form)
    assert "Can be pulled with this login." in form.html
    draft = Draft.objects.get()
    assert row_of(draft) == {"_key": HOST, SAVED: credential.pk}
    assert not DraftSecret.objects.exists()
    credential.refresh_from_db()
    assert (credential.cause, credential.image) == (Cause.CAN_BE_PULLED, PRIVATE)
    sheet = form.go("confirm")
    assert "/confirm/" in sheet.url
    assert f"{NAME}, saved for the team, as {USER}" in sheet.html


def test_other_settings_offers_it_in_the_row_of_its_host(people: People, browser: Client) -> None:
    credential = saved(people)
    other = open_step(browser, f"/buy/?image={PRIVATE}").go("check:c1").go("goto:other")
    assert f"use-saved:c1:{credential.pk}" in other.buttons
    other = other.go(f"use-saved:c1:{credential.pk}")
    assert "/other/" in other.url
    assert "Logged in with" in other.html
    assert f"{credential_prefix(HOST)}-password" not in other.sent
    assert 'class="chip ok">proved' in " ".join(other.html.split())


def test_the_most_particular_path_comes_first_and_another_path_is_not_offered(people: People, browser: Client) -> None:
    whole, part = saved(people, "Whole", path=""), saved(people, "Team")
    elsewhere = saved(people, "Billing", path="billing")
    form = checked(browser)
    offers = [verb for verb in form.buttons if verb.startswith("use-saved:")]
    assert offers == [f"use-saved:c1:{part.pk}", f"use-saved:c1:{whole.pk}"]
    form = form.go(f"use-saved:c1:{elsewhere.pk}")
    assert "This saved login is gone, or is not for all of these images." in form.html
    assert SAVED not in row_of(Draft.objects.get())


def test_one_that_the_registry_refuses_says_so_where_it_is_offered(people: People, browser: Client) -> None:
    credential = saved(people, password="not-it")
    form = used(browser, credential)
    assert "Logged in" not in strip(form)
    assert "refused" in strip(form)
    assert "wrong user or password" in strip(form)
    form = form.go("leave-saved:c1")
    assert f"{credential_prefix(HOST)}-password" in form.sent
    assert "is-refused" in form.html


def test_a_temporary_login_that_has_ended_says_so_where_it_is_offered(people: People, browser: Client) -> None:
    ended = timezone.now() - timedelta(hours=2)
    saved(people)
    with mock.patch("consoleapp.credentials.models.TEMPORARY", ((HOST, "", 1),)):
        RegistryCredential.objects.update(saved_at=ended)
        assert "a temporary login that ended" in strip(checked(browser))


def test_the_first_press_of_a_page_that_nothing_was_stored_of_uses_it(people: People, browser: Client) -> None:
    credential = saved(people)
    form = open_step(browser, f"/buy/?image={PRIVATE}").go(f"use-saved:c1:{credential.pk}")
    assert strip(form).startswith(f"Logged in with {NAME}")
    assert Draft.objects.get().team == people.team


def test_a_private_repository_of_docker_hub_takes_one_of_its_account(people: People, browser: Client) -> None:
    credential = saved(people, host="docker.io", path="acme")
    form = used(browser, credential, "acme/private-api:1.0.1")
    assert strip(form).startswith(f"Logged in with {NAME}")
    assert "/confirm/" in form.go("confirm").url
    assert f"use-saved:c1:{credential.pk}" not in checked(browser, "other/private-api:1.0.1").buttons


def test_a_page_that_offers_or_uses_one_asks_for_it_once(people: People, browser: Client) -> None:
    form = checked(browser)
    before = count_of(browser, form.url)
    credential = saved(people)
    assert count_of(browser, form.url) == before
    form = form.go(f"use-saved:c1:{credential.pk}")
    # The logins that are kept for the session are not asked for then.
    assert count_of(browser, form.url) == before - 1


def test_who_acts_for_themselves_is_offered_nothing_and_asked_for_nothing(
    people: People, alice_client: Client, mallory_client: Client
) -> None:
    saved(people)
    form = checked(mallory_client)
    assert "use-saved" not in form.html
    with CaptureQueriesContext(connection) as asked:
        mallory_client.get(form.url)
    assert not [each for each in asked if "credentials_" in each["sql"]]
    number = RegistryCredential.objects.get().pk
    form.go(f"use-saved:c1:{number}")
    assert SAVED not in row_of(Draft.objects.get(owner__username="mallory"))


def test_a_viewer_of_the_team_has_no_draft_to_use_it_in(people: People) -> None:
    saved(people)
    answer = browser_of(people[Role.VIEWER]).post("/buy/", {"do": "use-saved:c1:1"})
    assert answer.status_code == 403


# --- ordered with


def order(browser: Client, draft: Draft) -> Order:
    sent = {"do": "order", "terms": "on", "anyway": "on", "form_key": ordering.form_key(draft)}
    assert browser.post(reverse("wizard:confirm", args=[draft.pk]), sent).status_code == 303
    return Order.objects.get(draft_id=draft.pk)


def draft_with(people: People, credential: RegistryCredential | None, image: str = PRIVATE) -> Draft:
    """A complete draft of the operator that names the credential."""
    made = to_draft(complete.spec(containers=(Container(name="api", image=image),)), complete.VPC)
    if credential is not None:
        saved_logins.choose(made.data, HOST, credential)
    return drafts.create_draft(Actor(people[Role.OPERATOR], people.team, Role.OPERATOR), made.data)


def test_the_order_is_sealed_with_it_and_remembers_which(people: People, browser: Client) -> None:
    credential = saved(people)
    draft = draft_with(people, credential)
    sent: list[Any] = []
    real = orders.record_order

    def seen(actor: Any, parameters: Any, *rest: Any) -> Order:
        sent.append(parameters)
        return real(actor, parameters, *rest)

    with mock.patch.object(orders, "record_order", seen):
        made = order(browser, draft)
    assert sent[0]["ImageRegistryCredential.1.Server"] == HOST
    assert sent[0]["ImageRegistryCredential.1.UserName"] == USER
    assert sent[0]["ImageRegistryCredential.1.Password"] == PASSWORD
    assert made.state == OrderState.CREATED
    assert not made.sealed_secrets
    assert list(made.saved_credentials.all()) == [credential]
    credential.refresh_from_db()
    assert credential.used_at is not None
    # It is not kept for the session: that copy would outlive the row.
    assert not KeptLogin.objects.exists()


@pytest.mark.parametrize("change", ["replace", "delete"])
def test_one_that_was_replaced_or_deleted_in_the_very_press_is_not_sent(
    people: People, browser: Client, change: str
) -> None:
    credential = saved(people)
    draft = draft_with(people, credential)
    real = ordering.record

    def meanwhile(*told: Any, **named: Any) -> Any:
        by, row = people[Role.ADMIN], RegistryCredential.objects.get()
        if change == "delete":
            credentials.delete(by, row)
        else:
            credentials.replace(by, row, USER, Secret("another-word"))
        return real(*told, **named)

    sent = {"do": "order", "terms": "on", "anyway": "on", "form_key": ordering.form_key(draft)}
    with mock.patch.object(ordering, "record", meanwhile):
        answer = browser.post(reverse("wizard:confirm", args=[draft.pk]), sent)
    assert answer.status_code in (303, 409)
    assert not Order.objects.exists()


def test_a_copy_of_its_order_uses_it_again_and_asks_for_no_password(people: People, browser: Client) -> None:
    credential = saved(people)
    made = order(browser, draft_with(people, credential))
    answer = browser.post(reverse("groups:similar", args=[made.container_group_id]))
    twin = Draft.objects.get(pk=answer["Location"].split("/")[2])
    assert row_of(twin)[SAVED] == credential.pk
    assert "user_name" not in row_of(twin)
    page = browser.get(answer["Location"]).content.decode()
    assert 'id="again"' not in page
    credentials.delete(people[Role.ADMIN], credential)
    answer = browser.post(reverse("groups:similar", args=[made.container_group_id]))
    assert 'id="again"' in browser.get(answer["Location"]).content.decode()


# --- for its own host alone


def test_posted_values_for_its_host_count_nothing(people: People, browser: Client) -> None:
    credential = saved(people)
    form = used(browser, credential).go("check:c1", **typed(user_name="mallory", password="canary"))
    draft = Draft.objects.get()
    assert row_of(draft) == {"_key": HOST, SAVED: credential.pk}
    assert not DraftSecret.objects.exists()
    assert "Logged in with" in strip(form)


@pytest.mark.parametrize(
    "image",
    [
        "registry.example.com.evil.example/team/api:1.4.2",
        "registry.example.com:5000/team/api:1.4.2",
        "registry.example.com:443/team/api:1.4.2",
        "harbor.example.com/team/api:1.4.2",
        "xn--registry-9za.example.com/team/api:1.4.2",
        "localhost/team/api:1.4.2",
        "team/api:1.4.2",
        f"{HOST}/teams/api:1.4.2",
        f"{HOST}/other/team/api:1.4.2",
    ],
)
def test_it_is_opened_for_no_other_image(people: People, image: str) -> None:
    """The draft's rows say what they like: the row of the credential alone counts."""
    credential = saved(people)
    draft = draft_with(people, credential, image)
    rows = draft.data["spec"].setdefault(CREDENTIALS, [])
    host = image.split("/")[0]
    rows.append({"_key": host, SAVED: credential.pk})
    Draft.objects.filter(pk=draft.pk).update(data=draft.data)
    draft = access_checks.attach(Draft.objects.get(pk=draft.pk))
    assert saved_logins.secrets_of(draft) == {}
    assert not draft.saved_credentials


@pytest.mark.parametrize("changed", [{"host": "harbor.example.com"}, {"path_prefix": "shop"}, {"user_name": "mallory"}])
def test_a_row_that_was_changed_by_other_hands_is_gone(
    people: People, browser: Client, changed: dict[str, str]
) -> None:
    credential = saved(people)
    form = used(browser, credential)
    RegistryCredential.objects.update(**changed)
    draft = Draft.objects.get()
    assert saved_logins.secrets_of(draft) == {}
    page = open_step(browser, form.url)
    assert "Logged in with" not in page.html
    assert "The saved login is" in strip(page)


@pytest.mark.parametrize(
    ("listed", "setting"),
    [
        ("plain_http_registries", {"REGISTRY_NETWORKS": [(HOST, "10.0.0.0/8", 80, "http")]}),
        ("insecure_registries", {"REGISTRY_AUTHORITIES": [(HOST, "/nowhere.pem")]}),
    ],
)
def test_a_way_without_proof_is_taken_only_where_the_admin_has_listed_the_host(
    people: People, listed: str, setting: dict[str, Any]
) -> None:
    credential = saved(people)
    draft = draft_with(people, credential)
    draft.data["spec"][listed] = HOST
    assert saved_logins.secrets_of(draft) == {}
    with override_settings(REGISTRY_NETWORKS=[(HOST, "10.0.0.0/8", 443, "https"), ("*.com", "public", 5000, "http")]):
        assert saved_logins.secrets_of(draft) == {}
    with override_settings(**setting):
        assert saved_logins.secrets_of(draft)[f"saved/{HOST}"].reveal() == PASSWORD


def test_a_certificate_that_somebody_has_taken_is_none_for_a_saved_login(people: People) -> None:
    draft = draft_with(people, saved(people))
    draft.data["spec"]["insecure_registries"] = HOST
    draft.data["pins"] = {HOST: "ab" * 32}
    with override_settings(REGISTRY_AUTHORITIES=[(HOST, "/nowhere.pem")]):
        saved_logins.secrets_of(draft)
        question = question_about(draft.typed, PRIVATE)
    assert question is not None
    assert question.has_credential
    assert question.insecure == {HOST: ""}


# --- gone, of another team


def test_one_that_was_deleted_is_said_at_the_field_and_nothing_is_sent(people: People, browser: Client) -> None:
    credential = saved(people)
    form = used(browser, credential)
    credentials.delete(people[Role.ADMIN], credential)
    page = open_step(browser, form.url)
    assert "The saved login is gone: type one or choose another." in strip(page)
    stopped = page.go("confirm")
    assert "/basic/" in stopped.url
    assert "The saved login is gone: type one or choose another." in stopped.html
    # What is typed then counts.
    mended = stopped.go("check-login:c1", **typed())
    assert "Logged in as" in strip(mended)
    assert SAVED not in row_of(Draft.objects.get())


def test_one_of_another_team_is_gone_for_a_draft_that_names_it(people: People, browser: Client) -> None:
    elsewhere = saved(team("other"), path="")
    draft = draft_with(people, elsewhere)
    assert saved_logins.secrets_of(draft) == {}
    page = open_step(browser, reverse("wizard:basic", args=[draft.pk]))
    assert "The saved login is gone: type one or choose another." in page.html
    assert elsewhere.name not in page.html
    # Not in the list of drafts either, nor in a person's own space.
    assert "Login for" in browser.get("/buy/drafts/").content.decode()
    Draft.objects.update(team=None)
    assert saved_logins.secrets_of(Draft.objects.get()) == {}


def test_the_list_of_drafts_asks_once_for_all_saved_logins(people: People, browser: Client) -> None:
    credential = saved(people)
    draft_with(people, credential)
    before = count_of(browser, "/buy/drafts/")
    draft_with(people, credential)
    draft_with(people, credential)
    assert count_of(browser, "/buy/drafts/") == before
    assert "Login for" not in browser.get("/buy/drafts/").content.decode()


# --- saved for the team


def test_a_typed_login_that_was_proved_is_saved_for_the_team(people: People, browser: Client) -> None:
    form = checked(browser).go("check-login:c1", **typed())
    assert form.sent[f"{credential_prefix(HOST)}-saved_as"] == [f"demo at {HOST}/team"]
    form = form.go("save-login:c1", **{f"{credential_prefix(HOST)}-saved_as": NAME})
    assert f"Saved for QA as {NAME}." in form.html
    assert strip(form).startswith(f"Logged in with {NAME}")
    credential = RegistryCredential.objects.get()
    assert (credential.host, credential.path_prefix, credential.user_name) == (HOST, "team", USER)
    assert credential.by == people[Role.OPERATOR]
    assert not DraftSecret.objects.exists()
    assert PASSWORD not in form.html + str(list(AuditRow.objects.values()))


def test_a_login_that_was_not_proved_is_not_saved(people: People, browser: Client) -> None:
    form = checked(browser).go("save", **typed())
    assert "save-login:c1" not in form.buttons
    assert "has not been proved yet" in form.go("save-login:c1").html
    form = form.go("check-login:c1", **typed())
    # Neither is another password than the proved one.
    assert "has not been proved yet" in form.go("save-login:c1", **typed(password="another")).html
    assert not RegistryCredential.objects.exists()


def test_a_name_that_is_taken_is_said_and_the_login_stays(people: People, browser: Client) -> None:
    saved(people)
    form = checked(browser).go("check-login:c1", **typed())
    form = form.go("save-login:c1", **{f"{credential_prefix(HOST)}-saved_as": NAME})
    assert "Choose another name." in form.html
    assert "Logged in as" in strip(form)
    assert vault.names(Draft.objects.get()) == {f"credential/{HOST}"}


def test_nobody_saves_for_a_team_that_they_do_not_act_for(alice_client: Client) -> None:
    form = checked(alice_client).go("check-login:c1", **typed())
    assert "save-login:c1" not in form.buttons
    form.go("save-login:c1")
    assert not RegistryCredential.objects.exists()
