"""The short form of a template: few fields, the wizard's own controls, nothing typed lost, all without JavaScript."""

import pytest
from django.test import Client
from django.urls import reverse

from consoleapp.catalogue.services.samples import SAMPLES, Sample
from consoleapp.domain.policy_rules import read_rule
from consoleapp.domain.roles import Role
from consoleapp.governance import policies
from consoleapp.governance.models import Mode, Policy
from consoleapp.launch_templates import services
from consoleapp.launch_templates.models import State
from consoleapp.teams.actors import Actor
from consoleapp.wizard import vault
from consoleapp.wizard.models import Draft
from tests.launch_templates.made import FIELDS, again, template
from tests.queries import at_most
from tests.teams.people import People, browser_of, team
from tests.wizard.page_form import open_step, read

ADDRESS = "/templates/qa/web-small/"


@pytest.fixture
def people(db: None) -> People:
    return team()


@pytest.fixture
def bob(people: People) -> Client:
    return browser_of(people[Role.OPERATOR])


def test_asks_for_the_open_fields_by_the_wizards_own_names(people: People, bob: Client) -> None:
    template(people)
    form = open_step(bob, ADDRESS)
    assert set(form.sent) >= {"cpu", "c1-image_version"}
    assert "c1-image" not in form.sent
    assert "memory_gib" not in form.sent


def test_shows_what_is_locked_as_text(people: People, bob: Client) -> None:
    template(people)
    page = open_step(bob, ADDRESS).html
    assert "eci_open/nginx" in page
    assert "Locked by the template." in page


def test_what_is_hidden_is_not_shown(people: People, bob: Client) -> None:
    template(people, fields={**FIELDS, "restart_policy": {"mode": "hidden"}}, restart_policy="OnFailure")
    assert "On failure" not in open_step(bob, ADDRESS).html


def test_a_press_makes_the_draft_and_leads_to_confirm(people: People, bob: Client) -> None:
    version = template(people)
    answer = open_step(bob, ADDRESS).press("confirm", cpu="4")
    draft = Draft.objects.get()
    assert answer["Location"] == reverse("wizard:confirm", args=[draft.pk])
    assert (draft.template_version_id, draft.team, draft.typed["spec"]["cpu"]) == (version.pk, people.team, "4")


def test_looking_stores_nothing(people: People, bob: Client) -> None:
    template(people)
    bob.get(f"{ADDRESS}?cpu=4")
    assert not Draft.objects.exists()


def test_a_value_out_of_bounds_leads_back_with_what_was_typed(people: People, bob: Client) -> None:
    template(people, fields={**FIELDS, "containers/c1/image_version": {"mode": "open", "pattern": "1.*"}})
    form = open_step(bob, ADDRESS).go("confirm", cpu="4", **{"c1-image_version": "2.0"})
    assert form.url == reverse("launch_templates:fill", args=[Draft.objects.get().pk])
    assert (form.sent["cpu"], form.sent["c1-image_version"]) == (["4"], ["2.0"])
    assert "wants a value like 1.*" in form.html


def test_what_was_mended_goes_on_to_confirm(people: People, bob: Client) -> None:
    template(people, fields={**FIELDS, "containers/c1/image_version": {"mode": "open", "pattern": "1.*"}})
    form = open_step(bob, ADDRESS).go("confirm", **{"c1-image_version": "2.0"})
    answer = form.press("confirm", **{"c1-image_version": "1.14.2"})
    assert answer["Location"] == reverse("wizard:confirm", args=[Draft.objects.get().pk])


def test_a_field_of_another_page_that_lacks_something_is_led_to(people: People, bob: Client) -> None:
    version = template(people, fields=FIELDS)
    data = {**version.data, "spec": {**version.data["spec"], "cpu": "2", "memory_gib": "x"}}
    services.add_version(_admin(people), version.template, note="", data=data, fields=version.fields)
    answer = open_step(bob, ADDRESS).press("confirm")
    draft = Draft.objects.get()
    assert answer["Location"].startswith(reverse("wizard:basic", args=[draft.pk]))


