"""The catalogue and the page of a template: who sees what, what a policy means for it, what its admins do with it."""

from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse

from consoleapp.audit.models import AuditRow
from consoleapp.catalogue.services.fit import misfits_of
from consoleapp.catalogue.services.samples import SAMPLES
from consoleapp.domain.policy_rules import read_rule
from consoleapp.domain.roles import Role
from consoleapp.governance import policies
from consoleapp.governance.models import Mode, Policy
from consoleapp.governance.preview import preview
from consoleapp.launch_templates import services
from consoleapp.launch_templates.models import LaunchTemplate, State
from consoleapp.teams.actors import Actor
from consoleapp.wizard.models import Draft
from tests.launch_templates.made import FIELDS, again, template
from tests.queries import at_most
from tests.teams.people import People, browser_of, team

LIST = "/templates/"
ABOUT = "/templates/qa/web-small/about/"
CHANGE = "/templates/qa/web-small/change/"


@pytest.fixture
def people(db: None) -> People:
    return team()


def forbid(people: People, rule: str = "cpu_at_most", value: str = "1", mode: Mode = Mode.ENFORCE) -> None:
    policy = Policy(team=people.team, name="Small only")
    policies.save(people[Role.ADMIN], policy, [read_rule(rule, value, "deny")], mode=mode)


def shown(people: People, role: Role, address: str = LIST) -> str:
    return browser_of(people[role]).get(address).content.decode()


def test_lists_the_teams_templates_with_what_one_wants_to_know(people: People) -> None:
    template(people)
    page = shown(people, Role.VIEWER)
    for words in ("Web, small", "A web server", "eci_open/nginx:1.14.2", "an hour", "never used"):
        assert words in page


def test_others_own_templates_are_for_their_maker_and_admins(people: People) -> None:
    template(people, by=Role.APPROVER, state=State.OWN)
    told = {role: "Web, small" in shown(people, role) for role in Role}
    assert told == {Role.VIEWER: False, Role.OPERATOR: False, Role.APPROVER: True, Role.ADMIN: True}


def test_another_teams_templates_are_not_listed(people: People) -> None:
    template(people)
    assert "Web, small" not in shown(team("other"), Role.ADMIN)


def test_finds_templates_by_their_words(people: People) -> None:
    template(people)
    template(people, slug="nightly", name="Nightly tests")
    page = shown(people, Role.OPERATOR, f"{LIST}?q=nightly")
    assert "Nightly tests" in page
    assert "Web, small" not in page
    assert "No template is called" in shown(people, Role.OPERATOR, f"{LIST}?q=xyzzy")


def test_an_empty_catalogue_says_what_to_do(people: People) -> None:
    assert "press Save as template there" in shown(people, Role.OPERATOR)


def test_a_visitor_gets_the_samples_and_no_tab(db: None) -> None:
    page = Client().get(LIST).content.decode()
    assert all(str(sample.name) in page for sample in SAMPLES)
    assert 'data-keys="g t"' not in page


def test_members_have_a_tab_and_who_acts_for_themselves_has_none(people: People) -> None:
    client = browser_of(people[Role.OPERATOR])
    assert 'data-keys="g t"' in client.get(LIST).content.decode()
    client.post(reverse("teams:choose"), {"team": ""})
    assert 'data-keys="g t"' not in client.get(LIST).content.decode()


def test_takes_as_many_queries_for_many_templates_as_for_few(people: People) -> None:
    forbid(people)
    client = browser_of(people[Role.OPERATOR])
    template(people)
    client.get(LIST)
    with at_most(10):
        client.get(LIST)
    for number in range(40):
        template(people, slug=f"web-{number}", name=f"Web {number}")
    with at_most(10):
        page = client.get(LIST).content.decode()
    assert "1–24 of 41" in page


def test_a_template_that_a_policy_denies_wears_a_badge_and_makes_no_draft(people: People) -> None:
    template(people, fields={**FIELDS, "cpu": {"mode": "locked"}})
    forbid(people)
    assert "does not fit the policy: At most 1 vCPU" in shown(people, Role.OPERATOR)
    client = browser_of(people[Role.OPERATOR])
    assert client.post("/templates/qa/web-small/", {"do": "confirm"})["Location"] == ABOUT
    assert not Draft.objects.exists()
    page = client.get(ABOUT).content.decode()
    assert "It does not fit the policy Small only of the team: At most 1 vCPU." in page
    assert "alice-of-qa has changed it" in page


