"""What the cloud answers is text of somebody else: no answer loses an order, keeps it in `sending` or breaks a page.

The answers come in below the client, as bytes.
"""

import json
from collections.abc import Callable
from typing import Any
from unittest import mock

import pytest
import requests
from django.test import Client
from django.urls import reverse

from consoleapp.accounts.models import User
from consoleapp.gateways.alibaba.transport import Answer, Failure, Transport
from consoleapp.orders import answers, delivery
from consoleapp.orders.models import Order, OrderState
from consoleapp.web.clouds import cloud_of
from consoleapp.wizard.services import ordering
from tests.orders.builders import created, record
from tests.orders.passing import try_when_due
from tests.orders.ports import FakeCreation
from tests.wizard.complete import draft

pytestmark = pytest.mark.django_db

MEGABYTES = "x" * 3_000_000
TEXTS = {
    "NUL": "before\0after",
    "half a surrogate pair": "before\ud800after",
    "megabytes": MEGABYTES,
    "markup": "<script>alert(1)</script>",
    "a name without an end": f'"A{"a" * 5000}" is wrong, Container.1.{"A" * 5000} too',
}
NUMBERS = {
    "beyond all bounds": "1e400",
    "tiny beyond all bounds": "1e-99999999",
    "an exponent without an end": f"1e{'9' * 40}",
    "not a number": "NaN",
    "infinite": "-Infinity",
    "5,000 digits": "9" * 5000,
    "4,000 digits": "9" * 4000,
}


