"""What people are told of a draft that was just made, and where the number of their drafts is bounded."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.utils.translation import ngettext

from consoleapp.wizard.models import Draft
from consoleapp.wizard.services.draft_limits import TooMuch


def no_room(request: HttpRequest, refused: TooMuch) -> HttpResponse:
    """Lead to the list of drafts, where some can be discarded, with the limit that was met."""
    messages.error(request, str(refused))
    return redirect("wizard:drafts")


def tell_displaced(request: HttpRequest, draft: Draft) -> None:
    """Say that older drafts went to make room for this one."""
    if draft.displaced:
        told = ngettext(
            "Your oldest draft that was empty, or ordered as it is, was removed to make room for this one.",
            "Your %(count)d oldest drafts that were empty, or ordered as they are, were removed to make room.",
            draft.displaced,
        )
        messages.info(request, told % {"count": draft.displaced})


def tell_taken(request: HttpRequest, draft: Draft) -> None:
    """Say that this draft has logins that were typed for an earlier one."""
    if draft.logins_taken:
        context = {"hosts": ", ".join(draft.logins_taken)}
        messages.info(request, render_to_string("wizard/_logins_taken.html", context))
