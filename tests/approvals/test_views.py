"""The pages of approvals, by role: what they say, what may be pressed, and what is told when something came first."""

import re
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from consoleapp.accounts.models import User
from consoleapp.approvals import services as approvals
from consoleapp.approvals.models import Approval
from consoleapp.credentials.models import RegistryCredential
from consoleapp.domain.policy import Facts, ImageProof
from consoleapp.domain.quota import Unit
from consoleapp.domain.roles import Role
from consoleapp.governance import quotas
from consoleapp.governance.models import Policy
from consoleapp.launch_templates import services as templates
from consoleapp.orders.models import Order, OrderState
from consoleapp.teams.models import Membership
from tests.accounts.browsers import sign_in
from tests.approvals.scene import EXPENSIVE, held, save_rule, seen
from tests.launch_templates.made import template
from tests.orders.builders import CANARY, PARAMETERS, record
from tests.teams.people import People, browser_of, team
from tests.wizard.complete import COMMON

pytestmark = pytest.mark.django_db


@pytest.fixture
def people(alice: User) -> People:
    made = team(admin=alice)
    save_rule(alice, made.team, ("price_at_most", "0.5", "approve"))
    return made


@pytest.fixture
def site_admin(carol: User, settings: Any) -> User:
    settings.SIGN_IN = "required"
    return carol


def browser(person: User) -> Client:
    """A browser in which the person is signed in, be that required or not."""
    return sign_in(person) if settings.SIGN_IN == "required" else browser_of(person)


def page(person: User, approval: Approval) -> str:
    answer = browser(person).get(f"/approvals/{approval.order_id}/")
    assert answer.status_code == 200
    return text_of(answer)


def text_of(answer: Any) -> str:
    return re.sub(r"\s+", " ", answer.content.decode())


def decide(person: User, approval: Approval, verdict: str = "approve", **form: str) -> Any:
    posted = {"verdict": verdict, "seen": form.pop("seen", None) or seen(approval), **form}
    return browser(person).post(f"/approvals/{approval.order_id}/decide/", posted)


def state_of(approval: Approval) -> str:
    return Approval.objects.get(pk=approval.pk).state


class TestWhoSeesWhat:
    @pytest.mark.parametrize(
        ("role", "button"),
        [(Role.VIEWER, None), (Role.OPERATOR, "withdraw"), (Role.APPROVER, "approve"), (Role.ADMIN, "approve")],
    )
    def test_every_member_sees_the_page_and_who_may_decide_the_buttons(
        self, people: People, role: Role, button: str | None
    ) -> None:
        shown = page(people[role], held(people))
        there = {name for name in ("approve", "reject", "withdraw") if f'id="{name}"' in shown}
        assert there == ({button, "reject"} if button == "approve" else {button} - {None})

    def test_an_approver_does_not_decide_about_their_own(self, people: People) -> None:
        shown = page(people[Role.APPROVER], held(people, by=Role.APPROVER))
        assert 'id="approve"' not in shown
        assert "Nobody decides about their own order." in shown
        assert "Waits for alice" in shown

    def test_strangers_and_other_teams_find_nothing(self, people: People, mallory_client: Client) -> None:
        approval, other = held(people), team("other")
        for browser in (mallory_client, browser_of(other[Role.ADMIN]), Client()):
            assert browser.get(f"/approvals/{approval.order_id}/").status_code == 404
            assert browser.post(f"/approvals/{approval.order_id}/decide/").status_code == 404
            assert browser.post(f"/approvals/{approval.order_id}/withdraw/").status_code == 404

    def test_a_site_admin_sees_and_decides_what_waits_for_the_site(self, people: People, site_admin: User) -> None:
        save_rule(site_admin, None, ("price_at_most", "0.1", "approve"), name="Site")
        approval = held(people)
        shown = page(site_admin, approval)
        assert "Waits for you" in shown
        assert f"/orders/{approval.order_id}/" not in shown
        answer = decide(site_admin, approval)
        assert answer.status_code == 302
        shown = page(site_admin, approval)
        assert "Waits for one of alice and ann-of-qa" in shown
        assert 'id="approve"' not in shown

    def test_is_framed_nowhere(self, people: People) -> None:
        answer = browser_of(people[Role.APPROVER]).get(f"/approvals/{held(people).order_id}/")
        assert answer["X-Frame-Options"] == "DENY"
        assert "frame-ancestors 'none'" in answer["Content-Security-Policy"]


