"""What the cloud said against an order stands at the field that it is about, with its code and request id."""

from unittest import mock

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.html import escape

from consoleapp.accounts.models import User
from consoleapp.gateways.errors import AccessDenied, GatewayError, InvalidParameter, OutOfStock, QuotaExceeded
from consoleapp.orders.models import Order
from consoleapp.wizard.models import Draft
from tests.wizard import complete
from tests.wizard.page_form import StepForm, open_step

pytestmark = pytest.mark.django_db

ECI = "consoleapp.gateways.alibaba.eci.ElasticContainerInstance"
WORDS = 'The value is "<b>wrong</b>".'


def refused(client: Client, owner: User, error: GatewayError) -> Order:
    """The order of a new draft of the owner's, which the cloud answers with this error."""
    made = complete.draft(owner, complete.private_spec(tags=()))
    confirm = reverse("wizard:confirm", args=[made.pk])
    key = client.get(confirm).content.decode().split('name="form_key" value="')[1].split('"')[0]
    with mock.patch(f"{ECI}.create", side_effect=error):
        client.post(confirm, {"do": "order", "terms": "on", "form_key": key})
    return Order.objects.get()


def mended(client: Client, order: Order) -> StepForm:
    """The page to which the order's button leads."""
    answer = client.post(reverse("wizard:mend", args=[order.pk]), {"field": order.error_field})
    return open_step(client, answer["Location"])


@pytest.mark.parametrize(
    ("error", "control"),
    [
        (InvalidParameter(WORDS, field="Container.1.Image", code="InvalidParameter", request_id="R-1"), "c1-image"),
        (InvalidParameter(WORDS, field="SecurityGroupId", code="X", request_id="R-1"), "security_group_id"),
        (InvalidParameter(WORDS, field="VSwitchId", code="X", request_id="R-1"), "vswitch_ids"),
        (InvalidParameter(WORDS, field="Cpu", code="X", request_id="R-1"), "cpu"),
        (InvalidParameter(WORDS, field="RamRoleName", code="X", request_id="R-1"), "ram_role_name"),
        (
            InvalidParameter(WORDS, field="ImageRegistryCredential.1.Password", code="X", request_id="R-1"),
            "image_registry_credentials-registry.example.com-password",
        ),
        (OutOfStock(WORDS, code="OperationDenied.NoStock", request_id="R-1"), "vswitch_ids"),
        (QuotaExceeded(WORDS, code="QuotaExceeded", request_id="R-1"), "cpu"),
    ],
    ids=lambda value: value if isinstance(value, str) else type(value).__name__,
)
def test_the_refusal_stands_at_its_field(alice: User, alice_client: Client, error: GatewayError, control: str) -> None:
    page = mended(alice_client, refused(alice_client, alice, error))
    told = page.html.split(f'id="id_{control}_error"')[1].split("</")[0]
    for part in (escape(WORDS), error.code, "R-1"):
        assert part in told
    (summary,) = page.html.split('id="errors"')[1:]
    assert escape(WORDS) in summary.split("</div>")[0]


def test_it_is_gone_once_the_draft_was_saved_and_never_keeps_anybody_from_going_on(
    alice: User, alice_client: Client
) -> None:
    error = InvalidParameter(WORDS, field="Cpu", code="X", request_id="R-1")
    order = refused(alice_client, alice, error)
    page = mended(alice_client, order)
    assert page.press("confirm", cpu="4", memory_gib="8")["Location"].endswith("/confirm/")
    again = open_step(alice_client, f"{page.url}?refused={order.pk}")
    assert "R-1" not in again.html


def test_it_is_told_in_a_new_draft_where_the_old_one_is_gone(alice: User, alice_client: Client) -> None:
    order = refused(alice_client, alice, InvalidParameter(WORDS, field="Cpu", code="X", request_id="R-1"))
    Draft.objects.get().delete()
    assert 'id="id_cpu_error"' in mended(alice_client, order).html


def test_what_is_about_no_field_is_told_by_the_order_and_on_confirm(alice: User, alice_client: Client) -> None:
    order = refused(alice_client, alice, AccessDenied(WORDS, code="NoPermission", request_id="R-1"))
    assert 'id="errors"' not in mended(alice_client, order).html
    confirm = alice_client.get(reverse("wizard:confirm", args=[order.draft_id])).content.decode()
    assert escape(WORDS) in confirm
    assert "NoPermission, request id R-1" in confirm


def test_a_missing_permission_is_named_and_leads_to_no_field(alice: User, alice_client: Client) -> None:
    denial = AccessDenied(WORDS, code="Forbidden.RAM", request_id="R-1", permission="eci:CreateContainerGroup")
    order = refused(alice_client, alice, denial)
    assert (
        "missing permission <code>eci:CreateContainerGroup</code>"
        in alice_client.get(f"/orders/{order.pk}/").content.decode()
    )
    assert 'id="errors"' not in mended(alice_client, order).html


def test_a_strangers_order_says_nothing(alice: User, alice_client: Client, mallory_client: Client) -> None:
    order = refused(alice_client, alice, InvalidParameter(WORDS, field="Cpu", code="X", request_id="R-1"))
    own = open_step(mallory_client, "/buy/").go("save")
    for asked in (order.pk, "x", ""):
        assert "R-1" not in mallory_client.get(f"{own.url}?refused={asked}").content.decode()
