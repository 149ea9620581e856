"""What can be done to a container group: restart, delete, create a similar one, change what is wrong and retry."""

from typing import cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST
from django.views.decorators.vary import vary_on_headers

from consoleapp.domain.errors import DomainError
from consoleapp.domain.image import TAG
from consoleapp.gateways.errors import GatewayError
from consoleapp.groups.services import detail as groups
from consoleapp.groups.services.diagnosis import Remedy
from consoleapp.groups.services.words import sentence_of
from consoleapp.groups.views.detail import order_or_404
from consoleapp.orders.models import Order
from consoleapp.teams.services import actor_for_saving
from consoleapp.web.http import ConsoleRequest
from consoleapp.wizard.services import similar as drafts
from consoleapp.wizard.services.draft_limits import TooMuch
from consoleapp.wizard.views import access_check
from consoleapp.wizard.views.order_feedback import address_of
from consoleapp.wizard.views.room import no_room, tell_displaced, tell_taken


def _said(error: GatewayError) -> str:
    """Return the cloud's words with its code and request id."""
    details = [part for part in (error.code, error.request_id and _("request id %s") % error.request_id) if part]
    return f"{error.message} ({', '.join(details)})" if details else error.message


@require_POST
def restart(request: HttpRequest, group_id: str) -> HttpResponse:
    """Restart the group's containers and show it again: its state and its newest event say what is going on."""
    order = order_or_404(request, group_id)
    try:
        groups.restart(order, cast(ConsoleRequest, request).cloud.container_groups)
    except GatewayError as error:
        messages.error(request, _("Not restarted: %s") % _said(error))
    return redirect("groups:detail", group_id=group_id)


@require_http_methods(["GET", "HEAD", "POST"])
@vary_on_headers("HX-Request")
def delete(request: HttpRequest, group_id: str) -> HttpResponse:
    """Ask whether the group shall be deleted, and delete it when that was confirmed; back to a group that is gone.

    It is asked and not undone: what is promised for later is billed on where nobody is there to do it. A countdown in
    the page would be such a promise too: who leaves the page within its seconds takes the group for deleted.
    """
    order = order_or_404(request, group_id)
    port = cast(ConsoleRequest, request).cloud.container_groups
    described = groups.describe(order, port)
    if not described.may_delete:
        gone = _("There is nothing to delete: %s is gone already.")
        messages.info(request, (gone if described.is_forgotten else _("%s is being deleted.")) % order.group_name)
        return redirect("groups:detail", group_id=group_id)
    if request.method != "POST":
        is_dialog = cast(ConsoleRequest, request).htmx
        page = "groups/_delete_dialog.html" if is_dialog else "groups/delete.html"
        return render(request, page, {"nav": "groups", "order": order})
    try:
        groups.delete(order, port, described.group)
    except GatewayError as error:
        messages.error(request, _("Not deleted: %s") % _said(error))
        return redirect("groups:detail", group_id=group_id)
    messages.success(request, _("%s is being deleted.") % order.group_name)
    return redirect("groups:list")


@require_POST
def similar(request: HttpRequest, group_id: str) -> HttpResponse:
    """Make a new draft that asks for the same."""
    return _open_draft(request, order_or_404(request, group_id), None)


@require_POST
def retry(request: HttpRequest, group_id: str) -> HttpResponse:
    """Make a new draft with what was wrong changed, or opened where it has to be changed.

    The draft remembers a group that is billed on, and its pages name it.
    """
    order = order_or_404(request, group_id)
    word, container = request.POST.get("remedy", ""), request.POST.get("container", "")
    known = word in {each.value for each in Remedy}
    described = groups.describe(order, cast(ConsoleRequest, request).cloud.container_groups)
    change = _change(described, Remedy(word), container, request.POST.get("version", "")) if known else None
    # One that has ended costs nothing, but the one that it was to replace may.
    replaces = order.replaces if described.is_final else order
    return _open_draft(request, order, change, replaces=replaces, asks=word in (Remedy.IMAGE, Remedy.VERSION))


def _change(described: groups.Detail, remedy: Remedy, container: str, version: str) -> drafts.Change | None:
    host = drafts.host_of(drafts.image_of(described.order, container))
    diagnosis = described.diagnosis
    is_cause = diagnosis is not None and diagnosis.container_name == container and diagnosis.remedy == Remedy.IMAGE
    changes: dict[Remedy, drafts.Change] = {
        Remedy.IMAGE: drafts.change_image(container, sentence_of(diagnosis) if diagnosis and is_cause else ""),
        Remedy.COMMAND: drafts.change_command(container),
        Remedy.EIP: drafts.add_eip,
        Remedy.PLACE: drafts.change_field("VSwitchId"),
        Remedy.RUN_ONCE: drafts.run_once,
    }
    if TAG.fullmatch(version):
        changes[Remedy.VERSION] = drafts.use_version(container, version)
    if host:
        changes |= {
            Remedy.CREDENTIAL: drafts.change_credential(host),
            Remedy.PLAIN_HTTP: drafts.declare_plain_http(host),
            Remedy.NOT_PLAIN_HTTP: drafts.use_https(host),
            Remedy.INSECURE: drafts.trust_registry(host),
        }
    return changes.get(remedy)


def _open_draft(
    request: HttpRequest,
    order: Order,
    change: drafts.Change | None,
    *,
    replaces: Order | None = None,
    asks: bool = False,
) -> HttpResponse:
    """Make the draft and lead to it; `asks`: its image is checked first, so that no script is needed."""
    try:
        actor, session_key = actor_for_saving(request), request.session.session_key
        draft, place = drafts.draft_of_order(actor, order, change, session_key, replaces=replaces)
    except DomainError:
        messages.error(request, _("This request was made by other rules than today's and cannot be copied."))
        return redirect(reverse("groups:detail", args=[order.container_group_id]))
    except TooMuch as refused:
        return no_room(request, refused)
    tell_displaced(request, draft)
    tell_taken(request, draft)
    if asks and place.container_key:
        access_check.by_itself(cast(ConsoleRequest, request), draft, [place.container_key])
    return redirect(address_of(draft, place))
