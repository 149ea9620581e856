"""What stands between the server and Django: complete requests in, whole pages out."""

import threading
from collections.abc import Iterable, Iterator
from io import BytesIO
from typing import Any

from consoleapp.web.patience import Patient


class Body:
    """A response as Django gives it."""

    def __init__(self, *, streaming: bool = False) -> None:
        self.streaming = streaming
        self.closed_by = ""

    def __iter__(self) -> Iterator[bytes]:
        return iter([b"one ", b"two"])

    def close(self) -> None:
        self.closed_by = threading.current_thread().name


def ask(application: Any, body: bytes = b"", **environ: str) -> tuple[list[Any], Iterable[bytes]]:
    told: list[Any] = []
    patient = Patient(application, threads=2, max_body=8)
    answer = patient({"wsgi.input": BytesIO(body), **environ}, lambda *head: told.append(head))
    return told, answer


def test_a_page_leaves_as_one_piece_and_is_closed_where_it_was_made() -> None:
    made = Body()

    def application(environ: Any, start_response: Any) -> Body:
        start_response("200 OK", [("A", "b")])
        return made

    told, answer = ask(application)

    assert told == [("200 OK", [("A", "b")])]
    assert answer == [b"one two"]
    assert made.closed_by.startswith("page")


def test_a_stream_is_left_to_the_server() -> None:
    made = Body(streaming=True)

    def application(environ: Any, start_response: Any) -> Body:
        start_response("200 OK", [])
        return made

    _told, answer = ask(application)

    assert answer is made
    assert made.closed_by == ""


def test_the_body_is_complete_before_the_page_is_begun() -> None:
    def application(environ: Any, start_response: Any) -> list[bytes]:
        start_response("200 OK", [])
        return [type(environ["wsgi.input"]).__name__.encode(), environ["wsgi.input"].read()]

    assert ask(application, b"abcdef", CONTENT_LENGTH="3")[1] == [b"BytesIOabc"]


def test_a_body_that_is_too_large_is_not_read() -> None:
    def application(environ: Any, start_response: Any) -> list[bytes]:
        start_response("413 Content Too Large", [])
        return [str(environ["wsgi.input"].tell()).encode()]

    assert ask(application, b"abcdefghij", CONTENT_LENGTH="9")[1] == [b"0"]


def test_pages_are_made_by_no_more_threads_than_allowed() -> None:
    running, most = [0], [0]
    lock, gate = threading.Lock(), threading.Event()

    def application(environ: Any, start_response: Any) -> list[bytes]:
        with lock:
            running[0] += 1
            most[0] = max(most[0], running[0])
            if running[0] == 2:
                gate.set()
        gate.wait(10)
        with lock:
            running[0] -= 1
        start_response("200 OK", [])
        return [b""]

    patient = Patient(application, threads=2, max_body=8)
    threads = [threading.Thread(target=patient, args=({"wsgi.input": BytesIO()}, lambda *head: None)) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert most[0] == 2
