"""The check against Debian's docker-registry: the right cause in each of its guises."""

import hashlib
from datetime import UTC, datetime

import pytest

from consoleapp.domain.image import parse_image_reference
from consoleapp.gateways.oci.access import Access
from consoleapp.gateways.oci.connection import SocketDial
from consoleapp.gateways.oci.policy import ListedNetwork
from consoleapp.gateways.proof import (
    AccessResult,
    ArchitectureEvidence,
    Cause,
    CertificateEvidence,
    PlainHttpEvidence,
    PolicyEvidence,
    Refusal,
    StatusEvidence,
    TagEvidence,
)
from tests.registries.conftest import AMD64, PASSWORD, Registry

pytestmark = pytest.mark.xdist_group("registries")


def test_an_open_registry_tells_all_about_an_image(open_registry: Registry) -> None:
    result = open_registry.check("team/api:1.0.0")
    assert result.cause is Cause.CAN_BE_PULLED
    assert (result.checked_as, result.proved_anonymous) == ("", True)
    assert result.digest == open_registry.digests["team/api:1.0.0"]
    assert result.architectures == ("amd64", "arm64")
    assert result.total_size_bytes == AMD64.total_size_bytes
    assert result.created == datetime(2026, 1, 2, 3, 4, 5, 123456, UTC)
    assert (result.entrypoint, result.command) == (("/entry.sh",), ("serve", "--port", "80"))
    assert (result.exposed_ports, result.user) == (("80/tcp",), "www")


def test_an_image_of_one_architecture_is_named_by_its_configuration(open_registry: Registry) -> None:
    assert open_registry.check("team/single:1.0.0").architectures == ("amd64",)


def test_a_pinned_digest_is_checked_against_the_bytes(open_registry: Registry) -> None:
    digest = open_registry.digests["team/api:1.0.0"]
    assert open_registry.check(f"team/api@{digest}").digest == digest
    missing = "sha256:" + "0" * 64
    assert open_registry.check(f"team/api@{missing}").evidence == TagEvidence(missing)


@pytest.mark.parametrize(("image", "architecture"), [("team/edge:1.0.0", "amd64"), ("team/api:1.0.0", "s390x")])
def test_an_image_for_another_architecture_says_which_it_has(
    open_registry: Registry, image: str, architecture: str
) -> None:
    result = open_registry.check(image, architecture=architecture)
    available = ("arm64",) if image.startswith("team/edge") else ("amd64", "arm64")
    assert result.cause is Cause.NO_SUCH_ARCHITECTURE
    assert result.evidence == ArchitectureEvidence(architecture, available)


def test_a_missing_tag_comes_with_the_names_near_it(open_registry: Registry) -> None:
    result = open_registry.check("team/api:1.0")
    assert result.cause is Cause.TAG_NOT_FOUND
    assert result.evidence == TagEvidence("1.0", ("1.1.0", "1.0.0"))


def test_a_missing_repository_is_told_from_a_missing_tag(open_registry: Registry) -> None:
    assert open_registry.check("team/nothing:1.0.0").cause is Cause.REPOSITORY_NOT_FOUND


def test_plain_http_is_found_out_when_it_was_not_declared(open_registry: Registry) -> None:
    result = open_registry.check("team/api:1.0.0", plain_http=())
    assert result.cause is Cause.SPEAKS_PLAIN_HTTP
    assert result.evidence == PlainHttpEvidence(open_registry.host, is_declared=False)


def test_declared_plain_http_is_looked_into_only_when_an_admin_listed_it(open_registry: Registry) -> None:
    result = open_registry.check("team/api:1.0.0", policy=open_registry.policy(scheme="https"))
    assert result.cause is Cause.SPEAKS_PLAIN_HTTP
    assert result.evidence == PlainHttpEvidence(open_registry.host, is_declared=True)


def test_a_registry_that_is_declared_as_plain_http_and_speaks_tls_is_said_to_be_that(
    self_issued_registry: Registry,
) -> None:
    policy = self_issued_registry.policy(scheme="http")
    result = self_issued_registry.check("team/api:1.0.0", plain_http=(self_issued_registry.host,), policy=policy)
    assert (result.cause, result.evidence) == (Cause.SPEAKS_TLS, StatusEvidence(self_issued_registry.host, 400))


def test_the_tags_of_a_repository_are_listed(open_registry: Registry) -> None:
    policy = open_registry.policy()
    access = Access(policy, SocketDial(policy, resolver=lambda host, seconds: ("127.0.0.1",)))
    reference = parse_image_reference(f"{open_registry.host}/team/api")
    listed = access.tags(reference, credential=None, plain_http=[open_registry.host])
    assert (listed.cause, listed.is_complete) == (Cause.CAN_BE_PULLED, True)
    assert sorted(listed.names) == ["1.0.0", "1.1.0", "latest"]


def test_a_login_is_asked_for_then_checked(login_registry: Registry) -> None:
    assert login_registry.check("team/api:1.0.0").cause is Cause.NEEDS_LOGIN
    assert login_registry.check("team/api:1.0.0", "alice", "wrong").cause is Cause.WRONG_CREDENTIAL
    right = login_registry.check("team/api:1.0.0", "alice")
    assert (right.cause, right.checked_as, right.proved_anonymous) == (Cause.CAN_BE_PULLED, "alice", False)


def test_with_a_login_a_missing_tag_and_repository_are_still_named(login_registry: Registry) -> None:
    assert login_registry.check("team/api:9", "alice").cause is Cause.TAG_NOT_FOUND
    assert login_registry.check("team/nothing:9", "alice").cause is Cause.REPOSITORY_NOT_FOUND