class TestWhatThePageSays:
    def test_who_asks_for_what_and_why(self, people: People) -> None:
        shown = page(people[Role.APPROVER], held(people, text="For <b>Thursday</b>."))
        assert "bob-of-qa asks for an approval" in shown
        assert "For &lt;b&gt;Thursday&lt;/b&gt;." in shown
        assert "At most 0.5 an hour without approval." in shown
        assert "Price of an hour: <code>1.0000</code> · policy QA · written by alice" in shown
        assert "Ends by itself in 2" in shown

    def test_what_differs_from_the_last_group_of_the_name(self, people: People) -> None:
        earlier = held(people, 1).order
        Order.objects.filter(pk=earlier.pk).update(state=OrderState.CREATED, container_group_id="eci-1")
        newer: Any = {"Container.1.Image": "registry.example.com/shop/api:3"}
        shown = page(people[Role.APPROVER], held(people, 2, **newer))
        assert "Against the last one of this name" in shown
        assert re.search(r"<dt>version</dt><dd><del>.*?2\.3</del>.*?<ins>.*?3</ins>", shown)
        assert "<dt>Region</dt>" not in shown

    def test_what_differs_from_the_forms_where_there_is_none(self, people: People) -> None:
        shown = page(people[Role.APPROVER], held(people))
        assert "against what the forms begin with" in shown
        assert "<dt>Region</dt><dd><ins>cn-hangzhou</ins>" in shown

    def test_what_differs_from_the_template_that_it_comes_of(self, people: People) -> None:
        version = template(people)
        changed: Any = {"Cpu": "4", "Container.1.Name": "web", "Container.1.Image": COMMON}
        approval = held(people, **changed)
        Order.objects.update(template_version=version)
        shown = page(people[Role.APPROVER], approval)
        assert "Against version 1 of the template Web, small." in shown
        assert re.search(r"<dt>vCPU</dt><dd><del>.*?2</del>.*?<ins>.*?4</ins>", shown)
        assert "<dt>Region</dt>" not in shown

    def test_no_secret_only_that_it_is_set(self, people: People) -> None:
        shown = page(people[Role.APPROVER], held(people))
        assert "<dt>registry.example.com Password</dt><dd><ins>set</ins>" in shown
        assert '<dt>ImageRegistryCredential.1.Password</dt><dd class="masked">' in shown
        assert CANARY not in shown

    def test_the_proof_with_its_age_and_the_quota_before_and_after(self, people: People) -> None:
        quotas.set_limit(people.team, Unit.VCPU, 3000)
        proofs = {PARAMETERS["Container.1.Image"]: ImageProof(timezone.now() - timedelta(hours=3))}
        facts = Facts(price_per_hour=EXPENSIVE.price_per_hour, proofs=proofs)
        shown = page(people[Role.APPROVER], held(people, facts=facts))
        assert re.search(r"proved</span> <time[^>]*>3 hours ago", shown)
        assert re.search(r"<dt>vCPU</dt><dd class=\"num\">0 → <strong>2</strong> of 3", shown)

    def test_the_price_when_it_was_asked_and_now(self, people: People) -> None:
        shown = page(people[Role.APPROVER], held(people))
        assert "CNY 0.3600" in shown
        assert re.search(r"when it was asked · CNY.0\.\d{4} now", shown)

    def test_what_was_pressed_together_with_it(self, people: People) -> None:
        first, second = held(people, 1, ContainerGroupName="web-1"), held(people, 2, ContainerGroupName="web-2")
        Order.objects.update(press_id=first.order_id)
        shown = page(people[Role.APPROVER], first)
        assert f'Pressed together with <a href="/approvals/{second.order_id}/">web-2</a> (waiting).' in shown
        assert "The same for the other one" in shown

    def test_that_nobody_could_decide(self, people: People) -> None:
        approval = held(people, by=Role.ADMIN)
        Membership.objects.filter(user=people[Role.APPROVER]).update(role=Role.OPERATOR)
        assert "Nobody could decide" in page(people[Role.ADMIN], approval)

    def test_an_order_that_cannot_be_read_any_more_can_be_rejected(self, people: People) -> None:
        approval = held(people)
        Order.objects.update(parameters={**approval.order.parameters, "Unheard.Of": "1"})
        shown = page(people[Role.APPROVER], approval)
        assert "cannot read the order any more" in shown
        assert 'id="approve"' not in shown
        answer: Any = browser_of(people[Role.APPROVER]).post(
            f"/approvals/{approval.order_id}/decide/", {"verdict": "approve", "seen": "-"}
        )
        assert answer.status_code == 409
        assert decide(people[Role.APPROVER], approval, "reject", seen="-").status_code == 302
        assert state_of(approval) == "rejected"


