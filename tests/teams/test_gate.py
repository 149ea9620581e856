"""consoleapp/teams/gate.py: who gets which status at the addresses of a team's things, and whom a request acts for."""

from collections.abc import Sequence

import pytest
from django.http import Http404
from django.test import Client, RequestFactory, override_settings
from django.urls import get_resolver, reverse
from pytest_django import DjangoAssertNumQueries

from consoleapp.accounts.models import User
from consoleapp.domain.roles import Role
from consoleapp.orders import services as orders
from consoleapp.orders.models import Order
from consoleapp.teams.actors import Actor
from consoleapp.teams.gate import GateMiddleware
from consoleapp.teams.models import Membership, Team
from consoleapp.web.routes import Needs
from consoleapp.wizard.draft.new import first_data
from consoleapp.wizard.models import Draft
from consoleapp.wizard.services import drafts
from tests.orders.builders import PARAMETERS, SECRET_KEYS
from tests.teams.people import People, browser_of, team

pytestmark = pytest.mark.django_db


def order_of(actor: Actor, number: str) -> Order:
    order = orders.record_order(actor, PARAMETERS, SECRET_KEYS, orders.Press(f"key-{number}"))
    order.container_group_id, order.state = f"eci-sim-{number}", "created"
    order.save()
    return order


@pytest.fixture
def bobs(people: People) -> Order:
    """A group that the operator ordered for the team."""
    return order_of(Actor(people[Role.OPERATOR], people.team, Role.OPERATOR), "bobs")


@pytest.fixture
def anns(people: People) -> Order:
    """A group that somebody else ordered for the team."""
    return order_of(Actor(people[Role.APPROVER], people.team, Role.APPROVER), "anns")


# Status for viewer, operator, approver, admin, a member of another team, a site admin who is no member.
SEEN = (200, 200, 200, 200, 404, 404)
TABLE = {
    ("get", "groups:detail", "bobs"): SEEN,
    ("get", "groups:live", "bobs"): SEEN,
    ("get", "orders:detail", "bobs"): SEEN,
    ("get", "orders:state", "bobs"): SEEN,
    ("get", "groups:delete", "bobs"): (403, 302, 302, 302, 404, 404),
    ("get", "groups:delete", "anns"): (403, 403, 302, 302, 404, 404),
    ("post", "groups:restart", "bobs"): (403, 302, 302, 302, 404, 404),
    ("post", "groups:restart", "anns"): (403, 403, 302, 302, 404, 404),
    ("post", "orders:again", "anns"): (403, 403, 302, 302, 404, 404),
    ("post", "orders:stop", "anns"): (403, 403, 302, 302, 404, 404),
    # Whoever may order makes a draft of their own of anybody's group in the team.
    ("post", "groups:similar", "bobs"): (403, 302, 302, 302, 404, 404),
}


@pytest.mark.parametrize("asked", TABLE, ids=" ".join)
def test_each_role_gets_the_status_of_the_table(
    asked: tuple[str, str, str], people: People, bobs: Order, anns: Order, mallory: User, carol: User
) -> None:
    team("other", admin=mallory)
    method, name, whose = asked
    order = {"bobs": bobs, "anns": anns}[whose]
    url = reverse(name, args=[order.container_group_id if name.startswith("groups") else order.pk])
    persons = [*(people[role] for role in Role), mallory, carol]
    answers = [getattr(browser_of(person), method)(url).status_code for person in persons]
    assert tuple(answers) == TABLE[asked]


def test_every_address_says_what_it_takes() -> None:
    def views(patterns: Sequence[object]) -> list[object]:
        found: list[object] = []
        for each in patterns:
            inner = getattr(each, "url_patterns", None)
            is_admin = getattr(each, "namespace", "") == "admin"
            found += [] if is_admin else views(inner) if inner is not None else [each.callback]  # type: ignore[attr-defined]
        return found

    assert all(isinstance(getattr(view, "needs", None), Needs) for view in views(get_resolver().url_patterns))


