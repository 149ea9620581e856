"""`/buy/`: looking stores nothing, the first save makes the draft."""

import re
from urllib.parse import urlencode

import pytest
from django.contrib.sessions.models import Session
from django.test import Client, override_settings
from django.urls import reverse

from consoleapp.accounts.models import User
from consoleapp.wizard.models import Draft
from tests.teams.people import team
from tests.wizard.page_form import StepForm, open_step, read

pytestmark = pytest.mark.django_db


def test_looking_around_stores_nothing(client: Client) -> None:
    answer = client.get("/buy/?image=nginx:1.27&cpu=2&memory=4&name=web")
    assert answer.status_code == 200
    assert not User.objects.exists()
    assert not Session.objects.exists()
    assert not Draft.objects.exists()
    assert "sessionid" not in answer.cookies


def test_the_address_fills_in_the_page(client: Client) -> None:
    form = open_step(client, "/buy/?image=nginx:1.27&cpu=4&memory=8.0&name=web&region=cn-shanghai")
    assert form.sent["c1-image"] == ["nginx"]
    assert form.sent["c1-image_version"] == ["1.27"]
    assert form.sent["cpu"] == ["4"]
    assert form.sent["memory_gib"] == ["8"]
    assert form.sent["container_group_name"] == ["web"]
    assert form.sent["region_id"] == ["cn-shanghai"]


def test_without_an_address_name_size_and_network_are_prefilled(client: Client) -> None:
    form = open_step(client, "/buy/")
    assert form.sent["container_group_name"][0].startswith("group-")
    assert (form.sent["cpu"], form.sent["memory_gib"]) == (["2"], ["4"])
    assert form.sent["region_id"] == ["cn-hangzhou"]
    assert form.sent["vswitch_ids"]
    assert form.sent["security_group_id"][0]
    assert form.sent["restart_policy"] == ["Always"]


def test_the_first_save_makes_a_guest_and_a_draft(client: Client) -> None:
    open_step(client, "/buy/").go("save", c1__image="nginx:1.27")
    draft = Draft.objects.get()
    assert draft.owner.is_guest
    assert draft.typed["spec"]["containers"][0]["image"] == "nginx"
    assert draft.typed["spec"]["containers"][0]["image_version"] == "1.27"


@pytest.mark.parametrize(("do", "dialog"), [("pick-image:c1", "images/c1/last/"), ("versions:c1", "versions/c1/")])
def test_a_dialog_that_is_asked_for_first_opens_over_the_drafts_page(client: Client, do: str, dialog: str) -> None:
    form = open_step(client, "/buy/")
    answer = client.post("/buy/", {**form.sent, "do": do}, headers={"HX-Request": "true"})
    page = client.get(answer["Location"], headers={"HX-Request": "true"}).content.decode()
    opener = f'hx-get="/buy/{Draft.objects.get().pk}/{dialog}"'
    assert opener in page
    # Who reloads the page, or comes back to it, has seen the dialog already.
    assert opener not in client.get(answer["Location"]).content.decode()


def test_without_a_script_a_dialog_that_is_asked_for_first_is_a_page(client: Client) -> None:
    answer = open_step(client, "/buy/").press("pick-image:c1")
    assert answer["Location"] == f"/buy/{Draft.objects.get().pk}/images/c1/last/"


def test_a_second_save_of_a_guest_makes_no_second_guest(client: Client) -> None:
    form = open_step(client, "/buy/").go("save")
    form.go("save")
    assert User.objects.count() == 1
    assert Draft.objects.count() == 1


def test_next_leads_to_other_settings_once_the_image_is_there(client: Client) -> None:
    answer = open_step(client, "/buy/").press("next", c1__image="busybox:1.37")
    assert answer.status_code == 303
    assert answer["Location"].endswith("/other/")


def test_next_without_an_image_stays_and_says_so(client: Client) -> None:
    form = open_step(client, "/buy/").go("next")
    assert "Image of container-1 is missing." in form.html
    assert 'id="id_c1-image_error"' in form.html


