"""services/access_checks.py: answers are kept beside the draft, the newest wins, and secrets stay out."""

import asyncio
import json
import threading
from typing import Any

import pytest
from django.db import connection
from pytest_django import DjangoAssertNumQueries

from consoleapp.accounts.models import User
from consoleapp.audit.models import AuditRow
from consoleapp.domain.credentials import RequirementKind
from consoleapp.domain.secret import Secret
from consoleapp.gateways.proof import AccessResult, Cause, LoginEvidence, SilenceEvidence, Stage
from consoleapp.teams.actors import Actor
from consoleapp.web.buffering import Places
from consoleapp.wizard import vault
from consoleapp.wizard.access.answers import answer_about
from consoleapp.wizard.access.images import checked_images
from consoleapp.wizard.access.requirements import image_needs
from consoleapp.wizard.models import Draft, DraftCheck
from consoleapp.wizard.services import access_checks, drafts
from consoleapp.wizard.shape import CREDENTIALS, containers_of, credential_name
from tests.wizard import complete
from tests.wizard.registries import PRIVATE, FakeAccess, can_be_pulled, refused

pytestmark = pytest.mark.django_db

HOST = "registry.example.com"
WRONG = refused(Cause.WRONG_CREDENTIAL, LoginEvidence(HOST, "basic"))


@pytest.fixture
def draft(alice: User) -> Draft:
    """A draft whose one image needs the login that is stored with it."""
    return access_checks.attach(complete.draft(alice, complete.private_spec()))


def check(draft: Draft, access: FakeAccess) -> None:
    access_checks.check(draft, access, [each["_key"] for each in containers_of(draft.typed)], vault.get_all(draft))


def again(draft: Draft) -> Draft:
    return access_checks.attach(drafts.find_draft(Actor(draft.owner), draft.pk))


def test_the_answer_is_kept_and_the_version_stays(draft: Draft) -> None:
    version = draft.version
    access = FakeAccess([can_be_pulled(checked_as="demo")])
    check(draft, access)
    found = again(draft)
    answer = answer_about(found.typed, PRIVATE)
    assert answer is not None
    assert answer.is_current
    assert answer.result.can_be_pulled
    assert access.asked == [(PRIVATE, "demo")]
    assert found.version == version


def test_no_transaction_is_open_while_the_network_is(draft: Draft) -> None:
    open_blocks: list[int] = []
    depth = len(connection.savepoint_ids)
    check(draft, FakeAccess([WRONG], meanwhile=lambda: open_blocks.append(len(connection.savepoint_ids))))
    assert open_blocks == [depth]


def test_an_older_answer_never_overwrites_a_newer_one(draft: Draft) -> None:
    later = again(draft)
    slow = FakeAccess([WRONG], meanwhile=lambda: check(later, FakeAccess([can_be_pulled()])))
    check(draft, slow)
    for found in (draft, again(draft)):
        answer = answer_about(found.typed, PRIVATE)
        assert answer is not None
        assert answer.cause is Cause.CAN_BE_PULLED


def test_another_password_user_registry_list_or_architecture_makes_the_answer_stale(draft: Draft) -> None:
    check(draft, FakeAccess([WRONG]))
    (answer,) = [answer_about(draft.typed, PRIVATE)]
    assert answer is not None
    assert answer.is_current
    changes: tuple[dict[str, Any], ...] = (
        {"plain_http_registries": HOST},
        {"insecure_registries": HOST},
        {CREDENTIALS: [{"_key": HOST, "user_name": "x"}]},
        {"cpu_architecture": "ARM64"},
    )
    for changed in changes:
        data: Any = {**draft.typed, "spec": {**draft.typed["spec"], **changed}}
        answer = answer_about(data, PRIVATE)
        assert answer is not None
        assert not answer.is_current
        assert not answer.is_failure
    vault.put(draft, credential_name(HOST), Secret("another"))
    answer = answer_about(again(draft).typed, PRIVATE)
    assert answer is not None
    assert not answer.is_current


def test_neither_the_password_nor_anything_made_of_it_is_stored(draft: Draft) -> None:
    check(draft, FakeAccess([WRONG]))
    before = DraftCheck.objects.get().fingerprint
    # The same password stored anew has another sign, so the fingerprint is not made of the password.
    vault.forget(draft, [credential_name(HOST)])
    vault.put(draft, credential_name(HOST), Secret("demo-password"))
    check(draft, FakeAccess([WRONG]))
    row = DraftCheck.objects.get()
    assert row.fingerprint != before
    assert "demo-password" not in json.dumps([row.result, row.image, row.fingerprint, row.key])


def test_storing_the_same_password_again_changes_nothing(draft: Draft) -> None:
    check(draft, FakeAccess([WRONG]))
    vault.put(draft, credential_name(HOST), Secret("demo-password"))
    answer = answer_about(again(draft).typed, PRIVATE)
    assert answer is not None
    assert answer.is_current


