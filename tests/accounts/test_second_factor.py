"""Second factors: set up, asked for at sign-in, used once, removed; who must have one; and what is stored of them."""

import time
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from cryptography.fernet import Fernet
from django.contrib.sessions.models import Session
from django.test import Client, override_settings
from django.urls import reverse
from pytest_django import Settings

from consoleapp.accounts import factors
from consoleapp.accounts.models import User
from consoleapp.audit.models import AuditRow
from consoleapp.domain.roles import Role
from consoleapp.teams.models import Membership, Team
from consoleapp.web import sealing
from tests.accounts.authenticator import App
from tests.accounts.browsers import attempt, password_of, sign_in

pytestmark = pytest.mark.django_db
PAGE, ASK, CONFIRM = "/accounts/second-factor/", "/accounts/second-factor/ask/", "/accounts/confirm/"


@pytest.fixture(autouse=True)
def _sign_in_is_required() -> Iterator[None]:
    with override_settings(SIGN_IN="required"):
        yield


def give_password(person: User, **told: str) -> Client:
    """A browser in which the person has given the right password and is asked for more."""
    browser = Client()
    told = {"login": person.username, "password": password_of(person.username), **told}
    assert browser.post(reverse("accounts:sign-in"), told)["Location"] == ASK
    return browser


def is_in(browser: Client) -> bool:
    return browser.get("/").status_code == 200


def later(monkeypatch: pytest.MonkeyPatch, minutes: int) -> None:
    now = time.time() + 60 * minutes
    monkeypatch.setattr("consoleapp.accounts.confirming.time", SimpleNamespace(time=lambda: now))


def test_an_app_that_is_set_up_is_asked_for_at_sign_in(alice: User, app: App) -> None:
    app.set_up(sign_in(alice))
    browser = give_password(alice, next="/buy/drafts/")
    assert not is_in(browser)
    assert browser.get(ASK).status_code == 200
    answer = browser.post(ASK, {"code": app.code()})
    assert (answer.status_code, answer["Location"]) == (302, "/buy/drafts/")
    assert is_in(browser)
    assert 11 * 3600 < browser.session.get_expiry_age() <= 12 * 3600


@pytest.mark.parametrize("code", ["000000", "", "1234567890123456789012345678901234567890", "١٢٣٤٥٦"])
def test_a_wrong_code_signs_nobody_in_and_is_recorded(alice: User, app: App, code: str) -> None:
    app.set_up(sign_in(alice))
    browser = give_password(alice)
    answer = browser.post(ASK, {"code": code})
    assert answer.status_code == 422
    assert not is_in(browser)
    if code:
        assert AuditRow.objects.filter(action="account.second-factor-failed", object_id="alice").exists()


def test_a_code_counts_once_and_for_thirty_seconds(alice: User, app: App) -> None:
    app.set_up(sign_in(alice))
    assert give_password(alice).post(ASK, {"code": app.code()}).status_code == 302
    again = give_password(alice)
    answer = again.post(ASK, {"code": app.code()})
    assert answer.status_code == 422
    assert "was used already" in answer.content.decode()
    assert again.post(ASK, {"code": app.code(-1)}).status_code == 422
    assert again.post(ASK, {"code": app.code(+1)}).status_code == 422
    app.wait(30)
    assert again.post(ASK, {"code": app.code()}).status_code == 302


def test_five_wrong_codes_close_the_door_to_right_ones(alice: User, app: App) -> None:
    app.set_up(sign_in(alice))
    browser = give_password(alice)
    for number in range(5):
        browser.post(ASK, {"code": f"00000{number}"}, REMOTE_ADDR=f"203.0.113.{number}")
    answer = browser.post(ASK, {"code": app.code()}, REMOTE_ADDR="203.0.113.77")
    assert answer.status_code == 422
    assert "Wait five minutes" in answer.content.decode()


def test_recovery_codes_are_shown_once_and_count_once_each(alice: User, app: App) -> None:
    here = sign_in(alice)
    codes = app.set_up(here).context["codes"]
    assert len(set(codes)) == 10
    assert not any(code in here.get(PAGE).content.decode() for code in codes)
    assert give_password(alice).post(ASK, {"code": codes[0]}).status_code == 302
    assert give_password(alice).post(ASK, {"code": codes[0]}).status_code == 422
    assert give_password(alice).post(ASK, {"code": codes[9]}).status_code == 302
    assert factors.factors_of(alice).codes_left == 8


def test_new_recovery_codes_end_the_old_ones(alice: User, app: App) -> None:
    here = sign_in(alice)
    old = app.set_up(here).context["codes"]
    new = here.post(reverse("accounts:recovery-codes")).context["codes"]
    assert give_password(alice).post(ASK, {"code": old[0]}).status_code == 422
    assert give_password(alice).post(ASK, {"code": new[0]}).status_code == 302


def test_recovery_codes_are_no_factor_of_their_own(alice: User) -> None:
    here = sign_in(alice)
    assert here.post(reverse("accounts:recovery-codes"))["Location"] == PAGE
    assert not Authenticator.objects.exists()


