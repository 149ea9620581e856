"""Drafts of a template: what it fixes is put back by the service that saves, and shown as fixed on the pages."""

import uuid
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from consoleapp.domain.roles import Role
from consoleapp.launch_templates.models import LaunchTemplateVersion
from consoleapp.orders.models import Order
from consoleapp.teams.actors import Actor
from consoleapp.wizard.draft import template as of_template
from consoleapp.wizard.models import Draft
from consoleapp.wizard.services import drafts
from consoleapp.wizard.steps import evaluate
from tests.launch_templates.made import FIELDS, template
from tests.teams.people import People, browser_of, team
from tests.wizard.page_form import open_step


@pytest.fixture
def people(db: None) -> People:
    return team()


def draft_of(people: People, version: LaunchTemplateVersion, by: Role = Role.OPERATOR) -> Draft:
    actor = Actor(people[by], people.team, by)
    made = drafts.create_draft(actor, of_template.new_data(version), template_version=version)
    return drafts.find_draft(actor, made.pk)


def post(client: Client, draft: Draft, step: str = "basic", **changed: str) -> Any:
    """Post the page of a step as a browser would, with some fields changed, renamed or added."""
    form = open_step(client, reverse(f"wizard:{step}", args=[draft.pk]))
    return client.post(form.url, {**form.sent, "do": "save", **changed})


def stored(draft: Draft) -> dict[str, Any]:
    return dict(Draft.objects.get(pk=draft.pk).typed["spec"])


def test_what_is_locked_is_put_back_whatever_is_posted(people: People) -> None:
    draft = draft_of(people, template(people))
    post(
        browser_of(people[Role.OPERATOR]),
        draft,
        **{"c1-image": "mallory/miner", "c1-image_version": "1.16", "cpu": "4"},
    )
    container = stored(draft)["containers"][0]
    assert container["image"] == "registry-vpc.cn-hangzhou.aliyuncs.com/eci_open/nginx"
    assert (container["image_version"], stored(draft)["cpu"]) == ("1.16", "4")


def test_what_is_hidden_and_was_never_in_the_page_is_put_back(people: People) -> None:
    draft = draft_of(people, template(people, fields={"cpu": {"mode": "hidden"}, "restart_policy": {"mode": "hidden"}}))
    client = browser_of(people[Role.OPERATOR])
    page = client.get(reverse("wizard:basic", args=[draft.pk])).content.decode()
    assert 'name="cpu"' not in page
    assert 'name="restart_policy"' not in page
    post(client, draft, cpu="64", restart_policy="Never")
    assert (stored(draft)["cpu"], stored(draft)["restart_policy"]) == ("2", "Always")


def test_no_row_is_added_to_a_fixed_list_by_any_button(people: People) -> None:
    draft = draft_of(people, template(people, fields={**FIELDS, "*": {"mode": "locked"}}))
    client = browser_of(people[Role.OPERATOR])
    for verb in (
        "container-add",
        "init-add",
        "row-add:c1:environment_vars",
        "container-copy:c1",
        "container-remove:c1",
    ):
        post(client, draft, do=verb)
    post(client, draft, "other", do="row-add:tags")
    post(client, draft, "other", do="eip-create")
    after = stored(draft)
    assert [row["_key"] for row in after["containers"]] == ["c1"]
    assert not after.get("init_containers")
    assert not after.get("tags")
    assert not after["containers"][0].get("environment_vars")
    assert after.get("eip", "none") == "none"


def test_a_copy_of_a_draft_stays_on_its_template(people: People) -> None:
    draft = draft_of(people, template(people))
    twin = drafts.copy_draft(draft)
    assert twin.template_version_id == draft.template_version_id


def test_pages_say_what_is_locked_and_why(people: People) -> None:
    draft = draft_of(people, template(people))
    page = browser_of(people[Role.OPERATOR]).get(reverse("wizard:basic", args=[draft.pk])).content.decode()
    assert "Locked by the template Web, small" in page
    assert "The template allows 1, 2, 4." in page
    assert "Template Web, small, version 1" in page
    assert 'value="pick-image:c1"' not in page


def test_a_draft_without_a_template_has_no_locks(people: People) -> None:
    actor = Actor(people[Role.OPERATOR], people.team, Role.OPERATOR)
    version = template(people)
    data = of_template.new_data(version)
    free = drafts.create_draft(actor, data)
    page = browser_of(people[Role.OPERATOR]).get(reverse("wizard:basic", args=[free.pk])).content.decode()
    assert "Locked by" not in page
    assert 'value="pick-image:c1"' in page


@pytest.mark.parametrize(
    ("said", "value", "sentence"),
    [
        ({"mode": "open", "choices": ["1", "2"]}, "4", "The template Web, small allows one of: 1, 2."),
        ({"mode": "open", "max": "2"}, "4", "The template Web, small allows at most 2."),
        ({"mode": "open", "min": "4"}, "2", "The template Web, small allows 4 and more."),
        ({"mode": "default", "min": "1", "max": "2"}, "4", "The template Web, small allows 1 to 2."),
        ({"mode": "required"}, "", "vCPU is missing."),
    ],
)
def test_a_value_out_of_bounds_is_told_at_its_field(
    people: People, said: dict[str, Any], value: str, sentence: str
) -> None:
    data = of_template.new_data(template(people, fields={"cpu": said}))
    data["spec"]["cpu"] = value
    problem = next(each for each in evaluate(data, {}).problems if each.field_id == "id_cpu")
    assert problem.message.startswith(sentence[:-1])


def test_a_pattern_bounds_the_version_of_an_image(people: People) -> None:
    fields = {"containers/c1/image_version": {"mode": "open", "pattern": "1.*"}}
    data = of_template.new_data(template(people, fields=fields))
    assert not evaluate(data, {}).problems
    data["spec"]["containers"][0]["image_version"] = "2.0"
    (problem,) = evaluate(data, {}).problems
    assert (problem.field_id, problem.name) == ("id_c1-image_version", "Image version")


def test_an_order_keeps_the_version_that_it_was_made_of(people: People) -> None:
    version = template(people)
    draft = draft_of(people, version)
    client = browser_of(people[Role.OPERATOR])
    post(client, draft, "confirm", do="order", terms="on", anyway="on")
    assert Order.objects.get().template_version_id == version.pk
    assert draft.template_name == "Web, small"


def test_the_tree_of_the_template_is_never_stored_with_a_draft(people: People) -> None:
    draft = draft_of(people, template(people))
    post(browser_of(people[Role.OPERATOR]), draft)
    assert "template" not in Draft.objects.get(pk=draft.pk).data
    assert isinstance(draft.pk, uuid.UUID)
