"""consoleapp/web/buffering.py: complete requests in, whole pages out, and nobody waits for the slow ones."""

import asyncio
import threading
from collections.abc import Callable, Iterator
from typing import Any
from wsgiref.validate import validator

import pytest

from consoleapp.web.buffering import BufferingHandler, Places, environ_of, lend_place

LIVE = "/alive"
# Longer than any of these tests waits for what comes, shorter than a test may take.
LONG_SECONDS = 20.0


class Body:
    """A response as Django gives it."""

    def __init__(self) -> None:
        self.closed_by = ""

    def __iter__(self) -> Iterator[bytes]:
        return iter([b"one ", b"two"])

    def close(self) -> None:
        self.closed_by = threading.current_thread().name


class Client:
    """One request over ASGI: sends `pieces` of its body, then nothing more, and keeps what it is told."""

    def __init__(self, *pieces: bytes, is_complete: bool = True, path: str = "/", **headers: str) -> None:
        listed = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
        self.scope: dict[str, Any] = {
            "type": "http",
            "method": "POST" if pieces or headers else "GET",
            "path": path,
            "raw_path": path.encode(),
            "query_string": b"",
            "scheme": "http",
            "http_version": "1.1",
            "client": ("192.0.2.1", "5000"),
            "server": ("127.0.0.1", "8000"),
            "headers": listed,
        }
        self._to_come = [
            {"type": "http.request", "body": piece, "more_body": number < len(pieces) or not is_complete}
            for number, piece in enumerate(pieces, 1)
        ]
        self.asked = 0
        self.told: list[Any] = []

    async def receive(self) -> Any:
        self.asked += 1
        if self._to_come:
            return self._to_come.pop(0)
        return await asyncio.Event().wait()

    async def send(self, message: Any) -> None:
        self.told.append(message)

    async def ask(self, handler: BufferingHandler) -> "Client":
        await handler(self.scope, self.receive, self.send)
        return self

    @property
    def status(self) -> int:
        return int(self.told[0]["status"])

    @property
    def content(self) -> bytes:
        return b"".join(message.get("body", b"") for message in self.told)


class Echo:
    """An application that answers with the body that it reads, and counts its calls."""

    def __init__(self) -> None:
        self.calls = 0

    def __call__(self, environ: Any, start_response: Any) -> list[bytes]:
        self.calls += 1
        length = int(environ.get("CONTENT_LENGTH") or 0)
        content = environ["wsgi.input"].read(length)
        start_response("200 OK", [("Content-Type", "text/plain"), ("Content-Length", str(len(content)))])
        return [content]


def handler(application: Any, **changed: Any) -> BufferingHandler:
    return BufferingHandler(application, **{"threads": 2, "lent": 1, "max_body": 8, "live_path": LIVE, **changed})


def answer(application: Any, client: Client, **changed: Any) -> Client:
    return asyncio.run(client.ask(handler(application, **changed)))


# --- pages


def test_a_page_leaves_as_one_piece_and_is_closed_where_it_was_made() -> None:
    made = Body()

    def application(environ: Any, start_response: Any) -> Body:
        start_response("201 Created", [("A", "b")])
        return made

    told = answer(application, Client()).told

    assert told == [
        {"type": "http.response.start", "status": 201, "headers": [(b"A", b"b")]},
        {"type": "http.response.body", "body": b"one two"},
    ]
    assert made.closed_by.startswith("page")


def test_the_application_gets_an_environment_as_the_standard_wants_it() -> None:
    assert answer(validator(Echo()), Client(b"abc", content_length="3")).content == b"abc"


def test_a_path_and_a_query_reach_the_application_byte_for_byte() -> None:
    scope = {**Client().scope, "raw_path": b"/a%ff/%C3%BC", "query_string": b"q=\xc3\xbc&%ff"}
    environ = environ_of(scope, b"")
    assert environ["PATH_INFO"].encode("latin-1") == b"/a\xff/\xc3\xbc"
    assert environ["QUERY_STRING"].encode("latin-1") == b"q=\xc3\xbc&%ff"