@pytest.fixture
def cloud_says(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Has the cloud answer one action with these bytes, and everything else as ever."""
    as_ever = Transport.exchange

    def says(action: str, body: bytes, status: int = 200, **headers: str) -> None:
        def exchange(self: Transport, base: str, request: requests.PreparedRequest) -> Answer | Failure:
            if request.headers["x-acs-action"] == action:
                return Answer(status, headers, body)
            return as_ever(self, base, request)

        monkeypatch.setattr(Transport, "exchange", exchange)

    return says


def press(client: Client, owner: User) -> Order:
    """The order of a press on Confirm; its page is there."""
    made = draft(owner)
    form = {"do": "order", "terms": "on", "form_key": ordering.form_key(made)}
    answer = client.post(reverse("wizard:confirm", args=[made.pk]), form)
    assert answer.status_code == 303
    assert client.get(answer["Location"]).status_code == 200
    return Order.objects.get()


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
@pytest.mark.parametrize("code", ["InvalidParameter", "Forbidden.RAM", "Nobody.Knows"])
def test_a_refusal_in_any_words_is_stored_and_shown(
    cloud_says: Callable[..., None], alice: User, alice_client: Client, text: str, code: str
) -> None:
    body = json.dumps({"Code": code, "Message": text, "RequestId": text}).encode()
    cloud_says("CreateContainerGroup", body, 400)

    order = press(alice_client, alice)

    assert order.state in (OrderState.REFUSED, OrderState.UNKNOWN)
    assert (order.error_code, order.request_id) == (code, "")
    assert len(order.error_message) <= 1000
    assert "\0" not in order.error_message


@pytest.mark.parametrize("number", NUMBERS.values(), ids=NUMBERS)
def test_a_number_beyond_all_bounds_makes_the_answer_unusable_and_the_order_unknown(
    cloud_says: Callable[..., None], alice: User, alice_client: Client, number: str
) -> None:
    body = f'{{"RequestId": "R-1", "ContainerGroupId": "eci-1", "Cpu": {number}}}'.encode()
    cloud_says("CreateContainerGroup", body)

    order = press(alice_client, alice)

    assert (order.state, order.container_group_id) == (OrderState.UNKNOWN, "")
    assert order.next_try_at


@pytest.mark.parametrize(
    "body",
    [b"[" * 200_000, b'{"a":' * 200_000, b'{"a": [' + b"[]," * 1_000_000 + b"[]]}", b"\xff\xfe", b'"R-1"', b""],
    ids=["deep lists", "deep objects", "a million lists", "no UTF-8", "no object", "nothing"],
)
def test_an_answer_of_any_shape_leaves_the_order_unknown(
    cloud_says: Callable[..., None], alice: User, alice_client: Client, body: bytes
) -> None:
    cloud_says("CreateContainerGroup", body)

    assert press(alice_client, alice).state == OrderState.UNKNOWN


@pytest.mark.parametrize("date", ["Fri, 31 Dec 9999 23:59:59 GMT", "x", "Mon, 99 Jan 99999999999 00:00:00 GMT"])
def test_no_date_that_the_cloud_tells_keeps_the_next_call_from_being_signed(
    cloud_says: Callable[..., None], alice: User, alice_client: Client, date: str
) -> None:
    body = b'{"Code": "InvalidTimeStamp.Expired", "Message": "late", "RequestId": "R-1"}'
    cloud_says("CreateContainerGroup", body, 400, Date=date)

    assert press(alice_client, alice).state == OrderState.RECORDED
    assert alice_client.get("/").status_code == 200


@pytest.mark.parametrize("price", ["1e400", "NaN", "99999999999999999", "-5", '"1e-9999999"', f'"{"9" * 5000}"'])
def test_a_price_that_is_none_does_not_keep_an_order_from_being_recorded(
    cloud_says: Callable[..., None], alice: User, alice_client: Client, price: str
) -> None:
    body = f'{{"RequestId": "R", "PriceInfo": {{"Price": {{"TradePrice": {price}, "Currency": "CNY"}}}}}}'
    cloud_says("DescribeContainerGroupPrice", body.encode())

    assert press(alice_client, alice).state == OrderState.CREATED


def test_a_currency_that_is_none_does_not_keep_an_order_from_being_recorded(
    cloud_says: Callable[..., None], alice: User, alice_client: Client
) -> None:
    told = {"PriceInfo": {"Price": {"TradePrice": 0.001, "Currency": "\0" + "y" * 500}}}
    cloud_says("DescribeContainerGroupPrice", json.dumps(told).encode())

    assert press(alice_client, alice).state == OrderState.CREATED


def hostile_group(order: Order, text: str) -> dict[str, Any]:
    state = {"State": "Waiting", "Reason": text, "Message": text, "StartTime": "0001-01-01T00:00:00+14:00"}
    event = {"Type": "Warning", "Reason": text, "Message": text, "Count": 10**19, "LastTimestamp": text}
    return {
        "ContainerGroupId": order.container_group_id,
        "ContainerGroupName": text,
        "Status": text,
        "Cpu": text,
        "CreationTime": 10**18,
        "Events": [event] * 3000,
        "Containers": [{"Name": text, "Image": text, "RestartCount": "9" * 4000, "CurrentState": state}],
        "Tags": [{"Key": text, "Value": text}],
    }


@pytest.mark.parametrize("text", ["before\0after", "before\ud800after", "x" * 100], ids=["NUL", "surrogate", "long"])
def test_the_page_of_a_group_stands_whatever_the_cloud_tells_of_it(
    cloud_says: Callable[..., None], alice: User, alice_client: Client, text: str
) -> None:
    order = created(alice, "eci-1")
    told = {"RequestId": "R", "TotalCount": text, "ContainerGroups": [hostile_group(order, text)]}
    cloud_says("DescribeContainerGroups", json.dumps(told).encode())

    for page in ("/groups/eci-1/", "/groups/eci-1/?tab=containers", "/"):
        assert alice_client.get(page).status_code == 200


def test_megabytes_of_log_are_cut(cloud_says: Callable[..., None], alice: User) -> None:
    cloud_says("DescribeContainerLog", json.dumps({"Content": "\0" + MEGABYTES}).encode())

    log = cloud_of(alice.world).container_groups.log("cn-hangzhou", "eci-1", "web")

    assert len(log) == 1024 * 1024
    assert log.startswith("\N{REPLACEMENT CHARACTER}x")


@pytest.mark.parametrize("is_storable", [True, False], ids=["a bug in reading it", "a refusal to store it"])
def test_an_answer_that_breaks_the_console_leaves_the_order_unknown(alice: User, is_storable: bool) -> None:
    port, order = FakeCreation(), record(alice)
    broken: list[Exception] = [RuntimeError("a bug")]

    def fail_once(*_args: object, **_options: object) -> None:
        if broken:
            raise broken.pop()

    port.after = [None if not is_storable else fail_once]
    with mock.patch.object(answers, "settle", side_effect=None if is_storable else ValueError("NUL")):
        order = delivery.deliver(order.pk, port)

    assert (order.state, order.error_kind) == (OrderState.UNKNOWN, "outcome_unknown")
    assert [each.outcome for each in order.attempts.all()] == ["unknown"]
    assert try_when_due(order, port).state == OrderState.CREATED
    assert len(port.made) == 1