class TestADecision:
    def test_releases_the_order_and_says_so(self, people: People) -> None:
        approval = held(people)
        browser = browser_of(people[Role.APPROVER])
        posted = {"verdict": "approve", "seen": seen(approval), "comment": "Fine."}
        answer = browser.post(f"/approvals/{approval.order_id}/decide/", posted, follow=True)
        assert "Approved. The order is sent now." in text_of(answer)
        assert "<q>Fine.</q>" in text_of(answer)
        assert Order.objects.get().state == OrderState.RECORDED

    def test_keeps_of_what_was_typed_what_can_be_read(self, people: People) -> None:
        approval = held(people, text="\u202efor\x07 me\r\nplease")
        decide(people[Role.APPROVER], approval, comment=" Fine\u202e,\r\nbob.\x1b[0m ")
        assert Approval.objects.get().text == "for me\nplease"
        assert approval.votes.get().comment == "Fine,\nbob.[0m"

    def test_or_rejects_it_with_a_word_to_who_asked(self, people: People) -> None:
        approval = held(people)
        assert decide(people[Role.APPROVER], approval, "reject", comment="Too dear.").status_code == 302
        shown = text_of(browser_of(people[Role.OPERATOR]).get(f"/orders/{approval.order_id}/"))
        assert "Rejected" in shown
        assert "Too dear." in shown
        assert "Change and ask again" in shown

    @pytest.mark.parametrize("role", [Role.VIEWER, Role.OPERATOR])
    def test_takes_the_role(self, people: People, role: Role) -> None:
        approval = held(people)
        answer = decide(people[role], approval)
        assert answer.status_code == 403
        assert "Approver" in text_of(answer)
        assert state_of(approval) == "open"

    def test_is_not_made_about_ones_own_order_whatever_the_role_by_now(self, people: People) -> None:
        approval = held(people)
        Membership.objects.filter(user=people[Role.OPERATOR]).update(role=Role.ADMIN)
        for verdict in ("approve", "reject"):
            assert decide(people[Role.OPERATOR], approval, verdict).status_code == 403
        assert state_of(approval) == "open"

    def test_is_not_made_of_what_was_not_seen(self, people: People) -> None:
        approval = held(people)
        before = seen(approval)
        save_rule(people[Role.ADMIN], people.team, ("price_at_most", "0.4", "approve"))
        answer = decide(people[Role.APPROVER], approval, seen=before, comment="Fine.")
        assert answer.status_code == 409
        shown = text_of(answer)
        assert "What the rules find has changed while you read" in shown
        assert "At most 0.4 an hour" in shown
        assert "Fine.</textarea>" in shown
        assert decide(people[Role.APPROVER], approval, seen=re.findall(r'name="seen" value="(\w+)"', shown)[0])
        assert state_of(approval) == "approved"

    def test_is_told_the_rule_that_denies_it_by_now(self, people: People) -> None:
        approval = held(people)
        save_rule(people[Role.ADMIN], people.team, ("cpu_at_most", "1", "deny"))
        shown = page(people[Role.APPROVER], approval)
        assert "A rule does not allow it" in shown
        assert 'id="approve"' not in shown
        answer = decide(people[Role.APPROVER], approval)
        assert answer.status_code == 409
        assert "At most 1 vCPU." in text_of(answer)
        assert state_of(approval) == "open"

    def test_is_told_what_room_is_missing_and_leaves_the_order_held(self, people: People) -> None:
        quotas.set_limit(people.team, Unit.VCPU, 1000)
        approval = held(people)
        answer = decide(people[Role.APPROVER], approval)
        assert answer.status_code == 409
        assert "The quota lacks 1 vCPU. The order still waits" in text_of(answer)
        assert "lacks 1</span>" in text_of(answer)
        assert (state_of(approval), Order.objects.get().state) == ("open", "held")

    def test_is_not_made_for_a_version_of_a_template_that_was_withdrawn(self, people: People) -> None:
        approval, version = held(people), template(people)
        Order.objects.update(template_version=version)
        assert state_of(approval) == "open"
        templates.withdraw(people[Role.ADMIN], version)
        answer = decide(people[Role.APPROVER], approval)
        assert answer.status_code == 409
        assert "was withdrawn. Reject it" in text_of(answer)
        assert state_of(approval) == "open"

    def test_is_not_made_with_a_password_that_was_replaced_since(self, people: People) -> None:
        approval = held(people)
        login = RegistryCredential.objects.create(
            team=people.team, name="Harbor", host="registry.example.com", user_name="ci", by=people[Role.ADMIN]
        )
        login.orders.add(approval.order)
        RegistryCredential.objects.update(replaced_at=timezone.now())
        answer = decide(people[Role.APPROVER], approval)
        assert answer.status_code == 409
        assert "A saved login of it was replaced since." in text_of(answer)
        RegistryCredential.objects.update(replaced_at=approval.order.created_at - timedelta(hours=1))
        assert decide(people[Role.APPROVER], approval).status_code == 302

    def test_that_came_too_late_is_told_what_came_first(self, people: People) -> None:
        approval = held(people)
        word = seen(approval)
        approvals.withdraw(people[Role.OPERATOR], approval)
        answer = decide(people[Role.APPROVER], approval, seen=word)
        assert answer.status_code == 409
        assert "It came first that the order is withdrawn." in text_of(answer)

    def test_that_comes_after_the_time_is_told_so_though_no_worker_has_ended_it(self, people: People) -> None:
        approval = held(people)
        word = seen(approval)
        Approval.objects.update(expires_at=timezone.now())
        answer = decide(people[Role.APPROVER], approval, seen=word)
        assert answer.status_code == 409
        assert "It came first that the order is expired." in text_of(answer)
        assert "Nobody decided in time" in text_of(answer)

    def test_that_cannot_be_read_changes_nothing(self, people: People) -> None:
        approval = held(people)
        for form in ({"verdict": "perhaps"}, {"comment": "x" * 1001}, {"comment": "a\0b"}):
            answer = decide(people[Role.APPROVER], approval, **{"verdict": "approve", **form})
            assert answer.status_code == 422
        assert state_of(approval) == "open"

    def test_is_told_where_who_asked_is_gone(self, people: People) -> None:
        approval = held(people)
        word = seen(approval)
        User.objects.filter(pk=people[Role.OPERATOR].pk).update(is_active=False)
        browser = browser_of(people[Role.APPROVER])
        posted = {"verdict": "approve", "seen": word}
        answer = browser.post(f"/approvals/{approval.order_id}/decide/", posted, follow=True)
        assert "Who asked may not order for the team any more." in text_of(answer)
        assert state_of(approval) == "gone"


