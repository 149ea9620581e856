"""The last press of a team's draft: judged once more, booked or held, all or nothing."""

from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from consoleapp.accounts.models import User
from consoleapp.approvals import services as approvals
from consoleapp.approvals.models import Approval
from consoleapp.domain.quota import Unit
from consoleapp.domain.roles import Role
from consoleapp.governance import policies, quotas
from consoleapp.governance.models import Booking, Quota
from consoleapp.orders.models import Attempt, Order, OrderState
from consoleapp.wizard.models import Draft
from consoleapp.wizard.services import ordering
from tests.teams.people import People, browser_of
from tests.wizard import complete
from tests.wizard.judged import CPU, draft_of, limit, page, rule
from tests.wizard.page_form import StepForm, read

pytestmark = pytest.mark.django_db


@pytest.fixture
def bob(people: People) -> Client:
    return browser_of(people[Role.OPERATOR])


def confirm(client: Client, draft: Draft) -> StepForm:
    return page(client, draft, "confirm")


def used(unit: Unit = Unit.VCPU) -> int:
    return Quota.objects.get(unit=unit).used


def test_an_order_that_no_rule_speaks_against_is_booked_and_sent(people: People, bob: Client) -> None:
    rule(people, ("cpu_at_most", "4", "deny"))
    limit(people, vcpu_milli=9000)
    form = confirm(bob, draft_of(people))
    assert "order" in form.buttons
    assert form.press("order", terms="on").status_code == 303
    order = Order.objects.get()
    assert (order.state, order.booking.vcpu_milli, used()) == (OrderState.CREATED, 4000, 4000)


def test_of_who_acts_for_themselves_nothing_is_booked(alice: User, alice_client: Client) -> None:
    form = page(alice_client, complete.draft(alice), "confirm")
    assert form.press("order", terms="on").status_code == 303
    assert not Booking.objects.exists()


def test_confirm_tells_what_needs_approval_and_asks_for_it(people: People, bob: Client) -> None:
    rule(people, ("cpu_at_most", "2", "approve"))
    limit(people, vcpu_milli=9000)
    form = confirm(bob, draft_of(people))
    assert "This order needs approval" in form.html
    assert "<b>Needs approval.</b> QA: At most 2 vCPU." in form.html
    assert "ask" in form.buttons
    assert "order" not in form.buttons
    answer = form.press("ask", terms="on", approval_text=" For the release. ")
    order = Order.objects.get()
    assert answer["Location"] == f"/orders/{order.pk}/"
    assert (order.state, Attempt.objects.count(), used()) == (OrderState.HELD, 0, 0)
    approval = Approval.objects.get(order=order)
    assert (approval.text, [reason["rule"] for reason in approval.reasons]) == ("For the release.", ["cpu_at_most"])
    assert Decimal(approval.facts["cpu"]) == 4
    assert [finding.key for finding in approvals.findings_now(approval)] == [
        f"{approval.reasons[0]['policy']}/cpu_at_most"
    ]


def test_an_exception_goes_to_who_decides_with_its_reason(people: People, bob: Client) -> None:
    made, draft = rule(people, CPU), draft_of(people)
    page(bob, draft).go("save", **{f"exception-{made.pk}-cpu_at_most": "A load test"})
    form = confirm(bob, draft)
    assert "<q>A load test</q>" in form.html
    form.press("ask", terms="on", approval_text="Until Friday.")
    approval = Approval.objects.get()
    assert (approval.text, approval.reasons[0]["is_asked"]) == ("Until Friday.\nA load test", True)


def test_secrets_of_a_held_order_stay_sealed(people: People, bob: Client) -> None:
    rule(people, ("cpu_at_most", "1", "approve"))
    draft = draft_of(people, complete.private_spec())
    form = confirm(bob, draft)
    assert form.press("ask", terms="on", anyway="on").status_code == 303
    order = Order.objects.get()
    assert order.sealed_secrets
    assert complete.CANARY not in order.sealed_secrets


def test_a_second_press_finds_the_held_order(people: People, bob: Client) -> None:
    rule(people, ("cpu_at_most", "2", "approve"))
    draft = draft_of(people)
    form = confirm(bob, draft)
    first, second = form.press("ask", terms="on"), form.press("ask", terms="on")
    assert first["Location"] == second["Location"]
    assert (Order.objects.count(), Approval.objects.count()) == (1, 1)
    assert bob.get(form.url)["Location"] == first["Location"]


