"""The access check through its pages, without JavaScript and with htmx, against the seeded registries."""

import logging
import re
from html import unescape

import pytest
from django.test import Client, override_settings
from django.urls import reverse

from consoleapp.accounts.models import User
from consoleapp.domain.image import parse_image_reference
from consoleapp.gateways.proof import ArchitectureEvidence, Cause, StatusEvidence
from consoleapp.simulator.registries.causes import SeededCause, seeded_causes
from consoleapp.web import clouds
from consoleapp.wizard.access.messages import CHIPS
from consoleapp.wizard.models import Draft, DraftCheck
from consoleapp.wizard.shape import credential_prefix
from consoleapp.wizard.views import access_check as check_view
from tests.wizard import complete
from tests.wizard.page_form import StepForm, open_step
from tests.wizard.registries import OPEN, PRIVATE, FakeAccess, log_in, named, result

pytestmark = pytest.mark.django_db

CANARY = "canary-%41+ пароль😀-check"


def draft() -> Draft:
    return Draft.objects.get()


def stored(client: Client, image: str) -> StepForm:
    """Basic Settings of a stored draft whose one container runs this image."""
    return open_step(client, f"/buy/?image={image}").go("save")


def text_of(html: str) -> str:
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", html.replace("<wbr>", ""))))


def log_in_fields(image: str, user: str) -> dict[str, str]:
    prefix = credential_prefix(parse_image_reference(image).registry_host)
    name, password = log_in(user)
    return {f"{prefix}-user_name": name, f"{prefix}-password": password}


def checked(client: Client, image: str, user: str = "") -> StepForm:
    """Other Settings once this image was checked with this log-in; Basic Settings without one."""
    form = stored(client, image)
    if not user:
        return form.go("check:c1")
    other = form.go("goto:other")
    return other.go("check:c1", **log_in_fields(image, user))


def cause() -> str:
    told = DraftCheck.objects.filter(result__isnull=False).latest("saved_at").result
    assert told is not None
    return str(told["cause"])


CHECKABLE = [row for row in seeded_causes() if row.cause != Cause.REFUSED_BY_POLICY]


# Where the card's chip says something else: what the note says.
SAYS = {
    Cause.CAN_BE_PULLED: "Can be pulled without a login.",
    Cause.NEEDS_LOGIN: "asks for a login.",
    Cause.REDIRECTED: "sends on to another address.",
    Cause.ONLY_INSIDE_VPC: "cannot be checked from here.",
}


@pytest.mark.parametrize("row", CHECKABLE, ids=named)
def test_each_seeded_cause_is_named_with_its_image(row: SeededCause, alice_client: Client) -> None:
    form = checked(alice_client, row.image, row.login)
    assert cause() == row.cause
    words = text_of(form.html)
    assert SAYS.get(Cause(row.cause), str(CHIPS[Cause(row.cause)][0])) in words
    assert form.html.count('role="status"') >= 2


def test_tells_whom_a_registry_answered_only_where_one_was_asked(alice_client: Client) -> None:
    asked = checked(alice_client, OPEN)
    assert "Checked just now without a login." in text_of(asked.html)
    unasked = checked(alice_client, "registry-vpc.cn-hangzhou.aliyuncs.com/acme/order-api:1.12.0")
    assert cause() == Cause.ONLY_INSIDE_VPC
    assert "Checked just now" not in text_of(unasked.html)


# Goes on with the fingerprint of the certificate that is shown.
TAKE = "check-trust:c1:insecure_registries:"
# (cause, image, log-in) → the verb of the one button that mends it.
ONE_PRESS = {
    "open.example.com/public/web:1.0.1": "check-tag:c1:1.0.0",
    "open.example.com/public/nightly:build-421": "check-tag:c1:build-21",
    "open.example.com/edge/agent:0.5.0": "check-architecture:c1:arm64",
    "plain.example.com:5000/lab/web:1.0.0": "check-trust:c1:plain_http_registries",
    "wrongname.example.com/public/web:1.0.0": TAKE,
    "expired.example.com/public/web:1.0.0": TAKE,
    "moved.example.com/public/web:1.0.0": "check-follow:c1",
}


