"""The templates of a team, for judging a policy before it is saved: see governance/preview.py."""

from collections.abc import Iterable
from typing import Final

from django.db.models import F
from django.urls import reverse
from django.utils.translation import ngettext

from consoleapp.catalogue.services.fit import facts_of
from consoleapp.governance.preview import Kind, Thing
from consoleapp.launch_templates.models import LaunchTemplateVersion, State
from consoleapp.teams.actors import Actor
from consoleapp.teams.models import Team
from consoleapp.wizard.draft.template import new_data
from consoleapp.wizard.validation import read


def _templates(team: Team | None, actor: Actor, most: int) -> Iterable[Thing]:
    """Yield the versions that count, newest first."""
    current = LaunchTemplateVersion.objects.filter(number=F("template__current")).exclude(template__state=State.RETIRED)
    theirs = current.filter(template__team=team) if team else current
    for version in theirs.select_related("template__team", "template__owner").order_by("-at")[:most]:
        template, data = version.template, new_data(version)
        group, _problems = read(data, {})
        is_open = actor.team is not None and actor.team.pk == template.team_id
        url = reverse("launch_templates:detail", args=[template.team.slug, template.slug]) if is_open else ""
        yield Thing(template.team_id, template.name, template.owner.label, url, group, facts_of(version, data))


def count_templates(number: int) -> str:
    """Say so many templates."""
    return ngettext("%(n)d template", "%(n)d templates", number) % {"n": number}


TEMPLATES: Final = Kind(count_templates, _templates)
