"""What happened, told forwards."""

import re
from dataclasses import replace
from datetime import timedelta
from unittest import mock

import pytest
from django.test import Client
from django.utils import timezone

from consoleapp.orders.models import Attempt, AttemptOutcome, Order
from tests.groups.builders import IMAGE, PAGE, REFUSED, RUNNING, event, text

pytestmark = pytest.mark.django_db


def told(page: str) -> list[str]:
    """The sentences of the story."""
    story = page[page.index('<ol class="time">') : page.index("</ol>", page.index('<ol class="time">'))]
    return [" ".join(re.sub(r"<[^>]+>", " ", item).split()) for item in re.findall(r"<p>(.*?)</p>", story, re.DOTALL)]


def test_the_order_comes_first_and_each_thing_is_a_sentence(
    order: Order, port: mock.Mock, alice_client: Client
) -> None:
    begun = timezone.now() - timedelta(days=900)
    Attempt.objects.create(
        order=order,
        started_at=begun,
        ended_at=begun + timedelta(seconds=0.009),
        outcome=AttemptOutcome.CREATED,
        request_id="7C1B",
    )
    port.get.return_value = replace(
        RUNNING,
        zone_id="cn-hangzhou-h",
        events=(
            event("UserInstanceTypeSpec", "[eci]2-4", 1, "Normal"),
            event("ImageCacheMissed", "[eci.imagecache]Missed image cache.", 1),
            event("Pulling", f'Pulling image "{IMAGE}"', 2, "Normal"),
            event(
                "Pulled",
                f'Successfully pulled image "{IMAGE}" in 2.515s (3s including waiting). Image size: 58720256 bytes.',
                5,
                "Normal",
            ),
            event("Created", "Created container: api", 5, "Normal"),
            event("Started", "Started container api", 6, "Normal"),
            event("Unhealthy", "Readiness probe failed", 7),
        ),
    )

    page = text(alice_client)

    assert told(page) == [
        "You ordered it. The cloud took it in 9 ms.",
        "Placed in zone cn-hangzhou-h.",
        "No image cache had its images.",
        "shop/api:2.3 pulled, 56 MiB in 2.5 s.",
        "api started.",
        "Unhealthy: Readiness probe failed",
    ]
    assert "7C1B" in page
    assert "Missed image cache." in page
    assert "bytes" in page


def test_equal_events_are_one_line_that_counts(order: Order, port: mock.Mock, alice_client: Client) -> None:
    failed = next(each for each in REFUSED.events if each.reason == "Failed")
    again = replace(failed, count=5, last_timestamp=failed.last_timestamp + timedelta(minutes=3))
    port.get.return_value = replace(REFUSED, events=tuple(again if each is failed else each for each in REFUSED.events))

    story = told(text(alice_client))

    assert len(story) == 1
    assert re.fullmatch(
        r"shop/api:2\.3 could not be pulled: wrong user or password for registry\.example\.com\. "
        r"5 times, last \d\d:\d\d:\d\d , same answer",
        story[0],
    )


def test_an_image_that_is_on_its_way_is_told_until_it_is_there(
    order: Order, port: mock.Mock, alice_client: Client
) -> None:
    pulling = event("Pulling", f'Pulling image "{IMAGE}"', 2, "Normal")
    port.get.return_value = replace(RUNNING, events=(pulling,))
    assert told(text(alice_client)) == ["shop/api:2.3 is being pulled."]

    present = event("Pulled", f'Container image "{IMAGE}" already present on machine', 3, "Normal")
    port.get.return_value = replace(RUNNING, events=(pulling, present))
    assert told(text(alice_client)) == ["shop/api:2.3 was there already."]


def test_hostile_words_of_an_event_are_short_and_escaped(order: Order, port: mock.Mock, alice_client: Client) -> None:
    port.get.return_value = replace(RUNNING, events=(event("Odd", "<i>" + "x" * 5000),))

    page = text(alice_client, f"{PAGE}_/live/")

    assert "<i>x" not in page
    assert len(told(page)[0]) < 400
