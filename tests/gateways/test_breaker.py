"""The circuit breaker: when it opens, whom it lets through, when it closes."""

from typing import Any

import pytest

from consoleapp.gateways.breaker import Breaker
from consoleapp.gateways.errors import CircuitOpen


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


class Store:
    """A cache with a clock that a test turns."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._kept: dict[str, tuple[Any, float]] = {}

    def get(self, key: str) -> Any:
        value, until = self._kept.get(key, (None, 0.0))
        return value if until > self._clock() else None

    def set(self, key: str, value: Any, timeout: float) -> None:
        self._kept[key] = (value, self._clock() + timeout)

    def add(self, key: str, value: Any, timeout: float) -> bool:
        if self.get(key) is not None:
            return False
        self.set(key, value, timeout)
        return True

    def delete(self, key: str) -> None:
        self._kept.pop(key, None)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def store(clock: Clock) -> Store:
    return Store(clock)


@pytest.fixture
def breaker(clock: Clock, store: Store) -> Breaker:
    return Breaker(store, "https://eci.example.com", clock)


def fail(breaker: Breaker, times: int) -> None:
    for _ in range(times):
        breaker.admit()
        breaker.failed()


def is_open(breaker: Breaker) -> bool:
    try:
        breaker.admit()
    except CircuitOpen:
        return True
    return False


def test_nothing_is_watched_or_stored_while_all_is_well(breaker: Breaker, store: Store) -> None:
    assert breaker.admit() is False
    assert store._kept == {}


def test_opens_after_five_failures(breaker: Breaker) -> None:
    fail(breaker, 4)
    assert not is_open(breaker)
    fail(breaker, 1)

    with pytest.raises(CircuitOpen) as caught:
        breaker.admit()
    assert caught.value.retry_after_seconds == 30


def test_old_failures_do_not_count(breaker: Breaker, clock: Clock) -> None:
    fail(breaker, 4)
    clock.now += 60
    fail(breaker, 4)

    assert not is_open(breaker)


def test_only_the_last_ten_outcomes_count(breaker: Breaker) -> None:
    for _ in range(4):
        fail(breaker, 1)
    for _ in range(6):
        assert breaker.admit()
        breaker.succeeded()
    fail(breaker, 1)
    assert not is_open(breaker)


def test_five_failures_among_answers_open_it(breaker: Breaker) -> None:
    for _ in range(5):
        fail(breaker, 1)
        if not is_open(breaker):
            breaker.succeeded()

    assert is_open(breaker)


def test_one_probe_goes_through_every_thirty_seconds(breaker: Breaker, clock: Clock) -> None:
    fail(breaker, 5)
    admitted = []
    for second in range(1, 100):
        clock.now += 1
        if not is_open(breaker):
            admitted.append(second)
            breaker.failed()

    assert admitted == [30, 60, 90]


def test_an_answer_to_the_probe_closes_it(breaker: Breaker, clock: Clock) -> None:
    fail(breaker, 5)
    clock.now += 30
    assert breaker.admit()
    breaker.succeeded()

    assert breaker.admit() is False
    fail(breaker, 4)
    assert not is_open(breaker)


def test_all_processes_share_what_is_known(store: Store, clock: Clock) -> None:
    here, there = Breaker(store, "a", clock), Breaker(store, "a", clock)
    fail(here, 3)
    fail(there, 2)

    assert is_open(here)
    assert is_open(there)
    assert not is_open(Breaker(store, "another address", clock))