def test_what_everybody_may_read_needs_no_credential_and_an_outage_proves_nothing(draft: Draft) -> None:
    def kind() -> RequirementKind:
        (need,) = image_needs(again(draft).typed)
        assert need.requirement is not None
        return need.requirement.kind

    assert kind() is RequirementKind.CREDENTIAL
    check(draft, FakeAccess([can_be_pulled(proved_anonymous=True)]))
    assert kind() is RequirementKind.NOTHING
    check(draft, FakeAccess([refused(Cause.NO_ANSWER, SilenceEvidence(HOST, Stage.CONNECT))]))
    assert kind() is RequirementKind.NOTHING
    check(draft, FakeAccess([refused(Cause.NEEDS_LOGIN, LoginEvidence(HOST, "basic"))]))
    assert kind() is RequirementKind.CREDENTIAL


def test_a_proof_is_about_this_very_image(draft: Draft) -> None:
    check(draft, FakeAccess([can_be_pulled(proved_anonymous=True)]))
    data = draft.typed
    data["spec"]["containers"][0]["image_version"] = "1.4.3"
    (need,) = image_needs(data)
    assert need.requirement is not None
    assert need.requirement.kind is RequirementKind.CREDENTIAL


def test_too_many_checks_take_no_answer_away(draft: Draft) -> None:
    check(draft, FakeAccess([WRONG]))
    check(draft, FakeAccess([refused(Cause.TOO_MANY_CHECKS)]))
    answer = answer_about(draft.typed, PRIVATE)
    assert answer is not None
    assert answer.cause is Cause.WRONG_CREDENTIAL


def test_a_question_that_there_was_no_room_for_takes_away_no_answer_that_is_on_its_way(draft: Draft) -> None:
    later = again(draft)
    full = FakeAccess([refused(Cause.TOO_MANY_CHECKS)])
    check(draft, FakeAccess([WRONG], meanwhile=lambda: check(later, full)))
    answer = answer_about(draft.typed, PRIVATE)
    assert answer is not None
    assert answer.cause is Cause.WRONG_CREDENTIAL


def test_going_on_anyway_is_recorded_until_the_next_answer(draft: Draft) -> None:
    check(draft, FakeAccess([WRONG]))
    AuditRow.objects.all().delete()
    access_checks.continue_anyway(draft)
    access_checks.continue_anyway(again(draft))
    (row,) = AuditRow.objects.all()
    assert (row.action, row.payload["images"]) == ("check.overridden", {PRIVATE: "wrong_credential"})
    (item,) = checked_images(again(draft).typed)
    assert item.is_failure
    assert not item.is_open_failure
    check(draft, FakeAccess([WRONG]))
    (item,) = checked_images(draft.typed)
    assert item.is_open_failure


def test_answers_are_not_saved_with_the_draft_and_go_with_it(draft: Draft) -> None:
    check(draft, FakeAccess([WRONG]))
    saved = drafts.save_draft(draft, draft.typed, expected_version=draft.version)
    assert "checks" not in Draft.objects.get(pk=saved.pk).data
    assert "checks" not in drafts.copy_draft(again(draft)).data
    drafts.discard_drafts([again(draft)])
    assert not DraftCheck.objects.exists()


def test_a_draft_keeps_only_so_many_answers(draft: Draft) -> None:
    for number in range(access_checks.ANSWERS_MAX + 5):
        draft.typed["spec"]["containers"][0]["image_version"] = f"1.{number}"
        check(draft, FakeAccess([WRONG]))
    assert draft.checks.count() == access_checks.ANSWERS_MAX


def test_joining_takes_two_queries_however_many_answers_there_are(
    draft: Draft, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(5):
        draft.typed["spec"]["containers"][0]["image_version"] = f"1.{number}"
        check(draft, FakeAccess([WRONG]))
    with django_assert_max_num_queries(2):
        access_checks.attach(draft)


def test_what_is_no_address_is_not_asked_about(draft: Draft) -> None:
    access = FakeAccess()
    for text in ("100.100.100.200/latest/x", "0x7f.1/a", "registry.example@169.254.169.254/a", "http://reg/a", "a//b"):
        draft.typed["spec"]["containers"][0].update(image=text, image_version="")
        check(draft, access)
    assert access.asked == []
    assert not DraftCheck.objects.exists()


@pytest.mark.parametrize("images", [1, 3])
def test_another_page_is_made_while_registries_are_asked(images: int) -> None:
    other_page, was_made = threading.Event(), list[bool]()

    def ask() -> AccessResult:
        was_made.append(other_page.wait(10))
        return can_be_pulled()

    async def two_pages() -> None:
        places = Places(1, 1)
        await asyncio.gather(places.run(lambda: access_checks._ask_all([ask] * images)), places.run(other_page.set))

    asyncio.run(two_pages())

    assert was_made == [True] * images
