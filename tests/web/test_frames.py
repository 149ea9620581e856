"""consoleapp/web/frames.py: who may show which pages in a frame, and what the page does there."""

import pytest
from django.test import Client, override_settings
from django.urls import reverse

from consoleapp.accounts.models import User
from consoleapp.orders.models import Order
from consoleapp.web.checks import frames_are_of_this_site
from consoleapp.web.frames import site_of
from tests.accounts.browsers import sign_in
from tests.orders.builders import created

pytestmark = pytest.mark.django_db

PORTAL = "https://portal.example.com"
LISTED = override_settings(FRAME_ANCESTORS=[PORTAL])
IN_A_FRAME = {"Sec-Fetch-Dest": "iframe"}


@pytest.fixture
def order(alice: User) -> Order:
    return created(alice, "eci-sim-1")


def ancestors(answer: object) -> str:
    policy = str(answer.headers["Content-Security-Policy"])  # type: ignore[attr-defined]
    return next(part.strip() for part in policy.split(";") if part.strip().startswith("frame-ancestors"))


@LISTED
def test_a_listed_site_may_show_where_one_orders_and_looks_after_it(alice_client: Client, order: Order) -> None:
    for address in (
        "/buy/",
        reverse("orders:detail", args=[order.pk]),
        reverse("groups:detail", args=[order.container_group_id]),
    ):
        answer = alice_client.get(address)
        assert ancestors(answer) == f"frame-ancestors {PORTAL}", address
        assert "X-Frame-Options" not in answer.headers


@LISTED
@pytest.mark.parametrize("address", ["/audit/", "/portal/", "/accounts/sign-in/", "/accounts/sign-ins/", "/teams/qa/"])
def test_nothing_else_is_shown_in_any_frame(alice_client: Client, address: str) -> None:
    answer = alice_client.get(address)
    assert ancestors(answer) == "frame-ancestors 'none'"
    assert answer.headers["X-Frame-Options"] == "DENY"


@LISTED
def test_the_sign_in_page_is_shown_in_no_frame_where_it_is_needed(client: Client) -> None:
    with override_settings(SIGN_IN="required"):
        answer = client.get("/accounts/sign-in/")
    assert answer.status_code == 200
    assert ancestors(answer) == "frame-ancestors 'none'"
    assert answer.headers["X-Frame-Options"] == "DENY"


def test_without_a_list_no_page_is_shown_in_a_frame(client: Client) -> None:
    answer = client.get("/buy/", headers=IN_A_FRAME)
    assert ancestors(answer) == "frame-ancestors 'none'"
    assert answer.headers["X-Frame-Options"] == "DENY"
    assert b"data-parents" not in answer.content


@LISTED
def test_in_a_frame_the_page_tells_its_parent_and_only_there(alice_client: Client, order: Order) -> None:
    address = reverse("orders:detail", args=[order.pk])
    framed = alice_client.get(address, headers=IN_A_FRAME).content.decode()
    assert f'data-parents="{PORTAL}"' in framed
    assert "js/frame.js" in framed
    assert f'data-order="{order.pk}" data-state="created"' in framed
    assert "js/frame.js" not in alice_client.get(address).content.decode()
    assert "js/frame.js" not in alice_client.get("/audit/", headers=IN_A_FRAME).content.decode()


@LISTED
def test_a_frame_without_a_sign_in_leads_to_a_tab_of_its_own(client: Client, alice: User) -> None:
    with override_settings(SIGN_IN="required"):
        answer = client.get("/buy/?image=nginx", headers=IN_A_FRAME)
        assert answer.status_code == 401
        assert 'href="/buy/?image=nginx" target="_blank"' in answer.content.decode()
        assert ancestors(answer) == f"frame-ancestors {PORTAL}"
        assert client.get("/buy/").status_code == 302
        assert sign_in(alice).get("/buy/", headers=IN_A_FRAME).status_code == 200


@pytest.mark.parametrize(
    ("host", "site"),
    [
        ("portal.corp.example", "corp.example"),
        ("corp.example", "corp.example"),
        ("a.b.corp.example", "corp.example"),
        ("console.corp.co.uk", "corp.co.uk"),
        ("console.corp.com.cn", "corp.com.cn"),
        ("127.0.0.1", "127.0.0.1"),
        ("[::1]", "::1"),
        ("localhost", "localhost"),
    ],
)
def test_the_site_of_a_host(host: str, site: str) -> None:
    assert site_of(host) == site


@pytest.mark.parametrize(
    ("origin", "is_told"),
    [("https://portal.corp.example", False), ("https://portal.else.example", True), ("https://corp.example", False)],
)
def test_the_start_warns_about_a_site_into_whose_frames_no_session_is_sent(origin: str, is_told: bool) -> None:
    with override_settings(FRAME_ANCESTORS=[origin], ALLOWED_HOSTS=["console.corp.example"]):
        told = [message.msg for message in frames_are_of_this_site()]
    assert told == [m for m in told if origin in str(m)]
    assert bool(told) == is_told
