"""What the members of a team may do: four roles, each of which may do what the one before may."""

from collections.abc import Mapping
from enum import IntEnum, StrEnum, auto
from types import MappingProxyType
from typing import Final


class Role(StrEnum):
    """A member's role in a team, the least first."""

    VIEWER = "viewer"
    OPERATOR = "operator"
    APPROVER = "approver"
    ADMIN = "admin"


class Permission(StrEnum):
    """What an address needs; what it is about is found by the address itself."""

    # Anybody: it tells nothing about anybody.
    OPEN = "open"
    # One's own account: no team has a say in it.
    SELF = "self"
    # The team's groups, orders, templates, quota.
    SEE = "see"
    # Filling in the wizard: a draft is its author's, as its lookup knows.
    DRAFT = "draft"
    # Ordering, also by asking for approval.
    ORDER = "order"
    # Restarting and deleting groups, asking again for orders and stopping them.
    OPERATE = "operate"
    # Deciding about the orders of others.
    APPROVE = "approve"
    # Changing and deleting what somebody has made for the team: their own, and an admin everybody's.
    MANAGE = "manage"
    # Members, rules, templates, saved credentials of the team.
    ADMIN = "admin"
    # People, teams, cloud accounts, rules and limits of the whole site: no role has it, a site admin does.
    SITE = "site"


class Reach(IntEnum):
    """How far a permission reaches: to nothing, to what one has made oneself, to all that is the team's."""

    NONE = auto()
    OWN = auto()
    ALL = auto()


_NOBODY: Final = (Reach.NONE, Reach.NONE, Reach.NONE, Reach.NONE)
# In the order of the roles.
_TABLE: Final[Mapping[Permission, tuple[Reach, Reach, Reach, Reach]]] = MappingProxyType(
    {
        Permission.OPEN: (Reach.ALL, Reach.ALL, Reach.ALL, Reach.ALL),
        Permission.SELF: (Reach.ALL, Reach.ALL, Reach.ALL, Reach.ALL),
        Permission.SEE: (Reach.ALL, Reach.ALL, Reach.ALL, Reach.ALL),
        Permission.DRAFT: (Reach.NONE, Reach.ALL, Reach.ALL, Reach.ALL),
        Permission.ORDER: (Reach.NONE, Reach.ALL, Reach.ALL, Reach.ALL),
        Permission.OPERATE: (Reach.NONE, Reach.OWN, Reach.ALL, Reach.ALL),
        Permission.APPROVE: (Reach.NONE, Reach.NONE, Reach.ALL, Reach.ALL),
        Permission.MANAGE: (Reach.NONE, Reach.OWN, Reach.OWN, Reach.ALL),
        Permission.ADMIN: (Reach.NONE, Reach.NONE, Reach.NONE, Reach.ALL),
        Permission.SITE: _NOBODY,
    }
)


def reach(role: Role, permission: Permission) -> Reach:
    """Return how far the permission reaches for a member with this role."""
    return _TABLE[permission][list(Role).index(role)]


def least_role(permission: Permission, wanted: Reach) -> Role | None:
    """Return the least role whose permission reaches so far; None where no role's does."""
    return next((role for role in Role if reach(role, permission) >= wanted), None)
