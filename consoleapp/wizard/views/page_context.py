"""What every step's page shows around its own parts: rail, errors and what is still missing, version, messages.

How a step is taken in and saved is in step.py.
"""

import secrets as random
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.translation import ngettext

from consoleapp.domain.secret import Secret
from consoleapp.orders.billing import not_deleted
from consoleapp.wizard import steps
from consoleapp.wizard.access.images import Checked, checked_images
from consoleapp.wizard.access.requirements import ImageNeed, image_needs
from consoleapp.wizard.draft.problems import FieldError
from consoleapp.wizard.draft.wiped import wanted_again
from consoleapp.wizard.models import Draft
from consoleapp.wizard.shape import Data
from consoleapp.wizard.steps import Evaluation
from consoleapp.wizard.views.access_check import LOGIN_PLACE, PLACE

# The id that every step's form has; buttons outside of it say form="step".
FORM_ID = "step"
# Places in a page that are no controls.
SECTIONS = frozenset({"containers", "network", "size", "volumes"})


@dataclass(frozen=True)
class PageState:
    """What a page shows: the draft's data, stored or as it was just posted. `draft` is None before the first save."""

    data: Data
    secrets: Mapping[str, Secret]
    draft: Draft | None = None
    open: str = ""
    at: str = ""
    # The draft that was saved last, offered on the first page in case it is the one that was meant.
    latest: Draft | None = None
    # A sentence for a page that could not be saved.
    trouble: str = ""
    # Whether a press to go on was held back by what a registry said.
    is_held: bool = False
    # What the cloud said against the order that was made of this draft.
    refusal: FieldError | None = None

    @cached_property
    def needs(self) -> tuple[ImageNeed, ...]:
        """Return what the images need, computed once a page: it takes a tenth of a millisecond an image."""
        return image_needs(self.data)

    @cached_property
    def checked(self) -> tuple[Checked, ...]:
        """Return what the registries have said about the images."""
        return checked_images(self.data, self.needs)


def anchor(at: str) -> str:
    """Return the fragment that brings a place into view; a place is a control's name, or one of the page's sections."""
    if not at:
        return ""
    return f"#{at}" if at in SECTIONS or at.startswith((PLACE, LOGIN_PLACE)) else f"#id_{at}"


def frame(slug: str, shown: PageState, evaluation: Evaluation, open_key: str = "") -> dict[str, Any]:
    """Return the context of templates/wizard/base_wizard.html."""
    draft = shown.draft
    shows_errors = slug in shown.data["shown_errors"]
    return {
        "nav": "groups",
        "step_title": steps.title_of(slug),
        "draft": draft,
        "template": template_of(draft, shown.data),
        "version": draft.version if draft else 0,
        "page_token": random.token_hex(6),
        "form_id": FORM_ID,
        "action": reverse(f"wizard:{slug}", args=[draft.pk]) if draft else reverse("wizard:start"),
        "rail": rail(slug, draft, shown.data, evaluation),
        "errors": [error_line(problem, slug, open_key) for problem in evaluation.of(slug)] if shows_errors else [],
        "shows_errors": shows_errors,
        "again": _again(shown, evaluation),
        "latest": shown.latest,
        "replaced": not_deleted(draft.replaces) if draft else [],
        "trouble": shown.trouble,
        **_held(shown),
        "checks_on_input": settings.CHECK_ON_INPUT,
        "at": shown.at,
        "focus": anchor(shown.at)[1:],
    }


def template_of(draft: Draft | None, data: Data) -> dict[str, Any] | None:
    """Return the template that the draft was made of, as the heading names it; None without one."""
    told = data.get("template")
    if told is None or draft is None or draft.team is None:
        return None
    url = reverse("launch_templates:detail", args=[draft.team.slug, told["slug"]])
    return {"name": told["name"], "number": told["number"], "url": url}


def _held(shown: PageState) -> dict[str, Any]:
    """Return the containers whose images held back a press to go on, and the id of where the first one's answer is."""
    held = [item.container_key for item in shown.checked if item.is_open_failure] if shown.is_held else []
    return {"held": held, "held_place": f"{PLACE}{held[0]}" if held else ""}


def _again(shown: PageState, evaluation: Evaluation) -> list[dict[str, str]]:
    """Return the secrets that were wiped with the order that the draft is a copy of, each with the way to its control;
    without one where an earlier step has to be completed first."""
    lines = []
    for label, place in wanted_again(shown.data, shown.secrets):
        is_open = steps.reachable(evaluation, place.step) == place.step
        verb = f"goto:{place.step}:{place.container_key}:{place.field_id.removeprefix('id_')}" if is_open else ""
        lines.append({"label": label, "verb": verb})
    return lines


def error_line(problem: FieldError, slug: str, open_key: str) -> dict[str, str]:
    """Return a line of the error summary or of *Before you can order*: what is wrong, and the way to mend it.

    Where that is not in the page, the way is a verb of the form, so that nothing that was typed is lost on it.
    """
    label = "" if problem.is_missing else problem.label
    line = {"label": label, "text": problem.message, "href": f"#{problem.field_id}", "verb": ""}
    if problem.container_key and (problem.step, slug) == ("other", "basic"):
        # A login is entered under its image, too.
        line["verb"] = f"check-credential:{problem.container_key}"
    elif problem.step != slug:
        line["verb"] = f"goto:{problem.step}:{problem.container_key}:{problem.field_id.removeprefix('id_')}"
    elif slug == "basic" and problem.container_key not in ("", open_key):
        line["verb"] = f"container-open:{problem.container_key}:{problem.field_id.removeprefix('id_')}"
    return line


def rail(slug: str, draft: Draft | None, data: Data, evaluation: Evaluation) -> list[dict[str, Any]]:
    """Return the steps as the rail shows them."""
    rows = []
    for number, step in enumerate(steps.FLOW, start=1):
        missing = len(evaluation.of(step.slug))
        is_open = steps.reachable(evaluation, step.slug) == step.slug
        is_passed = step.slug in data["shown_errors"]
        state = "on" if step.slug == slug else "done" if is_passed and not missing else "open"
        todo = ""
        if missing and (is_passed or step.slug == "other"):
            todo = ngettext("%(count)d thing needed", "%(count)d things needed", missing) % {"count": missing}
        rows.append(
            {
                "number": number,
                "title": step.title,
                "state": state,
                "slug": step.slug,
                "is_open": is_open,
                "url": reverse(f"wizard:{step.slug}", args=[draft.pk]) if draft and is_open else "",
                "todo": todo,
            }
        )
    return rows
