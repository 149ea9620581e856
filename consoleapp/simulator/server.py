"""A small HTTP/1.1 server for one WSGI application: a thread a connection, keep-alive, answers in one send.

For loopback only: it knows no TLS, no chunked requests and no limits on the number of connections. The parser is
written out because the request line may be 60 kB and more (the official SDKs put every parameter into the query), for
which the standard library's server answers 414, and because the one there costs more than a whole call here.
"""

import socketserver
from collections.abc import Callable, Iterable
from io import BytesIO
from typing import Any, Final, cast
from urllib.parse import unquote_to_bytes

WsgiApp = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]

MAX_LINE: Final = 1_000_000
MAX_HEADERS: Final = 100
IDLE_SECONDS: Final = 60.0


class BadRequest(Exception):
    """The bytes are not an HTTP request that is understood here."""


class Handler(socketserver.StreamRequestHandler):
    """One connection."""

    timeout = IDLE_SECONDS
    disable_nagle_algorithm = True

    def handle(self) -> None:
        try:
            while self._one():
                pass
        except BadRequest:
            self._send("400 Bad Request", [("Content-Length", "0"), ("Connection", "close")], b"", with_body=False)
        except (TimeoutError, ConnectionError):
            return

    def _one(self) -> bool:
        """Answer one request; tell whether the connection stays open."""
        line = self.rfile.readline(MAX_LINE)
        if not line:
            return False
        environ = self._environ(line)
        wants_close = environ.get("HTTP_CONNECTION", "").lower() == "close"
        keeps_alive = environ["SERVER_PROTOCOL"] == "HTTP/1.1" and not wants_close
        started: list[Any] = []

        def start_response(status: str, headers: list[tuple[str, str]], _exc_info: Any = None) -> None:
            started[:] = [status, headers]

        body = b"".join(cast("Server", self.server).app(environ, start_response))
        status, headers = started
        extra = [] if keeps_alive else [("Connection", "close")]
        self._send(status, [*headers, *extra], body, with_body=environ["REQUEST_METHOD"] != "HEAD")
        return bool(keeps_alive)

    def _environ(self, line: bytes) -> dict[str, Any]:
        parts = line.decode("latin-1").split()
        if len(parts) != 3 or not parts[1].startswith("/") or not parts[2].startswith("HTTP/1."):
            raise BadRequest
        server, (path, _, query) = cast("Server", self.server), parts[1].partition("?")
        environ: dict[str, Any] = {
            "REQUEST_METHOD": parts[0],
            "SCRIPT_NAME": "",
            "PATH_INFO": unquote_to_bytes(path).decode("latin-1") if "%" in path else path,
            "QUERY_STRING": query,
            "SERVER_PROTOCOL": parts[2],
            "SERVER_NAME": server.host,
            "SERVER_PORT": server.port,
            "REMOTE_ADDR": self.client_address[0],
            "wsgi.version": (1, 0),
            "wsgi.url_scheme": "http",
            "wsgi.errors": None,
            "wsgi.multithread": True,
            "wsgi.multiprocess": False,
            "wsgi.run_once": False,
        }
        self._read_headers(environ)
        environ["wsgi.input"] = BytesIO(self._read_body(environ))
        return environ

    def _read_headers(self, environ: dict[str, Any]) -> None:
        for _ in range(MAX_HEADERS):
            line = self.rfile.readline(MAX_LINE)
            if line in (b"\r\n", b"\n"):
                return
            name, colon, value = line.decode("latin-1").partition(":")
            if not colon:
                raise BadRequest
            key = name.upper().replace("-", "_")
            key = key if key in ("CONTENT_TYPE", "CONTENT_LENGTH") else f"HTTP_{key}"
            value = value.strip()
            environ[key] = f"{environ[key]},{value}" if key in environ else value
        raise BadRequest

    def _read_body(self, environ: dict[str, Any]) -> bytes:
        length = environ.get("CONTENT_LENGTH", "0")
        if "HTTP_TRANSFER_ENCODING" in environ or not length.isdecimal() or int(length) > 2 * MAX_LINE:
            raise BadRequest
        if environ.get("HTTP_EXPECT", "").lower() == "100-continue":
            self.request.sendall(b"HTTP/1.1 100 Continue\r\n\r\n")
        return self.rfile.read(int(length))

    def _send(self, status: str, headers: list[tuple[str, str]], body: bytes, *, with_body: bool) -> None:
        head = "".join([f"HTTP/1.1 {status}\r\n", *(f"{name}: {value}\r\n" for name, value in headers), "\r\n"])
        self.request.sendall(head.encode("latin-1") + (body if with_body else b""))


class Server(socketserver.ThreadingTCPServer):
    """Serves the application on an address; port 0 takes a free one."""

    daemon_threads = True
    allow_reuse_address = True
    request_queue_size = 128

    def __init__(self, app: WsgiApp, host: str = "127.0.0.1", port: int = 0) -> None:
        self.app = app
        super().__init__((host, port), Handler)
        self.host, self.port = host, str(self.socket.getsockname()[1])

    @property
    def url(self) -> str:
        """Return where it listens."""
        return f"http://{self.host}:{self.port}"
