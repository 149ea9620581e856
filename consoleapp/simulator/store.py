"""Store: everything that changes in the simulated accounts, in one SQLite database (a file, or memory).

Only facts are stored: what was asked and when. States, events and logs follow from them and the time (lifecycle.py).
One isolated account an access key: every row bears it. A file may be shared by several processes (WAL, IMMEDIATE
transactions); one process uses one connection under one lock, because a transaction lasts well under a millisecond. The
seeded, unchanging part is catalog.py.
"""

import json
import os
import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from consoleapp.simulator import sessions

BUSY_SECONDS: Final = 20
# Every bucket is full again after so long, and one that is not there is full.
BUCKET_SECONDS: Final = 24 * 3600
# Old nonces and buckets are swept out when this many nonces have been added.
SWEEP_EVERY: Final = 512

_GROUPS: Final = """
CREATE TABLE IF NOT EXISTS groups (
    serial INTEGER NOT NULL,
    account TEXT NOT NULL,
    region_id TEXT NOT NULL,
    group_id TEXT NOT NULL,
    name TEXT NOT NULL,
    vcpu REAL NOT NULL,
    created REAL NOT NULL,
    ends REAL NOT NULL,
    deleted REAL,
    restarts TEXT NOT NULL,
    plan TEXT NOT NULL,
    description TEXT NOT NULL,
    is_counted INTEGER NOT NULL DEFAULT 1,
    PRIMARY KEY (account, serial)
)
"""
_SCHEMA: Final = f"""
{_GROUPS};
CREATE UNIQUE INDEX IF NOT EXISTS groups_by_id ON groups (account, group_id);
CREATE INDEX IF NOT EXISTS groups_by_serial ON groups (account, region_id, serial, deleted, name);
CREATE INDEX IF NOT EXISTS groups_by_deletion ON groups (account, deleted) WHERE deleted IS NOT NULL;
CREATE INDEX IF NOT EXISTS groups_by_end ON groups (account, region_id, ends) WHERE is_counted;
CREATE TABLE IF NOT EXISTS usage (
    account TEXT NOT NULL, region_id TEXT NOT NULL, vcpu REAL NOT NULL,
    PRIMARY KEY (account, region_id)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS tokens (
    account TEXT NOT NULL, action TEXT NOT NULL, region_id TEXT NOT NULL, token TEXT NOT NULL,
    fingerprint TEXT NOT NULL, group_id TEXT NOT NULL,
    PRIMARY KEY (account, action, region_id, token)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS nonces (
    account TEXT NOT NULL, nonce TEXT NOT NULL, expires REAL NOT NULL,
    PRIMARY KEY (account, nonce)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS buckets (
    account TEXT NOT NULL, action TEXT NOT NULL, level REAL NOT NULL, updated REAL NOT NULL,
    PRIMARY KEY (account, action)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS eip_bindings (
    account TEXT NOT NULL, allocation_id TEXT NOT NULL, group_id TEXT NOT NULL,
    PRIMARY KEY (account, allocation_id)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS ordered_faults (
    account TEXT NOT NULL, fault TEXT NOT NULL, remaining INTEGER NOT NULL,
    every INTEGER NOT NULL, calls INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (account, fault)
) WITHOUT ROWID;
{sessions.SCHEMA}
"""

# The account whose faults all accounts have.
EVERYBODY: Final = "*"
# How often a fault happens that does not end.
ALWAYS: Final = 1_000_000_000
# "Never ends" as a number, so that one comparison serves all rows.
NEVER: Final = 1e12


@dataclass(frozen=True, slots=True)
class StoredGroup:
    """A container group as it was asked for; `plan` and `description` are JSON objects, read when needed.

    `serial` counts the groups of its account.
    """

    serial: int
    region_id: str
    group_id: str
    name: str
    vcpu: float
    created: float
    ends: float
    deleted: float | None
    restarts: tuple[float, ...]
    plan_text: str
    description_text: str

    @property
    def plan(self) -> dict[str, Any]:
        plan: dict[str, Any] = json.loads(self.plan_text)
        return plan

    @property
    def description(self) -> dict[str, Any]:
        description: dict[str, Any] = json.loads(self.description_text)
        return description


