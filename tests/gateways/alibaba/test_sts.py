"""Roles are assumed, their keys are kept and renewed, and a no of STS never says anything about another call."""

import logging
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from consoleapp.gateways import errors
from consoleapp.gateways.alibaba import sts
from consoleapp.gateways.alibaba.account import Account
from consoleapp.gateways.alibaba.client import Client
from consoleapp.gateways.alibaba.endpoints import ECI, Endpoints
from consoleapp.gateways.alibaba.sts import KeyStore, Role, RoleKeys
from consoleapp.gateways.alibaba.transport import Transport, http_session
from consoleapp.gateways.embedded import WSGIAdapter
from consoleapp.orders import retries
from consoleapp.simulator.app import FixedKeys, make_app
from consoleapp.simulator.sessions import uid_of

ALICE = Account("alice", "canary-secret-of-alice")
ROLE = Role(ALICE, f"acs:ram::{uid_of('alice')}:role/console", "console-qa-bob", "console/1", 900)


class World:
    """The simulator behind a transport that counts, with a clock that a test turns."""

    def __init__(self) -> None:
        self.passed = 0.0
        keys = {"alice": "canary-secret-of-alice", "mallory-root": "x"}
        self.app = make_app(state=None, keys=FixedKeys(keys), clock=self.clock)
        self.store = KeyStore()
        self.assumed = 0
        self._transport = Transport(http_session(WSGIAdapter(self._counted)), connect_timeout=3, read_timeout=5)

    def clock(self) -> float:
        return time.time() + self.passed

    def _counted(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Any:
        if environ.get("HTTP_X_ACS_ACTION") == "AssumeRole":
            self.assumed += 1
            time.sleep(0.02)
        return self.app(environ, start_response)

    def client(self, account: Account = ALICE) -> Client:
        return Client(self._transport, account, endpoints=Endpoints(), clock=self.clock)

    def keys(self, role: Role = ROLE) -> RoleKeys:
        return RoleKeys(role, self.client(role.base), self.clock, self.store)

    def by(self, role: Role = ROLE) -> Client:
        return Client(self._transport, self.keys(role), endpoints=Endpoints(), clock=self.clock)


@pytest.fixture
def world() -> World:
    return World()


def test_the_key_of_a_role_is_told_by_team_and_user(world: World) -> None:
    told = sts.caller_identity(world.by())
    assert told.account_id == uid_of("alice")
    assert told.arn.endswith(":assumed-role/console/console-qa-bob")


def test_a_temporary_key_serves_until_five_minutes_before_its_end(world: World) -> None:
    first = world.keys().current()
    world.passed += 900 - 301
    assert world.keys().current() == first
    world.passed += 2
    assert world.keys().current() != first
    assert world.assumed == 2


def test_many_who_need_a_role_at_once_ask_for_it_once(world: World) -> None:
    with ThreadPoolExecutor(8) as pool:
        keys = list(pool.map(lambda _: world.keys().current(), range(8)))
    assert len(set(keys)) == 1
    assert world.assumed == 1


def test_two_people_have_keys_of_their_own(world: World) -> None:
    other = Role(ALICE, ROLE.arn, "console-qa-carol", ROLE.external_id, 900)
    assert world.keys().current() != world.keys(other).current()


def test_a_key_that_the_cloud_refuses_is_asked_for_anew(world: World) -> None:
    client = world.by()
    client.call(ECI, "DescribeRegions", {}, region_id="")
    world.app.store.close()
    with pytest.raises(errors.AccessDenied):
        client.call(ECI, "DescribeRegions", {}, region_id="")
    sts.caller_identity(world.client())
    assert client.call(ECI, "DescribeRegions", {}, region_id="")["Regions"]
    assert world.assumed == 2


def test_what_the_console_does_not_use_its_temporary_keys_cannot_do(world: World) -> None:
    with pytest.raises(errors.AccessDenied) as caught:
        world.by().call(ECI, "DescribeContainerGroupEvents", {"RegionId": "cn-hangzhou"}, region_id="cn-hangzhou")
    assert caught.value.code == "Forbidden.RAM"


def test_the_session_policy_is_as_long_as_the_cloud_takes() -> None:
    assert len(sts.SESSION_POLICY) <= sts.POLICY_MAX


@pytest.mark.parametrize(
    ("role", "code"),
    [
        (Role(ALICE, "acs:ram::1:user/alice", "console-qa-bob"), "InvalidParameter.RoleArn"),
        (Role(ALICE, f"acs:ram::{uid_of('alice')}:role/nobody", "console-qa-bob"), "EntityNotExist.Role"),
        (Role(ALICE, f"acs:ram::{uid_of('alice')}:role/closed", "console-qa-bob"), "NoPermission"),
        (Role(Account("mallory-root", "x"), ROLE.arn, "console-qa-bob"), "NoPermission"),
        (Role(Account("alice", "wrong"), ROLE.arn, "console-qa-bob"), "SignatureDoesNotMatch"),
    ],
)
def test_a_no_of_sts_says_nothing_about_the_order_that_needed_the_key(world: World, role: Role, code: str) -> None:
    with pytest.raises(errors.AccessDenied) as caught:
        world.by(role).call(ECI, "DescribeRegions", {}, region_id="")
    assert (caught.value.code, caught.value.action) == (code, "AssumeRole")
    rule = retries.rule_for(caught.value)
    assert not rule.proves_nothing_made
    assert rule == retries.NOT_ALLOWED


@pytest.mark.parametrize(
    ("team", "user", "name"),
    [
        ("qa", "bob", "console-qa-bob"),
        ("qa", "bob@corp.example", "console-qa-bob@corp.example"),
        ("qa", "李 bob/..", "console-qa--bob-.."),
        ("q" * 40, "b" * 150, f"console-{'q' * 40}-{'b' * 15}"),
    ],
)
def test_a_session_is_named_by_team_and_user_within_the_clouds_letters(team: str, user: str, name: str) -> None:
    assert sts.session_name(team, user) == name
    assert len(name) <= sts.SESSION_NAME_MAX


def test_neither_secret_nor_token_reaches_the_log(world: World, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    key = world.keys().current()
    world.by().call(ECI, "DescribeRegions", {}, region_id="")
    assert key.security_token is not None
    secrets = (ALICE.access_key_secret, key.access_key_secret, key.security_token)
    assert "AssumeRole" in caplog.text
    assert not [secret for secret in secrets if secret.reveal() in caplog.text + repr(key) + repr(world.store._kept)]


def test_keys_of_many_roles_are_forgotten_the_oldest_first() -> None:
    store = KeyStore()
    roles = [Role(ALICE, f"arn-{number}", "console-a-b") for number in range(600)]
    for role in roles:
        store.put(role, sts._Kept(ALICE, 0))
    assert store.get(roles[0]) is None
    assert store.get(roles[-1]) is not None
    assert isinstance(store.turn_of("arn"), type(threading.Lock()))
