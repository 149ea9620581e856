"""Every cause that the simulated world shows, through the real client and the embedded transport."""

import socket

import pytest

from consoleapp.domain.image import ImageReference, ImageReferenceError, parse_image_reference
from consoleapp.domain.registry import ImageRegistryCredential
from consoleapp.domain.secret import Secret
from consoleapp.gateways.connect import AccessPolicy, CloudSettings, image_access_for
from consoleapp.gateways.proof import AccessResult, Cause, CertificateEvidence
from consoleapp.simulator.registries.causes import LOG_INS, Change, SeededCause, seeded_causes


@pytest.fixture(autouse=True)
def _no_socket(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*arguments: object, **named: object) -> None:
        raise AssertionError("the demo opens no socket")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)


def _reference(image: str) -> ImageReference:
    try:
        return parse_image_reference(image)
    except ImageReferenceError:
        host, _, repository = image.partition("/")
        return ImageReference(host, repository, None, None)


def _check(change: Change, pin: str = "") -> AccessResult:
    reference = _reference(change.image)
    credential = None
    if change.login:
        user, password = LOG_INS[change.login]
        credential = ImageRegistryCredential(reference.registry_host, user, Secret(password))
    return image_access_for("alice", CloudSettings(), AccessPolicy()).check(
        reference,
        credential=credential,
        architecture=change.architecture or "amd64",
        plain_http=change.plain_http,
        insecure=dict.fromkeys(change.insecure, pin),
    )


@pytest.mark.parametrize("row", seeded_causes(), ids=lambda row: f"{row.cause} {row.image}")
def test_the_seeded_image_shows_its_cause(row: SeededCause) -> None:
    result = _check(Change(image=row.image, login=row.login))
    assert result.cause == row.cause


@pytest.mark.parametrize(
    "row",
    [row for row in seeded_causes() if row.then != Change() and row.cause != Cause.CAN_BE_PULLED],
    ids=lambda row: f"{row.cause} {row.image}",
)
def test_its_remedy_helps(row: SeededCause) -> None:
    then = row.then
    shown = _check(Change(image=row.image, login=row.login)).evidence
    result = _check(
        Change(
            image=then.image or row.image,
            login=then.login or row.login,
            plain_http=then.plain_http,
            insecure=then.insecure,
            architecture=then.architecture,
        ),
        shown.sha256_fingerprint if isinstance(shown, CertificateEvidence) else "",
    )
    assert result.cause is Cause.CAN_BE_PULLED
    assert result.digest.startswith("sha256:")


def test_a_host_that_the_world_does_not_know_is_not_found() -> None:
    assert _check(Change(image="registry.gitlab.com/a/b:1")).cause is Cause.HOST_NOT_FOUND


def test_the_versions_of_a_seeded_repository_are_listed() -> None:
    access = image_access_for("alice", CloudSettings(), AccessPolicy())
    listed = access.tags(parse_image_reference("nginx"), credential=None)
    assert (listed.cause, "1.29" in listed.names) == (Cause.CAN_BE_PULLED, True)


def test_what_an_image_says_of_itself_comes_with_the_answer_that_proves_it() -> None:
    postgres = _check(Change(image="postgres:17")).image
    assert postgres.volumes == ("/var/lib/postgresql/data",)
    assert postgres.stop_signal == "SIGINT"
    assert "PGDATA" in postgres.variables
    assert postgres.title == "postgres"
    assert postgres.source == "https://github.com/docker-library/postgres"
    nginx = _check(Change(image="nginx:1.29")).image
    assert (nginx.exposed_ports, nginx.stop_signal, nginx.volumes) == (("80/tcp",), "SIGQUIT", ())
    assert _check(Change(image="busybox:1.36")).image.command == ("/bin/sh",)
    assert _check(Change(image="hello-world:latest")).image.command == ("/hello",)
    assert _check(Change(image="mysql:8.4")).image.volumes == ("/var/lib/mysql",)
    assert _check(Change(image="redis:7")).image.volumes == ("/data",)
