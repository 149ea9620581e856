"""The official STS SDK drives the simulator over loopback: roles are assumed, and their keys are keys."""

import json
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from alibabacloud_eci20180808 import models as eci
from alibabacloud_eci20180808.client import Client as EciClient
from alibabacloud_sts20150401 import models
from alibabacloud_sts20150401.client import Client
from alibabacloud_tea_openapi.models import Config
from darabonba.exceptions import DaraException
from darabonba.runtime import RuntimeOptions

from consoleapp.simulator.app import FixedKeys, make_app
from consoleapp.simulator.server import Server
from consoleapp.simulator.sessions import uid_of

KEYS = {"alice": "alice-secret", "alice-root": "root-secret", "mallory": "mallory-secret"}
ROLE = f"acs:ram::{uid_of('alice')}:role/console"
NARROW = json.dumps(
    {
        "Version": "1",
        "Statement": [{"Effect": "Allow", "Action": ["eci:Describe*", "sts:*"], "Resource": "*"}],
    }
)

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::PendingDeprecationWarning")


@dataclass
class Key:
    """An access key; a temporary one has a token."""

    id: str
    secret: str
    token: str | None = None


ALICE, MALLORY, ROOT = (Key(name, KEYS[name]) for name in ("alice", "mallory", "alice-root"))


@dataclass
class World:
    """The simulator at an address, with a clock that a test turns."""

    endpoint: str
    passed: float = 0.0
    algorithm: str | None = None

    def config(self, key: Key) -> Config:
        return Config(
            access_key_id=key.id,
            access_key_secret=key.secret,
            security_token=key.token,
            region_id="cn-hangzhou",
            endpoint=self.endpoint,
            protocol="http",
            signature_algorithm=self.algorithm,
        )

    def assume(self, key: Key = ALICE, **changed: Any) -> models.AssumeRoleResponseBody:
        asked = {"role_arn": ROLE, "role_session_name": "console-qa-bob", "external_id": "console/1", **changed}
        self.who(ALICE)
        return Client(self.config(key)).assume_role(models.AssumeRoleRequest(**asked)).body

    def assumed(self, key: Key = ALICE, **changed: Any) -> Key:
        given = self.assume(key, **changed).credentials
        return Key(given.access_key_id, given.access_key_secret, given.security_token)

    def who(self, key: Key) -> models.GetCallerIdentityResponseBody:
        return Client(self.config(key)).get_caller_identity_with_options(RuntimeOptions(autoretry=False)).body

    def groups(self, key: Key) -> list[str]:
        request = eci.DescribeContainerGroupsRequest(region_id="cn-hangzhou")
        return [
            each.container_group_id
            for each in EciClient(self.config(key)).describe_container_groups(request).body.container_groups
        ]

    def create(self, key: Key, token: str = "") -> str:
        request = eci.CreateContainerGroupRequest(
            region_id="cn-hangzhou",
            container_group_name="web",
            cpu=1,
            memory=2,
            client_token=token or None,
            container=[eci.CreateContainerGroupRequestContainer(name="web", image="nginx:latest")],
            image_registry_credential=[
                eci.CreateContainerGroupRequestImageRegistryCredential(
                    server="registry.example.com", user_name="u", password="p"
                )
            ],
        )
        answer: str = EciClient(self.config(key)).create_container_group(request).body.container_group_id
        return answer


@pytest.fixture(scope="module")
def endpoint_and_clock() -> Iterator[tuple[str, Callable[[float], None]]]:
    passed = [0.0]
    app = make_app(state=None, keys=FixedKeys(KEYS), clock=lambda: time.time() + passed[0])

    def turn(seconds: float) -> None:
        passed[0] += seconds

    with Server(app) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield f"127.0.0.1:{server.port}", turn
        server.shutdown()
        thread.join()


@pytest.fixture(params=[None, "v2"], ids=["V3", "HMAC-SHA1"])
def world(request: pytest.FixtureRequest, endpoint_and_clock: tuple[str, Any]) -> World:
    return World(endpoint_and_clock[0], algorithm=request.param)


def code_of(call: Callable[[], object]) -> str:
    with pytest.raises(DaraException) as raised:
        call()
    code: str = raised.value.code
    return code


def test_a_key_is_told_whose_it_is(world: World) -> None:
    alice, root = world.who(ALICE), world.who(ROOT)
    assert (alice.identity_type, alice.account_id) == ("RAMUser", uid_of("alice"))
    assert alice.arn == f"acs:ram::{uid_of('alice')}:user/alice"
    assert (root.identity_type, root.arn) == ("Account", f"acs:ram::{root.account_id}:root")


