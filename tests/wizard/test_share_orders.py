"""manage.py share_orders: what people ordered for themselves becomes a team's, and stays where it is."""

import io
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import override_settings

from consoleapp.accounts.models import User
from consoleapp.audit.models import AuditRow
from consoleapp.domain.roles import Role
from consoleapp.orders.models import Order
from consoleapp.teams.actors import Actor
from consoleapp.teams.models import Membership, Team
from consoleapp.wizard.models import Draft
from consoleapp.wizard.services.ordering import presses_of
from tests.orders.builders import created
from tests.teams.people import team
from tests.wizard.complete import draft

pytestmark = pytest.mark.django_db
REAL = {"CLOUD": "alibaba", "SIGN_IN": "required"}


def share(**options: Any) -> str:
    said = io.StringIO()
    with override_settings(**REAL):
        call_command("share_orders", stdout=said, **options)
    return said.getvalue()


def test_everybody_is_in_one_team_and_sees_what_the_others_ordered(alice: User, mallory: User, carol: User) -> None:
    order = created(alice, "eci-1")
    assert "3 people, 1 orders and 0 drafts were given" in share()
    made = Team.objects.get()
    roles = dict(Membership.objects.filter(team=made).values_list("user__username", "role"))
    assert roles == {"alice": Role.OPERATOR, "mallory": Role.OPERATOR, "carol": Role.ADMIN}
    order.refresh_from_db()
    assert (order.team, order.owner, order.account) == (made, alice, None)
    told = AuditRow.objects.get(action="team.orders-taken")
    assert (told.team_id, told.payload) == (made.pk, {"orders": 1, "drafts": 0})


def test_a_draft_goes_with_its_orders_and_knows_them(alice: User, carol: User) -> None:
    made = draft(alice)
    order = created(alice, "eci-1")
    Order.objects.filter(pk=order.pk).update(draft_id=made.pk, draft_version=made.version)
    share()
    moved = Draft.objects.get()
    assert moved.team == Team.objects.get()
    assert presses_of(moved).order == order


def test_what_guests_and_teams_have_stays_theirs(alice: User, carol: User) -> None:
    guest = User.objects.create_user("guest-1", is_guest=True)
    created(guest, "eci-guest")
    people = team(admin=alice)
    Order.objects.filter(pk=created(alice, "eci-team").pk).update(team=people.team)
    share()
    assert set(Order.objects.values_list("container_group_id", "team__slug")) == {
        ("eci-guest", None),
        ("eci-team", "qa"),
    }
    assert Actor(guest).theirs()


def test_a_second_run_and_a_dry_run_change_nothing_more(alice: User, carol: User) -> None:
    created(alice, "eci-1")
    assert "would be given" in share(dry_run=True)
    assert not Team.objects.exists()
    share()
    assert "0 people, 0 orders" in share()


def test_it_is_only_for_people_who_share_the_real_cloud(alice: User) -> None:
    with pytest.raises(CommandError, match="share the real cloud"):
        call_command("share_orders")
    with pytest.raises(CommandError, match="no site admin"):
        share()
