"""consoleapp/gateways/oci/connection.py: a name is resolved once, and every answer must pass before one is dialled."""

import ast
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

import consoleapp.gateways.oci
from consoleapp.gateways.oci import resolver
from consoleapp.gateways.oci.budget import Budget
from consoleapp.gateways.oci.connection import SocketDial, SocketLine
from consoleapp.gateways.oci.dial import HostNotFound, NoAnswer, Origin, Refused, Request
from consoleapp.gateways.oci.policy import AccessPolicy, ListedNetwork
from consoleapp.gateways.oci.resolver import NotResolved

ORIGIN = Origin("https", "registry.example", 443)
OPEN = AccessPolicy(allows_unlisted_hosts=True)


class Net:
    """Records what is dialled; nothing answers."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, *answers: tuple[str, ...]) -> None:
        self.answers = list(answers)
        self.asked: list[str] = []
        self.dialled: list[tuple[str, int]] = []

        def connect_to(line: SocketLine, text: str, port: int, seconds: float) -> None:
            self.dialled.append((text, port))
            raise OSError

        monkeypatch.setattr(SocketLine, "_connect_to", connect_to)

    def resolve(self, host: str, seconds: float) -> tuple[str, ...]:
        self.asked.append(host)
        if not self.answers:
            raise NotResolved
        return self.answers.pop(0)

    def line(self, policy: AccessPolicy = OPEN) -> SocketLine:
        return SocketDial(policy, resolver=self.resolve, own=lambda: ()).start(Budget(5, 10_000))


def _request(origin: Origin = ORIGIN) -> Request:
    return Request("GET", origin, "/v2/", 1000)


def test_a_name_is_resolved_once_and_its_own_addresses_are_dialled(monkeypatch: pytest.MonkeyPatch) -> None:
    net = Net(monkeypatch, ("8.8.8.8", "2606:4700::1"), ("100.100.100.200",))
    line = net.line()
    for _ in range(3):
        with pytest.raises(NoAnswer):
            line.send(_request())
    line.close()
    assert net.asked == ["registry.example"]
    assert set(net.dialled) == {("8.8.8.8", 443), ("2606:4700::1", 443)}


@pytest.mark.parametrize(
    "answers",
    [
        ("8.8.8.8", "10.0.0.1"),
        ("10.0.0.1", "8.8.8.8"),
        ("8.8.8.8", "2606:4700::1", "::ffff:100.100.100.200"),
        ("8.8.8.8", "fe80::1%eth0"),
        ("8.8.8.8", "not an address"),
        ("127.0.0.1",),
        ("0.0.0.0",),
    ],
)
def test_one_bad_answer_refuses_the_whole_name_like_a_name_that_does_not_exist(
    monkeypatch: pytest.MonkeyPatch, answers: tuple[str, ...]
) -> None:
    net = Net(monkeypatch, answers)
    line = net.line()
    with pytest.raises(HostNotFound):
        line.send(_request())
    line.close()
    assert net.dialled == []


def test_of_a_listed_host_the_refusal_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    net = Net(monkeypatch, ("10.0.0.1", "192.168.0.1"))
    line = net.line(AccessPolicy(networks=(ListedNetwork.of("registry.example", "10.0.0.0/8"),)))
    with pytest.raises(Refused):
        line.send(_request())
    line.close()
    assert net.dialled == []


def test_an_error_of_the_resolver_is_a_refusal(monkeypatch: pytest.MonkeyPatch) -> None:
    net = Net(monkeypatch)
    line = net.line()
    with pytest.raises(HostNotFound):
        line.send(_request())
    line.close()


@pytest.mark.parametrize(
    "origin",
    [Origin("http", "registry.example", 80), Origin("https", "registry.example", 22), Origin("https", "10.0.0.1", 443)],
)
def test_what_the_text_forbids_is_not_even_resolved(monkeypatch: pytest.MonkeyPatch, origin: Origin) -> None:
    net = Net(monkeypatch, ("8.8.8.8",))
    line = net.line()
    with pytest.raises(Refused):
        line.send(_request(origin))
    line.close()
    assert (net.asked, net.dialled) == ([], [])


def test_no_more_than_three_addresses_are_tried(monkeypatch: pytest.MonkeyPatch) -> None:
    net = Net(monkeypatch, tuple(f"8.8.8.{last}" for last in range(20)))
    line = net.line()
    with pytest.raises(NoAnswer):
        line.send(_request())
    line.close()
    assert len(net.dialled) == 3


@pytest.mark.parametrize(
    "request_",
    [
        Request("GET", ORIGIN, "/v2/ HTTP/1.1\r\nX: y", 10),
        Request("GET", ORIGIN, "v2", 10),
        Request("GET", ORIGIN, "/é", 10),
        Request("GET", ORIGIN, "/", 10, headers=(("Authorization", "Basic a\r\nX: y"),)),
        Request("POST", ORIGIN, "/", 10),
        Request("GET", ORIGIN, "/", 10, headers=(("Authorization", "Basic a"),), is_probe=True),
    ],
)
def test_a_request_that_could_be_read_as_two_is_never_sent(monkeypatch: pytest.MonkeyPatch, request_: Request) -> None:
    net = Net(monkeypatch, ("8.8.8.8",))
    line = net.line()
    with pytest.raises(ValueError, match=r"cannot be sent|carries nothing"):
        line.send(request_)
    line.close()
    assert net.asked == []


def test_this_machine_knows_the_addresses_of_its_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(resolver, "_own", (float("-inf"), frozenset()))
    monkeypatch.setattr("socket.gethostname", lambda: "console.example")
    monkeypatch.setattr(resolver, "resolve", lambda host, seconds: {"console.example": ("198.51.100.7",)}[host])
    assert resolver.own_addresses() == {"198.51.100.7"}


def test_a_name_without_an_address_is_no_mistake(monkeypatch: pytest.MonkeyPatch) -> None:
    def nothing(host: str, seconds: float) -> tuple[str, ...]:
        raise NotResolved

    monkeypatch.setattr(resolver, "_own", (float("-inf"), frozenset()))
    monkeypatch.setattr(resolver, "resolve", nothing)
    assert resolver.own_addresses() == frozenset()


def test_no_check_waits_while_another_one_looks_up_this_machine_s_name(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = list[str]()
    monkeypatch.setattr(resolver, "_own", (float("-inf"), frozenset()))
    with ThreadPoolExecutor(1) as other:

        def late(host: str, seconds: float) -> tuple[str, ...]:
            asked.append(host)
            if len(asked) == 1:
                assert other.submit(resolver.own_addresses).result(20) == {"198.51.100.7"}
            return ("198.51.100.7",)

        monkeypatch.setattr(resolver, "resolve", late)
        assert resolver.own_addresses() == {"198.51.100.7"}
    assert len(asked) == 2


def test_only_two_modules_know_sockets() -> None:
    folder = Path(consoleapp.gateways.oci.__file__).parent
    network = {"socket", "ssl", "http", "http.client", "requests", "urllib3", "urllib.request"}
    found = {path.stem for path in folder.glob("*.py") if network & _imports(path)}
    # The budget only shuts what others opened.
    assert found == {"connection", "resolver", "budget"}


def _imports(path: Path) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names |= {node.module, node.module.partition(".")[0]}
    return names