def test_what_says_nothing_is_there_for_nobody(alice: User) -> None:
    request = RequestFactory().get("/")
    request.user = alice
    with pytest.raises(Http404):
        GateMiddleware(lambda _request: None).process_view(request, lambda _request: None, (), {})  # type: ignore[arg-type, return-value]


def test_a_refusal_names_the_role_that_it_takes_and_who_gives_it(people: People, bobs: Order) -> None:
    page = browser_of(people[Role.VIEWER]).post(reverse("groups:restart", args=[bobs.container_group_id]))
    said = page.content.decode()
    assert "You are Viewer in QA." in said
    assert "the role Operator, which alice can give you" in said


def test_a_members_home_shows_the_teams_groups_and_nobodys_own(people: People, bobs: Order, alice: User) -> None:
    own = order_of(Actor(alice), "own")
    page = browser_of(alice).get("/").content.decode()
    assert f"/groups/{bobs.container_group_id}/" in page
    assert f"/groups/{own.container_group_id}/" not in page


def test_who_has_chosen_themselves_sees_their_own(people: People, bobs: Order, alice: User) -> None:
    own, browser = order_of(Actor(alice), "own"), browser_of(alice)
    assert browser.post("/teams/choose/", {"team": ""}).status_code == 302
    page = browser.get("/").content.decode()
    assert f"/groups/{own.container_group_id}/" in page
    assert f"/groups/{bobs.container_group_id}/" not in page
    # The address goes before the choice, and changes nothing of it.
    assert f"/groups/{bobs.container_group_id}/" in browser.get("/?team=qa").content.decode()
    assert f"/groups/{own.container_group_id}/" in browser.get("/").content.decode()


def test_nobody_chooses_a_team_that_they_are_not_in(people: People, mallory: User) -> None:
    browser = browser_of(mallory)
    assert browser.post("/teams/choose/", {"team": "qa"}).status_code == 404
    assert browser.get("/?team=qa").status_code == 404


def test_a_draft_is_its_authors_also_in_a_team(people: People) -> None:
    bob, ann = people[Role.OPERATOR], people[Role.APPROVER]
    draft = drafts.create_draft(Actor(bob, people.team), first_data({}))
    url = reverse("wizard:basic", args=[draft.pk])
    assert browser_of(bob).get(url).status_code == 200
    assert browser_of(ann).get(url).status_code == 404


def test_what_is_saved_while_acting_for_a_team_is_the_teams(people: People) -> None:
    browser = browser_of(people[Role.OPERATOR])
    assert browser.post("/buy/", {"do": "save"}).status_code in (302, 303)
    assert Draft.objects.get().team == people.team


def test_a_viewer_cannot_begin(people: People) -> None:
    assert browser_of(people[Role.VIEWER]).get("/buy/").status_code == 403


def test_a_role_that_is_taken_counts_from_the_next_request(people: People, bobs: Order) -> None:
    browser = browser_of(people[Role.OPERATOR])
    url = reverse("groups:detail", args=[bobs.container_group_id])
    assert browser.get(url).status_code == 200
    Membership.objects.filter(user=people[Role.OPERATOR]).delete()
    # Even what they ordered themselves: it is the team's.
    assert browser.get(url).status_code == 404


def test_the_things_of_an_archived_team_are_there_for_nobody(people: People, bobs: Order, alice: User) -> None:
    Team.objects.update(archived_at=people.team.created_at)
    assert browser_of(alice).get(reverse("groups:detail", args=[bobs.container_group_id])).status_code == 404


