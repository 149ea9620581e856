"""Team and way in the audit trail: hashed, shown to the team's members, taken along by its admins."""

import csv
import io
import json
from datetime import UTC, datetime

import pytest
from django.test import override_settings
from django.urls import reverse

from consoleapp.accounts.models import User
from consoleapp.audit import services, triggers
from consoleapp.audit.models import AuditHead, AuditRow
from consoleapp.audit.views import EXPORT_MAX
from consoleapp.domain.roles import Role
from consoleapp.orders import services as orders
from consoleapp.orders.models import Order, OrderState
from consoleapp.teams.actors import Actor
from consoleapp.teams.models import Membership
from consoleapp.web import logs
from tests.accounts.browsers import sign_in
from tests.orders.builders import PARAMETERS, SECRET_KEYS
from tests.teams.people import People, browser_of

pytestmark = pytest.mark.django_db
EXPORTS = ("csv", "ndjson")


def recorded(people: People, key: str = "key-1") -> str:
    """The number of an order that bob has made for the team."""
    actor = Actor(people[Role.OPERATOR], people.team, Role.OPERATOR)
    return str(orders.record_order(actor, PARAMETERS, SECRET_KEYS, orders.Press(key)).pk)


def of_before(actor: User, object_id: str) -> AuditRow:
    """A row as versions wrote it that kept neither team nor way."""
    head, _is_new = AuditHead.objects.get_or_create(pk=1, defaults={"hash": triggers.FIRST_HASH})
    row = services.record(actor, "order.recorded", object_id)
    AuditRow.objects.filter(pk=row.pk).update(via=None, team_id=None)
    row.refresh_from_db()
    head.refresh_from_db()
    row.hash = head.hash = services.row_hash(row)
    row.save()
    head.save()
    return row


def test_rows_of_before_and_rows_with_a_team_stand_in_one_chain(people: People, alice: User) -> None:
    of_before(alice, "old-1")
    of_before(alice, "old-2")
    recorded(people)
    assert services.verify() is None


def test_the_hash_of_a_row_of_before_is_what_it_was() -> None:
    row = AuditRow(
        at=datetime(2026, 11, 1, tzinfo=UTC),
        actor_id=7,
        actor_name="ann",
        action="order.recorded",
        object_id="x",
        request_id="r",
        payload={"a": 1},
        previous_hash=triggers.FIRST_HASH,
    )
    assert services.row_hash(row) == "58412f93e9ba2958371b546478ee9c917dd51102fc748dfd339d196412bedbcb"


@pytest.mark.parametrize("changed", [{"team_id": 99}, {"team_id": None}, {"via": "worker"}, {"via": None}])
def test_another_team_or_way_is_found(people: People, changed: dict[str, object]) -> None:
    token = logs.request_id.set("a-request")
    recorded(people)
    logs.request_id.reset(token)
    AuditRow.objects.update(**changed)
    broken = services.verify()
    assert broken is not None
    assert broken.reason == "its text was changed"


def test_a_row_says_whether_a_page_or_the_worker_has_done_it(people: People) -> None:
    order_id = recorded(people)
    assert AuditRow.objects.get().via == "worker"
    admin = browser_of(people[Role.ADMIN])
    admin.post(reverse("orders:stop", args=[order_id]))
    stopped = AuditRow.objects.get(action="order.stopped")
    assert (stopped.via, stopped.team_id) == ("page", people.team.pk)


def test_what_is_done_on_a_page_of_a_team_is_the_teams(people: People, carol: User) -> None:
    with override_settings(SIGN_IN="required"):
        sign_in(carol).post(reverse("teams:settings", args=["qa"]), {"name": "Quality"})
    row = AuditRow.objects.get(action="team.renamed")
    assert (row.actor_name, row.team_id) == ("carol", people.team.pk)


def test_one_request_leaves_no_team_for_the_next(people: People, mallory: User) -> None:
    browser_of(people[Role.ADMIN]).get("/audit/")
    assert services.acting_for.get() is None
    assert services.record(mallory, "account.signed-in").team_id is None


