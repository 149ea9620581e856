"""The page of a team's quota: what is used, by whom, limits, and what is given back by hand."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from consoleapp.accounts.models import User
from consoleapp.audit.models import AuditRow
from consoleapp.domain.quota import Unit
from consoleapp.domain.roles import Role
from consoleapp.governance import quotas
from consoleapp.governance.models import Booking, Quota
from consoleapp.orders import services as orders
from consoleapp.orders.models import Order, OrderState
from consoleapp.teams.actors import Actor
from tests.accounts.browsers import sign_in
from tests.orders.builders import PARAMETERS, SECRET_KEYS
from tests.teams.people import People, browser_of, team

pytestmark = pytest.mark.django_db
PAGE = "/teams/qa/quota/"


@pytest.fixture
def site_admin(carol: User, settings: Any) -> Any:
    settings.SIGN_IN = "required"
    return sign_in(carol)


def text(answer: Any) -> str:
    return " ".join(answer.content.decode().split())


def booked(people: People, number: int = 1, cpu: str = "2", **changed: Any) -> Order:
    actor = Actor(people[Role.OPERATOR], people.team)
    press = orders.Press(f"key-{number}", cpu=Decimal(cpu), memory_gib=Decimal("4"))
    order = orders.record_order(actor, {**PARAMETERS, "ContainerGroupName": f"shop-{number}"}, SECRET_KEYS, press)
    order.state, order.container_group_id = OrderState.CREATED, f"eci-{number}"
    order.price_per_second, order.currency = Decimal("0.0001"), "CNY"
    for name, value in changed.items():
        setattr(order, name, value)
    order.save()
    quotas.book(order)
    return order


def url_of(booking: Booking) -> str:
    return f"{PAGE}{booking.pk}/release/"


class TestReading:
    def test_every_member_reads_what_is_used_and_by_whom(self, people: People) -> None:
        quotas.set_limit(people.team, Unit.VCPU, 16_000)
        booked(people)
        for role in Role:
            page = text(browser_of(people[role]).get(PAGE))
            assert "<b>2</b> of 16 used" in page
            assert "14 left" in page
            assert 'href="/groups/eci-1/">shop-1</a>' in page
            assert ("bob-of-qa" in page, "2 vCPU · 4 GiB" in page, "0.3600" in page) == (True, True, True)
            assert "/quota/limits/" not in page

    def test_what_waits_for_approval_is_told_and_not_counted(self, people: People) -> None:
        quotas.set_limit(people.team, Unit.VCPU, 16_000)
        order = booked(people)
        Booking.objects.all().delete()
        Quota.objects.update(used=0)
        Order.objects.filter(pk=order.pk).update(state=OrderState.HELD)
        page = text(browser_of(people[Role.VIEWER]).get(PAGE))
        assert ("<b>0</b> of 16 used" in page, "waiting for approval: 2" in page) == (True, True)

    @pytest.mark.parametrize(("cpu", "word"), [("12", ""), ("13", "almost full"), ("16", "full")])
    def test_eighty_and_a_hundred_percent_are_told_in_words(self, people: People, cpu: str, word: str) -> None:
        quotas.set_limit(people.team, Unit.VCPU, 16_000)
        booked(people, cpu=cpu)
        page = text(browser_of(people[Role.VIEWER]).get(PAGE))
        assert ("</svg>almost full</span>" in page, "</svg>full</span>" in page) == (
            word == "almost full",
            word == "full",
        )

    def test_a_team_without_limits_is_told_so(self, people: People) -> None:
        page = text(browser_of(people[Role.VIEWER]).get(PAGE))
        assert "This team has no limit." in page
        assert "Nothing is booked" in page

    def test_strangers_find_nothing(self, people: People, mallory: User) -> None:
        assert browser_of(mallory).get(PAGE).status_code == 404

    def test_takes_as_many_queries_for_many_groups(self, people: People, django_assert_max_num_queries: Any) -> None:
        quotas.set_limit(people.team, Unit.VCPU, 1_000_000)
        for number in range(60):
            booked(people, number)
        browser = browser_of(people[Role.VIEWER])
        with django_assert_max_num_queries(12):
            page = text(browser.get(PAGE))
        assert "1–50 of 60" in page
        assert "51–60 of 60" in text(browser.get(PAGE + "?page=2"))

    def test_groups_of_which_the_cloud_tells_nothing_are_marked(self, people: People) -> None:
        booked(people)
        Booking.objects.update(silent_since=datetime(2026, 11, 1, tzinfo=UTC))
        page = text(browser_of(people[Role.VIEWER]).get(PAGE))
        assert ("The cloud tells nothing of 1 group of the team." in page, "not told of" in page) == (True, True)


def test_what_is_spent_counts_from_the_booking_until_it_was_given_back(people: People) -> None:
    now = datetime(2026, 11, 15, 12, tzinfo=UTC)
    for number, (begin, end) in enumerate(
        [
            (now - timedelta(hours=10), None),
            (now - timedelta(hours=5), now - timedelta(hours=3)),
            (now - timedelta(days=30), now - timedelta(days=20)),
        ]
    ):
        order = booked(people, number)
        Booking.objects.filter(order=order).update(booked_at=begin, released_at=end)
    (spent,) = quotas.spending(people.team, now)
    assert (spent.currency, spent.an_hour, spent.this_month) == ("CNY", Decimal("0.36"), Decimal("0.36") * 12)


class TestLimits:
    def test_a_site_admin_sets_them_as_people_say_them(self, people: People, site_admin: Any) -> None:
        form = {"groups": "5", "vcpu_milli": "2.5", "memory_mib": "", "price_micro_per_hour": "1.25"}
        page = text(site_admin.post(PAGE + "limits/", form, follow=True))
        assert "The limits of QA are saved." in page
        assert dict(Quota.objects.values_list("unit", "limit")) == {
            "groups": 5,
            "vcpu_milli": 2500,
            "price_micro_per_hour": 1_250_000,
        }
        assert 'value="2.5"' in page
        site_admin.post(PAGE + "limits/", form | {"groups": ""})
        assert not Quota.objects.filter(unit="groups").exists()
        told = AuditRow.objects.filter(action="quota.limits-set").order_by("pk").last()
        assert told is not None
        assert told.payload == {"limits": {"groups": {"from": 5, "to": None}}}

    def test_what_a_limit_below_what_is_used_means_is_told(self, people: People, site_admin: Any) -> None:
        booked(people, cpu="4")
        page = text(site_admin.post(PAGE + "limits/", {"vcpu_milli": "2"}, follow=True))
        assert "More is used than the limit allows: vCPU. What runs stays" in page
        assert "new orders are refused until there is room" in page

    @pytest.mark.parametrize("typed", ["-1", "many", "1e99", "1.00001"])
    def test_what_is_no_limit_is_told_at_its_field(self, people: People, site_admin: Any, typed: str) -> None:
        answer = site_admin.post(PAGE + "limits/", {"groups": "5", "vcpu_milli": typed})
        assert (answer.status_code, Quota.objects.count()) == (422, 0)
        assert ('class="err"' in text(answer), f'value="{typed}"' in text(answer)) == (True, True)

    def test_nobody_else_sets_them(self, people: People) -> None:
        for role in Role:
            assert browser_of(people[role]).post(PAGE + "limits/", {"groups": "5"}).status_code == 404
        assert not Quota.objects.exists()


class TestGivingBackByHand:
    @pytest.mark.parametrize("changed", [{"state": OrderState.UNKNOWN, "container_group_id": ""}, {"is_halted": True}])
    def test_of_an_order_in_doubt_is_a_site_admins(self, people: People, site_admin: Any, changed: Any) -> None:
        quotas.set_limit(people.team, Unit.VCPU, 16_000)
        booked(people, **changed)
        booking = Booking.objects.get()
        assert "Give it back by hand" in text(site_admin.get(PAGE))
        answer = site_admin.post(url_of(booking), {"reason": "Not in the cloud."}, follow=True)
        assert "What shop-1 had booked is given back." in text(answer)
        booking.refresh_from_db()
        assert (booking.cause, Quota.objects.get().used) == (quotas.BY_HAND, 0)
        assert AuditRow.objects.get(action="quota.released").payload["reason"] == "Not in the cloud."
        again = site_admin.post(url_of(booking), {"reason": "Twice."}, follow=True)
        assert "given back already" in text(again)
        assert Quota.objects.get().used == 0

    def test_takes_a_reason(self, people: People, site_admin: Any) -> None:
        booked(people, is_halted=True)
        answer = site_admin.post(url_of(Booking.objects.get()), {"reason": " "})
        assert (answer.status_code, Booking.objects.get().released_at) == (422, None)
        assert f'id="reason-{Booking.objects.get().pk}"' in text(answer)

    def test_of_a_group_that_runs_is_refused(self, people: People, site_admin: Any) -> None:
        booked(people)
        assert "Give it back by hand" not in text(site_admin.get(PAGE))
        answer = site_admin.post(url_of(Booking.objects.get()), {"reason": "Why."}, follow=True)
        assert "Delete the group instead." in text(answer)
        assert Booking.objects.get().released_at is None

    def test_of_another_team_is_missing(self, people: People, site_admin: Any) -> None:
        booked(people, is_halted=True)
        team("other")
        url = url_of(Booking.objects.get()).replace("/qa/", "/other/")
        assert site_admin.post(url, {"reason": "Why."}).status_code == 404
        assert Booking.objects.get().released_at is None

    def test_nobody_else_does(self, people: People) -> None:
        booked(people, is_halted=True)
        for role in Role:
            url = url_of(Booking.objects.get())
            assert browser_of(people[role]).post(url, {"reason": "Why."}).status_code == 404
        assert Booking.objects.get().released_at is None
