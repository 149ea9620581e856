"""The logs of a group: what is looked for in them, following them, and the file."""

import re
from html import unescape
from unittest import mock

import pytest
from django.test import Client

from consoleapp.gateways.errors import AccessDenied, NotFound
from consoleapp.orders.models import Order
from tests.groups.builders import PAGE, group, text

pytestmark = pytest.mark.django_db

LOGS = f"{PAGE}?tab=logs"


def lines(page: str) -> str:
    """What stands in the log."""
    found = re.search(r'<pre class="log[^>]*>(.*?)</pre>', page, re.DOTALL)
    assert found
    return unescape(found[1])


def test_a_search_shows_the_lines_that_have_the_text(order: Order, port: mock.Mock, alice_client: Client) -> None:
    port.log.return_value = "GET /a 200\nPOST /<b> 500\nget /c 404\n"

    page = text(alice_client, f"{LOGS}&q=GET")

    assert lines(page) == "GET /a 200\nget /c 404\n"
    assert "2 of the last 3 lines" in page
    assert 'value="GET"' in page
    assert "No line has this text." in text(alice_client, f"{LOGS}&q=nowhere")
    assert "<b>" not in text(alice_client, LOGS)


def test_a_log_is_followed_with_what_was_asked_for_until_one_pauses(
    order: Order, port: mock.Mock, alice_client: Client
) -> None:
    page = text(alice_client, f"{LOGS}&q=one&tail=500&times=on")

    found = re.search(r'id="log-poll"[^>]* hx-get="([^"]+)" hx-trigger="every 4s, look"', page)
    assert found
    assert lines(text(alice_client, unescape(found[1]))) == "one line\n"
    assert port.log.call_args.kwargs == {"tail": 500, "previous": False, "timestamps": True}
    pause = re.search(r'id="log-follow" href="([^"]+)">Pause', page)
    assert pause
    paused = text(alice_client, unescape(pause[1]))
    assert "log-poll" not in paused
    assert 'value="one"' in paused
    assert ">Follow<" in paused


def test_a_group_that_has_ended_is_not_followed(order: Order, port: mock.Mock, alice_client: Client) -> None:
    port.get.return_value = group(*port.get.return_value.containers, status="Succeeded")

    page = text(alice_client, LOGS)

    assert "log-poll" not in page
    assert "log-follow" not in page


def test_the_file_has_the_lines_that_are_shown(order: Order, port: mock.Mock, alice_client: Client) -> None:
    Order.objects.update(group_name='shop"\r\näpi')
    port.log.return_value = "GET /a\n<script>\n"

    answer = alice_client.get(f"{PAGE}log/?container=api&tail=500&q=scr")

    assert answer.content == b"<script>\n"
    assert answer["Content-Type"] == "text/plain; charset=utf-8"
    assert answer["Content-Disposition"] == 'attachment; filename="shop____pi-api.log"'


def test_there_is_no_file_where_there_is_no_log(order: Order, port: mock.Mock, alice_client: Client) -> None:
    port.log.side_effect = AccessDenied("no")
    assert alice_client.get(f"{PAGE}log/").status_code == 404

    port.get.side_effect = NotFound("gone")
    assert alice_client.get(f"{PAGE}log/").status_code == 404


def test_long_lines_stay_in_one_where_asked(order: Order, port: mock.Mock, alice_client: Client) -> None:
    assert 'class="log whole"' in text(alice_client, f"{LOGS}&whole=on")
    assert 'class="log"' in text(alice_client, LOGS)
