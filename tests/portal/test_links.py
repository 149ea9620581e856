"""The page *Use it from your portal*: what it gives to copy opens the console as it says."""

import html
import re
from urllib.parse import parse_qs, quote, urlencode, urlsplit

import pytest
import yaml
from django.test import Client, override_settings
from django.urls import reverse

from consoleapp.accounts.models import User
from consoleapp.portal.summary import Asked, Link
from consoleapp.wizard.models import Draft
from tests.launch_templates.made import template
from tests.teams.people import People, browser_of
from tests.wizard.page_form import open_step

pytestmark = pytest.mark.django_db

HOSTILE = "a\"b'<script>&=#${{ x }} $CI_JOB_TOKEN %0d\\"
LISTED = override_settings(RETURN_ORIGINS=["https://portal.example.com"])


def snippet(page: str, name: str) -> str:
    found = re.search(rf'<section class="card snippet" id="{name}".*?<pre tabindex="0">(.*?)</pre>', page, re.DOTALL)
    assert found
    return html.unescape(found[1])


def link_of(value: str) -> Link:
    always = {"team": "qa"}
    return Link("https://console.example.com/buy/", "Order it", always, [Asked("image", "Image", value)])


def test_the_link_opens_the_wizard_filled_in_for_the_team(people: People, alice_client: Client) -> None:
    page = alice_client.get(
        reverse("portal:links", args=["qa"]), {"set-image": "nginx:1.27", "set-cpu": "4", "set-name": ""}
    )
    link = snippet(page.content.decode(), "link")
    assert parse_qs(urlsplit(link).query) == {"team": ["qa"], "image": ["nginx:1.27"], "cpu": ["4"]}
    form = open_step(alice_client, link.removeprefix("http://testserver"))
    assert (form.sent["c1-image"], form.sent["c1-image_version"], form.sent["cpu"]) == (["nginx"], ["1.27"], ["4"])
    form.press("save")
    assert Draft.objects.get().team == people.team


def test_the_link_opens_a_template_with_the_fields_that_it_asks_for(people: People, alice_client: Client) -> None:
    template(people)
    page = alice_client.get(reverse("portal:links", args=["qa"]), {"opens": "web-small"}).content.decode()
    assert 'name="set-image_version"' in page
    assert 'name="set-image"' not in page  # it is locked
    chosen = {"opens": "web-small", "set-cpu": "4", "set-image_version": "1.16"}
    link = snippet(alice_client.get(reverse("portal:links", args=["qa"]), chosen).content.decode(), "link")
    assert urlsplit(link).path == "/templates/qa/web-small/"
    form = open_step(alice_client, link.removeprefix("http://testserver"))
    assert (form.sent["cpu"], form.sent["c1-image_version"]) == (["4"], ["1.16"])
    assert "From the link." in form.html


@LISTED
def test_an_order_from_a_template_keeps_where_its_link_came_from(people: People, alice_client: Client) -> None:
    template(people)
    query = {"return_to": "https://portal.example.com/x", "state": "s1", "external_ref": "JIRA-42"}
    form = open_step(alice_client, f"/templates/qa/web-small/?{urlencode(query)}")
    alice_client.post(form.url, {**form.sent, "do": "all-settings"})
    assert Draft.objects.get().typed["origin"] == query


@LISTED
@pytest.mark.parametrize(
    ("chosen", "said"),
    [("https://portal.example.com", ["https://portal.example.com/"]), ("https://evil.example", None), ("", None)],
)
def test_the_way_back_is_one_of_the_listed_sites(
    people: People, alice_client: Client, chosen: str, said: list[str] | None
) -> None:
    page = alice_client.get(reverse("portal:links", args=["qa"]), {"set-image": "nginx", "return_to": chosen})
    assert parse_qs(urlsplit(snippet(page.content.decode(), "link")).query).get("return_to") == said
    assert b"evil.example" not in page.content


def test_frames_are_told_of_where_sites_are_listed(people: People, alice_client: Client) -> None:
    address = reverse("portal:links", args=["qa"])
    assert b"iframe" not in alice_client.get(address).content
    with override_settings(FRAME_ANCESTORS=["https://portal.example.com"]):
        assert "<iframe src=" in snippet(alice_client.get(address).content.decode(), "frame")


@pytest.mark.parametrize("value", ["nginx:1.27", HOSTILE])
def test_what_is_copied_says_what_the_link_says(value: str) -> None:
    link = link_of(value)
    wanted = {"team": ["qa"], "image": [value]}
    assert parse_qs(urlsplit(link.url).query) == wanted
    assert f'<a href="{html.escape(link.url)}">Order it</a>' == link.html
    told = yaml.safe_load(link.backstage("qa"))
    asked = told["spec"]["parameters"][0]["properties"]["image"]
    assert (asked["title"], asked["default"]) == ("Image", value)
    url = told["spec"]["output"]["links"][0]["url"].replace('${{ parameters["image"] | urlencode }}', quote(value))
    assert parse_qs(urlsplit(url).query) == wanted
    job = yaml.safe_load(link.gitlab)["order container group"]["environment"]["url"]
    assert job.endswith("&external_ref=$CI_PROJECT_PATH_SLUG-$CI_PIPELINE_ID")
    assert "$CI_JOB_TOKEN" not in job


def test_what_was_typed_stands_in_the_page_as_text(people: People, alice_client: Client) -> None:
    page = alice_client.get(reverse("portal:links", args=["qa"]), {"set-image": HOSTILE}).content.decode()
    assert "<script>&=" not in page
    assert parse_qs(urlsplit(snippet(page, "link")).query)["image"] == [HOSTILE]


def test_nobody_else_sees_the_page(people: People, mallory: User) -> None:
    assert browser_of(mallory).get(reverse("portal:links", args=["qa"])).status_code == 404
