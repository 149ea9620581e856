"""The image dialog: a page of its own, and with htmx the same content in a dialog over Basic Settings.

One address serves both: who asks for the dialog's part of it gets that part. Nothing of a tab is stored until *Use this
image*, which fills the container's fields and leads back to its card.
"""

import contextlib
import copy
import logging
import uuid
from dataclasses import replace
from typing import Any, cast

from django.db import DatabaseError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods
from django_htmx.http import push_url, reselect, reswap, retarget

from consoleapp.domain.image import ImageReferenceError, parse_image_reference
from consoleapp.teams.actors import actor_of
from consoleapp.web.domain_words import region_name
from consoleapp.web.http import ActorRequest, ConsoleRequest, page_path
from consoleapp.wizard.access.requirements import drop_unused
from consoleapp.wizard.draft.images import image_text
from consoleapp.wizard.draft.picking import Pick, pick_of, use_image
from consoleapp.wizard.forms.images import TEXT_MAX, UseImageForm, question_of
from consoleapp.wizard.models import Draft
from consoleapp.wizard.services import drafts, image_tabs
from consoleapp.wizard.services.image_tabs import Tab
from consoleapp.wizard.services.images import Shelf
from consoleapp.wizard.services.network import PREFERRED_REGION
from consoleapp.wizard.services.recent import recent_images
from consoleapp.wizard.services.versions import newest
from consoleapp.wizard.shape import Fields, credential_name, find_container
from consoleapp.wizard.views import access_check
from consoleapp.wizard.views.gateway_messages import trouble_of
from consoleapp.wizard.views.step import SeeOther, draft_or_404

logger = logging.getLogger(__name__)

# Ids of the elements that htmx puts answers into: the dialog's place on Basic Settings, and what a tab replaces.
DIALOG, PART = "image-dialog", "images"
# What the session keeps the tab by that an image was taken from last.
TAB = "images_tab"
# How often a pick is applied to what another tab has saved meanwhile, before giving up.
TRIES = 3


@require_http_methods(["GET", "HEAD", "POST"])
def images(request: HttpRequest, draft_id: uuid.UUID, key: str, tab: str) -> HttpResponse:
    """Show a tab of the dialog for one container; POST uses the chosen image."""
    draft = draft_or_404(request, draft_id)
    container = find_container(draft.typed, key)
    if tab == image_tabs.LAST:
        tab = request.session.get(TAB, image_tabs.COMMON)
    if container is None or tab not in image_tabs.TITLES:
        raise Http404(_("There is no such container."))
    console_request = cast(ActorRequest, request)
    if request.method != "POST":
        return _show(console_request, draft, container, tab)
    try:
        problem = _use(console_request, draft, key, tab)
    except DatabaseError:
        logger.exception("An image could not be saved")
        problem = _("Not saved: the console's database does not take it at the moment. Try again.")
        return _whole_part(_show(console_request, draft, container, tab, problem, status=503))
    if problem:
        return _whole_part(_show(console_request, draft, container, tab, problem, status=422))
    return back_to_card(draft, key)


def _use(request: ActorRequest, draft: Draft, key: str, slug: str) -> str:
    """Use the chosen image, one used before or the newest; return what is wrong with the choice, "" when it is used."""
    if "recent" in request.POST:
        # Anything that is no address changes nothing.
        with contextlib.suppress(ImageReferenceError):
            use_pick(request, draft, key, pick_of(request.POST["recent"]))
        return ""
    if "newest" in request.POST:
        pick = _newest(_tab(request, draft, slug, request.POST["newest"][:TEXT_MAX]))
        if pick is None:
            return _("This image has no version that can be listed. Its address can be typed into the Image field.")
    else:
        form = UseImageForm(request.POST)
        if not form.is_valid():
            return " ".join(map(str, form.non_field_errors()))
        pick = form.pick
    use_pick(request, draft, key, pick)
    request.session[TAB] = slug
    return ""


def _newest(tab: Tab) -> Pick | None:
    """Return the newest version of the tab's chosen image; None where no version of it can be listed."""
    picked = tab.picked
    tag = newest(picked.tags.items) if picked and picked.tags else ""
    if picked is None or not (tag and picked.address):
        return None
    try:
        reference = parse_image_reference(f"{picked.address}:{tag}")
    except ImageReferenceError:
        return None
    return Pick(picked.address, tag, reference.registry_host, picked.acr_registry_info, tag=tag)


def back_to_card(draft: Draft, key: str) -> HttpResponse:
    """Lead back to the Image field of the container."""
    address = reverse("wizard:basic", args=[draft.pk])
    return SeeOther(f"{address}?{urlencode({'open': key, 'at': f'{key}-image'})}")


def use_pick(request: ConsoleRequest, draft: Draft, key: str, pick: Pick) -> None:
    """Save the pick over whatever is stored by now: it touches nothing that another tab could have an opinion on."""
    access_check.by_itself(request, _saved(draft, key, pick), [key])


