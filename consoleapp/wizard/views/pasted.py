"""The one box of the home page: what was pasted becomes a draft, and while one types it is told what it means.

What is pasted may hold secrets: it is only ever posted, and no answer repeats a value of it.
"""

from collections.abc import Mapping
from typing import Any, cast

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import ngettext
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_POST

from consoleapp.domain.errors import DomainError
from consoleapp.domain.group import ContainerGroupSpec
from consoleapp.domain.schema import initial_of
from consoleapp.domain.secret import Secret
from consoleapp.languages.imports.pasted import Pasted, parse_pasted
from consoleapp.web.domain_words import in_words
from consoleapp.web.http import ConsoleRequest
from consoleapp.wizard.access.images import checked_images
from consoleapp.wizard.access.messages import words_about
from consoleapp.wizard.forms.pasted import data_of, taken_words
from consoleapp.wizard.services.network import with_defaults
from consoleapp.wizard.views import access_check, sidebar
from consoleapp.wizard.views.basic import BasicPage, chosen_network
from consoleapp.wizard.views.cards import SOURCES
from consoleapp.wizard.views.judging import quoted
from consoleapp.wizard.views.step import receive
from consoleapp.wizard.views.submission import Submission

# What is posted beside the names of the wizard's own controls.
FIELD = "pasted"


class _PastedPage(BasicPage):
    """Basic Settings of a draft that is made of a pasted text, of which no control is in the page."""

    def __init__(self, secrets: Mapping[str, Secret]) -> None:
        self.secrets = secrets

    def bind(self, change: Submission) -> None:
        change.secrets.update(self.secrets)


@sensitive_post_parameters()
@sensitive_variables()
@require_POST
def paste(request: HttpRequest) -> HttpResponse:
    """Make a draft of what was pasted: *Create now* leads to Confirm, or to what is missing; *Configure* to the draft's
    first page."""
    console_request = cast(ConsoleRequest, request)
    try:
        pasted = parse_pasted(request.POST.get(FIELD, ""))
    except DomainError as refused:
        context = {"nav": "groups", "said": {"wrong": in_words(refused)}}
        return render(request, "wizard/paste.html", context, status=422)
    secrets: dict[str, Secret] = {}
    data = data_of(pasted, secrets)
    data = with_defaults(data, chosen_network(console_request, data))
    answer = receive(console_request, _PastedPage(secrets), None, data)
    if pasted.left_out and answer.status_code == 303:
        messages.warning(request, _left_out(pasted))
    return answer


@sensitive_post_parameters()
@sensitive_variables()
@require_POST
def look(request: HttpRequest) -> HttpResponse:
    """Tell what the text in the box means, what its registry says, and what it would cost; nothing is stored."""
    text = request.POST.get(FIELD, "")
    if not text.strip():
        return render(request, "wizard/_pasted.html", {"said": None})
    try:
        pasted = parse_pasted(text)
    except DomainError as refused:
        return render(request, "wizard/_pasted.html", {"said": {"wrong": in_words(refused)}})
    return render(request, "wizard/_pasted.html", {"said": _said(cast(ConsoleRequest, request), pasted)})


@sensitive_variables()
def _said(request: ConsoleRequest, pasted: Pasted) -> dict[str, Any]:
    secrets: dict[str, Secret] = {}
    data = data_of(pasted, secrets)
    network = chosen_network(request, data)
    data = with_defaults(data, network)
    if settings.CHECK_ON_INPUT:
        access_check.look(request, data, [each.container_key for each in checked_images(data) if each.is_worth_asking])
    checked = checked_images(data)[0]
    answer, reference = checked.answer, checked.need.reference
    figures = sidebar.price(quoted(request, data, network), data)
    ports = [f"{port}/{protocol}" for port, protocol in pasted.ports]
    ports += [port.upper() for port in (answer.result.exposed_ports if answer else ()) if port.upper() not in ports]
    return {
        "image": pasted.image,
        "source": SOURCES[checked.need.source] if checked.need.source else "",
        "host": reference.registry_host if reference else "",
        "taken": taken_words(pasted),
        "left_out": pasted.left_out,
        "check": words_about(checked),
        "ports": ports[:4],
        "size": initial_of(ContainerGroupSpec),
        "per_hour": figures.get("per_hour"),
        "per_month": figures.get("per_month"),
        "currency": figures.get("currency", ""),
        "price_note": figures.get("price_note", ""),
    }


def _left_out(pasted: Pasted) -> str:
    told = ngettext(
        "%(count)d thing that was pasted has no place here and was left out: %(what)s.",
        "%(count)d things that were pasted have no place here and were left out: %(what)s.",
        len(pasted.left_out),
    )
    return told % {"count": len(pasted.left_out), "what": ", ".join(pasted.left_out)}
