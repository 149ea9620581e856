"""How much is kept of what people type: bytes and rows of a draft, and the number of drafts a person has.

What a container group may hold is not here but in domain/limits.py: a draft may hold more than can be ordered.
"""

import json
from collections.abc import Mapping
from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from consoleapp.accounts.models import User
from consoleapp.domain.secret import Secret
from consoleapp.orders.services import was_created
from consoleapp.wizard import vault
from consoleapp.wizard.access.answers import without_checks
from consoleapp.wizard.models import Draft
from consoleapp.wizard.shape import Data, count_rows, is_empty
from consoleapp.wizard.upgrades import CannotUpgrade

DRAFT_BYTES_MAX: Final = 512 * 1024
ROWS_MAX: Final = 250
DRAFTS_MAX: Final = 100
GUEST_DRAFTS_MAX: Final = 20
# So many that were discarded can be brought back, for as long as services/idle.py leaves them.
DISCARDED_MAX: Final = DRAFTS_MAX


class TooMuch(Exception):
    """What was to be stored is more than the console keeps; the text says to people what the limit is."""


class DraftTooLarge(TooMuch):
    """A draft with too many bytes or rows."""


class TooManyDrafts(TooMuch):
    """The person has as many drafts as anybody may have, and something was typed into each of them."""


def check_draft(data: Data, secrets: Mapping[str, Secret], before: Draft | None = None) -> None:
    """Raise DraftTooLarge where the data and the secrets typed now are too much; one that was larger `before`, by
    older rules, may be saved as long as it does not grow."""
    rows = count_rows(data)
    if rows > ROWS_MAX and (before is None or rows > count_rows(before.typed)):
        raise DraftTooLarge(
            _(
                "Not saved: a draft holds %(most)d rows at the most, variables, ports, mounts, volumes, files and tags "
                "together; this one would hold %(rows)d."
            )
            % {"most": ROWS_MAX, "rows": rows}
        )
    size = _size(data) + sum(len(secret) for secret in secrets.values())
    kept = vault.stored_size(before, secrets) if before is not None else 0
    if size + kept > DRAFT_BYTES_MAX and (before is None or size > _size(before.typed)):
        raise DraftTooLarge(
            _("Not saved: a draft holds %(most)d kB at the most; this one would hold %(size)d kB.")
            % {"most": DRAFT_BYTES_MAX // 1024, "size": (size + kept) // 1024 + 1}
        )


def _size(data: Data) -> int:
    # What can be put back was counted before it was removed.
    counted = {name: value for name, value in without_checks(data).items() if name != "removed"}
    return len(json.dumps(counted, ensure_ascii=False).encode("utf-8", "surrogatepass"))


def make_room(owner: User) -> int:
    """Delete drafts of the owner so that one more may be made, and return how many: the oldest of those into which
    nothing was typed or which have become a container group. Raise TooManyDrafts where that is not enough."""
    # One at a time, so that two presses at once do not both take the last place.
    User.objects.select_for_update(no_key=True).get(pk=owner.pk)
    most = GUEST_DRAFTS_MAX if owner.is_guest or owner.persona_of_id else DRAFTS_MAX
    mine = Draft.objects.filter(owner=owner, discarded_at=None)
    excess = mine.count() - most + 1
    if excess <= 0:
        return 0
    idle = mine.annotate(was_created=was_created()).order_by("saved_at").iterator(chunk_size=10)
    found = (draft.pk for draft in idle if draft.was_created or is_empty_draft(draft))
    chosen = [key for key, _place in zip(found, range(excess), strict=False)]
    if len(chosen) < excess:
        raise TooManyDrafts(
            ngettext(
                "You have %(most)d draft, which is the most that is kept. Discard one first.",
                "You have %(most)d drafts, which is the most that is kept. Discard one first.",
                most,
            )
            % {"most": most}
        )
    mine.filter(pk__in=chosen).delete()
    return excess


def drop_discarded_over(owner: User) -> None:
    """Delete what the owner has discarded, but for the newest."""
    discarded = Draft.objects.filter(owner=owner, discarded_at__isnull=False)
    newest = discarded.order_by("-discarded_at").values_list("pk", flat=True)
    discarded.filter(pk__in=list(newest[DISCARDED_MAX:])).delete()


def is_empty_draft(draft: Draft) -> bool:
    """Tell whether nothing was typed into the draft; not of one that cannot be read."""
    try:
        return is_empty(draft.typed)
    except CannotUpgrade:
        return False
