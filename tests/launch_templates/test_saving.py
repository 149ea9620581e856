"""*Save as template*: from Confirm, from a group, as a new version; who may, what is never stored, what is told."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from consoleapp.catalogue.services.keys import with_keys_of
from consoleapp.domain.roles import Role
from consoleapp.domain.secret import Secret
from consoleapp.launch_templates.models import LaunchTemplate, LaunchTemplateVersion, State
from consoleapp.orders.models import Order
from consoleapp.teams.actors import Actor
from consoleapp.wizard.draft.encoding import to_draft
from consoleapp.wizard.models import Draft
from consoleapp.wizard.services import drafts
from tests.launch_templates.made import FIELDS, template
from tests.teams.people import People, browser_of, team
from tests.wizard.complete import CANARY, VPC, private_spec, spec
from tests.wizard.page_form import open_step

NAMED = {"name": "Api", "slug": "api", "text": "The shop's API", "rest": "open"}


@pytest.fixture
def people(db: None) -> People:
    return team()


def draft_of(people: People, role: Role = Role.OPERATOR, **changed: Any) -> Draft:
    made = to_draft(private_spec(**changed), VPC)
    return drafts.create_draft(Actor(people[role], people.team, role), made.data, secrets=made.secrets)


def posted(client: Client, address: str, **changed: str) -> dict[str, str]:
    """What the page sends as it stands, with some fields changed."""
    page = client.get(address)
    rows = [row for section in page.context["sections"] for row in section["rows"]]
    sent = {f"mode-{row['line'].control}": row["mode"] for row in rows}
    for row in rows:
        sent |= {f"{name}-{row['line'].control}": value for name, value in row["bounds"].items() if value}
    return {**sent, "rest": page.context["rest"], **changed}


def save(people: People, **changed: str) -> Any:
    draft = draft_of(people)
    client, address = browser_of(people[Role.OPERATOR]), reverse("launch_templates:save-draft", args=[draft.pk])
    return client.post(address, posted(client, address, **{**NAMED, **changed}))


def test_confirm_and_the_groups_page_lead_there_in_a_team_alone(people: People) -> None:
    draft = draft_of(people)
    client = browser_of(people[Role.OPERATOR])
    confirm = client.get(reverse("wizard:confirm", args=[draft.pk]), follow=True).content.decode()
    assert reverse("launch_templates:save-draft", args=[draft.pk]) in confirm
    own = drafts.create_draft(Actor(people[Role.OPERATOR]), to_draft(spec(), VPC).data)
    confirm = client.get(reverse("wizard:confirm", args=[own.pk]), follow=True).content.decode()
    assert "Save as template" not in confirm


def test_saves_what_was_set_as_ones_own(people: People) -> None:
    answer = save(people)
    version = LaunchTemplateVersion.objects.get()
    assert answer["Location"] == "/templates/qa/api/about/"
    assert (version.template.state, version.template.owner, version.number) == (State.OWN, people[Role.OPERATOR], 1)
    assert version.data["spec"]["containers"][0]["image"] == "registry.example.com/team/api"
    assert version.fields["containers/c1/image"] == {"mode": "locked"}


def test_secrets_become_required_and_are_never_stored(people: People) -> None:
    save(people)
    version = LaunchTemplateVersion.objects.get()
    stored = str([version.data, version.fields])
    assert CANARY not in stored
    assert "demo-password" not in stored
    (secret,) = [key for key, said in version.fields.items() if said["mode"] == "required"]
    assert secret.endswith("/value")


def test_a_secret_cannot_be_locked(people: People) -> None:
    draft = draft_of(people)
    client, address = browser_of(people[Role.OPERATOR]), reverse("launch_templates:save-draft", args=[draft.pk])
    sent = posted(client, address, **NAMED)
    secret = next(name for name, value in sent.items() if value == "required")
    answer = client.post(address, {**sent, secret: "locked"})
    assert answer.status_code == 422
    assert not LaunchTemplate.objects.exists()


def test_a_group_has_a_name_of_its_own(people: People) -> None:
    save(people)
    assert "container_group_name" not in LaunchTemplateVersion.objects.get().data["spec"]


def test_bounds_and_help_are_kept(people: People) -> None:
    save(people, **{"choices-cpu": "1, 2", "help-cpu": "Small is enough", "max-memory_gib": "8"})
    fields = LaunchTemplateVersion.objects.get().fields
    assert fields["cpu"] == {"mode": "open", "help": "Small is enough", "choices": ["1", "2"]}
    assert fields["memory_gib"] == {"mode": "open", "max": "8"}


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"name": ""}, "A value is required."),
        ({"slug": "Not Short"}, "2 to 40 of a-z"),
        ({"mode-cpu": "sideways"}, "Choose one of these."),
        ({"max-cpu": "many"}, "This is not a number."),
    ],
)
def test_a_mistake_saves_nothing_and_loses_nothing(people: People, wrong: dict[str, str], words: str) -> None:
    answer = save(people, **{"help-memory_gib": "Typed help", **wrong})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert words in page
    assert "Typed help" in page
    assert not LaunchTemplate.objects.exists()


def test_a_short_name_is_one_templates_alone(people: People) -> None:
    template(people, slug="api")
    answer = save(people)
    assert answer.status_code == 422
    assert "Another template of the team has this short name." in answer.content.decode()


def test_more_than_five_required_fields_are_warned_about(people: People) -> None:
    draft = draft_of(people)
    client, address = browser_of(people[Role.OPERATOR]), reverse("launch_templates:save-draft", args=[draft.pk])
    sent = posted(client, address, **NAMED)
    asked = [name for name in sent if name in ("mode-cpu", "mode-memory_gib", "mode-c1-name", "mode-c1-image_version")]
    more = {**dict.fromkeys([*asked, "mode-region_id"], "required")}
    page = client.post(address, {**sent, **more}, follow=True).content.decode()
    assert "Most people give up above five" in page


def test_a_required_field_begins_empty(people: People) -> None:
    save(people, **{"mode-cpu": "required"})
    assert LaunchTemplateVersion.objects.get().data["spec"]["cpu"] == ""


def test_an_order_is_saved_by_any_operator_of_its_team(people: People) -> None:
    draft = draft_of(people, image_registry_credentials=(), containers=spec().containers)
    client = browser_of(people[Role.OPERATOR])
    form = open_step(client, reverse("wizard:confirm", args=[draft.pk]))
    form.press("order", terms="on", anyway="on")
    order = Order.objects.get()
    other = browser_of(people[Role.APPROVER])
    address = reverse("launch_templates:save-order", args=[order.pk])
    assert other.post(address, posted(other, address, **NAMED)).status_code == 302
    assert LaunchTemplate.objects.get().owner == people[Role.APPROVER]
    assert browser_of(people[Role.VIEWER]).get(address).status_code == 403
    assert browser_of(team("other")[Role.ADMIN]).get(address).status_code == 404


def test_an_admin_saves_a_new_version_with_other_locks(people: People) -> None:
    template(people)
    client, address = browser_of(people[Role.ADMIN]), "/templates/qa/web-small/edit/"
    client.post(address, posted(client, address, **{"mode-cpu": "locked", "note": "Two it is"}))
    newest = LaunchTemplateVersion.objects.first()
    assert newest is not None
    assert (newest.number, newest.note, newest.fields["cpu"]["mode"]) == (2, "Two it is", "locked")
    assert LaunchTemplateVersion.objects.get(number=1).fields["cpu"]["mode"] == "open"


def test_an_admin_changes_values_in_the_wizard_and_saves_them_as_a_version(people: People) -> None:
    version = template(people)
    client = browser_of(people[Role.ADMIN])
    answer = client.post("/templates/qa/web-small/revise/")
    draft = Draft.objects.get()
    assert answer["Location"] == reverse("wizard:basic", args=[draft.pk])
    assert draft.template_version is None
    open_step(client, answer["Location"]).press("save", memory_gib="8")
    address = reverse("launch_templates:save-draft", args=[draft.pk])
    client.post(address, posted(client, address, target="web-small", note="More memory"))
    newest = LaunchTemplateVersion.objects.first()
    assert newest is not None
    assert (newest.template_id, newest.number) == (version.template_id, 2)
    assert newest.data["spec"]["memory_gib"] == "8"
    assert newest.fields["containers/c1/image"] == FIELDS["containers/c1/image"]


def test_an_operator_adds_no_version_to_anothers_template(people: People) -> None:
    template(people)
    answer = save(people, target="web-small", slug="mine")
    assert answer.status_code in (302, 422)
    assert LaunchTemplateVersion.objects.filter(template__slug="web-small").count() == 1


def test_rows_keep_their_keys_from_version_to_version() -> None:
    known, fresh = to_draft(private_spec(), VPC).data, to_draft(private_spec(), VPC).data
    variables = known["spec"]["containers"][0]["environment_vars"]
    variables.reverse()
    with_keys_of(fresh, known)
    keys = {row["key"]: row["_key"] for row in fresh["spec"]["containers"][0]["environment_vars"]}
    assert keys == {row["key"]: row["_key"] for row in variables}
    assert isinstance(Secret("x"), Secret)
