"""Cloud accounts: added, checked, given another key; granted to teams, and taken back.

A key is stored only once the cloud has said whose it is, so that a row never leads to another account than it says. No
transaction is open while the cloud is asked.
"""

import secrets
from typing import Final

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Count, ProtectedError, QuerySet
from django.utils import timezone
from django.views.decorators.debug import sensitive_variables

from consoleapp.accounts.models import User, new_world
from consoleapp.audit import services as audit
from consoleapp.cloud_accounts import clouds
from consoleapp.cloud_accounts.grants import Limits
from consoleapp.cloud_accounts.models import AccountGrant, CloudAccount, Kind, State
from consoleapp.domain.secret import Secret
from consoleapp.gateways import connect
from consoleapp.gateways.errors import GatewayError
from consoleapp.teams.models import Team
from consoleapp.web import clouds as web_clouds
from consoleapp.web import sealing

# The `cause` of a check that showed a key of another account.
ELSEWHERE: Final = "elsewhere"


class NameTaken(Exception):
    """Another account has this name."""


class NotThisAccount(Exception):
    """The key belongs to another account; `uid` is that one's number."""

    def __init__(self, uid: str) -> None:
        super().__init__("a key of another account")
        self.uid = uid


class AlreadyGranted(Exception):
    """The team has this account."""


class InUse(Exception):
    """Something needs the account."""


class NotUsable(Exception):
    """Nobody knows yet whose account it is: its check has never succeeded."""


def all_accounts() -> QuerySet[CloudAccount]:
    """Return all accounts with `team_count`, by name."""
    return CloudAccount.objects.select_related("base").annotate(team_count=Count("grants")).order_by("name", "pk")


def find_account(account_id: int) -> CloudAccount:
    """Return the account. Raise CloudAccount.DoesNotExist."""
    return CloudAccount.objects.select_related("base").get(pk=account_id)


def grants_of_account(account: CloudAccount) -> QuerySet[AccountGrant]:
    """Return to whom the account is granted, by team."""
    return account.grants.select_related("team", "by").order_by("team__name", "pk")


def grants_of_team(team: Team) -> QuerySet[AccountGrant]:
    """Return the accounts that the team is granted, the one it works in first."""
    return team.account_grants.select_related("account")


def possible_kinds() -> list[Kind]:
    """Return the kinds of account that can be added in the cloud that this console works with."""
    own = Kind.ENVIRONMENT if settings.CLOUD == "alibaba" else Kind.SIMULATOR
    return [Kind.RAM_ROLE, Kind.ACCESS_KEY, own]


def possible_bases() -> QuerySet[CloudAccount]:
    """Return the accounts whose key can assume a role: those of which a check has told whose they are."""
    return CloudAccount.objects.exclude(kind=Kind.RAM_ROLE).exclude(uid="")


@sensitive_variables("secret")
@transaction.atomic
def add_account(by: User, account: CloudAccount, secret: Secret | None = None) -> CloudAccount:
    """Store a new account, not checked yet. Raise NameTaken."""
    account.external_id = f"console-{secrets.token_hex(16)}" if account.kind == Kind.RAM_ROLE else ""
    if account.kind == Kind.SIMULATOR:
        account.access_key_id = connect.simulator_account(settings.SIMULATOR_KEY, new_world()).access_key_id
    try:
        with transaction.atomic():
            account.save(force_insert=True)
    except IntegrityError:
        raise NameTaken from None
    if secret:
        account.sealed = sealing.seal(secret, clouds.bound_to(account))
        account.save(update_fields=["sealed"])
    audit.record(by, "cloud_account.added", _name(account.pk), _told(account))
    return account


def check(by: User, account: CloudAccount) -> CloudAccount:
    """Ask the cloud whose the account's key is, store what it says, and return the account as it is then."""
    cause = code = uid = identity = ""
    try:
        told = connect.caller_identity(clouds.keys_of(account, clouds.CONSOLE), web_clouds.cloud_settings())
        uid, identity = told.account_id, told.arn
        cause = ELSEWHERE if account.uid not in ("", uid) else ""
    except GatewayError as error:
        cause, code = error.kind, error.code[:128]
    found = {"cause": cause, "code": code, "identity": identity, "checked_at": timezone.now()}
    state = State.FAILS if cause else State.WORKS
    with transaction.atomic():
        mine = CloudAccount.objects.filter(pk=account.pk, uid=account.uid, sealed=account.sealed)
        if mine.update(state=state, uid=account.uid or uid, **found):
            told_row = {"name": account.name, "state": state.value, "cause": cause, "code": code}
            audit.record(by, "cloud_account.checked", _name(account.pk), told_row)
    return find_account(account.pk)


