"""The sign-in page: what is refused, how often, in which words, at which cost, and what the trail knows of it."""

import re
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Event, Lock, Semaphore
from types import SimpleNamespace
from typing import Any

import pytest
from django.contrib.auth.hashers import MD5PasswordHasher
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory, override_settings
from django.urls import reverse
from pytest_django import Settings

from consoleapp.accounts import adapter, views
from consoleapp.accounts.models import CacheEntry, User
from consoleapp.audit.models import AuditRow
from tests.accounts.browsers import attempt, password_of, sign_in

pytestmark = pytest.mark.django_db
WRONG = "not-the-password-of-anybody"
FAILED = "account.sign-in-failed"


@pytest.fixture(autouse=True)
def _sign_in_is_required() -> Iterator[None]:
    with override_settings(SIGN_IN="required"):
        yield


@pytest.fixture
def hashes(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The passwords that have been hashed."""
    made: list[str] = []
    encode = MD5PasswordHasher.encode

    def noted(self: MD5PasswordHasher, password: str, salt: str) -> str:
        made.append(password)
        return encode(self, password, salt)

    monkeypatch.setattr(MD5PasswordHasher, "encode", noted)
    return made


def source(number: int) -> dict[str, str]:
    return {"REMOTE_ADDR": f"203.0.113.{number}"}


def page_of(answer: Any, name: str) -> str:
    """The page without what was typed, without its token, which is another in each, and without the clock's second."""
    html = re.sub(r'data-now="\d+"', "", answer.content.decode().replace(f'value="{name}"', ""))
    return re.sub(r'(csrfmiddlewaretoken" value=|X-CSRFToken": )"[^"]*"', "", html)


def test_forty_wrong_passwords_in_a_row_are_not_taken(alice: User, hashes: list[str]) -> None:
    answers = [attempt(Client(), alice.username, f"{WRONG}-{number}") for number in range(40)]
    assert {answer.status_code for answer in answers[:30]} == {200}
    assert {answer.status_code for answer in answers[30:]} == {429}
    assert attempt(Client(), alice.username, password_of("alice")).status_code == 429


def test_after_five_failures_even_the_right_password_is_refused_from_anywhere(alice: User) -> None:
    for number in range(5):
        attempt(Client(), alice.username, WRONG, **source(number))
    answer = attempt(Client(), alice.username, password_of("alice"), **source(77))
    assert answer.status_code == 200
    assert "wait five minutes" in answer.content.decode()
    assert attempt(Client(), alice.username, password_of("alice"), HTTP_HOST="localhost:9000").status_code == 200
    assert attempt(Client(), alice.username.upper(), password_of("alice")).status_code == 200


def test_after_five_minutes_it_is_taken_again(alice: User, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(5):
        attempt(Client(), alice.username, WRONG, **source(number))
    later = SimpleNamespace(time=lambda: time.time() + 301, monotonic=time.monotonic, sleep=time.sleep)
    monkeypatch.setattr("allauth.core.internal.ratelimit.time", later)
    assert attempt(Client(), alice.username, password_of("alice")).status_code == 302


def test_one_source_has_ten_failures_a_minute_whatever_the_names(alice: User) -> None:
    for number in range(10):
        attempt(Client(), f"somebody-{number}", WRONG)
    assert attempt(Client(), alice.username, password_of("alice")).status_code == 200
    assert attempt(Client(), alice.username, password_of("alice"), **source(1)).status_code == 302


def test_people_behind_a_proxy_are_told_apart_by_what_it_says(alice: User, settings: Settings) -> None:
    settings.PROXIES = 1
    for number in range(10):
        attempt(Client(), f"somebody-{number}", WRONG, HTTP_X_FORWARDED_FOR="6.6.6.6, 203.0.113.1")
    password = password_of("alice")
    same, other = "9.9.9.9, 203.0.113.1", "203.0.113.2"
    assert attempt(Client(), alice.username, password, HTTP_X_FORWARDED_FOR=same).status_code == 200
    assert attempt(Client(), alice.username, password, HTTP_X_FORWARDED_FOR=other).status_code == 302


def test_signing_in_is_no_failure(alice: User) -> None:
    for _ in range(12):
        sign_in(alice)


def test_limits_hold_without_a_cache(alice: User, settings: Settings) -> None:
    lost = {"BACKEND": "consoleapp.web.caching.LosableCache", "OPTIONS": {"cache": {"BACKEND": "no.such.Cache"}}}
    settings.CACHES = {**settings.CACHES, "local": lost, "shared": lost}
    for number in range(5):
        attempt(Client(), alice.username, WRONG, **source(number))
    assert attempt(Client(), alice.username, password_of("alice"), **source(77)).status_code == 200
    assert CacheEntry.objects.exists()


def test_unknown_wrong_and_locked_are_alike_in_text_and_work(alice: User, hashes: list[str]) -> None:
    inactive = User.objects.create_user("retired", password=password_of("retired"), is_active=False)
    for number in range(5):
        attempt(Client(), "locked", WRONG, **source(number))
    seen = []
    for name, password in [
        ("alice", WRONG),
        ("nobody", WRONG),
        ("locked", WRONG),
        (inactive.username, password_of("retired")),
    ]:
        hashes.clear()
        answer = attempt(Client(), name, password, **source(9))
        seen.append((answer.status_code, page_of(answer, name), len(hashes)))
    assert len(set(seen)) == 1
    assert seen[0][0] == 200
    assert seen[0][2] == 1


def test_each_failure_is_a_row_with_the_name_only_where_somebody_has_it(alice: User) -> None:
    attempt(Client(), "alice", WRONG, **source(1))
    attempt(Client(), "my-secret-password", WRONG, **source(2))
    for number in range(3, 9):
        attempt(Client(), "alice", WRONG, **source(number))
    rows = AuditRow.objects.filter(action=FAILED).order_by("id")
    assert [(row.object_id, row.payload["from"]) for row in rows] == [
        ("alice", "203.0.113.1"),
        ("", "203.0.113.2"),
        *[("alice", f"203.0.113.{number}") for number in range(3, 9)],
    ]
    told = repr(list(AuditRow.objects.values()))
    assert WRONG not in told
    assert "my-secret-password" not in told


def test_a_typed_name_is_kept_and_a_typed_password_is_not(alice: User) -> None:
    html = attempt(Client(), "alice", WRONG).content.decode()
    assert 'value="alice"' in html
    assert WRONG not in html


def test_a_request_that_wants_json_is_answered_with_the_page(alice: User) -> None:
    answer = attempt(Client(), "alice", WRONG, HTTP_ACCEPT="application/json", HTTP_X_REQUESTED_WITH="XMLHttpRequest")
    assert answer["Content-Type"].startswith("text/html")
    assert WRONG not in answer.content.decode()


@pytest.mark.parametrize(
    "target", ["https://evil.example/", "//evil.example/", "https://localhost/", "javascript:alert(1)"]
)
def test_nobody_is_led_away(alice: User, target: str) -> None:
    told = {"login": "alice", "password": password_of("alice"), "next": target}
    assert Client().post(reverse("accounts:sign-in"), told)["Location"] == "/"


def test_one_is_led_to_the_page_that_one_wanted(alice: User) -> None:
    browser = Client()
    asked = browser.get(reverse("wizard:drafts"))
    page = browser.get(asked["Location"]).content.decode()
    assert 'name="next" value="/buy/drafts/"' in page
    told = {"login": "alice", "password": password_of("alice"), "next": "/buy/drafts/"}
    assert browser.post(reverse("accounts:sign-in"), told)["Location"] == "/buy/drafts/"


@pytest.mark.parametrize("path", ["signup", "login", "email", "password/reset", "reauthenticate", "inactive"])
def test_pages_of_the_library_that_are_not_listed_are_not_there(alice: User, path: str) -> None:
    assert sign_in(alice).get(f"/accounts/{path}/").status_code == 404


def test_one_password_is_hashed_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    at_work, most, lock = 0, 0, Lock()

    def authenticate(*_args: Any, **_named: Any) -> None:
        nonlocal at_work, most
        with lock:
            at_work += 1
            most = max(most, at_work)
        time.sleep(0.01)
        with lock:
            at_work -= 1

    monkeypatch.setattr("allauth.account.adapter.DefaultAccountAdapter.authenticate", authenticate)
    request = RequestFactory().post("/")
    with ThreadPoolExecutor(12) as pool:
        for _ in range(24):
            pool.submit(adapter.AccountAdapter(request).authenticate, request, username="a", password="b")
    assert most == 1


def test_half_of_the_threads_stay_free_of_people_who_sign_in(monkeypatch: pytest.MonkeyPatch) -> None:
    at_work, end = Semaphore(0), Event()

    def held(request: HttpRequest) -> HttpResponse:
        at_work.release()
        end.wait(30)
        return HttpResponse()

    monkeypatch.setattr(views, "too_many_requests", lambda request: HttpResponse(status=429))
    view, post = views.in_turn(held), RequestFactory().post("/")
    with ThreadPoolExecutor(2) as pool:
        taken = [pool.submit(view, post) for _ in range(2)]
        for _ in taken:
            at_work.acquire()
        refused = view(post)
        end.set()
    assert refused.status_code == 429
    assert [answer.result().status_code for answer in taken] == [200, 200]
    assert view(post).status_code == 200