def test_nothing_is_stored_in_the_clear(alice: User, app: App) -> None:
    here = sign_in(alice)
    codes = app.set_up(here).context["codes"]
    kept = repr([list(Authenticator.objects.values()), list(AuditRow.objects.values())])
    kept += repr([session.get_decoded() for session in Session.objects.all()])
    assert app.secret not in kept
    assert not any(code in kept for code in codes)


def test_a_secret_that_is_not_set_up_is_kept_nowhere(alice: User, app: App) -> None:
    app.begin(sign_in(alice))
    assert not Authenticator.objects.exists()
    assert app.secret not in repr([session.get_decoded() for session in Session.objects.all()])


def test_a_secret_opens_for_its_person_alone(alice: User, mallory: User, app: App) -> None:
    app.set_up(sign_in(alice))
    theirs = Authenticator.objects.get(type="totp").data["secret"]
    with factors.secrets_of(mallory), pytest.raises(sealing.SealBroken):
        factors.MFAAdapter().decrypt(theirs)
    with factors.secrets_of(alice):
        assert factors.MFAAdapter().decrypt(theirs) == app.secret


def test_a_secret_that_somebody_else_was_given_is_not_set_up(alice: User, mallory: User, app: App) -> None:
    told = app.begin(sign_in(mallory))
    answer = sign_in(alice).post(reverse("accounts:authenticator-app"), told)
    assert answer["Location"] == PAGE
    assert not Authenticator.objects.exists()


def test_a_wrong_first_code_shows_the_same_secret_again(alice: User, app: App) -> None:
    here = sign_in(alice)
    told = app.begin(here)
    answer = here.post(reverse("accounts:authenticator-app"), {**told, "code": "000000"})
    assert answer.status_code == 422
    assert answer.context["secret"].replace(" ", "") == app.secret
    assert here.post(reverse("accounts:authenticator-app"), told).status_code == 200


def test_there_is_one_app_a_person(alice: User, app: App) -> None:
    here = sign_in(alice)
    first, second = app.begin(here), app.begin(here)
    assert here.post(reverse("accounts:authenticator-app"), second).status_code == 200
    app.wait(30)
    app.secret = factors.open_new_secret(alice, first["sealed"]) or ""
    answer = here.post(reverse("accounts:authenticator-app"), {**first, "code": app.code()}, follow=True)
    assert "There is an authenticator app already" in answer.content.decode()


def test_keys_are_rotated_for_second_factors_too(alice: User, app: App, settings: Settings) -> None:
    app.set_up(sign_in(alice))
    old, new = settings.STORED_SECRET_KEYS[0], Fernet.generate_key().decode()
    settings.STORED_SECRET_KEYS = [new]
    assert sealing.missing_keys() == {sealing.fingerprint(old): 2}
    settings.STORED_SECRET_KEYS = [new, old]
    assert sealing.rotate() == 2
    assert sealing.rotate() == 0
    settings.STORED_SECRET_KEYS = [new]
    assert sealing.missing_keys() == {}
    assert give_password(alice).post(ASK, {"code": app.code()}).status_code == 302


def test_a_change_ends_the_other_sign_ins_and_is_recorded(alice: User, app: App) -> None:
    other, here = sign_in(alice), sign_in(alice)
    app.set_up(here)
    assert (is_in(other), is_in(here)) == (False, True)
    other = give_password(alice)
    assert other.post(ASK, {"code": app.code()}).status_code == 302
    here.post(reverse("accounts:second-factor-remove"), {"factor": str(Authenticator.objects.get(type="totp").pk)})
    assert (is_in(other), is_in(here)) == (False, True)
    assert not Authenticator.objects.exists()
    rows = AuditRow.objects.filter(action__startswith="account.second-factor").order_by("id")
    assert [(row.action.rpartition("-")[2], row.payload["kind"]) for row in rows] == [
        ("added", "totp"),
        ("added", "recovery_codes"),
        ("removed", "totp"),
    ]


@pytest.mark.parametrize("number", ["", "x", "0", "-1", "9" * 30, "٣"])
def test_nothing_else_is_removed(alice: User, app: App, number: str) -> None:
    here = sign_in(alice)
    app.set_up(here)
    assert here.post(reverse("accounts:second-factor-remove"), {"factor": number}).status_code == 302
    assert Authenticator.objects.count() == 2


def test_nobody_removes_the_factor_of_somebody_else(alice: User, mallory: User, app: App) -> None:
    app.set_up(sign_in(alice))
    number = Authenticator.objects.get(type="totp").pk
    sign_in(mallory).post(reverse("accounts:second-factor-remove"), {"factor": str(number)})
    assert Authenticator.objects.count() == 2


