"""Drafts: made, found, saved, copied, discarded, always through their owner."""

import copy
import uuid
from collections.abc import Iterable, Mapping
from contextlib import suppress

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone
from django.views.decorators.debug import sensitive_variables

from consoleapp.accounts.models import User
from consoleapp.domain.secret import Secret
from consoleapp.orders.models import Order
from consoleapp.orders.services import orders_of, was_pressed
from consoleapp.wizard import vault
from consoleapp.wizard.access.answers import without_checks
from consoleapp.wizard.draft import naming
from consoleapp.wizard.models import Draft, DraftCheck
from consoleapp.wizard.services import draft_limits
from consoleapp.wizard.shape import Data
from consoleapp.wizard.upgrades import CannotUpgrade


class StaleDraft(Exception):
    """The draft was saved by somebody else (another tab) after the form was opened. `current` is what is stored."""

    def __init__(self, current: Draft) -> None:
        super().__init__(f"draft {current.pk} is at version {current.version}")
        self.current = current


def drafts_of(owner: User) -> QuerySet[Draft]:
    """Return the owner's drafts, last saved first, without those that were discarded."""
    return Draft.objects.filter(owner=owner, discarded_at=None)


# Told with the draft itself, so that nobody asks for rows that are not there: most drafts have neither.
HAS_CHECKS = Exists(DraftCheck.objects.filter(draft=OuterRef("pk")))
_TOLD = Draft.objects.annotate(has_checks=HAS_CHECKS, was_pressed=was_pressed())


def find_draft(owner: object, draft_id: uuid.UUID) -> Draft:
    """Return the owner's draft. Raise Draft.DoesNotExist for a missing one, another owner's one, and for visitors."""
    if not isinstance(owner, User):
        raise Draft.DoesNotExist
    draft = _TOLD.get(owner=owner, pk=draft_id, discarded_at=None)
    draft.owner = owner  # known already: saves asking for it again
    return draft


@transaction.atomic
@sensitive_variables("secrets")
def create_draft(
    owner: User, data: Data, *, secrets: Mapping[str, Secret] | None = None, replaces: Order | None = None
) -> Draft:
    """Make a draft with these texts and secrets, maybe to replace the group of an order. Raise draft_limits.TooMuch."""
    naming.follow_image(data)
    draft_limits.check_draft(data, secrets or {})
    draft = _made(owner, data, replaces)
    for name, secret in (secrets or {}).items():
        vault.put(draft, name, secret)
    return draft


@transaction.atomic
@sensitive_variables("secrets")
def save_draft(
    draft: Draft,
    data: Data,
    *,
    expected_version: int,
    secrets: Mapping[str, Secret] | None = None,
    forgotten: Iterable[str] = (),
) -> Draft:
    """Save the draft, its version raised by one. Raise StaleDraft where another save came first, draft_limits.TooMuch.

    The name of the group follows its image here, whatever has changed that, unless somebody has typed one. What
    replaces a group is one group.
    """
    if draft.replaces_id:
        data.pop("quantity", None)
    naming.follow_image(data)
    draft_limits.check_draft(data, secrets or {}, draft)
    saved = Draft.objects.filter(pk=draft.pk, version=expected_version).update(
        data=without_checks(data), version=expected_version + 1, saved_at=timezone.now()
    )
    if not saved:
        raise StaleDraft(Draft.objects.get(pk=draft.pk))
    draft.data, draft.version = data, expected_version + 1
    vault.forget(draft, forgotten)
    for name, secret in (secrets or {}).items():
        vault.put(draft, name, secret)
    return draft


@transaction.atomic
def copy_draft(draft: Draft) -> Draft:
    """Make a second draft with the same texts and secrets, and a name of its own. Raise draft_limits.TooMuch."""
    data = copy.deepcopy(draft.typed)
    name_copy(draft.owner, data)
    twin = _made(draft.owner, data)
    vault.copy_all(draft, twin)
    return twin


def name_copy(owner: User, data: Data) -> None:
    """Give what will be a copy a name that no draft and no order of the owner has."""
    drafted = drafts_of(owner).values_list(f"data__spec__{naming.FIELD}", flat=True)
    begun = naming.beginning_of_copies(data)
    ordered = orders_of(owner).filter(group_name__startswith=begun).values_list("group_name", flat=True)
    naming.name_copy(data, {*drafted, *ordered})


def _made(owner: User, data: Data, replaces: Order | None = None) -> Draft:
    displaced = draft_limits.make_room(owner)
    draft = Draft.objects.create(owner=owner, data=without_checks(data), replaces=replaces)
    draft.displaced = displaced
    return draft


@transaction.atomic
def discard_drafts(chosen: Iterable[Draft]) -> None:
    """Put the drafts of one owner away, and wipe their secrets at once: only what was not secret can be brought back.

    A draft keeps their names, so that its pages say what has to be typed again. One moment stands for one press.
    """
    now = timezone.now()
    for draft in chosen:
        kept = vault.names(draft)
        DraftCheck.objects.filter(draft=draft).delete()
        vault.forget_all(draft)
        changed: dict[str, object] = {"discarded_at": now}
        with suppress(CannotUpgrade):
            changed["data"] = {**draft.typed, "wiped": sorted({*draft.typed.get("wiped", ()), *kept})}
        Draft.objects.filter(pk=draft.pk).update(**changed)
        draft_limits.drop_discarded_over(draft.owner)


def discarded_with(owner: User, draft_id: uuid.UUID) -> list[Draft]:
    """Return what one press has put away and can still be brought back: this draft of the owner, and others with it."""
    mine = Draft.objects.filter(owner=owner, discarded_at__isnull=False)
    return list(mine.filter(discarded_at__in=mine.filter(pk=draft_id).values("discarded_at")))


@transaction.atomic
def restore_drafts(discarded: Iterable[Draft]) -> None:
    """Bring back drafts that were put away. Raise draft_limits.TooMuch where there is no room for all of them."""
    for draft in discarded:
        draft_limits.make_room(draft.owner)
        Draft.objects.filter(pk=draft.pk).update(discarded_at=None)
