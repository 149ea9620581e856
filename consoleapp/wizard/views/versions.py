"""The versions of a container's image: a page of its own, and with htmx the same in a dialog over Basic Settings.

Nothing is stored until *Use this version*, which fills Image version, pinned or not, and leads back to the card.
"""

import uuid
from typing import cast

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_http_methods, require_safe
from django_htmx.http import push_url

from consoleapp.domain.image import ImageReferenceError, parse_image_reference, split_image
from consoleapp.domain.image_tags import LATEST
from consoleapp.web.clouds import image_access_of
from consoleapp.web.http import ActorRequest, ConsoleRequest
from consoleapp.wizard.access.answers import Answer, Question, question_about
from consoleapp.wizard.access.images import Checked
from consoleapp.wizard.access.messages import words_about
from consoleapp.wizard.access.requirements import image_needs
from consoleapp.wizard.draft.images import image_text, pinned_tag
from consoleapp.wizard.draft.new import first_data
from consoleapp.wizard.draft.picking import Pick
from consoleapp.wizard.forms.images import TEXT_MAX, question_of
from consoleapp.wizard.models import Draft
from consoleapp.wizard.services import access_checks, saved_logins
from consoleapp.wizard.services.network import PREFERRED_REGION
from consoleapp.wizard.services.versions import Asker, Versions, repository_of
from consoleapp.wizard.shape import Data, Fields, find_container
from consoleapp.wizard.views.images import DIALOG, PART, back_to_card, shelf_of, use_pick
from consoleapp.wizard.views.step import draft_or_404

# So many rows has the list behind the field; the dialog has all.
LISTED = 60


@require_http_methods(["GET", "HEAD", "POST"])
def versions(request: HttpRequest, draft_id: uuid.UUID, key: str) -> HttpResponse:
    """Show the versions of one container's image; POST uses the chosen one."""
    draft = draft_or_404(request, draft_id)
    container = find_container(draft.typed, key)
    if container is None:
        raise Http404(_("There is no such container."))
    console_request = cast(ActorRequest, request)
    problem = ""
    if request.method == "POST":
        pick = _pick(request, container)
        if pick is not None:
            use_pick(console_request, draft, key, pick)
            return back_to_card(draft, key)
        problem = _("Choose a version first.")
    return _show(console_request, draft, container, problem)


@require_safe
def version_list(request: HttpRequest, key: str, draft_id: uuid.UUID | None = None) -> HttpResponse:
    """Show the list behind the field Image version, for the image that stands in the form, saved or not; of a page
    that nothing was stored of, there is no draft yet."""
    draft = draft_or_404(request, draft_id) if draft_id else None
    data = draft.typed if draft else first_data({})
    console_request = cast(ConsoleRequest, request)
    # No page of a stranger can send the header, so none can have the console ask a registry of its choice.
    if find_container(data, key) is None or not console_request.htmx:
        raise Http404(_("There is no such container."))
    image = split_image(request.GET.get("image", "")[:TEXT_MAX])[0]
    question = question_about(data, image)
    found = Versions()
    if question is not None:
        found = _asker(console_request, data, draft, question).versions(size=LISTED)
    return render(request, "wizard/_version_list.html", {"key": key, "question": question, "found": found})


def _asker(request: ConsoleRequest, data: Data, draft: Draft | None, question: Question) -> Asker:
    return Asker(
        image_access_of(request.user),
        shelf_of(request),
        question,
        str(data["spec"].get("region_id") or PREFERRED_REGION),
        access_checks.credential_of(question, saved_logins.secrets_of(draft)) if draft else None,
    )


def _pick(request: HttpRequest, container: Fields) -> Pick | None:
    """Return what was chosen; None where that is no version."""
    tag = request.POST.get("tag", "")
    digest = request.POST.get(f"digest:{tag}", "") if "pin" in request.POST else ""
    question = image_text(container)
    try:
        address = repository_of(parse_image_reference(question))
        reference = parse_image_reference(f"{address}:{tag}")
        if digest:
            parse_image_reference(f"{address}@{digest}")
    except ImageReferenceError:
        return None
    return Pick(address, digest or tag, reference.registry_host, tag=tag)


@sensitive_variables("asker")
def _show(request: ActorRequest, draft: Draft, container: Fields, problem: str) -> HttpResponse:
    key, fields = container["_key"], container
    asked = question_of(request.GET)
    version = pinned_tag(fields) or str(fields.get("image_version") or LATEST)
    question = question_about(draft.typed, image_text(fields))
    found, address, words = Versions(), "", None
    need = next((each for each in image_needs(draft.typed) if each.container_key == key), None)
    if question is None:
        problem = problem or (need.wrong if need else "")
    else:
        asker = _asker(request, draft.typed, draft, question)
        found, address = asker.versions(asked.query, asked.page, asked=version), repository_of(question.reference)
        words = words_about(Checked(need, Answer(question, found.stopped, True))) if need and found.stopped else None
    context = {
        "nav": "groups",
        "draft": draft,
        "container_name": str(fields.get("name") or ""),
        "back_url": f"{reverse('wizard:basic', args=[draft.pk])}?{urlencode({'open': key})}",
        "here": reverse("wizard:versions", args=[draft.pk, key]),
        "address": address,
        "found": found,
        "question": asked,
        "asked_tag": version,
        "chosen_tag": version if any(row.name == version for row in found.items) else "",
        "is_opening": not (request.htmx and request.htmx.target == PART),
        "can_pin": any(version.digest for version in found.items),
        "words": words,
        "problem": problem,
    }
    response = render(request, _template(request), context, status=422 if problem and question is not None else 200)
    return push_url(response, False) if request.htmx else response


def _template(request: ActorRequest) -> str:
    if request.htmx and request.htmx.target == DIALOG:
        return "wizard/_versions_dialog.html"
    if request.htmx and request.htmx.target == PART:
        return "wizard/_versions_part.html"
    return "wizard/versions.html"
