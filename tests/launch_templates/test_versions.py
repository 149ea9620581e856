"""Versions: a draft stays on its own, is told of a newer one, takes it over; a withdrawn one makes no order."""

from typing import Any

import pytest
from django.urls import reverse

from consoleapp.domain.roles import Role
from consoleapp.launch_templates import services
from consoleapp.launch_templates.models import LaunchTemplateVersion, State
from consoleapp.orders.models import Order
from consoleapp.teams.actors import Actor
from consoleapp.wizard.draft import template as of_template
from consoleapp.wizard.models import Draft
from consoleapp.wizard.services import drafts
from tests.launch_templates.made import FIELDS, again, template
from tests.teams.people import People, browser_of, team
from tests.wizard.page_form import open_step


@pytest.fixture
def people(db: None) -> People:
    return team()


def draft_of(people: People, version: LaunchTemplateVersion, **typed: Any) -> Draft:
    actor = Actor(people[Role.OPERATOR], people.team, Role.OPERATOR)
    data = of_template.new_data(version)
    data["spec"].update(typed)
    return drafts.create_draft(actor, data, template_version=version)


def confirm_of(people: People, draft: Draft) -> Any:
    return open_step(browser_of(people[Role.OPERATOR]), reverse("wizard:confirm", args=[draft.pk]))


def newer_of(draft: Draft) -> str:
    return reverse("launch_templates:newer", args=[draft.pk])


def test_confirm_says_nothing_on_the_newest_version(people: People) -> None:
    assert "template-notice" not in confirm_of(people, draft_of(people, template(people))).html


def test_confirm_says_that_a_newer_version_is_out(people: People) -> None:
    version = template(people)
    draft = draft_of(people, version)
    again(people, version, "Larger allowed")
    page = confirm_of(people, draft).html
    assert "Version 2 of the template Web, small is out." in page
    assert "Larger allowed" in page
    assert newer_of(draft) in page


def test_what_differs_is_told_before_it_is_taken_over(people: People) -> None:
    version = template(people)
    draft = draft_of(people, version)
    again(people, version, cpu={"mode": "locked"})
    page = browser_of(people[Role.OPERATOR]).get(newer_of(draft)).content.decode()
    assert "vCPU" in page
    assert "locked" in page
    assert Draft.objects.get().template_version_id == version.pk


def test_what_was_typed_stays_where_it_is_still_open(people: People) -> None:
    version = template(people)
    draft = draft_of(people, version, cpu="4", memory_gib="8")
    data = {**version.data, "spec": {**version.data["spec"], "cpu": "1", "restart_policy": "Never"}}
    fields = {**FIELDS, "memory_gib": {"mode": "locked"}}
    newer = services.add_version(
        Actor(people[Role.ADMIN], people.team, Role.ADMIN), version.template, note="", data=data, fields=fields
    )
    answer = browser_of(people[Role.OPERATOR]).post(newer_of(draft))
    moved = Draft.objects.get()
    spec = moved.typed["spec"]
    assert answer["Location"] == reverse("wizard:confirm", args=[draft.pk])
    assert moved.template_version_id == newer.pk
    assert (spec["cpu"], spec["memory_gib"], spec["restart_policy"]) == ("4", "4", "Never")


def test_nothing_is_to_be_taken_over_on_the_newest_version(people: People) -> None:
    draft = draft_of(people, template(people))
    client = browser_of(people[Role.OPERATOR])
    assert (client.get(newer_of(draft)).status_code, client.post(newer_of(draft)).status_code) == (404, 404)


@pytest.mark.parametrize("how", ["withdrawn", "retired"])
def test_an_order_of_what_is_gone_is_refused_with_the_way_on(people: People, how: str) -> None:
    version = template(people)
    draft = draft_of(people, version)
    form = confirm_of(people, draft)
    if how == "withdrawn":
        services.withdraw(people[Role.ADMIN], version)
    else:
        services.set_state(people[Role.ADMIN], version.template, State.RETIRED)
    answer = form.press("order", terms="on", anyway="on")
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "nothing new is ordered from it" in page
    assert "alice-of-qa" in page
    assert not Order.objects.exists()


def test_from_a_withdrawn_version_the_newer_one_is_the_way_on(people: People) -> None:
    version = template(people)
    draft = draft_of(people, version)
    again(people, version)
    services.withdraw(people[Role.ADMIN], version)
    page = confirm_of(people, draft).html
    assert "Take over version 2" in page
    browser_of(people[Role.OPERATOR]).post(newer_of(draft))
    confirm_of(people, draft).press("order", terms="on", anyway="on")
    assert Order.objects.get().template_version is not None


def test_a_withdrawn_version_leaves_orders_alone(people: People) -> None:
    version = template(people)
    draft = draft_of(people, version)
    confirm_of(people, draft).press("order", terms="on", anyway="on")
    before = Order.objects.values().get()
    services.withdraw(people[Role.ADMIN], version)
    assert Order.objects.values().get() == before


def test_rows_that_one_has_added_are_kept_and_new_ones_come(people: People) -> None:
    version = template(people, fields={**FIELDS, "tags": {"mode": "grow"}})
    draft = draft_of(people, version, tags=[{"_key": "t9", "key": "mine", "value": "1"}])
    data = {**version.data, "spec": {**version.data["spec"], "tags": [{"_key": "t3", "key": "team", "value": "qa"}]}}
    actor = Actor(people[Role.ADMIN], people.team, Role.ADMIN)
    newer = services.add_version(actor, version.template, note="", data=data, fields=version.fields)
    moved = of_template.moved(draft.typed, version, newer)
    assert [row["key"] for row in moved["spec"]["tags"]] == ["team", "mine"]
