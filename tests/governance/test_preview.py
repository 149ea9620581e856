"""What would change, before a policy is saved: drafts, waiting orders and running groups against it as typed."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone

from consoleapp.accounts.models import User
from consoleapp.approvals import services as approvals
from consoleapp.approvals.models import Approval
from consoleapp.domain.policy import Facts
from consoleapp.domain.policy_rules import read_rule
from consoleapp.domain.roles import Role
from consoleapp.governance import policies, preview, quotas
from consoleapp.governance.models import Booking, Mode, Policy, PolicyVersion
from consoleapp.orders import services as orders
from consoleapp.orders.models import Order, OrderState
from consoleapp.teams.actors import Actor
from consoleapp.wizard.models import Draft
from tests.governance.test_policy_pages import PAGE, text, typed
from tests.orders.builders import PARAMETERS, SECRET_KEYS
from tests.teams.people import People, browser_of, team
from tests.wizard.judged import draft_of

pytestmark = pytest.mark.django_db


def order_of(people: People, number: int, cpu: str = "4") -> Order:
    actor = Actor(people[Role.OPERATOR], people.team)
    press = orders.Press(f"key-{people.team.slug}-{number}", cpu=Decimal(cpu), memory_gib=Decimal(8))
    named = {**PARAMETERS, "Cpu": cpu, "Memory": "8", "ContainerGroupName": f"shop-{number}"}
    return orders.record_order(actor, named, SECRET_KEYS, press)


def running(people: People, number: int, cpu: str = "4") -> Order:
    order = order_of(people, number, cpu)
    quotas.book(order)
    order.state, order.container_group_id = OrderState.CREATED, f"eci-{number}"
    order.save()
    return order


def waiting(people: People, number: int) -> Approval:
    order = order_of(people, number)
    Order.objects.filter(pk=order.pk).update(state=OrderState.HELD)
    return approvals.ask(order, [], Facts(cpu=Decimal(4)))


def looked(alice: User, policy: Policy | None = None, **rows: tuple[str, str]) -> str:
    url = f"{PAGE}{policy.pk}/" if policy else PAGE + "new/"
    answer = browser_of(alice).post(url, typed(**rows) | {"do": "preview"})
    assert answer.status_code == 200
    return text(answer)


def test_it_tells_what_would_not_pass_with_links_and_saves_nothing(people: People, alice: User) -> None:
    draft_of(people)
    draft_of(people)
    waiting(people, 10)
    for number in range(4):
        running(people, number)
    running(people, 5, cpu="2")
    page = looked(alice, cpu_at_most=("2", "deny"), no_root=("", "warn"))
    told = page[page.index('id="preview"') :].split("</section>")[0]
    for words in ("2 drafts", "1 waiting order", "4 running groups"):
        assert words in told.split("would not pass.")[0]
    assert '<a href="/groups/eci-3/">shop-3</a>' in told
    assert "At most 2 vCPU." in told
    # A draft is its author's to open.
    assert "/buy/" not in told
    assert 'form="policy" name="do" value="save"' in told
    assert 'name="cpu_at_most-value" value="2"' in page
    assert not Policy.objects.exists()


def test_what_would_need_approval_is_told_apart(people: People, alice: User) -> None:
    running(people, 1)
    page = looked(alice, cpu_at_most=("2", "approve"))
    assert ("1 running group would need approval." in page, "would not pass" in page) == (True, False)


def test_it_tells_that_all_would_pass(people: People, alice: User) -> None:
    running(people, 1)
    page = looked(alice, cpu_at_most=("64", "deny"))
    assert "All of that would pass." in page
    assert "1 running group" in page


def test_what_has_ended_was_discarded_or_is_of_others_is_not_judged(people: People, alice: User) -> None:
    running(people, 1)
    Booking.objects.update(released_at=timezone.now())
    draft_of(people)
    Draft.objects.update(discarded_at=timezone.now())
    approval = waiting(people, 2)
    approvals.withdraw(people[Role.OPERATOR], approval)
    other = team("other")
    running(other, 3)
    draft_of(other)
    waiting(other, 4)
    assert "There is nothing yet that it would judge." in looked(alice, cpu_at_most=("1", "deny"))


def test_who_is_exempt_passes(people: People, alice: User) -> None:
    running(people, 1)
    policy = Policy(team=people.team, name="QA")
    policies.save(alice, policy, [read_rule("cpu_at_most", "2", "deny")], mode=Mode.WARN)
    assert "1 running group would not pass." in looked(alice, policy, cpu_at_most=("2", "deny"))
    policies.exempt(alice, people.team, policy, "cpu_at_most", timezone.now() + timedelta(days=1), "A load test.")
    assert "All of that would pass." in looked(alice, policy, cpu_at_most=("2", "deny"))
    assert PolicyVersion.objects.count() == 1


def test_a_policy_of_the_site_is_tried_on_every_team_and_on_no_ones_own_space(
    people: People, alice: User, carol: User
) -> None:
    running(people, 1)
    running(team("other"), 2)
    orders.record_order(Actor(alice), PARAMETERS, SECRET_KEYS, orders.Press("own"))
    said = [read_rule("cpu_at_most", "2", "deny")]
    found = preview.preview(Policy(name="Site"), said, Actor(carol))
    assert found.denied == "2 running groups"
    assert [each.thing.url for outcome in found.broken for each in outcome.named] == ["", ""]


def test_so_many_are_judged_at_the_most_and_that_is_told(
    people: People, alice: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(preview, "JUDGED_MAX", 2)
    monkeypatch.setattr(preview, "NAMED_MAX", 1)
    for number in range(3):
        running(people, number)
    page = looked(alice, cpu_at_most=("2", "deny"))
    assert ("2 running groups would not pass." in page, "and 1 more" in page) == (True, True)
    assert "The newest 500 of each, no more." in page


def test_an_order_that_cannot_be_read_any_more_is_left_out(people: People, alice: User) -> None:
    order = running(people, 1)
    Order.objects.filter(pk=order.pk).update(parameters={"Cpu": "many"})
    assert "There is nothing yet that it would judge." in looked(alice, cpu_at_most=("2", "deny"))


def test_a_mistake_is_told_before_anything_is_judged(people: People, alice: User) -> None:
    answer = browser_of(alice).post(PAGE + "new/", typed(cpu_at_most=("many", "deny")) | {"do": "preview"})
    assert (answer.status_code, 'id="preview"' in text(answer)) == (422, False)


def test_it_takes_as_many_queries_for_many(people: People, alice: User, django_assert_max_num_queries: Any) -> None:
    for number in range(20):
        running(people, number)
        draft_of(people)
    browser = browser_of(alice)
    with django_assert_max_num_queries(12):
        browser.post(PAGE + "new/", typed(cpu_at_most=("2", "deny")) | {"do": "preview"})
