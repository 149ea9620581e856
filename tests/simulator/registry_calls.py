"""Http: a client of the seeded registries that does what a container runtime does, without a socket."""

import base64
import json
import re
from dataclasses import dataclass
from hashlib import sha256
from typing import Any
from urllib.parse import urlencode, urlsplit

from consoleapp.simulator.catalog import Catalog
from consoleapp.simulator.references import split_reference
from consoleapp.simulator.registries.app import make_registries_app
from tests.simulator.calls import NOW

INDEXES = (
    "application/vnd.oci.image.index.v1+json",
    "application/vnd.docker.distribution.manifest.list.v2+json",
)
MANIFESTS = ("application/vnd.oci.image.manifest.v1+json", "application/vnd.docker.distribution.manifest.v2+json")
ACCEPT = ", ".join(INDEXES + MANIFESTS)


@dataclass(frozen=True)
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def code(self) -> str:
        """The code of the first error."""
        code: str = self.json["errors"][0]["code"]
        return code

    @property
    def digest(self) -> str:
        return f"sha256:{sha256(self.body).hexdigest()}"

    @property
    def challenge(self) -> dict[str, str]:
        """The parameters of a Bearer challenge."""
        kind, _, text = self.headers["WWW-Authenticate"].partition(" ")
        assert kind == "Bearer"
        return dict(re.findall(r'(\w+)="([^"]*)"', text))


class Http:
    """Requests to one application; `now` is its clock."""

    def __init__(self, catalog: Catalog | None = None) -> None:
        self.now = NOW
        self.app = make_registries_app(catalog or Catalog.load(), lambda: self.now)

    def send(
        self,
        host: str,
        path: str,
        query: str = "",
        *,
        method: str = "GET",
        accept: str = ACCEPT,
        authorization: str = "",
    ) -> Answer:
        environ = {
            "REQUEST_METHOD": method,
            "HTTP_HOST": host,
            "PATH_INFO": path,
            "QUERY_STRING": query,
            "HTTP_ACCEPT": accept,
            "HTTP_AUTHORIZATION": authorization,
        }
        answered: list[Any] = []
        body = b"".join(self.app(environ, lambda status, headers: answered.extend((status, headers))))
        return Answer(int(answered[0][:3]), dict(answered[1]), body)

    def token(self, challenge: dict[str, str], login: tuple[str, str] | None = None) -> Answer:
        """The token server's answer to the challenge."""
        realm = urlsplit(challenge["realm"])
        asked = {name: value for name, value in challenge.items() if name in ("service", "scope")}
        return self.send(realm.netloc, realm.path, urlencode(asked), authorization=basic(login) if login else "")

    def read(self, host: str, path: str, login: tuple[str, str] | None = None, **options: str) -> Answer:
        """The final answer, after the log-in that the registry asks for, as the person or as nobody."""
        first = self.send(host, path, **options)
        if first.status != 401:
            return first
        if first.headers["WWW-Authenticate"].startswith("Basic"):
            return self.send(host, path, authorization=basic(login), **options) if login else first
        given = self.token(first.challenge, login)
        if given.status != 200:
            return given
        return self.send(host, path, authorization=f"Bearer {given.json['token']}", **options)

    def image(self, name: str, login: tuple[str, str] | None = None) -> Answer:
        """The manifest or index of an image as it is written in a container."""
        reference = split_reference(name)
        assert reference is not None
        host = "registry-1.docker.io" if reference.host == "docker.io" else reference.host
        return self.read(host, f"/v2/{reference.path}/manifests/{reference.digest or reference.tag}", login)


def basic(pair: tuple[str, str]) -> str:
    return f"Basic {base64.b64encode(':'.join(pair).encode()).decode()}"
