"""Cloud accounts of the simulator, checked and granted."""

from consoleapp.accounts.models import User
from consoleapp.cloud_accounts import services
from consoleapp.cloud_accounts.grants import NO_LIMITS, Limits
from consoleapp.cloud_accounts.models import AccountGrant, CloudAccount, Kind
from consoleapp.domain.secret import Secret
from consoleapp.gateways.connect import simulator_secret
from consoleapp.teams.models import Team
from consoleapp.web.clouds import cloud_settings


def secret_of(access_key_id: str) -> Secret:
    """The secret that the simulator knows for this key."""
    return Secret(simulator_secret(cloud_settings().simulator_key, access_key_id))


def simulated(by: User, name: str = "Simulated") -> CloudAccount:
    """A simulated account that works."""
    return services.check(by, services.add_account(by, CloudAccount(name=name, kind=Kind.SIMULATOR)))


def with_key(by: User, name: str = "Staging", access_key_id: str = "staging-user") -> CloudAccount:
    """An account with an AccessKey pair that works."""
    made = CloudAccount(name=name, kind=Kind.ACCESS_KEY, access_key_id=access_key_id)
    return services.check(by, services.add_account(by, made, secret_of(access_key_id)))


def role_in(by: User, base: CloudAccount, name: str = "Production", role: str = "console") -> CloudAccount:
    """A role of the base's account that the base assumes."""
    made = CloudAccount(name=name, kind=Kind.RAM_ROLE, base=base, role_arn=f"acs:ram::{base.uid}:role/{role}")
    return services.check(by, services.add_account(by, made))


def granted(by: User, team: Team, account: CloudAccount | None = None, limits: Limits = NO_LIMITS) -> AccountGrant:
    """The team's grant of an account, the one it works in."""
    return services.grant(by, account or simulated(by), team, limits)
