"""The one mechanism of all form steps: load the draft, take in what was posted, save it valid or not, then move.

What a step's page looks like and which moves of its own it knows is in its module (basic.py, other.py), as a StepPage.
Order and completeness of the steps are in steps.py.
"""

import copy
import logging
import uuid
from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from typing import ClassVar, Final, cast

from django.conf import settings
from django.db import DatabaseError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_http_methods

from consoleapp.accounts.services import TooManyGuests
from consoleapp.domain.secret import Secret
from consoleapp.teams.actors import actor_of
from consoleapp.teams.services import actor_for_saving
from consoleapp.web.http import ConsoleRequest, number_in
from consoleapp.wizard import steps, vault
from consoleapp.wizard.access.answers import expect_marks
from consoleapp.wizard.access.images import checked_images
from consoleapp.wizard.draft.naming import follow_image
from consoleapp.wizard.forms.posted_names import doubled_names, unknown_names
from consoleapp.wizard.models import Draft, Unreadable
from consoleapp.wizard.services import access_checks, drafts
from consoleapp.wizard.services.draft_limits import DraftTooLarge, TooMuch, check_draft
from consoleapp.wizard.services.network import NetworkChoices
from consoleapp.wizard.shape import Data
from consoleapp.wizard.upgrades import CannotUpgrade
from consoleapp.wizard.views import access_check, conflict, image_login, judging, order_feedback, take_over, turns
from consoleapp.wizard.views.page_context import PageState
from consoleapp.wizard.views.room import tell_displaced
from consoleapp.wizard.views.submission import Action, Submission, Way, press

logger = logging.getLogger(__name__)

# A press that goes on waits for so many registries at most; Confirm asks about the others by itself. Two are asked side
# by side, for 10 s at most, and a browser waits for 30.
ASKED_FIRST_MAX: Final = 4
# Of the names that are not of this page so many are told, and so much of each.
NAMES_SHOWN: Final = 5
NAME_SHOWN: Final = 60


class SeeOther(HttpResponseRedirect):
    """A redirect that is always followed with GET."""

    status_code = 303


class StepPage:
    """A step's page. Subclasses say what they bind, show, and which actions of their own they know."""

    slug: ClassVar[str]
    actions: ClassVar[Mapping[str, Action]] = {}

    def bind(self, change: Submission) -> None:
        """Take what was posted into the change's data and secrets."""
        raise NotImplementedError

    def render(self, request: ConsoleRequest, shown: PageState, status: int = 200) -> HttpResponse:
        """Return the page."""
        raise NotImplementedError

    def network(self, request: ConsoleRequest, data: Data) -> NetworkChoices | None:
        """Return the network's lists that the step's choices are judged by; None where the step does not need them."""
        return None


def step_view(page: StepPage) -> Callable[..., HttpResponse]:
    """Return the view of a step: GET shows it, or leads to the first incomplete one; POST takes it in and moves."""

    @sensitive_post_parameters()
    @require_http_methods(["GET", "HEAD", "POST"])
    def view(request: HttpRequest, draft_id: uuid.UUID) -> HttpResponse:
        console_request = cast(ConsoleRequest, request)
        draft = draft_or_404(request, draft_id)
        if request.method == "POST":
            return receive(console_request, page, draft)
        opened, at = request.GET.get("open", ""), request.GET.get("at", "").removeprefix("id_")
        held = "held" in request.GET
        shown = PageState(draft.typed, vault.get_all(draft), draft, open=opened, at=at, is_held=held)
        if refusal := order_feedback.refusal_of(request, draft):
            data: Data = {**draft.typed, "shown_errors": [*draft.typed["shown_errors"], refusal.step]}
            shown = replace(shown, data=data, refusal=refusal)
        if page.slug != steps.SLUGS[0]:
            lacking = steps.reachable(steps.evaluate(shown.data, shown.secrets), page.slug)
            if lacking != page.slug:
                return SeeOther(reverse(f"wizard:{lacking}", args=[draft.pk]))
        return page.render(console_request, shown)

    return view


