"""Single sign-on: who is signed in, who is not and in which words, and which memberships come and go with it."""

import html
import re
from typing import Any

import pytest
from allauth.socialaccount.models import SocialAccount, SocialToken
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import Settings

from consoleapp.accounts.models import User
from consoleapp.audit.models import AuditRow
from consoleapp.domain.roles import Role
from consoleapp.teams.models import Membership, Source, Team
from tests.accounts.authenticator import App
from tests.accounts.browsers import attempt, password_of, sign_in
from tests.accounts.provider import CLIENT_ID, Provider, new_key

pytestmark = pytest.mark.django_db
OTHER_KEY = new_key()


def go(browser: Client, **told: str) -> str:
    """Press *Sign in with Corp*: where the page goes on to."""
    answer = browser.post(reverse("accounts:sso"), told)
    assert answer.status_code == 200, answer
    found = re.search(r'content="0;url=([^"]+)"', answer.content.decode())
    assert found
    return html.unescape(found[1])


def come_back(browser: Client, provider: Provider, address: str) -> Any:
    """Let the provider vouch, and open the address that it leads back to."""
    return browser.get(provider.vouch(address).removeprefix("http://testserver"))


def sign_on(provider: Provider, browser: Client | None = None, **told: str) -> tuple[Client, Any]:
    browser = browser or Client()
    return browser, come_back(browser, provider, go(browser, **told))


def words_of(browser: Client, answer: Any) -> str:
    """What the sign-in page says after a refusal; nobody is signed in."""
    assert (answer.status_code, answer["Location"].partition("?")[0]) == (302, "/accounts/sign-in/")
    assert browser.get("/").status_code == 302
    return " ".join(str(message) for message in browser.get(answer["Location"]).context["messages"])


def test_the_provider_vouches_and_one_is_in(provider: Provider) -> None:
    browser, answer = sign_on(provider, next="/buy/drafts/")
    assert (answer.status_code, answer["Location"]) == (302, "/buy/drafts/")
    assert browser.get("/").status_code == 200
    person = User.objects.get()
    assert (person.username, person.get_full_name(), person.email) == ("bob", "Bob Operator", "")
    assert not person.has_usable_password()
    assert [row.action for row in AuditRow.objects.order_by("id")] == ["account.created", "account.signed-in"]


def test_nothing_of_the_answer_is_kept_but_who_it_is(provider: Provider) -> None:
    provider.claims |= {"email": "bob@corp.example", "groups": ["secret-project"]}
    sign_on(provider)
    account = SocialAccount.objects.get()
    assert (account.provider, account.uid, account.extra_data) == (provider.issuer, "4711", {})
    assert not SocialToken.objects.exists()
    kept = repr([session.get_decoded() for session in Session.objects.all()])
    assert "secret-project" not in kept
    assert "access" not in kept


def test_the_second_sign_in_is_the_same_person_whatever_the_name(provider: Provider) -> None:
    sign_on(provider)
    provider.claims |= {"preferred_username": "robert"}
    sign_on(provider)
    assert [person.username for person in User.objects.all()] == ["bob"]


def test_nobody_is_taken_for_somebody_by_a_name_or_a_mail_address(provider: Provider, alice: User) -> None:
    alice.email = "alice@corp.example"
    alice.save()
    provider.claims |= {"preferred_username": "alice", "email": "alice@corp.example", "email_verified": True}
    sign_on(provider)
    made = User.objects.exclude(pk=alice.pk).get()
    assert made.username != "alice"
    assert SocialAccount.objects.get().user == made


def test_the_same_sub_of_another_issuer_is_somebody_else(provider: Provider, settings: Settings) -> None:
    sign_on(provider)
    provider.issuer = provider.told_issuer = settings.OIDC_ISSUER = f"{provider.origin}/"
    sign_on(provider)
    assert User.objects.count() == 2


