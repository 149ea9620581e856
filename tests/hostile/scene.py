"""The scene of the hostile tests: one registry that a password was typed for, and strangers who would like to have it.

All names resolve to loopback, and every TLS listener has a certificate that the client trusts for every name, so that
neither DNS nor TLS saves anybody by accident: only the rules do.
"""

import base64
import json
import urllib.parse
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field

from consoleapp.domain.image import parse_image_reference
from consoleapp.domain.registry import ImageRegistryCredential
from consoleapp.domain.secret import Secret
from consoleapp.gateways.oci.access import Access
from consoleapp.gateways.oci.connection import SocketDial
from consoleapp.gateways.oci.guard import Guard
from consoleapp.gateways.oci.policy import AccessPolicy, ListedNetwork
from consoleapp.gateways.proof import AccessResult, TagList
from tests.hostile.listeners import Asked, Listener, Reply, answer
from tests.registries.authority import Authority, Pair
from tests.registries.images import make_image

USER, PASSWORD = "canary-user", "canary-7f3a-secret"
BASIC = base64.b64encode(f"{USER}:{PASSWORD}".encode())
TRACES = (PASSWORD.encode(), USER.encode(), BASIC, urllib.parse.quote(BASIC).encode(), b"canary")
IMAGE = make_image()
TOKEN = "token-of-the-registry"

# Every name that a variant uses for a stranger; a wildcard would not hold for names below names.
STRANGERS = (
    "evil.test",
    "registry.test.evil.test",
    "evil-registry.test",
    "auth.registry.test",
    "dockerauth.registry.test",
    "localhost",
    "127.0.0.1",
)


def make_certificate(authority: Authority) -> Pair:
    """One certificate for everybody in the scene."""
    return authority.issue("registry.test", *STRANGERS)


@dataclass
class Scene:
    """A running registry with strangers around it; ``fill`` puts their addresses into a variant's text."""

    registry: Listener
    evil: Listener
    evil_plain: Listener
    authority: Authority
    extra: list[Listener] = field(default_factory=list)

    @property
    def host(self) -> str:
        return f"registry.test:{self.registry.port}"

    @property
    def strangers(self) -> tuple[Listener, ...]:
        return (self.evil, self.evil_plain, *self.extra)

    def fill(self, text: str) -> str:
        places = {"{R}": self.host, "{E}": f"evil.test:{self.evil.port}", "{P}": str(self.evil.port)}
        places |= {"{H}": f"evil.test:{self.evil_plain.port}", "{HP}": str(self.evil_plain.port)}
        for place, value in places.items():
            text = text.replace(place, value)
        return text

    def access(self, *, guard: Callable[[AccessPolicy], Guard] = Guard, **settings: object) -> Access:
        values: dict[str, object] = {"allows_loopback": True, "minimum_seconds": 0, "total_seconds": 2, **settings}
        listed = ListedNetwork.of("registry.test", "127.0.0.0/8", self.registry.port)
        policy = AccessPolicy(networks=(listed,), **values)  # type: ignore[arg-type]
        dial = SocketDial(policy, resolver=resolve, guard=guard(policy), ca_file=str(self.authority.ca_file))
        return Access(policy, dial)

    def check(self, access: Access | None = None) -> AccessResult:
        return (access or self.access()).check(
            parse_image_reference(f"{self.host}/team/api:1.0"), credential=self.credential()
        )

    def tags(self, access: Access | None = None) -> TagList:
        return (access or self.access()).tags(
            parse_image_reference(f"{self.host}/team/api"), credential=self.credential()
        )

    def credential(self) -> ImageRegistryCredential:
        return ImageRegistryCredential(self.host, USER, Secret(PASSWORD))

    def leaks(self) -> list[str]:
        """What came to a stranger that should not have: any trace of the login, or of the registry's token."""
        traces = (*TRACES, TOKEN.encode())
        return [
            f"port {stranger.port}: {trace!r}"
            for stranger in self.strangers
            for trace in traces
            if trace in bytes(stranger.received)
        ]

    def visits(self) -> int:
        """How often anybody connected to a stranger."""
        return sum(stranger.connections for stranger in self.strangers)


def resolve(host: str, seconds: float) -> tuple[str, ...]:
    return ("127.0.0.1",)


def greedy(asked: Asked) -> bytes:
    """A stranger that gives a token to whoever asks."""
    return answer(200, json.dumps({"token": TOKEN}).encode())


@contextmanager
def set_scene(authority: Authority, certificate: Pair, reply: Callable[[Asked], Reply]) -> Iterator[Scene]:
    """The registry answers with ``reply``."""
    with ExitStack() as stack:
        registry = stack.enter_context(Listener(reply, certificate).running())
        evil = stack.enter_context(Listener(greedy, certificate).running())
        evil_plain = stack.enter_context(Listener(greedy).running())
        yield Scene(registry, evil, evil_plain, authority)


def honest(asked: Asked) -> bytes:
    """A registry without tricks, once somebody is logged in."""
    if asked.path.endswith("/manifests/1.0") or asked.path.endswith(IMAGE.digest):
        return _document(asked, IMAGE.manifest)
    if "/blobs/" in asked.path:
        return _document(asked, IMAGE.blobs[0])
    if asked.path.endswith("/tags/list"):
        return _document(asked, b'{"name": "team/api", "tags": ["1.0", "1.1"]}')
    return _document(asked, b'{"errors": [{"code": "NAME_UNKNOWN"}]}', 404)


def _document(asked: Asked, body: bytes, status: int = 200) -> bytes:
    whole = answer(status, body, "Content-Type: application/json")
    return whole[: len(whole) - len(body)] if asked.method == "HEAD" else whole


def challenging(*headers: str, scene: Callable[[], "Scene"]) -> Callable[[Asked], bytes]:
    """A registry that answers with these headers until it gets its own token or the login, then honestly."""

    def reply(asked: Asked) -> bytes:
        if asked.path in {"/t", "/token"}:
            return _document(asked, json.dumps({"token": TOKEN}).encode())
        if asked.header("authorization"):
            return honest(asked)
        return answer(401, b"", *(scene().fill(header) for header in headers))

    return reply
