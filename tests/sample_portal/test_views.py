"""consoleapp/sample_portal: a guest's sample portal is made, acted in and removed, and nobody else ever acts in it."""

from datetime import timedelta
from threading import Thread

import pytest
from django.db import connection
from django.test import Client, override_settings
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from consoleapp.accounts.models import User
from consoleapp.approvals.models import Approval
from consoleapp.credentials.models import RegistryCredential
from consoleapp.domain.quota import Unit
from consoleapp.domain.roles import Role
from consoleapp.governance.models import Booking, Policy, PolicyVersion, Quota
from consoleapp.orders.models import Order, OrderState
from consoleapp.sample_portal import services
from consoleapp.sample_portal.services import Sample
from consoleapp.teams.models import Membership, Team
from consoleapp.wizard.models import Draft
from consoleapp.wizard.services.idle import drop_idle_guests

pytestmark = pytest.mark.django_db

STORIES, MAKE, ACT, REMOVE = (reverse(f"sample_portal:{name}") for name in ("stories", "make", "act", "remove"))


@pytest.fixture
def guest(client: Client) -> User:
    """The visitor behind `client`, who has a sample."""
    assert client.post(MAKE)["Location"] == STORIES
    return User.objects.get(is_guest=True)


@pytest.fixture
def sample(guest: User) -> Sample:
    found = services.sample_of(guest)
    assert found
    return found


def person(sample: Sample, role: Role) -> User:
    found = sample.who(role)
    assert found
    return found


def act_as(client: Client, who: User | None, **more: str) -> str:
    return client.post(ACT, {"persona": str(who.pk) if who else "", **more})["Location"]


def test_one_press_makes_a_team_of_four_with_rules_a_quota_and_orders(client: Client, sample: Sample) -> None:
    assert [(each.user.label, each.role) for each in sample.members] == [
        ("Carol", "viewer"),
        ("Bob", "operator"),
        ("Ann", "approver"),
        ("Alice", "admin"),
    ]
    assert {(quota.unit, quota.used, quota.limit) for quota in Quota.objects.filter(team=sample.team)} == {
        (Unit.VCPU, 13_000, 16_000),
        (Unit.MEMORY, 26 * 1024, 32 * 1024),
        (Unit.GROUPS, 4, 8),
    }
    states = list(Order.objects.filter(team=sample.team).order_by("state").values_list("state", flat=True))
    assert states == [OrderState.CREATED] * 4 + [OrderState.HELD]
    assert [reason["rule"] for reason in Approval.objects.get().reasons] == ["no_public_ip"]


def test_each_step_of_the_stories_opens_its_page_as_its_persona(client: Client, sample: Sample) -> None:
    page = client.get(STORIES)
    steps = [step for story in page.context["stories"] for step in story.steps if step.address]
    assert len(page.context["stories"]) == 6
    assert {step.by for step in steps} == set(Role)
    for step in steps:
        answer = client.post(ACT, {"persona": str(step.persona_id), "next": step.address}, follow=True)
        assert answer.redirect_chain == [(step.address, 302)], step
        assert answer.status_code == 200, step
        assert f"You act as <strong>{step.persona}</strong>" in answer.content.decode(), step


def test_looking_makes_nothing(client: Client) -> None:
    assert b"Show me the portal" in client.get(STORIES).content
    assert b"Show me the portal" in client.get("/").content
    assert not User.objects.exists()


def test_pressing_twice_is_one_sample(client: Client, guest: User) -> None:
    client.post(MAKE)
    assert (Team.objects.count(), User.objects.filter(persona_of=guest).count()) == (1, 4)


@pytest.mark.usefixtures("database_file")
@pytest.mark.django_db(transaction=True)
def test_two_presses_at_once_are_one_sample() -> None:
    guest, made = User.objects.create(username="guest-1", is_guest=True), []

    def press() -> None:
        try:
            made.append(services.make(guest).team.pk)
        finally:
            connection.close()

    presses = [Thread(target=press) for _ in range(2)]
    for each in presses:
        each.start()
    for each in presses:
        each.join()
    assert len(made) == 2
    assert set(made) == set(Team.objects.values_list("pk", flat=True))


def test_what_is_shown_is_what_the_persona_may_see(client: Client, sample: Sample) -> None:
    assert b"shop-web" not in client.get("/").content
    act_as(client, person(sample, Role.OPERATOR))
    page = client.get("/").content.decode()
    assert "shop-web" in page
    assert "You act as <strong>Bob</strong> (operator)" in page
    act_as(client, None)
    assert b"shop-web" not in client.get("/").content


def test_a_persona_has_the_rights_of_their_role(client: Client, sample: Sample) -> None:
    group = Order.objects.get(team=sample.team, group_name="search")
    asked = reverse("groups:restart", args=[group.container_group_id])
    for role, status in ((Role.VIEWER, 403), (Role.OPERATOR, 403), (Role.APPROVER, 302), (Role.ADMIN, 302)):
        act_as(client, person(sample, role))
        assert client.post(asked).status_code == status, role


def test_what_a_persona_saves_is_theirs_in_the_team(client: Client, sample: Sample) -> None:
    act_as(client, person(sample, Role.OPERATOR))
    client.post(reverse("wizard:start"), {"do": "save", "c1-image": "nginx"})
    draft = Draft.objects.get()
    assert (draft.owner, draft.team) == (person(sample, Role.OPERATOR), sample.team)