def test_names_are_shown_as_far_as_they_can_be(provider: Provider) -> None:
    provider.claims |= {"preferred_username": "b\u202eo\x00b" + "x" * 400, "name": "B\n" + "y" * 400}
    sign_on(provider)
    person = User.objects.get()
    assert person.username.startswith("bobx")
    assert len(person.username) <= 150
    assert person.username.isprintable()


def test_a_sign_in_lasts_as_long_as_one_with_a_password(provider: Provider) -> None:
    browser, _answer = sign_on(provider)
    assert 11 * 3600 < browser.session.get_expiry_age() <= 12 * 3600


@pytest.mark.parametrize(
    "target", ["https://evil.example/", "//evil.example/", "https://testserver/", "javascript:alert(1)"]
)
def test_nobody_is_led_away(provider: Provider, target: str) -> None:
    assert sign_on(provider, next=target)[1]["Location"] == "/"


def test_the_address_has_what_protects_it_and_takes_nothing_from_a_link(provider: Provider) -> None:
    browser = Client()
    answer = browser.post(f"{reverse('accounts:sso')}?scope=all&auth_params=redirect_uri%3Dhttps://evil.example")
    asked = html.unescape(answer.content.decode())
    for name in ("state=", "nonce=", "code_challenge=", "code_challenge_method=S256", "response_type=code"):
        assert name in asked
    assert "evil" not in asked
    assert "scope=all" not in asked


def test_again_asks_the_provider_to_ask_for_the_password(provider: Provider) -> None:
    assert "prompt=login" in go(Client(), again="1")
    assert "prompt" not in go(Client())


WRONG = {
    "another issuer's token": {"iss": "https://evil.example"},
    "another nonce": {"nonce": "0" * 64},
    "no nonce": {"nonce": None},
    "another audience": {"aud": "another-client"},
    "another party": {"aud": [CLIENT_ID, "another"], "azp": "another"},
    "over": {"exp": 1_700_000_000},
    "no end": {"exp": None},
    "no person": {"sub": None},
    "an endless person": {"sub": "x" * 300},
}


@pytest.mark.parametrize("wrong", WRONG.values(), ids=WRONG)
def test_an_answer_that_is_not_right_signs_nobody_in(provider: Provider, wrong: dict[str, Any]) -> None:
    provider.wrong = wrong
    browser, answer = sign_on(provider)
    assert "The answer of Corp cannot be trusted" in words_of(browser, answer)
    assert not User.objects.exists()
    assert AuditRow.objects.get().payload["why"] == "answer-refused"


def test_a_wrong_signature_signs_nobody_in(provider: Provider) -> None:
    provider.signing_key = OTHER_KEY
    browser, answer = sign_on(provider)
    assert "cannot be trusted" in words_of(browser, answer)
    assert not User.objects.exists()


@pytest.mark.parametrize("algorithm", ["HS256", "none"])
def test_a_signature_of_no_public_key_signs_nobody_in(provider: Provider, algorithm: str) -> None:
    provider.algorithm = algorithm
    if algorithm == "none":
        provider.id_token = lambda asked: "eyJhbGciOiJub25lIn0.e30."  # type: ignore[method-assign]
    browser, answer = sign_on(provider)
    provider.__dict__.pop("id_token", None)
    assert "cannot be trusted" in words_of(browser, answer)


@pytest.mark.parametrize(
    "answer", [[], "access_token", {}, {"access_token": 1}, {"access_token": "a", "id_token": ["x"], "expires_in": "x"}]
)
def test_an_answer_that_is_no_answer_signs_nobody_in(provider: Provider, answer: Any) -> None:
    provider.token_answer = answer
    browser, refused = sign_on(provider)
    assert "cannot be trusted" in words_of(browser, refused)


def test_a_provider_that_says_it_is_another_one_is_not_gone_to(provider: Provider) -> None:
    provider.told_issuer = "https://evil.example"
    browser = Client()
    answer = browser.post(reverse("accounts:sso"))
    assert "cannot be trusted" in words_of(browser, answer)


def test_what_is_told_of_somebody_else_signs_nobody_in(provider: Provider) -> None:
    provider.userinfo = {"sub": "another"}
    browser, answer = sign_on(provider)
    assert "cannot be trusted" in words_of(browser, answer)