def _admin(people: People) -> Actor:
    return Actor(people[Role.ADMIN], people.team, Role.ADMIN)


def test_all_settings_opens_the_wizard_with_its_locks(people: People, bob: Client) -> None:
    template(people)
    form = open_step(bob, ADDRESS).go("all-settings", cpu="4")
    draft = Draft.objects.get()
    assert form.url == reverse("wizard:basic", args=[draft.pk])
    assert form.sent["cpu"] == ["4"]
    assert "Locked by the template Web, small" in form.html


def test_locked_fields_that_are_posted_are_passed_over(people: People, bob: Client) -> None:
    template(people)
    form = open_step(bob, ADDRESS)
    bob.post(form.url, {**form.sent, "do": "confirm", "c1-image": "mallory/miner", "memory_gib": "512"})
    spec = Draft.objects.get().typed["spec"]
    assert "mallory" not in str(spec)
    assert spec["memory_gib"] == "4"


def test_a_secret_is_sealed_and_never_in_the_draft(people: People, bob: Client) -> None:
    version = template(people)
    data = version.data
    row = {"_key": "r7", "key": "TOKEN", "value": "", "value_secret": True, "source": "value"}
    data["spec"]["containers"][0]["environment_vars"] = [row]
    path = "containers/c1/environment_vars/r7/value"
    services.add_version(
        _admin(people), version.template, note="", data=data, fields={**FIELDS, path: {"mode": "required"}}
    )
    form = open_step(bob, ADDRESS)
    again_form = form.go("confirm")
    assert "is missing" in again_form.html
    answer = again_form.press("confirm", **{"c1-r7-value": "canary-4711"})
    draft = Draft.objects.get()
    assert answer["Location"] == reverse("wizard:confirm", args=[draft.pk])
    assert "canary-4711" not in str(draft.data)
    assert vault.get_all(draft)["env/c1/r7"].reveal() == "canary-4711"


def test_a_link_fills_in_what_is_asked(people: People, bob: Client) -> None:
    template(people)
    form = open_step(bob, f"{ADDRESS}?cpu=4&image_version=1.16")
    assert (form.sent["cpu"], form.sent["c1-image_version"]) == (["4"], ["1.16"])


def test_a_link_is_told_what_of_it_was_left_out(people: People, bob: Client) -> None:
    template(people)
    form = open_step(bob, f"{ADDRESS}?cpu=4&memory_gib=512&c1-image=mallory&xyz=1&state=s1")
    assert "memory_gib, c1-image and xyz" in form.html
    assert "mallory" not in str(form.sent)


def test_a_link_never_fills_in_a_secret(people: People, bob: Client) -> None:
    form = open_step(bob, "/templates/test-database/?POSTGRES_PASSWORD=leaked&POSTGRES_DB=shop")
    assert "leaked" not in form.html
    assert ["shop"] in form.sent.values()


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample.slug)
def test_a_visitor_orders_from_every_sample(db: None, sample: Sample) -> None:
    visitor = Client()
    form = open_step(visitor, reverse("launch_templates:sample", args=[sample.slug]))
    secrets = {name: "secret-enough" for name in form.sent if name.endswith("-value") and form.sent[name] == [""]}
    answer = form.press("confirm", **secrets)
    draft = Draft.objects.get()
    assert answer["Location"] == reverse("wizard:confirm", args=[draft.pk]), answer["Location"]
    assert visitor.get(answer["Location"]).status_code == 200
    assert draft.template_version_id is None


def test_a_sample_that_lacks_something_shows_its_short_form_again(db: None) -> None:
    form = open_step(Client(), "/templates/test-database/").go("confirm", cpu="2")
    assert form.url == reverse("launch_templates:fill", args=[Draft.objects.get().pk])
    assert form.sent["cpu"] == ["2"]


