"""A team with a member of each role, and people who are none."""

from dataclasses import dataclass

from django.test import Client

from consoleapp.accounts.models import User
from consoleapp.domain.roles import Role
from consoleapp.teams.models import Membership, Team


@dataclass(frozen=True)
class People:
    """A team and who is in it, by role."""

    team: Team
    members: dict[Role, User]

    def __getitem__(self, role: Role) -> User:
        return self.members[role]


NAMES = {Role.VIEWER: "carol", Role.OPERATOR: "bob", Role.APPROVER: "ann", Role.ADMIN: "alice"}


def team(slug: str = "qa", **names: User) -> People:
    """A team; members that are given have their role, the others are made."""
    made = Team.objects.create(slug=slug, name=slug.upper())
    members = {}
    for role, name in NAMES.items():
        person = names.get(role.value) or User.objects.create_user(
            username=f"{name}-of-{slug}", password=f"{name}-of-{slug}-and-a-long-password"
        )
        Membership.objects.create(team=made, user=person, role=role)
        person.has_teams = True
        person.save(update_fields=["has_teams"])
        members[role] = person
    return People(made, members)


def browser_of(person: User) -> Client:
    """A browser in which the person is signed in."""
    client = Client()
    client.force_login(person)
    return client