def test_a_callback_counts_once(provider: Provider) -> None:
    browser = Client()
    address = provider.vouch(go(browser)).removeprefix("http://testserver")
    assert browser.get(address)["Location"] == "/"
    browser.post(reverse("accounts:sign-out"))
    assert "begun in another browser" in words_of(browser, browser.get(address))


def test_a_callback_of_another_session_signs_nobody_in(provider: Provider) -> None:
    mallory, victim = Client(), Client()
    address = provider.vouch(go(mallory)).removeprefix("http://testserver")
    go(victim)
    assert "begun in another browser" in words_of(victim, victim.get(address))
    assert not User.objects.exists()


def test_a_code_of_another_sign_in_is_refused(provider: Provider) -> None:
    mallory, victim = Client(), Client()
    theirs = provider.vouch(go(mallory)).removeprefix("http://testserver")
    mine = provider.vouch(go(victim)).removeprefix("http://testserver")
    code = re.search(r"code=([^&]+)", theirs)
    assert code
    mixed = re.sub(r"code=[^&]+", f"code={code[1]}", mine)
    assert "cannot be trusted" in words_of(victim, victim.get(mixed))


def test_a_callback_without_a_sign_in_stores_nothing(provider: Provider) -> None:
    browser = Client()
    assert "begun in another browser" in words_of(browser, browser.get(reverse("accounts:sso-callback")))
    assert not Session.objects.exists()
    assert not AuditRow.objects.exists()


@pytest.mark.parametrize(
    ("error", "words"), [("access_denied", "was told not to sign you in"), ("server_error", "has refused")]
)
def test_a_refusal_of_the_provider_is_said_in_words(provider: Provider, error: str, words: str) -> None:
    provider.error = error
    browser, answer = sign_on(provider, next="/buy/drafts/")
    assert answer["Location"].endswith("next=%2Fbuy%2Fdrafts%2F")
    assert words in words_of(browser, answer)


def test_a_provider_that_does_not_answer_is_said_in_words(provider: Provider, settings: Settings) -> None:
    provider.is_down = True
    browser = Client()
    answer = browser.post(reverse("accounts:sso"))
    assert "Corp does not answer as it should" in words_of(browser, answer)
    settings.OIDC_ISSUER = "http://127.0.0.1:9"
    assert "Corp does not answer" in words_of(browser, browser.post(reverse("accounts:sso")))


def test_a_provider_that_goes_down_meanwhile_is_said_in_words(provider: Provider) -> None:
    browser = Client()
    address = go(browser)
    provider.is_down = True
    assert "Corp does not answer" in words_of(browser, come_back(browser, provider, address))


@pytest.mark.parametrize(
    ("claims", "may"),
    [
        ({"groups": ["eci-users"]}, True),
        ({"groups": "eci-users"}, True),
        ({"groups": ["others"]}, False),
        ({"groups": {"eci-users": 1}}, False),
        ({"email": "bob@CORP.example", "email_verified": True}, True),
        ({"email": "bob@corp.example"}, False),
        ({"email": "bob@corp.example", "email_verified": "false"}, False),
        ({"email": "bob@corp.example.evil.example", "email_verified": True}, False),
        ({}, False),
    ],
)
def test_who_may_sign_in_is_looked_at_each_time(
    provider: Provider, settings: Settings, claims: dict[str, Any], may: bool
) -> None:
    sign_on(provider)
    settings.OIDC_ALLOWED = ["eci-users", "@corp.example"]
    provider.claims |= claims
    browser, answer = sign_on(provider)
    if may:
        assert answer["Location"] == "/"
    else:
        assert "Corp knows you, but you may not use this console" in words_of(browser, answer)
        assert AuditRow.objects.latest("id").payload["why"] == "not-allowed"


def test_a_closed_account_stays_closed(provider: Provider) -> None:
    sign_on(provider)
    User.objects.update(is_active=False)
    browser, answer = sign_on(provider)
    assert "your account here is closed" in words_of(browser, answer)