def test_a_guest_is_asked_for_no_membership(
    client: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    client.post("/buy/", {"do": "save"})
    with django_assert_max_num_queries(20) as asked:
        client.get("/")
    assert not [each for each in asked.captured_queries if "teams_membership" in each["sql"]]
    assert 'id="team"' not in client.get("/").content.decode()


def test_the_two_layers_hold_apart(people: People, bobs: Order, mallory: User) -> None:
    """A lookup knows its space even where no gate has looked."""
    assert not orders.orders_of(Actor(mallory)).exists()
    assert not orders.orders_of(Actor(people[Role.OPERATOR])).exists()
    assert orders.orders_of(Actor(people[Role.VIEWER], people.team)).get() == bobs


def test_a_team_has_a_cloud_of_its_own(people: People, alice: User) -> None:
    assert Actor(alice, people.team).world == people.team.world != alice.world


class TestPagesOfTeams:
    """Members see their team, admins change it, site admins see and make all of them."""

    def test_who_may_open_what(self, people: People, mallory: User, carol: User) -> None:
        persons = [*(people[role] for role in Role), mallory, carol]
        with override_settings(SIGN_IN="guest"):
            seen = [browser_of(person).get("/teams/qa/").status_code for person in persons]
            listed = [browser_of(person).get("/teams/").status_code for person in persons]
        assert seen == [200, 200, 200, 200, 404, 404]
        assert listed == [404] * 6

    def test_an_admin_adds_and_changes_and_takes_out(self, people: People, alice: User, mallory: User) -> None:
        browser = browser_of(alice)
        browser.post("/teams/qa/members/", {"do": "add", "member": "mallory", "role": "viewer"})
        assert Membership.objects.get(user=mallory).role == "viewer"
        browser.post("/teams/qa/members/", {"member": mallory.pk, "role": "approver"})
        assert Membership.objects.get(user=mallory).role == "approver"
        browser.post("/teams/qa/members/", {"member": mallory.pk})
        assert not Membership.objects.filter(user=mallory).exists()

    def test_nobody_else_does(self, people: People, mallory: User) -> None:
        for role in (Role.VIEWER, Role.OPERATOR, Role.APPROVER):
            browser = browser_of(people[role])
            answer = browser.post("/teams/qa/members/", {"member": people[role].pk, "role": "admin"})
            assert answer.status_code == 403
        assert browser_of(mallory).post("/teams/qa/members/", {"do": "add", "member": "mallory"}).status_code == 404
        assert Membership.objects.filter(role="admin").count() == 1

    def test_what_is_wrong_is_told_at_its_field(self, people: People, alice: User) -> None:
        browser = browser_of(alice)
        page = browser.post("/teams/qa/members/", {"do": "add", "member": "nobody-here", "role": "viewer"})
        assert (page.status_code, "Nobody has this user name." in page.content.decode()) == (422, True)
        assert 'value="nobody-here"' in page.content.decode()
        page = browser.post("/teams/qa/members/", {"do": "add", "member": "alice", "role": "viewer"})
        assert "Is in the team already." in page.content.decode()

    def test_the_last_admin_is_told_why_they_stay(self, people: People, alice: User) -> None:
        page = browser_of(alice).post("/teams/qa/members/", {"member": alice.pk}, follow=True).content.decode()
        assert "alice is the last admin of the team." in page

    @override_settings(SIGN_IN="required")
    def test_a_site_admin_makes_and_archives_a_team(self, alice: User, carol: User) -> None:
        from tests.accounts.browsers import sign_in

        browser = sign_in(carol)
        page = browser.post("/teams/new/", {"name": "Data", "slug": "data", "admin": "alice"})
        assert page.status_code == 302
        assert browser.get("/teams/data/").status_code == 200
        again = browser.post("/teams/new/", {"name": "Data", "slug": "data", "admin": "alice"})
        assert "Another team has this short name." in again.content.decode()
        browser.post("/teams/data/archive/")
        assert Team.objects.get().archived_at is not None

    def test_a_member_sees_the_switch_and_goes_on_as_themselves(self, people: People, alice: User) -> None:
        page = browser_of(alice).get("/").content.decode()
        assert 'id="team"' in page
        assert "Myself" in page
