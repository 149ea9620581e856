"""Asking the registries about a draft's images, and keeping what they said beside the draft.

No transaction is open while the network is. What may be asked, how long it may take and how many checks run at once is
the business of the port; which answer holds for which image that of access/answers.py.
"""

import hashlib
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import Final

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.views.decorators.debug import sensitive_variables

from consoleapp.audit import services as audit
from consoleapp.domain.errors import DomainError
from consoleapp.domain.registry import ImageRegistryCredential
from consoleapp.domain.secret import Secret
from consoleapp.gateways.ports.images import ImageAccess
from consoleapp.gateways.proof import AccessResult, Cause
from consoleapp.web.asking import in_parallel
from consoleapp.web.buffering import lend_place
from consoleapp.wizard import vault
from consoleapp.wizard.access.answers import Question, joined, question_about
from consoleapp.wizard.access.images import checked_images
from consoleapp.wizard.access.serialization import to_json
from consoleapp.wizard.draft import template
from consoleapp.wizard.draft.images import image_text, tag_address
from consoleapp.wizard.models import Draft, DraftCheck
from consoleapp.wizard.services import saved_logins
from consoleapp.wizard.shape import Data, containers_of, credential_name

# So many checks of one press run side by side; the port allows one user no more.
SIDE_BY_SIDE: Final = 2
# A press that checks many images begins no further check after this.
PATIENCE_SECONDS: Final = 20
# Between two attempts to have images checked while others take all the room.
PAUSE_SECONDS: Final = 0.5
# Answers that a draft keeps, also of images that it has just left.
ANSWERS_MAX: Final = 40


def attach(draft: Draft) -> Draft:
    """Return the draft with what the registries have said, and what its template says, joined into its data."""
    template.join(draft.typed, draft.template_version)
    if getattr(draft, "has_checks", True):
        _attach_stored(draft)
    else:
        _join(draft, (), {})
    return draft


def _attach_stored(draft: Draft) -> None:
    rows = [row for row in draft.checks.all() if row.result is not None]
    _join(draft, rows, vault.marks(draft, credential_name("")) if rows else {})


def _join(draft: Draft, rows: Iterable[DraftCheck], marks: Mapping[str, str]) -> None:
    answers = {
        row.image: {
            "fingerprint": row.fingerprint,
            "result": row.result,
            "is_proved_anonymous": row.is_proved_anonymous,
            "is_continued": row.continued_at is not None,
        }
        for row in rows
    }
    draft.typed["checks"] = joined(answers, dict(marks), draft.typed)


@sensitive_variables("secrets")
def check(
    draft: Draft,
    access: ImageAccess,
    keys: Iterable[str],
    secrets: Mapping[str, Secret],
    seconds: float = PATIENCE_SECONDS,
) -> list[AccessResult]:
    """Return what the registries say now about these containers' images; store it, and join it into the draft."""
    _join(draft, (), vault.marks(draft, credential_name("")))
    asked = questions(draft, keys)
    tickets = [_begin(draft, question) for question in asked]
    results = _ask_all(
        [partial(_ask, access, question, credential_of(question, secrets)) for question in asked], seconds
    )
    for ticket, result in zip(tickets, results, strict=False):
        _store(ticket, result)
    saved_logins.note(draft, asked, results)
    _drop_old(draft)
    _attach_stored(draft)
    return [result for result in results if result is not None]


@sensitive_variables("secrets")
def settle(draft: Draft, access: ImageAccess, secrets: Mapping[str, Secret]) -> None:
    """Have every registry that an order rests on answer, as far as the time allows; wait for checks that take the room
    meanwhile."""
    until = time.monotonic() + PATIENCE_SECONDS
    while keys := due(draft):
        check(draft, access, keys, secrets, until - time.monotonic())
        if time.monotonic() + PAUSE_SECONDS > until or not due(draft):
            return
        with lend_place():
            time.sleep(PAUSE_SECONDS)


def due(draft: Draft) -> list[str]:
    """Return the containers whose registries are to answer before an order."""
    # The clock that the answers of registries are stamped by.
    now = datetime.now(UTC)
    return [item.container_key for item in checked_images(draft.typed) if item.is_due(now)]


def look(data: Data, access: ImageAccess, keys: Iterable[str]) -> None:
    """Join into the data what the registries say now, without a login; nothing is stored."""
    asked = _questions(data, keys)
    results = _ask_all([partial(_ask, access, question, None) for question in asked])
    told = {
        question.image: {
            "fingerprint": question.fingerprint,
            "result": to_json(result),
            "is_proved_anonymous": result.proved_anonymous,
            "is_continued": False,
        }
        for question, result in zip(asked, results, strict=True)
        if result is not None and result.cause is not Cause.TOO_MANY_CHECKS
    }
    data["checks"] = joined(told, {}, data)


