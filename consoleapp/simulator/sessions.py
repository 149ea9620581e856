"""Who calls: RAM users' and root accounts' keys, and the temporary keys of roles that were assumed.

An access key has an account of its own. One whose id ends in `-root` is the root account's, every other one a RAM
user's. Which roles an account has is the same everywhere (ROLES), because nothing here makes one; an account can be
found by its number once a key of it has called STS.
A temporary key lives in the account of its role. Source of the shapes: the models of alibabacloud_sts20150401 1.2.
"""

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any, Final

SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS accounts (uid TEXT PRIMARY KEY, account TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS sessions (
    access_key_id TEXT PRIMARY KEY, account TEXT NOT NULL, secret TEXT NOT NULL, token TEXT NOT NULL,
    role TEXT NOT NULL, name TEXT NOT NULL, policy TEXT NOT NULL, expires REAL NOT NULL
) WITHOUT ROWID;
"""
TEMPORARY: Final = "STS."
_ROOT: Final = "-root"


@dataclass(frozen=True, slots=True)
class Role:
    """A role; one that `is_closed` trusts nobody, one that `wants_external_id` only who brings an ExternalId."""

    max_seconds: int = 3600
    wants_external_id: bool = False
    is_closed: bool = False


# Which ExternalId a trust policy names cannot be set here, so any will do.
ROLES: Final[Mapping[str, Role]] = {
    "console": Role(max_seconds=43_200, wants_external_id=True),
    "console-short": Role(),
    "closed": Role(is_closed=True),
}


@dataclass(frozen=True, slots=True)
class Session:
    """A role that was assumed, until it expires; `policy` narrows what its key may do, "" does not."""

    access_key_id: str
    account: str
    secret: str
    token: str
    role: str
    name: str
    policy: str
    expires: float

    def may(self, action: str) -> bool:
        """Tell whether the session's policy allows the action, which is written like `eci:CreateContainerGroup`."""
        if not self.policy:
            return True
        statements = json.loads(self.policy)["Statement"]
        meant = [each["Effect"] for each in statements if _is_about(each, action)]
        return "Allow" in meant and "Deny" not in meant


def is_policy(text: str) -> bool:
    """Tell whether the text is an access policy; conditions and resources are not looked at here."""
    try:
        parsed = json.loads(text)
        return parsed["Version"] == "1" and all(
            each["Effect"] in ("Allow", "Deny") and _actions(each) and each["Resource"]
            for each in _list(parsed["Statement"])
        )
    except (ValueError, KeyError, TypeError):
        return False


def _is_about(statement: dict[str, Any], action: str) -> bool:
    return any(fnmatchcase(action.lower(), pattern.lower()) for pattern in _actions(statement))


def _actions(statement: dict[str, Any]) -> list[str]:
    actions = statement["Action"]
    return [actions] if isinstance(actions, str) else [str(each) for each in actions]


def _list(value: Any) -> list[Any]:
    if not isinstance(value, list):
        raise TypeError
    return value


def is_root(account: str) -> bool:
    """Tell whether the account's own key calls, that of no RAM user."""
    return account.endswith(_ROOT)


def uid_of(account: str) -> str:
    """Return the account's number: sixteen digits that follow from its name."""
    return str(10**15 + int(hashlib.sha256(account.encode()).hexdigest(), 16) % (9 * 10**15))


def role_id_of(account: str, role: str) -> str:
    """Return the id of a role: digits that follow from its account and its name."""
    return "3" + uid_of(f"{account}/{role}")


class Sessions:
    """The statements about sessions, inside a transaction of the store."""

    def __init__(self, execute: Callable[..., Any]) -> None:
        self._execute = execute

    def learn(self, account: str) -> None:
        """Remember that the account is there, so that its roles are found by its number."""
        self._execute("INSERT OR IGNORE INTO accounts VALUES (?, ?)", (uid_of(account), account))

    def account_of(self, uid: str) -> str:
        """Return the account with this number; "" where none has called."""
        row = self._execute("SELECT account FROM accounts WHERE uid = ?", (uid,)).fetchone()
        return row[0] if row else ""

    def add(self, session: Session, now: float) -> None:
        """Store a new session, and forget those that have been over for a day."""
        self._execute("DELETE FROM sessions WHERE expires < ?", (now - 86_400,))
        values = tuple(getattr(session, name) for name in Session.__slots__)
        self._execute("INSERT INTO sessions VALUES (?, ?, ?, ?, ?, ?, ?, ?)", values)

    def find(self, access_key_id: str) -> Session | None:
        """Return the session of this temporary key, be it over."""
        row = self._execute("SELECT * FROM sessions WHERE access_key_id = ?", (access_key_id,)).fetchone()
        return Session(*row) if row else None
