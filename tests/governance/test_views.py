"""The pages of policies and quotas: who reads, who changes, what is told when something is wrong."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client, override_settings
from django.utils import timezone

from consoleapp.accounts.models import User
from consoleapp.audit.models import AuditRow
from consoleapp.domain.quota import Unit
from consoleapp.domain.roles import Role
from consoleapp.governance import quotas
from consoleapp.governance.models import Booking, Exemption, Mode, Policy, Quota
from consoleapp.orders import services as orders
from consoleapp.orders.models import Order, OrderState
from consoleapp.teams.actors import Actor
from tests.accounts.browsers import sign_in
from tests.governance.test_policies import saved
from tests.orders.builders import PARAMETERS, SECRET_KEYS
from tests.teams.people import People, browser_of, team

pytestmark = pytest.mark.django_db
LIST, NEW = "/teams/qa/policies/", "/teams/qa/policies/new/"
TYPED = {
    "name": "QA",
    "mode": "enforce",
    "version": "0",
    "on-cpu_at_most": "on",
    "value-cpu_at_most": "4",
    "verdict-cpu_at_most": "deny",
    "on-no_latest": "on",
    "verdict-no_latest": "approve",
    # Not ticked: what stands in the row is not taken.
    "value-memory_at_most": "8",
}


@pytest.fixture
def people(alice: User) -> People:
    return team(admin=alice)


def order_of(people: People, number: int = 1, cpu: str = "2", state: str = OrderState.CREATED, **told: Any) -> Order:
    """An order of bob's; its parameters ask for 2 vCPU and 4 GiB."""
    actor = Actor(people[Role.OPERATOR], people.team)
    press = orders.Press(f"key-{number}", cpu=Decimal(cpu), memory_gib=Decimal(4), **told)
    order = orders.record_order(actor, PARAMETERS, SECRET_KEYS, press)
    quotas.book(order)
    Order.objects.filter(pk=order.pk).update(state=state, container_group_id=f"eci-sim-{number}")
    return order