@sensitive_variables("secret")
def replace_key(by: User, account: CloudAccount, access_key_id: str, secret: Secret) -> CloudAccount:
    """Store another AccessKey pair of the same account. Raise GatewayError where the cloud does not take it or does not
    answer, NotThisAccount for one of another account; nothing is changed then."""
    key = connect.Account(access_key_id, secret.reveal())
    told = connect.caller_identity(key, web_clouds.cloud_settings())
    if account.uid not in ("", told.account_id):
        raise NotThisAccount(told.account_id)
    with transaction.atomic():
        stored = CloudAccount.objects.select_for_update().get(pk=account.pk)
        if stored.uid not in ("", told.account_id):
            raise NotThisAccount(told.account_id)
        stored.access_key_id, stored.uid, stored.identity = access_key_id, told.account_id, told.arn
        stored.sealed = sealing.seal(secret, clouds.bound_to(stored))
        stored.state, stored.cause, stored.code, stored.checked_at = State.WORKS, "", "", timezone.now()
        stored.save()
        audit.record(by, "cloud_account.key-replaced", _name(account.pk), _told(stored))
    return stored


@transaction.atomic
def grant(by: User, account: CloudAccount, team: Team, limits: Limits) -> AccountGrant:
    """Let the team work in the account; its first account is the one it works in. Raise NotUsable, AlreadyGranted."""
    if not account.uid:
        raise NotUsable
    Team.objects.select_for_update(no_key=True).get(pk=team.pk)
    made = AccountGrant(
        account=account,
        team=team,
        regions=list(limits.regions),
        vpc_ids=list(limits.vpc_ids),
        resource_group_id=limits.resource_group_id,
        is_default=not AccountGrant.objects.filter(team=team, is_default=True).exists(),
        by=by,
    )
    try:
        with transaction.atomic():
            made.save()
    except IntegrityError:
        raise AlreadyGranted from None
    team.has_accounts = True
    team.save(update_fields=["has_accounts"])
    audit.record(by, "cloud_account.granted", _name(account.pk), _told_of(made), team_id=made.team_id)
    return made


@transaction.atomic
def make_default(by: User, made: AccountGrant) -> None:
    """Have the team work in this account from now on; what it ordered stays where it is."""
    Team.objects.select_for_update(no_key=True).get(pk=made.team_id)
    AccountGrant.objects.filter(team=made.team_id).update(is_default=False)
    if AccountGrant.objects.filter(pk=made.pk).update(is_default=True):
        audit.record(
            by, "cloud_account.made-default", _name(made.account_id), {"team": made.team.slug}, team_id=made.team_id
        )


@transaction.atomic
def revoke(by: User, made: AccountGrant) -> None:
    """Take the account from the team: nothing new goes there, and what was sent there is still looked after."""
    audit.record(by, "cloud_account.revoked", _name(made.account_id), _told_of(made), team_id=made.team_id)
    made.delete()


@transaction.atomic
def delete(by: User, account: CloudAccount) -> None:
    """Forget the account with its key. Raise InUse where a team was granted it, a role is assumed with it, or an order
    went there, which has to be looked after."""
    audit.record(by, "cloud_account.deleted", _name(account.pk), _told(account))
    try:
        account.delete()
    except ProtectedError:
        raise InUse from None


def _name(account_id: int) -> str:
    """Return what the audit trail calls the account: other things have numbers, too."""
    return f"cloud-account/{account_id}"


def _told(account: CloudAccount) -> dict[str, str]:
    told = {"name": account.name, "kind": account.kind, "uid": account.uid, "access_key_id": account.access_key_id}
    return {**told, "role_arn": account.role_arn}


def _told_of(made: AccountGrant) -> dict[str, object]:
    return {
        "name": made.account.name,
        "team": made.team.slug,
        "regions": made.regions,
        "vpc_ids": made.vpc_ids,
        "resource_group": made.resource_group_id,
    }