def draft_or_404(request: HttpRequest, draft_id: uuid.UUID) -> Draft:
    """Return the actor's draft as its pages read it; raise Http404 and Unreadable."""
    draft = raw_draft_or_404(request, draft_id)
    try:
        return access_checks.attach(draft)
    except CannotUpgrade as error:
        raise Unreadable(draft) from error


def raw_draft_or_404(request: HttpRequest, draft_id: uuid.UUID) -> Draft:
    """Return the actor's draft whatever its shape; a missing one and another owner's one are the same 404."""
    try:
        return drafts.find_draft(actor_of(request), draft_id)
    except Draft.DoesNotExist:
        raise Http404(_("There is no such draft.")) from None


@sensitive_variables()
def receive(request: ConsoleRequest, page: StepPage, draft: Draft | None, data: Data | None = None) -> HttpResponse:
    """Answer a POST of a step: with a redirect once it is saved. `data` is what a draft that does not exist yet begins
    with."""
    if draft is not None and conflict.is_verdict(request.POST):
        asked_again = conflict.settle(request, page.slug, draft)
        return asked_again or SeeOther(reverse(f"wizard:{page.slug}", args=[draft.pk]))
    base = draft.typed if draft is not None else data
    if base is None:
        raise ValueError("a POST without a draft needs data to begin with")
    stored = vault.get_all(draft) if draft is not None else {}
    if shown := _shown_only(request, page, draft, base, stored):
        return shown
    change = _changed(page, Submission(copy.deepcopy(base), request.POST, stored))
    if draft is not None and turns.is_overtaken(draft, change.post):
        return HttpResponse(status=204)
    image_login.take_kept(request, change)
    change.asks = _asked_first(page, change)
    if not change.asks:
        _aim(request, page, change)
    change.data["saved_by"] = turns.mark_of(request.POST)
    try:
        saved = _save(request, draft, change)
    except drafts.StaleDraft as found:
        if turns.is_overtaken(found.current, change.post):
            return HttpResponse(status=204)
        if conflict.is_same(found.current, change.data, change.secrets):
            return SeeOther(_address(page, found.current, change))
        return conflict.answer(request, page.slug, found.current, change.data, change.secrets, change.forgotten)
    except (DatabaseError, TooMuch, TooManyGuests) as refused:
        return _refused(request, page, draft, base, stored, refused)
    return _saved(request, page, saved, change)


@sensitive_variables()
def _shown_only(
    request: ConsoleRequest, page: StepPage, draft: Draft | None, base: Data, stored: Mapping[str, Secret]
) -> HttpResponse | None:
    """Return the page as it was posted where that is not to be stored at all; None where it is."""
    if wrong := _not_of_this_page(request.POST):
        return _unsaved(request, page, draft, base, stored, trouble=wrong, status=422)
    if request.POST.get("do", "").startswith("env-look:"):
        # What the lines would change is told before they are taken.
        return _unsaved(request, page, draft, base, stored)
    if draft is None and (keys := _looked_at(request)) is not None:
        return _unsaved(request, page, None, base, stored, asks=keys)
    return None


def _not_of_this_page(post: QueryDict) -> str:
    """Return why a POST cannot come from the page of this step; "" where it can."""
    if unknown := unknown_names(post):
        names = ", ".join(name[:NAME_SHOWN] for name in unknown[:NAMES_SHOWN]) + (" …" * (len(unknown) > NAMES_SHOWN))
        return _(
            "Not saved: the page that you sent is not of this version of the console, it has fields that are not known "
            "here (%(names)s). Compare what stands below with what you typed, and send it again."
        ) % {"names": names}
    if doubled := doubled_names(post):
        names = ", ".join(name[:NAME_SHOWN] for name in doubled[:NAMES_SHOWN])
        return _("Not saved: %(names)s came more than once, and each can have one value only.") % {"names": names}
    return ""


