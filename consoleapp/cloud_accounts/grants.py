"""What a team may use of a cloud account."""

from dataclasses import dataclass
from typing import Final

from consoleapp.cloud_accounts.models import AccountGrant
from consoleapp.teams.models import Team


@dataclass(frozen=True)
class Limits:
    """What of an account a team may use; empty is all of it. With a resource group all that it makes goes there."""

    regions: tuple[str, ...] = ()
    vpc_ids: tuple[str, ...] = ()
    resource_group_id: str = ""

    @classmethod
    def of(cls, grant: AccountGrant | None) -> "Limits":
        """Return what a grant limits; nothing where there is none."""
        if grant is None:
            return cls()
        return cls(tuple(grant.regions), tuple(grant.vpc_ids), grant.resource_group_id)

    def has_region(self, region_id: str) -> bool:
        """Tell whether the region may be used."""
        return not self.regions or region_id in self.regions

    def has_vpc(self, vpc_id: str) -> bool:
        """Tell whether the VPC may be used."""
        return not self.vpc_ids or vpc_id in self.vpc_ids


NO_LIMITS: Final = Limits()


def default_grant(team: Team | None) -> AccountGrant | None:
    """Return the grant of the account in which the team works; None for the configured one. Who acts for themselves
    has none, and is asked for nothing, as is a team that never had one."""
    if team is None or not team.has_accounts:
        return None
    found = AccountGrant.objects.filter(team=team, is_default=True)
    return found.select_related("account", "account__base").first()


def is_granted(account_id: int, team_id: int | None, region_id: str, vpc_id: str) -> bool:
    """Tell whether the team may send something new to this region and VPC of the account."""
    found = AccountGrant.objects.filter(account=account_id, team=team_id).first()
    limits = Limits.of(found)
    return found is not None and limits.has_region(region_id) and limits.has_vpc(vpc_id)
