"""Running checks for a page: at once, or with htmx in a second request, so that the page can say that it is running.

The second request comes from the note that says so, at an address of its own. Its answer is the page again, of which
htmx takes what the check may have changed.
"""

import copy
import uuid
from collections.abc import Collection
from typing import cast
from urllib.parse import urlencode

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_POST

from consoleapp.gateways.proof import Cause
from consoleapp.teams.actors import actor_of
from consoleapp.web.clouds import image_access_of
from consoleapp.web.http import ConsoleRequest, page_path
from consoleapp.wizard import steps, vault
from consoleapp.wizard.access.answers import answer_about
from consoleapp.wizard.access.images import checked_images
from consoleapp.wizard.access.requirements import image_needs
from consoleapp.wizard.draft.images import image_text, pin
from consoleapp.wizard.models import Draft
from consoleapp.wizard.services import access_checks, drafts
from consoleapp.wizard.shape import Data, find_container

# The ids of the places where results stand begin with this; a container's key follows.
PLACE = "check-"
# And those of the logins under the images.
LOGIN_PLACE = "login-"
SEPARATOR = "."
# Ids of what else a page shows that an answer may change.
KEPT = (
    "aside",
    "rail",
    "open-needs",
    "checked",
    "warnings",
    "rules",
    "verdict",
    "asking",
    "anyway",
    "moves",
    "held",
    "queue",
)
# The parameter of a page's address that names the container whose image was just asked about.
ASKED = "asked"
# What the address of a page says whose foot asks whether to go on.
HELD = "held=1"


def address_of(draft: Draft, keys: list[str], slug: str, opened: str = "") -> str:
    """Return where these images are checked; the answer is the page of the step with this slug and this card open."""
    query = urlencode({"on": slug, "open": opened} if opened else {"on": slug})
    return f"{reverse('wizard:check', args=[draft.pk, SEPARATOR.join(keys)])}?{query}"


def running(request: ConsoleRequest, draft: Draft, keys: list[str], slug: str) -> HttpResponse | None:
    """Return the note that says that these images are checked and has it done; None for a request of a whole page."""
    if not is_for_its_place(request):
        return None
    own = [f"{part}-{key}" for key in keys for part in ("notes", "found", "more", "chip", "login")]
    hosts = dict.fromkeys(question.host for question in access_checks.questions(draft, keys))
    wrong = (need.wrong for need in image_needs(draft.typed) if need.container_key in keys and need.wrong)
    context = {
        "hosts": ", ".join(hosts),
        "wrong": "" if hosts else next(wrong, ""),
        "url": address_of(draft, keys, slug),
        "place": request.htmx.target,
        "given_name": draft.typed.get("given_name", ""),
        "keep": ",".join(f"#{name}" for name in (*own, *KEPT)),
    }
    return render(request, "wizard/_checking.html", context)


@sensitive_variables()
def run(request: ConsoleRequest, draft: Draft, keys: list[str], pins: list[str] = []) -> None:  # noqa: B006
    """Check the images of these containers, and pin those that were to be pinned where a digest was found."""
    results = access_checks.check(draft, image_access_of(request.user), keys, vault.get_all(draft))
    if any(result.cause is Cause.TOO_MANY_CHECKS for result in results):
        messages.warning(request, _("Too many checks are running. Check again in a moment."))
    if pins and _pin(draft, pins):
        access_checks.check(draft, image_access_of(request.user), pins, vault.get_all(draft))


@sensitive_variables()
def settle(request: ConsoleRequest, draft: Draft) -> bool:
    """Have every registry that an order rests on answer; tell whether each has."""
    access_checks.settle(draft, image_access_of(request.user), vault.get_all(draft))
    return not access_checks.due(draft)


@sensitive_variables()
def look(request: ConsoleRequest, data: Data, keys: Collection[str]) -> None:
    """Have the images of a draft that does not exist yet checked; nothing is stored."""
    access_checks.look(data, image_access_of(request.user), keys)


def is_for_its_place(request: ConsoleRequest) -> bool:
    """Tell whether the answer of a check is asked for alone, without the rest of the page."""
    return bool(request.htmx) and (request.htmx.target or "").startswith(PLACE)


def by_itself(request: ConsoleRequest, draft: Draft, keys: list[str]) -> None:
    """Check images that were chosen from a list or that a group cannot pull, where checks may run by themselves."""
    worth = [item.container_key for item in checked_images(draft.typed) if item.is_worth_asking]
    wanted = [key for key in keys if key in worth]
    if settings.CHECK_ON_INPUT and wanted:
        run(request, draft, wanted)


def _pin(draft: Draft, keys: list[str]) -> bool:
    """Pin what can be pinned and tell whether anything was."""
    data = copy.deepcopy(draft.typed)
    for key in keys:
        container = find_container(data, key)
        answer = answer_about(data, image_text(container)) if container else None
        if container is not None and answer is not None and answer.is_current and answer.result.digest:
            pin(container, answer.result.digest)
    if data == draft.typed:
        return False
    drafts.save_draft(draft, data, expected_version=draft.version)
    return True


@require_POST
def check(request: HttpRequest, draft_id: uuid.UUID, keys: str) -> HttpResponse:
    """Check the images of these containers of the actor's draft as it is stored, then lead back to the page."""
    try:
        draft = access_checks.attach(drafts.find_draft(actor_of(request), draft_id))
    except Draft.DoesNotExist:
        raise Http404(_("There is no such draft.")) from None
    wanted = [key for key in keys.split(SEPARATOR) if find_container(draft.typed, key)]
    console_request = cast(ConsoleRequest, request)
    run(console_request, draft, wanted)
    slug = request.GET.get("on", "")
    slug = slug if slug in steps.SLUGS else steps.SLUGS[0]
    query: dict[str, str] = (
        {"open": request.GET.get("open") or wanted[0], ASKED: wanted[0]} if wanted and slug == steps.SLUGS[0] else {}
    )
    if HELD in page_path(console_request).partition("?")[2].split("&"):
        # The question that stands in the foot stays there as long as a registry speaks against an image.
        query["held"] = "1"
    address = reverse(f"wizard:{slug}", args=[draft.pk])
    return HttpResponseRedirect(f"{address}?{urlencode(query)}" if query else address, status=303)
