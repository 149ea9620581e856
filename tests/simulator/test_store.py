import multiprocessing
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from consoleapp.simulator.store import BUCKET_SECONDS, NEVER, Store, StoredGroup
from tests.disk import full_disk

# As the table was while serials counted over all accounts.
OLDER_GROUPS = """
CREATE TABLE groups (
    serial INTEGER PRIMARY KEY, account TEXT NOT NULL, region_id TEXT NOT NULL, group_id TEXT NOT NULL,
    name TEXT NOT NULL, vcpu REAL NOT NULL, created REAL NOT NULL, ends REAL NOT NULL, deleted REAL,
    restarts TEXT NOT NULL, plan TEXT NOT NULL, description TEXT NOT NULL, is_counted INTEGER NOT NULL DEFAULT 1
);
CREATE UNIQUE INDEX groups_by_id ON groups (account, group_id);
CREATE INDEX groups_by_serial ON groups (account, region_id, serial, deleted, name);
"""


def stored(group_id: str, *, vcpu: float = 2, ends: float = NEVER, name: str = "web") -> StoredGroup:
    return StoredGroup(0, "cn-hangzhou", group_id, name, vcpu, 1000.0, ends, None, (), "{}", "{}")


def test_a_group_comes_back_as_it_was_stored() -> None:
    with Store().transaction(0) as transaction:
        transaction.add_group("alice", stored("eci-1"))
        found = transaction.group("alice", "cn-hangzhou", "eci-1")
        assert found is not None
        assert (found.group_id, found.vcpu, found.restarts, found.plan) == ("eci-1", 2, (), {})


def test_accounts_and_regions_do_not_see_each_other() -> None:
    with Store().transaction(0) as transaction:
        transaction.add_group("alice", stored("eci-1"))
        assert transaction.group("mallory", "cn-hangzhou", "eci-1") is None
        assert transaction.group("alice", "cn-beijing", "eci-1") is None
        assert transaction.groups("mallory", "cn-hangzhou", before=100, limit=9, now=0) == []
        assert transaction.used_vcpu("mallory", "cn-hangzhou", 0) == 0


def test_serials_count_per_account_and_tell_nothing_of_the_others() -> None:
    with Store().transaction(0) as transaction:
        for account, group_id in (("alice", "eci-1"), ("mallory", "eci-2"), ("alice", "eci-3"), ("mallory", "eci-4")):
            expected = transaction.next_serial(account)
            transaction.add_group(account, stored(group_id))
            found = transaction.group(account, "cn-hangzhou", group_id)
            assert found is not None
            assert found.serial == expected
        assert [transaction.next_serial(account) for account in ("alice", "mallory", "nobody")] == [3, 3, 1]


def test_a_restart_and_a_deletion_concern_the_own_group_with_the_serial() -> None:
    with Store().transaction(0) as transaction:
        for account in ("alice", "mallory"):
            transaction.add_group(account, stored("eci-1"))
        own = transaction.group("alice", "cn-hangzhou", "eci-1")
        assert own is not None
        transaction.restart_group("alice", own, at=20, ends=NEVER)
        transaction.delete_group("alice", own, at=60)
        (mine,) = transaction.groups("alice", "cn-hangzhou", before=9, limit=9, now=0)
        (others,) = transaction.groups("mallory", "cn-hangzhou", before=9, limit=9, now=0)
        assert (mine.restarts, mine.deleted) == ((20,), 60)
        assert (others.restarts, others.deleted) == ((), None)