_COLUMNS: Final = (
    "serial, region_id, group_id, name, vcpu, created, ends, deleted, restarts, plan, description"  # in the order above
)


class Transaction:
    """The statements of one call; all of them take effect together."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._execute = connection.execute
        self.sessions = sessions.Sessions(connection.execute)

    def use_nonce(self, account: str, nonce: str, *, expires: float) -> bool:
        """Tell whether the nonce is new, and remember it until `expires`."""
        cursor = self._execute("INSERT OR IGNORE INTO nonces VALUES (?, ?, ?)", (account, nonce, expires))
        return cursor.rowcount == 1

    def sweep(self, now: float) -> None:
        """Forget the nonces whose time stamps would be refused anyway, and the buckets that are full again."""
        self._execute("DELETE FROM nonces WHERE expires < ?", (now,))
        self._execute("DELETE FROM buckets WHERE updated < ?", (now - BUCKET_SECONDS,))

    def take(self, account: str, action: str, *, burst: float, per_second: float, now: float) -> bool:
        """Take a token from the bucket of the account and action, and tell whether there was one."""
        row = self._execute(
            "SELECT level, updated FROM buckets WHERE account = ? AND action = ?", (account, action)
        ).fetchone()
        level = burst if row is None else min(burst, row[0] + max(0.0, now - row[1]) * per_second)
        taken = level >= 1
        self._execute("INSERT OR REPLACE INTO buckets VALUES (?, ?, ?, ?)", (account, action, level - taken, now))
        return taken

    def token(self, account: str, action: str, region_id: str, token: str) -> tuple[str, str] | None:
        """Return (fingerprint of the request, group id) of the first call with this client token."""
        row: tuple[str, str] | None = self._execute(
            "SELECT fingerprint, group_id FROM tokens WHERE account = ? AND action = ? AND region_id = ? AND token = ?",
            (account, action, region_id, token),
        ).fetchone()
        return row

    def keep_token(
        self, account: str, action: str, region_id: str, token: str, *, fingerprint: str, group_id: str
    ) -> None:
        """Remember the client token for good; the vendor states no lifetime."""
        values = (account, action, region_id, token, fingerprint, group_id)
        self._execute("INSERT INTO tokens VALUES (?, ?, ?, ?, ?, ?)", values)

    def next_serial(self, account: str) -> int:
        """Return the serial that the next added group of the account will bear."""
        row = self._execute("SELECT max(serial) FROM groups WHERE account = ?", (account,)).fetchone()
        return int(row[0] or 0) + 1

    def add_group(self, account: str, group: StoredGroup) -> None:
        """Store a new group; its serial is the account's next one. Its vCPU count as used from now on."""
        self._execute(
            "INSERT INTO groups (serial, account, region_id, group_id, name, vcpu, created, ends, deleted, restarts,"
            " plan, description) VALUES (?, ?, ?, ?, ?, ?, ?, ?, NULL, '[]', ?, ?)",
            (
                self.next_serial(account),
                account,
                group.region_id,
                group.group_id,
                group.name,
                group.vcpu,
                group.created,
                group.ends,
                group.plan_text,
                group.description_text,
            ),
        )
        self._execute(
            "INSERT INTO usage VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET vcpu = vcpu + excluded.vcpu",
            (account, group.region_id, group.vcpu),
        )

    def group(self, account: str, region_id: str, group_id: str) -> StoredGroup | None:
        """Return the group, also when it is deleted but not yet removed."""
        row = self._execute(
            f"SELECT {_COLUMNS} FROM groups WHERE account = ? AND group_id = ? AND region_id = ?",
            (account, group_id, region_id),
        ).fetchone()
        return _stored(row) if row else None

    def groups(
        self, account: str, region_id: str, *, name: str = "", before: int, limit: int, now: float
    ) -> list[StoredGroup]:
        """Return the newest groups first, those with a serial below `before` that are not gone; by name if asked."""
        rows = self._execute(
            f"SELECT {_COLUMNS} FROM groups WHERE account = ? AND region_id = ? AND serial < ?"
            " AND (deleted IS NULL OR deleted > ?) AND ? IN ('', name) ORDER BY serial DESC LIMIT ?",
            (account, region_id, before, now, name, limit),
        )
        return [_stored(row) for row in rows]

    def count_groups(self, account: str, region_id: str, *, name: str = "", now: float) -> int:
        """Return how many groups `groups` would tell in all."""
        row = self._execute(
            "SELECT count(*) FROM groups WHERE account = ? AND region_id = ?"
            " AND (deleted IS NULL OR deleted > ?) AND ? IN ('', name)",
            (account, region_id, now, name),
        ).fetchone()
        return int(row[0])

    def is_address_used(self, account: str, vswitch_id: str, address: str, now: float) -> bool:
        """Tell whether a group that has not ended has this address in the vSwitch."""
        row = self._execute(
            "SELECT 1 FROM groups WHERE account = ? AND ends > ? AND json_extract(description, '$.VSwitchId') = ?"
            " AND json_extract(description, '$.IntranetIp') = ?",
            (account, now, vswitch_id, address),
        ).fetchone()
        return row is not None

    def restart_group(self, account: str, group: StoredGroup, *, at: float, ends: float) -> None:
        """Note one more restart and the end that follows from it."""
        restarts = json.dumps([*group.restarts, at])
        self._execute(
            "UPDATE groups SET restarts = ?, ends = ? WHERE account = ? AND serial = ?",
            (restarts, ends, account, group.serial),
        )

    def delete_group(self, account: str, group: StoredGroup, *, at: float) -> None:
        """Note the deletion; `at` is when the group disappears, which a preStop hook delays."""
        self._execute(
            "UPDATE groups SET deleted = ?, ends = min(ends, ?) WHERE account = ? AND serial = ?",
            (at, at, account, group.serial),
        )

    def remove_deleted(self, account: str, now: float) -> None:
        """Drop the groups whose deletion is over and whose vCPU are given back."""
        self._execute("DELETE FROM groups WHERE account = ? AND deleted <= ? AND NOT is_counted", (account, now))

    def used_vcpu(self, account: str, region_id: str, now: float) -> float:
        """Return the vCPU of the groups that have not ended; first give back those that ended since the last call."""
        where = "account = ? AND region_id = ? AND ends <= ? AND is_counted"
        ended, count = self._execute(
            f"SELECT total(vcpu), count(*) FROM groups WHERE {where}", (account, region_id, now)
        ).fetchone()
        if count:
            self._execute(f"UPDATE groups SET is_counted = 0 WHERE {where}", (account, region_id, now))
            self._execute(
                "UPDATE usage SET vcpu = vcpu - ? WHERE account = ? AND region_id = ?", (ended, account, region_id)
            )
        row = self._execute(
            "SELECT vcpu FROM usage WHERE account = ? AND region_id = ?", (account, region_id)
        ).fetchone()
        return float(row[0]) if row else 0.0

    def bind_eip(self, account: str, allocation_id: str, group_id: str) -> None:
        """Bind the EIP to the group."""
        self._execute("INSERT OR REPLACE INTO eip_bindings VALUES (?, ?, ?)", (account, allocation_id, group_id))

    def eip_bindings(self, account: str, now: float) -> dict[str, str]:
        """Return allocation id → group id of the EIPs that live groups hold; a group that has ended has let go."""
        rows = self._execute(
            "SELECT allocation_id, group_id FROM eip_bindings JOIN groups USING (account, group_id)"
            " WHERE account = ? AND ends > ?",
            (account, now),
        )
        return dict(rows.fetchall())

    def set_fault(self, account: str, fault: str, times: int, *, every: int = 1) -> None:
        """Let the named fault of faults.py happen `times` times in the account's calls, in every `every`-th of them.

        The account EVERYBODY has it in the calls of all accounts together.
        """
        self._execute("INSERT OR REPLACE INTO ordered_faults VALUES (?, ?, ?, ?, 0)", (account, fault, times, every))

    def faults(self, account: str) -> frozenset[str]:
        """Count the call, and return the faults that this call of the account would have."""
        where = "account IN (?, ?) AND remaining > 0"
        self._execute(f"UPDATE ordered_faults SET calls = calls + 1 WHERE {where}", (account, EVERYBODY))
        rows = self._execute(
            f"SELECT fault FROM ordered_faults WHERE {where} AND calls % every = 0", (account, EVERYBODY)
        )
        return frozenset(row[0] for row in rows)

    def use_fault(self, account: str, fault: str) -> None:
        """Note that the fault has happened once."""
        self._execute(
            "UPDATE ordered_faults SET remaining = remaining - 1 WHERE account IN (?, ?) AND fault = ?",
            (account, EVERYBODY, fault),
        )