def _roles(name: str = "bob") -> dict[str, tuple[str, str]]:
    return {each.team.slug: (each.role, each.source) for each in Membership.objects.filter(user__username=name)}


def test_groups_give_memberships_and_take_them_back(provider: Provider, settings: Settings) -> None:
    for slug in ("qa", "dev", "ops"):
        Team.objects.create(slug=slug, name=slug)
    settings.OIDC_TEAMS = [("qa", "qa", "viewer"), ("leads", "qa", "approver"), ("dev", "dev", "operator")]
    provider.claims |= {"groups": ["qa", "leads", "gone"]}
    sign_on(provider)
    assert _roles() == {"qa": (Role.APPROVER, Source.PROVIDER)}
    Membership.objects.create(team=Team.objects.get(slug="ops"), user=User.objects.get(), role=Role.VIEWER)
    provider.claims |= {"groups": ["qa", "dev"]}
    sign_on(provider)
    assert _roles() == {
        "qa": (Role.VIEWER, Source.PROVIDER),
        "dev": (Role.OPERATOR, Source.PROVIDER),
        "ops": (Role.VIEWER, Source.HAND),
    }
    del provider.claims["groups"]
    sign_on(provider)
    assert _roles() == {"ops": (Role.VIEWER, Source.HAND)}
    actions = [row.action for row in AuditRow.objects.filter(action__startswith="team.").order_by("id")]
    assert actions == ["team.member-added", "team.role-changed", "team.member-added", *["team.member-removed"] * 2]


def test_two_sign_ins_at_once_make_one_person(provider: Provider, monkeypatch: pytest.MonkeyPatch) -> None:
    sign_on(provider)
    # As if the other one had not been there when this one looked.
    monkeypatch.setattr("allauth.socialaccount.models.SocialLogin.lookup", lambda self: None)
    browser, answer = sign_on(provider)
    assert "signed in twice at once" in words_of(browser, answer)
    assert User.objects.count() == 1


@pytest.mark.parametrize(
    ("claims", "is_strong"),
    [
        ({}, False),
        ({"amr": ["pwd", "mfa"]}, True),
        ({"amr": "mfa"}, True),
        ({"acr": "mfa"}, True),
        ({"acr": ["mfa"], "amr": {"mfa": 1}}, False),
        ({"amr": ["pwd"], "acr": "1"}, False),
    ],
)
def test_two_factors_at_the_provider_are_enough(
    provider: Provider, settings: Settings, app: App, claims: dict[str, Any], is_strong: bool
) -> None:
    settings.SECOND_FACTOR, settings.OIDC_STRONG = "everyone", ["mfa", "hwk"]
    provider.claims |= claims
    browser, answer = sign_on(provider)
    assert answer["Location"] == ("/" if is_strong else "/accounts/second-factor/")
    app.set_up(browser)
    browser, answer = sign_on(provider)
    assert answer["Location"] == ("/" if is_strong else "/accounts/second-factor/ask/")
    assert (browser.get("/").status_code == 200) is is_strong


def test_who_has_nothing_else_confirms_by_signing_in_again(provider: Provider, monkeypatch: pytest.MonkeyPatch) -> None:
    browser, _answer = sign_on(provider)
    monkeypatch.setattr("consoleapp.accounts.confirming.RECENT_SECONDS", 0)
    answer = browser.post(reverse("accounts:authenticator-app"), follow=True)
    html_text = answer.content.decode()
    assert "Sign in with Corp again" in html_text
    assert 'name="again" value="1"' in html_text
    assert 'name="password"' not in html_text
    monkeypatch.undo()
    sign_on(provider, browser, again="1", next="/accounts/second-factor/")
    assert browser.post(reverse("accounts:authenticator-app")).status_code == 200


