"""consoleapp/web/asking.py: asked once for all who want to know, and side by side."""

import contextvars
import threading
from collections.abc import Callable
from functools import partial

import pytest

from consoleapp.web.asking import in_parallel, in_time, remembered

PATIENCE_SECONDS = 10


class Counter:
    """Answers with what it is told to, and counts how often it was asked."""

    def __init__(self, answer: object = "answer") -> None:
        self.answer, self.count = answer, 0

    def __call__(self) -> object:
        self.count += 1
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


@pytest.mark.parametrize("answer", ["answer", None, (), 0])
def test_asks_once_whatever_the_answer_is(answer: object) -> None:
    ask = Counter(answer)
    assert [remembered(("a", 1), 10, ask) for _ in range(3)] == [answer] * 3
    assert ask.count == 1


def test_another_question_is_asked() -> None:
    ask = Counter()
    for about in (("a", "alice"), ("a", "mallory"), ("a", "\ud800")):
        remembered(about, 10, ask)
    assert ask.count == 3


def test_neither_an_error_nor_a_worthless_answer_is_kept() -> None:
    ask = Counter(ValueError("no"))
    for _ in range(2):
        with pytest.raises(ValueError, match="no"):
            remembered(("a",), 10, ask)
    ask.answer = "worthless"
    for _ in range(2):
        remembered(("a",), 10, ask, is_worth=lambda answer: answer != "worthless")
    assert ask.count == 4


class Crowd:
    """Several who want to know the same while the first of them is being answered."""

    def __init__(self, size: int, *, waits: bool, end: Callable[[], object]) -> None:
        self.count, self.told = 0, list[object]()
        self._size, self._waits, self._end = size, waits, end
        self._is_asked, self._may_end = threading.Event(), threading.Event()

    def _ask(self) -> object:
        self.count += 1
        self._is_asked.set()
        self._may_end.wait(PATIENCE_SECONDS)
        return self._end()

    def _want(self) -> None:
        try:
            self.told.append(remembered(("crowd",), 10, self._ask, waits=self._waits))
        except ValueError as error:
            self.told.append(error)

    def run(self, until: Callable[["Crowd"], bool]) -> None:
        """All of them; the answer comes when `until` holds, or a moment later."""
        threads = [threading.Thread(target=self._want) for _ in range(self._size)]
        threads[0].start()
        assert self._is_asked.wait(PATIENCE_SECONDS)
        for thread in threads[1:]:
            thread.start()
        for _ in range(20):
            if until(self):
                break
            threads[0].join(0.01)
        self._may_end.set()
        for thread in threads:
            thread.join(PATIENCE_SECONDS)


def test_who_comes_meanwhile_gets_the_same_answer() -> None:
    crowd = Crowd(4, waits=True, end=lambda: "answer")
    crowd.run(lambda crowd: crowd.count > 1)
    assert (crowd.told, crowd.count) == (["answer"] * 4, 1)


def test_who_comes_meanwhile_gets_the_same_error_and_the_next_asks_again() -> None:
    error = ValueError("no")
    crowd = Crowd(3, waits=True, end=Counter(error))
    crowd.run(lambda crowd: crowd.count > 1)
    assert (crowd.told, crowd.count) == ([error] * 3, 1)
    assert remembered(("crowd",), 10, lambda: "answer") == "answer"


def test_nobody_waits_for_another_where_that_may_take_long() -> None:
    crowd = Crowd(3, waits=False, end=lambda: "answer")
    crowd.run(lambda crowd: crowd.count == 3)
    assert (crowd.told, crowd.count) == (["answer"] * 3, 3)


def test_answers_in_parallel_stand_in_the_order_of_the_questions() -> None:
    meeting = threading.Barrier(3, timeout=PATIENCE_SECONDS)

    def ask(number: int) -> int:
        meeting.wait()  # only where all three run at once
        return number

    assert in_parallel([partial(ask, number) for number in range(3)], 3) == [0, 1, 2]
    assert in_parallel([], 3) == []


def test_no_more_questions_run_at_once_than_are_allowed() -> None:
    running, most, lock = 0, 0, threading.Lock()

    def ask() -> None:
        nonlocal running, most
        with lock:
            running += 1
            most = max(most, running)
        threading.Event().wait(0.02)
        with lock:
            running -= 1

    in_parallel([ask] * 6, 2)
    assert most == 2


def test_what_belongs_to_the_request_goes_along() -> None:
    request = contextvars.ContextVar("request", default="none")
    request.set("this one")
    assert in_parallel([request.get] * 2, 2) == ["this one"] * 2


def test_who_has_no_time_gets_what_is_there_and_the_rest_is_asked_to_its_end() -> None:
    may_answer, is_told, is_begun = threading.Event(), threading.Event(), list[int]()

    def ask(number: int) -> int:
        is_begun.append(number)
        if number == 2:
            may_answer.wait(PATIENCE_SECONDS)
            is_told.set()
        return number

    answers = in_time([partial(ask, number) for number in (1, 2, 3)], 1, 0.2)

    assert answers == [1, None, None]
    may_answer.set()
    assert is_told.wait(PATIENCE_SECONDS)
    assert is_begun == [1, 2]
