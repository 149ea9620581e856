"""consoleapp/cloud_accounts/services.py: accounts are added, checked, given another key, granted and taken back."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from consoleapp.accounts.models import User
from consoleapp.audit.models import AuditRow
from consoleapp.cloud_accounts import clouds, services
from consoleapp.cloud_accounts.grants import NO_LIMITS, Limits, default_grant
from consoleapp.cloud_accounts.models import AccountGrant, CloudAccount, Kind, State
from consoleapp.domain.roles import Role
from consoleapp.domain.secret import Secret
from consoleapp.gateways import connect
from consoleapp.gateways.errors import AccessDenied, Unreachable
from consoleapp.teams.actors import Actor
from consoleapp.web import sealing
from tests.cloud_accounts.builders import granted, role_in, secret_of, simulated, with_key
from tests.teams.people import People

pytestmark = pytest.mark.django_db


@pytest.fixture
def sam(carol: User) -> User:
    """The site admin."""
    return carol


def place_of(people: People) -> clouds.Place:
    return clouds.Place(lambda: Actor(people[Role.OPERATOR], people.team, Role.OPERATOR))


def test_a_check_asks_whose_the_key_is(sam: User) -> None:
    account = with_key(sam)
    assert (account.state, account.cause) == (State.WORKS, "")
    assert account.uid.isdigit()
    assert account.identity == f"acs:ram::{account.uid}:user/staging-user"


def test_a_role_is_assumed_by_the_key_of_another_account(sam: User) -> None:
    base = with_key(sam)
    role = role_in(sam, base)
    assert (role.state, role.uid) == (State.WORKS, base.uid)
    assert role.identity.endswith(":assumed-role/console/console")


def test_the_external_id_of_a_role_is_made_by_the_console(sam: User) -> None:
    first, second = role_in(sam, with_key(sam)), CloudAccount(name="B", kind=Kind.RAM_ROLE, external_id="typed")
    services.add_account(sam, second)
    assert first.external_id.startswith("console-")
    assert second.external_id not in ("typed", first.external_id)


@pytest.mark.parametrize(("role", "code"), [("closed", "NoPermission"), ("nobody", "EntityNotExist.Role")])
def test_a_role_that_cannot_be_assumed_fails_with_the_clouds_code(sam: User, role: str, code: str) -> None:
    account = role_in(sam, with_key(sam), role=role)
    assert (account.state, account.cause, account.code, account.uid) == (State.FAILS, "access_denied", code, "")


def test_a_check_that_fails_leaves_the_number_of_the_account(sam: User) -> None:
    account = with_key(sam)
    CloudAccount.objects.update(sealed=sealing.seal(Secret("wrong"), clouds.bound_to(account)))
    account.refresh_from_db()
    checked = services.check(sam, account)
    assert (checked.state, checked.code, checked.uid) == (State.FAILS, "SignatureDoesNotMatch", account.uid)


def test_a_row_that_leads_elsewhere_fails_and_keeps_its_number(sam: User) -> None:
    account = simulated(sam)
    CloudAccount.objects.update(access_key_id="simulated-elsewhere")
    checked = services.check(sam, CloudAccount.objects.get())
    assert (checked.state, checked.cause, checked.uid) == (State.FAILS, services.ELSEWHERE, account.uid)


def test_two_accounts_cannot_have_one_name(sam: User) -> None:
    simulated(sam)
    with pytest.raises(services.NameTaken):
        services.add_account(sam, CloudAccount(name="Simulated", kind=Kind.SIMULATOR))


def test_a_key_is_replaced_by_another_of_the_same_account_only(sam: User) -> None:
    account = with_key(sam)
    before = account.sealed
    with pytest.raises(services.NotThisAccount) as caught:
        services.replace_key(sam, account, "other-user", secret_of("other-user"))
    assert caught.value.uid != account.uid
    with pytest.raises(AccessDenied):
        services.replace_key(sam, account, "staging-user", Secret("wrong"))
    account.refresh_from_db()
    assert account.sealed == before
    assert services.replace_key(sam, account, "staging-user", secret_of("staging-user")).sealed != before


def test_a_secret_opens_for_its_own_row_and_key_alone(sam: User) -> None:
    first, second = with_key(sam), with_key(sam, "Other", "other-user")
    CloudAccount.objects.filter(pk=second.pk).update(sealed=first.sealed)
    second.refresh_from_db()
    key = clouds.keys_of(second, "console")
    assert getattr(key, "access_key_secret", None) == Secret("")


def test_sealed_keys_are_rotated_with_the_others(sam: User) -> None:
    with_key(sam)
    assert ("cloud_accounts.CloudAccount", "sealed") in sealing._fields.items()


def test_nobody_is_granted_an_account_whose_check_never_succeeded(sam: User, people: People) -> None:
    account = services.add_account(sam, CloudAccount(name="New", kind=Kind.SIMULATOR))
    with pytest.raises(services.NotUsable):
        services.grant(sam, account, people.team, NO_LIMITS)


def test_the_first_grant_is_where_the_team_works_and_another_can_be_made_it(sam: User, people: People) -> None:
    first = granted(sam, people.team)
    second = granted(sam, people.team, simulated(sam, "Second"))
    assert (first.is_default, second.is_default) == (True, False)
    services.make_default(sam, second)
    found = default_grant(people.team)
    assert found is not None
    assert found.pk == second.pk
    services.revoke(sam, found)
    assert default_grant(people.team) is None


def test_an_account_is_granted_to_a_team_once(sam: User, people: People) -> None:
    made = granted(sam, people.team)
    with pytest.raises(services.AlreadyGranted):
        services.grant(sam, made.account, people.team, NO_LIMITS)


def test_a_team_works_in_its_account_and_without_one_where_it_did(sam: User, people: People) -> None:
    before = place_of(people)
    assert (before.key, before.account_id) == (people.team.world, None)
    made = granted(sam, people.team, with_key(sam), Limits(regions=("cn-beijing",)))
    place = place_of(people)
    assert (place.key, place.account_id) == (f"account/{made.account_id}", made.account_id)
    assert place.limits.has_region("cn-beijing")
    assert not place.limits.has_region("cn-hangzhou")
    assert place.cloud.container_groups.regions()


def test_a_role_is_assumed_in_the_name_of_who_acts(sam: User, people: People, monkeypatch: pytest.MonkeyPatch) -> None:
    granted(sam, people.team, role_in(sam, with_key(sam)))
    names = []
    original = connect.cloud_for

    def seen(account: Any, settings: Any) -> Any:
        names.append(account.session_name)
        return original(account, settings)

    monkeypatch.setattr(connect, "cloud_for", seen)
    assert place_of(people).cloud.networks.vpcs("cn-hangzhou")
    assert names == ["console-qa-bob-of-qa"]


def test_who_acts_for_themselves_is_asked_for_nothing(alice: User) -> None:
    with CaptureQueriesContext(connection) as asked:
        place = clouds.Place(lambda: Actor(alice))
        assert place.key == alice.world
        assert place.cloud
    assert not asked.captured_queries


def test_where_a_key_leads_is_asked_once_a_process(sam: User, monkeypatch: pytest.MonkeyPatch) -> None:
    account = with_key(sam)
    assert clouds.uid_now(account) == account.uid
    monkeypatch.setattr(connect, "caller_identity", None)
    assert clouds.uid_now(account) == account.uid
    assert clouds.uid_now(CloudAccount(kind=Kind.RAM_ROLE, role_arn="acs:ram::42:role/x")) == "42"


def test_a_cloud_that_does_not_answer_is_no_answer(sam: User, monkeypatch: pytest.MonkeyPatch) -> None:
    account = simulated(sam)

    def silent(*_told: Any) -> Any:
        raise Unreachable("nobody there")

    monkeypatch.setattr(connect, "caller_identity", silent)
    clouds._uid_of_key.cache_clear()
    with pytest.raises(Unreachable):
        clouds.uid_now(account)
    checked = services.check(sam, account)
    assert (checked.state, checked.cause, checked.uid) == (State.FAILS, "unreachable", account.uid)


def test_every_change_has_its_audit_row_and_none_holds_a_secret(sam: User, people: People) -> None:
    account = with_key(sam)
    services.replace_key(sam, account, "staging-user", secret_of("staging-user"))
    made = services.grant(sam, account, people.team, Limits(("cn-beijing",), ("vpc-1",), "rg-1"))
    services.make_default(sam, made)
    services.revoke(sam, made)
    rows = AuditRow.objects.filter(action__startswith="cloud_account.").order_by("pk")
    assert [row.action for row in rows] == [
        f"cloud_account.{word}" for word in ("added", "checked", "key-replaced", "granted", "made-default", "revoked")
    ]
    assert not [row for row in rows if secret_of("staging-user").reveal() in str(row.payload)]
    assert not AccountGrant.objects.exists()