def test_a_membership_made_by_hand_keeps_its_role(provider: Provider, settings: Settings) -> None:
    sign_on(provider)
    team = Team.objects.create(slug="qa", name="QA")
    Membership.objects.create(team=team, user=User.objects.get(), role=Role.ADMIN)
    settings.OIDC_TEAMS = [("qa", "qa", "viewer")]
    provider.claims |= {"groups": ["qa"]}
    sign_on(provider)
    assert _roles() == {"qa": (Role.ADMIN, Source.HAND)}


def test_the_last_admin_of_a_team_stays(provider: Provider, settings: Settings) -> None:
    Team.objects.create(slug="qa", name="QA")
    settings.OIDC_TEAMS = [("leads", "qa", "admin"), ("qa", "qa", "viewer")]
    provider.claims |= {"groups": ["leads"]}
    sign_on(provider)
    provider.claims |= {"groups": ["qa"]}
    sign_on(provider)
    provider.claims |= {"groups": []}
    _browser, answer = sign_on(provider)
    assert answer["Location"] == "/"
    assert _roles() == {"qa": (Role.ADMIN, Source.PROVIDER)}


def test_an_archived_team_and_one_that_is_not_there_get_nobody(provider: Provider, settings: Settings) -> None:
    Team.objects.create(slug="qa", name="QA", archived_at=timezone.now())
    settings.OIDC_TEAMS = [("qa", "qa", "viewer"), ("qa", "nowhere", "viewer")]
    provider.claims |= {"groups": ["qa"]}
    sign_on(provider)
    assert _roles() == {}


def test_who_was_signed_in_before_is_signed_out(provider: Provider, alice: User) -> None:
    browser, _answer = sign_on(provider, sign_in(alice))
    assert browser.get("/").wsgi_request.user.username == "bob"


@pytest.mark.parametrize("name", ["sso", "sso-callback"])
def test_without_a_provider_or_with_guests_the_addresses_are_not_there(
    provider: Provider, settings: Settings, name: str
) -> None:
    settings.OIDC_ISSUER = ""
    assert Client().get(reverse(f"accounts:{name}")).status_code in (404, 405)
    assert Client().post(reverse(f"accounts:{name}")).status_code in (404, 405)
    settings.OIDC_ISSUER, settings.SIGN_IN = provider.issuer, "guest"
    assert Client().get(reverse(f"accounts:{name}")).status_code == 404
    assert Client().post(reverse(f"accounts:{name}")).status_code == 404


def test_going_to_the_provider_counts_as_a_press_of_sign_in(provider: Provider) -> None:
    statuses = [Client().post(reverse("accounts:sso")).status_code for _ in range(31)]
    assert statuses == [200] * 30 + [429]


def test_the_page_offers_what_the_settings_have(provider: Provider, settings: Settings) -> None:
    def page() -> str:
        return Client().get(reverse("accounts:sign-in")).content.decode()

    assert "Sign in with Corp" in page()
    assert 'name="password"' in page()
    settings.PASSWORDS = "admins"
    assert "For site admins alone." in page()
    settings.PASSWORDS = "off"
    assert 'name="password"' not in page()
    settings.PASSWORDS, settings.OIDC_ISSUER = "on", ""
    assert "Sign in with" not in page()


def test_passwords_can_be_for_site_admins_alone_or_for_nobody(
    provider: Provider, settings: Settings, alice: User, carol: User
) -> None:
    settings.PASSWORDS = "admins"
    refused = attempt(Client(), "alice", password_of("alice"))
    assert "do not fit" in refused.content.decode()
    browser = sign_in(carol)
    assert browser.get(reverse("accounts:password")).status_code == 200
    settings.PASSWORDS = "off"
    assert attempt(Client(), "carol", password_of("carol")).status_code == 404
    assert browser.get(reverse("accounts:password")).status_code == 404


def test_nobody_is_shown_a_password_to_change_who_has_none(provider: Provider) -> None:
    browser, _answer = sign_on(provider)
    for path in ("/", "/accounts/sign-ins/"):
        assert "Change password" not in browser.get(path).content.decode()
    assert browser.get(reverse("accounts:password")).status_code == 404
