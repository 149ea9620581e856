from collections.abc import Iterator
from dataclasses import replace
from unittest import mock

import pytest
from django.test import Client

from consoleapp.domain.network import SecurityRule
from consoleapp.gateways.errors import AccessDenied
from consoleapp.groups.services.reach import declared_ports
from consoleapp.orders.models import Order
from tests.groups.builders import PAGE, RUNNING, text

pytestmark = pytest.mark.django_db

HTTP = {"Container.1.Name": "api", "Container.1.Port.1.Port": "80", "Container.1.Port.1.Protocol": "TCP"}
REACHED = replace(RUNNING, intranet_ip="172.16.0.11", security_group_id="sg-1")


@pytest.fixture
def rules() -> Iterator[mock.Mock]:
    with mock.patch("consoleapp.gateways.alibaba.vpc.VirtualPrivateCloud.rules_in", return_value=()) as found:
        yield found


@pytest.fixture(autouse=True)
def with_port(order: Order, port: mock.Mock) -> None:
    order.parameters = {**order.parameters, **HTTP}
    order.save()
    port.get.return_value = REACHED


@pytest.mark.parametrize(
    ("found", "said"),
    [
        ((), "Port 80 is closed in security group sg-1"),
        ((SecurityRule("TCP", "0.0.0.0/0", True, 1, 80, 80),), "Security group sg-1 lets everybody in."),
        ((SecurityRule("TCP", "10.0.0.0/8", True, 1, 80, 80),), "Security group sg-1 lets in 10.0.0.0/8 only."),
        ((SecurityRule("ALL", "sg-1", True, 101),), "its own members only: add a rule there to let others in."),
        (
            (SecurityRule("ALL", "sg-1", True, 101), SecurityRule("TCP", "10.0.0.0/8", True)),
            "lets in 10.0.0.0/8 and its own members only.",
        ),
        ((SecurityRule("TCP", "::/0", True, has_port_list=True),), "lets the port in is not known."),
        ((SecurityRule("TCP", "<b>", True, 1, 80, 80),), "lets in &lt;b&gt; only."),
    ],
)
def test_tells_whether_the_port_is_let_in(
    rules: mock.Mock, alice_client: Client, found: tuple[SecurityRule, ...], said: str
) -> None:
    rules.return_value = found

    page = text(alice_client)

    assert 'data-copy="172.16.0.11:80"' in page
    assert said in page


def test_rules_that_are_not_told_break_nothing(rules: mock.Mock, alice_client: Client) -> None:
    rules.side_effect = AccessDenied("no", permission="ecs:DescribeSecurityGroupAttribute")

    assert "Whether security group sg-1 lets the port in is not known." in text(alice_client)


def test_the_rules_are_asked_for_once_in_a_while(rules: mock.Mock, alice_client: Client) -> None:
    for _ in range(3):
        text(alice_client)
    text(alice_client, f"{PAGE}?tab=logs")

    rules.assert_called_once_with("cn-hangzhou", "sg-1")


def test_a_public_address_is_shown_with_the_port(port: mock.Mock, rules: mock.Mock, alice_client: Client) -> None:
    port.get.return_value = replace(REACHED, internet_ip="203.0.113.9")

    assert 'data-copy="203.0.113.9:80"' in text(alice_client)


def test_without_an_address_there_is_nothing_to_reach(port: mock.Mock, rules: mock.Mock, alice_client: Client) -> None:
    port.get.return_value = RUNNING

    assert "Reach it" not in text(alice_client)
    assert not rules.called


def test_odd_ports_of_a_request_are_left_out() -> None:
    assert declared_ports({**HTTP, "Container.1.Port.2.Port": "x", "Container.1.Port.3.Port": "9" * 9}) == [
        ("api", 80, "TCP")
    ]
