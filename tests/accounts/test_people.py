"""The page of people: site admins find somebody, take a lost factor away, and keep somebody out."""

from collections.abc import Iterator

import pytest
from allauth.mfa.models import Authenticator
from django.db import connection
from django.test import Client, override_settings
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from consoleapp.accounts.models import User
from consoleapp.audit.models import AuditRow
from tests.accounts.authenticator import App
from tests.accounts.browsers import attempt, password_of, sign_in

pytestmark = pytest.mark.django_db
PAGE = "/accounts/people/"


@pytest.fixture(autouse=True)
def _sign_in_is_required() -> Iterator[None]:
    with override_settings(SIGN_IN="required"):
        yield


def do(browser: Client, what: str, person: User) -> str:
    """Press a button beside somebody: what the page says then."""
    answer = browser.post(PAGE, {"do": what, "person": str(person.pk)}, follow=True)
    return " ".join(str(message) for message in answer.context["messages"])


def is_in(browser: Client) -> bool:
    return browser.get("/").status_code == 200


def test_a_lost_factor_is_taken_away_and_recorded(alice: User, carol: User, monkeypatch: pytest.MonkeyPatch) -> None:
    theirs = sign_in(alice)
    App(monkeypatch).set_up(theirs)
    browser = sign_in(carol)
    assert '<td data-label="Second factor">app</td>' in browser.get(PAGE).content.decode()
    assert "alice has no second factor any more" in do(browser, "remove-factors", alice)
    assert not Authenticator.objects.exists()
    assert not is_in(theirs)
    assert attempt(Client(), "alice", password_of("alice"))["Location"] == "/"
    rows = AuditRow.objects.filter(action="account.second-factor-removed")
    assert {(row.actor_name, row.object_id) for row in rows} == {("carol", "alice")}


def test_a_closed_account_is_out_at_once_until_it_is_opened(alice: User, carol: User) -> None:
    theirs, browser = sign_in(alice), sign_in(carol)
    assert "cannot sign in any more" in do(browser, "close", alice)
    assert not is_in(theirs)
    assert attempt(Client(), "alice", password_of("alice")).status_code == 200
    assert "can sign in again" in do(browser, "open", alice)
    assert not is_in(theirs)
    assert is_in(sign_in(alice))
    actions = AuditRow.objects.filter(action__in=["account.closed", "account.opened"]).order_by("id")
    assert [(row.actor_name, row.action, row.object_id) for row in actions] == [
        ("carol", "account.closed", "alice"),
        ("carol", "account.opened", "alice"),
    ]


def test_all_sign_ins_of_somebody_are_ended(alice: User, carol: User) -> None:
    theirs, browser = sign_in(alice), sign_in(carol)
    assert "signed out everywhere" in do(browser, "sign-out", alice)
    assert (is_in(theirs), is_in(browser)) == (False, True)


@pytest.mark.parametrize("number", ["", "x", "0", "9" * 30, "-1"])
def test_nobody_else_is_found_by_a_number(carol: User, number: str) -> None:
    assert sign_in(carol).post(PAGE, {"do": "close", "person": number}).status_code == 404


def test_a_site_admin_keeps_their_own_account(carol: User) -> None:
    browser = sign_in(carol)
    for what in ("close", "remove-factors", "sign-out"):
        assert browser.post(PAGE, {"do": what, "person": str(carol.pk)}).status_code == 404
    assert is_in(browser)


def test_it_is_confirmed_after_a_quarter_of_an_hour(alice: User, carol: User, monkeypatch: pytest.MonkeyPatch) -> None:
    browser = sign_in(carol)
    monkeypatch.setattr("consoleapp.accounts.confirming.RECENT_SECONDS", 0)
    answer = browser.post(PAGE, {"do": "close", "person": str(alice.pk)})
    assert answer["Location"] == f"{reverse('accounts:confirm')}?next=%2Faccounts%2Fpeople%2F"
    assert is_in(sign_in(alice))


def test_people_are_found_by_their_names_without_guests(alice: User, carol: User) -> None:
    alice.first_name, alice.last_name = "Alice", "Adams"
    alice.save()
    User.objects.create(username="guest-1", is_guest=True)
    browser = sign_in(carol)
    assert [row[0] for row in browser.get(PAGE).context["rows"]] == [alice, carol]
    assert [row[0] for row in browser.get(f"{PAGE}?q=adams+ali").context["rows"]] == [alice]
    assert "Nobody" in browser.get(f"{PAGE}?q=nobody").content.decode()


def test_the_list_asks_the_database_the_same_for_one_and_for_many(carol: User) -> None:
    browser = sign_in(carol)
    counts = []
    for number in (1, 120):
        User.objects.bulk_create(User(username=f"person-{number}-{each}") for each in range(number))
        with CaptureQueriesContext(
            connection,
        ) as queries:
            page = browser.get(PAGE)
        counts.append(len(queries))
    assert counts[0] == counts[1]
    assert len(page.context["rows"]) == 50
    assert browser.get(page.context["next_url"].replace("?", f"{PAGE}?")).context["previous_url"]