def test_a_header_with_an_underscore_does_not_pass_for_another_one() -> None:
    headers = [
        (b"x_forwarded_proto", b"https"),
        (b"x-forwarded-proto", b"http"),
        (b"cookie", b"a=1"),
        (b"cookie", b"b=2"),
    ]
    environ = environ_of({**Client().scope, "headers": headers}, b"")
    assert environ["HTTP_X_FORWARDED_PROTO"] == "http"
    assert environ["HTTP_COOKIE"] == "a=1; b=2"
    assert environ["REMOTE_ADDR"] == "192.0.2.1"


# --- bodies


def test_the_body_is_complete_before_the_page_is_begun() -> None:
    assert answer(Echo(), Client(b"ab", b"cd", b"ef", content_length="6")).content == b"abcdef"


@pytest.mark.parametrize(
    "headers", [{"content_length": "9"}, {"transfer_encoding": "chunked"}, {"content_length": "x"}]
)
def test_a_body_that_is_too_large_or_of_unknown_length_is_not_read(headers: dict[str, str]) -> None:
    def application(environ: Any, start_response: Any) -> list[bytes]:
        start_response("413 Content Too Large", [])
        return [environ["wsgi.input"].read()]

    client = answer(application, Client(b"abcdefghi", path="/", is_complete=True, **headers))

    assert (client.status, client.content, client.asked) == (413, b"", 0)


@pytest.mark.parametrize(("path", "content"), [("/large/", b"abcdefghi"), ("/", b"")])
def test_an_address_may_take_a_larger_body(path: str, content: bytes) -> None:
    client = Client(b"abcdefghi", path=path, is_complete=True, content_length="9")
    handled = handler(
        lambda environ, start: Echo()({**environ, "CONTENT_LENGTH": "9"}, start), max_body_at={"/large/": 9}
    )
    asyncio.run(client.ask(handled))
    assert client.content == content


def test_a_body_that_does_not_come_in_its_time_is_not_waited_for() -> None:
    echo = Echo()
    client = answer(echo, Client(b"a", is_complete=False, content_length="8"), body_seconds=0.01)
    assert (client.status, echo.calls) == (408, 0)
    assert (b"connection", b"close") in client.told[0]["headers"]


def test_of_too_many_bodies_the_oldest_is_given_up() -> None:
    async def meet() -> list[Client]:
        server = handler(Echo(), waiting=2)
        slow = [Client(b"a", is_complete=False, content_length="8") for _number in range(2)]
        tasks = [asyncio.create_task(client.ask(server)) for client in slow]
        await asyncio.sleep(0)
        quick = await Client(b"abc", content_length="3").ask(server)
        await asyncio.wait_for(tasks[0], LONG_SECONDS)
        tasks[1].cancel()
        return [*slow, quick]

    oldest, younger, quick = asyncio.run(meet())

    assert oldest.status == 408
    assert younger.told == []
    assert (quick.status, quick.content) == (200, b"abc")


def test_a_client_that_goes_away_leaves_nothing_behind() -> None:
    echo = Echo()
    client = Client(b"a", is_complete=False, content_length="8")
    client._to_come.append({"type": "http.disconnect"})
    assert answer(echo, client).told == []
    assert echo.calls == 0


# --- places


class Gate:
    """An application whose pages wait until they are let through, or until a long time is over."""

    def __init__(self) -> None:
        self.open = threading.Event()
        self.running = self.most = 0
        self._lock = threading.Lock()

    def __call__(self, environ: Any, start_response: Any) -> list[bytes]:
        with self._lock:
            self.running += 1
            self.most = max(self.most, self.running)
        is_through = self.open.wait(LONG_SECONDS)
        with self._lock:
            self.running -= 1
        start_response("200 OK" if is_through else "503 Service Unavailable", [])
        return []


