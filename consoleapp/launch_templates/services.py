"""Launch templates: found through who acts, saved as versions, published, retired, a version withdrawn."""

import copy
from collections.abc import Mapping
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Max, Q, QuerySet

from consoleapp.accounts.models import User
from consoleapp.audit import services as audit
from consoleapp.domain.roles import Permission
from consoleapp.launch_templates.models import LaunchTemplate, LaunchTemplateVersion, State
from consoleapp.teams.actors import Actor
from consoleapp.teams.models import Team
from consoleapp.teams.services import NOBODY
from consoleapp.web.routes import Belongs


class SlugTaken(Exception):
    """Another template of the team has this short name."""


def whose_template(team_slug: str, **_of_address: object) -> Belongs | None:
    """Return whose the templates of a team are: its own."""
    found = Team.objects.filter(slug=team_slug, archived_at=None).values_list("pk", flat=True).first()
    return Belongs(found, NOBODY) if found else None


def templates_of(actor: Actor) -> QuerySet[LaunchTemplate]:
    """Return the templates of the actor's team that they may know of, by name: others' own ones only an admin."""
    if actor.team is None:
        return LaunchTemplate.objects.none()
    found = LaunchTemplate.objects.filter(team=actor.team).select_related("owner")
    if actor.may(Permission.ADMIN):
        return found
    return found.filter(~Q(state=State.OWN) | Q(owner=actor.person))


def find_template(actor: Actor, slug: str) -> LaunchTemplate:
    """Return the template of the actor's team. Raise LaunchTemplate.DoesNotExist for one that they may not know of."""
    template = templates_of(actor).get(slug=slug)
    template.team = actor.team  # type: ignore[assignment]  # known already: saves asking for it again
    return template


def find_current(actor: Actor, slug: str) -> LaunchTemplateVersion | None:
    """Return the version that counts of a template of the actor's team, with the template, in one query; None where
    nothing is ordered from it, or they may not know of it."""
    found = LaunchTemplateVersion.objects.filter(template__in=templates_of(actor), template__slug=slug)
    usable = found.filter(is_withdrawn=False).exclude(template__state=State.RETIRED)
    version = usable.select_related("template").first()
    if version is not None:
        version.template.team = actor.team  # type: ignore[assignment]  # known already
    return version


def current_of(template: LaunchTemplate) -> LaunchTemplateVersion | None:
    """Return the newest version that is not withdrawn; None where there is none."""
    version = template.versions.filter(is_withdrawn=False).select_related("by").first()
    if version is not None:
        version.template = template
    return version


def newer_than(version: LaunchTemplateVersion) -> LaunchTemplateVersion | None:
    """Return the newest version that came after this one and is not withdrawn; None where there is none."""
    found = LaunchTemplateVersion.objects.filter(template=version.template_id, number__gt=version.number)
    return found.filter(is_withdrawn=False).select_related("template").first()


@transaction.atomic
def create(
    actor: Actor,
    *,
    name: str,
    slug: str,
    text: str,
    note: str,
    data: Mapping[str, Any],
    fields: Mapping[str, Mapping[str, Any]],
) -> LaunchTemplateVersion:
    """Make a template of the actor's own with its first version. Raise SlugTaken."""
    if actor.team is None:
        raise ValueError("A template is a team's.")
    try:
        with transaction.atomic():
            template = LaunchTemplate.objects.create(
                team=actor.team, owner=actor.person, name=name, slug=slug, text=text
            )
    except IntegrityError:
        raise SlugTaken from None
    audit.record(actor.person, "template.created", template.pk, {"name": name, "slug": slug})
    return add_version(actor, template, note=note, data=data, fields=fields)


@transaction.atomic
def add_version(
    actor: Actor,
    template: LaunchTemplate,
    *,
    note: str,
    data: Mapping[str, Any],
    fields: Mapping[str, Mapping[str, Any]],
) -> LaunchTemplateVersion:
    """Save a new version of the template, which new drafts are made of from now on."""
    # Two who save at once get versions one after the other.
    locked = LaunchTemplate.objects.select_for_update().get(pk=template.pk)
    last = locked.versions.aggregate(last=Max("number"))["last"] or 0
    version = LaunchTemplateVersion.objects.create(
        template=locked,
        number=last + 1,
        note=note,
        by=actor.person,
        data=copy.deepcopy(dict(data)),
        fields=copy.deepcopy(dict(fields)),
    )
    LaunchTemplate.objects.filter(pk=template.pk).update(current=version.number)
    told = {"name": locked.name, "version": version.number, "note": note, "fields": version.fields}
    audit.record(actor.person, "template.saved", template.pk, told)
    return version


@transaction.atomic
def set_state(by: User, template: LaunchTemplate, state: State) -> None:
    """Publish or retire the template."""
    if template.state == state:
        return
    audit.record(by, f"template.{state.value}", template.pk, {"name": template.name, "from": template.state})
    LaunchTemplate.objects.filter(pk=template.pk).update(state=state)
    template.state = state


@transaction.atomic
def withdraw(by: User, version: LaunchTemplateVersion, *, is_withdrawn: bool = True) -> None:
    """Have no new drafts and orders made of the version, or have them made again; what runs stays. The newest version
    that is not withdrawn counts from now on."""
    same = LaunchTemplateVersion.objects.filter(pk=version.pk, is_withdrawn=not is_withdrawn)
    if not same.update(is_withdrawn=is_withdrawn):
        return
    left = LaunchTemplateVersion.objects.filter(template=version.template_id, is_withdrawn=False)
    current = left.aggregate(last=Max("number"))["last"] or 0
    LaunchTemplate.objects.filter(pk=version.template_id).update(current=current)
    told = {"name": version.template.name, "version": version.number}
    audit.record(by, f"template.{'withdrawn' if is_withdrawn else 'brought-back'}", version.template_id, told)


def is_usable(version_id: int) -> bool:
    """Tell whether orders of the version may be made now: it is not withdrawn, nor is its template retired."""
    found = LaunchTemplateVersion.objects.filter(pk=version_id, is_withdrawn=False)
    return found.exclude(template__state=State.RETIRED).exists()