def test_a_retired_or_withdrawn_template_makes_no_draft(people: People, bob: Client) -> None:
    version = template(people)
    form = open_step(bob, ADDRESS)
    services.set_state(people[Role.ADMIN], version.template, State.RETIRED)
    answer = form.press("confirm")
    assert answer["Location"] == f"{ADDRESS}about/"
    services.set_state(people[Role.ADMIN], version.template, State.PUBLISHED)
    services.withdraw(people[Role.ADMIN], version)
    assert form.press("confirm")["Location"] == f"{ADDRESS}about/"
    assert not Draft.objects.exists()


def test_a_new_draft_is_of_the_newest_version(people: People, bob: Client) -> None:
    newest = again(people, template(people), "4 vCPU", cpu={"mode": "locked"})
    open_step(bob, ADDRESS).press("confirm")
    assert Draft.objects.get().template_version_id == newest.pk


def test_others_own_templates_are_not_there(people: People, bob: Client) -> None:
    template(people, state=State.OWN)
    assert bob.get(ADDRESS).status_code == 404
    assert browser_of(people[Role.ADMIN]).get(ADDRESS).status_code == 200


def test_another_teams_template_is_not_there(people: People) -> None:
    template(people)
    stranger = browser_of(team("other")[Role.ADMIN])
    assert stranger.get(ADDRESS).status_code == 404
    assert stranger.get(f"{ADDRESS}about/").status_code == 404


def test_a_viewer_is_told_what_it_takes(people: People) -> None:
    template(people)
    answer = browser_of(people[Role.VIEWER]).get(ADDRESS)
    assert answer.status_code == 403
    assert "Operator" in answer.content.decode()


def test_a_page_of_the_form_costs_few_queries(people: People, bob: Client) -> None:
    template(people)
    open_step(bob, ADDRESS)
    with at_most(8):
        bob.get(ADDRESS)


def test_a_form_that_is_stale_asks_what_shall_count(people: People, bob: Client) -> None:
    template(people)
    open_step(bob, ADDRESS).press("confirm")
    address = reverse("launch_templates:fill", args=[Draft.objects.get().pk])
    first, second = open_step(bob, address), open_step(bob, address)
    first.press("confirm", cpu="1")
    answer = second.press("confirm", cpu="4")
    assert answer.status_code == 409
    assert read(bob, answer).html


def forbid(people: People, value: str, verdict: str = "deny") -> None:
    policy = Policy(team=people.team, name="Small only")
    policies.save(people[Role.ADMIN], policy, [read_rule("cpu_at_most", value, verdict)], mode=Mode.ENFORCE)


def test_a_rule_of_the_team_stands_at_the_field(people: People, bob: Client) -> None:
    template(people)
    forbid(people, "1")
    form = open_step(bob, ADDRESS).go("confirm", cpu="2")
    assert form.url == reverse("launch_templates:fill", args=[Draft.objects.get().pk])
    assert "At most 1 vCPU" in form.html
    answer = form.press("confirm", cpu="1")
    assert answer["Location"] == reverse("wizard:confirm", args=[Draft.objects.get().pk])


def test_an_exception_is_asked_for_at_the_field(people: People, bob: Client) -> None:
    template(people)
    forbid(people, "1")
    form = open_step(bob, ADDRESS).go("confirm", cpu="2")
    (asks,) = [button for button in form.buttons if button.startswith("exception-ask:")]
    form = form.go(asks)
    name = next(name for name in form.sent if name.startswith("exception-"))
    answer = form.press("confirm", **{name: "A load test"})
    assert answer["Location"] == reverse("wizard:confirm", args=[Draft.objects.get().pk])


def test_a_rule_that_wants_templates_takes_orders_of_templates(people: People, bob: Client) -> None:
    policy = Policy(team=people.team, name="From templates")
    policies.save(people[Role.ADMIN], policy, [read_rule("template_required", "", "deny")], mode=Mode.ENFORCE)
    template(people)
    answer = open_step(bob, ADDRESS).press("confirm")
    assert answer["Location"] == reverse("wizard:confirm", args=[Draft.objects.get().pk])
