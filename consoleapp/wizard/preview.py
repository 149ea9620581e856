"""The drafts of a team, for judging a policy before it is saved: see governance/preview.py."""

from collections.abc import Iterable
from typing import Final

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from consoleapp.governance.preview import Kind, Thing
from consoleapp.teams.actors import Actor
from consoleapp.teams.models import Team
from consoleapp.wizard.draft import raw
from consoleapp.wizard.draft.marks import exceptions_of
from consoleapp.wizard.models import Draft
from consoleapp.wizard.services.judgement import facts_of
from consoleapp.wizard.services.pricing import quote
from consoleapp.wizard.upgrades import CannotUpgrade
from consoleapp.wizard.validation import read


def _drafts(team: Team | None, actor: Actor, most: int) -> Iterable[Thing]:
    """Yield the drafts, as far as they are filled in, with the prices of the list; a draft is its author's to open."""
    drafts = Draft.objects.filter(discarded_at=None, team__isnull=False)
    theirs = drafts.filter(team=team) if team else drafts
    for draft in theirs.select_related("owner")[:most]:
        try:
            data = draft.typed
        except CannotUpgrade:
            continue
        group, _problems = read(data, {})
        told = quote(None, "", raw.word(data["spec"], "region_id"), data["spec"])
        url = reverse("wizard:basic", args=[draft.pk]) if draft.owner_id == actor.user.pk else ""
        name = draft.name or _("A draft without a name")
        yield Thing(draft.team_id or 0, name, draft.owner.label, url, group, facts_of(data, told), exceptions_of(data))


def count_drafts(number: int) -> str:
    """Say so many drafts."""
    return ngettext("%(n)d draft", "%(n)d drafts", number) % {"n": number}


DRAFTS: Final = Kind(count_drafts, _drafts)
