"""Images that a page with a script has checked by itself: of a link, and of every container that nobody asked about."""

import re
from html import unescape

import pytest
from django.test import Client, override_settings

from consoleapp.wizard.models import DraftCheck
from tests.wizard.page_form import StepForm, open_step
from tests.wizard.registries import OPEN, PRIVATE

pytestmark = pytest.mark.django_db


def stored(client: Client, image: str) -> StepForm:
    """Basic Settings of a stored draft whose one container runs this image."""
    return open_step(client, f"/buy/?image={image}").go("save")


def test_images_are_checked_by_themselves_only_where_that_is_allowed(alice_client: Client) -> None:
    by_itself = "input delay:1s"
    assert f"load, {by_itself}" in alice_client.get(f"/buy/?image={PRIVATE}").content.decode()
    assert f"load, {by_itself}" not in alice_client.get("/buy/").content.decode()
    form = stored(alice_client, PRIVATE)
    assert by_itself in form.html
    assert "data-asks" in form.html
    with override_settings(CHECK_ON_INPUT=False):
        for address in (form.url, f"/buy/?image={PRIVATE}"):
            html = alice_client.get(address).content.decode()
            assert by_itself not in html
            assert "data-asks" not in html


def test_the_images_that_nobody_has_asked_about_are_asked_about_one_after_another(alice_client: Client) -> None:
    form = stored(alice_client, OPEN).go("container-add").go("save", c2__name="two", c2__image="nginx:1.29")
    asked = []
    while found := re.search('data-asks="([^"]+)" data-changes="([^"]+)"', form.html):
        address, changes = map(unescape, found.groups())
        asked.append(changes.partition(",")[0])
        answer = alice_client.post(address)
        assert "open=c2" in answer["Location"]
        form = open_step(alice_client, answer["Location"])
    # The card that is open comes first.
    assert asked == ["#notes-c2", "#notes-c1"]
    assert DraftCheck.objects.filter(result__isnull=False).count() == 2


def test_an_image_about_which_nothing_could_be_kept_is_not_asked_about_for_ever(alice_client: Client) -> None:
    form = stored(alice_client, OPEN)
    assert "data-asks" in form.html
    assert "data-asks" not in alice_client.get(f"{form.url}?asked=c1").content.decode()
