"""Pinning to a digest, the versions of an image, images used before: through their pages."""

import re
from html import unescape
from typing import cast

import pytest
from django.http import HttpResponse
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from consoleapp.accounts.models import User
from consoleapp.gateways.proof import Cause
from consoleapp.wizard.models import Draft, DraftCheck
from consoleapp.wizard.views import access_check as check_view
from tests.wizard import complete
from tests.wizard.page_form import StepForm, open_step
from tests.wizard.registries import OPEN, PRIVATE, FakeAccess, can_be_pulled

pytestmark = pytest.mark.django_db


def draft() -> Draft:
    return Draft.objects.get()


def cause() -> str:
    told = DraftCheck.objects.filter(result__isnull=False).latest("saved_at").result
    assert told is not None
    return str(told["cause"])


def stored(client: Client, image: str) -> StepForm:
    """Basic Settings of a stored draft whose one container runs this image."""
    return open_step(client, f"/buy/?image={image}").go("save")


def text_of(html: str) -> str:
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", html)))


def test_pinning_asks_for_the_digest_and_keeps_the_tag_in_words(alice_client: Client) -> None:
    form = stored(alice_client, OPEN).go("pin:c1")
    fields = draft().data["spec"]["containers"][0]
    assert re.fullmatch("sha256:[0-9a-f]{64}", fields["image_version"])
    words = text_of(form.html)
    assert "Pinned: the digest of 1.0.0" in words
    assert "Can be pulled without a login." in words
    assert "This tag has moved" not in words
    assert form.go("unpin:c1").sent["c1-image_version"] == ["1.0.0"]