class TestPolicies:
    def test_whoever_is_bound_reads_the_rules_as_sentences(self, people: People, alice: User, carol: User) -> None:
        saved(carol, "6", None, "Site")
        saved(alice, "4", people.team)
        page = browser_of(people[Role.VIEWER]).get(LIST).content.decode()
        assert page.index("At most 6 vCPU.") < page.index("At most 4 vCPU.")
        assert "of the site" in page
        assert "Version 1, by alice" in page
        assert "/edit/" not in page

    def test_an_admin_ticks_sentences_and_saves_them(self, people: People, alice: User) -> None:
        answer = browser_of(alice).post(NEW, {**TYPED, "do": "save"})
        policy = Policy.objects.get()
        assert answer.headers["Location"] == f"{LIST}{policy.pk}/"
        assert policy.versions.get().rules == [
            {"rule": "no_latest", "value": "", "verdict": "approve"},
            {"rule": "cpu_at_most", "value": "4", "verdict": "deny"},
        ]
        assert (policy.team, policy.mode, policy.current) == (people.team, Mode.ENFORCE, 1)

    def test_what_would_change_is_said_before_it_is_saved(self, people: People, alice: User) -> None:
        order_of(people, 1, "8")
        order_of(people, 2, "2", is_held=False, state=OrderState.HELD)
        page = browser_of(alice).post(NEW, {**TYPED, "do": "preview"}).content.decode()
        assert "1 of 1 would not pass" in page
        assert "/groups/eci-sim-1/" in page
        assert "would pass" in page
        assert not Policy.objects.exists()
        # Nothing typed is lost.
        assert 'name="value-cpu_at_most" value="4"' in page
        assert 'name="value-memory_at_most" value="8"' in page

    def test_a_group_that_is_gone_is_not_judged(self, people: People, alice: User) -> None:
        quotas.release(order_of(people, 1, "8"), quotas.DELETED)
        page = browser_of(alice).post(NEW, {**TYPED, "do": "preview"}).content.decode()
        assert "would not pass" not in page

    @pytest.mark.parametrize(
        ("typed", "said"),
        [
            ({"value-cpu_at_most": "many"}, "Enter a number."),
            ({"value-cpu_at_most": ""}, "Enter a number."),
            ({"on-regions": "on", "value-regions": " "}, "A value is required."),
            ({"name": ""}, "This field is required."),
            ({"mode": "never"}, "Select a valid choice"),
            ({"verdict-no_latest": "maybe"}, "maybe"),
        ],
    )
    def test_what_is_wrong_is_told_at_its_row_and_nothing_typed_is_lost(
        self, people: People, alice: User, typed: dict[str, str], said: str
    ) -> None:
        answer = browser_of(alice).post(NEW, {**TYPED, **typed, "do": "save"})
        page = answer.content.decode()
        assert answer.status_code == 422
        assert said in page or "rule is not complete" in page
        assert 'name="value-memory_at_most" value="8"' in page
        assert not Policy.objects.exists()

    def test_a_policy_without_a_rule_is_none(self, people: People, alice: User) -> None:
        answer = browser_of(alice).post(NEW, {"name": "QA", "mode": "warn", "version": "0", "do": "save"})
        assert (answer.status_code, "Tick at least one rule." in answer.content.decode()) == (422, True)

    def test_who_saves_second_is_told_and_keeps_what_they_typed(self, people: People, alice: User) -> None:
        policy = saved(alice, "2", people.team)
        url = f"{LIST}{policy.pk}/edit/"
        assert 'name="version" value="1"' in browser_of(alice).get(url).content.decode()
        saved_first = browser_of(alice).post(url, {**TYPED, "version": "1", "do": "save"})
        assert saved_first.status_code == 302
        late = browser_of(alice).post(url, {**TYPED, "version": "1", "value-cpu_at_most": "3", "do": "save"})
        page = late.content.decode()
        assert (late.status_code, "Somebody else saved version 2 meanwhile." in page) == (409, True)
        assert 'name="value-cpu_at_most" value="3"' in page
        assert 'name="version" value="2"' in page
        assert Policy.objects.get().current == 2

    def test_a_policy_tells_what_changed_with_each_version(self, people: People, alice: User) -> None:
        policy = saved(alice, "2", people.team)
        browser_of(alice).post(f"{LIST}{policy.pk}/edit/", {**TYPED, "version": "1", "do": "save"})
        page = browser_of(people[Role.VIEWER]).get(f"{LIST}{policy.pk}/").content.decode()
        assert "<ins>At most 4 vCPU. (not allowed)</ins>" in page
        assert "<del>At most 2 vCPU. (not allowed)</del>" in page

    def test_an_ended_policy_binds_nobody(self, people: People, alice: User) -> None:
        policy = saved(alice, "2", people.team)
        assert browser_of(alice).post(f"{LIST}{policy.pk}/end/").status_code == 302
        assert "At most 2 vCPU." not in browser_of(alice).get(LIST).content.decode()
        assert browser_of(alice).get(f"{LIST}{policy.pk}/").status_code == 404

    def test_a_policy_of_another_team_or_of_the_site_is_none_of_this_one(self, people: People, alice: User) -> None:
        other = team("other")
        theirs, sites = saved(other[Role.ADMIN], "1", other.team), saved(alice, "1", None)
        for policy in (theirs, sites):
            for page in ("", "edit/"):
                assert browser_of(alice).get(f"{LIST}{policy.pk}/{page}").status_code == 404
            assert browser_of(alice).post(f"{LIST}{policy.pk}/end/").status_code == 404
        assert Policy.objects.filter(ended_at=None).count() == 2

    @override_settings(SIGN_IN="required")
    def test_a_site_admin_writes_what_binds_every_team(self, people: People, carol: User, alice: User) -> None:
        browser = sign_in(carol)
        assert browser.post("/policies/new/", {**TYPED, "do": "save"}).status_code == 302
        policy = Policy.objects.get()
        assert policy.team is None
        assert "At most 4 vCPU." in browser.get("/policies/").content.decode()
        assert "At most 4 vCPU." in sign_in(alice).get(LIST).content.decode()
        assert sign_in(alice).get("/policies/").status_code == 404


