"""Which cloud an actor works in, and which one an order went to.

The rows say where the keys come from; how calls are made with them is in gateways/. Nothing here is kept but the
numbers of accounts: an access key never moves to another account.
"""

import functools
import logging
from collections.abc import Callable
from functools import cached_property
from typing import Any, Final, Protocol

from django.conf import settings
from django.views.decorators.debug import sensitive_variables

from consoleapp.cloud_accounts.grants import Limits, default_grant
from consoleapp.cloud_accounts.models import AccountGrant, CloudAccount, Kind
from consoleapp.gateways import connect
from consoleapp.gateways.ports.container_groups import ContainerGroups
from consoleapp.teams.actors import Actor
from consoleapp.web import clouds, sealing

logger = logging.getLogger(__name__)

# Whose session it is where the console itself asks.
CONSOLE: Final = "console"


class Ordered(Protocol):
    """What an order says about where it goes."""

    account_id: int | None
    account: Any
    team: Any
    owner: Any

    @property
    def world(self) -> str: ...


class Place:
    """Where somebody works in a request: the cloud account, and what of it they may use. Found when first needed."""

    def __init__(self, actor_of: Callable[[], Actor]) -> None:
        self._actor_of = actor_of

    @cached_property
    def grant(self) -> AccountGrant | None:
        return default_grant(self._actor_of().team)

    @cached_property
    def cloud(self) -> connect.Cloud:
        """Return the cloud of who acts."""
        if self.grant is None:
            return clouds.cloud_of(self._actor_of().world)
        return _cloud(self.grant.account, self._team, self._user)

    @property
    def key(self) -> str:
        """Return a name for what is remembered of the account."""
        return f"account/{self.grant.account_id}" if self.grant else self._actor_of().world or clouds.VISITOR_WORLD

    @property
    def limits(self) -> Limits:
        return Limits.of(self.grant)

    @property
    def account_id(self) -> int | None:
        """Return the id of the account's row; None for the configured one."""
        return self.grant.account_id if self.grant else None

    def enter(self, order: Ordered) -> None:
        """Work where the order went to in this request, which is about it."""
        if order.account_id != self.account_id:
            self.cloud = _cloud_of(order, self._user)

    def port_of(self, order: Ordered) -> ContainerGroups:
        """Return the port of the account that the order went to."""
        if order.account_id == self.account_id:
            return self.cloud.container_groups
        return _cloud_of(order, self._user).container_groups

    @property
    def _team(self) -> str:
        team = self._actor_of().team
        return team.slug if team else ""

    @property
    def _user(self) -> str:
        return self._actor_of().user.get_username()


def of_order(order: Ordered) -> connect.Cloud:
    """Return the cloud that the order goes to, whatever its team is granted by now, in the name of its owner."""
    return _cloud_of(order, order.owner.get_username())


def _cloud_of(order: Ordered, user: str) -> connect.Cloud:
    if order.account is None:
        return clouds.cloud_of(order.world)
    return _cloud(order.account, order.team.slug if order.team else "", user)


def _cloud(account: CloudAccount, team: str, user: str) -> connect.Cloud:
    return connect.cloud_for(keys_of(account, connect.session_name(team, user)), clouds.cloud_settings())


@sensitive_variables()
def keys_of(account: CloudAccount, session_name: str) -> connect.Account | connect.Role:
    """Return what calls in this account are signed with; a key that does not open any more signs nothing that the
    cloud would take."""
    if account.kind == Kind.RAM_ROLE and account.base is not None:
        key = keys_of(account.base, session_name)
        if isinstance(key, connect.Account):
            return connect.Role(key, account.role_arn, session_name, account.external_id, account.session_seconds)
    if account.kind == Kind.ENVIRONMENT:
        return clouds.environment_account()
    if account.kind == Kind.SIMULATOR:
        secret = connect.simulator_secret(settings.SIMULATOR_KEY, account.access_key_id)
        return connect.Account(account.access_key_id, secret)
    try:
        secret = sealing.unseal(account.sealed, bound_to(account)).reveal()
    except sealing.SealBroken:
        logger.exception("the key of cloud account %s does not open", account.pk)
        secret = ""
    return connect.Account(account.access_key_id, secret)


def bound_to(account: CloudAccount) -> str:
    """Return what the account's secret is sealed for."""
    return f"cloud_account/{account.pk}/{account.access_key_id}"


def uid_now(account: CloudAccount) -> str:
    """Return the number of the Alibaba account that the row leads to now, whatever it says. Raise GatewayError."""
    if account.kind == Kind.RAM_ROLE:
        # acs:ram::1234567890123456:role/console
        return account.role_arn.split(":")[3] if account.role_arn.count(":") > 3 else ""
    key = keys_of(account, CONSOLE)
    return _uid_of_key(key) if isinstance(key, connect.Account) else ""


@functools.lru_cache(maxsize=256)
def _uid_of_key(key: connect.Account) -> str:
    return connect.caller_identity(key, clouds.cloud_settings()).account_id