def test_another_region_before_the_first_save_shows_its_lists_and_stores_nothing(client: Client) -> None:
    form = open_step(client, "/buy/")
    answer = form.press("refresh", region_id="cn-shanghai", c1__image="kept.example.com/a:1")
    assert answer.status_code == 200
    html = answer.content.decode()
    assert "kept.example.com/a" in html
    assert 'value="cn-shanghai" selected' in html
    assert not Draft.objects.exists()


@pytest.mark.parametrize(
    "query",
    [
        "cpu=1e309&memory=NaN",
        "cpu=-0&memory=-1",
        "cpu=99999999999999999999&memory=4",
        "name=%22%3E%3Cscript%3Ealert(1)%3C/script%3E",
        "name={{7*7}}&image=%25s%25n",
        "region=eu-west-1&vpc=../../x",
        "image=" + "a" * 3000,
    ],
)
def test_hostile_addresses_are_shown_as_text_and_refused_at_their_fields(client: Client, query: str) -> None:
    answer = client.get(f"/buy/?{query}")
    assert answer.status_code == 200
    assert b"<script>alert" not in answer.content
    form = open_step(client, f"/buy/?{query}").go("next")
    assert 'id="errors"' in form.html


def test_an_image_is_checked_for_its_place_alone_and_stores_nothing(client: Client) -> None:
    form = open_step(client, "/buy/?image=open.example.com/public/web:1.0.1")
    data = {**form.sent, "do": "check:c1"}
    answer = client.post("/buy/", data, headers={"HX-Request": "true", "HX-Target": "check-c1"})
    assert answer.status_code == 200
    assert "has no version 1.0.1" in answer.content.decode()
    assert not Draft.objects.exists()
    assert not User.objects.exists()
    assert not Session.objects.exists()


def test_the_version_that_did_not_count_is_named_and_offered(client: Client) -> None:
    said = "Image version <code>1.27</code> counts; the address said <code>1.29</code>."
    form = read(client, open_step(client, "/buy/").press("refresh", c1__image="nginx:1.29", c1__image_version="1.27"))
    assert (form.sent["c1-image"], form.sent["c1-image_version"]) == (["nginx"], ["1.27"])
    assert said in form.html
    # Also after what the page asks by itself, and once it is stored.
    form = read(client, form.press("refresh"))
    assert said in form.html
    form = form.go("save")
    assert said in form.html
    form = form.go("check-tag:c1:1.29")
    assert form.sent["c1-image_version"] == ["1.29"]
    assert "the address said" not in form.html


def test_a_version_that_was_passed_over_is_forgotten_with_its_image(client: Client) -> None:
    form = open_step(client, "/buy/").go("save", c1__image="nginx:1.29", c1__image_version="1.27")
    assert "the address said" in form.html
    assert "the address said" not in form.go("save", c1__image="redis", c1__image_version="8").html


def test_the_page_asks_for_the_image_first_and_for_the_network_after_size(client: Client) -> None:
    page = client.get("/buy/").content.decode()
    places = [
        page.index(f'<section class="card" id="{name}"') for name in ("what", "containers", "size", "network", "group")
    ]
    assert places == sorted(places)
    assert places[0] < page.index('name="c1-image"') < places[1]


@pytest.mark.parametrize(("query", "is_focused"), [("", True), ("?image=nginx:1.27", False)])
def test_a_page_without_an_image_begins_in_its_field(client: Client, query: str, is_focused: bool) -> None:
    assert ('data-focus="id_c1-image"' in client.get(f"/buy/{query}").content.decode()) is is_focused


def test_the_image_names_its_container_where_there_are_several(client: Client) -> None:
    form = open_step(client, "/buy/?image=nginx:1.27")
    assert "Image of" not in form.html
    assert "Image of container-2" in form.go("container-add").html


LISTED = override_settings(RETURN_ORIGINS=["https://portal.example.com"])


