"""Fires at the real metadata addresses from every entry of the check; prints what happened as JSON.

To be run in a network namespace of its own (`unshare -n python -m tests.hostile.metadata`): the addresses are put on
its loopback interface, with canaries listening on every usual port. The admin's list is as generous as it can be, so
that only the list that nobody can override stands between the check and them. `test_metadata.py` runs and judges this.
"""

import json
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field

from consoleapp.domain.image import ImageReference
from consoleapp.gateways.oci import realm
from consoleapp.gateways.oci.access import Access
from consoleapp.gateways.oci.connection import SocketDial
from consoleapp.gateways.oci.guard import Guard
from consoleapp.gateways.oci.policy import AccessPolicy, ListedNetwork
from tests.hostile.listeners import Asked, Listener, answer

METADATA = (
    "100.100.100.200",
    "100.100.2.136",
    "100.100.2.138",
    "169.254.169.254",
    "169.254.170.2",
    "168.63.129.16",
    "192.0.0.192",
    "fd00:ec2::254",
    "fd20:ce::254",
    # What some gateway would turn into an IPv4 packet to one of the above.
    "64:ff9b::6464:64c8",
    "2002:6464:64c8::1",
    "2001:0:6464:64c8::1",
)
OWN = ("10.1.2.3", "fd12::1")  # private, listed by the admin, and named in CONSOLE_OWN_ADDRESSES
MAPPED = ("::ffff:100.100.100.200", "::ffff:169.254.169.254", "::ffff:a9fe:a9fe")
# Fired at without the guard, for the proof that the shots do hit.
SAMPLE = ("100.100.100.200", "169.254.169.254", "fd00:ec2::254")
CANARY_PORTS = (80, 443, 5000)
REGISTRY, REGISTRY_PORT = "127.0.0.2", 8000


class OpenGuard(Guard):
    """No guard at all: the control that shows the canaries can be reached."""

    def refusal(self, origin: object) -> None:
        return None

    def permits(self, origin: object, address: object) -> bool:
        return True


@dataclass
class Range:
    """The canaries, and a registry on plain HTTP that answers as told."""

    canaries: list[Listener]
    registry_says: bytes = b""
    causes: dict[str, str] = field(default_factory=dict)

    @property
    def connections(self) -> int:
        return sum(canary.connections for canary in self.canaries)


def main() -> None:
    """Sets everything up, fires, and prints the outcome."""
    _put_on_loopback((*METADATA, *OWN))
    with ExitStack() as stack:
        canaries = [
            stack.enter_context(Listener(_welcome, address=address, port=port).running())
            for address in ("0.0.0.0", "::")
            for port in CANARY_PORTS
        ]
        field_of_fire = Range(canaries)
        registry = Listener(lambda asked: field_of_fire.registry_says, address=REGISTRY, port=REGISTRY_PORT)
        stack.enter_context(registry.running())
        reachable = _control(field_of_fire)
        before = field_of_fire.connections
        realm.is_allowed = lambda *arguments: True
        for address in (*METADATA, *OWN, *MAPPED):
            for port in CANARY_PORTS:
                _fire(field_of_fire, Guard, address, port)
        fired_at = field_of_fire.connections - before
        guarded = dict(field_of_fire.causes)
        before = field_of_fire.connections
        for address in SAMPLE:
            _fire(field_of_fire, OpenGuard, address, CANARY_PORTS[0])
        outcome = {
            "reachable": reachable,
            "connections": fired_at,
            "causes": guarded,
            "connections_without_guard": field_of_fire.connections - before,
        }
    sys.stdout.write(json.dumps(outcome))


def _welcome(asked: Asked) -> bytes:
    return answer(200, b'{"token": "x", "tags": []}')


def _put_on_loopback(addresses: tuple[str, ...]) -> None:
    subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
    for address in addresses:
        length = "128" if ":" in address else "32"
        subprocess.run(["ip", "addr", "add", f"{address}/{length}", "dev", "lo"], check=True)