class TestADecisionAboutAllOfAPress:
    def pressed(self, people: People, count: int = 3) -> list[Approval]:
        made = [held(people, number, ContainerGroupName=f"web-{number}") for number in range(1, count + 1)]
        Order.objects.update(press_id=made[0].order_id)
        return [Approval.objects.get(pk=each.pk) for each in made]

    @pytest.mark.parametrize(("verdict", "state"), [("approve", "approved"), ("reject", "rejected")])
    def test_counts_for_the_others_too(self, people: People, verdict: str, state: str) -> None:
        made = self.pressed(people)
        assert decide(people[Role.APPROVER], made[0], verdict, together="on").status_code == 302
        assert [state_of(each) for each in made] == [state] * 3

    def test_counts_for_one_alone_without_the_tick(self, people: People) -> None:
        made = self.pressed(people)
        decide(people[Role.APPROVER], made[1])
        assert [state_of(each) for each in made] == ["open", "approved", "open"]

    def test_ends_where_there_is_no_room_for_the_next(self, people: People) -> None:
        quotas.set_limit(people.team, Unit.VCPU, 4000)
        made = self.pressed(people)
        browser = browser_of(people[Role.APPROVER])
        posted = {"verdict": "approve", "seen": seen(made[0]), "together": "on"}
        answer = browser.post(f"/approvals/{made[0].order_id}/decide/", posted, follow=True)
        assert [state_of(each) for each in made] == ["approved", "approved", "open"]
        assert "The same for 1 other." in text_of(answer)
        assert "The quota lacks 2 vCPU." in text_of(answer)

    def test_ends_at_one_in_which_something_else_is_found(self, people: People) -> None:
        made = self.pressed(people)
        Approval.objects.filter(pk=made[1].pk).update(facts=Facts(price_per_hour=Decimal("0.1")).written())
        browser = browser_of(people[Role.APPROVER])
        posted = {"verdict": "approve", "seen": seen(made[0]), "together": "on"}
        answer = browser.post(f"/approvals/{made[0].order_id}/decide/", posted, follow=True)
        assert [state_of(each) for each in made] == ["approved", "open", "open"]
        assert "look at it by itself" in text_of(answer)

    def test_ends_where_the_first_one_has_changed_what_is_found(self, people: People) -> None:
        save_rule(
            people[Role.ADMIN], people.team, ("price_at_most", "0.5", "approve"), ("quota_at_most", "50", "approve")
        )
        quotas.set_limit(people.team, Unit.VCPU, 6000)
        made = self.pressed(people)
        decide(people[Role.APPROVER], made[0], together="on")
        assert [state_of(each) for each in made] == ["approved", "open", "open"]

    def test_leaves_orders_of_other_presses_alone(self, people: People) -> None:
        made, other = self.pressed(people), held(people, 9)
        decide(people[Role.APPROVER], made[0], together="on")
        assert state_of(other) == "open"


