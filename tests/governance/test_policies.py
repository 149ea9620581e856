"""consoleapp/governance/policies.py: which policies bind whom, in which version, and exceptions from them."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from consoleapp.accounts.models import User
from consoleapp.audit.models import AuditRow
from consoleapp.domain.policy import Facts, Verdict
from consoleapp.domain.policy_rules import read_rule
from consoleapp.domain.roles import Role
from consoleapp.governance import policies
from consoleapp.governance.models import Mode, Policy, PolicyVersion
from consoleapp.teams.models import Team
from tests.domain.builders import group, sized
from tests.teams.people import People, team

pytestmark = pytest.mark.django_db


def saved(by: User, cpu: str, of: Team | None, name: str = "QA", mode: Mode = Mode.ENFORCE) -> Policy:
    policy = Policy(team=of, name=name)
    policies.save(by, policy, [read_rule("cpu_at_most", cpu, "deny")], mode=mode)
    return policy


def told(of: Team | None, cpu: str = "8") -> list[tuple[str, Verdict, str]]:
    findings = policies.judge(of, group(**sized(cpu, "16")), Facts())
    return [(finding.policy.name, finding.verdict, finding.value) for finding in findings]


def test_the_policies_of_the_site_and_of_the_team_bind_its_members(people: People, alice: User, carol: User) -> None:
    saved(carol, "6", None, "Site")
    saved(alice, "4", people.team)
    other = team("other")
    saved(other[Role.ADMIN], "1", other.team, "Other")
    assert told(people.team) == [("Site", Verdict.DENY, "6"), ("QA", Verdict.DENY, "4")]


def test_who_acts_for_themselves_is_bound_by_none_and_asks_nothing(carol: User, django_assert_num_queries: Any) -> None:
    saved(carol, "1", None, "Site")
    with django_assert_num_queries(0):
        assert told(None) == []


def test_the_last_version_counts_and_the_others_stay(people: People, alice: User) -> None:
    policy = saved(alice, "4", people.team)
    policies.save(alice, policy, [read_rule("cpu_at_most", "8", "deny")], mode=Mode.ENFORCE)
    assert told(people.team) == []
    assert [version.number for version in PolicyVersion.objects.all()] == [2, 1]
    assert [row.payload["version"] for row in AuditRow.objects.filter(action="policy.saved").order_by("pk")] == [1, 2]


def test_a_policy_that_warns_denies_nothing(people: People, alice: User) -> None:
    saved(alice, "4", people.team, mode=Mode.WARN)
    assert told(people.team) == [("QA", Verdict.WARN, "4")]


def test_a_policy_that_has_ended_binds_nobody(people: People, alice: User) -> None:
    policies.end(alice, saved(alice, "4", people.team))
    assert told(people.team) == []


def test_an_exemption_counts_for_its_team_until_its_end(people: People, alice: User, carol: User) -> None:
    site, other = saved(carol, "4", None, "Site"), team("other")
    soon = timezone.now() + timedelta(days=1)
    made = policies.exempt(carol, people.team, site, "cpu_at_most", soon, "A load test.", ["8"])
    assert (told(people.team), len(told(people.team, "16")), len(told(other.team))) == ([], 1, 1)
    made.until = timezone.now()
    made.save()
    assert len(told(people.team)) == 1


def test_no_exemption_lasts_longer_than_ninety_days(people: People, alice: User) -> None:
    policy, late = saved(alice, "4", people.team), timezone.now() + timedelta(days=91)
    with pytest.raises(policies.TooLong):
        policies.exempt(alice, people.team, policy, "cpu_at_most", late, "For ever.")