@pytest.mark.parametrize(("image", "verb"), ONE_PRESS.items())
def test_one_press_mends_it_and_checks_again(image: str, verb: str, alice_client: Client) -> None:
    form = checked(alice_client, image)
    version = draft().version
    verb = next(each for each in form.buttons if each == verb or verb == TAKE == each[: len(TAKE)])
    mended = form.go(verb)
    assert cause() == Cause.CAN_BE_PULLED
    assert draft().version == version + 1
    assert "Can be pulled without a login." in text_of(mended.html)
    assert "Enter credential" not in text_of(mended.html)


def test_a_remedy_writes_no_host_twice_that_is_listed_behind_a_comma(alice_client: Client) -> None:
    form = checked(alice_client, "plain.example.com:5000/lab/web:1.0.0")
    listed = "plain.example.com:5000, b.example.com"
    stored = draft()
    stored.data["spec"]["plain_http_registries"] = listed
    stored.save()
    form.go("check-trust:c1:plain_http_registries")
    assert draft().typed["spec"]["plain_http_registries"] == listed


def test_the_certificate_is_shown_before_it_is_trusted(alice_client: Client) -> None:
    form = checked(alice_client, "expired.example.com/public/web:1.0.0")
    words = text_of(form.html)
    for evidence in ("expired.example.com", "Example Trust R3", "2025-06-30"):
        assert evidence in words
    assert re.search(r"SHA-256 (?:[0-9A-F]{2}:){31}[0-9A-F]{2} ", words)


def test_a_certificate_is_not_taken_on_confirm_without_its_fingerprint(alice_client: Client) -> None:
    checked(alice_client, "expired.example.com/public/web:1.0.0").go("confirm").press("check-go-on")
    page = alice_client.get(reverse("wizard:confirm", args=[draft().pk])).content.decode()
    assert "check-trust:c1:insecure_registries" in page
    assert re.search(r"SHA-256 (?:[0-9A-F]{2}:){31}[0-9A-F]{2}", text_of(page))


SELF_ISSUED = "selfsigned.example.com/internal/portal:1.2.0"


def taking(form: StepForm) -> str:
    """The verb of the button that takes the certificate which the page shows."""
    return next(each for each in form.buttons if each.startswith(TAKE))


def test_the_password_goes_to_the_certificate_that_was_shown_beside_the_button(alice_client: Client) -> None:
    shown = checked(alice_client, SELF_ISSUED)
    fingerprint = re.search(r"SHA-256 ((?:[0-9A-F]{2}:){31}[0-9A-F]{2}) ", text_of(shown.html))
    assert fingerprint
    shown.go(taking(shown))
    assert draft().data["pins"] == {"selfsigned.example.com": fingerprint[1].replace(":", "").lower()}
    other = open_step(alice_client, reverse("wizard:other", args=[draft().pk]))
    assert "Can be pulled with this login." in text_of(other.go("check:c1", **log_in_fields(SELF_ISSUED, "demo")).html)


def test_a_registry_that_was_listed_by_hand_gets_no_password_until_its_certificate_is_taken(
    alice_client: Client,
) -> None:
    other = stored(alice_client, SELF_ISSUED).go("goto:other")
    asked = other.go(
        "check:c1", **{"insecure_registries": "selfsigned.example.com"}, **log_in_fields(SELF_ISSUED, "demo")
    )
    assert cause() == Cause.CERTIFICATE_NOT_PINNED
    words = text_of(asked.html)
    assert "selfsigned.example.com shows a certificate that you have not confirmed." in words
    assert "Your password was not sent" in words
    assert re.search(r"SHA-256 (?:[0-9A-F]{2}:){31}[0-9A-F]{2} ", words)
    mended = asked.go(taking(asked))
    assert "Can be pulled with this login." in text_of(mended.html)


def test_a_certificate_that_has_changed_is_told_from_the_one_that_was_taken(alice_client: Client) -> None:
    shown = checked(alice_client, SELF_ISSUED)
    other = shown.go(TAKE + "0" * 64).go("goto:other")
    asked = other.go("check:c1", **log_in_fields(SELF_ISSUED, "demo"))
    assert "selfsigned.example.com shows another certificate than the one you took." in text_of(asked.html)
    assert "Can be pulled with this login." in text_of(asked.go(taking(asked)).html)


