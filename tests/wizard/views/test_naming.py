"""The name of a group follows its image until somebody types one, on every way that an image can change."""

import re

import pytest
from django.test import Client

from consoleapp.wizard.models import Draft
from tests.wizard.page_form import StepForm, open_step

pytestmark = pytest.mark.django_db
NAME = "container_group_name"


def begun(client: Client, query: str = "") -> tuple[StepForm, str]:
    """The first page, and the four digits of its name."""
    form = open_step(client, f"/buy/{query}")
    return form, form.sent[NAME][0][-4:]


def test_the_name_that_is_shown_is_kept_by_the_first_save(client: Client) -> None:
    form, digits = begun(client)
    assert form.sent[NAME] == [f"group-{digits}"]
    assert form.go("save").sent[NAME] == [f"group-{digits}"]
    assert Draft.objects.get().name == f"group-{digits}"


def test_the_name_follows_the_image_with_each_save(client: Client) -> None:
    form, digits = begun(client)
    form = form.go("save", c1__image="nginx:1.27")
    assert form.sent[NAME] == [f"nginx-{digits}"]
    form = form.go("save", c1__image="registry.example.com/team/api")
    assert form.sent[NAME] == [f"api-{digits}"]
    assert Draft.objects.get().name == f"api-{digits}"


def test_the_name_follows_an_image_of_the_link_that_is_changed_before_the_first_save(client: Client) -> None:
    form, digits = begun(client, "?image=nginx")
    assert form.sent[NAME] == [f"nginx-{digits}"]
    assert form.go("save", c1__image="redis").sent[NAME] == [f"redis-{digits}"]


@pytest.mark.parametrize("is_stored", [False, True])
def test_a_page_that_is_only_looked_at_again_shows_the_name(client: Client, is_stored: bool) -> None:
    form, digits = begun(client)
    form = form.go("save") if is_stored else form
    sent = {**form.sent, "c1-image": "nginx", "do": "refresh"}
    page = client.post(form.url, sent, follow=True, headers={"HX-Request": "true"}).content.decode()
    assert f'data-given-name="nginx-{digits}"' in page
    assert f'value="nginx-{digits}"' in page


def test_the_name_is_told_before_the_registry_has_answered(client: Client) -> None:
    form, digits = begun(client)
    form = form.go("save")
    sent = {**form.sent, "c1-image": "nginx", "do": "check:c1"}
    note = client.post(form.url, sent, headers={"HX-Request": "true", "HX-Target": "check-c1"}).content.decode()
    assert "Checking access" in note
    assert f'data-given-name="nginx-{digits}"' in note


@pytest.mark.parametrize("query", ["", "?image=nginx"])
def test_a_typed_name_stays_whatever_the_image(client: Client, query: str) -> None:
    form, _digits = begun(client, query)
    form = form.go("save", container_group_name="shop").go("save", c1__image="redis")
    assert form.sent[NAME] == ["shop"]


def test_the_name_of_a_link_counts_as_typed(client: Client) -> None:
    form, _digits = begun(client, "?name=shop&image=nginx")
    assert form.go("save", c1__image="redis").sent[NAME] == ["shop"]


def test_an_image_that_is_picked_names_the_group(client: Client) -> None:
    form, digits = begun(client)
    form = form.go("save")
    draft_id = str(Draft.objects.get().pk)
    answer = client.post(f"/buy/{draft_id}/images/c1/common/", {"recent": "registry.example.com/team/web:1"})
    assert answer.status_code == 303
    assert open_step(client, answer["Location"]).sent[NAME] == [f"web-{digits}"]


def test_the_name_follows_the_container_that_has_become_the_first(client: Client) -> None:
    form, digits = begun(client, "?image=nginx")
    form = form.go("container-add")
    form = form.go("save", c2__image="redis")
    assert form.sent[NAME] == [f"nginx-{digits}"]
    assert form.go("container-remove:c1").sent[NAME] == [f"redis-{digits}"]


def test_confirm_shows_the_name_that_the_page_would_show(client: Client) -> None:
    form, digits = begun(client)
    answer = form.press("confirm", c1__image="registry-vpc.cn-hangzhou.aliyuncs.com/eci_open/nginx:1.14.2")
    assert answer["Location"].endswith("/confirm/")
    assert f"nginx-{digits}" in client.get(answer["Location"]).content.decode()


def test_another_tab_that_has_typed_a_name_is_asked_about(client: Client) -> None:
    form, digits = begun(client, "?image=nginx")
    one = form.go("save")
    two = open_step(client, one.url)
    one.go("save", container_group_name="shop")
    answer = two.press("save", c1__image="redis")
    assert answer.status_code == 409
    page = answer.content.decode()
    assert "shop" in page
    assert f"redis-{digits}" in page
    assert "given" not in page
    keep = re.search(r'value="(keep-mine:[0-9a-f]+)"', page)
    assert keep
    client.post(one.url, {"do": keep[1]})
    assert Draft.objects.get().name == f"redis-{digits}"
