"""consoleapp/approvals/services.py: who decides, what a decision does, and that of two at once one wins."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from consoleapp.accounts.models import User
from consoleapp.approvals import deciders
from consoleapp.approvals import services as approvals
from consoleapp.approvals.models import Approval, State, Vote
from consoleapp.audit.models import AuditRow
from consoleapp.domain.policy import Facts, ImageProof, Verdict
from consoleapp.domain.policy_rules import read_rule
from consoleapp.domain.quota import Unit
from consoleapp.domain.roles import Role
from consoleapp.governance import policies, quotas
from consoleapp.governance.models import Booking, Mode, Policy, Quota
from consoleapp.orders import services as orders
from consoleapp.orders.models import Order, OrderState
from consoleapp.teams import services as teams
from consoleapp.teams.models import Membership
from consoleapp.web.periodic import frequent_tasks
from tests.approvals.scene import held, seen
from tests.orders.builders import PARAMETERS
from tests.orders.ports import FakeCreation
from tests.teams.people import People, team


@pytest.fixture
def rule(people: People, alice: User) -> Policy:
    policy = Policy(team=people.team, name="QA")
    policies.save(alice, policy, [read_rule("price_at_most", "0.5", "approve")], mode=Mode.ENFORCE)
    return policy


def state_of(approval: Approval) -> tuple[str, str, str]:
    order = Order.objects.get(pk=approval.order_id)
    return Approval.objects.get(pk=approval.pk).state, order.state, order.error_kind


@pytest.mark.django_db
@pytest.mark.usefixtures("rule")
class TestAnOrderThatIsHeld:
    def test_is_sent_by_nobody(self, people: People) -> None:
        order, port = held(people).order, FakeCreation()
        assert not orders.may_ask_again(order)
        assert orders.due_orders(timezone.now() + timedelta(days=1)) == []
        assert orders.ask_again(order, port).state == OrderState.HELD
        assert port.calls == []

    def test_keeps_its_secrets_sealed_until_it_is_decided(self, people: People) -> None:
        approval = held(people)
        assert orders.stored_secrets(approval.order)
        approvals.reject(people[Role.APPROVER], approval, seen(approval))
        assert Order.objects.get().sealed_secrets == ""

    def test_goes_its_way_once_it_is_approved(self, people: People) -> None:
        approval = held(people)
        approvals.approve(people[Role.APPROVER], approval, seen(approval), "Fine.")
        assert state_of(approval) == ("approved", "recorded", "")
        assert [due.order_id for due in orders.due_orders()] == [approval.order_id]
        assert [row.action for row in AuditRow.objects.order_by("pk")][-3:] == [
            "approval.asked",
            "approval.voted",
            "approval.approved",
        ]

    def test_is_booked_when_it_is_approved_and_not_before(self, people: People) -> None:
        quotas.set_limit(people.team, Unit.VCPU, 2000)
        approval = held(people)
        assert Quota.objects.get().used == 0
        approvals.approve(people[Role.APPROVER], approval, seen(approval))
        assert (Quota.objects.get().used, Booking.objects.count()) == (2000, 1)

    def test_stays_held_where_there_is_no_room(self, people: People) -> None:
        quotas.set_limit(people.team, Unit.VCPU, 1000)
        approval = held(people)
        with pytest.raises(quotas.NoRoom):
            approvals.approve(people[Role.APPROVER], approval, seen(approval))
        assert state_of(approval) == ("open", "held", "")
        assert not Vote.objects.exists()

    def test_is_refused_in_words_that_say_how(self, people: People) -> None:
        approval = held(people)
        approvals.reject(people[Role.APPROVER], approval, seen(approval), "Too dear.")
        assert state_of(approval) == ("rejected", "refused", "rejected")
        assert AuditRow.objects.order_by("-pk")[0].payload["comment"] == "Too dear."

    def test_is_taken_back_by_who_asked_alone(self, people: People) -> None:
        approval = held(people)
        with pytest.raises(approvals.NotYours):
            approvals.withdraw(people[Role.ADMIN], approval)
        approvals.withdraw(people[Role.OPERATOR], approval)
        assert state_of(approval) == ("withdrawn", "refused", "withdrawn")

    def test_ends_when_its_time_is_over(self, people: People) -> None:
        approval = held(people)
        assert approvals.expire(approval.expires_at - timedelta(seconds=1)) == 0
        assert approvals.expire(approval.expires_at) == 1
        assert state_of(approval) == ("expired", "refused", "approval_expired")
        assert approvals.expire(approval.expires_at) == 0

    def test_is_not_approved_any_more_once_its_time_is_over(self, people: People) -> None:
        approval = held(people)
        Approval.objects.update(expires_at=timezone.now())
        with pytest.raises(approvals.Overtaken):
            approvals.approve(people[Role.APPROVER], approval, seen(approval))


@pytest.mark.django_db
class TestWhatIsFoundNow:
    """The frozen order is judged again, by the rules of now."""

    def save(self, people: People, *rules: tuple[str, str, str]) -> None:
        policy = Policy.objects.filter(name="QA").first() or Policy(team=people.team, name="QA")
        policies.save(people[Role.ADMIN], policy, [read_rule(*each) for each in rules], mode=Mode.ENFORCE)

    def test_is_told_by_the_policies_of_now(self, people: People, rule: Policy) -> None:
        approval = held(people)
        assert [each.rule.name for each in approvals.findings_now(approval)] == ["price_at_most"]
        self.save(people, ("cpu_at_most", "1", "deny"))
        assert [each.rule.name for each in approvals.findings_now(approval)] == ["cpu_at_most"]

    def test_is_told_without_opening_a_secret(self, people: People, rule: Policy) -> None:
        approval = held(people)
        Order.objects.update(sealed_secrets="broken")
        approval = Approval.objects.get()
        assert [each.rule.name for each in approvals.findings_now(approval)] == ["price_at_most"]

    def test_goes_by_what_was_known_at_the_press(self, people: People) -> None:
        self.save(
            people, ("price_at_most", "0.5", "approve"), ("template_required", "", "deny"), ("vpcs", "vpc-1", "deny")
        )
        known = Facts(price_per_hour=Decimal(1), template="web-small", vpc_id="vpc-2")
        approval = held(people, facts=known)
        found = [(each.rule.name, each.found) for each in approvals.findings_now(approval)]
        assert found == [("vpcs", "vpc-2"), ("price_at_most", "1.0000")]

    def test_knows_how_old_a_proof_has_become(self, people: People) -> None:
        self.save(people, ("proof_required", "", "approve"))
        found = []
        for hours in (23, 25):
            proved = ImageProof(timezone.now() - timedelta(hours=hours))
            approval = held(people, hours, facts=Facts(proofs={PARAMETERS["Container.1.Image"]: proved}))
            found.append([each.rule.name for each in approvals.findings_now(approval)])
        assert found == [[], ["proof_required"]]

    def test_counts_the_quota_as_it_is_now(self, people: People) -> None:
        self.save(people, ("quota_at_most", "80", "approve"))
        quotas.set_limit(people.team, Unit.VCPU, 10_000)
        approval = held(people, facts=Facts(quota_percent=20))
        assert approvals.findings_now(approval) == ()
        Quota.objects.update(used=7000)
        assert [each.found for each in approvals.findings_now(approval)] == ["90"]

    def test_leaves_to_approval_what_an_exception_was_asked_for(self, people: People) -> None:
        self.save(people, ("cpu_at_most", "1", "deny"))
        asked = [f"{Policy.objects.get().pk}/cpu_at_most"]
        approval = held(people, asked=asked)
        (finding,) = approvals.findings_now(approval)
        assert (finding.verdict, finding.is_asked) == (Verdict.APPROVE, True)


@pytest.mark.django_db
@pytest.mark.usefixtures("rule")
class TestWhoDecides:
    @pytest.mark.parametrize("role", [Role.APPROVER, Role.ADMIN])
    def test_those_who_approve_in_the_team(self, people: People, role: Role) -> None:
        approval = held(people)
        approvals.approve(people[role], approval, seen(approval))
        assert state_of(approval)[0] == "approved"

    @pytest.mark.parametrize("role", [Role.VIEWER, Role.OPERATOR])
    def test_not_those_who_do_not(self, people: People, role: Role) -> None:
        approval = held(people)
        with pytest.raises(approvals.NotYours):
            approvals.approve(people[role], approval, seen(approval))
        with pytest.raises(approvals.NotYours):
            approvals.reject(people[role], approval, "")
        assert list(deciders.waiting_for(people[role])) == []

    def test_nobody_about_their_own_order(self, people: People) -> None:
        approval = held(people, by=Role.ADMIN)
        with pytest.raises(approvals.NotYours):
            approvals.approve(people[Role.ADMIN], approval, seen(approval))
        assert list(deciders.waiting_for(people[Role.ADMIN])) == []
        assert list(deciders.waiting_for(people[Role.APPROVER])) == [approval]

    def test_nobody_of_another_team(self, people: People) -> None:
        approval, other = held(people), team("other")
        with pytest.raises(approvals.NotYours):
            approvals.approve(other[Role.ADMIN], approval, seen(approval))
        assert list(deciders.waiting_for(other[Role.ADMIN])) == []

    def test_not_who_has_lost_the_role_meanwhile(self, people: People) -> None:
        approval = held(people)
        Membership.objects.filter(user=people[Role.APPROVER]).update(role=Role.OPERATOR)
        with pytest.raises(approvals.NotYours):
            approvals.approve(people[Role.APPROVER], approval, seen(approval))

    def test_site_admins_about_a_policy_of_the_site_and_both_where_both_want_it(
        self, people: People, carol: User, settings: Any
    ) -> None:
        settings.SIGN_IN = "required"
        site = Policy(name="Site")
        policies.save(carol, site, [read_rule("price_at_most", "0.1", "approve")], mode=Mode.ENFORCE)
        approval = held(people)
        approvals.approve(people[Role.APPROVER], approval, seen(approval))
        assert state_of(approval) == ("open", "held", "")
        assert list(deciders.waiting_for(people[Role.APPROVER])) == []
        assert list(deciders.waiting_for(carol)) == [approval]
        approvals.approve(carol, approval, seen(approval))
        assert state_of(approval) == ("approved", "recorded", "")

    def test_no_approver_twice_while_the_site_has_still_to_say_so(
        self, people: People, carol: User, settings: Any
    ) -> None:
        settings.SIGN_IN = "required"
        policies.save(carol, Policy(name="Site"), [read_rule("price_at_most", "0.1", "approve")], mode=Mode.ENFORCE)
        approval = held(people)
        approvals.approve(people[Role.APPROVER], approval, seen(approval))
        for again in (Role.APPROVER, Role.ADMIN):
            with pytest.raises(approvals.Overtaken):
                approvals.approve(people[again], approval, seen(approval))
        assert deciders.deciders_of(approval) == [carol]
        assert list(deciders.waiting_for(people[Role.ADMIN])) == []
        approvals.reject(people[Role.ADMIN], approval, seen(approval))
        assert state_of(approval)[0] == "rejected"

    def test_site_admins_too_where_a_rule_of_the_site_has_come_to_want_it(
        self, people: People, carol: User, settings: Any
    ) -> None:
        settings.SIGN_IN = "required"
        approval = held(people)
        policies.save(carol, Policy(name="Site"), [read_rule("price_at_most", "0.1", "approve")], mode=Mode.ENFORCE)
        approvals.approve(people[Role.APPROVER], approval, seen(approval))
        assert state_of(approval)[0] == "open"
        assert list(deciders.waiting_for(carol)) == [approval]

    def test_site_admins_where_nobody_but_the_requester_could(self, people: People, carol: User, settings: Any) -> None:
        settings.SIGN_IN = "required"
        approval = held(people, by=Role.ADMIN)
        assert deciders.deciders_of(approval) == [people[Role.APPROVER]]
        with pytest.raises(approvals.NotYours):
            approvals.approve(carol, approval, seen(approval))
        Membership.objects.filter(user=people[Role.APPROVER]).update(role=Role.OPERATOR)
        assert deciders.deciders_of(approval) == [carol]
        assert list(deciders.waiting_for(carol)) == [approval]
        approvals.approve(carol, approval, seen(approval))
        assert state_of(approval)[0] == "approved"

    def test_no_superuser_where_nobody_signs_in(self, people: People, carol: User) -> None:
        approval = held(people, by=Role.ADMIN)
        Membership.objects.filter(user=people[Role.APPROVER]).delete()
        assert deciders.deciders_of(approval) == []
        with pytest.raises(approvals.NotYours):
            approvals.approve(carol, approval, seen(approval))

    def test_nobody_by_what_they_did_not_see(self, people: People, alice: User, rule: Policy) -> None:
        approval = held(people)
        before = seen(approval)
        policies.save(alice, rule, [read_rule("price_at_most", "0.4", "approve")], mode=Mode.ENFORCE)
        with pytest.raises(approvals.SeenOther):
            approvals.approve(people[Role.APPROVER], approval, before)
        assert state_of(approval) == ("open", "held", "")

    def test_nobody_for_what_a_rule_denies_by_now(self, people: People, alice: User, rule: Policy) -> None:
        approval = held(people)
        policies.save(alice, rule, [read_rule("price_at_most", "0.5", "deny")], mode=Mode.ENFORCE)
        with pytest.raises(approvals.Denied):
            approvals.approve(people[Role.APPROVER], approval, seen(approval))


def deactivated(people: People) -> None:
    User.objects.filter(pk=people[Role.OPERATOR].pk).update(is_active=False)


def taken_out(people: People) -> None:
    teams.remove_member(people[Role.ADMIN], people.team, people[Role.OPERATOR])


def made_a_viewer(people: People) -> None:
    teams.set_role(people[Role.ADMIN], people.team, people[Role.OPERATOR], Role.VIEWER)


def archived(people: People) -> None:
    teams.archive_team(people[Role.ADMIN], people.team)


@pytest.mark.django_db
@pytest.mark.usefixtures("rule")
@pytest.mark.parametrize("leave", [deactivated, taken_out, made_a_viewer, archived])
class TestWhoseRequesterIsGone:
    def test_ends_by_itself_with_its_secrets_wiped(self, people: People, leave: Any) -> None:
        approval, other = held(people), held(people, 2, by=Role.ADMIN)
        leave(people)
        approvals.end_gone()
        assert state_of(approval) == ("gone", "refused", "requester_gone")
        assert Order.objects.get(pk=approval.order_id).sealed_secrets == ""
        assert (state_of(other)[0] == "open") == (leave is not archived)

    def test_is_not_approved_before_that(self, people: People, leave: Any) -> None:
        approval = held(people)
        word = seen(approval)
        leave(people)
        assert approvals.approve(people[Role.APPROVER], approval, word).state == State.GONE
        assert state_of(approval) == ("gone", "refused", "requester_gone")


def test_the_worker_ends_what_is_over() -> None:
    receivers = [str(key[0]) for key, *_others in frequent_tasks.receivers]
    assert {"approvals.expire", "approvals.end_gone"} <= set(receivers)


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("rule")
def test_of_all_who_decide_at_once_one_wins(people: People, database_file: Path) -> None:
    quotas.set_limit(people.team, Unit.GROUPS, 100)
    for number in range(6):
        approval = held(people, number)
        word = seen(approval)

        def decide(how: Any) -> bool:
            try:
                how()
            except (approvals.Overtaken, approvals.NotYours):
                return False
            finally:
                connection.close()
            return True

        ways = [
            lambda: approvals.approve(people[Role.APPROVER], approval, word),  # noqa: B023
            lambda: approvals.approve(people[Role.ADMIN], approval, word),  # noqa: B023
            lambda: approvals.reject(people[Role.APPROVER], approval, word),  # noqa: B023
            lambda: approvals.withdraw(people[Role.OPERATOR], approval),  # noqa: B023
        ]
        with ThreadPoolExecutor(4) as pool:
            done = list(pool.map(decide, ways))
        assert sum(done) == 1
        state, order_state, _kind = state_of(approval)
        assert (state == State.APPROVED) == (order_state == OrderState.RECORDED)
        assert Booking.objects.filter(order=approval.order_id).count() == (state == State.APPROVED)
    assert quotas.differences([people.team]) == []
