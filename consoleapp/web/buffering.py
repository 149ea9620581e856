"""Request buffering: what stands between the server and Django so that no slow client or registry keeps others waiting.

A client that sends its body drop by drop holds no thread: bodies are read in the server's event loop, so many at once
and each within its time. Pages are made by a few threads, which get requests that are complete: as many at once as the
processor can use, with as many database connections. A page that waits for a registry lends its place to another one.
A page leaves as one piece, so that who reads slowly holds no thread either.

Django's own ASGI handler is no help here: it makes a thread, and with it database connections, for each request.
"""

import asyncio
import sys
import threading
from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping, MutableMapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, AsyncExitStack, contextmanager, nullcontext
from functools import partial
from io import BytesIO
from types import MappingProxyType
from typing import Any, Final, TypeVar
from urllib.parse import unquote_to_bytes

from django.utils.translation import gettext as _

T = TypeVar("T")
Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
Application = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]
Headers = list[tuple[bytes, bytes]]

# Requests that wait at once for their bodies, and as many with complete ones for a place.
WAITING: Final = 512
# How long a body may take as a whole: 9 kB a second for the largest form, 22 for the largest text.
BODY_SECONDS: Final = 30.0

_PLAIN: Final[Headers] = [(b"content-type", b"text/plain; charset=utf-8")]
_here = threading.local()


class ClientGone(Exception):
    """Nobody waits for an answer any more."""


class BufferingHandler:
    """Serves a WSGI application over ASGI.

    Makes `threads` pages at once, and lets up to `lent` more wait for something outside: see `lend_place`. Answers
    `live_path` by itself, whatever the pages do. A body above `max_body` bytes, or above what `max_body_at` says of its
    path, or of a length that is not told, is left unread; a body that does not come in `body_seconds`, or is the oldest
    of more than `waiting`, gets a 408. Where as many requests wait for a place, a further one gets a 503 at once.
    """

    def __init__(
        self,
        application: Application,
        *,
        threads: int,
        lent: int,
        max_body: int,
        live_path: str,
        max_body_at: Mapping[str, int] = MappingProxyType({}),
        waiting: int = WAITING,
        body_seconds: float = BODY_SECONDS,
    ) -> None:
        self._application, self._live_path = application, live_path
        self._places = Places(threads, lent)
        self._max_body, self._max_body_at = max_body, max_body_at
        self._waiting, self._body_seconds = waiting, body_seconds
        self._deadlines: dict[asyncio.Timeout, None] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["path"] == self._live_path:
            return await _send(send, 200, _PLAIN, b"ok\n")
        try:
            body = await self._body(scope, receive)
        except TimeoutError:
            return await _refuse(send, 408, _("The request did not come in time."))
        except ClientGone:
            return None
        if self._places.waiting >= self._waiting:
            return await _refuse(send, 503, _("Too many requests are waiting. Try again in a moment."))
        answer = await self._places.run(partial(self._answer, environ_of(scope, body)))
        return await _send(send, *answer)

    async def _body(self, scope: Scope, receive: Receive) -> bytes:
        """Return the body as a whole. Raise TimeoutError or ClientGone."""
        length = dict(scope["headers"]).get(b"content-length", b"0")
        most = self._max_body_at.get(scope["path"], self._max_body)
        if not length.isdigit() or not 0 < int(length) <= most:
            return b""
        if len(self._deadlines) >= self._waiting:
            self._give_up_oldest()
        async with asyncio.timeout(self._body_seconds) as deadline:
            self._deadlines[deadline] = None
            try:
                return await _read(receive)
            finally:
                self._deadlines.pop(deadline, None)

    def _give_up_oldest(self) -> None:
        oldest = next(iter(self._deadlines))
        del self._deadlines[oldest]
        if not oldest.expired():
            oldest.reschedule(0)

    def _answer(self, environ: dict[str, Any]) -> tuple[int, Headers, bytes]:
        started: list[tuple[str, list[tuple[str, str]]]] = []
        response: Any = self._application(environ, lambda status, headers, *_error: started.append((status, headers)))
        try:
            content = b"".join(response)
        finally:
            if hasattr(response, "close"):
                response.close()
        status, headers = started[-1]
        return int(status[:3]), [(name.encode("latin-1"), value.encode("latin-1")) for name, value in headers], content


