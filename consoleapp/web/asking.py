"""Asking what takes its time: once for several who want to know the same, and side by side for several questions.

Answers are kept in the cache for some seconds. Whatever decides about an answer has to be in its key, above all who
asked for it.
"""

import contextvars
import hashlib
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from functools import partial
from threading import Lock
from typing import Any, Final, TypeVar

from consoleapp.web.caching import cache

T = TypeVar("T")
_NOTHING: Final = object()
# What is being asked in this process, by its key.
_asked: dict[str, "Future[Any]"] = {}
_lock = Lock()


def remembered(
    about: tuple[object, ...],
    seconds: int,
    ask: Callable[[], T],
    *,
    is_worth: Callable[[T], bool] = lambda _answer: True,
    waits: bool = True,
) -> T:
    """Return what `ask` said about this within the last seconds; ask where that is not known, None included.

    Whoever wants to know the same meanwhile waits for the same answer, and gets the same error; not so without `waits`,
    for what may take very long. Only answers that are worth it are kept, and no errors.
    """
    key = hashlib.sha256(repr(about).encode("utf-8", "backslashreplace")).hexdigest()
    known: Any = cache.get(key, _NOTHING)
    if known is not _NOTHING:
        return known  # type: ignore[no-any-return]

    def kept() -> T:
        answer = ask()
        if is_worth(answer):
            cache.set(key, answer, seconds)
        return answer

    return _once(key, kept) if waits else kept()


def _once(key: str, ask: Callable[[], T]) -> T:
    with _lock:
        running = _asked.get(key)
        mine: Future[T] = _asked.setdefault(key, Future())
    if running is not None:
        return running.result()  # type: ignore[no-any-return]
    try:
        mine.set_result(ask())
    except BaseException as error:
        mine.set_exception(error)
        raise
    finally:
        with _lock:
            del _asked[key]
    return mine.result()


def in_parallel(asks: Sequence[Callable[[], T]], side_by_side: int) -> list[T]:
    """Return the answers in the order of the questions, each asked in a thread of its own when there are several."""
    if len(asks) < 2:
        return [ask() for ask in asks]
    with ThreadPoolExecutor(max_workers=min(side_by_side, len(asks))) as pool:
        # The request's id and language go along.
        return list(pool.map(lambda ask: ask(), [partial(contextvars.copy_context().run, ask) for ask in asks]))


def in_time(asks: Sequence[Callable[[], T]], side_by_side: int, seconds: float) -> list[T | None]:
    """Return the answers that come within so many seconds, in the order of the questions; None for each other one.

    A question that is being asked by then is still asked to its end, for who has it remembered.
    """
    pool = ThreadPoolExecutor(max_workers=side_by_side)
    told = [pool.submit(contextvars.copy_context().run, ask) for ask in asks]
    wait(told, seconds)
    pool.shutdown(wait=False, cancel_futures=True)
    return [each.result() if each.done() and not each.cancelled() else None for each in told]