def test_a_registry_that_is_taken_from_the_list_takes_its_fingerprint_along(alice_client: Client) -> None:
    shown = checked(alice_client, SELF_ISSUED)
    other = shown.go(taking(shown)).go("goto:other").go("save", **{"insecure_registries": ""})
    assert draft().data["pins"] == {}
    other.go("save", **{"insecure_registries": "selfsigned.example.com"})
    assert draft().data["pins"] == {}


def test_a_registry_that_speaks_https_is_taken_off_the_list_of_plain_http_by_one_press(alice_client: Client) -> None:
    other = stored(alice_client, OPEN).go("goto:other")
    asked = other.go("check:c1", **{"plain_http_registries": "b.example.com, open.example.com"})
    assert cause() == Cause.SPEAKS_TLS
    assert "open.example.com speaks HTTPS, although it is listed" in text_of(asked.html)
    mended = asked.go("check-https:c1")
    assert cause() == Cause.CAN_BE_PULLED
    assert draft().typed["spec"]["plain_http_registries"] == "b.example.com"
    assert "check-https:c1" not in mended.buttons


UNREACHED = (
    "open.example.com/public/web:1.0.1",
    "open.example.com/public/wob:1.0.0",
    "open.example.com/edge/agent:0.5.0",
    "nowhere.example.com/a/b:1",
    "silent.example.com/public/web:1.0.0",
    "selfsigned.example.com/internal/portal:1.2.0",
    "busy.example.com/public/web:1.0.0",
)


@pytest.mark.parametrize("image", UNREACHED)
def test_a_login_is_not_asked_for_where_the_registry_did_not_ask_for_one(image: str, alice_client: Client) -> None:
    form = checked(alice_client, image)
    assert cause() not in (Cause.NEEDS_LOGIN, Cause.WRONG_CREDENTIAL, Cause.NOT_ALLOWED)
    host = parse_image_reference(image).registry_host
    for words in (text_of(form.html), text_of(form.go("goto:other").html)):
        assert f"{host}: User name" not in words
        assert f"Access to {host}" not in words
        assert f"Credential for {host}" not in words


def test_a_registry_that_was_not_asked_is_said_to_be_that(alice_client: Client) -> None:
    form = stored(alice_client, PRIVATE)
    words = text_of(form.html)
    assert "Needs a login" not in words
    assert f"Access to {parse_image_reference(PRIVATE).registry_host}" in words
    with override_settings(CHECK_ON_INPUT=False):
        other = form.go("confirm")
    assert "was not asked yet: check access, or enter its login" in text_of(other.html)


@pytest.mark.parametrize(
    ("image", "user"),
    [
        (PRIVATE, ""),
        (PRIVATE, "wrong"),
        ("harbor.example.com/finance/ledger:2.0.1", "viewer"),
        ("acme/private-api:1.0.1", ""),
    ],
)
def test_a_credential_mends_it(image: str, user: str, alice_client: Client) -> None:
    form = checked(alice_client, image, user)
    host = parse_image_reference(image).registry_host
    assert f'id="id_{credential_prefix(host)}-user_name"' in form.html
    # Where the fields stand there is no button that leads to them.
    note = form.html.partition('id="check-c1"')[2].partition("</p></div>")[0]
    assert "Enter credential" not in note
    mended = form.go("check-login:c1" if "/basic/" in form.url else "check:c1", **log_in_fields(image, "demo"))
    assert cause() == Cause.CAN_BE_PULLED
    assert "Can be pulled with this login." in text_of(mended.html)


def test_a_user_name_with_a_colon_is_refused_at_its_field_and_sent_to_nobody(alice_client: Client) -> None:
    prefix = credential_prefix("registry.example.com")
    typed = {f"{prefix}-user_name": "demo:demo-password", f"{prefix}-password": "x"}
    other = stored(alice_client, PRIVATE).go("goto:other").go("confirm", **typed)
    assert "/other/" in other.url
    assert f'href="#id_{prefix}-user_name"' in other.html
    assert "A user name cannot hold a colon" in other.html
    other.go("check:c1")
    assert cause() == Cause.NEEDS_LOGIN


