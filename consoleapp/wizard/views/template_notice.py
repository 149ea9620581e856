"""What Confirm says about the template of a draft: that its version is gone, or that a newer one is out."""

from typing import Any

from django.urls import reverse

from consoleapp.launch_templates.models import State
from consoleapp.launch_templates.services import newer_than
from consoleapp.teams.services import admins_of, names_of
from consoleapp.web.formats import listed
from consoleapp.wizard.models import Draft


def template_notice(draft: Draft) -> dict[str, Any] | None:
    """Return what there is to say, and the way on; None for most drafts. One query for a draft of a template."""
    version = draft.template_version
    if version is None or draft.team is None:
        return None
    newer, is_retired = newer_than(version), version.template.state == State.RETIRED
    is_gone = is_retired or version.is_withdrawn
    if not is_gone and newer is None:
        return None
    return {
        "name": version.template.name,
        "number": version.number,
        "is_gone": is_gone,
        "is_retired": is_retired,
        "newer": newer if not is_retired else None,
        "newer_url": reverse("launch_templates:newer", args=[draft.pk]),
        "url": reverse("launch_templates:detail", args=[draft.team.slug, version.template.slug]),
        "admins": listed(names_of(admins_of(draft.team))) if is_gone else "",
    }
