"""How long a sign-in lasts, where a person is signed in, and what a new password ends."""

import time
from collections.abc import Iterator
from datetime import timedelta
from types import SimpleNamespace

import pytest
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.db import connection
from django.test import Client, override_settings
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from consoleapp.accounts.models import CacheEntry, User
from consoleapp.audit.models import AuditRow
from consoleapp.web import periodic
from tests.accounts.browsers import attempt, password_of, sign_in
from tests.wizard.page_form import open_step

pytestmark = pytest.mark.django_db
NEW = "another-and-a-long-password"
FIREFOX = {"HTTP_USER_AGENT": "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"}
SAFARI = {"HTTP_USER_AGENT": "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Safari/604.1"}


@pytest.fixture(autouse=True)
def _sign_in_is_required() -> Iterator[None]:
    with override_settings(SIGN_IN="required"):
        yield


@pytest.fixture
def later(monkeypatch: pytest.MonkeyPatch) -> "Later":
    return Later(monkeypatch)


class Later:
    """Moves the clock of the cookie that says when somebody was there, by minutes."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self._monkeypatch, self._started_at, self._minutes = monkeypatch, time.time(), 0.0

    def pass_minutes(self, minutes: float) -> None:
        self._minutes += minutes
        now = self._started_at + self._minutes * 60
        self._monkeypatch.setattr("django.core.signing.time", SimpleNamespace(time=lambda: now))


def is_in(browser: Client, path: str = "/") -> bool:
    return browser.get(path).status_code == 200


def test_an_hour_of_nothing_ends_a_sign_in(alice: User, later: Later) -> None:
    browser = sign_in(alice)
    later.pass_minutes(59)
    assert is_in(browser)
    later.pass_minutes(59)
    assert is_in(browser)
    later.pass_minutes(61)
    assert not is_in(browser)
    assert attempt(browser, "alice", password_of("alice")).status_code == 302
    assert is_in(browser)


def test_what_a_page_asks_by_itself_keeps_nobody_signed_in(alice: User, later: Later) -> None:
    browser = sign_in(alice)
    for _ in range(7):
        later.pass_minutes(10)
        browser.get(reverse("groups:live", args=["eci-none"]))
    assert not is_in(browser)


@pytest.mark.parametrize("path", ["/buy/", "/buy/drafts/"])
def test_the_sign_in_page_takes_no_place_in_a_page_in_which_something_is_typed(
    alice: User, later: Later, path: str
) -> None:
    browser = sign_in(alice)
    later.pass_minutes(61)
    for answer in (
        browser.post(path, headers={"HX-Request": "true"}),
        browser.get(path, headers={"HX-Request": "true"}),
    ):
        assert (answer.status_code, answer.content) == (401, b"")


def test_a_page_that_asks_by_itself_is_loaded_again_once_its_person_is_gone(alice: User, later: Later) -> None:
    browser = sign_in(alice)
    later.pass_minutes(61)
    answer = browser.get(reverse("groups:live", args=["eci-none"]), headers={"HX-Request": "true"})
    assert (answer.status_code, answer["HX-Refresh"]) == (204, "true")


def test_that_somebody_was_there_is_not_written_to_the_database(alice: User, later: Later) -> None:
    browser = sign_in(alice)
    later.pass_minutes(5)
    with CaptureQueriesContext(
        connection,
    ) as queries:
        answer = browser.get("/audit/")
    assert answer.cookies["seen"]["httponly"]
    assert not [query["sql"] for query in queries if not query["sql"].startswith("SELECT")]


def test_the_cookie_is_renewed_once_a_minute(alice: User, later: Later) -> None:
    browser = sign_in(alice)
    assert "seen" not in browser.get("/audit/").cookies
    later.pass_minutes(1.5)
    assert "seen" in browser.get("/audit/").cookies


def test_the_cookie_of_one_sign_in_does_not_prolong_another(alice: User, mallory: User, later: Later) -> None:
    stolen = sign_in(alice)
    later.pass_minutes(61)
    stolen.cookies["seen"] = sign_in(mallory).cookies["seen"].value
    assert not is_in(stolen)
    stolen.cookies["seen"] = "seen:forged:forged"
    assert not is_in(stolen)


def test_a_session_without_the_cookie_is_nobody(alice_client: Client) -> None:
    assert not is_in(alice_client)


def test_a_sign_in_ends_after_twelve_hours_whatever_is_done_meanwhile(alice: User) -> None:
    before = timezone.now()
    browser = sign_in(alice)
    session = Session.objects.get()
    assert timedelta(hours=12) <= session.expire_date - before < timedelta(hours=12, minutes=1)
    changed = browser.session
    changed["anything"] = "else"
    changed.save()
    assert abs(Session.objects.get().expire_date - session.expire_date) < timedelta(seconds=1)


def test_a_guest_stays_for_thirty_days() -> None:
    with override_settings(SIGN_IN="guest"):
        browser = Client()
        open_step(browser, "/buy/").press("save")
        assert "seen" not in browser.cookies
        assert Session.objects.get().expire_date - timezone.now() > timedelta(days=29)


def test_the_list_shows_every_sign_in_of_the_person_and_nobody_elses(alice: User, mallory: User) -> None:
    sign_in(mallory, HTTP_USER_AGENT="curl/8.0", REMOTE_ADDR="203.0.113.66")
    sign_in(alice, **SAFARI, REMOTE_ADDR="203.0.113.5")
    browser = sign_in(alice, **FIREFOX, REMOTE_ADDR="2001:db8::7")
    answer = browser.get(reverse("accounts:sign-ins"))
    shown = [(s.browser, s.address, s.is_here) for s in answer.context["sign_ins"]]
    assert shown == [("Firefox, Linux", "2001:db8::7", True), ("Safari, iPhone", "203.0.113.5", False)]
    assert "203.0.113.66" not in answer.content.decode()


def test_one_sign_in_can_be_ended_from_another(alice: User) -> None:
    first, second, here = sign_in(alice), sign_in(alice), sign_in(alice)
    listed = here.get(reverse("accounts:sign-ins")).context["sign_ins"]
    here.post(reverse("accounts:sign-ins"), {"end": str(listed[-1].number)})
    assert [is_in(browser) for browser in (first, second, here)] == [False, True, True]
    here.post(reverse("accounts:sign-ins"), {"end": "others"})
    assert [is_in(browser) for browser in (first, second, here)] == [False, False, True]


@pytest.mark.parametrize("end", ["", "0", "x", "9" * 40, "-1"])
def test_nothing_else_is_ended(alice: User, mallory: User, end: str) -> None:
    other, here = sign_in(alice), sign_in(alice)
    assert here.post(reverse("accounts:sign-ins"), {"end": end}).status_code == 302
    assert is_in(other)


def test_the_sign_in_of_somebody_else_is_not_ended(alice: User, mallory: User) -> None:
    theirs = sign_in(alice)
    number = theirs.get(reverse("accounts:sign-ins")).context["sign_ins"][0].number
    sign_in(mallory).post(reverse("accounts:sign-ins"), {"end": str(number)})
    assert is_in(theirs)


def _change_password(browser: Client, old: str, new: str = NEW) -> int:
    told = {"oldpassword": old, "password1": new, "password2": new}
    return browser.post(reverse("accounts:password"), told).status_code


def test_a_new_password_ends_all_other_sign_ins(alice: User) -> None:
    other, here = sign_in(alice), sign_in(alice)
    assert _change_password(here, password_of("alice")) == 302
    page = here.get(reverse("accounts:sign-ins"))
    assert "Your password is changed" in page.content.decode()
    assert [sign_in.is_here for sign_in in page.context["sign_ins"]] == [True]
    assert not is_in(other)
    assert attempt(Client(), "alice", NEW).status_code == 302
    assert NEW not in repr(list(AuditRow.objects.values()))


@pytest.mark.parametrize(
    ("old", "new"), [("wrong", NEW), (password_of("alice"), "short"), (password_of("alice"), "1234567890")]
)
def test_a_password_is_not_changed_without_the_old_one_or_to_a_weak_one(alice: User, old: str, new: str) -> None:
    browser = sign_in(alice)
    assert _change_password(browser, old, new) == 200
    assert attempt(Client(), "alice", password_of("alice")).status_code == 302


def test_changing_the_password_is_tried_five_times_a_minute(alice: User) -> None:
    browser = sign_in(alice)
    assert [_change_password(browser, f"wrong-{number}") for number in range(6)] == [200] * 5 + [429]


def test_the_periodic_tasks_forget_what_is_over(alice: User) -> None:
    sign_in(alice)
    Session.objects.all().delete()
    CacheEntry.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    periodic.run_periodic_tasks()
    assert not CacheEntry.objects.exists()
    assert not UserSession.objects.exists()
