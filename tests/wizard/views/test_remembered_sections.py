"""Basic Settings renders its sections again only when something in them changed."""

import copy
from collections.abc import Iterator
from unittest import mock

import pytest
from django.test import Client
from django.urls import reverse

from consoleapp.accounts.models import User
from consoleapp.domain.secret import Secret
from consoleapp.web import remember
from consoleapp.wizard import vault
from consoleapp.wizard.models import Draft
from consoleapp.wizard.services import drafts
from consoleapp.wizard.shape import credential_name
from consoleapp.wizard.views import basic
from tests.wizard.complete import draft, private_spec

pytestmark = pytest.mark.django_db


@pytest.fixture
def rendered() -> Iterator[mock.Mock]:
    """Counts how often the sections are put together."""
    remember.forget()
    with mock.patch.object(basic, "_sections", wraps=basic._sections) as counted:
        yield counted
    remember.forget()


def page(client: Client, of: Draft, query: str = "") -> str:
    return client.get(reverse("wizard:basic", args=[of.pk]) + query).content.decode()


def test_looking_again_renders_nothing_again(alice: User, alice_client: Client, rendered: mock.Mock) -> None:
    made = draft(alice, private_spec())
    first, second = page(alice_client, made), page(alice_client, made)
    assert rendered.call_count == 1
    for text in ("shop-frontend", "registry.example.com/team/api", "Environment variables"):
        assert text in first
        assert text in second


def test_a_change_shows_at_once(alice: User, alice_client: Client, rendered: mock.Mock) -> None:
    made = draft(alice, private_spec())
    page(alice_client, made)
    data = copy.deepcopy(made.typed)
    data["basic"]["container_group_name"] = "renamed-since"
    drafts.save_draft(made, data, expected_version=made.version)
    assert "renamed-since" in page(alice_client, made)
    assert rendered.call_count == 2


def test_what_is_open_is_part_of_it(alice: User, alice_client: Client, rendered: mock.Mock) -> None:
    made = draft(alice)
    key = made.typed["containers"][0]["key"]
    assert f'id="{key}-process"' in page(alice_client, made, f"?open={key}")
    assert f'id="{key}-process"' not in page(alice_client, made, "?open=none")
    assert rendered.call_count == 2


def test_a_secret_that_is_gone_is_asked_for_at_once(alice: User, alice_client: Client, rendered: mock.Mock) -> None:
    made = draft(alice, private_spec())
    assert "registry.example.com: Password" not in page(alice_client, made)
    vault.forget(made, [credential_name("registry.example.com")])
    assert "registry.example.com: Password" in page(alice_client, made)
    vault.put(made, credential_name("registry.example.com"), Secret("typed again"))
    assert "registry.example.com: Password" not in page(alice_client, made)
    assert rendered.call_count == 2


def test_nobody_is_shown_the_page_of_another(alice: User, alice_client: Client, mallory: User) -> None:
    made, twin = draft(alice), draft(alice)
    assert reverse("wizard:basic", args=[made.pk]) in page(alice_client, made)
    assert reverse("wizard:basic", args=[made.pk]) not in page(alice_client, twin)
    stranger = Client()
    stranger.force_login(mallory)
    assert stranger.get(reverse("wizard:basic", args=[made.pk])).status_code == 404
