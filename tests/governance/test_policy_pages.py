"""The pages of policies: read as sentences, edited in a form, saved as versions; who may do what."""

from typing import Any

import pytest

from consoleapp.accounts.models import User
from consoleapp.domain.policy_rules import RULES, SUBJECTS, read_rule, subject_of
from consoleapp.domain.roles import Role
from consoleapp.governance import policies
from consoleapp.governance.models import Mode, Policy, PolicyVersion
from tests.accounts.browsers import sign_in
from tests.teams.people import People, browser_of, team

pytestmark = pytest.mark.django_db

PAGE = "/teams/qa/policies/"


def typed(**rows: tuple[str, str]) -> dict[str, str]:
    """A form with these rules: value and verdict, by name."""
    form = {"do": "save", "name": "QA", "mode": "enforce", "version": "0"}
    for name, (value, verdict) in rows.items():
        form |= {f"{name}-on": "on", f"{name}-value": value, f"{name}-verdict": verdict}
    return form


def text(answer: Any) -> str:
    return " ".join(answer.content.decode().split())


def saved(by: User, of: Any, cpu: str = "4", name: str = "QA", mode: Mode = Mode.ENFORCE) -> Policy:
    policy = Policy(team=of, name=name)
    policies.save(by, policy, [read_rule("cpu_at_most", cpu, "deny")], mode=mode)
    return policy


def test_every_rule_stands_under_a_heading_and_every_heading_begins_with_a_rule() -> None:
    assert SUBJECTS[0][0] == RULES[0].name
    order = [subject_of(rule) for rule in RULES]
    assert list(dict.fromkeys(order)) == [heading for _first, heading in SUBJECTS]


class TestReading:
    def test_every_member_reads_what_binds_them_as_sentences(self, people: People, alice: User, carol: User) -> None:
        saved(alice, people.team)
        saved(carol, None, "16", "House rules")
        for role in Role:
            page = text(browser_of(people[role]).get(PAGE))
            assert "At most <b>4</b> vCPU." in page
            assert "At most <b>16</b> vCPU." in page
            assert ("of the site" in page, "denied" in page, "Version 1, by alice," in page) == (True, True, True)
            assert ("policies/new/" in page) == (role == Role.ADMIN)

    def test_a_policy_that_warns_says_so(self, people: People, alice: User) -> None:
        saved(alice, people.team, mode=Mode.WARN)
        page = text(browser_of(alice).get(PAGE))
        assert "Warns only" in page
        assert "holds nobody up" in page

    def test_versions_tell_what_changed(self, people: People, alice: User) -> None:
        policy = saved(alice, people.team)
        said = [read_rule("cpu_at_most", "8", "approve"), read_rule("no_latest", "", "deny")]
        policies.save(alice, policy, said, mode=Mode.WARN)
        policies.save(alice, policy, said[:1], mode=Mode.WARN)
        page = text(browser_of(alice).get(PAGE))
        assert "before: At most 4 vCPU. (denied)" in page
        assert "<small>Added</small> <span>No image is called latest. (denied)" in page
        assert "<small>Taken out</small> <span>No image is called latest. (denied)" in page
        assert "before: Enforced" in page

    def test_of_another_team_is_not_there(self, people: People, mallory: User) -> None:
        assert browser_of(mallory).get(PAGE).status_code == 404

    def test_takes_as_many_queries_with_many_policies(
        self, people: People, alice: User, django_assert_max_num_queries: Any
    ) -> None:
        for number in range(12):
            saved(alice, people.team, name=f"Policy {number}")
        browser = browser_of(people[Role.VIEWER])
        with django_assert_max_num_queries(10):
            assert browser.get(PAGE).status_code == 200


