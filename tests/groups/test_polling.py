"""How often a group's page asks: the rule, and the page that follows it."""

import re
from dataclasses import replace
from html import unescape
from unittest import mock

import pytest
from django.test import Client

from consoleapp.gateways.errors import Unreachable
from consoleapp.groups.services.polling import WAITS, Poll
from consoleapp.orders.models import Order
from tests.groups.builders import PAGE, REFUSED, RUNNING, event, group, text


def test_the_waits_grow_while_a_poll_shows_the_same() -> None:
    poll, waits = Poll("a"), []
    for _ in range(8):
        waits.append(poll.seconds)
        poll = poll.then("a")
    assert waits == [2, 2, 3, 5, 8, 15, 15, 15]


def test_a_change_begins_anew() -> None:
    poll = Poll("a")
    for _ in range(20):
        poll = poll.then("a")
    assert (poll.seconds, poll.then("b").seconds, poll.then("b").then("a").seconds) == (15, 2, 2)


def test_the_count_ends_where_the_waits_do() -> None:
    poll = Poll("a")
    for _ in range(20):
        poll = poll.then("a")
    assert poll.quiet == len(WAITS) - 1
    assert Poll("a", 10_000).seconds == 15


def polling(page: str) -> tuple[str, int]:
    """The address that the page asks next, and after how many seconds."""
    found = re.search(r'id="group-poll"[^>]* hx-get="([^"]+)" hx-trigger="every (\d+)s', page)
    assert found, page
    return unescape(found[1]), int(found[2])


def follow(client: Client, address: str, times: int) -> tuple[str, list[int]]:
    """(the address that is asked next, the waits) after so many polls."""
    waits = []
    for _ in range(times):
        address, seconds = polling(text(client, address))
        waits.append(seconds)
    return address, waits


@pytest.mark.django_db
class TestPage:
    @pytest.mark.parametrize("tab", ["events", "containers", "logs", "request"])
    def test_asks_less_and_less_often_while_nothing_changes(
        self, order: Order, port: mock.Mock, alice_client: Client, tab: str
    ) -> None:
        port.get.return_value = REFUSED

        address, waits = follow(alice_client, f"{PAGE}?tab={tab}", 8)

        assert waits == [2, 2, 3, 5, 8, 15, 15, 15]
        assert f"tab={tab}" in address

    @pytest.mark.parametrize(
        "changed",
        [
            RUNNING,
            replace(REFUSED, events=(*REFUSED.events, event("Pulling", seconds=60))),
            replace(REFUSED, events=(*REFUSED.events[:-1], replace(REFUSED.events[-1], count=9))),
        ],
        ids=["state", "event", "count"],
    )
    def test_asks_often_again_after_a_change(
        self, order: Order, port: mock.Mock, alice_client: Client, changed: object
    ) -> None:
        port.get.return_value = REFUSED
        address, _waits = follow(alice_client, PAGE, 7)

        port.get.return_value = changed
        address, waits = follow(alice_client, address, 3)

        assert waits == [2, 2, 3]

    def test_waits_longer_and_longer_for_a_cloud_that_is_silent(
        self, order: Order, port: mock.Mock, alice_client: Client
    ) -> None:
        port.get.side_effect = [Unreachable("silent", request_id=f"id-{number}") for number in range(7)]

        assert follow(alice_client, PAGE, 7)[1] == [2, 2, 3, 5, 8, 15, 15]

    def test_asks_no_more_once_the_state_is_final(self, order: Order, port: mock.Mock, alice_client: Client) -> None:
        port.get.return_value = REFUSED
        address, _waits = follow(alice_client, PAGE, 3)

        port.get.return_value = group(status="Failed")

        assert "hx-trigger" not in text(alice_client, address)

    @pytest.mark.parametrize("quiet", ["-1", "x", "", "1" * 5000, "٣"])
    def test_a_count_that_nobody_sent_from_here_begins_anew(
        self, order: Order, port: mock.Mock, alice_client: Client, quiet: str
    ) -> None:
        port.get.return_value = REFUSED
        address, _waits = follow(alice_client, PAGE, 4)

        forged = re.sub(r"quiet=\d+", f"quiet={quiet}", address)

        assert polling(text(alice_client, forged))[1] == 2

    def test_what_the_address_says_was_seen_is_never_shown(
        self, order: Order, port: mock.Mock, alice_client: Client
    ) -> None:
        port.get.return_value = REFUSED

        assert "canary" not in text(alice_client, f'{PAGE}_/live/?seen="><canary>&quiet=1')
