"""The registries that the tests of this folder share, each filled with a few images."""

import base64
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from consoleapp.domain.image import parse_image_reference
from consoleapp.domain.registry import ImageRegistryCredential
from consoleapp.domain.secret import Secret
from consoleapp.gateways.oci.access import Access
from consoleapp.gateways.oci.connection import SocketDial
from consoleapp.gateways.oci.policy import AccessPolicy, ListedNetwork
from consoleapp.gateways.proof import AccessResult
from tests.registries.authority import Authority
from tests.registries.images import Image, Pusher, make_image
from tests.registries.install import has_registry
from tests.registries.servers import htpasswd, running_registry
from tests.registries.tokens import ISSUER, SERVICE, TokenServer

# The characters that break a careless client: a blank, a colon, a percent sign, letters beyond ASCII.
PASSWORD = "pass: wörd%41+/="
AMD64, ARM64 = make_image("amd64"), make_image("arm64", text="hello, arm")


@dataclass(frozen=True)
class Registry:
    """A running registry: ``host`` is what stands in an image address."""

    host: str
    scheme: str
    ca_file: str
    digests: dict[str, str] = field(default_factory=dict)
    token_server: TokenServer | None = None

    @property
    def port(self) -> int:
        return int(self.host.rpartition(":")[2])

    def listed(self, scheme: str = "") -> ListedNetwork:
        return ListedNetwork.of("localhost", "127.0.0.0/8", self.port, scheme or self.scheme)

    def check(
        self,
        image: str,
        user: str = "",
        password: str = PASSWORD,
        *,
        policy: AccessPolicy | None = None,
        ca_file: str = "",
        architecture: str = "amd64",
        plain_http: tuple[str, ...] | None = None,
        insecure: Mapping[str, str] | None = None,
    ) -> AccessResult:
        """The check of an image of this registry, the registry being listed unless a policy is given."""
        credential = ImageRegistryCredential(self.host, user, Secret(password)) if user else None
        policy = policy or self.policy()
        access = Access(policy, SocketDial(policy, ca_file=ca_file or self.ca_file, resolver=_loopback))
        reference = parse_image_reference(f"{self.host}/{image}")
        if plain_http is None:
            plain_http = (self.host,) if self.scheme == "http" else ()
        return access.check(
            reference, credential=credential, architecture=architecture, plain_http=plain_http, insecure=insecure
        )

    def policy(self, *more: ListedNetwork, scheme: str = "", **settings: object) -> AccessPolicy:
        values: dict[str, object] = {"allows_loopback": True, "minimum_seconds": 0, **settings}
        return AccessPolicy(networks=(self.listed(scheme), *more), **values)  # type: ignore[arg-type]


def _loopback(host: str, seconds: float) -> tuple[str, ...]:
    return ("127.0.0.1",)


def _fill(registry: Registry, headers: Callable[[str], dict[str, str]] = lambda repository: {}) -> None:
    def push(repository: str, tag: str, *images: Image) -> None:
        pusher = Pusher(f"{registry.scheme}://{registry.host}", headers(repository), registry.ca_file)
        registry.digests[f"{repository}:{tag}"] = pusher.push(repository, tag, *images)

    for tag in ("1.0.0", "1.1.0", "latest"):
        push("team/api", tag, AMD64, ARM64)
    push("team/single", "1.0.0", AMD64)
    push("team/edge", "1.0.0", ARM64)


@pytest.fixture(scope="session")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture(scope="session")
def other_authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    """One that nobody trusts."""
    return Authority(tmp_path_factory.mktemp("other-authority"), "Unknown Authority")


@pytest.fixture(scope="session")
def make_registry(tmp_path_factory: pytest.TempPathFactory, authority: Authority) -> Iterator["Factory"]:
    if not has_registry():
        pytest.skip("docker-registry and htpasswd are not installed: make registry")
    with ExitStack() as stack:
        yield Factory(stack, authority, tmp_path_factory.mktemp)


@dataclass
class Factory:
    """Starts registries that live as long as the session."""

    stack: ExitStack
    authority: Authority
    make_folder: Callable[[str], Path]

    def open(self) -> Registry:
        port = self.stack.enter_context(running_registry(self.make_folder("open")))
        registry = Registry(f"localhost:{port}", "http", str(self.authority.ca_file))
        _fill(registry)
        return registry

    def with_login(self, *, issued_by: Authority | None = None) -> Registry:
        folder = self.make_folder("login")
        auth = htpasswd(folder, "alice", PASSWORD)
        tls = issued_by.issue("localhost") if issued_by else None
        port = self.stack.enter_context(running_registry(folder, tls=tls, auth=auth))
        ca_file = issued_by.ca_file if issued_by else self.authority.ca_file
        registry = Registry(f"localhost:{port}", "https" if tls else "http", str(ca_file))
        _fill(registry, lambda repository: {"Authorization": f"Basic {_base64(f'alice:{PASSWORD}')}"})
        return registry

    def with_certificate_of(self, name: str, *, is_expired: bool = False) -> Registry:
        tls = self.authority.issue(name, is_expired=is_expired)
        port = self.stack.enter_context(running_registry(self.make_folder("tls"), tls=tls))
        return Registry(f"localhost:{port}", "https", str(self.authority.ca_file))

    def with_token_server(self) -> Registry:
        folder = self.make_folder("token")
        signing = self.authority.issue("signing.test", with_rsa=True)
        tokens = TokenServer(
            signing,
            users={"alice": PASSWORD, "carol": PASSWORD, "root": "root"},
            readers={"team/api": {""}, "team/single": {"alice"}},
            writers={"root"},
        )
        tls = self.authority.issue("localhost")
        self.stack.enter_context(tokens.running(tls))
        auth = {
            "token": {
                "realm": tokens.realm,
                "service": SERVICE,
                "issuer": ISSUER,
                "rootcertbundle": str(self.authority.ca_file),
            }
        }
        port = self.stack.enter_context(running_registry(folder, tls=tls, auth=auth))
        registry = Registry(f"localhost:{port}", "https", str(self.authority.ca_file), token_server=tokens)
        scope = "repository:{}:pull,push"
        _fill(
            registry, lambda repository: {"Authorization": f"Bearer {tokens.token('root', scope.format(repository))}"}
        )
        return registry


def _base64(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


@pytest.fixture(scope="session")
def open_registry(make_registry: Factory) -> Registry:
    return make_registry.open()


@pytest.fixture(scope="session")
def login_registry(make_registry: Factory) -> Registry:
    """With htpasswd, over plain HTTP."""
    return make_registry.with_login()


@pytest.fixture(scope="session")
def self_issued_registry(make_registry: Factory, other_authority: Authority) -> Registry:
    """With htpasswd, over TLS with a certificate of an authority that nobody trusts."""
    return make_registry.with_login(issued_by=other_authority)


@pytest.fixture(scope="session")
def token_registry(make_registry: Factory) -> Registry:
    """Behind a token server at another port."""
    return make_registry.with_token_server()


@pytest.fixture(scope="session")
def expired_registry(make_registry: Factory) -> Registry:
    return make_registry.with_certificate_of("localhost", is_expired=True)


@pytest.fixture(scope="session")
def misnamed_registry(make_registry: Factory) -> Registry:
    return make_registry.with_certificate_of("registry.example")
