"""consoleapp/teams/services.py: members, roles, and that a team always keeps an admin."""

import pytest

from consoleapp.accounts.models import User
from consoleapp.audit.models import AuditRow
from consoleapp.domain.roles import Permission, Reach, Role, least_role, reach
from consoleapp.teams import services
from consoleapp.teams.models import Membership, Team
from tests.teams.people import team

pytestmark = pytest.mark.django_db


def roles_in(of: Team) -> dict[str, str]:
    return dict(of.memberships.values_list("user__username", "role"))


def test_each_role_may_do_what_the_one_before_may() -> None:
    for permission in Permission:
        far = [reach(role, permission) for role in Role]
        assert far == sorted(far)


def test_the_least_role_is_named_that_reaches_far_enough() -> None:
    assert least_role(Permission.OPERATE, Reach.OWN) == Role.OPERATOR
    assert least_role(Permission.OPERATE, Reach.ALL) == Role.APPROVER
    assert least_role(Permission.ADMIN, Reach.ALL) == Role.ADMIN
    assert least_role(Permission.SITE, Reach.ALL) is None


def test_a_new_team_has_its_first_admin(alice: User, carol: User) -> None:
    made = services.create_team(carol, "qa", "Quality", alice)
    assert roles_in(made) == {"alice": "admin"}
    assert [(each.team.name, each.role) for each in services.memberships_of(alice)] == [("Quality", "admin")]
    assert list(AuditRow.objects.order_by("pk").values_list("action", "object_id")) == [
        ("team.created", "qa"),
        ("team.member-added", "qa"),
    ]


def test_nobody_is_added_twice(alice: User) -> None:
    people = team(admin=alice)
    with pytest.raises(services.AlreadyMember):
        services.add_member(alice, people.team, people[Role.VIEWER], Role.ADMIN)
    assert roles_in(people.team)["carol-of-qa"] == "viewer"


def test_the_last_admin_can_neither_go_nor_be_made_less(alice: User) -> None:
    people = team(admin=alice)
    with pytest.raises(services.LastAdmin):
        services.remove_member(alice, people.team, alice)
    with pytest.raises(services.LastAdmin):
        services.set_role(alice, people.team, alice, Role.VIEWER)
    assert roles_in(people.team)["alice"] == "admin"
    assert not AuditRow.objects.exists()


def test_an_admin_who_cannot_sign_in_is_none(alice: User) -> None:
    people = team(admin=alice)
    services.set_role(alice, people.team, people[Role.VIEWER], Role.ADMIN)
    User.objects.filter(pk=people[Role.VIEWER].pk).update(is_active=False)
    with pytest.raises(services.LastAdmin):
        services.remove_member(alice, people.team, alice)


def test_a_change_of_role_is_told_in_the_trail(alice: User) -> None:
    people = team(admin=alice)
    services.set_role(alice, people.team, people[Role.VIEWER], Role.OPERATOR)
    services.set_role(alice, people.team, people[Role.VIEWER], Role.OPERATOR)
    services.remove_member(alice, people.team, people[Role.OPERATOR])
    told = AuditRow.objects.order_by("pk").values_list("action", "payload")
    assert list(told) == [
        ("team.role-changed", {"member": "carol-of-qa", "from": "viewer", "to": "operator"}),
        ("team.member-removed", {"member": "bob-of-qa"}),
    ]


def test_who_is_no_member_has_no_role_to_change(alice: User, mallory: User) -> None:
    people = team(admin=alice)
    with pytest.raises(Membership.DoesNotExist):
        services.set_role(alice, people.team, mallory, Role.ADMIN)


def test_an_archived_team_is_nobodys_any_more(alice: User, carol: User) -> None:
    people = team(admin=alice)
    services.archive_team(carol, people.team)
    assert services.memberships_of(alice) == []
    assert services.whose_team("qa") is None