def _stored(row: tuple[Any, ...]) -> StoredGroup:
    *before, restarts, plan, description = row
    return StoredGroup(*[*before, tuple(json.loads(restarts)), plan, description])


def _write_ahead(connection: sqlite3.Connection) -> None:
    """Turn write-ahead logging on; SQLite does not wait for another process that does so in the same moment."""
    until = time.monotonic() + BUSY_SECONDS
    while True:
        try:
            connection.execute("PRAGMA journal_mode=WAL")
            break
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_BUSY or time.monotonic() > until:
                raise
            time.sleep(0.01)
    connection.execute("PRAGMA synchronous=NORMAL")


def _renumber(connection: sqlite3.Connection) -> None:
    """Give the groups of a file whose serials count over all accounts serials that count per account."""
    connection.execute("BEGIN IMMEDIATE")
    key = [column[1] for column in connection.execute("PRAGMA table_info(groups)") if column[5]]
    if key == ["serial"]:
        connection.execute("ALTER TABLE groups RENAME TO former_groups")
        connection.execute(_GROUPS)
        connection.execute(
            f"INSERT INTO groups ({_COLUMNS}, account, is_counted) SELECT row_number() OVER"
            f" (PARTITION BY account ORDER BY serial), {_COLUMNS.partition(', ')[2]}, account, is_counted"
            " FROM former_groups"
        )
        connection.execute("DROP TABLE former_groups")
    connection.execute("COMMIT")