def test_moving_on_asks_the_registry_before_it_asks_for_a_password(alice_client: Client) -> None:
    for do in ("next", "confirm"):
        form = open_step(alice_client, f"/buy/?image={OPEN}").go(do)
        assert f"/{'other' if do == 'next' else do}/" in form.url
        assert "Credential for open.example.com" not in form.html
        assert "needs another look" not in form.html
    asked = open_step(alice_client, f"/buy/?image={PRIVATE}").go("confirm")
    assert "/basic/" in asked.url
    assert 'data-focus="id_image_registry_credentials-registry.example.com-user_name"' in asked.html
    assert "User name and password are missing." in asked.html
    assert "registry.example.com asks for a login." in asked.html


def test_a_password_that_was_never_tried_is_tried_before_it_is_confirmed(alice_client: Client) -> None:
    other = open_step(alice_client, f"/buy/?image={PRIVATE}").go("next")
    held = other.go("confirm", **log_in_fields(PRIVATE, "wrong"))
    assert "/other/" in held.url
    assert "Continue anyway" in held.html
    assert "/confirm/" in held.go("confirm", **log_in_fields(PRIVATE, "demo")).url


def test_moving_on_waits_for_few_registries_only(alice_client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    form = open_step(alice_client, f"/buy/?image={PRIVATE}")
    for number in range(2, 7):
        form = form.go("container-add")
        form = form.go("save", **{f"c{number}__image": f"registry.example.com/team/api:1.{number}"})
    asked: list[str] = []
    monkeypatch.setattr(check_view, "run", lambda request, draft, keys: asked.extend(keys))
    form.press("next")
    assert asked == ["c1", "c2", "c3", "c4"]


@override_settings(CHECK_ON_INPUT=False)
def test_an_image_that_everybody_may_read_leaves_the_required_ones(alice_client: Client) -> None:
    before = stored(alice_client, OPEN).go("goto:other")
    assert "Credential for open.example.com" in before.html
    after = before.go("check:c1")
    assert "Credential for open.example.com" not in after.html
    assert "The registry lets everybody read this repository." in after.html
    confirm = after.go("confirm")
    words = text_of(confirm.html)
    assert "Can be pulled" in words
    assert "checked just now without a login" in words
    assert re.search(r"sha256:[0-9a-f]{8}….{4} · \d+ MiB · amd64, arm64 · created 2025", words)
    assert "Not checked" not in words


def test_a_refused_credential_is_shown_when_moving_on_and_may_be_overridden(alice_client: Client) -> None:
    other = checked(alice_client, PRIVATE, "wrong")
    held = other.go("confirm")
    assert "Continue anyway" in held.html
    assert "/other/" in held.url
    confirm = held.go("check-go-on")
    assert "/confirm/" in confirm.url
    words = text_of(confirm.html)
    assert "Wrong user or password. registry.example.com refused the login of demo." in words
    assert any(button.startswith("check-credential:") for button in confirm.buttons)
    assert "You chose to go on anyway." in words
    # It was recorded, so that the next press is not held back again.
    assert "/confirm/" in open_step(alice_client, f"/buy/{draft().pk}/other/").go("confirm").url


def test_the_first_step_holds_back_too_and_opens_the_card(alice_client: Client) -> None:
    form = stored(alice_client, "nginx:1.27")
    form = form.go("container-add").go("save", c2__name="second", c2__image="nginx:1.92")
    form = form.go("check:c2").go("container-open:c1").go("confirm")
    assert "Continue anyway" in form.html
    assert (form.sent["c2-image"], form.sent["c2-image_version"]) == (["nginx"], ["1.92"])
    assert form.sent["open"] == ["c2"]


def foot_of(html: str) -> str:
    return html.partition('<div class="foot"')[2]


def test_the_question_whether_to_go_on_stands_in_the_foot_beside_the_button_that_was_pressed(
    alice_client: Client,
) -> None:
    held = stored(alice_client, "nginx:1.92").go("check:c1").go("confirm")
    assert "1 image cannot be pulled." in foot_of(held.html)
    assert 'value="check-go-on"' in foot_of(held.html)
    assert 'href="#check-c1"' in foot_of(held.html)
    assert 'id="check-c1"' in held.html
    # The focus is on the question, not where the page would have to be scrolled to.
    assert "data-focus" not in held.html
    assert "#" not in held.url
    again = held.go("check-tag:c1:1.27")
    assert "cannot be pulled" not in foot_of(again.html)


def test_the_question_stays_in_the_foot_while_an_answer_that_came_late_says_the_same(alice_client: Client) -> None:
    form = checked(alice_client, "nginx:1.92")
    address = form.press("confirm")["Location"]
    assert "held=1" in address
    url = f"/buy/{draft().pk}/_/check/c1/?on=basic"
    headers = {"HX-Request": "true", "HX-Target": "check-c1", "HX-Current-URL": f"http://testserver{address}"}
    late = alice_client.post(url, headers=headers)
    assert "Continue anyway" in foot_of(alice_client.get(late["Location"]).content.decode())
    # Nothing is asked where nobody has pressed.
    headers["HX-Current-URL"] = f"http://testserver/buy/{draft().pk}/basic/"
    early = alice_client.post(url, headers=headers)
    assert "Continue anyway" not in foot_of(alice_client.get(early["Location"]).content.decode())


def test_an_image_that_shares_its_login_is_shown_where_the_answers_of_its_registry_stand(alice_client: Client) -> None:
    form = stored(alice_client, "registry.example.com/team/api:1.4.2").go("container-add")
    form = form.go("save", c2__name="second", c2__image="registry.example.com/team/api:9.9.9").go("goto:other")
    held = form.go("check:c1.c2", **log_in_fields(PRIVATE, "demo")).go("confirm")
    assert "1 image cannot be pulled." in foot_of(held.html)
    assert 'href="#check-c1"' in foot_of(held.html)
    assert 'id="check-c1"' in held.html


def test_a_password_typed_again_leaves_the_answer_as_it_is_and_another_does_not(alice_client: Client) -> None:
    other = checked(alice_client, PRIVATE, "demo")
    again = other.go("save", **log_in_fields(PRIVATE, "demo"))
    assert "Can be pulled with this login." in text_of(again.html)
    other = again.go("save", **log_in_fields(PRIVATE, "wrong"))
    assert "Can be pulled with this login." not in text_of(other.html)
    assert "Changed since the last check (" in text_of(other.html)


def test_confirm_lists_what_was_not_checked_and_checks_all(alice_client: Client, alice: User) -> None:
    made = complete.draft(alice, complete.private_spec())
    url = reverse("wizard:confirm", args=[made.pk])
    confirm = open_step(alice_client, url)
    assert "Not checked: user and password for registry.example.com" in text_of(confirm.html)
    assert "check:all" in confirm.buttons
    after = confirm.go("check:all")
    assert "Not checked" not in text_of(after.html)
    assert "checked just now as demo" in text_of(after.html)
    assert made.version == Draft.objects.get().version


def test_confirm_has_unchecked_images_checked_by_itself_only_where_that_is_allowed(
    alice_client: Client, alice: User
) -> None:
    made = complete.draft(alice, complete.private_spec())
    url = reverse("wizard:confirm", args=[made.pk])
    address = reverse("wizard:check", args=[made.pk, "c1"])
    assert address in alice_client.get(url).content.decode()
    with override_settings(CHECK_ON_INPUT=False):
        assert address not in alice_client.get(url).content.decode()
    assert not DraftCheck.objects.exists()


# --- with htmx: first the note that it is running, then the answer

HTMX = {"HX-Request": "true", "HX-Target": "check-c1"}


def test_the_press_is_answered_by_a_note_that_says_so_and_asks_again(alice_client: Client) -> None:
    form = stored(alice_client, PRIVATE)
    data = {**form.sent, "do": "check:c1"}
    running = alice_client.post(form.url, data, headers=HTMX)
    assert running.status_code == 200
    assert "Checking access at registry.example.com" in running.content.decode()
    assert not DraftCheck.objects.exists()
    url = f"{reverse('wizard:check', args=[draft().pk, 'c1'])}?on=basic"
    assert url in running.content.decode()
    answer = alice_client.post(url, headers=HTMX)
    assert (answer.status_code, answer["Location"]) == (303, f"{form.url}?open=c1&asked=c1")
    assert cause() == Cause.NEEDS_LOGIN


def test_the_address_of_the_check_is_for_the_drafts_owner_and_for_post(
    alice_client: Client, mallory_client: Client
) -> None:
    stored(alice_client, PRIVATE)
    url = reverse("wizard:check", args=[draft().pk, "c1"])
    assert mallory_client.post(url).status_code == 404
    assert Client().post(url).status_code == 404
    assert alice_client.get(url).status_code == 405
    assert not DraftCheck.objects.exists()
    assert alice_client.post(reverse("wizard:check", args=[draft().pk, "c9.c1"])).status_code == 303
    assert DraftCheck.objects.count() == 1


# --- what must not happen


@pytest.mark.parametrize(
    "image",
    [
        "100.100.100.200/latest/meta-data",
        "0x7f.1/a",
        "[::ffff:100.100.100.200]/a",
        "registry.example@169.254.169.254/a",
        "http://reg/a",
        "a//b",
        '"><script>alert(1)</script>',
        "{{7*7}}/%s%n",
    ],
)
def test_a_text_that_is_no_address_dials_nothing_and_is_shown_as_text(
    image: str, alice_client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    access = FakeAccess()
    monkeypatch.setattr(check_view, "image_access_of", lambda user: access)
    form = open_step(alice_client, "/buy/").go("save", c1__image=image).go("check:c1")
    assert access.asked == []
    assert "<script>alert" not in form.html
    answer = alice_client.get(reverse("wizard:versions", args=[draft().pk, "c1"]))
    assert answer.status_code == 200
    assert access.asked == []


def test_what_a_registry_writes_is_shown_as_text(alice_client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    moved = result(Cause.REDIRECTED, evidence=StatusEvidence("h", 302, '"><script>x'))
    access = FakeAccess([moved])
    monkeypatch.setattr(check_view, "image_access_of", lambda user: access)
    form = stored(alice_client, PRIVATE).go("check:c1")
    assert "&lt;script&gt;x" in form.html
    assert "<script>x" not in form.html


def test_a_broken_image_is_named_and_other_versions_are_offered(
    alice_client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = result(Cause.INCOMPLETE, evidence=ArchitectureEvidence("amd64", ("arm64",)))
    monkeypatch.setattr(check_view, "image_access_of", lambda user: FakeAccess([broken]))
    form = stored(alice_client, OPEN).go("check:c1")
    assert "This version is broken for amd64 machines." in text_of(form.html)
    assert "versions:c1" in form.buttons
    assert "held=1" in form.press("confirm")["Location"]


def test_a_host_is_followed_only_as_the_registry_named_it(alice_client: Client) -> None:
    stored(alice_client, "moved.example.com/public/web:1.0.0").go("check-follow:c1")
    assert draft().data["spec"]["containers"][0]["image"] == "moved.example.com/public/web"


def test_a_password_is_nowhere_after_a_check(alice_client: Client, caplog: pytest.LogCaptureFixture) -> None:
    prefix = credential_prefix("registry.example.com")
    other = stored(alice_client, PRIVATE).go("goto:other")
    with caplog.at_level(logging.DEBUG):
        page = other.go("check:c1", **{f"{prefix}-user_name": "demo", f"{prefix}-password": CANARY})
    assert cause() == Cause.WRONG_CREDENTIAL
    stored_texts = [str(row) for row in DraftCheck.objects.values()] + [str(row) for row in Draft.objects.values()]
    for sink in (page.html, caplog.text, *stored_texts):
        assert CANARY not in sink
        assert "canary-" not in sink


@pytest.mark.parametrize(
    "verb",
    [
        "check:c9",
        "check:",
        "check-tag:c1:not a tag!",
        "check-tag:c1",
        "check-trust:c1:ram_role_name",
        "check-trust:c1:insecure_registries:" + "0" * 64 + ":more",
        "check-architecture:c1:riscv",
        "check-follow:c1",
        "pin:c9",
        "unpin:c1",
        "versions:c9",
        "check-credential:c9",
    ],
)
def test_a_button_about_something_that_is_gone_only_saves(verb: str, alice_client: Client) -> None:
    form = stored(alice_client, "nginx:1.27")
    assert form.press(verb).status_code == 303
    assert not DraftCheck.objects.exists()
    assert draft().data["spec"]["containers"][0]["image_version"] == "1.27"


def test_the_check_uses_the_actors_own_port(alice: User, mallory: User) -> None:
    assert clouds.image_access_of(alice) is not clouds.image_access_of(mallory)