def test_an_older_file_whose_serials_count_over_all_accounts_is_taken_over(tmp_path: Path) -> None:
    path = tmp_path / "state.db"
    with closing(sqlite3.connect(path)) as older:
        older.executescript(OLDER_GROUPS)
        for account, group_id in (("alice", "eci-1"), ("mallory", "eci-2"), ("alice", "eci-3")):
            columns = "account, region_id, group_id, name, vcpu, created, ends, restarts, plan, description"
            values = (account, "cn-hangzhou", group_id, "web", 2, 1000, NEVER, "[]", "{}", "{}")
            older.execute(f"INSERT INTO groups ({columns}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", values)
        older.commit()

    for _ in range(2):
        store = Store(path)
        with store.transaction(0) as transaction:
            mine = transaction.groups("alice", "cn-hangzhou", before=9, limit=9, now=0)
            assert [(item.serial, item.group_id) for item in mine] == [(2, "eci-3"), (1, "eci-1")]
            assert transaction.next_serial("mallory") == 2
        store.close()
    with closing(sqlite3.connect(path)) as file, pytest.raises(sqlite3.IntegrityError):
        file.execute(
            "INSERT INTO groups SELECT 9, account, region_id, group_id, name, vcpu, created, ends, deleted,"
            " restarts, plan, description, is_counted FROM groups WHERE group_id = 'eci-2'"
        )


def test_an_error_takes_the_whole_transaction_back() -> None:
    store = Store()

    def fail_half_way() -> None:
        with store.transaction(0) as transaction:
            transaction.add_group("alice", stored("eci-1"))
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail_half_way()
    with store.transaction(0) as transaction:
        assert transaction.group("alice", "cn-hangzhou", "eci-1") is None


def test_groups_are_listed_newest_first_and_page_by_page() -> None:
    with Store().transaction(0) as transaction:
        for number in range(5):
            transaction.add_group("alice", stored(f"eci-{number}", name="even" if number % 2 == 0 else "odd"))
        first = transaction.groups("alice", "cn-hangzhou", before=100, limit=2, now=0)
        rest = transaction.groups("alice", "cn-hangzhou", before=first[-1].serial, limit=9, now=0)
        named = transaction.groups("alice", "cn-hangzhou", name="odd", before=100, limit=9, now=0)
        assert [item.group_id for item in (*first, *rest)] == ["eci-4", "eci-3", "eci-2", "eci-1", "eci-0"]
        assert [item.group_id for item in named] == ["eci-3", "eci-1"]
        assert transaction.count_groups("alice", "cn-hangzhou", now=0) == 5


def test_vcpu_are_given_back_once_when_a_group_ends_or_is_deleted() -> None:
    with Store().transaction(0) as transaction:
        for group_id, ends in (("eci-1", 50.0), ("eci-2", NEVER), ("eci-3", NEVER)):
            transaction.add_group("alice", stored(group_id, ends=ends))
        assert transaction.used_vcpu("alice", "cn-hangzhou", 49) == 6
        assert transaction.used_vcpu("alice", "cn-hangzhou", 50) == 4
        assert transaction.used_vcpu("alice", "cn-hangzhou", 51) == 4
        group = transaction.group("alice", "cn-hangzhou", "eci-2")
        assert group is not None
        transaction.delete_group("alice", group, at=60)
        assert transaction.used_vcpu("alice", "cn-hangzhou", 59) == 4
        assert transaction.used_vcpu("alice", "cn-hangzhou", 60) == 2
        transaction.remove_deleted("alice", 60)
        assert transaction.group("alice", "cn-hangzhou", "eci-2") is None
        assert transaction.used_vcpu("alice", "cn-hangzhou", 61) == 2


def test_a_deleted_group_is_removed_only_after_its_vcpu_were_given_back() -> None:
    with Store().transaction(0) as transaction:
        transaction.add_group("alice", stored("eci-1"))
        group = transaction.group("alice", "cn-hangzhou", "eci-1")
        assert group is not None
        transaction.delete_group("alice", group, at=60)
        transaction.remove_deleted("alice", 70)
        assert transaction.used_vcpu("alice", "cn-hangzhou", 70) == 0


def test_a_bucket_holds_its_burst_and_refills_with_time() -> None:
    with Store().transaction(0) as transaction:

        def take(now: float, account: str = "alice") -> bool:
            return transaction.take(account, "Create", burst=3, per_second=2, now=now)

        assert [take(0.0) for _ in range(4)] == [True, True, True, False]
        assert [take(0.5), take(0.5)] == [True, False]
        assert take(0.5, "mallory")
        assert [take(100.0) for _ in range(4)] == [True, True, True, False]