class Store:
    """The database, opened when first used, and again in a process that was forked off."""

    def __init__(self, path: str | Path | None = None) -> None:
        self._path = ":memory:" if path is None else os.fspath(path)
        self._lock = threading.Lock()
        self._connection: sqlite3.Connection | None = None
        self._owner = 0
        self._used_nonces = 0

    @contextmanager
    def transaction(self, now: float) -> Iterator[Transaction]:
        """Open a transaction that writes, rolled back when the block raises. Raise sqlite3.Error if it cannot store."""
        with self._lock:
            connection = self._open()
            connection.execute("BEGIN IMMEDIATE")
            try:
                transaction = Transaction(connection)
                self._used_nonces += 1
                if self._used_nonces % SWEEP_EVERY == 0:
                    transaction.sweep(now)
                yield transaction
                connection.execute("COMMIT")
            finally:
                # Left open by an error, that of a full disk at the commit included, which may have ended it already.
                if connection.in_transaction:
                    connection.execute("ROLLBACK")

    def close(self) -> None:
        """Close the database; a store in memory is gone then."""
        with self._lock:
            if self._connection is not None and self._owner == os.getpid():
                self._connection.close()
            self._connection = None

    def _open(self) -> sqlite3.Connection:
        if self._connection is None or self._owner != os.getpid():
            connection = sqlite3.connect(
                self._path, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False, cached_statements=64
            )
            try:
                if self._path != ":memory:":
                    _write_ahead(connection)
                _renumber(connection)
                connection.executescript(_SCHEMA)
            except sqlite3.Error:
                connection.close()
                raise
            self._connection, self._owner = connection, os.getpid()
        return self._connection
