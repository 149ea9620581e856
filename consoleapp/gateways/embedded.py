"""A transport for requests that hands the prepared request to a WSGI application in this process.

With the simulator mounted here, signing, encoding, envelope, time-outs and error mapping are the same code as against
the real cloud; only the socket is missing. It knows neither the simulator nor Alibaba Cloud.
"""

from __future__ import annotations

import io
import logging
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote_to_bytes, urlsplit

import requests
from requests.adapters import BaseAdapter
from requests.structures import CaseInsensitiveDict
from requests.utils import get_encoding_from_headers
from urllib3 import HTTPHeaderDict, HTTPResponse

if TYPE_CHECKING:
    from _typeshed import OptExcInfo
    from _typeshed.wsgi import WSGIApplication

logger = logging.getLogger(__name__)


class WSGIAdapter(BaseAdapter):
    """Mount it on a session; hosts and ports of the URLs only show up as Host and SERVER_NAME.

    An application that raises is answered for with a bare 500, as a WSGI server does it; one that raises TimeoutError
    or ConnectionError stands for a network on which the answer is late or lost, and costs no time.
    """

    def __init__(self, application: WSGIApplication) -> None:
        super().__init__()
        self._application = application

    def send(
        self,
        request: requests.PreparedRequest,
        stream: bool = False,
        timeout: float | tuple[float, float] | tuple[float, None] | None = None,
        verify: bool | str = True,
        cert: Any = None,
        proxies: Mapping[str, str] | None = None,
    ) -> requests.Response:
        """The application's answer; the arguments that concern a socket mean nothing here."""
        started = time.perf_counter()
        try:
            status, headers, body = _run(self._application, _environ(request))
        except TimeoutError as err:
            raise requests.ReadTimeout("no answer in time", request=request) from err
        except ConnectionError as err:
            raise requests.ConnectionError("the connection ended without an answer", request=request) from err
        response = _response(request, status, headers, body)
        response.elapsed = timedelta(seconds=time.perf_counter() - started)
        if not stream:
            response.content  # noqa: B018 - reads the body, as the sockets' adapter leaves it to the session
        return response

    def close(self) -> None:
        """Nothing is kept open."""


def _environ(request: requests.PreparedRequest) -> dict[str, Any]:
    url = urlsplit(str(request.url))
    body = request.body or b""
    if isinstance(body, str):
        body = body.encode()
    if not isinstance(body, bytes):
        raise TypeError("only a body that lies in memory is handed over")
    environ: dict[str, Any] = {
        "REQUEST_METHOD": request.method,
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
    for name, value in request.headers.items():
        key = name.upper().replace("-", "_")
        environ[key if key in {"CONTENT_TYPE", "CONTENT_LENGTH"} else f"HTTP_{key}"] = value
    environ["CONTENT_LENGTH"] = str(len(body))
    return environ


_Head = tuple[str, list[tuple[str, str]]]


def _run(application: WSGIApplication, environ: dict[str, Any]) -> tuple[str, list[tuple[str, str]], io.RawIOBase]:
    heads: list[_Head] = []
    written: list[bytes] = []

    def start_response(
        status: str, headers: list[tuple[str, str]], exc_info: OptExcInfo | None = None, /
    ) -> Callable[[bytes], object]:
        heads.append((status, headers))
        return written.append

    try:
        chunks = application(environ, start_response)
        reader = _Body(chunks, written)
        reader.prime()  # an application may call start_response as late as with its first chunk
        status, headers = heads[-1]
    except (TimeoutError, ConnectionError):
        raise
    except Exception:
        logger.exception("The embedded application failed")
        return "500 Internal Server Error", [("Content-Length", "0")], _Body((), [])
    return status, headers, reader


class _Body(io.RawIOBase):
    """The chunks of a WSGI application as a file; what went through ``write`` comes first."""

    def __init__(self, chunks: Iterable[bytes], written: list[bytes]) -> None:
        super().__init__()
        self._chunks = chunks
        self._iterator: Iterator[bytes] = iter(chunks)
        self._written = written
        self._rest = b""

    def prime(self) -> None:
        """Fetches the first chunk that is not empty."""
        self._rest = next((chunk for chunk in self._iterator if chunk), b"")
        self._rest = b"".join(self._written) + self._rest

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        if not self._rest:
            self._rest = next((chunk for chunk in self._iterator if chunk), b"")
        size = min(len(buffer), len(self._rest))
        buffer[:size] = self._rest[:size]
        self._rest = self._rest[size:]
        return size

    def close(self) -> None:
        if not self.closed:
            close = getattr(self._chunks, "close", None)
            super().close()
            if close is not None:
                close()


def _response(
    request: requests.PreparedRequest, status: str, headers: list[tuple[str, str]], body: io.RawIOBase
) -> requests.Response:
    code, _, reason = status.partition(" ")
    response = requests.Response()
    response.status_code = int(code)
    response.reason = reason
    response.headers = CaseInsensitiveDict(HTTPHeaderDict(headers))
    response.encoding = get_encoding_from_headers(response.headers)
    response.url = str(request.url)
    response.request = request
    response.raw = HTTPResponse(
        body=io.BufferedReader(body),
        headers=HTTPHeaderDict(headers),
        status=response.status_code,
        reason=reason,
        preload_content=False,
        request_method=request.method,
    )
    return response
