"""Near versions of an image behind a login: asked for with the login that is kept for the session, or with none."""

from dataclasses import replace
from unittest import mock

import pytest
from django.test import Client

from consoleapp.accounts.models import User
from consoleapp.domain.secret import Secret
from consoleapp.domain.spec import Container, ImageRegistryCredential
from consoleapp.gateways.ports.container_groups import ContainerGroupPage
from consoleapp.groups.services import near
from consoleapp.orders.models import Order
from consoleapp.wizard.models import KeptLogin
from tests.groups.builders import failing, text
from tests.groups.conftest import ECI
from tests.wizard import complete
from tests.wizard.test_logins import order as ordered

pytestmark = pytest.mark.django_db
HOST = "registry.example.com"
IMAGE = f"{HOST}/team/api:1.4.20"
OFFERED = "Use 1.4.2 and replace"
SPEC = complete.spec(
    containers=(Container(name="api", image=IMAGE),),
    image_registry_credentials=(ImageRegistryCredential(HOST, "demo", Secret("demo-password")),),
)


def pages(client: Client, order: Order) -> list[str]:
    """The group's own page and home."""
    fails = replace(failing("manifest unknown", IMAGE), container_group_id=order.container_group_id)
    listed = ContainerGroupPage((fails,), "", 1)
    with mock.patch(f"{ECI}.get", return_value=fails), mock.patch(f"{ECI}.list", return_value=listed):
        return [text(client, f"/groups/{order.container_group_id}/"), text(client, "/")]


def test_are_asked_for_with_the_login_that_was_ordered_with_in_this_session(alice: User, alice_client: Client) -> None:
    assert all(OFFERED in page for page in pages(alice_client, ordered(alice_client, alice, SPEC)))


def test_another_session_asks_without_it_and_is_not_told_what_it_showed(alice: User, alice_client: Client) -> None:
    order = ordered(alice_client, alice, SPEC)
    pages(alice_client, order)
    elsewhere = Client()
    elsewhere.force_login(alice)

    assert not any(OFFERED in page for page in pages(elsewhere, order))


@pytest.mark.parametrize(
    "sent",
    [
        {"ImageRegistryCredential.1.Server": "registry.example.net"},
        {"ImageRegistryCredential.1.Server": f"{HOST}:5000"},
        {"ImageRegistryCredential.1.UserName": "somebody-else"},
        {"InsecureRegistry": HOST},
        {"PlainHttpRegistry": f"other.example.com,{HOST}"},
    ],
)
def test_no_login_of_another_host_or_person_is_sent_and_none_where_somebody_may_listen(
    alice: User, alice_client: Client, sent: dict[str, str]
) -> None:
    order = ordered(alice_client, alice, SPEC)
    assert KeptLogin.objects.get().host == HOST
    order.parameters |= sent
    order.save()

    with mock.patch.object(near, "_ask", wraps=near._ask) as asked:
        pages(alice_client, order)
    assert [call.args[2] for call in asked.call_args_list] == [None]
