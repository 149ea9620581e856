"""The one place that builds the ports: from an account and plain settings to a ``Cloud``.

It knows no web framework; the web layer fills ``CloudSettings`` from its own settings and chooses the account.
In simulator mode without an endpoint the simulator runs in this process, behind the same HTTP client.
"""

from __future__ import annotations

import hmac
import re
import threading
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import lru_cache, partial
from pathlib import Path

from consoleapp.gateways.alibaba import sts
from consoleapp.gateways.alibaba.account import Account, Keys
from consoleapp.gateways.alibaba.catalogue import DockerHub, ImageCatalogue
from consoleapp.gateways.alibaba.client import Client
from consoleapp.gateways.alibaba.clock import CloudClock
from consoleapp.gateways.alibaba.cr import ContainerRegistry
from consoleapp.gateways.alibaba.eci import ElasticContainerInstance
from consoleapp.gateways.alibaba.endpoints import Endpoints
from consoleapp.gateways.alibaba.sts import Identity, KeyStore, Role, RoleKeys, session_name
from consoleapp.gateways.alibaba.transport import Transport, http_session
from consoleapp.gateways.alibaba.vpc import VirtualPrivateCloud
from consoleapp.gateways.breaker import Breaker, SharedStore
from consoleapp.gateways.embedded import WSGIAdapter
from consoleapp.gateways.oci.access import Access
from consoleapp.gateways.oci.connection import SocketDial
from consoleapp.gateways.oci.dial import Dial
from consoleapp.gateways.oci.embedded import EmbeddedDial
from consoleapp.gateways.oci.limiter import Limiter
from consoleapp.gateways.oci.policy import AccessPolicy, ListedNetwork
from consoleapp.gateways.ports.container_groups import ContainerGroups
from consoleapp.gateways.ports.images import Catalogue, ImageAccess, Registries
from consoleapp.gateways.ports.networks import Networks

__all__ = [
    "AccessPolicy",
    "Account",
    "Cloud",
    "CloudSettings",
    "Identity",
    "ListedNetwork",
    "Role",
    "caller_identity",
    "cloud_for",
    "image_access_for",
    "session_name",
    "simulator_account",
    "simulator_secret",
]

_is_world_name = re.compile(r"[A-Za-z0-9_-]{1,64}").fullmatch


@dataclass(frozen=True)
class CloudSettings:
    """How the cloud is reached.

    ``mode`` is simulator or alibaba. ``endpoint`` "" means the vendor's own addresses, or with the simulator this
    process. ``parameters_in`` is query or body. ``regions`` are those beyond the shipped ones. Of the embedded
    simulator: ``simulator_state`` is its file (None: memory), ``simulator_key`` the text its access keys are derived
    from, ``simulator_speed`` how many times faster than the clock its container groups live. ``shared`` is where all
    processes keep what they know of an address that does not answer; without one nobody keeps count.
    """

    mode: str = "simulator"
    endpoint: str = ""
    parameters_in: str = "query"
    regions: frozenset[str] = frozenset()
    connect_timeout_seconds: float = 3
    read_timeout_seconds: float = 10
    simulator_state: Path | str | None = None
    simulator_key: str = field(default="", repr=False)
    simulator_speed: float = 1
    shared: SharedStore | None = field(default=None, repr=False)

    def __post_init__(self) -> None:
        if self.mode not in {"simulator", "alibaba"}:
            raise ValueError("the mode must be simulator or alibaba")


@dataclass(frozen=True)
class Cloud:
    """Everything an account can ask of the cloud."""

    container_groups: ContainerGroups
    networks: Networks
    registries: Registries
    catalogue: Catalogue


@dataclass(frozen=True)
class _Connection:
    """What all accounts share: connections, the cloud's clock, the address book, the list of Docker's images."""

    transport: Transport
    clock: CloudClock
    endpoints: Endpoints
    docker_hub: DockerHub
    role_keys: KeyStore = field(default_factory=KeyStore)


def cloud_for(account: Account | Role, settings: CloudSettings) -> Cloud:
    """Return the cloud as this account sees it. Cheap: connections are made once a process for each ``settings``."""
    with _one_at_a_time:
        connection = _connection(settings)
    client = _client(connection, account, settings)
    return Cloud(
        container_groups=ElasticContainerInstance(client),
        networks=VirtualPrivateCloud(client),
        registries=ContainerRegistry(client),
        catalogue=ImageCatalogue(connection.docker_hub, client.common_images_address),
    )


def caller_identity(account: Account | Role, settings: CloudSettings) -> Identity:
    """Ask the cloud whose this key is, or that of the role. Raise GatewayError."""
    with _one_at_a_time:
        connection = _connection(settings)
    return sts.caller_identity(_client(connection, account, settings))


