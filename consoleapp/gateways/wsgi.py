"""A WSGI application in this process, asked as a WSGI server asks it: request in, whole answer out, no socket."""

from __future__ import annotations

import io
import logging
import sys
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote_to_bytes, urlsplit

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

logger = logging.getLogger(__name__)

Headers = list[tuple[str, str]]


def ask(
    application: WSGIApplication, method: str, url: str, headers: Iterable[tuple[str, str]], body: bytes = b""
) -> tuple[str, Headers, bytes]:
    """Return status line, headers and body of the answer; a bare 500 for an application that fails.

    Raise TimeoutError or ConnectionError where the application does: it stands for a network on which the answer is
    late or lost.
    """
    heads: list[tuple[str, Headers]] = []
    written: list[bytes] = []

    def start_response(status: str, headers: Headers, exc_info: Any = None, /) -> Callable[[bytes], object]:
        heads.append((status, headers))
        return written.append

    try:
        chunks = application(_environ(method, url, headers, body), start_response)
        try:
            written.extend(chunks)
        finally:
            if close := getattr(chunks, "close", None):
                close()
        status, answered = heads[-1]
    except (TimeoutError, ConnectionError):
        raise
    except Exception:
        logger.exception("The embedded application failed")
        return "500 Internal Server Error", [("Content-Length", "0")], b""
    return status, answered, b"" if method == "HEAD" else b"".join(written)


def _environ(method: str, address: str, headers: Iterable[tuple[str, str]], body: bytes) -> dict[str, Any]:
    url = urlsplit(address)
    environ: dict[str, Any] = {
        "REQUEST_METHOD": method,
        "SCRIPT_NAME": "",
        "PATH_INFO": unquote_to_bytes(url.path or "/").decode("latin-1"),
        "QUERY_STRING": url.query,
        "SERVER_NAME": url.hostname or "localhost",
        "SERVER_PORT": str(url.port or (443 if url.scheme == "https" else 80)),
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": "127.0.0.1",
        "HTTP_HOST": url.netloc,
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": url.scheme,
        "wsgi.input": io.BytesIO(body),
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
    }
    for name, value in headers:
        key = name.upper().replace("-", "_")
        environ[key if key in {"CONTENT_TYPE", "CONTENT_LENGTH"} else f"HTTP_{key}"] = value
    environ["CONTENT_LENGTH"] = str(len(body))
    return environ
