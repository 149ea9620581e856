"""The checklist beside the form, and the foot: what fails before what is missing before what is done; one button to
press."""

import re

import pytest
from django.test import Client

from tests.wizard.page_form import StepForm, open_step

pytestmark = pytest.mark.django_db


def lines(html: str) -> list[tuple[str, str]]:
    """The lines of the checklist: what kind each is, and what it says."""
    listed = html[html.index('<ul class="decisions">') : html.index('<ul class="decisions three">')]
    return re.findall(r'<li class="(\w*)">.*?<span class="cut">(.*?)</span>', listed, re.DOTALL)


def primary(html: str) -> str:
    (found,) = re.findall(r'<button class="btn primary"[^>]*>([^<]*)</button>', html[html.index('id="moves"') :])
    return str(found)


def test_what_fails_stands_before_what_is_missing_and_what_is_done(alice_client: Client) -> None:
    form = open_step(alice_client, "/buy/?image=nginx:1.27").go("check:c1").go("container-add")
    form = form.go("check:c2", c2__image="nginx:1.92").go("init-add")
    assert lines(form.html) == [("bad", "container-2"), ("todo", "Image of init-1 is missing."), ("ok", "container-1")]
    assert "An image cannot be pulled" in form.html


def test_what_nobody_has_proved_is_done_and_not_green(started: StepForm) -> None:
    assert lines(started.html) == [("", "container-1")]
    assert '<h2 id="aside-title">Ready to order</h2>' in started.html


def test_each_line_leads_to_its_place(started: StepForm) -> None:
    form = started.go("container-add")
    assert "container-open:c1:c1-image" in form.buttons
    assert 'href="#id_c2-image"' in form.html
    assert 'href="#size"' in form.html
    assert 'href="#network"' in form.html
    other = form.go("save", c2__image="nginx").go("goto:other")
    assert {"goto:basic:c1:c1-image", "goto:basic::size", "goto:basic::network"} <= set(other.buttons)
    assert other.press("goto:basic::network")["Location"].endswith("?at=network#network")


def test_the_button_to_press_is_the_one_that_ends_the_form_once_nothing_is_missing(started: StepForm) -> None:
    assert primary(started.html) == "Confirm Configuration"
    assert primary(started.go("container-add").html) == "Next: Other Settings"


def test_an_elastic_ip_is_said_to_cost_traffic_too(started: StepForm) -> None:
    assert "+ traffic" not in started.html
    form = started.go("eip-create")
    assert form.html.count("+ traffic") == 2


def test_several_groups_are_counted_beside_their_size(started: StepForm) -> None:
    assert "3 × 2 vCPU · 4 GiB" in started.go("save", quantity="3").html


def test_the_names_of_many_containers_that_lack_something_are_cut_off(started: StepForm) -> None:
    form = started
    for _number in range(10):
        form = form.go("container-add")
    assert [kind for kind, _text in lines(form.html)].count("todo") == 8
    assert "and 2 more" in form.html