def test_an_admin_is_shown_the_way_to_the_field_that_does_not_fit(people: People) -> None:
    template(people, fields={**FIELDS, "cpu": {"mode": "locked"}})
    forbid(people)
    assert 'href="/templates/qa/web-small/edit/#mode-cpu"' in shown(people, Role.ADMIN, ABOUT)


def test_what_is_open_or_only_warned_about_does_no_harm(people: People) -> None:
    version = template(people)
    forbid(people)
    actor = Actor(people[Role.OPERATOR], people.team, Role.OPERATOR)
    assert not misfits_of(actor, version)
    locked = again(people, version, cpu={"mode": "locked"})
    assert misfits_of(actor, locked)
    Policy.objects.update(mode=Mode.WARN)
    assert not misfits_of(actor, locked)


def test_a_rule_about_versions_does_no_harm_where_the_version_is_open(people: People) -> None:
    actor = Actor(people[Role.OPERATOR], people.team, Role.OPERATOR)
    open_version = template(people)
    forbid(people, "digest_required", "")
    assert not misfits_of(actor, open_version)
    fixed = again(people, open_version, containers__c1__image_version={"mode": "locked"})
    assert [misfit.control for misfit in misfits_of(actor, fixed)] == ["c1-image"]


def test_the_page_tells_what_is_asked_set_and_new(people: People) -> None:
    version = template(people)
    again(people, version, "Four allowed", cpu={"mode": "open", "choices": ["1", "2", "4", "8"]})
    page = shown(people, Role.VIEWER, ABOUT)
    for words in ("What is asked", "Image version", "1, 2, 4, 8", "Four allowed", "1 difference", "Version 1"):
        assert words in page


def test_the_link_to_copy_names_what_is_asked_shortly(people: People) -> None:
    template(people)
    assert "/templates/qa/web-small/?cpu=&amp;image_version=" in shown(people, Role.OPERATOR, ABOUT)


@pytest.mark.parametrize("role", [Role.VIEWER, Role.OPERATOR, Role.APPROVER])
def test_only_admins_publish_retire_withdraw_and_edit(people: People, role: Role) -> None:
    template(people, by=role, state=State.OWN) if role != Role.VIEWER else template(people)
    client, before = browser_of(people[role]), LaunchTemplate.objects.get().state
    for address, do in ((CHANGE, "published"), (CHANGE, "retired"), (CHANGE, "withdraw:1")):
        assert client.post(address, {"do": do}).status_code == 403
    assert client.get("/templates/qa/web-small/edit/").status_code == 403
    assert client.post("/templates/qa/web-small/revise/").status_code == 403
    assert LaunchTemplate.objects.get().state == before


def test_an_admin_publishes_retires_withdraws_and_brings_back(people: People) -> None:
    template(people, by=Role.OPERATOR, state=State.OWN)
    client = browser_of(people[Role.ADMIN])
    for do, state, current in (
        ("published", State.PUBLISHED, 1),
        ("withdraw:1", State.PUBLISHED, 0),
        ("bring-back:1", State.PUBLISHED, 1),
        ("retired", State.RETIRED, 1),
    ):
        client.post(CHANGE, {"do": do})
        now = LaunchTemplate.objects.get()
        assert (now.state, now.current) == (state, current), do
    actions = list(AuditRow.objects.filter(action__startswith="template.").values_list("action", flat=True))
    assert {"template.published", "template.withdrawn", "template.brought-back", "template.retired"} <= set(actions)


def test_a_button_of_another_page_changes_nothing(people: People) -> None:
    template(people)
    client = browser_of(people[Role.ADMIN])
    for do in ("", "delete", "withdraw:99", "withdraw:x", "own"):
        assert client.post(CHANGE, {"do": do}).status_code == 404


def test_a_withdrawn_version_makes_room_for_the_one_before(people: People) -> None:
    first = template(people)
    newer = again(people, first)
    services.withdraw(people[Role.ADMIN], newer)
    current = services.current_of(first.template)
    assert current is not None
    assert current.number == 1


def test_a_card_says_the_list_price_of_its_size(people: People) -> None:
    template(people, cpu=Decimal(2), memory_gib=Decimal(4))
    assert "0.44</strong> an hour" in shown(people, Role.OPERATOR)


def test_templates_are_judged_before_a_policy_is_saved(people: People) -> None:
    template(people)
    actor = Actor(people[Role.ADMIN], people.team, Role.ADMIN)
    policy = Policy(team=people.team, name="Small only")
    told = preview(policy, [read_rule("cpu_at_most", "1", "deny")], actor)
    assert told.denied == "1 template"
    (broken,) = told.broken[0].named
    assert (broken.thing.name, broken.thing.url) == ("Web, small", ABOUT)