class TestEditing:
    def test_an_admin_saves_sentences(self, people: People, alice: User) -> None:
        browser = browser_of(alice)
        form = typed(cpu_at_most=("4", "deny"), images_only_from=("registry.example.com/team", "approve"))
        assert browser.post(PAGE + "new/", form, follow=True).status_code == 200
        version = PolicyVersion.objects.get()
        assert version.rules == [
            {"rule": "images_only_from", "value": "registry.example.com/team", "verdict": "approve"},
            {"rule": "cpu_at_most", "value": "4", "verdict": "deny"},
        ]
        assert (version.policy.team, version.policy.mode, version.by) == (people.team, "enforce", alice)

    @pytest.mark.parametrize("role", [Role.VIEWER, Role.OPERATOR, Role.APPROVER])
    def test_nobody_else_does(self, people: People, alice: User, role: Role) -> None:
        policy = saved(alice, people.team)
        browser = browser_of(people[role])
        for url in (PAGE + "new/", f"{PAGE}{policy.pk}/"):
            assert browser.post(url, typed(no_latest=("", "deny"))).status_code == 403
            assert browser.get(url).status_code == 403
        assert PolicyVersion.objects.count() == 1

    def test_a_policy_of_another_team_or_of_the_site_is_none_to_edit(self, people: People, alice: User) -> None:
        other = team("other")
        for policy in (saved(alice, other.team), saved(alice, None)):
            assert browser_of(alice).post(f"{PAGE}{policy.pk}/", typed(no_latest=("", "deny"))).status_code == 404

    @pytest.mark.parametrize(
        ("rule", "value", "said"),
        [
            ("cpu_at_most", "many", "number"),
            ("cpu_at_most", "-1", "0"),
            ("images_only_from", "  ", "missing"),
            ("images_only_from", "http://registry.example.com", "registry.example.com"),
        ],
    )
    def test_what_is_wrong_is_told_at_its_row_and_nothing_typed_is_lost(
        self, people: People, alice: User, rule: str, value: str, said: str
    ) -> None:
        form = typed(**{rule: (value, "approve"), "no_root": ("", "warn")}) | {"memory_at_most-value": "64"}
        answer = browser_of(alice).post(PAGE + "new/", form)
        page = text(answer)
        assert (answer.status_code, Policy.objects.count()) == (422, 0)
        row = page[page.index(f'id="{rule}"') :].split("</select>")[0]
        assert f'id="{rule}-error"' in row
        assert said in row
        assert 'value="approve" selected' in row
        assert (value.strip() in row, " checked" in row) == (True, True)
        assert 'value="64"' in page

    def test_a_verdict_that_there_is_not_is_told_at_its_row(self, people: People, alice: User) -> None:
        answer = browser_of(alice).post(PAGE + "new/", typed(no_root=("", "shrug")))
        assert (answer.status_code, 'id="no_root-error"' in text(answer)) == (422, True)

    def test_a_policy_without_a_rule_or_a_name_is_not_saved(self, people: People, alice: User) -> None:
        browser = browser_of(alice)
        assert "Tick one at least." in text(browser.post(PAGE + "new/", typed()))
        nameless = typed(no_root=("", "deny")) | {"name": " "}
        assert browser.post(PAGE + "new/", nameless).status_code == 422
        assert not Policy.objects.exists()

    def test_of_two_who_save_at_once_the_second_is_told_what_the_first_has_changed(
        self, people: People, alice: User
    ) -> None:
        policy = saved(alice, people.team)
        browser = browser_of(alice)
        first = typed(cpu_at_most=("8", "deny")) | {"version": "1"}
        second = typed(cpu_at_most=("2", "deny")) | {"version": "1"}
        assert browser.post(f"{PAGE}{policy.pk}/", first).status_code == 302
        answer = browser.post(f"{PAGE}{policy.pk}/", second)
        page = text(answer)
        assert answer.status_code == 409
        assert "alice has saved version 2 meanwhile." in page
        assert "At most 8 vCPU. (denied)" in page
        assert ('name="version" value="2"' in page, 'value="2"' in page) == (True, True)
        assert PolicyVersion.objects.count() == 2
        assert browser.post(f"{PAGE}{policy.pk}/", second | {"version": "2"}).status_code == 302
        assert PolicyVersion.objects.first().rules[0]["value"] == "2"  # type: ignore[union-attr]

    def test_one_that_was_ended_meanwhile_is_not_saved(self, people: People, alice: User) -> None:
        policy = saved(alice, people.team)
        policies.end(alice, policy)
        answer = browser_of(alice).post(f"{PAGE}{policy.pk}/", typed(no_root=("", "deny")), follow=True)
        assert "has been ended" in text(answer)
        assert PolicyVersion.objects.count() == 1

    def test_an_admin_ends_one(self, people: People, alice: User) -> None:
        policy = saved(alice, people.team)
        page = browser_of(alice).post(f"{PAGE}{policy.pk}/", {"do": "end"}, follow=True)
        assert "is ended" in text(page)
        assert policies.rulebook(people.team)[0] == []


class TestOfTheSite:
    @pytest.fixture(autouse=True)
    def sign_in_required(self, settings: Any) -> None:
        settings.SIGN_IN = "required"

    def test_a_site_admin_saves_one_that_binds_every_team(self, people: People, carol: User) -> None:
        browser = sign_in(carol)
        assert browser.post("/policies/new/", typed(cpu_at_most=("4", "deny"))).status_code == 302
        policy = Policy.objects.get()
        assert (policy.team, [each.name for each in policies.rulebook(people.team)[0]]) == (None, ["QA"])
        assert "At most <b>4</b> vCPU." in text(browser.get("/policies/"))
        assert browser.get(f"/policies/{policy.pk}/").status_code == 200
        # On the page of a team, too, of which they are no member.
        assert f"/policies/{policy.pk}/" in text(browser.get(PAGE))

    def test_nobody_else_does(self, people: People, alice: User) -> None:
        browser = sign_in(alice)
        for url in ("/policies/", "/policies/new/"):
            assert browser.post(url, typed(no_root=("", "deny"))).status_code == 404

    def test_a_policy_of_a_team_is_its_admins_to_edit(self, people: People, alice: User, carol: User) -> None:
        policy = saved(alice, people.team)
        browser = sign_in(carol)
        assert browser.get(f"{PAGE}{policy.pk}/").status_code == 404
        assert browser.get(f"/policies/{policy.pk}/").status_code == 404