def test_liveness_is_answered_while_every_place_is_taken() -> None:
    async def meet() -> Client:
        gate = Gate()
        server = handler(gate)
        pages = [asyncio.create_task(Client().ask(server)) for _number in range(6)]
        while gate.running < 2:
            await asyncio.sleep(0.001)
        alive = await Client(path=LIVE).ask(server)
        assert (gate.running, gate.most) == (2, 2)
        gate.open.set()
        assert [client.status for client in await asyncio.gather(*pages)] == 6 * [200]
        assert gate.most == 2
        return alive

    alive = asyncio.run(meet())
    assert (alive.status, alive.content) == (200, b"ok\n")


def test_a_request_is_refused_at_once_where_too_many_wait_for_a_place() -> None:
    async def meet() -> Client:
        gate = Gate()
        server = handler(gate, waiting=3)
        pages = [asyncio.create_task(Client().ask(server)) for _number in range(2 + 3)]
        while gate.running < 2:
            await asyncio.sleep(0.001)
        refused = await Client().ask(server)
        gate.open.set()
        assert [client.status for client in await asyncio.gather(*pages)] == 5 * [200]
        assert (await Client().ask(server)).status == 200
        return refused

    refused = asyncio.run(meet())
    assert refused.status == 503
    assert (b"connection", b"close") in refused.told[0]["headers"]


def places(*works: Callable[[], Any], count: int = 1, lent: int = 1) -> list[Any]:
    """What each work gives that is done in these places; all are begun in this order."""

    async def all_of_them() -> list[Any]:
        shared = Places(count, lent)
        return await asyncio.gather(*(shared.run(work) for work in works))

    return asyncio.run(all_of_them())


def waiting_for(event: threading.Event) -> bool:
    with lend_place():
        return event.wait(LONG_SECONDS)


def test_a_page_that_waits_for_something_outside_lends_its_place() -> None:
    event = threading.Event()
    assert places(lambda: waiting_for(event), event.set) == [True, None]


def test_a_page_that_has_lent_its_place_goes_on_only_in_a_free_one() -> None:
    lent, ended = threading.Event(), []

    def lender() -> None:
        with lend_place():
            lent.wait(LONG_SECONDS)
        ended.append("lender")

    def borrower() -> None:
        lent.set()
        # Whoever came back into a taken place would be first.
        assert not threading.Event().wait(0.05)
        ended.append("borrower")

    places(lender, borrower)
    assert ended == ["borrower", "lender"]


def test_a_page_that_has_its_answer_does_not_wait_for_one_that_has_none_yet() -> None:
    first_answer, second_answer = threading.Event(), threading.Event()

    def first() -> bool:
        is_answered = waiting_for(first_answer)
        second_answer.set()
        return is_answered

    def second() -> bool:
        # From now on the first page wants its place back, which this one has.
        first_answer.set()
        return waiting_for(second_answer)

    assert places(first, second) == [True, True]


def test_no_more_pages_are_begun_than_there_are_threads_for() -> None:
    event = threading.Event()

    def keeper() -> bool:
        with lend_place():
            # Two threads wait by now, so the third work comes only after this one.
            return event.wait(0.05)

    assert places(lambda: waiting_for(event), keeper, event.set) == [True, False, None]


def test_a_place_is_lent_once_by_a_page_that_waits_within_waiting() -> None:
    event = threading.Event()

    def nested() -> bool:
        with lend_place():
            return waiting_for(event)

    assert places(nested, event.set, lambda: waiting_for(event)) == [True, None, True]


def test_an_error_while_waiting_gives_the_place_back_too() -> None:
    def failing() -> None:
        with lend_place():
            raise LookupError

    async def meet() -> None:
        shared = Places(1, 1)
        for _number in range(3):
            with pytest.raises(LookupError):
                await shared.run(failing)
        event = threading.Event()
        waited, _other = await asyncio.gather(shared.run(lambda: waiting_for(event)), shared.run(event.set))
        assert waited

    asyncio.run(meet())


def test_outside_of_a_page_there_is_nothing_to_lend() -> None:
    event = threading.Event()
    event.set()
    assert waiting_for(event)