def test_a_withdrawn_order_can_be_asked_for_again(people: People, bob: Client) -> None:
    rule(people, ("cpu_at_most", "2", "approve"))
    draft = draft_of(people)
    confirm(bob, draft).press("ask", terms="on")
    approvals.withdraw(people[Role.OPERATOR], Approval.objects.get())
    assert confirm(bob, draft).press("ask", terms="on").status_code == 303
    assert sorted(Order.objects.values_list("state", flat=True)) == [OrderState.HELD, OrderState.REFUSED]


def test_what_is_denied_meanwhile_is_told_with_the_way_to_its_field_and_nothing_is_lost(
    people: People, bob: Client
) -> None:
    draft = draft_of(people)
    form = confirm(bob, draft)
    rule(people, CPU)
    answer = form.press("order", terms="on")
    html = answer.content.decode()
    assert (answer.status_code, Order.objects.count()) == (422, 0)
    assert "Rules do not allow this order" in html
    assert "<b>Not allowed.</b> QA: At most 2 vCPU." in html
    assert f'href="/buy/{draft.pk}/basic/?at=id_cpu#id_cpu"' in html
    assert 'name="terms" id="id_terms" value="on" checked' in html


def test_an_exception_can_be_asked_for_on_confirm(people: People, bob: Client) -> None:
    draft = draft_of(people)
    form = confirm(bob, draft)
    made = rule(people, CPU)
    refused = read(bob, form.press("order", terms="on"))
    name, key = f"exception-{made.pk}-cpu_at_most", f"{made.pk}/cpu_at_most"
    asked = refused.go(f"exception-ask:{key}", **{name: "A load test"}, approval_text="Please")
    assert asked.url.endswith("/confirm/")
    assert "ask" in asked.buttons
    without = asked.go(f"exception-drop:{key}")
    assert "<b>Not allowed.</b>" in without.html
    asked = without.go(f"exception-ask:{key}", **{name: "A load test"}, approval_text="Please")
    assert asked.sent["approval_text"] == ["Please"]


def test_who_goes_back_finds_what_they_wrote_for_who_decides(people: People, bob: Client) -> None:
    rule(people, ("cpu_at_most", "2", "approve"))
    draft = draft_of(people)
    confirm(bob, draft).go("goto:basic", approval_text="Please <soon>")
    assert confirm(bob, draft).sent["approval_text"] == ["Please <soon>"]


def test_approval_that_is_wanted_meanwhile_is_told_before_anything_is_held(people: People, bob: Client) -> None:
    form = confirm(bob, draft_of(people))
    rule(people, ("cpu_at_most", "2", "approve"))
    answer = form.press("order", terms="on")
    assert (answer.status_code, Order.objects.count()) == (409, 0)
    assert "by now this needs approval" in answer.content.decode()
    assert "ask" in read(bob, answer).buttons


def test_approval_that_is_wanted_no_more_is_told_before_anything_is_sent(people: People, bob: Client) -> None:
    made = rule(people, ("cpu_at_most", "2", "approve"))
    form = confirm(bob, draft_of(people))
    policies.end(people[Role.ADMIN], made)
    answer = form.press("ask", terms="on")
    assert (answer.status_code, Order.objects.count()) == (409, 0)
    assert "order" in read(bob, answer).buttons