class TestTheList:
    def test_has_what_waits_for_the_reader_with_what_ends_first_at_the_top(self, people: People) -> None:
        late, soon = held(people, 1, ContainerGroupName="late"), held(people, 2, ContainerGroupName="soon")
        Approval.objects.filter(pk=soon.pk).update(expires_at=timezone.now() + timedelta(hours=1))
        mine = held(people, 3, by=Role.APPROVER, ContainerGroupName="mine")
        over = held(people, 4, ContainerGroupName="over")
        approvals.reject(people[Role.ADMIN], over, seen(over))
        shown = text_of(browser_of(people[Role.APPROVER]).get("/approvals/"))
        order = [shown.index(f"/approvals/{each.order_id}/") for each in (soon, late, mine, over)]
        assert order == sorted(order)
        assert order[1] < shown.index("You wait for") < order[2] < shown.index("Decided lately") < order[3]
        assert "At most 0.5 an hour without approval." in shown

    def test_says_that_nothing_waits(self, people: People) -> None:
        held(people)
        shown = text_of(browser_of(people[Role.VIEWER]).get("/approvals/"))
        assert "Nothing waits for you" in shown

    def test_asks_as_often_for_many_as_for_one(self, people: People, django_assert_max_num_queries: Any) -> None:
        for number in range(30):
            held(people, number)
        browser = browser_of(people[Role.APPROVER])
        # One of them asks PostgreSQL for its clock.
        with django_assert_max_num_queries(10):
            answer = browser.get("/approvals/")
        assert "10 more wait." in text_of(answer)


class TestTheTopBar:
    @pytest.mark.parametrize(
        ("role", "link"), [(Role.VIEWER, False), (Role.OPERATOR, False), (Role.APPROVER, True), (Role.ADMIN, True)]
    )
    def test_tells_who_may_approve_how_many_wait_for_them(self, people: People, role: Role, link: bool) -> None:
        held(people, 1), held(people, 2)
        shown = text_of(browser_of(people[role]).get("/buy/drafts/"))
        assert ('href="/approvals/"' in shown) == link
        assert ('<span class="count">2' in shown) == link

    def test_asks_once_for_who_may_approve_and_never_for_others(
        self, people: People, alice_client: Client, mallory_client: Client
    ) -> None:
        def asked(browser: Client) -> int:
            with CaptureQueriesContext(connection) as queries:
                browser.get("/buy/drafts/")
            return sum("approvals_approval" in query["sql"] for query in queries)

        assert asked(alice_client) == 1
        assert [asked(browser_of(people[Role.OPERATOR])), asked(mallory_client), asked(Client())] == [0, 0, 0]


