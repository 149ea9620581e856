"""Who acts and for whom: a person in a team, or in their own space."""

from dataclasses import dataclass
from typing import Any, Self, cast

from django.contrib.auth.models import AnonymousUser
from django.db.models import Q
from django.http import HttpRequest

from consoleapp.accounts.models import User
from consoleapp.domain.roles import Permission, Reach, Role, reach
from consoleapp.teams.models import Membership, Team
from consoleapp.web.http import ConsoleRequest


@dataclass(frozen=True)
class Actor:
    """A person and the team that they act for; without a team they act for themselves, and all of that is theirs."""

    user: User | AnonymousUser
    team: Team | None = None
    role: Role = Role.ADMIN

    @classmethod
    def member(cls, user: User | AnonymousUser, membership: Membership) -> Self:
        """Return the user who acts for a team of theirs."""
        return cls(user, membership.team, Role(membership.role))

    @classmethod
    def behind(cls, thing: Any) -> Self:
        """Return who made a draft or an order, in the team that it belongs to: for finding what lies beside it."""
        return cls(thing.owner, thing.team)

    @property
    def person(self) -> User:
        """Return the user; raise TypeError for a visitor, who is nobody yet."""
        if not isinstance(self.user, User):
            raise TypeError("A visitor is nobody yet.")
        return self.user

    @property
    def is_somebody(self) -> bool:
        """Tell whether it is a user, be it a guest, and not a visitor."""
        return isinstance(self.user, User)

    @property
    def world(self) -> str:
        """Return the name of the simulated account in which they act; "" for a visitor."""
        return self.team.world if self.team else getattr(self.user, "world", "")

    def theirs(self) -> Q:
        """Return a condition: what belongs to the space in which they act."""
        if not self.is_somebody:
            return Q(pk__in=())
        return Q(team=self.team) if self.team else Q(team=None, owner=self.user)

    def may(self, permission: Permission, thing: Any = None) -> bool:
        """Tell whether they may: with a thing of their space this very one, without at least what is their own."""
        far = reach(self.role, permission)
        if thing is None or far == Reach.ALL:
            return far > Reach.NONE
        return far == Reach.OWN and thing.owner_id == self.user.pk


def actor_of(request: HttpRequest) -> Actor:
    """Return who acts in this request, as gate.py has found out."""
    return cast(ConsoleRequest, request).actor