def test_nobody_acts_as_a_persona_of_somebody_else(client: Client, sample: Sample) -> None:
    mallory = Client()
    bob = person(sample, Role.OPERATOR)
    assert mallory.post(ACT, {"persona": str(bob.pk)}).status_code == 404
    mallory.post(MAKE)
    assert mallory.post(ACT, {"persona": str(bob.pk)}).status_code == 404
    # Not even with a session that says so.
    session = mallory.session
    session["acts_as"] = bob.pk
    session.save()
    assert b"shop-web" not in mallory.get("/").content
    order = Order.objects.filter(team=sample.team).first()
    assert order
    assert mallory.get(reverse("orders:detail", args=[order.pk])).status_code == 404


@pytest.mark.parametrize("number", ["-1", "x", "99999999999999999999", "1e3", "0x1"])
def test_a_number_that_is_nobodys_is_nobody(client: Client, sample: Sample, number: str) -> None:
    act_as(client, person(sample, Role.OPERATOR))
    assert client.post(ACT, {"persona": number}).status_code in (302, 404)
    assert client.session["acts_as"] in (0, person(sample, Role.OPERATOR).pk)


def test_a_person_with_a_password_acts_as_nobody(alice_client: Client, sample: Sample) -> None:
    assert alice_client.post(ACT, {"persona": str(sample.members[0].user_id)}).status_code == 404
    session = alice_client.session
    session["acts_as"] = sample.members[0].user_id
    session.save()
    assert b"You act as" not in alice_client.get("/").content


def test_a_press_goes_on_where_the_other_one_has_the_page_too(client: Client, sample: Sample) -> None:
    bob, ann = person(sample, Role.OPERATOR), person(sample, Role.APPROVER)
    order = reverse("orders:detail", args=[Order.objects.get(state=OrderState.HELD).pk])
    assert act_as(client, bob, here=order) == "/"
    assert act_as(client, ann, here=order) == order
    assert act_as(client, bob, here="/buy/11111111-1111-4111-8111-111111111111/basic/") == "/"
    assert act_as(client, ann, here="/buy/?image=nginx") == "/buy/?image=nginx"
    assert act_as(client, None, here=STORIES) == STORIES
    assert act_as(client, None, here=order) == order or act_as(client, bob, here=order) == "/"


@pytest.mark.parametrize(
    "address",
    ["https://evil.example", "//evil.example", "/\\evil.example", "\\\\evil.example", "javascript:alert(1)", "x", ""],
)
def test_a_press_never_leads_out_of_the_console(client: Client, sample: Sample, address: str) -> None:
    bob = person(sample, Role.OPERATOR)
    act_as(client, bob)
    assert act_as(client, bob, here=address) == "/"
    assert act_as(client, bob, next=address) == "/"


def test_removing_leaves_nothing_and_it_can_be_made_again(client: Client, sample: Sample) -> None:
    guest = sample.guest
    act_as(client, person(sample, Role.OPERATOR))
    client.post(reverse("wizard:start"), {"do": "save", "c1-image": "nginx"})
    assert client.post(REMOVE)["Location"] == "/"
    for model in (Team, Membership, Order, Booking, Approval, Policy, PolicyVersion, Quota, RegistryCredential, Draft):
        assert not model._default_manager.exists(), model
    assert list(User.objects.all()) == [guest]
    assert b"You act as" not in client.get("/").content
    client.post(MAKE)
    assert (Team.objects.count(), User.objects.filter(persona_of=guest).count()) == (1, 4)


def test_removing_what_is_not_there_is_a_404(client: Client) -> None:
    assert client.post(REMOVE).status_code == 404


@pytest.mark.parametrize("changed", [{"SIGN_IN": "required"}, {"CLOUD": "alibaba"}])
def test_there_is_none_outside_the_demo(alice_client: Client, changed: dict[str, str]) -> None:
    with override_settings(**changed):
        for address in (STORIES, MAKE, ACT, REMOVE):
            assert alice_client.get(address).status_code in (404, 302)
            assert alice_client.post(address).status_code in (404, 302)
    assert not Team.objects.exists()


def test_forgetting_takes_the_drafts_of_the_sample_too(client: Client, sample: Sample) -> None:
    act_as(client, person(sample, Role.OPERATOR))
    client.post(reverse("wizard:start"), {"do": "save", "c1-image": "nginx"})
    act_as(client, None)
    client.post(reverse("wizard:forget"))
    assert not Draft.objects.exists()


def test_a_sample_that_nobody_comes_back_to_goes_and_its_guest_after_it(sample: Sample) -> None:
    now = timezone.now()
    assert services.drop_idle_samples(now + timedelta(days=29)) == 0
    assert drop_idle_guests(now + timedelta(days=31)) == 0
    assert services.drop_idle_samples(now + timedelta(days=31)) == 1
    assert drop_idle_guests(now + timedelta(days=31)) == 1
    assert not User.objects.exists()


def test_nobody_is_added_to_a_team_by_the_name_of_a_persona(client: Client, sample: Sample) -> None:
    other = Client()
    other.post(MAKE)
    theirs = User.objects.filter(persona_of__isnull=False).exclude(persona_of=sample.guest).first()
    assert theirs
    act_as(client, person(sample, Role.ADMIN))
    asked = reverse("teams:members", args=[sample.team.slug])
    answer = client.post(asked, {"do": "add", "member": theirs.username, "role": "viewer"})
    assert answer.status_code == 422
    assert Membership.objects.filter(team=sample.team).count() == 4


def test_a_guest_without_a_sample_is_asked_for_nothing_more(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    client.post(reverse("wizard:start"), {"do": "save", "c1-image": "nginx"})
    client.get(reverse("accounts:sign-in"))
    with django_assert_num_queries(2):  # session and guest
        client.get(reverse("groups:demo"))
