"""Where the group runs: one sentence that unfolds, and what somebody's last order chose."""

import re
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from consoleapp.accounts.models import User
from consoleapp.gateways.errors import Unreachable
from consoleapp.orders.models import Order, OrderState
from consoleapp.wizard.models import Draft
from consoleapp.wizard.services import ordering
from tests.wizard.complete import draft, spec
from tests.wizard.conftest import FakeCloud
from tests.wizard.page_form import StepForm, open_step

pytestmark = pytest.mark.django_db

ISOLATED: dict[str, Any] = {"vswitch_ids": ("vsw-simhzisolatedb",), "security_group_id": "sg-simhzisolated"}
LAST = "are as in your last order"


def is_folded(html: str) -> bool:
    found = re.search(r'<details class="fold chosen[^>]*>', html)
    assert found
    return " open" not in found[0]


def says(html: str) -> str:
    found = re.search(r'<span id="network-says">(.*?)</span>', html)
    assert found
    return found[1]


def ordered(owner: User, vpc_id: str = "vpc-simhzisolated", state: str = OrderState.CREATED, **changed: Any) -> Order:
    made = draft(owner, replace(spec(), **changed))
    made.typed["page"]["vpc_id"] = vpc_id
    (order,) = ordering.record(made, [replace(spec(), **changed)], ordering.form_key(made), None)
    Order.objects.filter(pk=order.pk).update(state=state)
    return order


def test_a_network_that_is_chosen_is_one_sentence(started: StepForm) -> None:
    assert is_folded(started.html)
    assert says(started.html) == "China (Hangzhou) · default · default-h · default"


def test_it_unfolds_when_a_choice_is_missing(started: StepForm) -> None:
    form = started.go("save", vswitch_ids=[])
    assert not is_folded(form.html)
    assert says(form.html) == "China (Hangzhou) · default · – · default"


def test_it_unfolds_when_the_lists_cannot_be_had(fake_cloud: FakeCloud, alice_client: Client) -> None:
    fake_cloud.networks.failures["vswitches"] = Unreachable("no answer")
    assert not is_folded(open_step(alice_client, "/buy/").html)


def test_it_unfolds_when_an_image_needs_a_way_that_is_not_there(alice_client: Client) -> None:
    form = open_step(alice_client, "/buy/?image=nginx:1.27&vpc=vpc-simhzisolated").go("save")
    assert not is_folded(form.html)
    assert "An image comes over the Internet, and the group has no way there." in form.html
    form = form.go("eip-create")
    assert is_folded(form.html)


def test_a_network_without_a_way_that_no_image_needs_stays_folded(alice_client: Client) -> None:
    image = "registry-vpc.cn-hangzhou.aliyuncs.com/eci_open/nginx:1.14.2"
    assert is_folded(open_step(alice_client, f"/buy/?image={image}&vpc=vpc-simhzisolated").html)


def test_a_new_group_begins_as_the_last_one_was_ordered_and_says_so(alice: User, alice_client: Client) -> None:
    ordered(alice, **ISOLATED, cpu=Decimal(4), memory_gib=Decimal(8))
    form = open_step(alice_client, "/buy/")
    assert says(form.html) == "China (Hangzhou) · isolated · isolated-b · isolated"
    assert (form.sent["cpu"], form.sent["memory_gib"]) == (["4"], ["8"])
    assert LAST in form.html
    form = form.go("choose-defaults")
    assert says(form.html) == "China (Hangzhou) · default · default-h · default"
    assert form.sent["cpu"] == ["2"]
    assert LAST not in form.html
    form = form.go("choose-as-last-time")
    assert says(form.html) == "China (Hangzhou) · isolated · isolated-b · isolated"
    assert LAST in form.html


def test_what_differs_from_the_last_order_is_not_said_to_be_as_in_it(alice: User, alice_client: Client) -> None:
    ordered(alice, **ISOLATED)
    form = open_step(alice_client, "/buy/").go("save", cpu="8", memory_gib="16")
    assert LAST not in form.html
    assert "choose-as-last-time" in form.buttons


def test_what_the_address_asks_for_counts_more_than_the_last_order(alice: User, alice_client: Client) -> None:
    ordered(alice, **ISOLATED, cpu=Decimal(4), memory_gib=Decimal(8))
    form = open_step(alice_client, "/buy/?vpc=vpc-simhzdefault")
    assert says(form.html) == "China (Hangzhou) · default · default-h · default"
    assert form.sent["cpu"] == ["4"]


@pytest.mark.parametrize(
    "of_the_last",
    [{"vpc_id": "vpc-gone"}, {**ISOLATED, "security_group_id": "sg-gone"}, {**ISOLATED, "state": OrderState.REFUSED}],
)
def test_a_network_that_is_gone_and_an_order_that_failed_are_not_taken(
    alice: User, alice_client: Client, of_the_last: dict[str, Any]
) -> None:
    ordered(alice, **of_the_last)
    assert says(open_step(alice_client, "/buy/").html) == "China (Hangzhou) · default · default-h · default"


def test_nobody_begins_with_the_order_of_another(alice: User, mallory_client: Client) -> None:
    ordered(alice, **ISOLATED)
    form = open_step(mallory_client, "/buy/")
    assert "isolated" not in says(form.html)
    form.press("save")
    assert "last_time" not in Draft.objects.exclude(owner=alice).get().typed