class TestExceptions:
    FORM = {"rule": "cpu_at_most", "values": "8", "reason": "load test", "until": ""}

    def url_of(self, alice: User, people: People) -> str:
        return f"{LIST}{saved(alice, '2', people.team).pk}/"

    def test_one_stands_until_its_day(self, people: People, alice: User) -> None:
        url = self.url_of(alice, people)
        until = (timezone.now() + timedelta(days=30)).date().isoformat()
        assert browser_of(alice).post(f"{url}exempt/", {**self.FORM, "until": until}).status_code == 302
        granted = Exemption.objects.get()
        assert (granted.team, granted.values, granted.until.date().isoformat()) == (people.team, ["8"], until)
        page = browser_of(people[Role.VIEWER]).get(url).content.decode()
        assert "load test" in page
        assert browser_of(alice).post(f"{url}exempt/", {"end": granted.pk}).status_code == 302
        assert "load test" not in browser_of(alice).get(url).content.decode()
        told = AuditRow.objects.filter(action__startswith="policy.exempt").order_by("pk")
        assert [row.action for row in told] == ["policy.exempted", "policy.exemption-ended"]

    @pytest.mark.parametrize(
        ("days", "said"), [(-1, "That day is over."), (120, "90 days from now at the most."), (None, "required")]
    )
    def test_a_day_that_cannot_be_is_told(self, people: People, alice: User, days: int | None, said: str) -> None:
        until = (timezone.now() + timedelta(days=days)).date().isoformat() if days is not None else ""
        answer = browser_of(alice).post(f"{self.url_of(alice, people)}exempt/", {**self.FORM, "until": until})
        page = answer.content.decode()
        assert (answer.status_code, said in page, 'value="load test"' in page) == (422, True, True)
        assert not Exemption.objects.exists()

    def test_one_of_another_policy_cannot_be_ended_here(self, people: People, alice: User) -> None:
        first, second = self.url_of(alice, people), saved(alice, "3", people.team, "Other")
        until = timezone.now() + timedelta(days=3)
        granted = Exemption.objects.create(policy=second, team=people.team, rule="cpu_at_most", until=until, by=alice)
        assert browser_of(alice).post(f"{first}exempt/", {"end": granted.pk}).status_code == 404
        assert browser_of(alice).post(f"{first}exempt/", {"end": "9" * 30}).status_code == 404
        granted.refresh_from_db()
        assert granted.ended_at is None


class TestQuota:
    PAGE = "/teams/qa/quota/"

    def test_members_read_what_is_used_and_by_what(self, people: People) -> None:
        quotas.set_limit(people.team, Unit.VCPU, 10_000)
        order_of(people, 1, "8")
        page = browser_of(people[Role.VIEWER]).get(self.PAGE).content.decode()
        assert "8 of 10 used" in page
        assert "Only 2 left." in page
        assert '<rect class="used" width="80"' in page
        assert "/groups/eci-sim-1/" in page
        assert "bob-of-qa" in page
        assert "Give back" not in page

    def test_a_team_without_limits_is_told_so(self, people: People) -> None:
        assert "The team has no limit." in browser_of(people[Role.VIEWER]).get(self.PAGE).content.decode()

    @override_settings(SIGN_IN="required")
    def test_a_site_admin_sets_limits_as_people_say_them(self, people: People, carol: User) -> None:
        browser = sign_in(carol)
        form = {"groups": "8", "vcpu_milli": "16", "memory_mib": "32.5", "price_micro_per_hour": ""}
        assert browser.post(f"{self.PAGE}limits/", form).status_code == 302
        assert dict(Quota.objects.values_list("unit", "limit")) == {
            "groups": 8,
            "vcpu_milli": 16_000,
            "memory_mib": 33_280,
        }
        page = browser.get(self.PAGE).content.decode()
        assert 'value="32.5"' in page
        assert browser.post(f"{self.PAGE}limits/", {**form, "groups": ""}).status_code == 302
        assert not Quota.objects.filter(unit="groups").exists()
        assert AuditRow.objects.latest("pk").payload == {"groups": [8, None]}

    @override_settings(SIGN_IN="required")
    def test_a_limit_that_is_no_number_is_told(self, people: People, carol: User) -> None:
        answer = sign_in(carol).post(f"{self.PAGE}limits/", {"groups": "-1", "vcpu_milli": "many"})
        assert answer.status_code == 422
        assert not Quota.objects.exists()

    @override_settings(SIGN_IN="required")
    def test_a_site_admin_gives_back_what_nobody_can_find_with_a_reason(self, people: People, carol: User) -> None:
        quotas.set_limit(people.team, Unit.VCPU, 10_000)
        order_of(people, 1, "8")
        browser, booking = sign_in(carol), Booking.objects.get()
        browser.post(f"{self.PAGE}give-back/", {"booking": booking.pk, "reason": " "})
        assert Quota.objects.get().used == 8000
        browser.post(f"{self.PAGE}give-back/", {"booking": booking.pk, "reason": "deleted by hand"})
        assert Quota.objects.get().used == 0
        assert AuditRow.objects.latest("pk").payload["reason"] == "deleted by hand"

    @override_settings(SIGN_IN="required")
    @pytest.mark.parametrize("number", ["", "x", "0", "9" * 30])
    def test_what_is_no_booking_of_the_team_is_not_there(self, people: People, carol: User, number: str) -> None:
        answer = sign_in(carol).post(f"{self.PAGE}give-back/", {"booking": number, "reason": "why not"})
        assert answer.status_code == 404

    def test_the_page_takes_the_same_queries_however_much_is_booked(
        self, people: People, django_assert_max_num_queries: Any
    ) -> None:
        browser: Client = browser_of(people[Role.VIEWER])
        for number in range(12):
            order_of(people, number)
        with django_assert_max_num_queries(8):
            browser.get(self.PAGE)
