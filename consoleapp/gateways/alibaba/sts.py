"""Security Token Service, version 2015-04-01: whose a key is, and temporary keys of a role that is assumed.

Temporary keys live in this process only. One is renewed RENEW_BEFORE its end, by one caller at a time for each role.
Source: the vendor's AssumeRole and GetCallerIdentity, and the models of alibabacloud_sts20150401 1.2.
"""

from __future__ import annotations

import json
import re
import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Final

from consoleapp.gateways import errors
from consoleapp.gateways.alibaba import answers
from consoleapp.gateways.alibaba.account import Account
from consoleapp.gateways.alibaba.client import Client
from consoleapp.gateways.alibaba.endpoints import STS

RENEW_BEFORE: Final = 300.0
SESSION_NAME_MAX: Final = 64
POLICY_MAX: Final = 2048
_KEPT: Final = 512
_NOT_IN_NAMES: Final = re.compile(r"[^A-Za-z0-9.@_-]+")

# What the console ever asks for. A role may allow more; its temporary keys do not.
_ACTIONS: Final = (
    "eci:CreateContainerGroup",
    "eci:DeleteContainerGroup",
    "eci:RestartContainerGroup",
    "eci:DescribeContainerGroups",
    "eci:DescribeContainerGroupPrice",
    "eci:DescribeContainerLog",
    "eci:DescribeRegions",
    "vpc:DescribeVpcs",
    "vpc:DescribeVSwitches",
    "vpc:DescribeNatGateways",
    "vpc:DescribeSnatTableEntries",
    "vpc:DescribeEipAddresses",
    "ecs:DescribeSecurityGroups",
    "ecs:DescribeSecurityGroupAttribute",
    # The Personal Edition's rights are called otherwise than its actions, and all that is asked only reads.
    "cr:Get*",
    "cr:List*",
    # A group may be given a role of its own, and the first one of an account makes the service's role.
    "ram:PassRole",
    "ram:CreateServiceLinkedRole",
)
SESSION_POLICY: Final = json.dumps(
    {"Version": "1", "Statement": [{"Effect": "Allow", "Action": _ACTIONS, "Resource": "*"}]}, separators=(",", ":")
)


@dataclass(frozen=True)
class Role:
    """A role and who assumes it: the key of a RAM user. `session_name` is what the cloud's own trail names."""

    base: Account
    arn: str
    session_name: str
    external_id: str = ""
    seconds: int = 3600

    @property
    def name(self) -> str:
        """Return what tells it from other accounts."""
        return self.arn


@dataclass(frozen=True)
class Identity:
    """Whose a key is: the account's number, and the ARN of the user or of the session of a role."""

    account_id: str
    arn: str


def session_name(team: str, user: str) -> str:
    """Return the name of a session for somebody of a team, cut to what the cloud takes."""
    return _NOT_IN_NAMES.sub("-", f"console-{team}-{user}")[:SESSION_NAME_MAX]


def caller_identity(client: Client) -> Identity:
    """Ask whose the client's key is. Every key may ask."""
    answer = client.call(STS, "GetCallerIdentity", {}, region_id="")
    account_id, arn = answers.text(answer, "AccountId"), answers.text(answer, "Arn")
    if not account_id.isdigit() or len(account_id) > 20:
        raise errors.Unavailable("The cloud does not say whose key this is.", action="GetCallerIdentity")
    return Identity(account_id, arn[:300])


class RoleKeys:
    """The current temporary key of one role; `store` is where this process keeps the keys of all."""

    def __init__(self, role: Role, client: Client, clock: Callable[[], float], store: KeyStore) -> None:
        self._role, self._client, self._clock, self._store = role, client, clock, store

    @property
    def name(self) -> str:
        return self._role.name

    def current(self) -> Account:
        """Return a key that is good for some minutes more. Raise GatewayError where none can be had."""
        with self._store.turn_of(self._role.arn):
            kept = self._store.get(self._role)
            if kept is not None and self._clock() < kept.renew_at:
                return kept.key
            made = self._assume()
            self._store.put(self._role, made)
            return made.key

    def forget(self, key: Account) -> None:
        """Take no more of a key that the cloud has refused."""
        self._store.drop(self._role, key)

    def _assume(self) -> _Kept:
        role = self._role
        asked = {
            "RoleArn": role.arn,
            "RoleSessionName": role.session_name,
            "DurationSeconds": str(role.seconds),
            "Policy": SESSION_POLICY,
        }
        if role.external_id:
            asked["ExternalId"] = role.external_id
        try:
            answer = self._client.call(STS, "AssumeRole", asked, region_id="")
        except errors.Unavailable as error:
            # Sent as far as STS is concerned, and never begun for the call that needs the key.
            raise errors.Unreachable(error.message, action="AssumeRole", request_id=error.request_id) from error
        except (errors.Unreachable, errors.Throttled):
            raise
        except errors.GatewayError as error:
            raise _denied(error) from error
        told = answers.mapping(answer, "Credentials")
        key_id, secret, token = (
            answers.text(told, name) for name in ("AccessKeyId", "AccessKeySecret", "SecurityToken")
        )
        ends = _moment(answers.text(told, "Expiration"))
        if not (key_id and secret and token and ends):
            raise errors.Unreachable("The cloud answered without a temporary key.", action="AssumeRole")
        return _Kept(Account(key_id, secret, token), ends - RENEW_BEFORE)


def _denied(error: errors.GatewayError) -> errors.AccessDenied:
    """Return a no of STS as what it is for a call that needed the key: not allowed, and that call was never made.

    As a wrong parameter it would say of the call that nothing was made of it before, which nobody knows.
    """
    return errors.AccessDenied(
        error.message,
        permission=getattr(error, "permission", ""),
        code=error.code,
        request_id=error.request_id,
        http_status=error.http_status,
        action="AssumeRole",
        response_date=error.response_date,
    )


def _moment(text: str) -> float:
    try:
        return datetime.fromisoformat(text).astimezone(UTC).timestamp()
    except ValueError:
        return 0.0


@dataclass(frozen=True)
class _Kept:
    key: Account = field(repr=False)
    renew_at: float


class KeyStore:
    """The temporary keys of this process, the least used of too many forgotten, and a turn for each role."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._kept: OrderedDict[Role, _Kept] = OrderedDict()
        self._turns: dict[str, threading.Lock] = {}

    def turn_of(self, arn: str) -> threading.Lock:
        """Return the lock of who asks for keys of this role."""
        with self._lock:
            return self._turns.setdefault(arn, threading.Lock())

    def get(self, role: Role) -> _Kept | None:
        """Return what is kept, be it too old."""
        with self._lock:
            if role in self._kept:
                self._kept.move_to_end(role)
            return self._kept.get(role)

    def put(self, role: Role, kept: _Kept) -> None:
        """Keep a key."""
        with self._lock:
            self._kept[role] = kept
            while len(self._kept) > _KEPT:
                self._kept.popitem(last=False)

    def drop(self, role: Role, key: Account) -> None:
        """Forget this key, unless another has taken its place."""
        with self._lock:
            if role in self._kept and self._kept[role].key == key:
                del self._kept[role]
