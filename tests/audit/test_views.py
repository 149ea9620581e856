"""consoleapp/audit/views.py: the page of the trail."""

import pytest
from django.test import Client

from consoleapp.accounts.models import User
from consoleapp.audit import services

pytestmark = pytest.mark.django_db


def test_a_payload_is_shown_as_facts_and_folded_lists(alice: User, alice_client: Client) -> None:
    services.record(
        alice,
        "order.recorded",
        "an-order",
        payload={"group_name": "web", "secret_keys": ["Password", "Token"], "parameters": {"Cpu": "2"}, "empty": []},
    )
    answer = alice_client.get("/audit/")
    row = answer.context["rows"][0]
    assert row["facts"] == [("group_name", "web"), ("secret_keys", "Password, Token")]
    assert row["lists"] == [("parameters", [("Cpu", "2")])]
    assert "{" not in answer.content.decode().split("<tbody>")[1].split("</tbody>")[0]


def test_others_see_none_of_it(alice: User, mallory_client: Client) -> None:
    services.record(alice, "order.recorded", "a-draft", payload={"name": "private-matter"})
    assert "private-matter" not in mallory_client.get("/audit/").content.decode()


def test_a_visitor_finds_no_page(client: Client) -> None:
    assert client.get("/audit/").status_code == 404