def questions(draft: Draft, keys: Iterable[str]) -> list[Question]:
    """Return one question an image, in the containers' order; of a pinned one also where its tag points by now."""
    return _questions(draft.typed, keys)


def _questions(data: Data, keys: Iterable[str]) -> list[Question]:
    wanted = frozenset(keys)
    containers = [container for container in containers_of(data) if container["_key"] in wanted]
    addresses = [address for each in containers for address in (image_text(each), tag_address(each)) if address]
    found = (question_about(data, address) for address in addresses)
    return list({question.image: question for question in found if question is not None}.values())


def questions_of_all(draft: Draft) -> list[Question]:
    """Return the same for all containers."""
    return questions(draft, [container["_key"] for container in containers_of(draft.typed)])


@sensitive_variables()
def credential_of(question: Question, secrets: Mapping[str, Secret]) -> ImageRegistryCredential | None:
    """Return the login that the question is asked with; None for none."""
    password = secrets.get(question.secret_name)
    if not question.has_credential or not password:
        return None
    try:
        return ImageRegistryCredential(question.host, question.user_name, password)
    except DomainError:
        # The step says at the field what is wrong with it.
        return None


@sensitive_variables("credential")
def _ask(access: ImageAccess, question: Question, credential: ImageRegistryCredential | None) -> AccessResult:
    return access.check(
        question.reference,
        credential=credential,
        architecture=question.architecture,
        plain_http={question.host} if question.is_plain_http else (),
        insecure=question.insecure,
    )


def _ask_all(
    asks: Sequence[Callable[[], AccessResult]], seconds: float = PATIENCE_SECONDS
) -> list[AccessResult | None]:
    """Return the results in their order; None for what was not begun any more. Other pages are made meanwhile."""
    until = time.monotonic() + seconds

    def in_time(ask: Callable[[], AccessResult]) -> AccessResult | None:
        return ask() if time.monotonic() < until else None

    with lend_place():
        return in_parallel([partial(in_time, ask) for ask in asks], SIDE_BY_SIDE)


# --- what is kept


@dataclass(frozen=True)
class Ticket:
    """The place of one check among all that were begun for its image."""

    row_id: int
    number: int
    fingerprint: str


def _begin(draft: Draft, question: Question) -> Ticket:
    key = hashlib.sha256(question.image.encode()).hexdigest()
    with transaction.atomic():
        row, _made = DraftCheck.objects.get_or_create(draft=draft, key=key, defaults={"image": question.image})
        DraftCheck.objects.filter(pk=row.pk).update(asked=F("asked") + 1)
        row.refresh_from_db(fields=["asked"])
    return Ticket(row.pk, row.asked, question.fingerprint)


def _store(ticket: Ticket, result: AccessResult | None) -> bool:
    """Keep the answer and tell whether it was kept: not when a check that began later has ended first."""
    if result is None:
        return False
    newest = DraftCheck.objects.filter(pk=ticket.row_id, answered__lt=ticket.number)
    number = {"answered": ticket.number}
    if result.cause is Cause.TOO_MANY_CHECKS:
        # Nothing was asked, so an answer to the same question is still the newest, as is one that is on its way.
        newest, number = newest.exclude(fingerprint=ticket.fingerprint, result__isnull=False), {}
    proof = {"is_proved_anonymous": result.proved_anonymous} if result.cause.is_answer else {}
    kept = newest.update(
        fingerprint=ticket.fingerprint,
        result=to_json(result),
        continued_at=None,
        saved_at=timezone.now(),
        **number,
        **proof,
    )
    return bool(kept)


def _drop_old(draft: Draft) -> None:
    old = list(draft.checks.order_by("-saved_at", "-pk").values_list("pk", flat=True)[ANSWERS_MAX:])
    if old:
        DraftCheck.objects.filter(pk__in=old).delete()


# --- going on in spite of an answer


@transaction.atomic
def continue_anyway(draft: Draft) -> None:
    """Record that somebody goes on although registries said that the group would not run."""
    answers = [item.answer for item in checked_images(draft.typed) if item.is_open_failure and item.answer]
    if not answers:
        return
    causes = {answer.question.image: answer.cause.value for answer in answers}
    draft.checks.filter(image__in=list(causes)).update(continued_at=timezone.now())
    audit.record(draft.owner, "check.overridden", draft.pk, {"name": draft.name, "images": causes})