def test_a_role_is_assumed_and_its_key_is_told_by_role_and_session(world: World) -> None:
    answer = world.assume()
    given = answer.credentials
    assert given.access_key_id.startswith("STS.")
    assert answer.assumed_role_user.arn.endswith(":assumed-role/console/console-qa-bob")
    who = world.who(Key(given.access_key_id, given.access_key_secret, given.security_token))
    assert (who.identity_type, who.account_id) == ("AssumedRoleUser", uid_of("alice"))
    assert who.principal_id == answer.assumed_role_user.assumed_role_id == f"{who.role_id}:console-qa-bob"


def test_a_role_of_another_account_works_in_that_account(world: World) -> None:
    group = world.create(ALICE)
    partner = world.assumed(MALLORY)
    assert group in world.groups(partner)
    assert group not in world.groups(MALLORY)


def test_a_repeated_order_means_the_same_group_under_the_next_temporary_key(world: World) -> None:
    token = f"token-{world.algorithm}"
    assert world.create(world.assumed(), token) == world.create(world.assumed(), token)


def test_a_session_policy_narrows_the_key(world: World) -> None:
    narrow = world.assumed(policy=NARROW)
    world.groups(narrow)
    assert code_of(lambda: world.create(narrow)) == "Forbidden.RAM"


def test_a_temporary_key_needs_its_token(world: World) -> None:
    key, other = world.assumed(), world.assumed()
    assert code_of(lambda: world.groups(Key(key.id, key.secret))) == "MissingSecurityToken"
    assert (
        code_of(lambda: world.groups(Key(key.id, key.secret, other.token)))
        == "InvalidSecurityToken.MismatchWithAccessKey"
    )
    assert (
        code_of(lambda: world.groups(Key("alice", "alice-secret", key.token)))
        == "InvalidSecurityToken.MismatchWithAccessKey"
    )
    assert code_of(lambda: world.groups(Key("STS.unknown", "x", key.token))) == "InvalidAccessKeyId.NotFound"


def test_a_temporary_key_ends(endpoint_and_clock: tuple[str, Callable[[float], None]]) -> None:
    address, turn = endpoint_and_clock
    world = World(address)
    key = world.assumed(duration_seconds=900)
    turn(899)
    assert world.who(key).account_id == uid_of("alice")
    turn(1)
    code = code_of(lambda: world.groups(key))
    turn(-900)
    assert code == "InvalidSecurityToken.Expired"


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"role_arn": f"acs:ram::{uid_of('alice')}:role/nobody"}, "EntityNotExist.Role"),
        ({"role_arn": "acs:ram::1234567890123456:role/console"}, "EntityNotExist.Role"),
        ({"role_arn": "acs:ram::1:user/alice"}, "InvalidParameter.RoleArn"),
        ({"role_arn": None}, "MissingParameter.RoleArn"),
        ({"role_arn": f"acs:ram::{uid_of('alice')}:role/closed"}, "NoPermission"),
        ({"external_id": None}, "NoPermission"),
        ({"external_id": "a b"}, "InvalidParameter.ExternalId"),
        ({"role_session_name": None}, "MissingParameter.RoleSessionName"),
        ({"role_session_name": "b"}, "InvalidParameter.RoleSessionName"),
        ({"role_session_name": "bob smith"}, "InvalidParameter.RoleSessionName"),
        ({"duration_seconds": 899}, "InvalidParameter.DurationSeconds"),
        ({"duration_seconds": 43_201}, "InvalidParameter.DurationSeconds"),
        ({"role_arn": f"{ROLE}-short", "duration_seconds": 3601}, "InvalidParameter.DurationSeconds"),
        ({"policy": "x" * 2049}, "InvalidParameter.PolicySize"),
        ({"policy": "{}"}, "InvalidParameter.PolicyGrammar"),
        ({"policy": '{"Version": "1", "Statement": {}}'}, "InvalidParameter.PolicyGrammar"),
    ],
)
def test_what_cannot_be_assumed_is_refused_with_the_clouds_code(
    world: World, changed: dict[str, Any], code: str
) -> None:
    assert code_of(lambda: world.assume(**changed)) == code


def test_a_root_account_cannot_assume_a_role(world: World) -> None:
    assert code_of(lambda: world.assume(ROOT)) == "NoPermission"