@sensitive_variables()
def _refused(
    request: ConsoleRequest,
    page: StepPage,
    draft: Draft | None,
    base: Data,
    stored: Mapping[str, Secret],
    refused: Exception,
) -> HttpResponse:
    """Show the page as it was posted, with the reason why it could not be saved."""
    if isinstance(refused, TooMuch):
        # A page of htmx is told how large a draft may be by its own words, so that it keeps the passwords too.
        why, status = str(refused), 413 if isinstance(refused, DraftTooLarge) else 422
    elif isinstance(refused, TooManyGuests):
        why, status = _("Not saved: too many people began here within the hour. Try again later."), 429
    else:
        logger.error("A draft could not be saved", exc_info=refused)
        why, status = _("Not saved: the console's database does not take it at the moment."), 503
    kept = _(
        "What you typed is still here, but for passwords and other secrets: they are not shown again and were not "
        "stored."
    )
    return _unsaved(request, page, draft, base, stored, trouble=f"{why} {kept}", status=status)


@sensitive_variables()
def _unsaved(
    request: ConsoleRequest,
    page: StepPage,
    draft: Draft | None,
    base: Data,
    stored: Mapping[str, Secret],
    trouble: str = "",
    status: int = 200,
    asks: Collection[str] = (),
) -> HttpResponse:
    """Show the page as posted, of which nothing was stored; `trouble` says why not. Images of `asks` are checked.

    What the pressed button would have done is not done either: the next press knows only what is stored.
    """
    change = Submission(copy.deepcopy(base), request.POST, stored, open=request.POST.get("open", ""), is_saving=False)
    page.bind(change)
    follow_image(change.data)
    change.drop_known_secrets()
    if asks:
        access_check.look(request, change.data, asks)
    secrets = {**stored, **dict.fromkeys(change.secrets, Secret(""))}
    if draft is not None:
        draft.version = _expected_version(draft, change)
    shown = PageState(change.data, secrets, draft, change.open, change.at, trouble=trouble)
    return page.render(request, shown, status)


def _looked_at(request: ConsoleRequest) -> list[str] | None:
    """Return the containers about whose images somebody asks who merely looks; None for a press that stores."""
    verb, _colon, keys = request.POST.get("do", "").partition(":")
    if verb == "check" and access_check.is_for_its_place(request):
        return keys.split(access_check.SEPARATOR)
    return [] if verb == "refresh" else None


def _saved(request: ConsoleRequest, page: StepPage, draft: Draft, change: Submission) -> HttpResponse:
    """Return where a press leads once it is saved; run the checks that it asks for first."""
    tell_displaced(request, draft)
    if change.asks:
        draft = _ask_and_aim(request, page, draft, change)
    if change.goes_on:
        access_checks.continue_anyway(draft)
    if (
        change.checks
        and not change.pins
        and not change.takes
        and (running := access_check.running(request, draft, change.checks, page.slug))
    ):
        return running
    if change.checks:
        access_check.run(request, draft, change.checks, change.pins)
    if change.takes:
        take_over.take_late(draft, change.takes)
    return SeeOther(_address(page, draft, change))


def _asked_first(page: StepPage, change: Submission) -> list[str]:
    """Return the containers that keep a press from going on, or let it, by what registries say: images that need a
    credential unless everybody may read them, and those whose credential was never tried."""
    if not settings.CHECK_ON_INPUT or change.stays or change.goes_on or not change.target:
        return []
    if steps.SLUGS.index(change.target) <= steps.SLUGS.index(page.slug):
        return []
    asked = (item for item in checked_images(change.data) if item.is_worth_asking and item.need.may_need_credential)
    return [item.container_key for item in asked][:ASKED_FIRST_MAX]


def _ask_and_aim(request: ConsoleRequest, page: StepPage, draft: Draft, change: Submission) -> Draft:
    """Have the registries asked about what was just saved, and decide where the press leads by what they say."""
    access_check.run(request, draft, change.asks)
    change.data = draft.typed
    before = list(change.data["shown_errors"])
    _aim(request, page, change)
    if change.data["shown_errors"] == before:
        return draft
    try:
        return drafts.save_draft(draft, change.data, expected_version=draft.version)
    except drafts.StaleDraft as found:
        # Another tab has saved meanwhile; all that is lost is that errors are shown from now on.
        return found.current
    except TooMuch:
        return draft