def test_a_login_does_not_travel_over_plain_http_to_a_host_that_is_not_listed(login_registry: Registry) -> None:
    result = login_registry.check("team/api:1.0.0", "alice", policy=login_registry.policy(scheme="https"))
    assert result.cause is Cause.SPEAKS_PLAIN_HTTP
    assert result.checked_as == ""


def test_a_self_issued_certificate_is_shown(self_issued_registry: Registry, open_registry: Registry) -> None:
    result = self_issued_registry.check("team/api:1.0.0", "alice", ca_file=open_registry.ca_file)
    assert result.cause is Cause.CERTIFICATE_NOT_TRUSTED
    evidence = result.evidence
    assert isinstance(evidence, CertificateEvidence)
    assert (evidence.subject, evidence.issuer) == ("CN=localhost", "CN=Unknown Authority")
    assert evidence.names == ("localhost",)
    assert evidence.not_after is not None
    assert len(evidence.sha256_fingerprint) == hashlib.sha256().digest_size * 2


def test_a_self_issued_certificate_is_asked_without_a_login_until_its_fingerprint_is_taken(
    self_issued_registry: Registry, open_registry: Registry
) -> None:
    def check(user: str, pin: str) -> AccessResult:
        insecure = {self_issued_registry.host: pin}
        return self_issued_registry.check("team/api:1.0.0", user, ca_file=open_registry.ca_file, insecure=insecure)

    assert check("", "").cause is Cause.NEEDS_LOGIN
    shown = check("alice", "")
    assert shown.cause is Cause.CERTIFICATE_NOT_PINNED
    assert isinstance(shown.evidence, CertificateEvidence)
    assert check("alice", shown.evidence.sha256_fingerprint).cause is Cause.CAN_BE_PULLED


def test_an_expired_certificate_and_one_for_another_name_are_told_apart(
    expired_registry: Registry, misnamed_registry: Registry
) -> None:
    expired = expired_registry.check("team/api:1.0.0")
    assert expired.cause is Cause.CERTIFICATE_EXPIRED
    assert isinstance(expired.evidence, CertificateEvidence)
    assert expired.evidence.not_after is not None
    assert expired.evidence.not_after < datetime.now(UTC)
    misnamed = misnamed_registry.check("team/api:1.0.0")
    assert misnamed.cause is Cause.CERTIFICATE_WRONG_NAME
    assert isinstance(misnamed.evidence, CertificateEvidence)
    assert misnamed.evidence.names == ("registry.example",)


def test_a_token_server_elsewhere_is_refused_and_never_asked(token_registry: Registry) -> None:
    assert token_registry.token_server is not None
    before = len(token_registry.token_server.requests)
    result = token_registry.check("team/api:1.0.0", "alice")
    assert result.cause is Cause.REFUSED_BY_POLICY
    host = token_registry.token_server.origin.removeprefix("https://")
    assert result.evidence == PolicyEvidence(host, Refusal.TOKEN_SERVER)
    assert len(token_registry.token_server.requests) == before


def test_a_token_server_that_is_paired_must_be_reachable_by_itself(token_registry: Registry) -> None:
    assert token_registry.token_server is not None
    pair = (token_registry.host, token_registry.token_server.realm)
    result = token_registry.check("team/api:1.0.0", policy=token_registry.policy(token_servers=(pair,)))
    assert result.cause is Cause.REFUSED_BY_POLICY
    host = token_registry.token_server.origin.removeprefix("https://")
    assert result.evidence == PolicyEvidence(host, Refusal.PORT)


@pytest.mark.parametrize(
    ("image", "user", "password", "cause"),
    [
        ("team/api:1.0.0", "", "", Cause.CAN_BE_PULLED),
        ("team/api:1.0.0", "alice", PASSWORD, Cause.CAN_BE_PULLED),
        ("team/api:1.0.0", "alice", "wrong", Cause.WRONG_CREDENTIAL),
        ("team/api:9", "", "", Cause.TAG_NOT_FOUND),
        # Everybody may read its list of versions, so a login would only hide that this one is not in it.
        ("team/api:9", "alice", "wrong", Cause.TAG_NOT_FOUND),
        ("team/single:1.0.0", "", "", Cause.NEEDS_LOGIN),
        ("team/single:1.0.0", "alice", PASSWORD, Cause.CAN_BE_PULLED),
        ("team/single:1.0.0", "alice", "wrong", Cause.WRONG_CREDENTIAL),
        ("team/single:1.0.0", "carol", PASSWORD, Cause.NOT_ALLOWED),
        ("team/nothing:1.0.0", "carol", PASSWORD, Cause.NOT_ALLOWED),
        ("team/nothing:1.0.0", "root", "root", Cause.REPOSITORY_NOT_FOUND),
    ],
)
def test_behind_a_token_server_each_cause_is_named(
    token_registry: Registry, image: str, user: str, password: str, cause: Cause
) -> None:
    assert token_registry.token_server is not None
    tokens = token_registry.token_server
    port = int(tokens.origin.rpartition(":")[2])
    policy = token_registry.policy(
        ListedNetwork.of("localhost", "127.0.0.0/8", port), token_servers=((token_registry.host, tokens.realm),)
    )
    result = token_registry.check(image, user, password, policy=policy)
    assert result.cause is cause
    assert result.proved_anonymous is (image in ("team/api:1.0.0", "team/api:9"))