class TestThePageOfTheOrder:
    def test_says_for_whom_it_waits_and_lets_who_asked_withdraw(self, people: People) -> None:
        approval = held(people)
        shown = text_of(browser_of(people[Role.OPERATOR]).get(f"/orders/{approval.order_id}/"))
        assert "Waits for approval" in shown
        assert "Waits for one of alice and ann-of-qa, and ends by itself in" in shown
        assert "At most 0.5 an hour without approval." in shown
        assert 'id="withdraw"' in shown
        assert 'id="ask-again"' not in shown
        assert 'hx-trigger="every 5s"' in shown
        others = text_of(browser_of(people[Role.APPROVER]).get(f"/orders/{approval.order_id}/"))
        assert 'id="withdraw"' not in others

    def test_is_in_the_list_and_not_among_what_needs_attention(self, people: People) -> None:
        held(people)
        shown = text_of(browser_of(people[Role.OPERATOR]).get("/"))
        assert "Waits for approval" in shown
        assert "Needs attention</h2>" not in shown

    def test_moves_by_itself_when_it_is_decided(self, people: People) -> None:
        approval = held(people)
        approvals.approve(people[Role.APPROVER], approval, seen(approval), "Fine.")
        shown = text_of(browser_of(people[Role.OPERATOR]).get(f"/orders/{approval.order_id}/_/state/"))
        assert "<q>Fine.</q>" in shown
        assert "Waits for approval" not in shown
        assert 'hx-trigger="every 2s"' in shown

    def test_withdrawing_leads_back_to_it(self, people: People) -> None:
        approval = held(people)
        answer: Any = browser_of(people[Role.OPERATOR]).post(f"/approvals/{approval.order_id}/withdraw/", follow=True)
        assert answer.redirect_chain == [(f"/orders/{approval.order_id}/", 302)]
        assert "Withdrawn" in text_of(answer)
        again: Any = browser_of(people[Role.OPERATOR]).post(f"/approvals/{approval.order_id}/withdraw/")
        assert again.status_code == 409

    def test_nobody_withdraws_the_order_of_another(self, people: People) -> None:
        approval = held(people)
        answer: Any = browser_of(people[Role.ADMIN]).post(f"/approvals/{approval.order_id}/withdraw/")
        assert answer.status_code == 403
        assert state_of(approval) == "open"

    @pytest.mark.parametrize(
        ("kind", "title"),
        [
            ("rejected", "Rejected"),
            ("withdrawn", "Withdrawn"),
            ("approval_expired", "Nobody approved it"),
            ("requester_gone", "Ended"),
        ],
    )
    def test_says_how_it_has_ended_and_leads_on(self, people: People, kind: str, title: str) -> None:
        approval = held(people)
        Order.objects.update(state=OrderState.REFUSED, error_kind=kind)
        browser = browser_of(people[Role.OPERATOR])
        shown = text_of(browser.get(f"/orders/{approval.order_id}/"))
        assert f'<h2 aria-live="polite">{title}</h2>' in shown
        answer: Any = browser.post(f"/buy/mend/{approval.order_id}/", {"field": ""})
        assert answer.status_code == 302
        assert "/basic/" in answer["Location"]

    def test_costs_somebody_in_no_team_no_question(self, alice: User, alice_client: Client) -> None:
        with CaptureQueriesContext(connection) as queries:
            alice_client.get(f"/orders/{record(alice).pk}/")
        assert not [query for query in queries if "approvals_" in query["sql"]]


def test_a_policy_that_asks_for_nothing_any_more_is_told(people: People) -> None:
    approval = held(people)
    Policy.objects.update(ended_at=timezone.now())
    shown = page(people[Role.APPROVER], approval)
    assert "By now no rule wants an approval." in shown
    assert decide(people[Role.APPROVER], approval).status_code == 302
    assert state_of(approval) == "approved"