@pytest.mark.parametrize("name", ["authenticator-app", "passkey", "recovery-codes", "second-factor-remove"])
def test_after_a_quarter_of_an_hour_it_must_be_confirmed_first(
    alice: User, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = sign_in(alice)
    later(monkeypatch, 16)
    answer = here.post(reverse(f"accounts:{name}"))
    assert answer["Location"] == f"{CONFIRM}?next=%2Faccounts%2Fsecond-factor%2F"
    assert here.get(PAGE).status_code == 200


def test_it_is_confirmed_with_the_password_or_a_code(alice: User, app: App, monkeypatch: pytest.MonkeyPatch) -> None:
    here = sign_in(alice)
    app.set_up(here)
    for told in ({"password": password_of("alice")}, {"code": app.code()}):
        later(monkeypatch, 16)
        assert here.post(reverse("accounts:recovery-codes")).status_code == 302
        wrong = here.post(CONFIRM, dict.fromkeys(told, "000000"))
        assert wrong.status_code == 422
        assert here.post(reverse("accounts:recovery-codes")).status_code == 302
        answer = here.post(CONFIRM, {**told, "next": "/buy/drafts/"})
        assert answer["Location"] == "/buy/drafts/"
        monkeypatch.undo()
        app.wait(0)
        assert here.post(reverse("accounts:recovery-codes")).status_code == 200


@pytest.mark.parametrize("target", ["https://evil.example/", "//evil.example/", "javascript:alert(1)"])
def test_confirming_leads_nobody_away(alice: User, target: str) -> None:
    answer = sign_in(alice).post(CONFIRM, {"password": password_of("alice"), "next": target})
    assert answer["Location"] == PAGE


def test_confirming_has_the_limits_of_the_sign_in_page(alice: User) -> None:
    here = sign_in(alice)
    for _ in range(5):
        here.post(CONFIRM, {"password": "wrong"})
    assert here.post(CONFIRM, {"password": password_of("alice")}).status_code == 422


def _approver(person: User) -> None:
    Membership.objects.create(team=Team.objects.create(slug="qa", name="QA"), user=person, role=Role.APPROVER)


def test_who_must_have_one_is_led_there_and_then_on(alice: User, app: App, settings: Settings) -> None:
    settings.SECOND_FACTOR = "approvers"
    _approver(alice)
    browser = Client()
    told = {"login": "alice", "password": password_of("alice"), "next": "/buy/drafts/"}
    assert browser.post(reverse("accounts:sign-in"), told)["Location"] == PAGE
    for path in ("/", "/buy/", "/audit/", "/teams/qa/"):
        assert browser.get(path)["Location"] == PAGE
    assert "Set up a second factor to go on" in browser.get(PAGE).content.decode()
    assert browser.get("/accounts/sign-ins/").status_code == 200
    answer = app.set_up(browser)
    assert 'href="/buy/drafts/"' in answer.content.decode()
    assert is_in(browser)


@pytest.mark.parametrize(("setting", "who"), [("off", ""), ("approvers", "carol ann"), ("everyone", "carol ann alice")])
def test_the_setting_says_who_must_have_one(
    alice: User, carol: User, settings: Settings, setting: str, who: str
) -> None:
    settings.SECOND_FACTOR = setting
    ann = User.objects.create_user("ann", password=password_of("ann"))
    _approver(ann)
    Membership.objects.create(team=Team.objects.get(), user=alice, role=Role.OPERATOR)
    led = [person.username for person in (carol, ann, alice) if not is_in(sign_in(person))]
    assert led == who.split()


def test_the_last_one_of_who_must_have_one_stays(alice: User, app: App, settings: Settings) -> None:
    settings.SECOND_FACTOR = "everyone"
    here = sign_in(alice)
    app.set_up(here)
    number = str(Authenticator.objects.get(type="totp").pk)
    answer = here.post(reverse("accounts:second-factor-remove"), {"factor": number}, follow=True)
    assert "Set up another one" in answer.content.decode()
    assert factors.factors_of(alice).app


def test_asking_is_there_only_between_the_password_and_the_sign_in(alice: User, app: App) -> None:
    assert Client().get(ASK)["Location"] == "/accounts/sign-in/"
    assert Client().post(reverse("accounts:passkey-options")).status_code == 403
    here = sign_in(alice)
    assert here.get(ASK)["Location"] == "/"


def test_a_person_who_is_deactivated_meanwhile_is_not_signed_in(alice: User, app: App) -> None:
    app.set_up(sign_in(alice))
    browser = give_password(alice)
    User.objects.update(is_active=False)
    browser.post(ASK, {"code": app.code()})
    assert not is_in(browser)


@pytest.mark.parametrize("credential", ["", "x", "{}", "[]", "1", '{"id": 1}', '{"response": {}}', '{"rawId": "AA"}'])
def test_what_no_browser_sends_is_no_passkey(alice: User, app: App, credential: str) -> None:
    here = sign_in(alice)
    app.set_up(here)
    here.post(reverse("accounts:passkey-options"), {"for": "create"})
    answer: Any = here.post(reverse("accounts:passkey"), {"name": "key", "credential": credential})
    assert answer.status_code == 422
    browser = give_password(alice)
    browser.post(reverse("accounts:passkey-options"))
    assert browser.post(ASK, {"credential": credential}).status_code == 422
    assert not is_in(browser)
    assert Authenticator.objects.filter(type="webauthn").count() == 0


def test_nobody_is_asked_who_has_none(alice: User) -> None:
    assert attempt(Client(), "alice", password_of("alice"))["Location"] == "/"
