"""consoleapp/web/sources.py: whose request it is, as far as an address tells."""

import pytest
from django.test import RequestFactory
from pytest_django import Settings

from consoleapp.web.sources import source_of


@pytest.mark.parametrize(
    ("proxies", "direct", "forwarded", "source"),
    [
        (0, "203.0.113.7", "198.51.100.1", "203.0.113.7"),
        (1, "10.0.0.1", "198.51.100.1", "198.51.100.1"),
        (1, "10.0.0.1", "192.0.2.66, 198.51.100.1", "198.51.100.1"),
        (2, "10.0.0.1", "192.0.2.66, 198.51.100.1, 10.0.0.2", "198.51.100.1"),
        (2, "10.0.0.1", "198.51.100.1", "10.0.0.1"),
        (1, "10.0.0.1", "", "10.0.0.1"),
        (1, "10.0.0.1", "no address", ""),
        (0, "2001:db8:1:2:3:4:5:6", "", "2001:db8:1:2::/64"),
        (0, "::ffff:203.0.113.7", "", "203.0.113.7"),
        (0, "", "", ""),
    ],
)
def test_takes_the_address_that_the_outermost_trusted_proxy_has_seen(
    proxies: int, direct: str, forwarded: str, source: str, settings: Settings
) -> None:
    settings.PROXIES = proxies
    request = RequestFactory().get("/", headers={"X-Forwarded-For": forwarded}, REMOTE_ADDR=direct)

    assert source_of(request) == source
