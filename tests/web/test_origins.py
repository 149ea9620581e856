"""consoleapp/web/origins.py: which addresses of other sites are kept and shown, and what is added to them."""

from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import override_settings
from hypothesis import given
from hypothesis import strategies as st

from consoleapp.web.origins import LENGTHS, back_to, left_out, origin_of, read_origin

LISTED = ["https://portal.example.com", "https://other.example.com:8443"]

# Strings with which redirects are opened elsewhere. None of them is the listed site, and none may be kept.
HOSTILE = (
    "//evil.example",
    "///evil.example",
    "////evil.example",
    "/\\evil.example",
    "\\\\evil.example",
    "\\/evil.example",
    "/evil.example",
    "evil.example",
    "http://portal.example.com",
    "http://portal.example.com:443",
    "HTTPS://portal.example.com",
    "https:portal.example.com",
    "https:/portal.example.com",
    "https:///portal.example.com",
    "https:\\\\portal.example.com",
    "https:/\\portal.example.com",
    "https://portal.example.com\\@evil.example",
    "https://portal.example.com@evil.example",
    "https://portal.example.com:443@evil.example",
    "https://evil.example@portal.example.com",
    "https://evil.example\\@portal.example.com",
    "https://evil.example#@portal.example.com",
    "https://evil.example?@portal.example.com",
    "https://evil.example/@portal.example.com",
    "https://evil.example/portal.example.com",
    "https://evil.example?portal.example.com",
    "https://evil.example#portal.example.com",
    "https://evil.example;portal.example.com",
    "https://portal.example.com.evil.example",
    "https://portal.example.com.",
    "https://portal.example.com..",
    "https://portal.example.comevil.example",
    "https://evilportal.example.com",
    "https://xportal.example.com",
    "https://sub.portal.example.com",
    "https://example.com",
    "https://portal-example.com",
    "https://portal.example.com:444",
    "https://portal.example.com:0",
    "https://portal.example.com:",
    "https://portal.example.com:99999",
    "https://portal.example.com:443.evil.example",
    "https://portal.example.com%2eevil.example",
    "https://portal.example.com%00.evil.example",
    "https://portal.example.com%09.evil.example",
    "https://evil.example%2f@portal.example.com",
    "https://portal。example。com",
    "https://pоrtal.example.com",
    "https://portal.example.com／evil",
    "https://xn--prtal-example.com",
    " https://portal.example.com",
    "https://portal.example.com ",
    "\thttps://portal.example.com",
    "ht\ntps://portal.example.com",
    "https://portal.example.com\n.evil.example",
    "https://portal.example.com/\r\nSet-Cookie: x=1",
    "https://portal.example.com/\x00",
    'https://portal.example.com/"onclick=alert(1)',
    "https://portal.example.com/<script>",
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)",
    "javascript://portal.example.com/%0aalert(1)",
    "java\nscript:alert(1)",
    "data:text/html,<script>alert(1)</script>",
    "vbscript:msgbox(1)",
    "file:///etc/passwd",
    "ftp://portal.example.com",
    "blob:https://portal.example.com/1",
    "about:blank",
    "https://[::1]",
    "https://127.0.0.1",
    "https://0x7f000001",
    "https://*.example.com",
    "https://",
    "https://:443",
    "",
)


@pytest.mark.parametrize("address", HOSTILE)
def test_no_address_of_elsewhere_is_kept_or_shown(address: str) -> None:
    with override_settings(RETURN_ORIGINS=LISTED):
        assert "return_to" not in read_origin({"return_to": address})
        assert back_to({"return_to": address}, "1", "created") is None


def test_there_are_enough_of_them() -> None:
    assert len(set(HOSTILE)) >= 60


@pytest.mark.parametrize(
    "address",
    [
        "https://portal.example.com",
        "https://portal.example.com/",
        "https://portal.example.com:443/orders/1?tab=a%20b&x=//evil.example#/deep",
        "https://PORTAL.example.com/",
        "https://other.example.com:8443/a",
    ],
)
def test_a_listed_site_is_kept_with_its_path(address: str) -> None:
    with override_settings(RETURN_ORIGINS=LISTED):
        assert read_origin({"return_to": address}) == {"return_to": address}


def test_nothing_is_listed_unless_somebody_says_so() -> None:
    assert read_origin({"return_to": "https://portal.example.com"}) == {}


def test_a_site_that_is_taken_off_the_list_is_shown_no_more() -> None:
    with override_settings(RETURN_ORIGINS=LISTED):
        origin = read_origin({"return_to": "https://portal.example.com/x"})
        assert back_to(origin, "1", "created")
    assert back_to(origin, "1", "created") is None


@override_settings(RETURN_ORIGINS=LISTED)
def test_order_state_and_result_are_added_and_cannot_be_forged() -> None:
    address = "https://portal.example.com/done?tab=1&order=forged&result=created&state=forged#here"
    back = back_to({"return_to": address, "state": "x y&result=created"}, "5f0c", "refused")
    assert back
    assert back.host == "portal.example.com"
    assert parse_qs(urlsplit(back.url).query) == {
        "tab": ["1"],
        "order": ["5f0c"],
        "state": ["x y&result=created"],
        "result": ["refused"],
    }
    assert urlsplit(back.url).fragment == "here"


@pytest.mark.parametrize(("name", "most"), LENGTHS.items())
def test_state_and_reference_are_bounded_and_printable(name: str, most: int) -> None:
    assert read_origin({name: "x" * most}) == {name: "x" * most}
    for wrong in ("x" * (most + 1), "a\x00b", "a\nb", "a\u202eb"):
        assert read_origin({name: wrong}) == {}
        assert left_out({name: wrong}) == [name]


@given(st.text())
def test_any_text_is_an_origin_or_none(text: str) -> None:
    found = origin_of(text)
    assert found == "" or found.startswith(("https://", "http://"))