def test_a_tag_that_has_moved_is_said_and_taken_over_with_one_press(
    alice_client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    old, new = "sha256:" + "a" * 64, "sha256:" + "b" * 64
    access = FakeAccess([can_be_pulled(old), can_be_pulled(old), can_be_pulled(old)])
    monkeypatch.setattr(check_view, "image_access_of", lambda user: access)
    form = stored(alice_client, PRIVATE).go("pin:c1")
    assert "This tag has moved" not in form.html
    access.results += [can_be_pulled(old), can_be_pulled(new)]
    form = form.go("check:c1")
    assert "This tag has moved" in form.html
    access.results += [can_be_pulled(new), can_be_pulled(new)]
    form = form.go("pin:c1")
    assert "This tag has moved" not in form.html
    assert form.sent["c1-image_version"] == [new]


def versions_of(form: StepForm) -> str:
    return str(form.press("versions:c1")["Location"])


def names_in(html: str) -> list[str]:
    return re.findall(r'type="radio" name="tag" value="([^"]+)"', html)


def test_versions_of_a_typed_image_are_listed_searched_and_used(alice_client: Client) -> None:
    form = stored(alice_client, "open.example.com/public/nightly:build-421")
    url = versions_of(form)
    page = alice_client.get(url).content.decode()
    names = names_in(page)
    assert names[:2] == ["build-420", "build-419"]
    assert "= latest" in page
    # One image of the page has two names.
    assert len(names) == 19
    assert "421 versions" in page
    assert names_in(alice_client.get(f"{url}?q=build-42").content.decode()) == ["build-420", "build-42"]
    answer = alice_client.post(url, {"tag": "build-42"})
    assert answer.status_code == 303
    assert draft().data["spec"]["containers"][0]["image_version"] == "build-42"
    assert cause() == Cause.CAN_BE_PULLED


def test_versions_of_an_official_image_are_one_row_an_image_with_size_and_age(alice_client: Client) -> None:
    page = alice_client.get(versions_of(stored(alice_client, "nginx:1.28"))).content.decode()
    rows = re.findall(r'<label><input type="radio" name="tag".*?</label>', page, re.DOTALL)
    words = [text_of(row) for row in rows]
    assert words[0].startswith(" 1.29.3 = 1.29 = 1 = latest")
    assert [word.split()[0] for word in words].index("1.28") == 6
    assert all(re.search(r"MiB 20\d\d-\d\d-\d\d $", word) for word in words)
    assert "Versions of nginx" in text_of(page)
    # The asked one alone is ticked, by the name that was asked.
    assert re.findall(r'value="([^"]+)"[^>]* checked', page) == ["1.28"]


def test_a_version_that_does_not_exist_ticks_nothing_and_offers_those_like_it(alice_client: Client) -> None:
    url = versions_of(stored(alice_client, "nginx:1.92"))
    page = alice_client.get(url).content.decode()
    assert "There is no version 1.92 ." in text_of(page)
    assert not re.search(r'name="tag"[^>]* checked', page)
    offered = re.findall(r'type="submit" name="tag" value="([^"]+)"', page)
    assert offered[0] == "1.29"
    assert alice_client.post(url, {"tag": offered[0]}).status_code == 303
    assert draft().data["spec"]["containers"][0]["image_version"] == "1.29"


# --- the list behind the field


def list_of(client: Client, image: str, headers: dict[str, str] | None = None) -> HttpResponse:
    url = f"/buy/{draft().pk}/_/versions/c1/"
    answer = client.get(url, {"image": image}, headers={"HX-Request": "true"} if headers is None else headers)
    return cast(HttpResponse, answer)


def test_the_list_behind_the_field_is_of_the_image_in_the_form_and_stores_nothing(alice_client: Client) -> None:
    stored(alice_client, OPEN)
    before = draft().saved_at
    html = list_of(alice_client, "nginx").content.decode()
    assert re.findall(r'data-names="([^"]+)"', html)[0] == "1.29.3 1.29 1 latest bookworm 1.29.3-bookworm"[:20]
    assert html.count('role="option"') <= 60
    assert draft().saved_at == before


@pytest.mark.parametrize(
    ("image", "says"),
    [
        ("", "There is no image address yet."),
        ("Not An Image", "There is no image address yet."),
        ('"><script>alert(1)</script>', "There is no image address yet."),
        ("nowhere.example.com/team/api", "does not list its versions"),
    ],
)
def test_a_list_behind_the_field_that_cannot_be_had_says_so(image: str, says: str, alice_client: Client) -> None:
    stored(alice_client, OPEN)
    html = list_of(alice_client, image).content.decode()
    assert says in html
    assert "<script>" not in html


def test_no_page_of_a_stranger_can_have_a_registry_asked(alice_client: Client, mallory_client: Client) -> None:
    stored(alice_client, OPEN)
    assert list_of(alice_client, "nginx", headers={}).status_code == 404
    assert list_of(mallory_client, "nginx").status_code == 404


def test_a_page_that_nothing_was_stored_of_has_the_list_too_and_still_stores_nothing(client: Client) -> None:
    (url,) = re.findall(r'data-list="([^"]+)"', client.get("/buy/?image=nginx").content.decode())

    shown = client.get(url, {"image": "nginx"}, headers={"HX-Request": "true"}).content.decode()
    assert re.findall(r'data-names="([^"]+)"', shown)[0].startswith("1.29.3 1.29 1 latest")
    assert client.get(url, {"image": "nginx"}).status_code == 404
    assert client.get(url.replace("c1", "c2"), headers={"HX-Request": "true"}).status_code == 404
    assert not Draft.objects.exists()
    assert not User.objects.exists()
    assert "session" not in client.cookies


def test_a_version_can_be_pinned_in_the_list(alice_client: Client) -> None:
    url = versions_of(stored(alice_client, OPEN))
    page = alice_client.get(url).content.decode()
    digest = re.search(r'name="digest:1.0.0" value="([^"]+)"', page)
    assert digest
    alice_client.post(url, {"tag": "1.0.0", "pin": "on", "digest:1.0.0": digest[1]})
    fields = draft().data["spec"]["containers"][0]
    assert fields["image_version"] == digest[1]
    assert "Pinned: the digest of 1.0.0" in text_of(alice_client.get(f"/buy/{draft().pk}/basic/").content.decode())


@pytest.mark.parametrize("tag", ["", "not a tag!", "a" * 129, '"><script>'])
def test_what_is_no_version_is_refused_in_the_list(tag: str, alice_client: Client) -> None:
    url = versions_of(stored(alice_client, OPEN))
    assert alice_client.post(url, {"tag": tag}).status_code == 422
    assert draft().data["spec"]["containers"][0]["image_version"] == "1.0.0"


@pytest.mark.parametrize(
    ("image", "says"),
    [
        (PRIVATE, "asks for a login"),
        ("nowhere.example.com/team/api:1.0.0", "was not found"),
        ("acme-registry-vpc.cn-hangzhou.cr.aliyuncs.com/team/api:1", "cannot be checked from here"),
    ],
)
def test_a_list_that_cannot_be_had_says_why(image: str, says: str, alice_client: Client) -> None:
    assert says in text_of(alice_client.get(versions_of(stored(alice_client, image))).content.decode())


def test_versions_are_for_the_drafts_owner(alice_client: Client, mallory_client: Client) -> None:
    url = versions_of(stored(alice_client, OPEN))
    assert mallory_client.get(url).status_code == 404
    assert mallory_client.post(url, {"tag": "1"}).status_code == 404


# --- recent images


def test_recently_used_images_stand_first_in_the_dialog(
    alice_client: Client, alice: User, mallory: User, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    complete.draft(alice, complete.private_spec())
    complete.draft(mallory, complete.spec())
    form = open_step(alice_client, "/buy/?image=nginx:1.27").go("save")
    url = form.press("pick-image:c1")["Location"]
    with django_assert_max_num_queries(7):
        page = alice_client.get(url).content.decode()
    recent = re.findall(r'name="recent" value="([^"]+)"', page)
    assert recent == [PRIVATE]
    assert page.index('name="recent"') < page.index('class="tabs"')
    assert alice_client.post(url, {"recent": PRIVATE}).status_code == 303
    fields = Draft.objects.filter(owner=alice).latest("saved_at").data["spec"]["containers"][0]
    assert (fields["image"], fields["image_version"]) == ("registry.example.com/team/api", "1.4.2")
    assert alice_client.post(url, {"recent": "Not An Image"}).status_code == 303


def test_an_image_that_is_known_not_to_exist_is_not_offered_again(alice_client: Client) -> None:
    for image in ("nginx:1.92", "quay.io/prometheus/prometheus:v3.7.3"):
        stored(alice_client, image).go("check:c1")
    page = alice_client.get(open_step(alice_client, "/buy/").press("pick-image:c1")["Location"]).content.decode()
    recent = re.findall(r'name="recent" value="([^"]+)" title="[^"]+">([^<]+)', page)
    assert recent == [("quay.io/prometheus/prometheus:v3.7.3",) * 2]


def test_a_container_without_an_image_has_no_versions_yet(alice_client: Client) -> None:
    form = open_step(alice_client, "/buy/").go("save")
    page = alice_client.get(form.press("versions:c1")["Location"])
    assert page.status_code == 200
    assert "There is no image address yet." in page.content.decode()
