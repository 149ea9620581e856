"""Sts 2015-04-01: AssumeRole gives a temporary key of a role, GetCallerIdentity tells whose key it is.

Sources: the vendor's pages on AssumeRole and on its common errors (a root account's key gets NoPermission), the models
of alibabacloud_sts20150401 1.2. What they leave open was decided here: a session's policy over its length is
InvalidParameter.PolicySize, whatever is wrong with an ExternalId is InvalidParameter.ExternalId, and a role that does
not trust the caller, or wants an ExternalId that did not come, is NoPermission as for a caller without the right.
"""

import base64
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Final

from consoleapp.simulator.call import Answer, Call, Handler
from consoleapp.simulator.errors import ApiError
from consoleapp.simulator.sessions import ROLES, TEMPORARY, Session, is_policy, is_root, role_id_of, uid_of

SHORTEST: Final = 900
USUAL: Final = 3600
LONGEST_POLICY: Final = 2048
_ARN: Final = re.compile(r"acs:ram::(\d{1,20}):role/([A-Za-z0-9.-]{1,64})", re.IGNORECASE)
_NAME: Final = re.compile(r"[A-Za-z0-9.@_-]{2,64}")
_EXTERNAL_ID: Final = re.compile(r"[\w+=,.@:/-]{2,1224}", re.ASCII)


def assume_role(call: Call) -> Answer:
    """Return a temporary key of the role, narrowed by the policy that comes with the call."""
    if call.session is None and is_root(call.account):
        raise ApiError("NoPermission", "Roles may not be assumed by root accounts.")
    call.store.sessions.learn(call.account)
    uid, role_name = _role_arn(call)
    name, external_id = _session_name(call), _external_id(call)
    account = call.store.sessions.account_of(uid)
    role = ROLES.get(role_name)
    if not account or role is None:
        raise ApiError("EntityNotExist.Role")
    if role.is_closed or (role.wants_external_id and not external_id):
        raise ApiError("NoPermission")
    session = Session(
        access_key_id=f"{TEMPORARY}{call.new_id()}",
        account=account,
        secret=call.new_id() + call.new_id(),
        token=base64.b64encode(f"{call.new_id()}/{call.new_id()}/{call.new_id()}".encode()).decode(),
        role=role_name,
        name=name,
        policy=_policy(call),
        expires=call.now + _seconds(call, role.max_seconds),
    )
    call.store.sessions.add(session, call.now)
    return {
        "AssumedRoleUser": {
            "Arn": _arn(session),
            "AssumedRoleId": f"{role_id_of(account, role_name)}:{name}",
        },
        "Credentials": {
            "AccessKeyId": session.access_key_id,
            "AccessKeySecret": session.secret,
            "SecurityToken": session.token,
            "Expiration": datetime.fromtimestamp(session.expires, UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        },
    }


def get_caller_identity(call: Call) -> Answer:
    """Return whose key the call was signed with; every key may ask."""
    call.store.sessions.learn(call.account)
    uid, session = uid_of(call.account), call.session
    if session:
        role_id = role_id_of(session.account, session.role)
        return {
            "IdentityType": "AssumedRoleUser",
            "AccountId": uid,
            "Arn": _arn(session),
            "PrincipalId": f"{role_id}:{session.name}",
            "RoleId": role_id,
        }
    if is_root(call.account):
        return {
            "IdentityType": "Account",
            "AccountId": uid,
            "Arn": f"acs:ram::{uid}:root",
            "PrincipalId": uid,
            "UserId": uid,
        }
    user_id = "2" + uid_of(f"{call.account}/user")
    return {
        "IdentityType": "RAMUser",
        "AccountId": uid,
        "Arn": f"acs:ram::{uid}:user/{call.account}",
        "PrincipalId": user_id,
        "UserId": user_id,
    }


def _arn(session: Session) -> str:
    return f"acs:ram::{uid_of(session.account)}:assumed-role/{session.role}/{session.name}"


def _role_arn(call: Call) -> tuple[str, str]:
    if not call.get("RoleArn"):
        raise ApiError("MissingParameter.RoleArn")
    named = _ARN.fullmatch(call.get("RoleArn"))
    if named is None:
        raise ApiError("InvalidParameter.RoleArn")
    return named[1], named[2].lower()


def _session_name(call: Call) -> str:
    if not call.get("RoleSessionName"):
        raise ApiError("MissingParameter.RoleSessionName")
    if not _NAME.fullmatch(call.get("RoleSessionName")):
        raise ApiError("InvalidParameter.RoleSessionName")
    return call.get("RoleSessionName")


def _external_id(call: Call) -> str:
    text = call.get("ExternalId")
    if text and not _EXTERNAL_ID.fullmatch(text):
        raise ApiError("InvalidParameter.ExternalId")
    return text


def _policy(call: Call) -> str:
    text = call.get("Policy")
    if len(text) > LONGEST_POLICY:
        raise ApiError("InvalidParameter.PolicySize")
    if text and not is_policy(text):
        raise ApiError("InvalidParameter.PolicyGrammar")
    return text


def _seconds(call: Call, longest: int) -> int:
    text = call.get("DurationSeconds", str(USUAL))
    if not (text.isascii() and text.isdecimal() and SHORTEST <= int(text) <= longest):
        raise ApiError(
            "InvalidParameter.DurationSeconds",
            f"The Min/Max value of DurationSeconds is {SHORTEST} and the role's longest session.",
        )
    return int(text)


ACTIONS: Final[Mapping[str, Handler]] = {"AssumeRole": assume_role, "GetCallerIdentity": get_caller_identity}
