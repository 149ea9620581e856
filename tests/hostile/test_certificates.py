"""A registry whose certificate nobody vouches for: the login goes to the very certificate that the user took.

The registry's authority is one that the client does not trust; the user has listed the registry as such.
"""

import hashlib
import socket
import threading
from collections.abc import Callable

import pytest

from consoleapp.domain.image import parse_image_reference
from consoleapp.gateways.oci.access import Access
from consoleapp.gateways.oci.budget import Budget
from consoleapp.gateways.oci.connection import SocketDial
from consoleapp.gateways.oci.dial import DialError, Origin, Request
from consoleapp.gateways.oci.policy import AccessPolicy, ListedNetwork
from consoleapp.gateways.proof import AccessResult, Cause, CertificateEvidence
from tests.hostile.conftest import SetScene
from tests.hostile.listeners import Asked, Listener, Reply, answer
from tests.hostile.scene import TOKEN, TRACES, Scene, challenging, honest, make_certificate, set_scene
from tests.registries.authority import Authority, Pair

BASIC_OFFER = 'WWW-Authenticate: Basic realm="registry"'
BEARER_OFFER = 'WWW-Authenticate: Bearer realm="https://{R}/t"'


@pytest.fixture(scope="session")
def stranger(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    """An authority that nobody trusts."""
    return Authority(tmp_path_factory.mktemp("stranger-authority"), "Unknown Authority")


@pytest.fixture(scope="session")
def self_issued(stranger: Authority) -> Pair:
    return make_certificate(stranger)


@pytest.fixture
def unproved(scene_of: SetScene, self_issued: Pair) -> Callable[..., Scene]:
    """Sets a scene whose registry offers these log-ins and shows the self-issued certificate."""

    def set_unproved(offer: str) -> Scene:
        scenes: list[Scene] = []
        scenes.append(scene_of(lambda asked: private(offer, asked, scenes[0])))
        scenes[0].registry.tls = self_issued
        return scenes[0]

    return set_unproved


def private(offer: str, asked: Asked, scene: Scene) -> Reply:
    """What a registry answers that gives nothing, and no token, to who does not log in."""
    if asked.header("authorization"):
        return challenging(offer, scene=lambda: scene)(asked)
    return answer(401, b"", scene.fill(offer))


def fingerprint(pair: Pair) -> str:
    return hashlib.sha256(pair.der).hexdigest()


def check(scene: Scene, pin: str | None, access: Access | None = None, *, with_login: bool = True) -> AccessResult:
    """The check with the registry listed as one whose certificate need not hold (not listed for None)."""
    return (access or scene.access()).check(
        parse_image_reference(f"{scene.host}/team/api:1.0"),
        credential=scene.credential() if with_login else None,
        insecure=None if pin is None else {scene.host: pin},
    )


def traces_at(listener: Listener) -> list[bytes]:
    return [trace for trace in (*TRACES, TOKEN.encode()) if trace in bytes(listener.received)]


@pytest.mark.parametrize("offer", [BASIC_OFFER, BEARER_OFFER])
@pytest.mark.parametrize("pin", ["", "0" * 64], ids=["none taken", "another one taken"])
def test_no_byte_of_the_login_goes_to_a_certificate_that_was_not_taken(
    unproved: Callable[..., Scene], self_issued: Pair, offer: str, pin: str
) -> None:
    scene = unproved(offer)
    result = check(scene, pin)
    assert result.cause is Cause.CERTIFICATE_NOT_PINNED
    assert isinstance(result.evidence, CertificateEvidence)
    assert result.evidence.sha256_fingerprint == fingerprint(self_issued)
    assert result.checked_as == ""
    assert traces_at(scene.registry) == []


@pytest.mark.parametrize("offer", [BASIC_OFFER, BEARER_OFFER])
def test_the_login_goes_to_the_certificate_that_was_taken(
    unproved: Callable[..., Scene], self_issued: Pair, offer: str
) -> None:
    result = check(unproved(offer), fingerprint(self_issued))
    assert (result.cause, result.checked_as) == (Cause.CAN_BE_PULLED, "canary-user")


@pytest.mark.parametrize("offer", [BASIC_OFFER, BEARER_OFFER])
def test_a_certificate_that_changes_before_the_login_gets_nothing(
    scene_of: SetScene, self_issued: Pair, stranger: Authority, offer: str
) -> None:
    impostor = make_certificate(stranger)
    scenes: list[Scene] = []

    def reply(asked: Asked) -> Reply:
        # The anonymous question was answered by the real one; from now on somebody stands in between.
        scenes[0].registry.tls = impostor
        return private(offer, asked, scenes[0])

    scenes.append(scene_of(reply))
    scenes[0].registry.tls = self_issued
    result = check(scenes[0], fingerprint(self_issued))
    assert result.cause is Cause.CERTIFICATE_NOT_PINNED
    assert isinstance(result.evidence, CertificateEvidence)
    assert result.evidence.sha256_fingerprint == fingerprint(impostor)
    assert traces_at(scenes[0].registry) == []


def test_what_everybody_may_read_is_read_without_the_login(scene_of: SetScene, self_issued: Pair) -> None:
    scene = scene_of(honest)
    scene.registry.tls = self_issued
    result = check(scene, "")
    assert (result.cause, result.proved_anonymous, result.checked_as) == (Cause.CAN_BE_PULLED, True, "")
    assert traces_at(scene.registry) == []


def test_an_anonymous_token_is_enough_where_everybody_may_read(scene_of: SetScene, self_issued: Pair) -> None:
    scenes: list[Scene] = []
    scenes.append(scene_of(challenging(BEARER_OFFER, scene=lambda: scenes[0])))
    scenes[0].registry.tls = self_issued
    for with_login in (False, True):
        result = check(scenes[0], "", with_login=with_login)
        assert (result.cause, result.proved_anonymous) == (Cause.CAN_BE_PULLED, True)
    assert [trace for trace in TRACES if trace in bytes(scenes[0].registry.received)] == []


def test_without_being_listed_its_certificate_must_hold(unproved: Callable[..., Scene]) -> None:
    scene = unproved(BASIC_OFFER)
    assert check(scene, None).cause is Cause.CERTIFICATE_NOT_TRUSTED
    assert scene.registry.received == b""


def test_a_listed_registry_whose_certificate_holds_needs_no_fingerprint(scene_of: SetScene) -> None:
    scenes: list[Scene] = []
    scenes.append(scene_of(challenging(BASIC_OFFER, scene=lambda: scenes[0])))
    assert check(scenes[0], "").cause is Cause.CAN_BE_PULLED


def test_an_authority_that_an_admin_trusts_for_the_host_proves_its_certificate(
    unproved: Callable[..., Scene], stranger: Authority
) -> None:
    scene = unproved(BASIC_OFFER)
    trusting = scene.access(authorities=((scene.host, str(stranger.ca_file)),))
    assert check(scene, "", trusting).cause is Cause.CAN_BE_PULLED


def test_that_authority_proves_no_other_host_and_no_other_name(
    scene_of: SetScene, stranger: Authority, unproved: Callable[..., Scene]
) -> None:
    scene = unproved(BASIC_OFFER)
    elsewhere = scene.access(authorities=(("other.test", str(stranger.ca_file)),))
    assert check(scene, "", elsewhere).cause is Cause.CERTIFICATE_NOT_PINNED
    scene.registry.tls = stranger.issue("other.test")
    trusting = scene.access(authorities=((scene.host, str(stranger.ca_file)),))
    assert check(scene, "", trusting).cause is Cause.CERTIFICATE_NOT_PINNED
    assert traces_at(scene.registry) == []


@pytest.mark.parametrize("is_listed", [False, True], ids=["the registry's holds", "the registry's need not hold"])
def test_a_token_server_elsewhere_is_always_verified(
    authority: Authority, certificate: Pair, self_issued: Pair, is_listed: bool
) -> None:
    scenes: list[Scene] = []
    offer = 'WWW-Authenticate: Bearer realm="https://{E}/t"'
    with set_scene(authority, certificate, challenging(offer, scene=lambda: scenes[0])) as scene:
        scenes.append(scene)
        scene.evil.tls = self_issued
        if is_listed:
            scene.registry.tls = self_issued
        realm = scene.fill("https://{E}/t")
        policy = AccessPolicy(
            networks=tuple(
                ListedNetwork.of(host, "127.0.0.0/8", port)
                for host, port in (("registry.test", scene.registry.port), ("evil.test", scene.evil.port))
            ),
            token_servers=((scene.host, realm),),
            allows_loopback=True,
            minimum_seconds=0,
        )
        dial = SocketDial(policy, resolver=lambda host, seconds: ("127.0.0.1",), ca_file=str(authority.ca_file))
        result = check(scene, fingerprint(self_issued) if is_listed else None, Access(policy, dial))
        assert result.cause is Cause.CERTIFICATE_NOT_TRUSTED
        assert isinstance(result.evidence, CertificateEvidence)
        assert result.evidence.host == f"evil.test:{scene.evil.port}"
        assert scene.leaks() == []


@pytest.mark.parametrize("verify", [True, False])
def test_no_version_of_tls_below_1_2_is_offered(verify: bool) -> None:
    greeting: list[bytes] = []
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen(1)

        def greet() -> None:
            with server.accept()[0] as connection:
                greeting.append(connection.recv(4096))

        thread = threading.Thread(target=greet)
        thread.start()
        port = server.getsockname()[1]
        policy = AccessPolicy(
            networks=(ListedNetwork.of("registry.test", "127.0.0.0/8", port),), allows_loopback=True, minimum_seconds=0
        )
        line = SocketDial(policy, resolver=lambda host, seconds: ("127.0.0.1",)).start(Budget(2, 4096))
        with pytest.raises(DialError):
            line.send(Request("GET", Origin("https", "registry.test", port), "/v2/", 4096, verify=verify))
        line.close()
        thread.join()
    assert _offered_versions(greeting[0]) == {b"\x03\x04", b"\x03\x03"}


def _offered_versions(hello: bytes) -> set[bytes]:
    """Those of the extension supported_versions (RFC 8446, 4.2.1)."""
    at = hello.index(b"\x00\x2b\x00") + 4
    listed = hello[at + 1 : at + 1 + hello[at]]
    return {listed[index : index + 2] for index in range(0, len(listed), 2)}


@pytest.mark.parametrize(
    "header", ["Content-Encoding: gzip", "Content-Encoding: identity, gzip", "Transfer-Encoding: gzip"]
)
def test_an_answer_that_says_it_is_encoded_is_not_read_even_where_it_could_be(scene_of: SetScene, header: str) -> None:
    def reply(asked: Asked) -> Reply:
        return honest(asked).replace(b"\r\n", f"\r\n{header}\r\n".encode(), 1)

    assert check(scene_of(reply), None, with_login=False).cause is Cause.MALFORMED_ANSWER


def test_a_wait_above_the_cap_is_not_waited_for_however_much_time_is_left(scene_of: SetScene) -> None:
    scene = scene_of(lambda asked: answer(429, b"", "Retry-After: 3"))
    assert check(scene, None, scene.access(total_seconds=30)).cause is Cause.RATE_LIMITED
    assert len(scene.registry.asked) == 1
