"""consoleapp/credentials/checks.py: once a day for those in use, bounded, and only what a registry says counts."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import timedelta

import pytest
from django.db import connection
from django.test import override_settings
from django.utils import timezone

from consoleapp.credentials import checks
from consoleapp.credentials import services as credentials
from consoleapp.credentials.models import RegistryCredential
from consoleapp.domain.image import ImageReference, parse_image_reference
from consoleapp.domain.roles import Role
from consoleapp.domain.secret import Secret
from consoleapp.gateways.proof import AccessResult, Cause, Credential, TagList
from consoleapp.web import periodic
from tests.teams.people import People
from tests.wizard.registries import result

pytestmark = pytest.mark.django_db
HOST = "registry.example.com"
IMAGE = f"{HOST}/team/api:1.4.2"


@dataclass
class Registry:
    """Answers as it is told; keeps what it was asked, and whether a transaction was open."""

    answers: list[AccessResult]
    asked: list[tuple[str, str, tuple[str, ...], Mapping[str, str] | None]] = field(default_factory=list)

    def check(
        self,
        reference: ImageReference,
        *,
        credential: Credential | None,
        architecture: str = "amd64",
        plain_http: Collection[str] = (),
        insecure: Mapping[str, str] | None = None,
    ) -> AccessResult:
        assert len(connection.savepoint_ids) == 0
        password = credential.password.reveal() if credential else ""
        self.asked.append((str(reference), password, tuple(plain_http), insecure))
        return self.answers.pop(0)

    def tags(self, reference: ImageReference, **_asked: object) -> TagList:
        raise NotImplementedError


def in_use(people: People, name: str = "Harbor", password: str = "demo-password", **changed: object) -> None:
    made = credentials.save(people[Role.ADMIN], people.team, name, HOST, "team", "demo", Secret(password))
    told = {"used_at": timezone.now() - timedelta(days=2), "image": IMAGE, **changed}
    RegistryCredential.objects.filter(pk=made.pk).update(**told)


def causes() -> dict[str, str]:
    return dict(RegistryCredential.objects.values_list("name", "cause"))


def test_those_in_use_are_checked_once_a_day(people: People) -> None:
    old = timezone.now() - timedelta(hours=25)
    in_use(people, "Due", checked_at=old, looked_at=old)
    in_use(people, "Wrong", "not-it")
    in_use(people, "Fresh", checked_at=timezone.now())
    in_use(people, "Tried", looked_at=timezone.now() - timedelta(hours=1))
    in_use(people, "Unused", used_at=timezone.now() - timedelta(days=31))
    in_use(people, "Never", used_at=None)
    in_use(people, "Unknown", image="")
    periodic.run_periodic_tasks()
    asked = {name: cause for name, cause in causes().items() if cause}
    assert asked == {"Due": Cause.CAN_BE_PULLED, "Wrong": Cause.WRONG_CREDENTIAL}
    before = set(RegistryCredential.objects.values_list("pk", "looked_at"))
    periodic.run_periodic_tasks()
    assert set(RegistryCredential.objects.values_list("pk", "looked_at")) == before


def test_a_round_is_bounded_and_the_next_one_takes_the_others(people: People) -> None:
    for number in range(checks.AT_ONCE + 2):
        in_use(people, f"Harbor {number}")
    checks.check_those_in_use()
    assert sum(bool(cause) for cause in causes().values()) == checks.AT_ONCE
    checks.check_those_in_use()
    assert all(causes().values())


def test_one_that_another_worker_has_taken_is_left_to_it(people: People, monkeypatch: pytest.MonkeyPatch) -> None:
    in_use(people)
    found = list(RegistryCredential.objects.select_related("by"))
    monkeypatch.setattr(checks, "_due", lambda now: found)
    RegistryCredential.objects.update(looked_at=timezone.now())
    checks.check_those_in_use()
    assert causes() == {"Harbor": ""}


def test_those_of_an_archived_team_are_left_alone(people: People) -> None:
    in_use(people)
    people.team.archived_at = timezone.now()
    people.team.save()
    checks.check_those_in_use()
    assert causes() == {"Harbor": ""}


@pytest.mark.parametrize(
    "cause",
    [Cause.NO_ANSWER, Cause.HOST_NOT_FOUND, Cause.TOO_MANY_CHECKS, Cause.REFUSED_BY_POLICY, Cause.REGISTRY_ERROR],
)
def test_a_failure_of_our_own_is_none_of_the_credential(people: People, cause: Cause) -> None:
    in_use(people, cause=Cause.CAN_BE_PULLED, checked_at=timezone.now() - timedelta(days=2))
    before = RegistryCredential.objects.get()
    checks.check(Registry([result(cause)]), before, parse_image_reference(IMAGE))
    after = RegistryCredential.objects.get()
    assert (after.cause, after.checked_at) == (before.cause, before.checked_at)


def test_an_answer_about_a_password_that_was_replaced_meanwhile_is_not_kept(people: People) -> None:
    in_use(people)
    old = RegistryCredential.objects.get()
    credentials.replace(people[Role.ADMIN], RegistryCredential.objects.get(), "demo", Secret("newer"))
    checks.check(Registry([result(Cause.WRONG_CREDENTIAL)]), old, parse_image_reference(IMAGE))
    assert causes() == {"Harbor": ""}


def test_nothing_is_asked_about_an_image_that_it_is_not_for(people: People) -> None:
    in_use(people)
    registry = Registry([])
    credential = RegistryCredential.objects.get()
    for image in (f"{HOST}/other/api:1", "harbor.example.com/team/api:1", f"{HOST}:5000/team/api:1"):
        assert checks.check(registry, credential, parse_image_reference(image)) is None
    assert registry.asked == []


def test_plain_http_is_spoken_only_where_the_admin_has_listed_the_host_with_it(people: People) -> None:
    in_use(people)
    credential, image = RegistryCredential.objects.get(), parse_image_reference(IMAGE)
    registry = Registry([result(Cause.SPEAKS_PLAIN_HTTP)])
    checks.check(registry, credential, image)
    assert [plain for _image, _password, plain, _insecure in registry.asked] == [()]
    with override_settings(REGISTRY_NETWORKS=[(HOST, "10.0.0.0/8", 80, "http")]):
        registry = Registry([result(Cause.SPEAKS_PLAIN_HTTP), result(Cause.CAN_BE_PULLED, checked_as="demo")])
        checks.check(registry, credential, image)
    assert [plain for _image, _password, plain, _insecure in registry.asked] == [(), (HOST,)]
    assert causes() == {"Harbor": Cause.CAN_BE_PULLED}


def test_no_certificate_but_one_that_the_admin_vouches_for_is_taken(people: People) -> None:
    in_use(people)
    credential, image = RegistryCredential.objects.get(), parse_image_reference(IMAGE)
    registry = Registry([result(Cause.NO_ANSWER), result(Cause.NO_ANSWER)])
    checks.check(registry, credential, image)
    with override_settings(REGISTRY_AUTHORITIES=[(HOST, "/nowhere.pem")]):
        checks.check(registry, credential, image)
    assert [insecure for *_rest, insecure in registry.asked] == [None, {HOST: ""}]
