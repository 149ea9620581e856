"""Drafts: made, found, saved, copied, discarded, always through their owner."""

import copy
import uuid
from collections.abc import Iterable, Mapping
from contextlib import suppress

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone
from django.views.decorators.debug import sensitive_variables

from consoleapp.domain.secret import Secret
from consoleapp.launch_templates.models import LaunchTemplateVersion
from consoleapp.orders.models import Order
from consoleapp.orders.services import orders_of, was_pressed
from consoleapp.teams.actors import Actor
from consoleapp.web.routes import Belongs
from consoleapp.wizard import vault
from consoleapp.wizard.access.answers import without_checks
from consoleapp.wizard.draft import naming, template
from consoleapp.wizard.models import Draft, DraftCheck
from consoleapp.wizard.services import draft_limits
from consoleapp.wizard.shape import Data
from consoleapp.wizard.upgrades import CannotUpgrade


class StaleDraft(Exception):
    """The draft was saved by somebody else (another tab) after the form was opened. `current` is what is stored."""

    def __init__(self, current: Draft) -> None:
        super().__init__(f"draft {current.pk} is at version {current.version}")
        self.current = current


def drafts_of(actor: Actor) -> QuerySet[Draft]:
    """Return the actor's own drafts for this team, last saved first, without those that were discarded."""
    return _all_of(actor).filter(discarded_at=None)


def _all_of(actor: Actor) -> QuerySet[Draft]:
    return Draft.objects.filter(owner=actor.person, team=actor.team) if actor.is_somebody else Draft.objects.none()


# Told with the draft itself, so that nobody asks for rows that are not there: most drafts have neither.
HAS_CHECKS = Exists(DraftCheck.objects.filter(draft=OuterRef("pk")))
_TOLD = {"has_checks": HAS_CHECKS, "was_pressed": was_pressed()}


def whose_draft(draft_id: uuid.UUID, **_of_address: object) -> Belongs | None:
    """Return whose the draft is; None for a missing one."""
    found = Draft.objects.filter(pk=draft_id).values_list("team_id", "owner_id").first()
    return Belongs(*found) if found else None


def find_draft(actor: Actor, draft_id: uuid.UUID) -> Draft:
    """Return the actor's draft. Raise Draft.DoesNotExist for a missing one, somebody else's one, and for visitors."""
    known = drafts_of(actor).select_related("template_version__template")
    draft = known.annotate(**_TOLD).get(pk=draft_id)
    draft.owner, draft.team = actor.person, actor.team  # known already: saves asking for them again
    return draft


@transaction.atomic
@sensitive_variables("secrets")
def create_draft(
    actor: Actor,
    data: Data,
    *,
    secrets: Mapping[str, Secret] | None = None,
    replaces: Order | None = None,
    template_version: LaunchTemplateVersion | None = None,
) -> Draft:
    """Make a draft with these texts and secrets, maybe to replace the group of an order, maybe of a template. Raise
    draft_limits.TooMuch."""
    _settle(data, template_version)
    draft_limits.check_draft(data, secrets or {})
    draft = _made(actor, data, replaces, template_version)
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
    replaces a group is one group. What the draft's template fixes is put back, whatever was posted.
    """
    if draft.replaces_id:
        data.pop("quantity", None)
    _settle(data, draft.template_version)
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


def _settle(data: Data, version: LaunchTemplateVersion | None) -> None:
    """Make a draft's data what is stored: with what its template fixes, and the name that follows the image."""
    template.join(data, version)
    template.put_back(data)
    naming.follow_image(data)


@transaction.atomic
def move_to_version(draft: Draft, version: LaunchTemplateVersion) -> Draft:
    """Have the draft stay on another version of its template; what was typed stays where that leaves it open. Raise
    StaleDraft, draft_limits.TooMuch."""
    if draft.template_version is None:
        raise ValueError("The draft was not made of a template.")
    data = template.moved(draft.typed, draft.template_version, version)
    draft.template_version = version
    saved = save_draft(draft, data, expected_version=draft.version)
    Draft.objects.filter(pk=draft.pk).update(template_version=version)
    return saved


@transaction.atomic
def copy_draft(draft: Draft) -> Draft:
    """Make a second draft with the same texts and secrets, and a name of its own. Raise draft_limits.TooMuch."""
    data = copy.deepcopy(draft.typed)
    # Another order is none that the other site has asked for.
    data.pop("origin", None)
    name_copy(Actor.behind(draft), data)
    _settle(data, draft.template_version)
    twin = _made(Actor.behind(draft), data, version=draft.template_version)
    vault.copy_all(draft, twin)
    return twin


def name_copy(actor: Actor, data: Data) -> None:
    """Give what will be a copy a name that no draft and no order of the actor's space has."""
    drafted = drafts_of(actor).values_list(f"data__spec__{naming.FIELD}", flat=True)
    begun = naming.beginning_of_copies(data)
    ordered = orders_of(actor).filter(group_name__startswith=begun).values_list("group_name", flat=True)
    naming.name_copy(data, {*drafted, *ordered})


def _made(
    actor: Actor, data: Data, replaces: Order | None = None, version: LaunchTemplateVersion | None = None
) -> Draft:
    displaced = draft_limits.make_room(actor.person)
    draft = Draft.objects.create(
        owner=actor.person,
        team=actor.team,
        data=without_checks(data),
        replaces=replaces,
        template_version=version,
    )
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


def discarded_with(actor: Actor, draft_id: uuid.UUID) -> list[Draft]:
    """Return what one press has put away and can still be brought back: this draft of the actor, and others with it."""
    mine = _all_of(actor).filter(discarded_at__isnull=False)
    return list(mine.filter(discarded_at__in=mine.filter(pk=draft_id).values("discarded_at")))


@transaction.atomic
def restore_drafts(discarded: Iterable[Draft]) -> None:
    """Bring back drafts that were put away. Raise draft_limits.TooMuch where there is no room for all of them."""
    for draft in discarded:
        draft_limits.make_room(draft.owner)
        Draft.objects.filter(pk=draft.pk).update(discarded_at=None)
