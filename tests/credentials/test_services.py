"""consoleapp/credentials/services.py: written and never read, and opened for their own host alone."""

import pytest

from consoleapp.audit.models import AuditRow
from consoleapp.credentials import services as credentials
from consoleapp.credentials.models import RegistryCredential
from consoleapp.domain.image import ImageReferenceError, parse_image_reference
from consoleapp.domain.roles import Role
from consoleapp.domain.secret import Secret
from tests.orders.builders import CANARY
from tests.teams.people import People, team

pytestmark = pytest.mark.django_db

HOST = "registry.example.com"


def saved(people: People, name: str = "Harbor", host: str = HOST, path: str = "") -> RegistryCredential:
    by = people[Role.OPERATOR]
    return credentials.save(by, people.team, name, host, path, "robot", Secret(CANARY))


def opened(credential: RegistryCredential, image: str) -> bool:
    found = credentials.password(credential, parse_image_reference(image))
    assert found is None or found.reveal() == CANARY
    return found is not None


def test_a_password_is_kept_sealed_and_told_to_nobody(people: People) -> None:
    credential = saved(people)
    assert CANARY not in credential.sealed
    assert CANARY not in str(AuditRow.objects.get().payload)
    assert opened(credential, f"{HOST}/team/api:1")


@pytest.mark.parametrize(
    "image",
    [
        "registry.example.com.evil.io/team/api:1",
        "registry.example.com:5000/team/api:1",
        "registry.example.com:443/team/api:1",
        "REGISTRY.example.com/team/api:1",
        "registry.example.org/team/api:1",
        "team/api:1",
        "docker.io/team/api:1",
        "localhost/team/api:1",
    ],
)
def test_it_is_opened_for_no_other_host(people: People, image: str) -> None:
    assert not opened(saved(people), image)


@pytest.mark.parametrize(
    ("path", "image", "is_for_it"),
    [
        ("team", "team/api:1", True),
        ("team", "team:1", True),
        ("team", "teams/api:1", False),
        ("team", "other/team/api:1", False),
        ("team/api", "team/api:1", True),
        ("team/api", "team:1", False),
        ("", "anything/at/all:1", True),
    ],
)
def test_its_path_fits_by_whole_segments(people: People, path: str, image: str, is_for_it: bool) -> None:
    assert opened(saved(people, path=path), f"{HOST}/{image}") == is_for_it


@pytest.mark.parametrize("changed", [{"host": "evil.io"}, {"path_prefix": "evil"}, {"user_name": "mallory"}])
def test_a_row_that_other_hands_have_changed_does_not_open(people: People, changed: dict[str, str]) -> None:
    RegistryCredential.objects.filter(pk=saved(people).pk).update(**changed)
    credential = RegistryCredential.objects.get()
    assert not opened(credential, f"{credential.host}/{credential.path_prefix or 'team'}/api:1")


def test_a_seal_that_was_copied_from_another_row_does_not_open(people: People) -> None:
    first, second = saved(people), saved(people, "Evil", "evil.example.com")
    RegistryCredential.objects.filter(pk=second.pk).update(sealed=first.sealed)
    second.refresh_from_db()
    assert not opened(second, "evil.example.com/team/api:1")


def test_the_most_particular_is_offered_first_and_only_where_it_is_for_all(people: People) -> None:
    whole, part = saved(people), saved(people, "Team", path="team")
    assert credentials.offered(people.team, [f"{HOST}/team/api:1"]) == [part, whole]
    assert credentials.offered(people.team, [f"{HOST}/team/api:1", f"{HOST}/other:1"]) == [whole]
    assert credentials.offered(people.team, [f"{HOST}/team/api:1", "nginx:1"]) == []
    assert credentials.offered(people.team, ["Not An Image"]) == []
    assert credentials.offered(None, [f"{HOST}/team/api:1"]) == []
    assert credentials.offered(team("other").team, [f"{HOST}/team/api:1"]) == []


def test_a_name_is_taken_once_a_team(people: People) -> None:
    saved(people)
    with pytest.raises(credentials.NameTaken):
        saved(people)
    assert RegistryCredential.objects.count() == 1


@pytest.mark.parametrize(("host", "path"), [("https://registry.example.com", ""), (HOST, "Team"), ("word", "")])
def test_what_can_be_no_registry_is_not_saved(people: People, host: str, path: str) -> None:
    with pytest.raises(ImageReferenceError):
        saved(people, host=host, path=path)


def test_a_replaced_password_opens_and_nothing_is_proved_of_it(people: People) -> None:
    credential = saved(people)
    RegistryCredential.objects.update(cause="ok", image=f"{HOST}/team/api:1")
    credentials.replace(people[Role.ADMIN], credential, "robot-2", Secret("another word"))
    credential.refresh_from_db()
    found = credentials.password(credential, parse_image_reference(f"{HOST}/team/api:1"))
    assert found is not None
    assert (found.reveal(), credential.user_name, credential.cause) == ("another word", "robot-2", "")


def test_all_that_is_done_with_it_is_in_the_trail_without_the_password(people: People) -> None:
    credential = saved(people)
    credentials.replace(people[Role.ADMIN], credential, "robot", Secret(CANARY))
    credentials.delete(people[Role.ADMIN], credential)
    rows = AuditRow.objects.order_by("pk")
    assert [row.action for row in rows] == ["credential.saved", "credential.replaced", "credential.deleted"]
    assert all(CANARY not in str(row.payload) for row in rows)
