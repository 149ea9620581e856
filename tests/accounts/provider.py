"""An OpenID Connect provider on loopback, with keys made for the tests, that can be told to answer wrongly."""

import base64
import hashlib
import json
import secrets
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlencode, urlsplit
from urllib.request import HTTPRedirectHandler, Request, build_opener

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa
from jwt.algorithms import RSAAlgorithm

CLIENT_ID, CLIENT_SECRET = "console", "secret-of-the-client"


def new_key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


class Provider:
    """Vouches for whoever `claims` says; every attribute may be changed to make its answers wrong."""

    def __init__(self) -> None:
        self.key = self.signing_key = new_key()
        self.algorithm = "RS256"
        # What is said of the person, and what is said instead of what is right.
        self.claims: dict[str, Any] = {"sub": "4711", "preferred_username": "bob", "name": "Bob Operator"}
        self.wrong: dict[str, Any] = {}
        self.userinfo: dict[str, Any] = {}
        self.error = ""
        # The token endpoint's answer instead of the right one.
        self.token_answer: Any = None
        self.is_down = False
        # Whether people are sent on to a second host before they come back.
        self.has_detour = False
        self.authorized: dict[str, dict[str, str]] = {}
        self.asked: list[str] = []
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self.origin = self.issuer = self.told_issuer = f"http://127.0.0.1:{self._server.server_port}"
        self._thread = Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        self._thread.start()

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def vouch(self, address: str) -> str:
        """What a browser does that is led here: where it is led back to."""
        opener = build_opener(_NoRedirect)
        with opener.open(Request(address)) as answer:
            return str(answer.headers["Location"])

    def authorize(self, asked: dict[str, str]) -> str:
        """The address that the browser is sent back to."""
        if self.error:
            return f"{asked['redirect_uri']}?{urlencode({'error': self.error, 'state': asked['state']})}"
        code = secrets.token_urlsafe(16)
        self.authorized[code] = asked
        return f"{asked['redirect_uri']}?{urlencode({'code': code, 'state': asked['state']})}"

    def token(self, form: dict[str, str]) -> tuple[int, Any]:
        """The answer to a code, once; PKCE and the client's secret are checked."""
        asked = self.authorized.pop(form.get("code", ""), None)
        digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        is_client = (form.get("client_id"), form.get("client_secret")) == (CLIENT_ID, CLIENT_SECRET)
        if asked is None or not is_client or asked.get("code_challenge") != challenge:
            return 400, {"error": "invalid_grant"}
        if self.token_answer is not None:
            return 200, self.token_answer
        return 200, {"access_token": "access", "token_type": "Bearer", "id_token": self.id_token(asked)}

    def id_token(self, asked: dict[str, str]) -> str:
        now = int(time.time())
        right = {"iss": self.issuer, "aud": CLIENT_ID, "iat": now, "exp": now + 60, "nonce": asked["nonce"]}
        claims = {**right, **self.claims, **self.wrong}
        return jwt.encode(
            {name: value for name, value in claims.items() if value is not None},
            self.signing_key if self.algorithm == "RS256" else "x" * 64,
            self.algorithm,
            {"kid": "the-key"},
        )

    def answer(self, path: str) -> dict[str, Any]:
        """What is told of the provider itself, of its key and of the person."""
        if path == "/.well-known/openid-configuration":
            return {
                "issuer": self.told_issuer,
                "authorization_endpoint": f"{self.origin}/authorize",
                "token_endpoint": f"{self.origin}/token",
                "jwks_uri": f"{self.origin}/keys",
                "userinfo_endpoint": f"{self.origin}/userinfo",
                "token_endpoint_auth_methods_supported": ["client_secret_post"],
            }
        if path == "/keys":
            key = RSAAlgorithm.to_jwk(self.key.public_key(), as_dict=True)
            return {"keys": [{"kty": "oct", "k": "eA"}, {**key, "kid": "the-key", "use": "sig"}]}
        return {"sub": self.claims["sub"], **self.userinfo}

    def _handler(provider) -> type[BaseHTTPRequestHandler]:  # noqa: N805  # `self` is the request there
        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                url = urlsplit(self.path)
                provider.asked.append(url.path)
                if provider.has_detour and url.path == "/authorize" and self.headers["Host"].startswith("127."):
                    self.send_response(302)
                    self.send_header("Location", f"http://localhost:{provider._server.server_port}{self.path}")
                    self.end_headers()
                elif url.path == "/authorize":
                    self.send_response(302)
                    self.send_header("Location", provider.authorize(dict(parse_qsl(url.query))))
                    self.end_headers()
                else:
                    self._tell(503 if provider.is_down else 200, provider.answer(url.path))

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"])).decode()
                self._tell(*provider.token({name: values[0] for name, values in parse_qs(body).items()}))

            def _tell(self, status: int, told: Any) -> None:
                body = json.dumps(told).encode()
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_args: Any) -> None:
                pass

        return Handler


class _NoRedirect(HTTPRedirectHandler):
    def http_error_302(self, _req: Any, fp: Any, *_args: Any) -> Any:
        return fp
