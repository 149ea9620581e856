"""Exemptions: granted with a reason and an end by who may change the policy, listed, and ended by a press."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from consoleapp.accounts.models import User
from consoleapp.audit.models import AuditRow
from consoleapp.domain.policy_rules import read_rule
from consoleapp.domain.roles import Role
from consoleapp.governance import policies
from consoleapp.governance.models import Exemption, Mode, Policy
from tests.accounts.browsers import sign_in
from tests.teams.people import People, browser_of, team

pytestmark = pytest.mark.django_db
PAGE = "/teams/qa/policies/"


@pytest.fixture
def policy(people: People, alice: User) -> Policy:
    return saved(alice, people.team)


def saved(by: User, of: Any) -> Policy:
    policy = Policy(team=of, name="QA")
    policies.save(by, policy, [read_rule("cpu_at_most", "4", "deny")], mode=Mode.ENFORCE)
    return policy


def typed(policy: Policy, days: int = 30, **changed: str) -> dict[str, str]:
    form = {
        "rule": "cpu_at_most",
        "values": "8, 16",
        "until": (timezone.localdate() + timedelta(days=days)).isoformat(),
        "reason": "A load test.",
        **changed,
    }
    return {f"p{policy.pk}-{name}": value for name, value in form.items()}


def grant(policy: Policy) -> str:
    return f"{PAGE}{policy.pk}/exemptions/"


def text(answer: Any) -> str:
    return " ".join(answer.content.decode().split())


def test_an_admin_grants_one_that_every_member_reads(people: People, alice: User, policy: Policy) -> None:
    page = text(browser_of(alice).post(grant(policy), typed(policy), follow=True))
    assert "QA is exempt until" in page
    exemption = Exemption.objects.get()
    assert (exemption.values, exemption.reason, exemption.team) == (["8", "16"], "A load test.", people.team)
    page = text(browser_of(people[Role.VIEWER]).get(PAGE))
    for told in (
        "At most 4 vCPU.",
        "<code>16</code>",
        "<q>A load test.</q>",
        f"until {exemption.until:%Y-%m-%d}, by alice",
    ):
        assert told in page
    assert "End now" not in page


@pytest.mark.parametrize(
    ("days", "changed", "at"),
    [
        (-1, {}, "until"),
        (90, {}, "until"),
        (1, {"until": "soon"}, "until"),
        (1, {"until": ""}, "until"),
        (1, {"reason": " "}, "reason"),
        (1, {"rule": "no_root"}, "rule"),
        (1, {"values": "x" * 2001}, "values"),
    ],
)
def test_what_is_wrong_is_told_at_its_field_and_nothing_typed_is_lost(
    people: People, alice: User, policy: Policy, days: int, changed: dict[str, str], at: str
) -> None:
    answer = browser_of(alice).post(grant(policy), typed(policy, days, **changed))
    page = text(answer)
    assert (answer.status_code, Exemption.objects.count()) == (422, 0)
    assert f'id="p{policy.pk}-{at}-error"' in page or f"id_p{policy.pk}-{at}" in page
    assert f'<details class="more" id="grant-{policy.pk}" open>' in page
    assert 'class="err"' in page
    if at != "reason":
        assert "A load test." in page


def test_the_longest_ends_within_ninety_days(people: People, alice: User, policy: Policy) -> None:
    assert browser_of(alice).post(grant(policy), typed(policy, 89)).status_code == 302
    assert Exemption.objects.get().until <= timezone.now() + timedelta(days=90)


def test_it_is_ended_by_a_press_once(people: People, alice: User, policy: Policy) -> None:
    browser = browser_of(alice)
    browser.post(grant(policy), typed(policy))
    url = f"{grant(policy)}{Exemption.objects.get().pk}/end/"
    assert f'action="{url}"' in text(browser.get(PAGE))
    assert "The exemption is ended" in text(browser.post(url, follow=True))
    assert "had ended already" in text(browser.post(url, follow=True))
    assert policies.rulebook(people.team)[1] == []
    assert AuditRow.objects.filter(action="policy.exemption-ended").count() == 1


@pytest.mark.parametrize("role", [Role.VIEWER, Role.OPERATOR, Role.APPROVER])
def test_nobody_else_grants_or_ends_one(people: People, alice: User, policy: Policy, role: Role) -> None:
    browser = browser_of(people[role])
    assert browser.post(grant(policy), typed(policy)).status_code == 403
    made = policies.exempt(alice, people.team, policy, "cpu_at_most", timezone.now() + timedelta(days=1), "A test.")
    assert browser.post(f"{grant(policy)}{made.pk}/end/").status_code == 403
    assert Exemption.objects.get().ended_at is None


def test_from_a_policy_of_the_site_is_a_site_admins_alone(
    people: People, alice: User, carol: User, settings: Any
) -> None:
    settings.SIGN_IN = "required"
    site = saved(carol, None)
    assert sign_in(alice).post(grant(site), typed(site)).status_code == 403
    browser = sign_in(carol)
    assert browser.post(grant(site), typed(site)).status_code == 302
    assert [each.policy for each in policies.rulebook(people.team)[1]] == [site.pk]
    page = text(browser.get("/policies/"))
    assert ("<b>QA</b>: At most 4 vCPU." in page, "End now" in page) == (True, True)


def test_a_site_admin_grants_none_from_a_policy_of_a_team(policy: Policy, carol: User, settings: Any) -> None:
    settings.SIGN_IN = "required"
    assert sign_in(carol).post(grant(policy), typed(policy)).status_code == 403


def test_from_a_policy_of_another_team_there_is_none(people: People, alice: User) -> None:
    other = saved(alice, team("other").team)
    assert browser_of(alice).post(grant(other), typed(other)).status_code == 404


def test_an_exemption_of_another_team_is_not_ended(people: People, alice: User, carol: User, settings: Any) -> None:
    settings.SIGN_IN = "required"
    site, other = saved(carol, None), team("other")
    until = timezone.now() + timedelta(days=1)
    made = policies.exempt(carol, other.team, site, "cpu_at_most", until, "A test.")
    assert sign_in(carol).post(f"{grant(site)}{made.pk}/end/").status_code == 404
    assert Exemption.objects.get().ended_at is None