def _saved(draft: Draft, key: str, pick: Pick) -> Draft:
    for _attempt in range(TRIES - 1):
        try:
            return _save(draft, key, pick)
        except drafts.StaleDraft as found:
            draft = found.current
    return _save(draft, key, pick)


def _save(draft: Draft, key: str, pick: Pick) -> Draft:
    data = copy.deepcopy(draft.typed)
    container = find_container(data, key)
    if container is None:
        raise Http404(_("There is no such container."))
    use_image(data, container, pick)
    forgotten = [credential_name(host) for host in drop_unused(data)]
    return drafts.save_draft(draft, data, expected_version=draft.version, forgotten=forgotten)


def _show(
    request: ActorRequest, draft: Draft, container: Fields, slug: str, problem: str = "", status: int = 200
) -> HttpResponse:
    question = question_of(request.GET)
    region_id = _region_of(draft)
    tab = _with_region_names(_tab(request, draft, slug))
    here = reverse("wizard:images", args=[draft.pk, container["_key"], slug])
    context = {
        "nav": "groups",
        "draft": draft,
        "container": container,
        "container_name": str(container.get("name") or ""),
        "back_url": f"{reverse('wizard:basic', args=[draft.pk])}?{urlencode({'open': container['_key']})}",
        "tab": tab,
        "tabs": _tabs(draft, container, slug),
        "here": here,
        "question": question,
        "region_id": region_id,
        "chosen_tag": _chosen_tag(tab, container),
        "trouble": trouble_of(tab.trouble) if tab.trouble else None,
        "pick_trouble": trouble_of(tab.picked.trouble) if tab.picked and tab.picked.trouble else None,
        "problem": problem,
        "whole": image_tabs.address_in(question.query),
        "is_opening": not (request.htmx and request.htmx.target == PART),
        "recent": recent_images(actor_of(request), image_text(container)),
        "can_pin": bool(tab.picked and tab.picked.tags and any(tag.digest for tag in tab.picked.tags.items)),
    }
    response = render(request, _template(request), context, status=status)
    # In a dialog the address of the page below stays; htmx would push that of a boosted link otherwise.
    return push_url(response, False) if _is_in_dialog(request) else response


def _tab(request: ActorRequest, draft: Draft, slug: str, image: str = "") -> Tab:
    """Return the tab as the address asks for it, or with another image of it chosen."""
    question = question_of(request.GET)
    if image:
        question = replace(question, image=image, tags_page=1)
    return image_tabs.build_tab(slug, shelf_of(request), _region_of(draft), question)


def _region_of(draft: Draft) -> str:
    return str(draft.typed["spec"].get("region_id") or PREFERRED_REGION)


def shelf_of(request: ConsoleRequest) -> Shelf:
    """Return the images that the account of whoever looks sees."""
    cloud = request.cloud
    return Shelf(cloud.catalogue, cloud.registries, cloud.container_groups, request.place.key)


def _with_region_names(tab: Tab) -> Tab:
    """Return the tab with its regions called as people call them."""
    filters = tuple(
        replace(each, choices=tuple((value, region_name(value)) for value, _label in each.choices))
        if each.name == "region"
        else each
        for each in tab.filters
    )
    return replace(tab, filters=filters)


def _tabs(draft: Draft, container: Fields, slug: str) -> list[dict[str, Any]]:
    return [
        {
            "title": title,
            "url": reverse("wizard:images", args=[draft.pk, container["_key"], name]),
            "is_current": name == slug,
        }
        for name, title in image_tabs.TITLES.items()
    ]


def _chosen_tag(tab: Tab, container: Fields) -> str:
    """Return the version that is ticked: the container's own when this is its image, else the newest."""
    rows = tab.picked.tags.items if tab.picked and tab.picked.tags else ()
    version = str(container.get("image_version") or "")
    is_same = tab.picked is not None and container.get("image") == tab.picked.address
    return version if is_same and any(version in row.names for row in rows) else newest(rows)


def _is_in_dialog(request: ConsoleRequest) -> bool:
    """Tell whether the answer will stand in a dialog over another page."""
    shown = page_path(request)
    return request.htmx.target == DIALOG or (request.htmx.target == PART and "/images/" not in shown)


def _template(request: ConsoleRequest) -> str:
    if request.htmx and request.htmx.target == DIALOG:
        return "wizard/_images_dialog.html"
    if request.htmx and request.htmx.target == PART:
        return "wizard/_images_part.html"
    return "wizard/images.html"


def _whole_part(response: HttpResponse) -> HttpResponse:
    """Return the answer, put in the place of the tab whatever the pressed button had in mind."""
    return push_url(reselect(reswap(retarget(response, f"#{PART}"), "outerHTML"), f"#{PART}"), False)
