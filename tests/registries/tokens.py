"""A token server as registries know it: RS256 tokens with an x5c header for what the user may do."""

import base64
import json
import ssl
import threading
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from tests.registries.authority import Pair

ISSUER = "tokens.test"
SERVICE = "registry.test"


@dataclass
class TokenServer:
    """Users with their passwords, and the repositories that each may read or write; "" stands for everybody."""

    signing: Pair
    users: dict[str, str]
    readers: dict[str, set[str]]
    writers: set[str] = field(default_factory=set)
    requests: list[tuple[str, str | None]] = field(default_factory=list)
    origin: str = ""

    @contextmanager
    def running(self, tls: Pair) -> Iterator["TokenServer"]:
        server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(tls.certificate, tls.key)
        server.socket = context.wrap_socket(server.socket, server_side=True)
        self.origin = f"https://localhost:{server.server_address[1]}"
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield self
        finally:
            server.shutdown()
            server.server_close()
            thread.join()

    @property
    def realm(self) -> str:
        return f"{self.origin}/token"

    def token(self, user: str, scope: str) -> str:
        """A token for as much of the scope as the user may have."""
        kind, _, rest = scope.partition(":")
        name, _, actions = rest.rpartition(":")
        allowed = [action for action in actions.split(",") if self._may(user, name, action)]
        now = int(time.time())
        claims = {
            "iss": ISSUER,
            "sub": user,
            "aud": SERVICE,
            "exp": now + 300,
            "nbf": now - 5,
            "iat": now - 5,
            "jti": uuid.uuid4().hex,
            "access": [{"type": kind, "name": name, "actions": allowed}] if allowed else [],
        }
        return self._signed({"typ": "JWT", "alg": "RS256", "x5c": [_plain64(self.signing.der)]}, claims)

    def _may(self, user: str, name: str, action: str) -> bool:
        if user in self.writers:
            return True
        readers = self.readers.get(name, set())
        return action == "pull" and ("" in readers or user in readers)

    def _signed(self, header: dict[str, Any], claims: dict[str, Any]) -> str:
        key = serialization.load_pem_private_key(self.signing.key.read_bytes(), None)
        assert isinstance(key, rsa.RSAPrivateKey)
        text = f"{_url64(json.dumps(header).encode())}.{_url64(json.dumps(claims).encode())}"
        return f"{text}.{_url64(key.sign(text.encode(), padding.PKCS1v15(), hashes.SHA256()))}"


def _url64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _plain64(data: bytes) -> str:
    return base64.b64encode(data).decode()


def _handler(tokens: TokenServer) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            authorization = self.headers.get("Authorization")
            tokens.requests.append((self.path, authorization))
            user = ""
            if authorization is not None:
                user, _, password = base64.b64decode(authorization.removeprefix("Basic ")).decode().partition(":")
                if tokens.users.get(user) != password:
                    self._answer(401, {"errors": [{"code": "UNAUTHORIZED"}]})
                    return
            query = parse_qs(urlsplit(self.path).query)
            self._answer(200, {"token": tokens.token(user, query["scope"][0])})

        def _answer(self, status: int, document: dict[str, Any]) -> None:
            body = json.dumps(document).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            """Tests read what was recorded, not the console."""

    return Handler