def test_a_policy_saved_between_the_look_and_the_record_counts(
    people: People, bob: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    form, record = confirm(bob, draft_of(people)), ordering.record

    def late(*args: Any, **named: Any) -> Any:
        rule(people, CPU)
        return record(*args, **named)

    monkeypatch.setattr(ordering, "record", late)
    answer = form.press("order", terms="on")
    assert (answer.status_code, Order.objects.count()) == (409, 0)
    assert "<b>Not allowed.</b> QA: At most 2 vCPU." in answer.content.decode()


def test_no_room_at_the_press_is_told_at_its_field_and_records_nothing(people: People, bob: Client) -> None:
    limit(people, vcpu_milli=9000)
    form = confirm(bob, draft_of(people))
    Quota.objects.update(used=6000)
    answer = form.press("order", terms="on")
    html = answer.content.decode()
    assert (answer.status_code, Order.objects.count(), used()) == (422, 0, 6000)
    assert "This takes 4 vCPU, and 3 of the team&#x27;s 9 are left." in html


def test_room_taken_between_the_look_and_the_record_is_told_and_records_nothing(
    people: People, bob: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    limit(people, vcpu_milli=9000)
    form, record = confirm(bob, draft_of(people)), ordering.record

    def late(*args: Any, **named: Any) -> Any:
        Quota.objects.update(used=6000)
        return record(*args, **named)

    monkeypatch.setattr(ordering, "record", late)
    answer = form.press("order", terms="on")
    assert (answer.status_code, Order.objects.count(), used(), Booking.objects.count()) == (409, 0, 6000, 0)
    assert "This takes 4 vCPU, and 3 of the team&#x27;s 9 are left." in answer.content.decode()


def test_of_several_groups_all_are_booked_or_none(people: People, bob: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    limit(people, vcpu_milli=12_000)
    draft = draft_of(people)
    page(bob, draft).go("save", quantity="3")
    form, book = confirm(bob, draft), quotas.book

    def late(order: Order) -> None:
        if order.group_name.endswith("-003"):
            Quota.objects.update(used=12_000)
        book(order)

    monkeypatch.setattr(quotas, "book", late)
    assert form.press("order", terms="on").status_code == 409
    assert (Order.objects.count(), Booking.objects.count(), used()) == (0, 0, 0)
    monkeypatch.setattr(quotas, "book", book)
    assert form.press("order", terms="on").status_code == 303
    assert (Order.objects.count(), Booking.objects.count(), used()) == (3, 3, 12_000)


def test_several_groups_are_held_together(people: People, bob: Client) -> None:
    rule(people, ("cpu_at_most", "2", "approve"))
    draft = draft_of(people)
    page(bob, draft).go("save", quantity="2")
    answer = confirm(bob, draft).press("ask", terms="on")
    assert (answer.status_code, bob.get(answer["Location"]).status_code) == (303, 200)
    assert {order.state for order in Order.objects.all()} == {OrderState.HELD}
    assert Approval.objects.count() == 2


def test_an_unproved_image_needs_approval_before_the_press_and_not_after(people: People, bob: Client) -> None:
    rule(people, ("proof_required", "", "approve"))
    form = confirm(bob, draft_of(people))
    assert "QA: Every image has been proved within a day." in form.html
    assert "ask" in form.buttons


def test_a_copy_is_judged_like_any_draft(people: People, bob: Client) -> None:
    draft = draft_of(people)
    confirm(bob, draft).press("order", terms="on")
    rule(people, CPU)
    answer = bob.post(f"/groups/{Order.objects.get().container_group_id}/similar/", follow=True)
    assert "<b>Not allowed.</b> QA: At most 2 vCPU." in answer.content.decode()


def at_once(people: People, pressed: list[StepForm]) -> list[int]:
    def press(form: StepForm) -> int:
        client = Client()
        client.cookies = form.client.cookies
        try:
            return int(StepForm(client, form.url, "", form.sent).press("order", terms="on").status_code)
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        return list(pool.map(press, pressed))


@pytest.mark.django_db(transaction=True)
def test_twenty_presses_at_once_into_room_for_five_give_five(people: People, database_file: Path) -> None:
    limit(people, groups=5)
    forms = [
        confirm(browser_of(people[Role.OPERATOR]), draft_of(people, container_group_name=f"web-{number}"))
        for number in range(20)
    ]
    statuses = at_once(people, forms)
    assert (statuses.count(303), used(Unit.GROUPS), Order.objects.count()) == (5, 5, 5)
    assert quotas.differences([people.team]) == []


@pytest.mark.django_db(transaction=True)
def test_the_same_press_many_times_at_once_is_booked_once(people: People, database_file: Path) -> None:
    limit(people, groups=5)
    form = confirm(browser_of(people[Role.OPERATOR]), draft_of(people))
    assert set(at_once(people, [form] * 8)) == {303}
    assert (used(Unit.GROUPS), Order.objects.count(), Booking.objects.count()) == (1, 1, 1)