def _control(field_of_fire: Range) -> list[str]:
    """The addresses at which a canary can really be reached."""
    found = []
    for address in (*METADATA, *OWN, *MAPPED):
        before = field_of_fire.connections
        with socket.create_connection((address, CANARY_PORTS[0]), 2) as connection:
            connection.sendall(b"GET / HTTP/1.1\r\n\r\n")
            connection.recv(10)
        if field_of_fire.connections > before:
            found.append(address)
    return found


def _fire(field_of_fire: Range, guard: type[Guard], address: str, port: int) -> None:
    for entry, cause in _shots(field_of_fire, guard, address, port):
        field_of_fire.causes[f"{entry} {address} {port}"] = cause


def _shots(field_of_fire: Range, guard: type[Guard], address: str, port: int) -> Iterator[tuple[str, str]]:
    bracketed = f"[{address}]" if ":" in address else address
    if ":" not in address:
        yield "literal", _check(guard, f"{address}:{port}", (address,))
    yield "name", _check(guard, f"name.test:{port}", (address,))
    yield "second answer", _check(guard, f"name.test:{port}", ("127.0.0.3", address))
    yield "first answer", _check(guard, f"name.test:{port}", (address, "127.0.0.3"))
    yield "plain name", _check(guard, f"name.test:{port}", (address,), is_plain=True)
    for header in (
        f'WWW-Authenticate: Bearer realm="http://{bracketed}:{port}/t"',
        f'WWW-Authenticate: Bearer realm="http://name.test:{port}/t"',
        f'WWW-Authenticate: Bearer realm="https://name.test:{port}/t"',
    ):
        field_of_fire.registry_says = answer(401, b"", header)
        yield header.partition("realm=")[2], _check_at_registry(guard, address)
    field_of_fire.registry_says = answer(302, b"", f"Location: http://{bracketed}:{port}/latest/meta-data/")
    yield "redirect", _check_at_registry(guard, address)
    field_of_fire.registry_says = answer(200, b'{"tags": []}', f'Link: <http://{bracketed}:{port}/>; rel="next"')
    yield "link", _tags_at_registry(guard, address)


def _access(guard: type[Guard], answers: tuple[str, ...]) -> Access:
    ports = (*CANARY_PORTS, REGISTRY_PORT)
    policy = AccessPolicy(
        networks=tuple(
            ListedNetwork.of("*", network, port, "http") for network in ("0.0.0.0/0", "::/0") for port in ports
        ),
        allows_unlisted_hosts=True,
        allows_loopback=True,
        # All are this machine's own here; that alone must not be what saves the metadata services.
        own_addresses=OWN if set(answers) & set(OWN) else (),
        minimum_seconds=0,
        total_seconds=1,
        dial_seconds=0.5,
    )
    return Access(policy, SocketDial(policy, resolver=lambda host, seconds: answers, guard=guard(policy)))


def _check(guard: type[Guard], host: str, answers: tuple[str, ...], *, is_plain: bool = False) -> str:
    # Built by hand: the parser of image addresses would already refuse most of these hosts.
    reference = ImageReference(host, "a/b", "1", None)
    return _access(guard, answers).check(reference, credential=None, plain_http=[host] if is_plain else []).cause


def _check_at_registry(guard: type[Guard], address: str) -> str:
    host = f"{REGISTRY}:{REGISTRY_PORT}"
    reference = ImageReference(host, "a/b", "1", None)
    return _access(guard, (address,)).check(reference, credential=None, plain_http=[host]).cause


def _tags_at_registry(guard: type[Guard], address: str) -> str:
    host = f"{REGISTRY}:{REGISTRY_PORT}"
    reference = ImageReference(host, "a/b", None, None)
    return _access(guard, (address,)).tags(reference, credential=None, plain_http=[host]).cause


if __name__ == "__main__":
    main()
