"""The one box: what was pasted becomes a draft, and while one types it is told what it means."""

from unittest import mock

import pytest
from django.test import Client, override_settings

from consoleapp.accounts.models import User
from consoleapp.wizard import vault
from consoleapp.wizard.models import Draft
from consoleapp.wizard.shape import containers_of
from tests.wizard.page_form import open_step

pytestmark = pytest.mark.django_db

RUN = "docker run -d --name web -p 8080:80 -e MODE=fast -e DB_PASSWORD=swordfish -v /data:/data nginx:1.29 nginx -g x"


def paste(client: Client, text: str, do: str = "confirm") -> str:
    answer = client.post("/buy/paste/", {"pasted": text, "do": do})
    assert answer.status_code == 303
    return str(answer.headers["Location"])


def look(client: Client, text: str) -> str:
    answer = client.post("/buy/_/look/", {"pasted": text})
    assert answer.status_code == 200
    return answer.content.decode()


def test_an_image_goes_straight_to_confirm_with_a_name_of_its_own(client: Client) -> None:
    address = paste(client, " NGINX:1.29\n")

    draft = Draft.objects.get()
    assert address == f"/buy/{draft.pk}/confirm/"
    assert draft.name.startswith("nginx-")
    assert client.get(address).status_code == 200


def test_configure_leads_to_basic_settings(client: Client) -> None:
    assert paste(client, "https://hub.docker.com/_/nginx", "save").startswith(f"/buy/{Draft.objects.get().pk}/basic/")


def test_an_image_that_wants_a_login_leads_to_it(client: Client) -> None:
    assert "at=image_registry_credentials-registry.example.com-user_name" in paste(
        client, "registry.example.com/team/api:1.4.2"
    )


def test_a_run_line_fills_in_everything_and_its_secrets_go_to_the_vault(client: Client) -> None:
    address = paste(client, RUN, "save")

    draft = Draft.objects.get()
    card = containers_of(draft.typed)[0]
    assert (card["image"], card["image_version"], card["name"], draft.name) == ("nginx", "1.29", "web", "web")
    assert [(row["port"], row["protocol"]) for row in card["ports"]] == [("80", "TCP")]
    assert [(row["key"], row["value"]) for row in card["environment_vars"]] == [("MODE", "fast"), ("DB_PASSWORD", "")]
    assert card["args"] == "nginx -g x"
    assert "swordfish" not in str(draft.data)
    assert [secret.reveal() for secret in vault.get_all(draft).values()] == ["swordfish"]
    page = client.get(address).content.decode()
    assert "-v /data:/data" in page
    assert "swordfish" not in page


def test_what_is_no_image_makes_no_draft_and_is_not_repeated(client: Client) -> None:
    answer = client.post("/buy/paste/", {"pasted": "docker run -e TOKEN=swordfish", "do": "confirm"})

    assert answer.status_code == 422
    assert "No image is named here" in answer.content.decode()
    assert "swordfish" not in answer.content.decode()
    assert not Draft.objects.exists()
    assert not User.objects.exists()


def test_a_look_tells_what_the_text_means_and_stores_nothing(client: Client) -> None:
    page = look(client, RUN)

    for said in ("nginx:1.29", "Docker official image", "Can be pulled", "80/TCP", "1 kept secret", "-v /data:/data"):
        assert said in page
    assert "/ hour" in page
    assert "swordfish" not in page
    assert not Draft.objects.exists()
    assert not User.objects.exists()


def test_a_look_says_what_a_registry_says_against_it(client: Client) -> None:
    assert "Version not found" in look(client, "nginx:1.92")
    assert "Needs a login" in look(client, "registry.example.com/team/api:1.4.2")


def test_a_look_says_what_is_wrong_with_the_text(client: Client) -> None:
    assert "No image is named here" in look(client, "docker run --name x")
    assert "blank at position" in look(client, "my image")
    assert "Paste an image" in look(client, "  ")


def test_without_checks_on_input_a_look_asks_no_registry(client: Client) -> None:
    access = "consoleapp.wizard.views.access_check.look"
    with override_settings(CHECK_ON_INPUT=False), mock.patch(access) as asked:
        page = look(client, "nginx:1.29")

    assert not asked.called
    assert "not checked" in page
    assert "Can be pulled" not in page


def test_a_hostile_text_is_shown_as_text(client: Client) -> None:
    page = look(client, 'docker run -v "<script>alert(1)</script>" nginx')
    assert "<script>" not in page


def test_the_image_field_of_basic_settings_understands_the_same(client: Client) -> None:
    page = open_step(client, "/buy/")
    page = page.go("save", **{"c1-image": RUN})

    assert (page.sent["c1-image"], page.sent["c1-image_version"]) == (["nginx"], ["1.29"])
    assert "Taken as <code>nginx:1.29</code>" in page.html
    assert "port 80, 2 variables, 1 kept secret" in page.html
    assert "-v /data:/data" in page.html
    assert "swordfish" not in page.html + str(Draft.objects.get().data)

    page = page.go("taken-undo:c1")
    assert page.sent["c1-image"] == [""]
    assert "Taken as" not in page.html
    assert not vault.get_all(Draft.objects.get())