class Places:
    """So many pages may be made at once, while up to `lent` more wait for something outside.

    A page takes a thread first and a place second, and keeps only the thread while it waits outside. So no page keeps a
    place while it waits, and one that comes back stands behind none that has not begun.
    """

    def __init__(self, count: int, lent: int) -> None:
        self._free_threads = asyncio.Semaphore(count + lent)
        self._free = asyncio.Semaphore(count)
        self._threads = ThreadPoolExecutor(count + lent, thread_name_prefix="page")
        self.waiting = 0

    async def run(self, work: Callable[[], T]) -> T:
        """Do the work in a thread, once there is a place for it; `waiting` counts who has none yet."""
        loop = asyncio.get_running_loop()
        async with AsyncExitStack() as held:
            self.waiting += 1
            try:
                await held.enter_async_context(self._free_threads)
                await held.enter_async_context(self._free)
            finally:
                self.waiting -= 1
            return await loop.run_in_executor(self._threads, self._run, loop, work)

    def _run(self, loop: asyncio.AbstractEventLoop, work: Callable[[], T]) -> T:
        _here.lend = partial(self._lend, loop)
        try:
            return work()
        finally:
            _here.lend = None

    @contextmanager
    def _lend(self, loop: asyncio.AbstractEventLoop) -> Iterator[None]:
        lend, _here.lend = _here.lend, None
        loop.call_soon_threadsafe(self._free.release)
        try:
            yield
        finally:
            asyncio.run_coroutine_threadsafe(self._free.acquire(), loop).result()
            _here.lend = lend


def lend_place() -> AbstractContextManager[None]:
    """Let another page be made while this thread waits for something outside, such as a registry.

    Leaving the context waits for a place again. No transaction may be open. Does nothing outside of a page's thread, or
    within another such context.
    """
    lend: Callable[[], AbstractContextManager[None]] | None = getattr(_here, "lend", None)
    return lend() if lend else nullcontext()


def environ_of(scope: Scope, body: bytes) -> dict[str, Any]:
    """Translate an ASGI scope into the environment of WSGI (PEP 3333), where texts are bytes read as Latin-1.

    Leaves out headers with an underscore in their name: they would pass for those with a hyphen.
    """
    client, server = scope.get("client") or ("", 0), scope.get("server") or ("localhost", 80)
    environ = {
        "REQUEST_METHOD": scope["method"],
        "SCRIPT_NAME": "",
        "PATH_INFO": unquote_to_bytes(scope["raw_path"]).decode("latin-1"),
        "QUERY_STRING": scope["query_string"].decode("latin-1"),
        "SERVER_NAME": str(server[0]),
        "SERVER_PORT": str(server[1]),
        "SERVER_PROTOCOL": f"HTTP/{scope['http_version']}",
        "REMOTE_ADDR": str(client[0]),
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scope["scheme"],
        "wsgi.input": BytesIO(body),
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
    }
    for name, value in scope["headers"]:
        if b"_" not in name:
            key = name.decode("latin-1").upper().replace("-", "_")
            key = key if key in ("CONTENT_TYPE", "CONTENT_LENGTH") else f"HTTP_{key}"
            joint = "; " if key == "HTTP_COOKIE" else ","
            environ[key] = joint.join(filter(None, (environ.get(key), value.decode("latin-1"))))
    return environ


async def _read(receive: Receive) -> bytes:
    pieces = []
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise ClientGone
        pieces.append(message.get("body", b""))
        if not message.get("more_body"):
            return b"".join(pieces)


async def _refuse(send: Send, status: int, why: str) -> None:
    await _send(send, status, [*_PLAIN, (b"connection", b"close")], f"{why}\n".encode())


async def _send(send: Send, status: int, headers: Headers, content: bytes) -> None:
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": content})
