"""What stands between the server and Django so that slow clients keep nobody waiting.

The server has a thread for each connection that it admits, and such a thread may wait for a body that comes drop by
drop. Pages are made by a few other threads, which get requests that are complete: as many at once as the processor can
use, with as many database connections. A page leaves as one piece, so that who reads slowly holds no thread at all.
"""

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from typing import Any

StartResponse = Callable[..., Any]
Application = Callable[[dict[str, Any], StartResponse], Iterable[bytes]]


class Patient:
    """A WSGI application around another one, which it calls in `threads` threads of its own.

    A body above `max_body` bytes is left to the application, which refuses it unread.
    """

    def __init__(self, application: Application, *, threads: int, max_body: int) -> None:
        self._application, self._max_body = application, max_body
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="page")

    def __call__(self, environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        length = environ.get("CONTENT_LENGTH") or "0"
        if length.isdigit() and 0 < int(length) <= self._max_body:
            environ["wsgi.input"] = BytesIO(environ["wsgi.input"].read(int(length)))
        head, body = self._pool.submit(self._answer, environ).result()
        start_response(*head)
        return body

    def _answer(self, environ: dict[str, Any]) -> tuple[tuple[Any, ...], Iterable[bytes]]:
        head: list[tuple[Any, ...]] = []
        response: Any = self._application(environ, lambda *told: head.append(told))
        if getattr(response, "streaming", False):
            return head[-1], response
        try:
            return head[-1], [b"".join(response)]
        finally:
            if hasattr(response, "close"):
                response.close()