def test_an_eip_is_bound_while_its_group_lives() -> None:
    with Store().transaction(0) as transaction:
        transaction.add_group("alice", stored("eci-1", ends=50))
        transaction.bind_eip("alice", "eip-1", "eci-1")
        assert transaction.eip_bindings("alice", 49) == {"eip-1": "eci-1"}
        assert transaction.eip_bindings("mallory", 49) == {}
        assert transaction.eip_bindings("alice", 50) == {}


def test_nonces_are_forgotten_when_their_time_stamps_are_refused_anyway() -> None:
    with Store().transaction(0) as transaction:
        assert transaction.use_nonce("alice", "n", expires=10)
        assert not transaction.use_nonce("alice", "n", expires=10)
        transaction.sweep(11)
        assert transaction.use_nonce("alice", "n", expires=30)


def test_buckets_are_forgotten_when_they_are_full_again() -> None:
    store = Store()
    with store.transaction(0) as transaction:
        for account in ("alice", "bob"):
            assert transaction.take(account, "DescribeVpcs", burst=1, per_second=1, now=0)
        transaction.take("bob", "DescribeVpcs", burst=1, per_second=1, now=BUCKET_SECONDS)
        transaction.sweep(BUCKET_SECONDS + 1)
        kept = transaction._execute("SELECT account FROM buckets").fetchall()
    assert kept == [("bob",)]


def test_a_fault_happens_as_often_as_it_was_set() -> None:
    with Store().transaction(0) as transaction:
        transaction.set_fault("alice", "no-stock", 2)
        seen = []
        for _ in range(3):
            seen.append("no-stock" in transaction.faults("alice"))
            transaction.use_fault("alice", "no-stock")
        assert seen == [True, True, False]


def test_a_file_keeps_everything_for_the_next_process(tmp_path: Path) -> None:
    store = Store(tmp_path / "state.db")
    with store.transaction(0) as transaction:
        transaction.add_group("alice", stored("eci-1"))
    store.close()
    with Store(tmp_path / "state.db").transaction(0) as transaction:
        assert transaction.group("alice", "cn-hangzhou", "eci-1") is not None


def _add_groups(path: Path, prefix: str) -> None:
    store = Store(path)
    for number in range(40):
        with store.transaction(0) as transaction:
            transaction.add_group("alice", stored(f"eci-{prefix}-{number}", vcpu=1))
    store.close()


def test_two_processes_write_to_one_file_and_lose_nothing(tmp_path: Path) -> None:
    path = tmp_path / "state.db"
    context = multiprocessing.get_context("spawn")
    workers = [context.Process(target=_add_groups, args=(path, prefix)) for prefix in "ab"]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(60)
    assert [worker.exitcode for worker in workers] == [0, 0]
    with Store(path).transaction(0) as transaction:
        assert transaction.count_groups("alice", "cn-hangzhou", now=0) == 80
        assert transaction.used_vcpu("alice", "cn-hangzhou", 0) == 80


def test_a_full_disk_costs_the_transaction_and_not_the_store(tmp_path: Path) -> None:
    store = Store(tmp_path / "state.sqlite3")
    with store.transaction(0) as transaction:
        transaction.add_group("alice", stored("eci-1"))

    def add() -> None:
        with store.transaction(0) as transaction:
            transaction.add_group("alice", stored("eci-2"))

    for _ in range(2):
        with full_disk(), pytest.raises(sqlite3.OperationalError):
            add()
    with store.transaction(0) as transaction:
        assert transaction.group("alice", "cn-hangzhou", "eci-2") is None
    add()


def test_a_file_that_cannot_be_made_is_told_at_once_and_made_later(tmp_path: Path) -> None:
    store = Store(tmp_path / "folder" / "state.sqlite3")
    with pytest.raises(sqlite3.OperationalError, match="unable to open"), store.transaction(0):
        pass
    (tmp_path / "folder").mkdir()
    with full_disk(), pytest.raises(sqlite3.OperationalError), store.transaction(0):
        pass
    with store.transaction(0) as transaction:
        assert transaction.next_serial("a") == 1
