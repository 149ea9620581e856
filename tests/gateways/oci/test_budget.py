"""consoleapp/gateways/oci/budget.py: one deadline, one count of bytes, one second try, and the watchdog."""

import socket
import threading

import pytest

from consoleapp.gateways.oci.budget import Budget, OutOfBytes, OutOfTime, Watchdog


class Clock:
    now = 100.0

    def __call__(self) -> float:
        return self.now


def test_what_remains_shrinks_to_nothing() -> None:
    clock = Clock()
    budget = Budget(10, 100, clock=clock)
    assert (budget.remaining(), budget.remaining(3)) == (10, 3)
    clock.now += 9
    assert (budget.remaining(3), budget.elapsed_seconds) == (1, 9)
    clock.now += 1
    with pytest.raises(OutOfTime):
        budget.remaining()


def test_every_byte_is_paid_for_and_time_is_looked_at() -> None:
    clock = Clock()
    budget = Budget(10, 100, clock=clock)
    budget.spend(100)
    with pytest.raises(OutOfBytes):
        budget.spend(1)
    clock.now += 10
    with pytest.raises(OutOfTime):
        Budget(0, 100, clock=clock).spend(1)


def test_there_is_one_second_try() -> None:
    budget = Budget(10, 100)
    assert (budget.take_second_try(), budget.take_second_try()) == (True, False)


@pytest.mark.parametrize("is_watched_late", [False, True])
def test_the_watchdog_ends_a_wait_that_has_no_timeout(is_watched_late: bool) -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        dog = Watchdog(0.05)
        if is_watched_late:
            threading.Event().wait(0.2)
        dog.watch(ours)
        ours.settimeout(None)
        assert ours.recv(1) == b""


def test_a_forgotten_connection_is_left_alone() -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        dog = Watchdog(0.05)
        dog.watch(ours)
        dog.forget(ours)
        threading.Event().wait(0.2)
        theirs.sendall(b"x")
        assert ours.recv(1) == b"x"