def test_a_link_fills_in_any_field_by_its_path_and_stores_nothing(client: Client) -> None:
    link = (
        "/buy/?image=nginx&version=1.27&quantity=2&containers.0.working_dir=/srv&host_name=web&eip=create"
        "&active_deadline_seconds=600&containers.0.tty=true&dns_policy=None"
    )
    page = client.get(link)
    form = open_step(client, link)
    assert (form.sent["c1-image"], form.sent["c1-image_version"]) == (["nginx"], ["1.27"])
    assert (form.sent["quantity"], form.sent["c1-working_dir"]) == (["2"], ["/srv"])
    assert b"It was left out" not in page.content
    assert not Draft.objects.exists()
    assert not User.objects.exists()


def test_what_a_link_filled_in_says_so_at_its_field_until_it_is_saved(client: Client) -> None:
    form = open_step(client, "/buy/?image=nginx&cpu=4&name=web&host_name=web-1")
    marked = [name for name in ("c1-image", "container_group_name", "memory_gib", "quantity") if _is_marked(form, name)]
    assert marked == ["c1-image", "container_group_name"]
    assert form.html.count("From the link.") == 2
    assert "From the link." not in form.go("save").html


def _is_marked(form: StepForm, name: str) -> bool:
    return bool(re.search(rf'<input[^>]* name="{name}"[^>]* title="From the link."', form.html))


@pytest.mark.parametrize(
    "name",
    [
        "nonsense",
        "image_registry_credentials",
        "image_registry_credentials.0.password",
        "containers.0.environment_vars.0.value",
        "containers.2.image",
        "containers.0.security_context",
        "plain_http_registries",
        "insecure_registries",
        "volumes.0.config_files.0.content",
        "__class__",
    ],
)
def test_what_no_link_may_say_is_left_out_and_told(client: Client, name: str) -> None:
    page = client.get("/buy/", {"image": "nginx", name: "canary-7f3a"}).content.decode()
    assert f"The link says something about {name} that does not count here." in page
    assert "canary-7f3a" not in page


@LISTED
def test_where_a_link_came_from_is_kept_with_the_draft_and_nothing_before(client: Client) -> None:
    query = {"image": "nginx", "return_to": "https://portal.example.com/x", "state": "s1", "external_ref": "JIRA-42"}
    form = open_step(client, f"/buy/?{urlencode(query)}")
    assert not Draft.objects.exists()
    client.post(form.url, {**form.sent, "do": "save"})
    assert Draft.objects.get().typed["origin"] == {
        "return_to": "https://portal.example.com/x",
        "state": "s1",
        "external_ref": "JIRA-42",
    }


@LISTED
def test_a_site_that_is_not_listed_is_not_kept_and_told(client: Client) -> None:
    form = open_step(client, "/buy/?return_to=https://evil.example/")
    assert "evil.example" not in form.url
    assert b"The link says something about return_to" in client.get("/buy/?return_to=https://evil.example/").content
    client.post(f"{form.url}?return_to=https://evil.example/", {**form.sent, "do": "save"})
    assert "origin" not in Draft.objects.get().typed


@LISTED
def test_a_copy_of_a_draft_is_none_that_the_other_site_asked_for(client: Client) -> None:
    form = open_step(client, "/buy/?image=nginx&external_ref=JIRA-42")
    client.post(form.url, {**form.sent, "do": "save"})
    client.post(reverse("wizard:copy", args=[Draft.objects.get().pk]))
    assert sorted("origin" in draft.typed for draft in Draft.objects.all()) == [False, True]


def test_a_link_for_a_team_begins_a_draft_of_that_team(alice: User, alice_client: Client) -> None:
    people = [team("aa", admin=alice), team("qa", admin=alice)]
    form = open_step(alice_client, "/buy/?image=nginx&team=qa")
    alice_client.post(form.url, {**form.sent, "do": "save"})
    assert Draft.objects.get().team == people[1].team