@pytest.mark.parametrize("role", list(Role))
def test_every_member_sees_what_the_others_did_for_the_team(people: People, role: Role) -> None:
    order_id = recorded(people)
    services.record(people[Role.ADMIN], "order.recorded", "of-their-own")
    page = browser_of(people[role]).get("/audit/").content.decode()
    assert order_id in page
    assert "What was done for QA" in page
    assert "of-their-own" not in page
    assert ("Export CSV" in page) == (role == Role.ADMIN)


def test_in_ones_own_space_only_ones_own_is_shown(people: People) -> None:
    order_id = recorded(people)
    services.record(people[Role.OPERATOR], "order.recorded", "of-my-own")
    page = browser_of(people[Role.OPERATOR]).get("/audit/?team=").content.decode()
    assert "of-my-own" in page
    assert order_id not in page
    assert "Export" not in page


def test_who_left_the_team_sees_its_rows_no_more(people: People) -> None:
    order_id = recorded(people)
    Membership.objects.filter(user=people[Role.OPERATOR]).delete()
    assert order_id not in browser_of(people[Role.OPERATOR]).get("/audit/").content.decode()


@pytest.mark.parametrize("kind", EXPORTS)
def test_an_admin_takes_the_teams_rows_and_a_site_admin_all(people: People, carol: User, kind: str) -> None:
    order_id = recorded(people)
    services.record(carol, "site.changed", "elsewhere")
    url = reverse("audit:export", args=[kind])
    admins = browser_of(people[Role.ADMIN]).get(url)
    assert admins.headers["Content-Disposition"] == f'attachment; filename="audit.{kind}"'
    assert order_id in admins.content.decode()
    assert "elsewhere" not in admins.content.decode()
    with override_settings(SIGN_IN="required"):
        sites = sign_in(carol).get(url).content.decode()
    assert order_id in sites
    assert "elsewhere" in sites


@pytest.mark.parametrize("role", [Role.VIEWER, Role.OPERATOR, Role.APPROVER])
def test_other_members_are_told_who_may_export(people: People, role: Role) -> None:
    assert browser_of(people[role]).get(reverse("audit:export", args=["csv"])).status_code == 403


def test_nobody_exports_their_own_space(alice_client: object, alice: User, people: People) -> None:
    browser = browser_of(alice)
    assert browser.get(reverse("audit:export", args=["csv"]) + "?team=").status_code == 404
    assert browser.get(reverse("audit:export", args=["exe"])).status_code == 404


def test_a_line_of_ndjson_proves_its_place_in_the_chain(people: People) -> None:
    recorded(people)
    text = browser_of(people[Role.ADMIN]).get(reverse("audit:export", args=["ndjson"])).content.decode()
    told = json.loads(text.splitlines()[0])
    row = AuditRow.objects.get(pk=told["id"])
    assert (told["hash"], told["previous_hash"], told["via"]) == (row.hash, row.previous_hash, row.via)
    assert told["payload"]["group_name"] == "shop-api"


def test_a_table_holds_no_formulas_and_goes_on_before_a_row(people: People) -> None:
    services.record(people[Role.ADMIN], "order.recorded", "=1+1", team_id=people.team.pk)
    last = services.record(people[Role.ADMIN], "order.recorded", "second", team_id=people.team.pk)
    url, browser = reverse("audit:export", args=["csv"]), browser_of(people[Role.ADMIN])
    rows = list(csv.DictReader(io.StringIO(browser.get(url).content.decode())))
    assert [row["object_id"] for row in rows] == ["second", "'=1+1"]
    rows = list(csv.DictReader(io.StringIO(browser.get(f"{url}?before={last.pk}").content.decode())))
    assert [row["object_id"] for row in rows] == ["'=1+1"]
    assert EXPORT_MAX >= 10_000


def test_the_worker_tells_the_team_what_became_of_its_order(people: People) -> None:
    order_id = recorded(people)
    orders.stop(Order.objects.get(pk=order_id), state=OrderState.RECORDED)
    assert AuditRow.objects.get(action="order.stopped").team_id == people.team.pk