@sensitive_variables()
def _changed(page: StepPage, change: Submission) -> Submission:
    """Return the change with what was posted taken in, and what the pressed button says done."""
    change.open = change.post.get("open", "")
    page.bind(change)
    do = change.post.get("do", "save")
    if not press(change, page.actions, do):
        _move(page, change, *do.split(":"))
    # The same password typed again is no other one: what was checked with it still holds.
    change.drop_known_secrets()
    expect_marks(change.data, change.secrets, change.forgotten)
    return change


def _move(page: StepPage, change: Submission, verb: str, *arguments: str) -> None:
    """Go to another step where the pressed button says so; a verb that nobody knows only saves."""
    position = steps.SLUGS.index(page.slug)
    if verb == "next":
        change.target = steps.SLUGS[min(position + 1, len(steps.SLUGS) - 1)]
    elif verb == "confirm":
        change.target = "confirm"
    elif verb == "goto" and arguments and arguments[0] in steps.SLUGS:
        change.target = arguments[0]
        if len(arguments) > 2:
            # The name of a control may hold a host with its port.
            change.place, change.open, *place = arguments
            change.at = ":".join(place)


def _aim(request: ConsoleRequest, page: StepPage, change: Submission) -> None:
    """Turn a move to a later step into one to the first incomplete step, and have the errors of a step that was left
    shown from then on."""
    if change.stays:
        change.target = ""
    if not change.target or change.target == page.slug:
        return
    shown_errors = change.data["shown_errors"]
    wanted, position = change.target, steps.SLUGS.index(change.target)
    if position < steps.SLUGS.index(page.slug):
        return
    if page.slug not in shown_errors:
        shown_errors.append(page.slug)
    evaluation = judging.evaluated(request, change.data, change.all_secrets, page.network(request, change.data))
    change.target = steps.reachable(evaluation, change.target)
    if (wanted, page.slug) == (steps.SLUGS[-1], steps.SLUGS[0]) and (login := evaluation.missing_login):
        # It is entered under its image, too.
        change.way = Way(page.slug, open=login.container_key, at=login.field_id.removeprefix("id_"))
    if change.target != steps.SLUGS[position] and change.target not in shown_errors:
        shown_errors.append(change.target)
    if change.target == steps.SLUGS[-1] and not change.goes_on:
        _hold_back(page, change)
        if change.is_held:
            return
    if change.target == page.slug:
        problem = evaluation.of(page.slug)[0]
        change.open = problem.container_key or change.open


def _hold_back(page: StepPage, change: Submission) -> None:
    """Keep a press from going on to the last step while a registry's answer speaks against an image."""
    held = next((item for item in checked_images(change.data) if item.is_open_failure), None)
    if held is not None:
        change.is_held, change.target = True, page.slug
        change.open = held.container_key


@sensitive_variables()
def _save(request: ConsoleRequest, draft: Draft | None, change: Submission) -> Draft:
    if draft is None:
        # Before a guest is made for it.
        check_draft(change.data, change.secrets)
        return drafts.create_draft(actor_for_saving(request), change.data, secrets=change.secrets)
    try:
        return _save_over(draft, change, _expected_version(draft, change))
    except drafts.StaleDraft as found:
        if turns.is_overtaken(found.current, change.post):
            raise
        if turns.is_own_page(found.current, change.post) or conflict.is_same(
            found.current, change.data, change.secrets
        ):
            return _save_over(found.current, change, found.current.version)
        raise


def _expected_version(draft: Draft, change: Submission) -> int:
    """Return the version that the posted page shows, as far as this is known; 0 where it says none."""
    expected = number_in(change.post.get("version", ""))
    return max(expected, draft.version) if turns.is_own_page(draft, change.post) else expected


def _save_over(draft: Draft, change: Submission, expected: int) -> Draft:
    return drafts.save_draft(
        draft,
        change.data,
        expected_version=expected,
        secrets=change.secrets,
        forgotten=change.forgotten & set(change.stored) - set(change.secrets),
    )


def _address(page: StepPage, draft: Draft, change: Submission) -> str:
    slug = change.target or page.slug
    if slug == (change.place or page.slug):
        way = Way(slug, open=change.open, at=change.at, is_held=change.is_held)
    else:
        way = Way(slug)
    return (change.way or way).address(draft)