def _client(connection: _Connection, account: Account | Role, settings: CloudSettings) -> Client:
    keys: Keys = account if isinstance(account, Account) else _role_keys(connection, account, settings)
    return Client(
        connection.transport,
        keys,
        endpoints=connection.endpoints,
        parameters_in=settings.parameters_in,
        clock=connection.clock,
        breaker_of=_breaker_of(keys, settings),
    )


def _role_keys(connection: _Connection, role: Role, settings: CloudSettings) -> RoleKeys:
    return RoleKeys(role, _client(connection, role.base, settings), connection.clock, connection.role_keys)


def _breaker_of(account: Keys, settings: CloudSettings) -> Callable[[str], Breaker] | None:
    """Return the breaker of an address, by the address; None where nobody keeps count."""
    shared = settings.shared
    if shared is None:
        return None
    # A simulated account has a world of its own, and the faults that were ordered in it: they are no other account's.
    suffix = f"/{account.name}" if settings.mode == "simulator" else ""
    return lambda base: Breaker(shared, base + suffix)


def image_access_for(actor: str, settings: CloudSettings, policy: AccessPolicy) -> ImageAccess:
    """Return the check of images for one user; ``actor`` is a name that no other user has. Cheap, connects to nothing.

    In simulator mode only the registries of the seeded world exist and no socket is ever opened, whatever the policy.
    """
    with _one_at_a_time:
        shared = _registries(settings.mode, policy)
    return Access(shared.policy, shared.dial, limiter=shared.limiter, actor=actor)


def simulator_account(simulator_key: str, world_name: str) -> Account:
    """Return the access key of one isolated simulated world; the name may hold letters, digits, ``-`` and ``_``."""
    if not _is_world_name(world_name):
        raise ValueError("this is not a name for a simulated world")
    access_key_id = f"simulated-{world_name}"
    return Account(access_key_id, simulator_secret(simulator_key, access_key_id))


def simulator_secret(simulator_key: str, access_key_id: str) -> str:
    """Return the secret that belongs to an access key id of the embedded simulator."""
    if not simulator_key:
        raise ValueError("the embedded simulator needs a key that its access keys are derived from")
    return hmac.digest(simulator_key.encode(), access_key_id.encode(), "sha256").hex()


class _DerivedKeys:
    """A key ring that knows every access key id: each has the secret derived from it."""

    def __init__(self, simulator_key: str) -> None:
        self._simulator_key = simulator_key

    def secret_of(self, access_key_id: str) -> str | None:
        return simulator_secret(self._simulator_key, access_key_id)


_one_at_a_time = threading.Lock()


@lru_cache(maxsize=8)
def _connection(settings: CloudSettings) -> _Connection:
    # The simulator as a service of its own speaks plain HTTP inside its network.
    is_simulated = settings.mode == "simulator"
    endpoints = Endpoints(settings.endpoint, may_be_plain=is_simulated, regions=settings.regions)
    adapter = _embedded_simulator(settings) if is_simulated and not settings.endpoint else None
    transport = Transport(
        http_session(adapter),
        connect_timeout=settings.connect_timeout_seconds,
        read_timeout=settings.read_timeout_seconds,
    )
    return _Connection(transport, CloudClock(), endpoints, DockerHub(transport, endpoints))


@dataclass(frozen=True)
class _RegistryWay:
    """What the checks of all users share."""

    policy: AccessPolicy
    dial: Dial
    limiter: Limiter


@lru_cache(maxsize=8)
def _registries(mode: str, policy: AccessPolicy) -> _RegistryWay:
    dial: Dial
    if mode == "simulator":
        dial = _embedded_registries()
        # There is no network whose inside the time of an answer could tell about.
        policy = replace(policy, minimum_seconds=0)
    else:
        dial = SocketDial(policy)
    return _RegistryWay(policy, dial, Limiter(policy.checks_per_user, policy.checks))


def _embedded_registries() -> EmbeddedDial:
    from consoleapp.simulator.catalog import Catalog
    from consoleapp.simulator.registries import reach
    from consoleapp.simulator.registries.app import make_registries_app

    catalog = Catalog.load()
    return EmbeddedDial(
        make_registries_app(catalog),
        scheme_of=partial(reach.scheme_of, catalog),
        certificate_of=partial(reach.certificate_of, catalog),
        contact_of=partial(reach.contact_of, catalog),
    )


def _embedded_simulator(settings: CloudSettings) -> WSGIAdapter:
    # Loaded only here: in real-cloud mode no part of the simulator exists in the process.
    from consoleapp.simulator.app import make_app

    app = make_app(
        state=settings.simulator_state,
        keys=_DerivedKeys(settings.simulator_key),
        speed=settings.simulator_speed,
        wait=_give_up,
    )
    return WSGIAdapter(app)


def _give_up(_seconds: float) -> None:
    """Stand for a late answer: who asked has given up by then, and waiting would keep the thread of a page."""
    raise TimeoutError
