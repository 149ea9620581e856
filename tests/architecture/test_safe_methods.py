"""GET and HEAD write nothing, whoever asks."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.architecture.test_access import TABLE
from tests.architecture.test_access import _things_of_alice as _things_of_alice


@pytest.mark.usefixtures("_things_of_alice")
@pytest.mark.parametrize("name", TABLE)
def test_looking_writes_nothing(name: str, client: Client, alice_client: Client, mallory_client: Client) -> None:
    url = reverse(name, kwargs=dict(TABLE[name].kwargs))
    with CaptureQueriesContext(
        connection,
    ) as seen:
        for browser in (alice_client, mallory_client, client):
            browser.get(url)
            browser.head(url)
    assert [query["sql"] for query in seen.captured_queries if not query["sql"].startswith("SELECT")] == []
    assert "session" not in client.cookies
